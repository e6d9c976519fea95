"""Other authorities' requests to look for a child, what they are found by, and what was answered."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, func, insert, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.store.database import db
from cme.store.paging import Key, Slice, read_slice
from cme.store.searching import batches
from cme.store.tables import (
    Case,
    CmeSpell,
    IncomingReply,
    IncomingTrace,
    ListedChild,
    LocalAuthority,
    MatchDecision,
    Registration,
    SearchKey,
    TraceMatch,
)
from cme.tracing.dispositions import Disposition
from cme.tracing.incoming import State


class Part(StrEnum):
    """A part of the requests that somebody works through."""

    OPEN = "open"
    UNREVIEWED = "unreviewed"
    ANSWERED = "answered"
    CLOSED = "closed"


def find(
    scope: Scope, reference: str, permission: Permission = Permission.SEE_TRACES
) -> IncomingTrace | None:
    """One request with its matches and replies; None outside the scope."""
    return db.session.scalar(
        select(IncomingTrace)
        .where(IncomingTrace.reference == reference, _within(scope, permission))
        .options(*_WHOLE)
    )


def lock(scope: Scope, reference: str) -> IncomingTrace:
    """The same for whoever receives requests, held until the transaction ends.

    Raises LookupError outside the scope.
    """
    held = db.session.scalar(
        select(IncomingTrace.id)
        .where(IncomingTrace.reference == reference, _within(scope, Permission.RECEIVE_TRACE))
        .with_for_update()
    )
    found = find(scope, reference, Permission.RECEIVE_TRACE) if held else None
    if found is None:
        raise LookupError("the request is not within the scope")
    return found


def list_batch(
    scope: Scope, batch: str, permission: Permission = Permission.SEE_TRACES
) -> list[IncomingTrace]:
    """The requests that came together, in order; [] outside the scope."""
    query = (
        select(IncomingTrace)
        .where(IncomingTrace.batch == batch, _within(scope, permission))
        .options(selectinload(IncomingTrace.matches))
        .order_by(IncomingTrace.id)
    )
    if permission is not Permission.SEE_TRACES:
        query = query.with_for_update()
    return list(db.session.scalars(query))


def read_part(scope: Scope, part: Part, *, after: str = "", before: str = "", per_page: int = 25) -> Slice:
    """A page of the requests of a part, the newest first."""
    query = (
        select(IncomingTrace)
        .where(_within(scope, Permission.SEE_TRACES), _in(part))
        .options(selectinload(IncomingTrace.matches))
    )
    keys = (Key(IncomingTrace.id.expression, int, descending=True),)
    return read_slice(query, keys, after=after, before=before, per_page=per_page)


def count_parts(scope: Scope) -> dict[Part, int]:
    """How many requests each part has."""
    within = _within(scope, Permission.SEE_TRACES)
    counts = [
        select(func.count(IncomingTrace.id)).where(within, _in(part)).scalar_subquery() for part in Part
    ]
    return dict(zip(Part, db.session.execute(select(*counts)).one(), strict=True))


def next_references(year: int, number: int) -> list[str]:
    """The next references of a year, IN-yyyy-nnnn; writers take turns until their transaction ends."""
    db.session.execute(
        select(LocalAuthority.id).order_by(LocalAuthority.id).limit(1).with_for_update(key_share=True)
    )
    prefix = f"IN-{year:04d}-"
    last = db.session.scalar(
        select(IncomingTrace.reference)
        .where(IncomingTrace.reference.startswith(prefix))
        .order_by(func.length(IncomingTrace.reference).desc(), IncomingTrace.reference.desc())
        .limit(1)
    )
    first = int(last.removeprefix(prefix)) + 1 if last else 1
    return [f"{prefix}{each:04d}" for each in range(first, first + number)]


def add(rows: Iterable[IncomingTrace]) -> None:
    """Keep requests, inside the open transaction."""
    db.session.add_all(list(rows))
    db.session.flush()


def list_named(authority_id: int, references: Collection[str]) -> Sequence[IncomingTrace]:
    """The requests of an authority with one of these references, ours or theirs, in whatever case."""
    wanted = {each.lower() for each in references if each}
    found: list[IncomingTrace] = []
    for some in batches(wanted):
        named = or_(
            func.lower(IncomingTrace.sender_reference).in_(some),
            func.lower(IncomingTrace.reference).in_(some),
        )
        query = select(IncomingTrace).where(IncomingTrace.authority_id == authority_id, named)
        found += db.session.scalars(query.order_by(IncomingTrace.id).with_for_update())
    return found


def write_keys(keys: Mapping[int, Collection[str]]) -> None:
    """Let requests, by id, be found by their keys and no others, inside the open transaction."""
    for some in batches(keys):
        db.session.execute(delete(SearchKey).where(SearchKey.incoming_id.in_(some)))
    rows = [{"incoming_id": each, "key": key} for each, own in keys.items() for key in sorted(own)]
    if rows:
        db.session.execute(insert(SearchKey), rows)


def list_searched() -> Sequence[IncomingTrace]:
    """Every request that was searched for and is live, whoever's: for its keys, not to be shown."""
    return db.session.scalars(
        select(IncomingTrace)
        .where(IncomingTrace.searched_at.is_not(None), IncomingTrace.closed_at.is_(None))
        .order_by(IncomingTrace.id)
    ).all()


