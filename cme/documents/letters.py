"""Letters to a family, in plain words: L1 to L5 of the casework reference s.16.

Each is signed by a named person and sent by nobody but people. Letter 3 is a card to leave at a visit: it
names no child and no parent.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from types import MappingProxyType

from cme.casework.letters import Letter, LetterEntry, parent_of
from cme.casework.removal.grounds import read_grounds
from cme.documents.typesetting import Pdf, typeset


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the letters of a case rest on.

    `council` is the local authority as a family knows it. `child` is the full name, `first` how the child is
    named after that. `absent_from_on` is the first day of
    the absence, None where none is counted; `reply_by_on` the day until which an answer is asked for;
    `sent_on` and `removed_on` the days of the referral and of the removal, None before them.
    """

    reference: str
    school: str
    council: str
    child: str
    first: str
    made_on: date
    reply_by_on: date
    absent_from_on: date | None = None
    sent_on: date | None = None
    removed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in words. `ask` is what the reader should do, said in a box between `before` and `after`."""

    title: str
    before: tuple[str, ...]
    ask: str
    after: tuple[str, ...]


def write(letter: Letter, occasion: Occasion, entry: LetterEntry) -> Written:
    """The words of a letter. Raises ValueError for letter 4 without a referral, and 5 without a removal."""
    return _WRITERS[letter](occasion, entry)


def set_letter(letter: Letter, occasion: Occasion, entry: LetterEntry) -> Pdf:
    """The letter on paper. The visit card is two pages, the outside on the second."""
    data = {
        **asdict(write(letter, occasion, entry)),
        "from": occasion.school,
        "made_on": _day(occasion.made_on),
        "reference": occasion.reference,
        "signed_by": entry.signed_by,
        "role": entry.role,
        "phone": entry.phone,
        "made": f"{occasion.reference}, letter {letter.value}",
    }
    if not letter.has_address:
        return typeset("visit-card", data)
    greeting = "parent or carer" if entry.to == parent_of(occasion.child) else entry.to
    address = {"to": entry.to, "lines": list(entry.lines), "greeting": f"Dear {greeting},"}
    return typeset("letter", {**data, **address})


def _concern(occasion: Occasion, entry: LetterEntry) -> Written:
    first = occasion.first
    return Written(
        title=f"Please contact us about {occasion.child}",
        before=(
            f"{occasion.child} has been absent from {occasion.school}{_since(occasion)}, and we do not know "
            f"the reason. We are concerned, and want to know that {first} is safe.",
        ),
        ask=_please_ring(occasion, entry),
        after=(
            f"Tell us where {first} is, why {first} is absent, and when we can expect {first} back. If you "
            f"have moved, or {first} has a place at another school, tell us the address and the school.",
            _then_we_refer(occasion),
            f"If something makes it hard for {first} to come to school, tell us. We want to help.",
            f"If you do not know where {first} is, ring the police on 999 now, and then ring us.",
            _OTHER_LANGUAGE,
        ),
    )


def _second_address(occasion: Occasion, entry: LetterEntry) -> Written:
    first = occasion.first
    return Written(
        title=f"Please help us to reach the family of {occasion.child}",
        before=(
            f"We have you as a contact for {occasion.child}, who has been absent from "
            f"{occasion.school}{_since(occasion)}. We do not know the reason, and are asking everybody who "
            f"may be able to help.",
        ),
        ask=_please_ring(occasion, entry),
        after=(
            f"Tell us what you know: whether you have seen {first}, where {first} may be, and how we can "
            "reach the family. Please ask the family to ring us as well.",
            _then_we_refer(occasion),
            f"If you are worried that {first} is in danger, ring the police on 999 now.",
            _OTHER_LANGUAGE,
        ),
    )


def _visit_card(occasion: Occasion, entry: LetterEntry) -> Written:
    return Written(
        title="We called today",
        before=("We called to speak to you and did not find you in.",),
        ask=_please_ring(occasion, entry),
        after=(
            "It is important that we speak to you soon. If nobody answers, leave your name and a number at "
            "which we can reach you.",
            "If you are worried about anybody's safety, ring the police on 999.",
            "If you would like this explained in another language, ring the same number.",
        ),
    )


def _referral_made(occasion: Occasion, entry: LetterEntry) -> Written:
    if occasion.sent_on is None:
        raise ValueError("letter 4 tells of a referral, and none has been sent")
    first = occasion.first
    return Written(
        title=f"We have referred {occasion.child} to {occasion.council}",
        before=(
            f"On {_day(occasion.sent_on)} we told {occasion.council} that {occasion.child} may be missing "
            "education. This is called a referral.",
            entry.why,
            f"Who will call you: {entry.who_will_call}.",
        ),
        ask=_please_ring(occasion, entry),
        after=(
            f"{first} still has a place at {occasion.school}. When {first} is back, or you tell us where "
            f"{first} is, we will tell {occasion.council}.",
            _OTHER_LANGUAGE,
        ),
    )


def _off_roll(occasion: Occasion, entry: LetterEntry) -> Written:
    if occasion.removed_on is None:
        raise ValueError("letter 5 tells of a removal, and none is on record")
    first, ground = occasion.first, read_grounds()[entry.ground]
    return Written(
        title=f"{occasion.child} is no longer on the register of {occasion.school}",
        before=(
            f"On {_day(occasion.removed_on)} we took the name of {occasion.child} off the admission register "
            f"of {occasion.school}.",
            f"The reason in law is that {first} {ground.plain}. This is regulation 9(1)({ground.letter}) of "
            "the School Attendance (Pupil Registration) (England) Regulations 2024. The law also requires us "
            f"to tell {occasion.council}.",
        ),
        ask=f"To ask about education for {first}, ring {entry.ring}.",
        after=(
            f"{first} has no place at {occasion.school} any more. Every child of compulsory school age must "
            "have an education, at a school or otherwise.",
            f"If you think that this is a mistake, ring {entry.signed_by} at {occasion.school} on "
            f"{entry.phone}.",
            _OTHER_LANGUAGE,
        ),
    )


_WRITERS: Mapping[Letter, Callable[[Occasion, LetterEntry], Written]] = MappingProxyType(
    {
        Letter.CONCERN: _concern,
        Letter.SECOND_ADDRESS: _second_address,
        Letter.VISIT_CARD: _visit_card,
        Letter.REFERRAL_MADE: _referral_made,
        Letter.OFF_ROLL: _off_roll,
    }
)

_OTHER_LANGUAGE = (
    "If you would like this letter read to you, or explained in another language, ring the same number."
)


def _please_ring(occasion: Occasion, entry: LetterEntry) -> str:
    return f"Please ring {entry.signed_by} on {entry.phone} by {_day(occasion.reply_by_on)}."


def _then_we_refer(occasion: Occasion) -> str:
    first = occasion.first
    return (
        f"If we do not know by then where {first} is and why, we will refer {first} to {occasion.council}, "
        "which must find children who may be missing education. It may visit you, and ask other services. "
        "The law also requires every school to report a pupil who is absent without permission for ten "
        "school days in a row."
    )


def _since(occasion: Occasion) -> str:
    return f" since {_day(occasion.absent_from_on)}" if occasion.absent_from_on else ""


def _day(on: date) -> str:
    return f"{on:%A %-d %B %Y}"
