"""What authorities have checked of the directory."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import false, or_, select
from sqlalchemy.orm import selectinload

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.safety.directory import Reached
from cme.store.database import db
from cme.store.tables import DirectoryCheck, LocalAuthority


def list_own_authorities(scope: Scope) -> Sequence[LocalAuthority]:
    """The authorities in which the scope has any role, by name, with the versions of their policies."""
    own = {grant.authority_id for grant in scope.grants}
    return db.session.scalars(
        select(LocalAuthority)
        .where(LocalAuthority.id.in_(own))
        .options(selectinload(LocalAuthority.policy_versions))
        .order_by(LocalAuthority.name, LocalAuthority.id)
    ).all()


def find_authority(scope: Scope, code: str) -> LocalAuthority | None:
    """One authority whose directory the scope manages; None for anybody else."""
    managed = scope.reach(Permission.MANAGE_DIRECTORY).authorities
    return db.session.scalar(
        select(LocalAuthority)
        .where(LocalAuthority.code == code, LocalAuthority.id.in_(managed))
        .options(selectinload(LocalAuthority.policy_versions))
    )


def list_checks(scope: Scope, authority_id: int, entry: str | None = None) -> Sequence[DirectoryCheck]:
    """The checks of an authority in which the scope has a role, of one entry or of all, the latest first."""
    own = {grant.authority_id for grant in scope.grants}
    query = select(DirectoryCheck).where(
        DirectoryCheck.authority_id == authority_id,
        or_(false(), DirectoryCheck.authority_id.in_(own)),
    )
    if entry is not None:
        query = query.where(DirectoryCheck.entry == entry)
    return db.session.scalars(query.order_by(DirectoryCheck.id.desc())).all()


def add_check(
    authority: LocalAuthority, entry: str, reached: Reached, *, checked_on: date, by: str, at: datetime
) -> DirectoryCheck:
    """One more check of an entry; the earlier ones stay."""
    check = DirectoryCheck(
        authority_id=authority.id,
        entry=entry,
        phone=reached.phone,
        email=reached.email,
        url=reached.url,
        hours=reached.hours,
        note=reached.note,
        checked_on=checked_on,
        checked_by=by,
        created_at=at,
    )
    db.session.add(check)
    return check
