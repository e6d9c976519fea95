"""The queue of referrals: its pages, its counts, who can be given a case, and filters that people keep."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from cme.access.roles import Permission, Role
from cme.access.scope import Scope
from cme.casework.events import ACKNOWLEDGING, EventKind
from cme.casework.stages import OPEN_STAGES, Stage
from cme.store.cases import closed_in_absence
from cme.store.database import db
from cme.store.paging import Key, Slice, read_slice
from cme.store.scoping import cases_within, registrations_within
from cme.store.tables import Case, CaseEvent, Enquiry, Membership, Registration, SavedQueue, School, User

UNATTENDED_FROM = 3
"""The run from which a child for whom nobody did anything is listed (casework reference s.17)."""

_NO_DATE = date(9999, 12, 31)
"""Stands for a date that there is not, so that both databases sort it last."""

_DUE = Key(func.coalesce(Case.authority_due_on, _NO_DATE), date)
_ID = Key(Case.id.expression, int)

SORTS: Mapping[str, tuple[Key, ...]] = {
    "risk": (Key(Case.risk.expression, int), _DUE, Key(Case.referred_at.expression, datetime), _ID),
    "due": (_DUE, _ID),
    "received": (Key(Case.referred_at.expression, datetime), _ID),
    "run": (Key(func.coalesce(Registration.return_run, -1), int), _ID),
    "reference": (Key(Case.reference.expression, str), _ID),
    "stage": (Key(Case.stage.expression, str), _DUE, _ID),
}
"""What the queue can be sorted by. The first is how it is worked: risk, then deadline, then age."""


class View(StrEnum):
    """A part of the queue that somebody works through."""

    ALL = "all"
    MINE = "mine"
    UNALLOCATED = "unallocated"
    OVERDUE = "overdue"
    UNTOUCHED = "untouched"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What of the queue to show: a view, stages and schools (all when empty), an order, and a place in it.

    `untouched_before` is the first day on which a case must have been touched not to count as untouched.
    """

    view: View = View.ALL
    stages: tuple[str, ...] = ()
    school_ids: tuple[int, ...] = ()
    today: date | None = None
    untouched_before: date | None = None
    sort: str = "risk"
    descending: bool = False
    after: str = ""
    before: str = ""
    per_page: int = 25


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases are in each view, and how many the filter lets through.

    `unattended`: children who are absent and for whom nobody did anything. `closed`: children whose case was
    closed in an absence that still goes on.
    """

    views: Mapping[View, int]
    total: int
    unattended: int
    closed: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody whom cases can be given to; `works` says whether as their officer, and not only as cover."""

    id: int
    name: str
    email: str
    works: bool


def read_queue(scope: Scope, wanted: QueueFilter) -> Slice:
    """A page of the referred cases that the scope may work on, with pupils and schools."""
    query = (
        select(Case)
        .join(Case.registration)
        .join(Registration.pupil)
        .where(_referred(scope), _chosen(scope, wanted))
        .options(
            contains_eager(Case.registration).contains_eager(Registration.pupil), joinedload(Case.school)
        )
    )
    first, *others = SORTS.get(wanted.sort, SORTS["risk"])
    keys = [Key(first.column, first.kind, descending=wanted.descending), *others]
    return read_slice(query, keys, after=wanted.after, before=wanted.before, per_page=wanted.per_page)


def count_queue(scope: Scope, wanted: QueueFilter) -> Counts:
    """How many open cases each view has, whatever else is chosen, and how many the filter lets through."""
    is_open = Case.stage.in_(OPEN_STAGES)
    views = [func.count(sql_case((and_(is_open, _in(scope, view, wanted)), 1))) for view in View]
    total = func.count(sql_case((_chosen(scope, wanted), 1)))
    unattended = _count_of_unattended(scope).scalar_subquery()
    closed = _count_of_closed(scope).correlate(None).scalar_subquery()
    *numbers, found, alone, ended = db.session.execute(
        select(*views, total, unattended, closed).select_from(Case).where(_referred(scope))
    ).one()
    return Counts(dict(zip(View, numbers, strict=True)), found, alone, ended)


