"""Erasing what was kept of uploaded registers once it has served for undo and receipt (our policy)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.clock import LONDON
from cme.services.registers import erasure
from cme.services.registers.checking import ImportStatus
from cme.store import audit, retention, schools
from cme.store.database import transaction


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased at one school.

    `uploads` lost their files and what was read from them, `files` in all; `lapsed` of the uploads had
    waited for a decision until then, and are cancelled.
    """

    uploads: int = 0
    files: int = 0
    lapsed: int = 0


def schools_to_erase(scope: Scope, *, on: date, keep_days: int) -> tuple[str, ...]:
    """The LAESTABs of the schools where something has been kept for long enough by a day."""
    return tuple(retention.list_schools_to_erase(scope, _kept_until(on, keep_days)))


def erase_kept(scope: Scope, laestab: str, *, on: date, keep_days: int, at: datetime) -> Erased:
    """Erase what was uploaded for a school and decided on more than `keep_days` days before a day.

    An upload on which nobody decided in that time is cancelled. What stays is told in `erasure`.
    On SQLite the bytes are overwritten; PostgreSQL frees them when it vacuums, and they are sealed until
    then. Raises LookupError for a school outside the scope.
    """
    with transaction():
        school = schools.lock_school(scope, laestab, Permission.UPLOAD_REGISTER)
        uploads = retention.list_old(scope, school.id, _kept_until(on, keep_days))
        lapsed = [upload for upload in uploads if upload.decided_at is None]
        for upload in lapsed:
            upload.status = ImportStatus.CANCELLED.value
            upload.decided_at, upload.decided_by = at, f"the service, after {keep_days} days"
        erased = Erased(len(uploads), erasure.erase(uploads, at=at), len(lapsed))
        for upload in lapsed:
            audit.record(scope, "upload.lapsed", f"import:{upload.id}", at=at)
        if uploads:
            detail = {"uploads": erased.uploads, "files": erased.files, "lapsed": erased.lapsed}
            audit.record(scope, "uploads.erased", f"school:{school.id}", at=at, detail=detail)
        return erased


def _kept_until(on: date, keep_days: int) -> datetime:
    """The instant before which nothing is kept any more: the start of the day so many days ago."""
    return datetime.combine(on - timedelta(days=keep_days), time(), LONDON)
