"""Lists of children beside the rolls: those in use, and those that wait to be."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, insert, select

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.store import search_keys
from cme.store.database import db
from cme.store.tables import ChildList, ListedChild, LocalAuthority, SearchKey, TraceMatch

_AT_ONCE = 500


def list_in_use(scope: Scope) -> Sequence[ChildList]:
    """The list of each kind that is searched, by authority and kind."""
    return db.session.scalars(
        select(ChildList)
        .where(_within(scope), ChildList.taken_at.is_not(None), ChildList.replaced_at.is_(None))
        .order_by(ChildList.authority_id, ChildList.kind)
    ).all()


def list_waiting(scope: Scope) -> Sequence[ChildList]:
    """The uploads that nobody has decided on, the newest first."""
    return db.session.scalars(
        select(ChildList)
        .where(_within(scope), ChildList.taken_at.is_(None))
        .order_by(ChildList.created_at.desc(), ChildList.id.desc())
    ).all()


def find_waiting(scope: Scope, list_id: int) -> ChildList | None:
    """An upload that nobody has decided on; None outside the scope."""
    return db.session.scalar(_waiting(scope, list_id))


def lock_waiting(scope: Scope, list_id: int) -> ChildList | None:
    """The same, held until the transaction ends, with its authority: one list is taken at a time."""
    found = find_waiting(scope, list_id)
    if found is None:
        return None
    own = select(LocalAuthority.id).where(LocalAuthority.id == found.authority_id)
    # Whatever else is written for the authority meanwhile need not wait.
    db.session.execute(own.with_for_update(key_share=True))
    return db.session.scalar(_waiting(scope, list_id).execution_options(populate_existing=True))


def in_use(authority_id: int, kind: str) -> ChildList | None:
    """The list of that kind that an authority's searches look in."""
    return db.session.scalar(
        select(ChildList).where(
            ChildList.authority_id == authority_id,
            ChildList.kind == kind,
            ChildList.taken_at.is_not(None),
            ChildList.replaced_at.is_(None),
        )
    )


def add(waiting: ChildList) -> None:
    """Keep an upload, inside the open transaction, in the place of others of its kind that wait."""
    db.session.execute(
        delete(ChildList).where(
            ChildList.authority_id == waiting.authority_id,
            ChildList.kind == waiting.kind,
            ChildList.taken_at.is_(None),
        )
    )
    db.session.add(waiting)
    db.session.flush()


def remove(waiting: ChildList) -> None:
    """Give up an upload, inside the open transaction."""
    db.session.delete(waiting)


def erase_waiting(before: datetime) -> int:
    """Give up the uploads of before an instant that nobody decided on; how many."""
    rows = db.session.scalars(
        select(ChildList).where(ChildList.taken_at.is_(None), ChildList.created_at < before)
    ).all()
    for row in rows:
        db.session.delete(row)
    return len(rows)


def fill(taken: ChildList, children: Sequence[Mapping[str, Any]]) -> None:
    """Write the children of a list and what they are found by, inside the open transaction."""
    for start in range(0, len(children), _AT_ONCE):
        some = [{**each, "list_id": taken.id} for each in children[start : start + _AT_ONCE]]
        db.session.execute(insert(ListedChild), some)
    search_keys.refresh_list(taken.id)


def carry_over(old: ChildList, new: ChildList) -> None:
    """Let matches of a list that is replaced be about the same child of the new one, with what was decided:
    the same names, date of birth and UPN. Inside the open transaction, before the old children go."""
    rows = db.session.execute(
        select(TraceMatch, ListedChild)
        .join(ListedChild, ListedChild.id == TraceMatch.listed_id)
        .where(ListedChild.list_id == old.id)
        .order_by(TraceMatch.id)
    ).all()
    if not rows:
        return
    ours = select(ListedChild).where(ListedChild.list_id == new.id).order_by(ListedChild.id.desc())
    again = {_same(child): child.id for child in db.session.scalars(ours)}
    taken = set()
    for match, child in rows:
        place = (match.incoming_id, match.sought_pupil_id, again.get(_same(child)))
        if place[2] is not None and place not in taken:
            taken.add(place)
            match.listed_id = place[2]
    db.session.flush()


def _same(child: ListedChild) -> tuple[Any, ...]:
    return (child.surname, child.forename, child.born_on, child.upn)


def erase_replaced() -> None:
    """Erase the children of lists that were replaced, inside the open transaction.

    One whom a match is about stays as long as the match, and is found no more.
    """
    replaced = select(ChildList.id).where(ChildList.replaced_at.is_not(None))
    listed = select(ListedChild.id).where(ListedChild.list_id.in_(replaced))
    db.session.execute(delete(SearchKey).where(SearchKey.listed_id.in_(listed)))
    of_matches = select(TraceMatch.listed_id).where(TraceMatch.listed_id.is_not(None))
    db.session.execute(
        delete(ListedChild).where(ListedChild.list_id.in_(replaced), ListedChild.id.not_in(of_matches))
    )


def read_children(ids: Iterable[int]) -> dict[int, tuple[ListedChild, ChildList]]:
    """Children of lists, each with its list, whom a query has given under a scope, by id."""
    wanted = sorted(set(ids))
    found: dict[int, tuple[ListedChild, ChildList]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = db.session.execute(
            select(ListedChild, ChildList)
            .join(ChildList, ChildList.id == ListedChild.list_id)
            .where(ListedChild.id.in_(wanted[start : start + _AT_ONCE]))
        )
        found |= {child.id: (child, listed) for child, listed in rows}
    return found


def _waiting(scope: Scope, list_id: int) -> Select[ChildList]:
    return select(ChildList).where(ChildList.id == list_id, _within(scope), ChildList.taken_at.is_(None))


def _within(scope: Scope) -> ColumnElement[bool]:
    return ChildList.authority_id.in_(scope.reach(Permission.KEEP_CHILD_LISTS).authorities)


def list_authorities(scope: Scope) -> Sequence[LocalAuthority]:
    """The authorities whose lists the scope keeps, by name."""
    reached = scope.reach(Permission.KEEP_CHILD_LISTS).authorities
    query = select(LocalAuthority).where(LocalAuthority.id.in_(reached)).order_by(LocalAuthority.name)
    return db.session.scalars(query).all()
