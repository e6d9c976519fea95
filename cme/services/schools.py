"""Adding schools. A school's authority is taken from the first three digits of its LAESTAB."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from cme.access.scope import Scope
from cme.attendance.calendar import Period
from cme.casework.policy.pack import read_default, read_packs
from cme.errors import Unusable
from cme.store import audit, schools
from cme.store.database import db, transaction
from cme.store.tables import LocalAuthority, School
from cme.tracing.authorities import Authority, Status, read_authorities

_LAESTAB = re.compile(r"[0-9]{3}/?[0-9]{4}")
_NAME_LENGTH = 160
_URN = re.compile(r"[0-9]{6}")


def authority_of(laestab: str) -> Authority:
    """The authority that a school's LAESTAB names. Raises Unusable for one that is not in use in England."""
    code = laestab[:3]
    known = read_authorities().get(code)
    if known is None:
        raise Unusable(
            f"LAESTAB {laestab} starts with {code}, which is no local authority. "
            "Check its first three digits, for example on Get Information about Schools."
        )
    if known.status is not Status.CURRENT:
        raise Unusable(
            f"LAESTAB {laestab} starts with {code} ({known.name}), which is not a local authority in England "
            "today. Use the school's present number from Get Information about Schools."
        )
    return known


def find_own_pack(authority: str) -> str | None:
    """The policy pack that is written for an authority, by its name; None where it follows the default."""
    return next((pack.id for pack in read_packs().values() if pack.name == authority), None)


def add_school(
    scope: Scope, *, laestab: str, urn: str, name: str, periods: Sequence[Period] = (), at: datetime
) -> int:
    """Add a school with its calendar, and its authority when it is the authority's first. The school's id.

    Raises Unusable for a number or name that cannot be right, one that is in use, or when the asker may
    not manage that authority's schools.
    """
    laestab, urn, name = _check(laestab, urn, name)
    entry = authority_of(laestab)
    with transaction():
        authority = schools.find_authority(scope, entry.code) or _new_authority(scope, entry)
        school = School(authority_id=authority.id, laestab=laestab, urn=urn, name=name)
        db.session.add(school)
        try:
            db.session.flush()
        except IntegrityError:
            raise Unusable(
                f"There is a school with LAESTAB {laestab} or URN {urn} already. Check both numbers."
            ) from None
        schools.add_periods(school.id, periods, at)
        audit.record(scope, "school.added", f"school:{school.id}", at=at, detail={"periods": len(periods)})
        return school.id


def _check(laestab: str, urn: str, name: str) -> tuple[str, str, str]:
    laestab, urn, name = laestab.strip(), urn.strip(), " ".join(name.split())
    if not _LAESTAB.fullmatch(laestab):
        raise Unusable(
            "LAESTAB must be seven digits, such as 8412000: the authority's three, the school's four."
        )
    if not _URN.fullmatch(urn):
        raise Unusable("URN must be six digits, such as 100001.")
    if not 0 < len(name) <= _NAME_LENGTH:
        raise Unusable("Give the school's name, in 160 characters or fewer.")
    return laestab.replace("/", ""), urn, name


def _new_authority(scope: Scope, entry: Authority) -> LocalAuthority:
    """An authority's first school brings the authority; only the operator may bring one."""
    if scope.user_id is not None or scope == Scope.nobody():
        raise Unusable(f"You may not manage the schools of {entry.name}.")
    pack = find_own_pack(entry.name) or read_default()
    authority = LocalAuthority(code=entry.code, name=entry.name, policy_pack=pack)
    db.session.add(authority)
    db.session.flush()
    return authority
