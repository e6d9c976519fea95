"""What is on record of the risks to a child: flags in force, and episodes of being missing."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.safety.flags import KnownRisks
from cme.store.database import db
from cme.store.missing import stands
from cme.store.scoping import registrations_within
from cme.store.tables import MissingEpisode, PupilFlag, Registration

MISSING_BEFORE = "missing_before"
"""The flag that an earlier missing episode stands for."""


def read_risks(scope: Scope, school_id: int) -> dict[int, KnownRisks]:
    """The risks on record at a school, by registration; those without any are left out. Age is not judged."""
    within = registrations_within(scope, Permission.SEE_RISK_NOTES)
    return _risks(Registration.school_id == school_id, within)


def risks_of(registration: Registration) -> KnownRisks:
    """The same of a registration that was found within a scope: for the rules to ask, not to be shown."""
    return _risks(Registration.id == registration.id).get(registration.id, KnownRisks())


def _risks(*where: ColumnElement[bool]) -> dict[int, KnownRisks]:
    kinds: dict[int, set[str]] = defaultdict(set)
    for registration_id, kind in db.session.execute(_flags(where)):
        kinds[registration_id].add(kind)
    missing = set()
    for registration_id, found_at in db.session.execute(_episodes(where)):
        kinds[registration_id].add(MISSING_BEFORE)
        if found_at is None:
            missing.add(registration_id)
    return {key: KnownRisks(frozenset(own), is_missing=key in missing) for key, own in kinds.items()}


def _flags(where: tuple[ColumnElement[bool], ...]) -> Select[int, str]:
    return (
        select(Registration.id, PupilFlag.kind)
        .join(PupilFlag, PupilFlag.pupil_id == Registration.pupil_id)
        .where(PupilFlag.ended_at.is_(None), *where)
    )


def _episodes(where: tuple[ColumnElement[bool], ...]) -> Select[int, datetime | None]:
    return (
        select(MissingEpisode.registration_id, MissingEpisode.found_at)
        .join(MissingEpisode.registration)
        .where(stands(), *where)
    )