def list_alike(registration_ids: Collection[int], authority_id: int) -> list[IncomingTrace]:
    """The live requests of an authority that share a key with a child of these registrations, held until the
    transaction ends."""
    asked, found = aliased(SearchKey), aliased(SearchKey)
    ids: set[int] = set()
    for some in batches(registration_ids):
        here = select(Registration.pupil_id).where(Registration.id.in_(some), Registration.on_roll)
        query = (
            select(asked.incoming_id)
            .join(found, found.key == asked.key)
            .where(asked.incoming_id.is_not(None), found.pupil_id.in_(here))
            .distinct()
        )
        ids |= {each for each in db.session.scalars(query) if each is not None}
    return _live(ids, authority_id)


def list_alike_listed(list_id: int, authority_id: int) -> list[IncomingTrace]:
    """The same that share a key with a child of a list."""
    asked, found = aliased(SearchKey), aliased(SearchKey)
    query = (
        select(asked.incoming_id)
        .join(found, found.key == asked.key)
        .join(ListedChild, ListedChild.id == found.listed_id)
        .where(asked.incoming_id.is_not(None), ListedChild.list_id == list_id)
        .distinct()
    )
    return _live({each for each in db.session.scalars(query) if each is not None}, authority_id)


def _live(ids: Collection[int], authority_id: int) -> list[IncomingTrace]:
    """Those of the requests that are an authority's and live, held until the transaction ends."""
    return [
        one
        for some in batches(sorted(ids))
        for one in db.session.scalars(
            select(IncomingTrace)
            .where(
                IncomingTrace.id.in_(some),
                IncomingTrace.authority_id == authority_id,
                IncomingTrace.closed_at.is_(None),
            )
            .options(selectinload(IncomingTrace.matches))
            .order_by(IncomingTrace.id)
            .with_for_update()
        )
    ]


def list_old(scope: Scope, before: datetime) -> Sequence[IncomingTrace]:
    """The requests that were received and last answered before an instant, were searched for or ended, and
    whose child is not here as far as anybody decided: the details of these are erased. Held until the
    transaction ends."""
    open_match = select(TraceMatch.incoming_id).where(
        TraceMatch.incoming_id.is_not(None), TraceMatch.disposition != Disposition.NOT_SAME.value
    )
    return db.session.scalars(
        select(IncomingTrace)
        .where(
            _within(scope, Permission.SEE_TRACES),
            IncomingTrace.erased_at.is_(None),
            IncomingTrace.state != State.RECEIVED,
            IncomingTrace.created_at < before,
            or_(IncomingTrace.answered_at.is_(None), IncomingTrace.answered_at < before),
            IncomingTrace.id.not_in(open_match),
        )
        .options(*_WHOLE)
        .order_by(IncomingTrace.id)
        .with_for_update()
    ).all()


