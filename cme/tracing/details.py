"""What a trace request holds about a child, and what is missing from it.

There is no place here for care, child protection, Traveller or SEN status, private fostering or health, nor
for a parent's phone: what does not exist cannot be sent. Source: tracing reference s.2.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Self

from cme.identity.names import compared
from cme.identity.upn import read_upn
from cme.tracing.authorities import note_on_upn

PLACE = "This seems to say where the child is, or with whom. Take it out: it is told by telephone only."
CARE = "The text seems to speak of care, health or needs. Take out what is about the child: it is not sent."

REFERENCE = re.compile(r"[A-Z]{2,4}-[0-9]{4}-[0-9]{4,}")
"""The shape of our references, such as TR-2026-0042: it has no room for a name."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who asks or answers: our authority with its code, and the officer to reach."""

    authority: str
    code: str
    officer: str
    phone: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Sibling:
    """A brother or sister; '' and None for what is not held."""

    name: str
    born_on: date | None = None
    school: str = ""


@dataclass(frozen=True, slots=True)
class TraceDetails:
    """Everything held for a request; '', () and None for what is not known.

    `address` is one line or several, with or without the postcode. `school_number` is a LAESTAB as 841/2000.
    `regulations` is the year of the rules that `ground` is a letter of: the same letter is another ground in
    another set. `checks` says in short what was looked up; `destination` and `destination_why` where the
    child is believed to be. `reply_by_on` is the last day for an answer.
    """

    reference: str
    sender: Sender
    reply_by_on: date | None
    surname: str
    forenames: str
    born_on: date | None
    sex: str = ""
    upn: str = ""
    former_upns: tuple[str, ...] = ()
    known_as: str = ""
    former_names: tuple[str, ...] = ()
    preferred_names: tuple[str, ...] = ()
    year_group: str = ""
    address: str = ""
    postcode: str = ""
    carers: tuple[str, ...] = ()
    siblings: tuple[Sibling, ...] = ()
    school_name: str = ""
    school_number: str = ""
    last_attended_on: date | None = None
    last_seen_on: date | None = None
    off_roll_on: date | None = None
    regulations: str = ""
    ground: str = ""
    checks: str = ""
    destination: str = ""
    destination_why: str = ""
    ethnicity: str = ""
    first_language: str = ""

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        data = asdict(self)
        for name in _DATES:
            data[name] = data[name].isoformat() if data[name] else None
        for each in data["siblings"]:
            each["born_on"] = each["born_on"].isoformat() if each["born_on"] else None
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """As it was stored."""
        read = {
            **data,
            **{name: _date(data.get(name)) for name in _DATES},
            **{name: tuple(data.get(name, ())) for name in _SEVERAL},
        }
        siblings = tuple(
            Sibling(**{**each, "born_on": _date(each.get("born_on"))}) for each in data.get("siblings", ())
        )
        return cls(**{**read, "sender": Sender(**data["sender"]), "siblings": siblings})