def count_unattended(scope: Scope) -> int:
    """How many children of the scope are absent for whom nobody did anything."""
    return db.session.scalar(_count_of_unattended(scope)) or 0


def count_closed_in_absence(scope: Scope) -> int:
    """How many cases were closed in an absence that still goes on."""
    return db.session.scalar(_count_of_closed(scope)) or 0


def list_unattended(scope: Scope, *, after: str = "", before: str = "", per_page: int = 25) -> Slice:
    """The children of the scope who are absent for whom nobody did anything, the longest absent first."""
    query = (
        select(Registration)
        .join(Registration.pupil)
        .where(_unattended(scope))
        .options(contains_eager(Registration.pupil), joinedload(Registration.school))
    )
    keys = (
        Key(func.coalesce(Registration.return_run, 0), int, descending=True),
        Key(Registration.id.expression, int),
    )
    return read_slice(query, keys, after=after, before=before, per_page=per_page)


def list_closed_in_absence(scope: Scope, *, after: str = "", before: str = "", per_page: int = 25) -> Slice:
    """The last cases of children who are still absent in the absence in which they were closed, the longest
    absent first, with their events: no other list shows them."""
    query = (
        select(Case)
        .join(Case.registration)
        .join(Registration.pupil)
        .where(_closed_in_absence(scope))
        .options(
            contains_eager(Case.registration).contains_eager(Registration.pupil),
            joinedload(Case.school),
            selectinload(Case.events),
        )
    )
    keys = (
        Key(func.coalesce(Registration.return_run, 0), int, descending=True),
        Key(Case.id.expression, int),
    )
    return read_slice(query, keys, after=after, before=before, per_page=per_page)


def read_acknowledged(scope: Scope, case_ids: Iterable[int]) -> frozenset[int]:
    """Which of these cases' referrals have been acknowledged, with the latest update to each."""
    said = CaseEvent.kind.in_(ACKNOWLEDGING)
    sent = CaseEvent.kind == EventKind.REFERRAL_UPDATED
    return frozenset(
        db.session.scalars(
            select(CaseEvent.case_id)
            .join(Case, Case.id == CaseEvent.case_id)
            .where(
                CaseEvent.case_id.in_(case_ids), or_(said, sent), cases_within(scope, Permission.SEE_QUEUE)
            )
            .group_by(CaseEvent.case_id)
            .having(_last(said) > _last(sent))
        )
    )


def list_queue_schools(scope: Scope) -> Sequence[School]:
    """The schools that have referred a child to the scope's queue, by name."""
    referring = select(Case.school_id).where(_referred(scope))
    return db.session.scalars(
        select(School).where(School.id.in_(referring)).order_by(School.name, School.id)
    ).all()


def list_colleagues(scope: Scope, today: date) -> Sequence[Colleague]:
    """Who works on cases, or covers, where the scope allocates them, by name; nobody who has left.

    All authorities at once: whether somebody fits a case is asked when it is given (`services.triage`).
    """
    rows = db.session.execute(
        select(User.id, User.name, User.email, func.count(sql_case((Membership.role == Role.CME_OFFICER, 1))))
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.role.in_((Role.CME_OFFICER, Role.LA_MANAGER)),
            Membership.authority_id.in_(scope.reach(Permission.ALLOCATE_CASE).authorities),
            or_(Membership.expires_on.is_(None), Membership.expires_on >= today),
            User.is_active,
        )
        .group_by(User.id, User.name, User.email)
        .order_by(User.name, User.id)
    )
    return [Colleague(key, name, email, bool(works)) for key, name, email, works in rows]


