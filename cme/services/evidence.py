"""Files that show what enquiries found: sealed when they come, handed back only as files."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from cme.access.scope import Scope
from cme.casework.enquiries.evidence import FILE_KINDS, clean_name, extension_of
from cme.casework.enquiries.steps import read_steps
from cme.services.hiding import sees_authority_notes
from cme.store import audit
from cme.store import enquiries as store
from cme.store.database import transaction
from cme.store.tables import EvidenceFile
from cme.store.vault import seal, unseal


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file to hand back: its name, media type and content."""

    filename: str
    media_type: str
    content: bytes


def sealed(filename: str, content: bytes, scope: Scope, at: datetime) -> EvidenceFile:
    """A file of an accepted kind (`evidence.files_faults`) as it is kept, by a random name."""
    name = clean_name(filename)
    return EvidenceFile(
        token=secrets.token_urlsafe(32),
        filename=name,
        media_type=FILE_KINDS[extension_of(name)].media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=seal(content),
        uploaded_at=at,
        uploaded_by=scope.name,
    )


def fetch(scope: Scope, registration_id: int, token: str, *, at: datetime, address: str = "") -> Evidence:
    """One file of a child's enquiries, the look at it on record.

    A file of an entry that was made restricted since is restricted with it, and what agencies sent to the
    authority stays there. Raises LookupError for any other
    file, and Unsealable where it was kept with another secret key.
    """
    found = store.find_evidence(scope, token)
    if found is None or found[1].registration_id != registration_id:
        raise LookupError("the file is not within the scope")
    file, enquiry = found
    if store.is_restricted(scope, enquiry) and not store.may_see_restricted(scope, registration_id):
        raise LookupError("the file is not within the scope")
    if read_steps()[enquiry.step].is_of_authority and not sees_authority_notes(scope, enquiry.registration):
        raise LookupError("the file is not within the scope")
    evidence = Evidence(file.filename, file.media_type, unseal(file.content))
    subject = f"evidence:{file.id}"
    detail: dict[str, audit.Word] = {"enquiry": file.enquiry_id, "size": file.size}
    with transaction():
        audit.record(scope, "evidence.fetched", subject, at=at, address=address, detail=detail)
    return evidence
