"""Enquiries made for a child, and the files that show what they found."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, contains_eager, selectinload, undefer

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.enquiries.enquiry import FACE_TO_FACE, SETTLED_WITHOUT, LoggedEnquiry, Result, Visit
from cme.clock import local_date
from cme.store.database import db
from cme.store.scoping import registrations_within
from cme.store.tables import Enquiry, EvidenceFile, Registration

_AT_ONCE = 500
"""Ids in one query."""


def as_logged(row: Enquiry) -> LoggedEnquiry:
    """A row as the rules ask about it."""
    visit = Visit.of(row.visit)
    return LoggedEnquiry(
        id=row.id,
        step=row.step,
        done_at=row.done_at,
        entered_at=row.entered_at,
        result=Result(row.outcome),
        contact_id=row.contact_id,
        next_on=row.next_on,
        harm_seen=bool(visit and visit.harm_seen),
        supersedes_id=row.supersedes_id,
        entered_role=row.entered_role,
    )


def list_enquiries(scope: Scope, registration_id: int) -> Sequence[Enquiry]:
    """Every enquiry of a registration with its files, superseded ones too, in the order of entry.

    Restricted ones are among them: what of them is shown is for the service to say.
    """
    return db.session.scalars(
        _within(scope)
        .where(Enquiry.registration_id == registration_id)
        .options(selectinload(Enquiry.evidence))
        .order_by(Enquiry.id)
    ).all()


def read_logged(scope: Scope, registration_ids: Collection[int]) -> dict[int, list[LoggedEnquiry]]:
    """The same of several registrations as the rules ask about them, restricted ones too: not to be shown."""
    found: dict[int, list[LoggedEnquiry]] = {key: [] for key in registration_ids}
    wanted = sorted(found)
    for start in range(0, len(wanted), _AT_ONCE):
        part = Enquiry.registration_id.in_(wanted[start : start + _AT_ONCE])
        for row in db.session.scalars(_within(scope).where(part).order_by(Enquiry.id)):
            found[row.registration_id].append(as_logged(row))
    return found


def find_enquiry(scope: Scope, enquiry_id: int) -> Enquiry | None:
    """One enquiry with its files; None outside the scope."""
    return db.session.scalar(
        _within(scope)
        .where(Enquiry.id == enquiry_id)
        .options(selectinload(Enquiry.evidence), contains_eager(Enquiry.registration))
    )


def find_by_form(scope: Scope, registration_id: int, form_token: str) -> Enquiry | None:
    """The enquiry of a child that a form was kept as; None where it was not sent before."""
    return db.session.scalar(
        _within(scope).where(Enquiry.registration_id == registration_id, Enquiry.form_token == form_token)
    )


def find_correction(scope: Scope, enquiry_id: int) -> Enquiry | None:
    """The entry that supersedes an enquiry; None where it stands, and outside the scope."""
    return db.session.scalar(_within(scope).where(Enquiry.supersedes_id == enquiry_id))


def find_evidence(scope: Scope, token: str) -> tuple[EvidenceFile, Enquiry] | None:
    """One file, its content still sealed, with the enquiry that it belongs to; None outside the scope."""
    row = db.session.execute(
        select(EvidenceFile, Enquiry)
        .join(Enquiry, Enquiry.id == EvidenceFile.enquiry_id)
        .join(Enquiry.registration)
        .where(EvidenceFile.token == token, registrations_within(scope, Permission.SEE_PUPIL))
        .options(undefer(EvidenceFile.content))
    ).first()
    return (row[0], row[1]) if row else None


def is_restricted(scope: Scope, enquiry: Enquiry) -> bool:
    """Whether an enquiry is restricted, or any correction of it."""
    each: Enquiry | None = enquiry
    while each is not None and not each.restricted:
        each = find_correction(scope, each.id)
    return each is not None


def may_see_restricted(scope: Scope, registration_id: int) -> bool:
    """Whether the scope may read restricted enquiries of a child: they are risk notes."""
    within = registrations_within(scope, Permission.SEE_RISK_NOTES)
    found = db.session.scalar(select(Registration.id).where(Registration.id == registration_id, within))
    return found is not None


def read_sightings(
    scope: Scope, school_id: int, registration_ids: Collection[int] | None = None
) -> dict[int, frozenset[date]]:
    """The dates on which children of a school were seen in person, by registration, of entries that stand.

    All of the school, or those named; one who was not seen is left out. Source: attendance reference s.6.2.
    """
    correction = aliased(Enquiry)
    query = (
        select(Enquiry.registration_id, Enquiry.done_at)
        .join(Enquiry.registration)
        .where(
            Registration.school_id == school_id,
            Enquiry.child_seen.is_(True),
            Enquiry.method.in_(FACE_TO_FACE),
            Enquiry.outcome.not_in(SETTLED_WITHOUT),
            ~select(correction.id).where(correction.supersedes_id == Enquiry.id).exists(),
            registrations_within(scope, Permission.SEE_PUPIL),
        )
    )
    if registration_ids is not None:
        query = query.where(Enquiry.registration_id.in_(registration_ids))
    found: dict[int, set[date]] = {}
    for registration_id, done_at in db.session.execute(query):
        found.setdefault(registration_id, set()).add(local_date(done_at))
    return {key: frozenset(days) for key, days in found.items()}


def _within(scope: Scope) -> Select[Enquiry]:
    return select(Enquiry).join(Enquiry.registration).where(registrations_within(scope, Permission.SEE_PUPIL))
