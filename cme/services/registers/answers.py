"""What people said about a school's files where the files leave it open: kept, and used with every upload."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.store import audit, registers, schools
from cme.store.database import transaction
from cme.store.tables import CodeTranslation, ColumnMapping
from importers.answering.answers import EVERY_FILE, Answers, MappedColumns, Translation
from importers.reading import ENCODINGS
from importers.text.dates import DateOrder
from importers.text.marks import fold, translation_error


class Unacceptable(Exception):
    """An answer that cannot be kept: what is wrong with it, and what to do."""


_REMEMBERED = ("date_order", "surname_first", "lone_codes", "first_mark", "encoding")
"""Answers that hold for the next upload too: how a school's system writes, not what one file leaves open."""


def answers_for(scope: Scope, school_id: int, own: Mapping[str, Any]) -> Answers:
    """Everything known for an upload of a school; `own` is what was said about this upload itself."""
    own = _remembered(scope, school_id) | dict(own)
    order, halves = own.get("date_order"), own.get("lone_codes", "")
    return Answers(
        mappings=tuple(map(_mapped, registers.list_mappings(scope, school_id))),
        translations=tuple(map(_translation, registers.list_translations(scope, school_id))),
        date_order=DateOrder(order) if order else None,
        academic_year=own.get("academic_year"),
        lone_codes=halves,
        surname_first=own.get("surname_first"),
        first_mark=own.get("first_mark", ""),
        encoding=own.get("encoding", ""),
        sheets=frozenset((position, name) for position, name in own.get("sheets", ())),
        left_out=frozenset(
            (each["position"], each["sheet"], each["row"]) for each in own.get("left_out", ())
        ),
    )


def _remembered(scope: Scope, school_id: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for said in registers.read_answers(scope, school_id):
        for name, value in said.get("reading", {}).items():
            if name in _REMEMBERED:
                found.setdefault(name, value)
    return found


def read_answer(question: str, value: str) -> dict[str, Any] | None:
    """An answer as it came from a form, by the field of `Answers` that it goes to; None for no such answer.

    Without a question nothing is said, which reads the files again with what is known by now.
    """
    match question:
        case "":
            return {}
        case "date_order" if value in set(DateOrder):
            return {question: value}
        case "academic_year" if value.isascii() and value.isdigit() and len(value) == 4:
            return {question: int(value)}
        case "lone_codes" | "first_mark" if value in ("AM", "PM"):
            return {question: value}
        case "encoding" if value in ENCODINGS:
            return {question: value}
        case "surname_first" if value in ("yes", "no"):
            return {question: value == "yes"}
        case "sheets" if value:
            return {question: [[EVERY_FILE, value]]}
    return None


def keep_mapping(
    scope: Scope,
    laestab: str,
    mapped: MappedColumns,
    *,
    headings: Sequence[str] = (),
    at: datetime,
    address: str = "",
) -> None:
    """Keep what the columns of a layout mean, in place of what was said of the same headings before.

    `headings` are kept for people, who know a layout by them. Raises LookupError for a school outside the
    scope.
    """
    with transaction() as session:
        school = schools.lock_school(scope, laestab, Permission.UPLOAD_REGISTER)
        for old in registers.list_mappings(scope, school.id):
            if old.fingerprint == mapped.fingerprint:
                old.superseded_at = at
        session.add(
            ColumnMapping(
                school_id=school.id,
                fingerprint=mapped.fingerprint,
                columns={
                    "header_row": mapped.header_row,
                    "fields": dict(mapped.fields),
                    "headings": list(headings),
                },
                created_at=at,
                created_by=scope.name,
            )
        )
        audit.record(
            scope,
            "columns.mapped",
            f"school:{school.id}",
            at=at,
            address=address,
            detail={
                "fingerprint": mapped.fingerprint,
                "fields": list[audit.Word](sorted(set(mapped.fields.values()) - {""})),
            },
        )


def forget_mapping(scope: Scope, laestab: str, mapping_id: int, *, at: datetime, address: str = "") -> None:
    """Use what was said of a layout's columns no more; it is kept, and uploads read with it stay as they are.

    Raises LookupError where there is none within the scope.
    """
    with transaction():
        school = schools.lock_school(scope, laestab, Permission.UPLOAD_REGISTER)
        found = {each.id: each for each in registers.list_mappings(scope, school.id)}
        if mapping_id not in found:
            raise LookupError("the mapping is not within the scope")
        found[mapping_id].superseded_at = at
        audit.record(
            scope,
            "columns.forgotten",
            f"school:{school.id}",
            at=at,
            address=address,
            detail={"mapping": mapping_id},
        )


def add_translation(
    scope: Scope, laestab: str, translation: Translation, *, at: datetime, address: str = ""
) -> None:
    """Keep what a code of a school's own stands for.

    Raises Unacceptable for a translation that must not be, or overlaps one that stands, and LookupError for
    a school outside the scope.
    """
    with transaction() as session:
        school = schools.lock_school(scope, laestab, Permission.UPLOAD_REGISTER)
        fault = translation_error(
            translation.own_code, translation.code, translation.first_on, translation.last_on
        )
        if fault:
            raise Unacceptable(fault)
        for standing in registers.list_translations(scope, school.id):
            if _clash(standing, translation):
                raise Unacceptable(
                    f"Your code {translation.own_code} stands for {standing.code} on some of these days "
                    "already. End that first."
                )
        kept = CodeTranslation(
            school_id=school.id,
            own_code=fold(translation.own_code),
            code=translation.code,
            first_on=translation.first_on,
            last_on=translation.last_on,
            created_at=at,
            created_by=scope.name,
        )
        session.add(kept)
        session.flush()
        audit.record(
            scope,
            "code.translated",
            f"school:{school.id}",
            at=at,
            address=address,
            detail={"translation": kept.id},
        )


def end_translation(
    scope: Scope, laestab: str, translation_id: int, *, at: datetime, address: str = ""
) -> None:
    """A code of a school's own stands for nothing any more; marks imported before stay as they are.

    Raises LookupError where there is none within the scope.
    """
    with transaction():
        school = schools.lock_school(scope, laestab, Permission.UPLOAD_REGISTER)
        found = {each.id: each for each in registers.list_translations(scope, school.id)}
        if translation_id not in found:
            raise LookupError("the translation is not within the scope")
        ended = found[translation_id]
        ended.ended_at, ended.ended_by = at, scope.name
        audit.record(
            scope,
            "code.translation_ended",
            f"school:{school.id}",
            at=at,
            address=address,
            detail={"translation": ended.id},
        )


_PRESENT = {"/", "\\"}


def _clash(standing: CodeTranslation, other: Translation) -> bool:
    """Whether a code would stand for two things on one day; for present it may, one in each half."""
    if fold(standing.own_code) != fold(other.own_code) or {standing.code, other.code} == _PRESENT:
        return False
    starts_before_end = other.last_on is None or standing.first_on <= other.last_on
    return starts_before_end and (standing.last_on or date.max) >= other.first_on


def _mapped(row: ColumnMapping) -> MappedColumns:
    fields = {int(column): field for column, field in row.columns["fields"].items()}
    return MappedColumns(row.fingerprint, row.columns["header_row"], fields)


def _translation(row: CodeTranslation) -> Translation:
    return Translation(row.own_code, row.code, row.first_on, row.last_on)
