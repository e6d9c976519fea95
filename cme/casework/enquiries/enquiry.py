"""An enquiry: what a person enters about one that was made, what is wrong with it, and as it is on record.

Source: casework reference s.7, where nothing else is named.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Self
from zoneinfo import ZoneInfo

from cme.attendance.calendar import SchoolCalendar
from cme.attendance.codes import Half
from cme.casework.enquiries.results import (
    CONCERNS,
    FACE_TO_FACE,
    METHODS,
    RESULTS,
    SETTLED_WITHOUT,
    Method,
    Result,
    ResultRule,
    results_for,
)
from cme.casework.enquiries.steps import RECHECK_STEP, Kind, Step, parse_due, read_steps
from cme.casework.words import day

__all__ = [
    "CONCERNS",
    "EARLIEST_BEFORE",
    "FACE_TO_FACE",
    "METHODS",
    "RESULTS",
    "SECOND_ATTEMPT",
    "SETTLED_WITHOUT",
    "EnquiryEntry",
    "Fault",
    "Kind",
    "LoggedEnquiry",
    "Method",
    "Result",
    "ResultRule",
    "Step",
    "Visit",
    "faults",
    "in_force",
    "is_late",
    "parse_due",
    "read_steps",
    "results_for",
]

ENGLAND = ZoneInfo("Europe/London")

SECOND_ATTEMPT = timedelta(hours=3)
"""How long after the first attempt the second one (E03) counts."""

EARLIEST_BEFORE = timedelta(days=14)
"""How long ago an enquiry can have been made where there is no case yet (our policy)."""

NO_SOURCE = "Choose at least one place where you looked, or say which other."

SECOND_VISIT_OF: Mapping[str, str] = MappingProxyType({"E19": "E18"})
"""A further visit -> the visit whose half-day it must not repeat."""


LONGEST: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "done_by": ("The name", 120),
        "done_role": ("The role", 120),
        "contacted": ("The name of who was asked", 240),
        "relation": ("The relation", 120),
        "used": ("The number or address", 254),
        "place": ("Where the family is said to be", 240),
        "next_action": ("What happens next", 400),
        "reason": ("The reason", 4000),
        "notes": ("The notes", 4000),
    }
)
"""Texts of an entry -> what sentences call them, and how many characters they may have."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a home visit found. `half` is the part of the day; `second_staff` the colleague who went along.

    The others say what was seen; False where it was not.
    """

    half: Half | None = None
    second_staff: str = ""
    answered: str = ""
    lights: bool = False
    post: bool = False
    vehicle: bool = False
    card_left: bool = False
    harm_seen: bool = False

    def stored(self) -> dict[str, Any]:
        """The visit as it is kept: JSON-ready."""
        return {**asdict(self), "half": self.half.value if self.half else ""}

    @classmethod
    def of(cls, stored: Mapping[str, Any] | None) -> Self | None:
        """The visit that was kept; None for an enquiry that was none."""
        if stored is None:
            return None
        known = {each.name: stored[each.name] for each in fields(cls) if each.name in stored}
        return cls(**{**known, "half": Half(stored["half"]) if stored.get("half") else None})


@dataclass(frozen=True, slots=True)
class EnquiryEntry:
    """What a person enters about an enquiry; blank or None where the form has nothing.

    `done_at` is when it was made, `done_by` who made it. `used` is the number, address or reference used.
    `place` is where the family is said to be: an address, a town, or a country. `reason` is the reason that
    was given for the absence or, for a step that does not apply or is waived, why.
    """

    step: str
    done_at: datetime | None
    done_by: str
    result: Result | None
    done_role: str = ""
    method: Method | None = None
    contact_id: int | None = None
    contacted: str = ""
    relation: str = ""
    used: str = ""
    reached_carer: bool | None = None
    spoke_to_child: bool | None = None
    child_seen: bool | None = None
    reason: str = ""
    place: str = ""
    visit: Visit | None = None
    notes: str = ""
    next_action: str = ""
    next_on: date | None = None
    restricted: bool = False
    form_token: str | None = None

    @property
    def done_on(self) -> date | None:
        """The date in England on which it was made; None where no time is given."""
        return self.done_at.astimezone(ENGLAND).date() if self.done_at else None

    @property
    def is_sighting(self) -> bool:
        """Whether the child was seen in person: it sets `days_unseen` to 0 (attendance reference s.6.2)."""
        return bool(self.child_seen) and self.method in FACE_TO_FACE

    @property
    def raises_concern(self) -> bool:
        """Whether the DSL looks at it the same day: somebody is concerned, or a visit saw signs of harm."""
        harm_seen = bool(self.visit and self.visit.harm_seen)
        return self.result in CONCERNS or (harm_seen and self.result is not Result.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class LoggedEnquiry:
    """An enquiry on record, as far as rules ask about it."""

    id: int
    step: str
    done_at: datetime
    entered_at: datetime
    result: Result
    contact_id: int | None = None
    next_on: date | None = None
    harm_seen: bool = False
    supersedes_id: int | None = None
    entered_role: str = ""

    @property
    def done_on(self) -> date:
        """The date in England on which it was made."""
        return self.done_at.astimezone(ENGLAND).date()

    @property
    def entered_on(self) -> date:
        """The date in England on which it was written down."""
        return self.entered_at.astimezone(ENGLAND).date()

    @property
    def raises_concern(self) -> bool:
        """As `EnquiryEntry.raises_concern`."""
        return self.result in CONCERNS or (self.harm_seen and self.result is not Result.WITHDRAWN)

    @property
    def is_made(self) -> bool:
        """Whether an enquiry was made at all, rather than a step put aside."""
        return self.result not in SETTLED_WITHOUT


def in_force(enquiries: Iterable[LoggedEnquiry]) -> tuple[LoggedEnquiry, ...]:
    """The entries that stand, in the order in which they were made: none that was superseded or withdrawn."""
    known = list(enquiries)
    superseded = {each.supersedes_id for each in known}
    standing = [each for each in known if each.id not in superseded and each.result is not Result.WITHDRAWN]
    return tuple(sorted(standing, key=lambda each: (each.done_at, each.id)))


def is_late(done_at: datetime, entered_at: datetime, calendar: SchoolCalendar) -> bool:
    """Whether an enquiry was written down more than one school day after it was made."""
    done_on, entered_on = done_at.astimezone(ENGLAND).date(), entered_at.astimezone(ENGLAND).date()
    return entered_on > calendar.nth_school_day_after(done_on, 1)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an entry: the field it is about, and a sentence that says what to do."""

    field: str
    sentence: str


