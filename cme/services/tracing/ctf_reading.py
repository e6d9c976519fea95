"""Reading a pupil file (CTF) that came from elsewhere: what it says, beside the children who are known here.

Nothing of it is kept but its name and its hash in the audit, and nothing on record is changed by it. Where a
person says that it is of a child with a case, the case says so. Source: tracing reference ss.1, 3, 9 and 10.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import Action, Entry, Refused
from cme.casework.entries import RequestEntry
from cme.casework.requesting import CTF_RECEIVED
from cme.clock import local_date
from cme.identity.likeness import Identity
from cme.identity.searching import Child
from cme.services import casework
from cme.services.tracing import searching
from cme.services.tracing.school_links import renumbered
from cme.services.tracing.searching import Found
from cme.store import audit, cases, schools
from cme.store import incoming as places
from cme.store.database import transaction
from cme.store.tables import Case, Registration
from cme.tracing.authorities import named
from cme.tracing.ctf import content as ctf
from cme.tracing.ctf.names import NotAName, Place, read_sender
from importers.ctf import Transfer, read_ctf
from importers.reading import Refused as Unreadable

LOST_MEANS = (
    "The file went to the Lost Pupil Database: its sender did not know where the child went. That alone does "
    "not mean that the child is missing."
)
NOT_A_SENDER = "The file does not say who sent it. Record the request in the case of the child."


@dataclass(frozen=True, slots=True)
class Candidate:
    """A child of ours who may be the one of the file.

    `name` is '' where the viewer may not know who. `case` is the newest one, where the viewer may record
    something in it; `is_recorded`: the child is on the record of children missing education.
    """

    found: Found
    name: str = ""
    registrations: Sequence[Registration] = ()
    case: Case | None = None
    is_recorded: bool = False


@dataclass(frozen=True, slots=True)
class PupilRead:
    """A child of the file, without home and contacts where the viewer may not see those of one like it."""

    pupil: ctf.Pupil
    candidates: tuple[Candidate, ...]
    is_withheld: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read: `notes` are what to look at, a sentence each."""

    transfer: Transfer
    notes: tuple[str, ...]
    pupils: tuple[PupilRead, ...]


def read(
    scope: Scope, content: bytes, filename: str, *, version: str, at: datetime, address: str = ""
) -> Reading | Refused:
    """What a pupil file says and who of the children within the scope may be meant; Refused where it is none.

    That somebody read it is on record with its name, its hash and who was found.
    """
    try:
        transfer = read_ctf(content, filename, version=version)
    except Unreadable as reason:
        return Refused((reason.issue.message,), ("file",))
    found = searching.find(scope, [_described(each) for each in transfer.pupils])
    candidates = _candidates(scope, found)
    pupils = tuple(map(_pupil_read, transfer.pupils, candidates))
    seen = sorted({each.found.pupil_id or 0 for own in candidates for each in own if each.name} - {0})
    with transaction():
        detail: audit.Detail = {
            "file": transfer.name.text,
            "sha256": transfer.sha256,
            "pupils": len(pupils),
            "seen": list(seen),
        }
        audit.record(scope, "ctf.read", f"user:{scope.user_id}", at=at, address=address, detail=detail)
    return Reading(transfer, _notes(transfer, local_date(at)), pupils)


def record_same_child(
    scope: Scope, reference: str, sender: str, *, at: datetime, address: str = ""
) -> Refused | None:
    """Say in a case that a file of its child came, from a sender of seven characters; its officer is alerted.

    Raises LookupError outside the scope.
    """
    try:
        place = read_sender(sender[:3], sender[3:])
    except NotAName:
        return Refused((NOT_A_SENDER,), ("stage",))
    if cases.find_case_id(scope, reference, Permission.RECORD_REQUEST) is None:
        raise LookupError("the case is not within the scope")
    request = RequestEntry(CTF_RECEIVED, sender_named(place), local_date(at))
    return casework.act(
        scope, reference, Action.RECORD_REQUEST, Entry(request=request), at=at, address=address
    )


