"""What the files of an upload say: read with everything that is known of the school, and kept sealed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from cme.access.scope import Scope
from cme.attendance.lines import BLANK, overlay
from cme.store import registers
from cme.store.tables import RegisterReading
from cme.store.vault import Unsealable, seal, unseal
from importers.answering.answers import ColumnsToMap, Question
from importers.planning.gate_facts import FileFacts, facts_of
from importers.reading import WEB_LIMITS, Limits, Workbook, read_workbook
from importers.register import PupilReading
from importers.register import RegisterReading as Register

File = tuple[str, bytes]
"""A file's name and its bytes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a reading: its pupils, what the file says of itself, and what it leaves open."""

    pupils: tuple[PupilReading, ...]
    facts: FileFacts
    questions: tuple[Question, ...] = ()
    unmapped: tuple[ColumnsToMap, ...] = ()


_KEPT = TypeAdapter(Kept)


def seal_reading(reading: Register) -> bytes:
    """A reading as it is kept."""
    kept = Kept(reading.pupils, facts_of(reading), reading.questions, reading.unmapped)
    return seal(_KEPT.dump_json(kept))


def unseal_reading(sealed: bytes) -> Kept:
    """What `seal_reading` was given. Raises Unsealable."""
    return _KEPT.validate_json(unseal(sealed))


def find_kept(scope: Scope, import_id: int) -> Kept | None:
    """What was read from an upload; None once it is erased or can no longer be read, or outside the scope."""
    stored = registers.read_reading(scope, import_id)
    try:
        return unseal_reading(stored.reading) if stored else None
    except Unsealable:
        return None


def read_files(scope: Scope, import_id: int) -> list[File]:
    """The files of an upload as they came; none once they are erased or can no longer be read."""
    try:
        return [(file.filename, unseal(file.content)) for file in registers.read_files(scope, import_id)]
    except Unsealable:
        return []


def find_files(scope: Scope, import_id: int, filename: str) -> list[int]:
    """The places, from 0, of the files of an upload that have a name."""
    files = registers.read_files(scope, import_id)
    return [file.position for file in files if file.filename == filename]


def open_files(
    files: Sequence[File], *, limits: Limits = WEB_LIMITS, encoding: str = ""
) -> list[tuple[str, Workbook]]:
    """Each file as a workbook, text that does not say its encoding in the one given.

    Raises Refused, naming the file, for one that cannot be read.
    """
    return [
        (name, read_workbook(content, name, limits=limits, encoding=encoding or None))
        for name, content in files
    ]


def hash_of(files: Sequence[File]) -> str:
    """SHA-256 of the file; of several, that of their hashes in order, so that the same parts are the same."""
    hashes = sorted(hashlib.sha256(content).hexdigest() for _, content in files)
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()


def marks_vouched(stored: Sequence[RegisterReading]) -> dict[int, dict[int, str]]:
    """The marks that approved uploads give, by registration and academic year; the last of them wins.

    Raises Unsealable.
    """
    vouched: dict[int, dict[int, str]] = {}
    for each in stored:
        kept = unseal_reading(each.reading)
        for pupil, registration_id in zip(kept.pupils, each.registrations or (), strict=True):
            if registration_id is None:
                continue
            own = vouched.setdefault(registration_id, {})
            for year, line in pupil.lines.items():
                own[year] = overlay(own.get(year, BLANK), line)
    return vouched
