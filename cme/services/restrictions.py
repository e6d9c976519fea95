"""Contact restrictions: adding one, ending one, and what they hide from whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import Refused
from cme.casework.safety import restrictions as rules
from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN, RestrictionKind, Restrictions
from cme.identity.names import compared
from cme.services.judging import restate
from cme.store import audit, cases, pupils, roll
from cme.store import restrictions as store
from cme.store.database import db, transaction
from cme.store.tables import Registration, Restriction
from importers.roll.entries import ADDRESS, address_lines

ENDED = "This restriction has been ended before. Nothing was changed."
IN_FORCE = (
    "This restriction is in force already, for another reason. End that one first, or add nothing: "
    "it holds as it is."
)
NO_RIGHT = "Contact restrictions are for the designated safeguarding lead and the local authority. Ask them."
NOT_A_CONTACT = "Choose one of the contacts on record, or enter a name."
WHY_ENDED = "Enter why the restriction no longer holds, and who says so."


@dataclass(frozen=True, slots=True)
class NewRestriction:
    """A restriction as it is entered.

    NO_CONTACT names a contact on record by `contact_id`, or anybody else in `who`; neither means everybody.
    """

    kind: RestrictionKind
    contact_id: int | None = None
    who: str = ""
    note: str = ""


def in_force(scope: Scope, registration_id: int) -> Restrictions:
    """What holds for one child, to be asked before anybody calls, writes, visits or prints.

    Raises LookupError outside the scope: not knowing is not the same as there being none.
    """
    found = store.read_restrictions(scope, (registration_id,))
    if registration_id not in found:
        raise LookupError("the pupil is not within the scope")
    return found[registration_id]


def homes_hidden(scope: Scope, registration_ids: Collection[int]) -> frozenset[int]:
    """The children among these whose address this viewer may not see; one outside the scope is among them."""
    found = store.read_restrictions(scope, registration_ids)
    hidden = {key for key in registration_ids if key not in found or found[key].address_is_protected}
    return frozenset(hidden) - store.read_with(scope, Permission.SEE_PROTECTED_ADDRESS, hidden)


def home_of(scope: Scope, registration: Registration) -> tuple[str, ...]:
    """The lines of a child's address as this viewer may see it; `ADDRESS_NOT_SHOWN` in its place if not.

    () where no address is on record. Use this wherever an address is shown, printed or filled in.
    """
    pupil = registration.pupil
    lines = tuple(address_lines([getattr(pupil, part) for part in ADDRESS]))
    return (ADDRESS_NOT_SHOWN,) if lines and homes_hidden(scope, (registration.id,)) else lines


def may_restrict(scope: Scope, registration_id: int) -> bool:
    """Whether the viewer adds and ends restrictions for this child."""
    return bool(store.read_with(scope, Permission.RESTRICT_CONTACT, (registration_id,)))


def may_see_notes(scope: Scope, registration_id: int) -> bool:
    """Whether the viewer may read why a restriction was made, and reach a contact that is barred."""
    return bool(store.read_with(scope, Permission.SEE_RISK_NOTES, (registration_id,)))


def add(
    scope: Scope, registration_id: int, new: NewRestriction, *, at: datetime, address: str = ""
) -> int | Refused:
    """Restrict contact from now on; the restriction's id, or Refused.

    The same restriction, added again, is the one in force. Raises LookupError outside the scope.
    """
    found = rules.faults(new.kind, new.who, new.note)
    if found:
        return Refused(tuple(found.values()), tuple(found))
    with transaction():
        registration = pupils.lock_registration(scope, registration_id)
        if registration is None:
            raise LookupError("the pupil is not within the scope")
        if not may_restrict(scope, registration_id):
            return Refused((NO_RIGHT,), ("permission",))
        who = _who(scope, registration_id, new)
        if who is None:
            return Refused((NOT_A_CONTACT,), ("contact_id",))
        same = _same(scope, registration_id, new, who)
        if same is not None:
            return same.id if same.note == new.note.strip() else Refused((IN_FORCE,), ("note",))
        restriction = Restriction(
            pupil_id=registration.pupil_id,
            contact_id=new.contact_id,
            kind=new.kind,
            who=who,
            note=new.note.strip(),
            created_at=at,
            created_by=scope.name,
        )
        db.session.add(restriction)
        db.session.flush()
        _restate(scope, registration_id, at=at)
        _record(scope, "restriction.added", restriction, registration_id, at=at, address=address)
        return restriction.id


def end(scope: Scope, restriction_id: int, reason: str, *, at: datetime, address: str = "") -> Refused | None:
    """End a restriction, which stays on record with the reason. Raises LookupError outside the scope."""
    with transaction():
        found = store.find_restriction(scope, restriction_id)
        if found is None:
            raise LookupError("the restriction is not within the scope")
        registration_id = found[1].id
        pupils.lock_registration(scope, registration_id)
        restriction = found[0]
        db.session.refresh(restriction)
        if restriction.ended_at is not None:
            return Refused((ENDED,), ("stage",))
        if not reason.strip():
            return Refused((WHY_ENDED,), ("reason",))
        restriction.ended_at, restriction.ended_by = at, scope.name
        restriction.end_reason = reason.strip()
        db.session.flush()
        _restate(scope, registration_id, at=at)
        _record(scope, "restriction.ended", restriction, registration_id, at=at, address=address)
    return None


def _who(scope: Scope, registration_id: int, new: NewRestriction) -> str | None:
    """The name it is about, '' for everybody; None for a contact who is not this child's."""
    if new.contact_id is None:
        return new.who.strip()
    contacts = {one.id: one for one in roll.list_contacts(scope, registration_id)}
    contact = contacts.get(new.contact_id)
    return (contact.name or f"contact {contact.position}") if contact else None


def _same(scope: Scope, registration_id: int, new: NewRestriction, who: str) -> Restriction | None:
    own = store.read_in_force(scope, (registration_id,)).get(registration_id, ())
    about = (new.kind, new.contact_id, compared(who))
    return next((one for one in own if (one.kind, one.contact_id, compared(one.who)) == about), None)


def _restate(scope: Scope, registration_id: int, *, at: datetime) -> None:
    """A step that must not be made is not due, and one that may be made again is: at once."""
    for case in cases.list_case_history(scope, registration_id):
        if case.closed_at is None:
            restate(case, at=at)


def _record(
    scope: Scope, action: str, restriction: Restriction, registration_id: int, *, at: datetime, address: str
) -> None:
    detail: dict[str, audit.Word] = {"kind": restriction.kind, "registration": registration_id}
    audit.record(scope, action, f"restriction:{restriction.id}", at=at, address=address, detail=detail)
