"""The calls of a school day: whom to ring about, and recording a call with the phone still in the hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import Refused
from cme.casework.enquiries.calls import (
    PARENTS,
    UNEXPLAINED,
    Progress,
    Urgency,
    call_order,
    is_unexplained,
    urgency,
)
from cme.casework.enquiries.enquiry import LONGEST, RESULTS, EnquiryEntry, Method, Result
from cme.casework.policy.clocks import strikes_at
from cme.casework.safety.flags import KnownRisks
from cme.casework.safety.restrictions import Restrictions
from cme.clock import LONDON, local_date
from cme.services import enquiries
from cme.services.absence import calendar_of, whole_school
from cme.services.policies import pack_in_force
from cme.services.restrictions import in_force
from cme.services.tracing.siblings import Sibling, siblings_at_school
from cme.store import enquiries as logged
from cme.store import marks, risks, roll
from cme.store.marks import DayMarks
from cme.store.restrictions import read_restrictions, read_with
from cme.store.tables import Contact, Registration, School

CHOOSE_RESULT = "Choose what came of the call."
CHOOSE_CONTACT = "Choose whom you rang."
DO_NOT_RING = "Nobody rings the family. Tell the designated safeguarding lead what you know."
SAY_WHO = "Enter whom you rang, and what was said."
SAY_WHAT = "Enter what was said."
WHERE_TO = "Enter where the family is said to be: a country, or an address."
NOT_ON_THE_LIST = "Somebody who is not on the list: see what was said"
LONGEST_SAID = 1000

SOMEBODY_ELSE = 0
"""In place of a contact's id: somebody who is not on the list was rung, or rang the school."""

_NOBODY_ANSWERED = frozenset({Result.NO_ANSWER, Result.MESSAGE_LEFT, Result.NUMBER_DEAD, Result.WRONG_PERSON})
_REACHED = frozenset(Result) - _NOBODY_ANSWERED


@dataclass(frozen=True, slots=True)
class Waiting:
    """A child about whom somebody must be rung: why, and how far it has come.

    `registration` has its pupil with contacts and flags. Of the `risks` whoever may not see risk notes is
    told no more than `is_first`.
    """

    registration: Registration
    marks: DayMarks
    progress: Progress
    risks: KnownRisks

    @property
    def is_first(self) -> bool:
        """Whether the child has a flag or is missing; a young age alone is that of a whole primary school."""
        return bool(self.risks.kinds) or self.risks.is_missing

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """The contacts on record in call order."""
        held = (one for one in self.registration.pupil.contacts if one.ended_at is None)
        return tuple(sorted(held, key=lambda one: (one.position, one.id)))


@dataclass(frozen=True, slots=True)
class CallList:
    """The children of a school to ring about, in the order to ring.

    `on` is the newest day with marks, None before the first register; `urgency` is that of its calls.
    `settled` counts the children of that day about whom somebody was reached.
    """

    on: date | None
    urgency: Urgency
    waiting: tuple[Waiting, ...] = ()
    settled: int = 0


@dataclass(frozen=True, slots=True)
class Family:
    """What must be known before a call: what is restricted, and who else of the family is absent."""

    restrictions: Restrictions
    siblings: tuple[Sibling, ...]


def list_calls(scope: Scope, school: School, *, at: datetime, also: int | None = None) -> CallList:
    """Everybody on roll with an unexplained absence on the newest register day whom nobody has asked after.

    The caller found the school within the scope. `also` is a registration to list whatever its marks are.
    """
    on = marks.last_marked_on(scope, school.id)
    marked = _unexplained(scope, school.id, on) if on else {}
    shown = marked if also is None else {also: DayMarks(), **marked}
    entries = logged.read_logged(scope, shown)
    began_at = datetime.combine(on or local_date(at), time.min, LONDON).astimezone(UTC)
    progress = {key: Progress.of(entries[key], began_at) for key in shown}
    open_ = [key for key in shown if key == also or not progress[key].is_settled]
    registrations = roll.read_rolls(scope, school.id, open_)
    known = risks.read_risks(whole_school(school), school.id)
    under = pack_in_force(school.authority, local_date(at)).young_child_age_under
    waiting = [
        Waiting(
            one,
            shown[key],
            progress[key],
            known.get(key, KnownRisks()).of_age(one.pupil.born_on, local_date(at), under=under),
        )
        for key, one in registrations.items()
    ]
    return CallList(
        on,
        _urgency(school, on, at) if on else Urgency.TO_DO,
        tuple(sorted(waiting, key=_in_order)),
        sum(progress[key].is_settled for key in marked),
    )


def families_of(scope: Scope, school: School, waiting: Iterable[Waiting]) -> Mapping[int, Family]:
    """For each child on the list, by registration, what to know before ringing."""
    keys = [one.registration.id for one in waiting]
    restricted, siblings = read_restrictions(scope, keys), siblings_at_school(scope, school.id, keys)
    return {key: Family(restricted[key], siblings[key]) for key in keys}