@dataclass(frozen=True, slots=True)
class Choices:
    """What is ticked. Ethnicity and first language are off, and stay off for a restricted child.

    `last_school` can be unticked for a restricted child only, and `destination` is ticked for one by the
    approver only; for every other child both are given where they are held. `telephone_first` asks to be
    rung before an answer, as every restricted request does.
    """

    last_school: bool = True
    destination: bool = False
    ethnicity: bool = False
    first_language: bool = False
    telephone_first: bool = False

    def to_json(self) -> dict[str, bool]:
        """As it is stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """As it was stored."""
        return cls(**{each.name: bool(data.get(each.name, each.default)) for each in fields(cls)})


def year_in_words(year_group: str) -> str:
    """A year group in one form, whatever a register writes: "8" and "Y8" are "Year 8"; "" and words stay."""
    found = re.fullmatch(r"(?i)(?:y|yr|year)?[ .]*0?([1-9]|1[0-4])", year_group.strip())
    if found:
        return f"Year {found[1]}"
    return (
        "Reception" if year_group.strip().casefold() in ("r", "yr r", "year r", "reception") else year_group
    )


def missing(details: TraceDetails, today: date, *, restricted: bool = False) -> dict[str, str]:
    """What a request cannot be sent without, or has wrong: field -> sentence, in the order of the message.

    A UPN may be missing, and a wrong one only warns (`warnings`): the child is looked for by name and birth
    date as well. For a restricted child free text must not say what its fields leave out.
    """
    return dict(
        (*_missing(details, today, restricted=restricted), *(_given_away(details) if restricted else ()))
    )


def warnings(details: TraceDetails, *, restricted: bool = False) -> tuple[str, ...]:
    """What to look at before sending, a sentence for each: UPNs with something wrong, what is missing and
    may be, and words of care, health or needs, which are sent of nobody (tracing reference s.2).

    Where a refuge is named it is asked whether the child is to be looked for in confidence.
    """
    found: list[str] = []
    for upn in filter(None, (details.upn, *details.former_upns)):
        read = read_upn(upn)
        note = note_on_upn(read.authority)
        found += [f"UPN: {each}" for each in read.errors] or ([f"{note}. Check the UPN."] if note else [])
    if not details.sex:
        found.append("Sex is missing: the message says that it is not known.")
    if not details.checks.strip():
        found.append("Checks made is missing: say in short what was looked up.")
    texts = (details.checks, details.destination, details.destination_why)
    if any(map(speaks_of_care, texts)):
        found.append(CARE)
    if not restricted and any("refuge" in each.casefold() for each in texts):
        found.append(
            "The text speaks of a refuge. If nobody may learn where the child lives, look for the child in "
            "confidence."
        )
    return tuple(found)


def speaks_of_care(text: str) -> bool:
    """Whether a text seems to speak of care, health or needs. It warns; a person decides."""
    return bool(_PRIVATE.search(text))


def speaks_of_a_place(text: str) -> bool:
    """Whether a text seems to hold an address, or to say with whom a child is. In confidence it is refused:
    words can be found that say less (our policy)."""
    return bool(_PLACE.search(text))


_PLACE = re.compile(
    r"(?i)\b([a-z]{1,2}[0-9][0-9a-z]? ?[0-9][a-z]{2}|refuge|(lives?|living|stay(s|ing)) (now )?(at|in|with)|"
    r"[0-9]+[a-z]?,? (\w+ ){1,3}(street|st|road|rd|lane|avenue|ave|close|drive|way|court|terrace|grove|place|"
    r"crescent|gardens|square|house|flats?))\b"
)

_PRIVATE = re.compile(
    r"(?i)\b(social (care|work\w*)|child protection|child in need|cp plan|cin plan|looked after|camhs|"
    r"health\w*|hospital|nhs|medical\w*|(?-i:SEND?|EHCP?))\b"
)
"""Words that mostly stand for what a request must never tell. They warn; a person decides."""


def given_away(text: str, details: TraceDetails) -> tuple[str, ...]:
    """What a text says that is never sent about a restricted child: nouns, such as "the last address".

    Looks for the address and postcode, and for the whole name of each carer and sibling, whatever their
    case, spacing and punctuation. Of an address, the line that names the house is looked for, and each with
    a number; a town alone tells nothing.
    """
    told = compared(text)
    house, *others = details.address.replace(";", ",").replace("\n", ",").split(",")
    lines = (house if len(house.split()) > 1 else "", *filter(_has_digit, others))
    held = (
        ("the last address", (details.address, *lines)),
        ("the postcode", (details.postcode,)),
        ("a parent or carer", details.carers),
        ("a brother or sister", tuple(each.name for each in details.siblings)),
    )
    return tuple(noun for noun, each in held if any((key := compared(one)) and key in told for one in each))


def _missing(details: TraceDetails, today: date, *, restricted: bool) -> Iterator[tuple[str, str]]:
    sender = details.sender
    if not REFERENCE.fullmatch(details.reference):
        yield "reference", "The reference must be like TR-2026-0042."
    if not sender.officer.strip():
        yield "officer", "Enter the name of the officer who asks."
    if not _has_digit(sender.phone):
        yield "phone", "Enter the phone number of the officer who asks."
    if not sender.email.strip():
        yield "email", "Enter the secure e-mail address that answers may go to."
    elif not _EMAIL.fullmatch(sender.email.strip()):
        yield "email", "Enter the secure e-mail address like name@example.gov.uk."
    if not details.surname.strip():
        yield "surname", "Enter the child's legal surname."
    if not details.forenames.strip():
        yield "forenames", "Enter the child's forenames."
    # In confidence they are not sent, and nobody could take the number out: the form has no such field.
    if not restricted and any(map(_has_number, details.carers)):
        yield "carers", "Parents or carers are named without a phone number. Take the number out."
    if not restricted and any(_has_number(each.name) for each in details.siblings):
        yield "siblings", "Brothers and sisters are named without a phone number. Take the number out."
    if details.born_on is None:
        yield "born_on", "Enter the child's date of birth."
    elif details.born_on > today:
        yield "born_on", "The date of birth must not be in the future."
    if details.reply_by_on is None:
        yield "reply_by_on", "Enter the day until which an answer is asked for."
    elif details.reply_by_on <= today:
        yield "reply_by_on", "The day until which an answer is asked for must be after today."


def _given_away(details: TraceDetails) -> Iterator[tuple[str, str]]:
    # Where the child is believed to be is for the approver to tick; what was looked up is for everybody.
    if speaks_of_a_place(details.checks):
        yield "checks", PLACE
    for name in ("checks", "destination", "destination_why"):
        found = given_away(getattr(details, name), details)
        if found:
            yield name, f"This says {' and '.join(found)}, which is not sent for this child. Take it out."


def _has_number(text: str) -> bool:
    return sum(sign.isdigit() for sign in text) > _DIGITS_OF_A_NAME


def _has_digit(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")

_DIGITS_OF_A_NAME = 4
"""A year of birth may stand beside a name; more digits are a number to ring."""

_DATES = ("born_on", "reply_by_on", "last_attended_on", "last_seen_on", "off_roll_on")
_SEVERAL = ("former_upns", "former_names", "preferred_names", "carers")
