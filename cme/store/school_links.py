"""Numbers of schools that were closed, and those that took their place. They are public, and no child's."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from cme.store.database import db
from cme.store.tables import SchoolLink


def list_from(laestab: str) -> Sequence[SchoolLink]:
    """What a number became, in use only."""
    return _list(SchoolLink.laestab == laestab)


def list_to(laestab: str) -> Sequence[SchoolLink]:
    """Which numbers one took the place of, in use only."""
    return _list(SchoolLink.successor_laestab == laestab)


def list_of(code: str) -> Sequence[SchoolLink]:
    """The links of an authority's numbers, old or new, by the old number."""
    own = f"{code}%"
    return _list(or_(SchoolLink.laestab.like(own), SchoolLink.successor_laestab.like(own)))


def find(laestab: str, successor: str) -> SchoolLink | None:
    """The link of these two numbers, also one that was taken back."""
    return db.session.scalar(
        select(SchoolLink).where(SchoolLink.laestab == laestab, SchoolLink.successor_laestab == successor)
    )


def add(link: SchoolLink) -> None:
    """Record a link, inside the open transaction. IntegrityError where somebody was there first."""
    db.session.add(link)
    db.session.flush()


def end(code: str, link_id: int, at: datetime) -> bool:
    """Take back a link of an authority's numbers; False where it has no such link."""
    link = next((each for each in list_of(code) if each.id == link_id), None)
    if link is not None:
        link.ended_at = at
    return link is not None


def _list(condition: ColumnElement[bool]) -> Sequence[SchoolLink]:
    return db.session.scalars(
        select(SchoolLink)
        .where(condition, SchoolLink.ended_at.is_(None))
        .order_by(SchoolLink.laestab, SchoolLink.successor_laestab)
    ).all()
