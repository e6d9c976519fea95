"""What measures are made of: numbers and dates of many cases at once, and no child's name."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.standing import RETURN_DAYS
from cme.casework.events import ACKNOWLEDGING, EventKind
from cme.casework.removal.afterwards import JOINT_GROUNDS
from cme.casework.stages import OPEN_STAGES
from cme.store.database import db
from cme.store.tables import Case, CaseEvent, Enquiry, JointStatement, Registration, Removal, School

MEASURED = (
    EventKind.CASE_OPENED,
    EventKind.REFERRAL_SENT,
    *ACKNOWLEDGING,
    EventKind.REFERRAL_RETURNED,
    EventKind.REFERRAL_DECLINED,
    EventKind.RESULT_GIVEN,
    EventKind.CASE_CLOSED,
    EventKind.CASE_TRANSFERRED,
    EventKind.CTF_UPLOADED,
    EventKind.PUPIL_READMITTED,
)
"""The events that measures are made of."""


class OpenCase(NamedTuple):
    """An open case: where it stands, since when, and since when its pupil file (CTF) is awaited."""

    stage: str
    opened_at: datetime
    file_awaited_since_on: date | None


class Happened(NamedTuple):
    """An event of a case that was opened since a date."""

    case_id: int
    school_id: int
    registration_id: int
    kind: str
    at: datetime
    data: dict[str, Any]


class Enquired(NamedTuple):
    """An enquiry that was completed: of whom, which step, and when."""

    registration_id: int
    step: str
    done_at: datetime
    outcome: str


def list_open(scope: Scope, permission: Permission = Permission.SEE_INSIGHT) -> Sequence[OpenCase]:
    """Every open case of the authorities where the scope holds the permission."""
    uploaded = select(CaseEvent.id).where(
        CaseEvent.case_id == Case.id, CaseEvent.kind == EventKind.CTF_UPLOADED.value
    )
    awaited_since_on = (
        select(func.max(Removal.removed_on))
        .where(Removal.case_id == Case.id, ~uploaded.exists())
        .correlate(Case)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Case.stage, Case.opened_at, awaited_since_on).where(
            _of_authorities(scope, permission), Case.stage.in_(OPEN_STAGES)
        )
    )
    return [OpenCase(*row) for row in rows]


def list_happened(scope: Scope, since_at: datetime) -> Sequence[Happened]:
    """What happened in the cases that were opened since an instant, in order."""
    rows = db.session.execute(
        select(
            CaseEvent.case_id,
            Case.school_id,
            Case.registration_id,
            CaseEvent.kind,
            CaseEvent.at,
            CaseEvent.data,
        )
        .join(Case, Case.id == CaseEvent.case_id)
        .where(_of_authorities(scope), Case.opened_at >= since_at, CaseEvent.kind.in_(MEASURED))
        .order_by(CaseEvent.case_id, CaseEvent.seq)
    )
    return [Happened(*row) for row in rows]


def list_enquired(scope: Scope, since_at: datetime, steps: Sequence[str]) -> Sequence[Enquired]:
    """The enquiries of some steps for the children of those cases, other than those that were corrected."""
    correction = select(Enquiry.supersedes_id).where(Enquiry.supersedes_id.is_not(None))
    of_cases = select(Case.registration_id).where(_of_authorities(scope), Case.opened_at >= since_at)
    rows = db.session.execute(
        select(Enquiry.registration_id, Enquiry.step, Enquiry.done_at, Enquiry.outcome).where(
            Enquiry.registration_id.in_(of_cases),
            Enquiry.step.in_(steps),
            Enquiry.id.not_in(correction),
        )
    )
    return [Enquired(*row) for row in rows]


def count_removals(scope: Scope, since_on: date) -> tuple[int, int]:
    """Removals that rest on joint enquiries since a date, and how many of them have the signed statement."""
    stated = select(JointStatement.id).where(
        JointStatement.case_id == Removal.case_id,
        JointStatement.sha256 == Removal.sha256,
        JointStatement.school_signed_at.is_not(None),
        JointStatement.authority_signed_at.is_not(None),
        JointStatement.withdrawn_at.is_(None),
    )
    total, full = db.session.execute(
        select(func.count(), func.count().filter(stated.exists()))
        .select_from(Removal)
        .join(Case, Case.id == Removal.case_id)
        .where(_of_authorities(scope), Removal.removed_on >= since_on, Removal.ground.in_(JOINT_GROUNDS))
    ).one()
    return total, full


def count_undecided(scope: Scope) -> dict[int, int]:
    """By school, the children absent for ten days or more, neither referred nor decided about."""
    decided = (
        select(Case.id)
        .outerjoin(CaseEvent, CaseEvent.case_id == Case.id)
        .where(
            Case.registration_id == Registration.id,
            or_(
                and_(Case.closed_at.is_(None), Case.referred_at.is_not(None)),
                and_(
                    CaseEvent.kind.in_((EventKind.REFERRAL_SENT, EventKind.REFERRAL_DECLINED)),
                    CaseEvent.at >= Registration.run_started_on,
                ),
            ),
        )
    )
    rows = db.session.execute(
        select(Registration.school_id, func.count())
        .join(Registration.school)
        .where(
            School.authority_id.in_(scope.reach(Permission.SEE_INSIGHT).authorities),
            Registration.on_roll,
            Registration.return_run >= RETURN_DAYS,
            ~decided.exists(),
        )
        .group_by(Registration.school_id)
    )
    return dict(iter(rows))


def _of_authorities(scope: Scope, permission: Permission = Permission.SEE_INSIGHT) -> ColumnElement[bool]:
    return Case.authority_id.in_(scope.reach(permission).authorities)