def faults(
    entry: EnquiryEntry,
    *,
    at: datetime,
    began_on: date | None = None,
    before: Sequence[LoggedEnquiry] = (),
) -> tuple[Fault, ...]:
    """Everything that is wrong with an entry, in the order of the form; () when it can be kept.

    `at` is now; `began_on` the first day on which an enquiry belongs to the case (`CaseState.covers`), None
    where there is no case yet; `before` are the other entries that stand. A step that is not recorded as an
    enquiry at all is a fault too.
    """
    step = read_steps().get(entry.step)
    if step is None or not step.is_logged:
        return (Fault("step", "Choose an enquiry from the list."),)
    found = [*_when(entry, at, began_on), *_who(entry), *_result(entry, step), *_texts(entry)]
    if entry.result not in SETTLED_WITHOUT:
        found += [*_whom(entry, step), *_how(entry, step)]
        if step.kind is Kind.VISIT:
            found += _visit(entry, step, before)
    return tuple(found)


def _when(entry: EnquiryEntry, at: datetime, began_on: date | None) -> Iterable[Fault]:
    if entry.done_at is None:
        yield Fault("done_on", "Enter the date and the time at which it was done.")
        return
    earliest_on = began_on or at.astimezone(ENGLAND).date() - EARLIEST_BEFORE
    if entry.done_at > at:
        yield Fault("done_on", "The date and time must not be in the future. Enter when it was done.")
    elif entry.done_at.astimezone(ENGLAND).date() < earliest_on:
        yield Fault(
            "done_on",
            f"This is before the absence. Enter a date from {day(earliest_on)} on, and write in the notes "
            "what was heard before.",
        )
    if entry.next_on is not None and entry.next_on < entry.done_at.astimezone(ENGLAND).date():
        yield Fault("next_on", "The next date must not lie before the enquiry. Enter a later date.")