def forget_matches(incoming: IncomingTrace) -> None:
    """Erase what was found for a request, and what was decided of it, inside the open transaction."""
    own = select(TraceMatch.id).where(TraceMatch.incoming_id == incoming.id)
    db.session.execute(delete(MatchDecision).where(MatchDecision.match_id.in_(own)))
    db.session.execute(delete(TraceMatch).where(TraceMatch.incoming_id == incoming.id))
    db.session.expire(incoming, ["matches"])


def add_reply(reply: IncomingReply) -> None:
    """Keep what was answered, inside the open transaction."""
    db.session.add(reply)


def count_unreviewed(scope: Scope, authority_id: int, before: datetime) -> int:
    """How many children found before an instant, by a request or a register, wait for a decision."""
    return (
        db.session.scalar(
            select(func.count(TraceMatch.id)).where(
                TraceMatch.authority_id == authority_id,
                TraceMatch.authority_id.in_(scope.reach(Permission.SEE_TRACES).authorities),
                TraceMatch.disposition == Disposition.UNREVIEWED.value,
                TraceMatch.found_at < before,
            )
        )
        or 0
    )


def read_registrations(pupil_ids: Collection[int]) -> dict[int, list[Registration]]:
    """Every place that children, found under a scope, have or had on a roll here, by pupil: where they are
    first, then the latest."""
    found: dict[int, list[Registration]] = {}
    for some in batches(pupil_ids):
        query = (
            select(Registration)
            .where(Registration.pupil_id.in_(some), Registration.annulled_at.is_(None))
            .options(joinedload(Registration.school), joinedload(Registration.pupil))
            .order_by(Registration.removed_on.is_not(None), Registration.id.desc())
        )
        for one in db.session.scalars(query):
            found.setdefault(one.pupil_id, []).append(one)
    return found


def read_cases(pupil_ids: Collection[int]) -> dict[int, list[Case]]:
    """The cases of the same children, by pupil, the latest first."""
    found: dict[int, list[Case]] = {}
    for some in batches(pupil_ids):
        query = (
            select(Case)
            .join(Registration, Registration.id == Case.registration_id)
            .where(Registration.pupil_id.in_(some))
            .options(joinedload(Case.registration))
            .order_by(Case.id.desc())
        )
        for case in db.session.scalars(query):
            found.setdefault(case.registration.pupil_id, []).append(case)
    return found


def read_recorded(pupil_ids: Collection[int], authority_id: int) -> set[int]:
    """Those of the same children who are on the CME record of an authority now."""
    return {
        each
        for some in batches(pupil_ids)
        for each in db.session.scalars(
            select(CmeSpell.pupil_id).where(
                CmeSpell.pupil_id.in_(some),
                CmeSpell.authority_id == authority_id,
                CmeSpell.ended_on.is_(None),
            )
        )
    }


_WHOLE = (selectinload(IncomingTrace.matches), selectinload(IncomingTrace.replies))


def _within(scope: Scope, permission: Permission) -> ColumnElement[bool]:
    return IncomingTrace.authority_id.in_(scope.reach(permission).authorities)


def _in(part: Part) -> ColumnElement[bool]:
    match part:
        case Part.OPEN:
            return IncomingTrace.state.in_((State.RECEIVED, State.SEARCHED))
        case Part.UNREVIEWED:
            return IncomingTrace.id.in_(
                select(TraceMatch.incoming_id).where(
                    TraceMatch.incoming_id.is_not(None),
                    TraceMatch.disposition == Disposition.UNREVIEWED.value,
                )
            )
        case Part.ANSWERED:
            return IncomingTrace.state == State.ANSWERED
        case Part.CLOSED:
            return IncomingTrace.state == State.CLOSED
