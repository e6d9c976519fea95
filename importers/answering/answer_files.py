"""The answers that a person gives on a page, from a file: for the command line (`--columns FILE`)."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from cme.attendance.codes import Half
from importers.answering.answers import EVERY_FILE, Answers, MappedColumns, Translation
from importers.answering.fingerprints import MAPPABLE, fingerprint
from importers.reading import ENCODINGS
from importers.reading.workbook import column_letters
from importers.text.dates import DateOrder
from importers.text.marks import translation_error

_FIELDS = tuple(field for field, _ in MAPPABLE)

_FIRST_YEAR, _LAST_YEAR = 2000, 2099


class AnswersUnreadable(ValueError):
    """A file of answers that cannot be used; the message says what is wrong where, and what to do."""


def read_answers(text: str) -> Answers:
    """The answers in a JSON object, every part of which may be left out.

    `mappings`: a list of `{"headings": [...], "fields": {heading: field}}`, the headings as they stand in
    the file from its first column on, or `{"fingerprint": "...", "fields": {column letters: field}}`; either
    may have `header_row` (from 1, as a person counts). `translations`: a list of `{"own_code", "code",
    "first_on", "last_on"}`. `date_order`: "day first" or "month first". `academic_year`: the year in which it
    begins. `lone_codes` and `first_mark`: "AM" or "PM". `surname_first`: true or false. `encoding`: how a
    text file stores its letters (`importers.reading.ENCODINGS`). `sheets`: hidden sheets, each by its name
    or as `{"file": 1, "sheet": "7B"}` where several files have such a sheet (from 1, in the order given).
    Raises AnswersUnreadable.
    """
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise AnswersUnreadable("This is no JSON. Check its brackets, commas and quotation marks.") from None
    if not isinstance(said, dict):
        raise AnswersUnreadable('The file must hold one JSON object, such as {"date_order": "day first"}.')
    _allow(said, _READERS, "")
    return Answers(**{name: _READERS[name](value) for name, value in said.items()})


def _mappings(value: Any) -> tuple[MappedColumns, ...]:
    return tuple(
        _mapping(each, f"mappings, number {number}") for number, each in _numbered(value, "mappings")
    )


def _mapping(value: Any, place: str) -> MappedColumns:
    _allow(_object(value, place), ("headings", "fingerprint", "fields", "header_row"), place)
    if ("headings" in value) == ("fingerprint" in value):
        raise AnswersUnreadable(f"{place}: give the headings or their fingerprint, one of the two.")
    fields = _object(value.get("fields"), f"{place}, fields")
    row = value.get("header_row", 1)
    if not isinstance(row, int) or isinstance(row, bool) or row < 1:
        raise AnswersUnreadable(f"{place}: header_row must be the number of a row, from 1.")
    for heading, field in fields.items():
        if field not in _FIELDS:
            raise AnswersUnreadable(
                f'{place}: "{heading}" is given the field "{field}", which there is not. '
                f"Use one of: {', '.join(filter(None, _FIELDS))}; or an empty text to leave the column out."
            )
    if "headings" in value:
        headings = _texts(value["headings"], f"{place}, headings")
        return MappedColumns(fingerprint(headings), row - 1, _by_heading(headings, fields, place))
    print_ = value["fingerprint"]
    if not isinstance(print_, str) or not print_:
        raise AnswersUnreadable(f"{place}: fingerprint must be a text.")
    return MappedColumns(print_, row - 1, _by_letters(fields, place))


def _by_heading(headings: list[str], fields: Mapping[str, str], place: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for heading, field in fields.items():
        columns = [column for column, each in enumerate(headings) if each == heading]
        if len(columns) != 1:
            times = "not" if not columns else "twice"
            raise AnswersUnreadable(
                f'{place}: "{heading}" is {times} among the headings. Write it as it stands there.'
            )
        found[columns[0]] = field
    return found


def _by_letters(fields: Mapping[str, str], place: str) -> dict[int, str]:
    for letters in fields:
        if letters not in _COLUMNS:
            raise AnswersUnreadable(
                f'{place}: "{letters}" is no column. With a fingerprint, name columns by letters: A, B, AA.'
            )
    return {_COLUMNS[letters]: field for letters, field in fields.items()}


def _translations(value: Any) -> tuple[Translation, ...]:
    found = []
    for number, each in _numbered(value, "translations"):
        place = f"translations, number {number}"
        _allow(_object(each, place), ("own_code", "code", "first_on", "last_on"), place)
        own, code = each.get("own_code"), each.get("code")
        if not isinstance(own, str) or not isinstance(code, str):
            raise AnswersUnreadable(f"{place}: own_code and code must both be given, as texts.")
        first_on = _day(each.get("first_on"), f"{place}, first_on")
        last_on = _day(each["last_on"], f"{place}, last_on") if each.get("last_on") is not None else None
        fault = translation_error(own, code, first_on, last_on)
        if fault:
            raise AnswersUnreadable(f"{place}: {fault}")
        found.append(Translation(own, code, first_on, last_on))
    return tuple(found)


def _date_order(value: Any) -> DateOrder:
    orders = {order.value: order for order in DateOrder}
    if not isinstance(value, str) or value not in orders:
        raise AnswersUnreadable(f"date_order must be {_either(orders)}.")
    return orders[value]


def _academic_year(value: Any) -> int:
    if not isinstance(value, int) or not _FIRST_YEAR <= value <= _LAST_YEAR:
        raise AnswersUnreadable("academic_year must be the year in which it begins, such as 2026.")
    return value


def _half(name: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in tuple(Half):
            raise AnswersUnreadable(f"{name} must be {_either(Half)}.")
        return str(value)

    return read


def _surname_first(value: Any) -> bool:
    if not isinstance(value, bool):
        raise AnswersUnreadable("surname_first must be true or false.")
    return value


def _encoding(value: Any) -> str:
    if value not in tuple(ENCODINGS):
        raise AnswersUnreadable(f"encoding must be {_either(ENCODINGS)}.")
    return str(value)


def _sheets(value: Any) -> frozenset[tuple[int, str]]:
    return frozenset(_sheet(each, f"sheets, number {number}") for number, each in _numbered(value, "sheets"))


def _sheet(value: Any, place: str) -> tuple[int, str]:
    if isinstance(value, str):
        return EVERY_FILE, value
    _allow(_object(value, place), ("file", "sheet"), place)
    number, name = value.get("file"), value.get("sheet")
    if not isinstance(name, str) or not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise AnswersUnreadable(f"{place}: give the number of a file, from 1, and the name of a sheet.")
    return number - 1, name


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "mappings": _mappings,
    "translations": _translations,
    "date_order": _date_order,
    "academic_year": _academic_year,
    "lone_codes": _half("lone_codes"),
    "first_mark": _half("first_mark"),
    "surname_first": _surname_first,
    "encoding": _encoding,
    "sheets": _sheets,
}

_COLUMNS = {column_letters(column): column for column in range(1_000)}


def _allow(said: Mapping[str, Any], names: Any, place: str) -> None:
    """Refuse a name that means nothing: it is a slip of the pen, and the answer would be lost."""
    unknown = next((name for name in said if name not in names), None)
    if unknown is not None:
        where = f"{place}: " if place else ""
        raise AnswersUnreadable(f'{where}"{unknown}" is not known. What can be said: {", ".join(names)}.')


def _numbered(value: Any, place: str) -> list[tuple[int, Any]]:
    if not isinstance(value, list):
        raise AnswersUnreadable(f"{place} must be a list, in square brackets.")
    return list(enumerate(value, start=1))


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise AnswersUnreadable(f"{place} must be an object, in curly brackets.")
    return value


def _texts(value: Any, place: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise AnswersUnreadable(f"{place} must be a list of texts, in square brackets.")
    return value


def _day(value: Any, place: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise AnswersUnreadable(f"{place} must be a date such as 2026-09-01.") from None


def _either(values: Any) -> str:
    return " or ".join(f'"{value}"' for value in values)