def _who(entry: EnquiryEntry) -> Iterable[Fault]:
    if not entry.done_by.strip():
        yield Fault("done_by", "Enter the name of the person who did it.")


def _result(entry: EnquiryEntry, step: Step) -> Iterable[Fault]:
    if entry.result is None or entry.result is Result.WITHDRAWN:
        yield Fault("result", "Choose what came of it.")
        return
    if entry.result not in SETTLED_WITHOUT and step.kind not in RESULTS[entry.result].kinds:
        yield Fault("result", "Choose a result that fits this enquiry.")
    for name, sentence in RESULTS[entry.result].needs.items():
        if getattr(entry, name) in (None, "") or not str(getattr(entry, name)).strip():
            yield Fault(name, sentence)


def _texts(entry: EnquiryEntry) -> Iterable[Fault]:
    for name, (called, most) in LONGEST.items():
        if len(getattr(entry, name)) > most:
            yield Fault(name, f"{called} must be {most:,} characters or fewer.")


def _whom(entry: EnquiryEntry, step: Step) -> Iterable[Fault]:
    if step.kind in (Kind.CALL, Kind.MESSAGE, Kind.LETTER):
        if entry.contact_id is None and not entry.contacted.strip():
            yield Fault("contact_id", "Choose who it was, or enter the name of somebody else.")
    elif step.kind is Kind.AGENCY and not entry.contacted.strip():
        yield Fault("contacted", "Enter who was told or asked.")
    elif step.code == RECHECK_STEP and not entry.contacted.strip():
        yield Fault("contacted", NO_SOURCE)
    if step.kind is Kind.LETTER and not entry.used.strip():
        yield Fault("used", "Enter the address it went to.")


def _how(entry: EnquiryEntry, step: Step) -> Iterable[Fault]:
    if entry.method not in METHODS[step.kind]:
        yield Fault("method", "Choose how it was done.")
    elif entry.child_seen and entry.method not in FACE_TO_FACE:
        yield Fault("child_seen", "A child is seen in person. Choose No, or record the visit itself.")


def _visit(entry: EnquiryEntry, step: Step, before: Sequence[LoggedEnquiry]) -> Iterable[Fault]:
    visit = entry.visit or Visit()
    if visit.half is None:
        yield Fault("half", "Choose whether the visit was in the morning or the afternoon.")
    elif entry.done_at is not None and visit.half is not half_of(entry.done_at):
        said = "morning" if visit.half is Half.AM else "afternoon"
        yield Fault("half", f"The time is not in the {said}. Correct the time or the half of the day.")
    if not entry.used.strip():
        yield Fault("used", "Enter the address that was visited.")
    if not visit.second_staff.strip():
        yield Fault("second_staff", "Enter the name of the second member of staff. Nobody visits alone.")
    elif visit.second_staff.strip().casefold() == entry.done_by.strip().casefold():
        yield Fault("second_staff", "Enter another person than the first. Nobody visits alone.")
    if not visit.answered.strip():
        yield Fault("answered", "Enter who answered the door, or “nobody”.")
    first = SECOND_VISIT_OF.get(step.code)
    if first and entry.done_at is not None and _repeats(entry.done_at, first, before):
        yield Fault(
            "done_on",
            "The first visit was in the same half of the same day. Visit again at another time or day.",
        )


def half_of(at: datetime) -> Half:
    """The half of the day in England that an instant falls in; noon is the afternoon."""
    return Half.AM if at.astimezone(ENGLAND).hour < 12 else Half.PM


def _repeats(done_at: datetime, first: str, before: Sequence[LoggedEnquiry]) -> bool:
    """Whether every first visit was in the same half-day, so that this one adds none."""
    halves = {(each.done_on, half_of(each.done_at)) for each in before if each.step == first and each.is_made}
    return halves == {(done_at.astimezone(ENGLAND).date(), half_of(done_at))}
