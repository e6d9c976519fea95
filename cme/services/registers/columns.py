"""What the columns of an upload mean: tried on its first rows, and kept for the school once it is said."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cme.access.scope import Scope
from cme.clock import local_date
from cme.services.registers import answers, readings, uploads
from cme.services.registers.checking import ImportStatus, NotNow
from cme.store.tables import RegisterImport
from importers.answering.answers import ColumnsToMap
from importers.answering.mapping import (
    Fault,
    Preview,
    columns_mapped,
    mapped_columns,
    mapping_faults,
    no_register,
    preview_mapping,
)
from importers.reading import Refused, Workbook

USED = "mapping_used"
"""The code of the issue that tells of a sheet read with what the school said of its columns."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a mapping makes of its sheet: the first rows, or why no register can be read by it."""

    faults: tuple[Fault, ...]
    preview: Preview | None = None


def list_unmapped(scope: Scope, upload: RegisterImport) -> tuple[ColumnsToMap, ...]:
    """The sheets of an upload whose columns a person must map before it can be checked; none once decided."""
    if upload.status != ImportStatus.FAULTY:
        return ()
    kept = readings.find_kept(scope, upload.id)
    return kept.unmapped if kept else ()


def list_mapped(scope: Scope, upload: RegisterImport) -> tuple[ColumnsToMap, ...]:
    """The sheets of an upload that were read with what the school said of their columns, which are filled in.

    None once somebody decided on the upload. Raises NotNow once its files are erased.
    """
    places = {(issue["file"], issue["sheet"]) for issue in upload.check["issues"] if issue["code"] == USED}
    if not places or upload.status not in (ImportStatus.FAULTY, ImportStatus.CHECKED):
        return ()
    known = answers.answers_for(scope, upload.school_id, upload.answers.get("reading", {}))
    files = readings.read_files(scope, upload.id)
    uploads.pause()
    found = []
    for position, file in enumerate(files):
        sheets = {sheet for name, sheet in places if name == file[0]}
        if not sheets:
            continue
        for sheet in _open(file).sheets:
            columns = columns_mapped(sheet, known.mappings) if sheet.name in sheets else None
            if columns is not None:
                found.append(replace(columns, file=file[0], position=position))
    return tuple(found)


def try_mapping(
    scope: Scope, upload: RegisterImport, wanted: ColumnsToMap, fields: Mapping[int, str]
) -> Trial:
    """The first rows of a sheet as they read with these fields of its columns; nothing is kept.

    Raises NotNow once the files are erased.
    """
    mapped = mapped_columns(wanted, fields)
    faults = mapping_faults(mapped)
    if faults:
        return Trial(faults)
    known = answers.answers_for(scope, upload.school_id, upload.answers.get("reading", {}))
    known_until = local_date(upload.uploaded_at)
    workbook = _open_file(scope, upload.id, wanted.file)
    preview = preview_mapping(workbook, wanted, replace(known, mappings=(mapped,)), known_until)
    if isinstance(preview, Preview):
        return Trial((), preview)
    return Trial((preview or Fault(no_register(wanted, mapped)),))


def keep_mapping(
    scope: Scope,
    upload: RegisterImport,
    wanted: ColumnsToMap,
    fields: Mapping[int, str],
    *,
    at: datetime,
    address: str = "",
) -> Trial:
    """Keep what the columns mean for every file of the school with these headings, and read the upload again.

    Nothing is kept where the trial has faults. Raises NotNow when somebody decided on the upload before or
    its files are erased, and LookupError outside the scope.
    """
    import_id, laestab = upload.id, upload.school.laestab
    trial = try_mapping(scope, upload, wanted, fields)
    if not trial.faults:
        answers.keep_mapping(
            scope,
            laestab,
            mapped_columns(wanted, fields),
            headings=[each.heading for each in wanted.columns],
            at=at,
            address=address,
        )
        uploads.answer(scope, import_id, {}, at=at, address=address)
    return trial


def _open_file(scope: Scope, import_id: int, name: str) -> Workbook:
    file = next((each for each in readings.read_files(scope, import_id) if each[0] == name), None)
    if file is None:
        raise NotNow("The files of this upload have been erased. Upload them again.")
    uploads.pause()
    return _open(file)


def _open(file: readings.File) -> Workbook:
    try:
        ((_, workbook),) = readings.open_files([file])
    except Refused as refusal:
        raise NotNow(refusal.issue.message) from None
    return workbook
