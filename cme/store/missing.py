"""Episodes of children who were missing: those that stand, and those that were withdrawn or corrected."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.safety.missing import Episode, Risk
from cme.store.database import db
from cme.store.scoping import registrations_within
from cme.store.tables import MissingEpisode, Registration


def stands() -> ColumnElement[bool]:
    """The condition on MissingEpisode that leaves out what was withdrawn, or replaced by a correction."""
    correction = aliased(MissingEpisode)
    is_corrected = select(correction.id).where(correction.supersedes_id == MissingEpisode.id).exists()
    return MissingEpisode.withdrawn_at.is_(None) & ~is_corrected


def as_episode(row: MissingEpisode) -> Episode:
    """A row as far as rules ask about it."""
    return Episode(
        noticed_at=row.noticed_at,
        found_at=row.found_at,
        is_reported=row.police_told_at is not None,
        risk=Risk(row.risk),
    )


def list_episodes(scope: Scope, registration_id: int) -> Sequence[MissingEpisode]:
    """The episodes of a child that stand, the latest first."""
    return db.session.scalars(
        _within(scope, Permission.SEE_PUPIL)
        .where(MissingEpisode.registration_id == registration_id, stands())
        .order_by(MissingEpisode.noticed_at.desc(), MissingEpisode.id.desc())
    ).all()


def list_missing_now(scope: Scope, school_id: int | None = None) -> Sequence[MissingEpisode]:
    """Children whom nobody has found yet, of one school or of all that the scope sees, the longest first."""
    query = _within(scope, Permission.SEE_PUPIL).where(MissingEpisode.found_at.is_(None), stands())
    if school_id is not None:
        query = query.where(Registration.school_id == school_id)
    return db.session.scalars(query.order_by(MissingEpisode.noticed_at)).all()


def find_episode(
    scope: Scope, episode_id: int, permission: Permission = Permission.SEE_PUPIL
) -> MissingEpisode | None:
    """One episode that stands; None for any other, and outside the scope."""
    return db.session.scalar(_within(scope, permission).where(MissingEpisode.id == episode_id, stands()))


def _within(scope: Scope, permission: Permission) -> Select[MissingEpisode]:
    return (
        select(MissingEpisode)
        .join(MissingEpisode.registration)
        .join(Registration.pupil)
        .where(registrations_within(scope, permission))
        .options(
            contains_eager(MissingEpisode.registration).options(
                contains_eager(Registration.pupil), joinedload(Registration.school)
            )
        )
    )
