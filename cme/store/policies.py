"""What authorities have changed of their policy packs."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.store.database import db
from cme.store.tables import LocalAuthority, PolicyVersion


def find_authority(scope: Scope, code: str) -> LocalAuthority | None:
    """One authority whose policy the scope manages, with its versions; None for anybody else."""
    return db.session.scalar(
        select(LocalAuthority)
        .where(LocalAuthority.code == code, _manages(scope))
        .options(selectinload(LocalAuthority.policy_versions))
    )


def lock_authority(scope: Scope, code: str) -> LocalAuthority:
    """The same, held until the transaction ends, so that two writers of its policy take turns.

    Raises LookupError outside the scope.
    """
    authority = db.session.scalar(
        select(LocalAuthority)
        .where(LocalAuthority.code == code, _manages(scope))
        .with_for_update(key_share=True)
    )
    if authority is None:
        raise LookupError("the authority is not within the scope")
    return authority


def list_authorities(scope: Scope, permission: Permission) -> Sequence[LocalAuthority]:
    """The authorities where the scope holds the permission, for whichever children, by name."""
    reach = scope.reach(permission)
    whole = reach.authorities | reach.referred_in | reach.removals_in
    found = db.session.scalars(
        select(LocalAuthority)
        .where(LocalAuthority.id.in_(whole))
        .options(joinedload(LocalAuthority.policy_versions))
        .order_by(LocalAuthority.name, LocalAuthority.id)
    )
    return found.unique().all()


def add_version(
    authority: LocalAuthority,
    changes: dict[str, Any],
    valid_from: date,
    reason: str,
    *,
    at: datetime,
    by: str,
) -> PolicyVersion:
    """One more version of an authority's policy, inside the open transaction."""
    version = PolicyVersion(
        number=len(authority.policy_versions) + 1,
        pack=authority.policy_pack,
        valid_from=valid_from,
        changes=changes,
        reason=reason,
        made_at=at,
        made_by=by,
    )
    authority.policy_versions.append(version)
    db.session.flush()
    return version


def _manages(scope: Scope) -> ColumnElement[bool]:
    return LocalAuthority.id.in_(scope.reach(Permission.MANAGE_POLICY).authorities)