def may_record(scope: Scope, registration_id: int) -> bool:
    """Whether the viewer records calls for this child."""
    return bool(read_with(scope, Permission.ENQUIRE_AT_SCHOOL, (registration_id,)))


def record_call(
    scope: Scope,
    registration_id: int,
    contact_id: int | None,
    result: Result | None,
    said: str,
    *,
    keep_back: bool = False,
    form_token: str | None = None,
    at: datetime,
    address: str = "",
) -> int | Refused:
    """Keep a call to a contact, made just now, as the enquiry that it is; its id, or Refused.

    `contact_id` is `SOMEBODY_ELSE` for a person who is not on the list, None where nobody was chosen. Which
    step of the catalogue it is follows from the contact's place in the call order and from the calls before
    it. Raises LookupError outside the scope.
    """
    contacts = roll.list_contacts(scope, registration_id)
    restricted = in_force(scope, registration_id)
    allowed = [one.id for one in contacts if not restricted.bars(one.id, one.name)]
    missing = _missing(contact_id, allowed, result, said)
    if restricted.stops_family_contact:
        missing["contact"] = DO_NOT_RING
    if missing or result is None:
        return Refused(tuple(missing.values()), tuple(missing))
    calls = Progress.of(logged.read_logged(scope, (registration_id,))[registration_id], _midnight(at))
    step = calls.step_for(_place(contact_id, allowed), contact_id or None, at)
    entry = _entry(scope, step, contact_id or None, result, said.strip(), at=at, form_token=form_token)
    # Only whoever reads such an entry keeps it from others.
    is_restricted = keep_back and logged.may_see_restricted(scope, registration_id)
    entry = replace(entry, restricted=entry.restricted or is_restricted)
    return enquiries.log(scope, registration_id, entry, at=at, address=address)


def _unexplained(scope: Scope, school_id: int, on: date) -> dict[int, DayMarks]:
    marked = marks.read_marked(scope, school_id, on, UNEXPLAINED)
    return {key: day for key, day in marked.items() if is_unexplained(*day)}


def _urgency(school: School, on: date, at: datetime) -> Urgency:
    clocks, calendar = pack_in_force(school.authority, on).clocks, calendar_of(school)
    amber_at, red_at = (
        strikes_at(clocks[name], on, calendar, zone=LONDON)
        for name in ("first_contact_amber", "first_contact_red")
    )
    return urgency(at, amber_at, red_at, zone=LONDON)


def _in_order(one: Waiting) -> tuple[int, bool, int, str, int]:
    registration, pupil = one.registration, one.registration.pupil
    rank = 0 if one.is_first else 1 if one.risks.is_young else 2
    name = f"{pupil.surname}, {pupil.forename}"
    return (*call_order(rank, one.progress, registration.return_run or 0, name), registration.id)


def _place(contact_id: int | None, allowed: Sequence[int]) -> int:
    """The place in the call order: that of an emergency contact for whoever is not on it, if anybody is."""
    if contact_id in allowed:
        return allowed.index(contact_id) + 1
    return PARENTS + 1 if allowed else 1


def _midnight(at: datetime) -> datetime:
    return datetime.combine(local_date(at), time.min, LONDON).astimezone(UTC)


def _missing(
    contact_id: int | None, allowed: Sequence[int], result: Result | None, said: str
) -> dict[str, str]:
    missing = {} if contact_id in (SOMEBODY_ELSE, *allowed) else {"contact": CHOOSE_CONTACT}
    says_where = result is not None and "place" in RESULTS[result].needs
    if result is None:
        missing["result"] = CHOOSE_RESULT
    elif says_where and not said.strip():
        missing["said"] = WHERE_TO
    elif contact_id == SOMEBODY_ELSE and not said.strip():
        missing["said"] = SAY_WHO
    elif result in _REACHED and not said.strip():
        missing["said"] = SAY_WHAT
    most = LONGEST["place"][1] if says_where else LONGEST_SAID
    if len(said) > most:
        missing["said"] = f"What was said must be {most:,} characters or fewer."
    return missing


def _entry(
    scope: Scope,
    step: str,
    contact_id: int | None,
    result: Result,
    said: str,
    *,
    at: datetime,
    form_token: str | None,
) -> EnquiryEntry:
    is_reached = result in _REACHED
    return EnquiryEntry(
        step=step,
        done_at=at,
        done_by=scope.name,
        done_role=scope.role_label,
        result=result,
        method=Method.PHONE,
        contact_id=contact_id,
        contacted="" if contact_id else NOT_ON_THE_LIST,
        reached_carer=is_reached,
        reason=said if is_reached else "",
        notes="" if is_reached else said,
        place=said if "place" in RESULTS[result].needs else "",
        form_token=form_token,
    )
