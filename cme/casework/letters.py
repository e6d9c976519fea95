"""Letters to a family: which can be written now, what each asks for, and until when it asks for an answer.

No letter is sent by itself: a named person signs it, prints it and posts it. Source: casework reference s.16,
where nothing else is named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from cme.attendance.calendar import SchoolCalendar
from cme.casework.referral.fields import YES
from cme.casework.removal.grounds import read_grounds
from cme.casework.safety.restrictions import Restrictions
from cme.casework.state import CaseState
from cme.identity.names import compared, may_be

LONGEST_LINE, LONGEST_TEXT = 240, 1000

REPLY_DAYS = 3
"""School days within which an answer is asked for (our policy): a letter takes one or two of them."""


class Letter(IntEnum):
    """The letters by their numbers."""

    CONCERN = 1
    SECOND_ADDRESS = 2
    VISIT_CARD = 3
    REFERRAL_MADE = 4
    OFF_ROLL = 5

    @property
    def label(self) -> str:
        """What people call it."""
        return _NAMES[self][0]

    @property
    def purpose(self) -> str:
        """What it is for, in a sentence."""
        return _NAMES[self][1]

    @property
    def step(self) -> str:
        """The enquiry that it is logged as once it is posted; '' for a letter that is no enquiry."""
        return _STEPS.get(self, "")

    @property
    def has_address(self) -> bool:
        """Whether it is addressed to anybody: a visit card names nobody."""
        return self is not Letter.VISIT_CARD

    @property
    def asks_for_reply(self) -> bool:
        """Whether it names a day until which an answer is asked for."""
        return self is not Letter.OFF_ROLL


_NAMES = {
    Letter.CONCERN: (
        "Letter 1: concern",
        "To the last known address. It says that you are concerned, asks for an answer by a date, and says "
        "that a referral follows.",
    ),
    Letter.SECOND_ADDRESS: (
        "Letter 2: second address",
        "To an emergency contact or the other parent. It asks for help to reach the family.",
    ),
    Letter.VISIT_CARD: (
        "Letter 3: visit card",
        "To leave, sealed, where nobody answers the door. It names nobody in the family.",
    ),
    Letter.REFERRAL_MADE: (
        "Letter 4: referral made",
        "Tells the family that the child was referred, why, and who will call.",
    ),
    Letter.OFF_ROLL: (
        "Letter 5: off roll",
        "Tells the family that the child's name was removed from the register, on which ground, and whom to "
        "ring.",
    ),
}

_STEPS = {Letter.CONCERN: "E21", Letter.SECOND_ADDRESS: "E22", Letter.VISIT_CARD: "E18"}


@dataclass(frozen=True, slots=True)
class LetterEntry:
    """What a person fills in for a letter; what a letter does not ask for stays blank.

    `to` and `address` are who it is to and where, one line each. `why` and `who_will_call` are of letter 4,
    with `family_may_be_told`: that the DSL agrees. `ground` is the letter of a ground, `ring` whom to ring
    about a school place; both of letter 5.
    """

    signed_by: str
    role: str
    phone: str
    to: str = ""
    address: str = ""
    why: str = ""
    who_will_call: str = ""
    family_may_be_told: bool = False
    ground: str = ""
    ring: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the address that say anything."""
        return tuple(line.strip() for line in self.address.splitlines() if line.strip())


def council_of(authority: str) -> str:
    """A local authority as a family knows it: Darlington is Darlington council."""
    return authority if "council" in authority.casefold() else f"{authority} council"


def parent_of(child: str) -> str:
    """Who a letter is to where nobody is named."""
    return f"Parent or carer of {child}"


def barred_because(restrictions: Restrictions, ask: str) -> str:
    """Why nothing may be written to the family, and whom to ask; '' where it may. `ask` names who to ask."""
    forbidden = (
        (
            restrictions.advice_first,
            "Specialist advice comes first: do not ring, write to or visit the family.",
        ),
        (restrictions.no_contact, "Nobody in the family may be contacted."),
        (restrictions.no_letters, "No letters may be sent to this family."),
        (restrictions.address_is_protected, "The address of this child is protected: it is never printed."),
    )
    because = next((sentence for holds, sentence in forbidden if holds), "")
    return f"{because} No letter can be made. Ask {ask} what to do instead." if because else ""