def sender_named(place: Place) -> str:
    """Who sent a file, in words."""
    if place.is_authority:
        return named(place.authority)
    return f"School {place.authority}/{place.school}, {named(place.authority)}"


def _notes(transfer: Transfer, today: date) -> tuple[str, ...]:
    ends = (transfer.name.sender, transfer.name.receiver)
    closed = (renumbered(each.text, today) for each in ends if each.has_number and not each.is_authority)
    lost = LOST_MEANS if transfer.name.receiver.is_lost else ""
    said = (each.message for each in transfer.warnings)
    return tuple(dict.fromkeys(filter(None, (*said, *closed, lost))))


def _described(pupil: ctf.Pupil) -> Child:
    """A child of a file as it is searched for."""
    address = pupil.address or ctf.Address()
    identity = Identity(
        surname=pupil.surname,
        forename=pupil.forename,
        born_on=pupil.born_on,
        upns=tuple(filter(None, (pupil.upn, pupil.former_upn))),
        postcode=address.postcode,
        other_surnames=tuple(filter(None, (pupil.preferred_surname, pupil.former_surname))),
        other_forenames=tuple(filter(None, (pupil.preferred_forename, pupil.former_forename))),
    )
    parents = tuple(f"{each.forename} {each.surname}".strip() for each in pupil.contacts)
    return Child(identity, pupil.sex, ", ".join(address.lines), parents)


def _candidates(scope: Scope, found: Sequence[Sequence[Found]]) -> list[tuple[Candidate, ...]]:
    pupil_ids = {each.pupil_id for own in found for each in own if each.pupil_id is not None}
    within = {school.id for school in schools.list_schools(scope, Permission.SEE_PUPIL)}
    of_cases, rolls = places.read_cases(pupil_ids), places.read_registrations(pupil_ids)
    recorded = {
        each
        for authority_id in {grant.authority_id for grant in scope.grants}
        for each in places.read_recorded(pupil_ids, authority_id)
    }

    def candidate(one: Found) -> Candidate:
        if one.is_restricted:
            return Candidate(one)
        pupil_id = one.pupil_id or 0
        return Candidate(
            one,
            _name(one),
            [each for each in rolls.get(pupil_id, ()) if each.school_id in within],
            _case(scope, of_cases.get(pupil_id, ())),
            pupil_id in recorded,
        )

    return [tuple(map(candidate, own)) for own in found]


def _name(found: Found) -> str:
    ours = {each.field: each.ours for each in found.finding.grid}
    return f"{ours.get('Forenames', '')} {ours.get('Surname', '')}".strip() or ours.get("UPN", "")


def _case(scope: Scope, latest_first: Sequence[Case]) -> Case | None:
    """The open case of a child, or else the last, if something may be recorded in it."""
    case = next((each for each in latest_first if each.closed_at is None), next(iter(latest_first), None))
    if case is None or cases.find_case_id(scope, case.reference, Permission.RECORD_REQUEST) is None:
        return None
    return case


def _pupil_read(pupil: ctf.Pupil, candidates: tuple[Candidate, ...]) -> PupilRead:
    """The file may give the home of a child whom somebody protects here: then it is not shown."""
    if not any(each.found.is_restricted for each in candidates):
        return PupilRead(pupil, candidates, is_withheld=False)
    told = tuple(replace(each, found=_without_home(each.found)) for each in candidates)
    return PupilRead(replace(ctf.minimised(pupil), history=()), told, is_withheld=True)


def _without_home(found: Found) -> Found:
    grid = tuple(each for each in found.finding.grid if each.field not in _OF_HOME)
    return found._replace(finding=replace(found.finding, grid=grid))


_OF_HOME = frozenset({"Address", "Postcode", "Parents or carers", "Siblings"})
