"""The sentence for each reason to refuse a whole file: what it is, why not, what to do."""

from __future__ import annotations

from importers.issues import Issue
from importers.reading.limits import MEGABYTE, Limits
from importers.reading.workbook import Refused

_SMALLER = "Send the wide report, or one term (half term) at a time."
_EXPORT = "Export the register as Excel or CSV."
_SAVE_AGAIN = "Open it in Excel and save it as Excel Workbook (.xlsx)."

SENTENCES = {
    # What the file is
    "empty_file": f"This file is empty. {_EXPORT}",
    "no_cells": f"No cell in this file has anything in it. {_EXPORT}",
    "web_page": f"This is a web page saved as a spreadsheet. {_SAVE_AGAIN}",
    "password_protected": (
        "This workbook has a password or cannot be read. "
        "Remove the password and save it as Excel Workbook (.xlsx)."
    ),
    "macro_workbook": "This workbook holds macros or is a binary workbook. Save it as .xlsx.",
    "linked_workbook": (
        "This workbook has links to other workbooks, or other files inside it. "
        "Copy the register into a new workbook, as values only, and save it as .xlsx."
    ),
    "pdf": f"This is a PDF. {_EXPORT}",
    "word_document": f"This is a Word document. {_EXPORT}",
    "other_archive": f"This is a zip or other archive, not a workbook. {_EXPORT}",
    "other_file": f"This is not a spreadsheet or a text file. {_EXPORT}",
    "not_a_workbook": (
        "This file is named as a workbook but is not one. "
        "Export the register again as Excel, or rename it if it is CSV."
    ),
    # What is wrong with it
    "cut_short": "This file is cut off: its end is missing. Send it again.",
    "damaged_file": f"This file is damaged. Send it again. If that does not help: {_SAVE_AGAIN}",
    "unreadable_file": f"This file cannot be read. {_SAVE_AGAIN}",
    "unusual_encoding": f"This workbook is stored in an unusual way. {_SAVE_AGAIN}",
    "bad_reference": f"This workbook has cells at places that do not exist. {_SAVE_AGAIN}",
    "duplicate_part": f"This workbook holds two parts with one name. {_SAVE_AGAIN}",
    "unsafe_part_name": f"This workbook holds a part with an unsafe name. {_SAVE_AGAIN}",
    "malicious_xml": "This workbook holds definitions that no register needs and was not opened.",
    "undecodable_text": (
        "The text of this file is in no encoding that can be read (UTF-8, UTF-16, Windows-1252). "
        "Save it as CSV UTF-8."
    ),
    "unclosed_quote": (
        "The quotation marks on line {row} do not match, so it cannot be told where its cells end. "
        "Correct that line, or export as Excel."
    ),
    # What is too much
    "file_too_large": f"This file is larger than {{upload}} MB. {_SMALLER}",
    "unpacked_too_large": f"This workbook unpacks to more than {{unpacked}} MB. {_SMALLER}",
    "too_many_parts": f"This workbook has more than {{limits.parts}} parts. {_SAVE_AGAIN}",
    "too_many_rows": f"A sheet has more than {{limits.rows:,}} rows. The sheet is too large. {_SMALLER}",
    "too_many_columns": (
        f"A sheet has more than {{limits.columns:,}} columns. The sheet is too large. {_SMALLER}"
    ),
    "too_many_cells": f"The sheet is too large: more than {{limits.cells:,}} cells. {_SMALLER}",
    "too_many_merged": f"More than {{limits.merged_cells:,}} cells are merged. {_SAVE_AGAIN}",
    "text_too_long": (
        "A cell holds more than {limits.cell_text:,} characters, which no register needs. "
        "Shorten it and send again."
    ),
    "too_much_memory": f"Reading this file needs more memory than one file may have. {_SMALLER}",
    "took_too_long": f"Reading this file took too long and was stopped. {_SMALLER}",
}


class Unacceptable(Exception):
    """A reason not to read the file, on its way to becoming a `Refused`.

    `code` is a key of `SENTENCES`; `row` counts from 1.
    """

    def __init__(self, code: str, *, row: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.row = row


def refused(reason: Unacceptable, file: str, limits: Limits) -> Refused:
    """Return the exception that callers of the reader meet, with the sentence for its reason."""
    message = SENTENCES[reason.code].format(
        limits=limits,
        row=reason.row,
        upload=limits.upload_bytes // MEGABYTE,
        unpacked=limits.unpacked_bytes // MEGABYTE,
    )
    issue = Issue(code=reason.code, message=message, file=file, row=reason.row)
    return Refused(issue, too_large=reason.code == "file_too_large")