def not_now(letter: Letter, state: CaseState, removed_on: date | None) -> str:
    """Why a letter cannot be made as the case stands, and what to do instead; '' where it can."""
    sent = state.referral_sent_on is not None
    if letter is Letter.OFF_ROLL:
        return "" if removed_on else "No removal from the register is on record. Make this letter after one."
    if not state.stage.is_open:
        return "This case is closed. Letters are made while a case is open."
    if letter is Letter.REFERRAL_MADE:
        return "" if sent else "The referral has not been sent. Send it first."
    if sent and letter is not Letter.VISIT_CARD:
        return "The referral has been sent. Make letter 4 instead."
    return ""


def not_told_because(parent_told: str) -> str:
    """Why nobody but the DSL tells the family of the referral; '' where its declaration says they are told.

    `parent_told` is the answer of the referral that was sent last. Why they are not told stays in it.
    """
    if parent_told == YES:
        return ""
    return (
        "The referral does not say that the family has been told of it. The designated safeguarding lead "
        "decides that, and makes this letter. Ask them."
    )


def reply_by(letter: Letter, made_on: date, calendar: SchoolCalendar, refer_on: date | None) -> date:
    """The school day until which an answer is asked for.

    A letter that warns of the referral leaves no longer than until the day on which it is due, and always
    until the next school day at least.
    """
    within = calendar.nth_school_day_after(made_on, REPLY_DAYS)
    if letter not in {Letter.CONCERN, Letter.SECOND_ADDRESS} or refer_on is None:
        return within
    return min(within, max(refer_on, calendar.nth_school_day_after(made_on, 1)))


def faults(letter: Letter, entry: LetterEntry, restrictions: Restrictions, ask: str) -> dict[str, str]:
    """What is wrong with what was filled in: field -> sentence, in the order of the form.

    "letter" stands for the letter as a whole.
    """
    return dict((*_addressing(letter, entry, restrictions, ask), *_saying(letter, entry), *_signing(entry)))


def _signing(entry: LetterEntry) -> Iterator[tuple[str, str]]:
    if not entry.signed_by.strip():
        yield "signed_by", "Enter the name of the person who signs the letter."
    if not entry.role.strip():
        yield "role", "Enter the role of the person who signs the letter."
    if not _has_number(entry.phone):
        yield "phone", "Enter the phone number that the family is to ring."


def _addressing(
    letter: Letter, entry: LetterEntry, restrictions: Restrictions, ask: str
) -> Iterator[tuple[str, str]]:
    barred = [one.who or "One person" for one in restrictions.each if not one.is_about_everybody]
    if not letter.has_address:
        if barred:
            yield "letter", f"{barred[0]} {_NAMELESS} Ask {ask} what to do instead."
        return
    if not entry.to.strip():
        yield "to", "Enter who the letter is to."
    elif restrictions.bars(None, entry.to) or any(may_be(who, entry.to) for who in barred):
        yield "to", f"This person may not be contacted. Ask {ask} what to do instead."
    elif barred and compared(entry.to).startswith(compared(parent_of(""))):
        yield "to", f"{barred[0]} may not be contacted. Name the person whom the letter is to."
    if not entry.lines:
        yield "address", "Enter the address that the letter goes to."


def _saying(letter: Letter, entry: LetterEntry) -> Iterator[tuple[str, str]]:
    if letter is Letter.REFERRAL_MADE:
        if not entry.why.strip():
            yield "why", "Enter why the child was referred, in plain words."
        if not entry.who_will_call.strip():
            yield "who_will_call", "Enter who will call the family."
        if not entry.family_may_be_told:
            yield "family_may_be_told", _ASK_FIRST
    if letter is Letter.OFF_ROLL:
        if entry.ground not in read_grounds():
            yield "ground", "Choose the ground on which the name was removed."
        if not _has_number(entry.ring):
            yield "ring", "Enter whom the family is to ring about a school place, with the phone number."


_NAMELESS = "may not be contacted, and anybody at home can open a card that names nobody."
_ASK_FIRST = (
    "Ask the designated safeguarding lead whether the family may be told. Tick the box once they agree."
)


def _has_number(text: str) -> bool:
    return any(character.isdigit() for character in text)
