"""Erasing what was kept of uploads: their sealed files and readings. Which ones is for the service to say."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.store.database import db
from cme.store.scoping import schools_within
from cme.store.tables import RegisterFile, RegisterImport, RegisterReading, School


def list_schools_to_erase(scope: Scope, kept_until: datetime) -> Sequence[str]:
    """The LAESTABs of the schools with something kept from before an instant, in order."""
    return db.session.scalars(
        select(School.laestab)
        .where(
            schools_within(scope, Permission.UPLOAD_REGISTER),
            School.id.in_(select(RegisterImport.school_id).where(_is_old(kept_until))),
        )
        .order_by(School.laestab)
    ).all()


def list_old(scope: Scope, school_id: int, kept_until: datetime) -> Sequence[RegisterImport]:
    """The uploads of a school from before an instant that are not erased, the oldest first."""
    return db.session.scalars(
        select(RegisterImport)
        .join(RegisterImport.school)
        .where(
            RegisterImport.school_id == school_id,
            _is_old(kept_until),
            schools_within(scope, Permission.UPLOAD_REGISTER),
        )
        .order_by(RegisterImport.id)
    ).all()


def erase(uploads: Sequence[RegisterImport]) -> int:
    """Erase the files and readings of uploads, inside the open transaction; how many files."""
    ids = [upload.id for upload in uploads]
    files = db.session.scalars(
        delete(RegisterFile).where(RegisterFile.import_id.in_(ids)).returning(RegisterFile.position)
    ).all()
    db.session.execute(delete(RegisterReading).where(RegisterReading.import_id.in_(ids)))
    return len(files)


def _is_old(kept_until: datetime) -> ColumnElement[bool]:
    """Not erased yet, and older: with something kept, or still waiting for a decision.

    A decision comes after the upload, so it is the later of the two.
    """
    kept_since = func.coalesce(RegisterImport.decided_at, RegisterImport.uploaded_at)
    holds_something = or_(
        RegisterImport.decided_at.is_(None),
        RegisterImport.id.in_(select(RegisterFile.import_id)),
        RegisterImport.id.in_(select(RegisterReading.import_id)),
    )
    return and_(kept_since < kept_until, holds_something)