def read_names(scope: Scope, user_ids: Iterable[int]) -> dict[int, str]:
    """The names of those who work on cases of the scope's queue; of nobody else."""
    wanted = sorted(set(user_ids))
    if not wanted or not scope.reach(Permission.SEE_QUEUE):
        return {}
    working = select(Case.id).where(
        cases_within(scope, Permission.SEE_QUEUE), or_(Case.officer_id == User.id, Case.cover_id == User.id)
    )
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted), working.exists()))
    return dict(iter(rows))


def list_saved(scope: Scope) -> Sequence[SavedQueue]:
    """The filters that the person who asks has kept, by name."""
    return db.session.scalars(
        select(SavedQueue).where(SavedQueue.user_id == scope.user_id).order_by(SavedQueue.name)
    ).all()


def add_saved(user_id: int, name: str, query: str, at: datetime) -> None:
    """Keep a filter, inside the open transaction."""
    db.session.add(SavedQueue(user_id=user_id, name=name, query=query, created_at=at))
    db.session.flush()


def delete_saved(scope: Scope, saved_id: int) -> bool:
    """Let go of a filter of one's own; False where there is none of that number."""
    gone = db.session.execute(
        delete(SavedQueue)
        .where(SavedQueue.id == saved_id, SavedQueue.user_id == scope.user_id)
        .returning(SavedQueue.id)
    )
    return gone.first() is not None


def _referred(scope: Scope) -> ColumnElement[bool]:
    return and_(Case.referred_at.is_not(None), cases_within(scope, Permission.SEE_QUEUE))


def _chosen(scope: Scope, wanted: QueueFilter) -> ColumnElement[bool]:
    """Everything that was chosen, as one condition on Case."""
    conditions = [Case.stage.in_(wanted.stages or OPEN_STAGES), _in(scope, wanted.view, wanted)]
    if wanted.school_ids:
        conditions.append(Case.school_id.in_(wanted.school_ids))
    return and_(*conditions)


def _in(scope: Scope, view: View, wanted: QueueFilter) -> ColumnElement[bool]:
    match view:
        case View.MINE:
            return or_(Case.officer_id == scope.user_id, Case.cover_id == scope.user_id)
        case View.UNALLOCATED:
            return Case.officer_id.is_(None)
        case View.OVERDUE:
            return Case.authority_due_on < wanted.today
        case View.UNTOUCHED:
            return Case.touched_on < wanted.untouched_before
        case View.RETURNED:
            return Case.stage == Stage.RETURNED
        case _:
            return Case.id.is_not(None)


_ACTS = (EventKind.REVIEW_SIGNED, EventKind.REFERRAL_SENT, EventKind.REFERRAL_DECLINED)


def _unattended(scope: Scope) -> ColumnElement[bool]:
    """Absent so many days with neither an enquiry nor a review, and nothing decided, since the run began."""
    enquired = select(Enquiry.id).where(
        Enquiry.registration_id == Registration.id, Enquiry.done_at >= Registration.run_started_on
    )
    acted = (
        select(CaseEvent.id)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(
            Case.registration_id == Registration.id,
            CaseEvent.kind.in_(_ACTS),
            CaseEvent.at >= Registration.run_started_on,
        )
    )
    return and_(
        registrations_within(scope, Permission.SEE_QUEUE),
        Registration.on_roll,
        Registration.return_run >= UNATTENDED_FROM,
        ~enquired.exists(),
        ~acted.exists(),
    )


def _count_of_unattended(scope: Scope) -> Select[int]:
    return select(func.count(Registration.id)).where(_unattended(scope))


def _count_of_closed(scope: Scope) -> Select[int]:
    return select(func.count(Case.id)).join(Case.registration).where(_closed_in_absence(scope))


def _closed_in_absence(scope: Scope) -> ColumnElement[bool]:
    within = registrations_within(scope, Permission.SEE_QUEUE)
    return and_(within, Registration.return_run >= UNATTENDED_FROM, closed_in_absence())


def _last(is_one: ColumnElement[bool]) -> ColumnElement[int]:
    """The place of the last such event in its case, 0 where there is none."""
    return func.max(sql_case((is_one, CaseEvent.seq), else_=0))
