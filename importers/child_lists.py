"""Lists of children that an authority keeps beside the rolls: home-educated children, and applications.

A row is read as a request's is (`importers.request_lists`); where the headings are not known, a person names
them. Rows that nobody could be found by are left out and told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from cme.identity.names import compared
from cme.identity.searching import Child
from cme.tracing.requests import Field, read_labels, sought
from importers.issues import Issue, Severity
from importers.layouts.headers import HEADER_ROWS
from importers.reading import WEB_LIMITS, Limits, Sheet, read_workbook, shown_name
from importers.request_lists import find_head, requests_in

FIELDS = (
    *(Field.SURNAME, Field.FORENAMES, Field.FULL_NAME, Field.BORN_ON, Field.SEX, Field.UPN),
    *(Field.FORMER_UPNS, Field.OTHER_SURNAMES, Field.OTHER_FORENAMES, Field.ADDRESS, Field.POSTCODE),
)
"""What is taken from a list. Nothing else is kept, whatever the list has (data minimisation)."""

LONGEST_NAME, LONGEST_ADDRESS, LONGEST_UPN = 120, 400, 13
"""Characters that are kept of a name, an address and a UPN."""


@dataclass(frozen=True, slots=True)
class ChildrenRead:
    """A list as read. `children` are the rows that can be searched by.

    An issue that is an error names a row that is left out, with why. `headings` are those of the file in
    order, each with the field it is read as, None for one that is not read.
    """

    children: tuple[Child, ...]
    issues: tuple[Issue, ...]
    headings: tuple[tuple[str, Field | None], ...]


def read_child_list(
    content: bytes,
    filename: str,
    *,
    today: date,
    named: Mapping[str, str] | None = None,
    limits: Limits = WEB_LIMITS,
) -> ChildrenRead:
    """The children in a .csv, .xlsx, .xls or .ods file. Raises Refused where the file cannot be read.

    `named` is what somebody said of headings: the field of each as a value of `Field`, '' for none.
    """
    workbook = read_workbook(content, filename, limits=limits)
    labels = _labels(named or {})
    listed = requests_in(workbook, shown_name(filename), today=today, labels=labels)
    issues = [_NO_CHILDREN if each.code == "no_request_list" else each for each in listed.issues]
    children: list[Child] = []
    for request in listed.requests:
        found = sought(request.values, today)
        if not found.is_searchable:
            continue
        if said := _too_long(found.child):
            message = f"Row {request.line}: {said} Shorten it in the file."
            issues.append(Issue(code="listed_too_long", message=message, row=request.line))
            continue
        children.append(found.child)
    headings = [
        each for sheet in workbook.sheets if not sheet.hidden and sheet.rows for each in _head(sheet, labels)
    ]
    named_issues = tuple(replace(each, file=shown_name(filename)) for each in issues)
    return ChildrenRead(tuple(children), named_issues, tuple(dict(headings).items()))


def _labels(named: Mapping[str, str]) -> Mapping[str, Field]:
    known = {label: field for label, field in read_labels().items() if field in FIELDS}
    for heading, value in named.items():
        if value in FIELDS:
            known[compared(heading)] = Field(value)
        else:
            known.pop(compared(heading), None)
    return known


def _head(sheet: Sheet, labels: Mapping[str, Field]) -> list[tuple[str, Field | None]]:
    """The headings of a sheet; where none is known, the fullest of the first rows is taken for them."""
    found = find_head(sheet, labels)
    rows = range(min(HEADER_ROWS, len(sheet.rows)))
    at, fields = found or (max(rows, key=lambda row: len(_texts(sheet, row))), {})
    return [(text, fields.get(column)) for column, text in _texts(sheet, at)]


def _texts(sheet: Sheet, row: int) -> list[tuple[int, str]]:
    return [
        (column, " ".join(cell.split()))
        for column, cell in enumerate(sheet.rows[row])
        if isinstance(cell, str) and compared(cell)
    ]


def _too_long(child: Child) -> str:
    one = child.identity
    names = (one.surname, one.forename, *one.other_surnames, *one.other_forenames)
    if any(len(name) > LONGEST_NAME for name in names):
        return f"A name has more than {LONGEST_NAME} characters."
    if any(len(upn) > LONGEST_UPN for upn in one.upns):
        return f"A UPN has more than {LONGEST_UPN} characters."
    if len(child.address) > LONGEST_ADDRESS - 10:
        return f"The address has more than {LONGEST_ADDRESS - 10} characters."
    return ""


_NO_CHILDREN = Issue(
    code="no_children",
    message="No column is known as a name, a date of birth or a UPN. Say below which columns these are.",
    severity=Severity.ERROR,
)
