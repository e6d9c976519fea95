"""Pupil files (CTF) that were made: their numbers, which are never given twice, and their hashes."""

from sqlalchemy import func, select

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.store.database import db
from cme.store.scoping import cases_within
from cme.store.tables import Case, CtfFile


def last_of(scope: Scope, case_id: int) -> CtfFile | None:
    """The file that was made last for a case; None where none was, or outside the scope."""
    return db.session.scalar(
        select(CtfFile)
        .join(Case, Case.id == CtfFile.case_id)
        .where(CtfFile.case_id == case_id, cases_within(scope, Permission.MAKE_CTF))
        .order_by(CtfFile.id.desc())
        .limit(1)
    )


def next_number(sender: str, destination: str) -> int:
    """The number that the next file from one place to another gets; asked while the school is locked."""
    ends = CtfFile.sender == sender, CtfFile.destination == destination
    return (db.session.scalar(select(func.max(CtfFile.sequence)).where(*ends)) or 0) + 1


def is_taken(sender: str, destination: str, number: int) -> bool:
    """Whether a file with this number was made here."""
    ends = CtfFile.sender == sender, CtfFile.destination == destination
    return bool(db.session.scalar(select(CtfFile.id).where(*ends, CtfFile.sequence == number)))


def add(file: CtfFile) -> None:
    """Record a file that was made, inside the open transaction."""
    db.session.add(file)
    db.session.flush()
