"""Pages of a long list by where the one before ended, so that the last page costs no more than the first.

A place in a list is the sorting values of one row as text: numbers, dates, references and stages, and never
anything about a person. It goes into addresses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_

from cme.store.database import db

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LONGEST_NUMBER = 17


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that a list is sorted by; never NULL. `kind` is int, str, date or datetime."""

    column: ColumnElement[Any]
    kind: type
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Slice:
    """One page. `before` and `after` are the places to go on from; None at the ends of the list."""

    rows: Sequence[Any]
    before: str | None
    after: str | None


def read_slice(
    query: Select[Any], keys: Sequence[Key], *, after: str = "", before: str = "", per_page: int
) -> Slice:
    """The rows of a query after a place, or before one; from the start for a place that cannot be read.

    The last key must tell every row from every other. A place beyond the ends gives the first page.
    """
    turned = bool(before and not after)
    place = _read(after or before, keys)
    found = _rows(query, keys, place, turned=turned, most=per_page + 1)
    if place is not None and (not found or (turned and len(found) <= per_page)):
        turned, place = False, None
        found = _rows(query, keys, None, turned=False, most=per_page + 1)
    has_more, found = len(found) > per_page, found[:per_page]
    if turned:
        found.reverse()
    has_before, has_after = (has_more, True) if turned else (place is not None, has_more)
    return Slice(
        [row[0] for row in found],
        _write(found[0][1:], keys) if has_before and found else None,
        _write(found[-1][1:], keys) if has_after and found else None,
    )


def _rows(
    query: Select[Any], keys: Sequence[Key], place: Sequence[Any] | None, *, turned: bool, most: int
) -> list[Any]:
    query = query.add_columns(*(key.column for key in keys))
    if place is not None:
        query = query.where(_beyond(keys, place, turned=turned))
    order = [key.column.desc() if key.descending is not turned else key.column.asc() for key in keys]
    return list(db.session.execute(query.order_by(*order).limit(most)))


def _beyond(keys: Sequence[Key], place: Sequence[Any], *, turned: bool) -> ColumnElement[bool]:
    """The rows that come after a place in the order, or before it where the order is turned."""
    ways = []
    for index, key in enumerate(keys):
        same = [other.column == value for other, value in zip(keys[:index], place, strict=False)]
        value = place[index]
        on = key.column < value if key.descending is not turned else key.column > value
        ways.append(and_(*same, on))
    return or_(*ways)


def _write(values: Sequence[Any], keys: Sequence[Key]) -> str:
    return ".".join(_as_text(value, key.kind) for value, key in zip(values, keys, strict=True))


def _as_text(value: Any, kind: type) -> str:
    if kind is datetime:
        return str((value - _EPOCH) // _MICROSECOND)
    return value.isoformat() if kind is date else str(value)


def _read(text: str, keys: Sequence[Key]) -> list[Any] | None:
    parts = text.split(".")
    if len(parts) != len(keys):
        return None
    try:
        return [_value(part, key.kind) for part, key in zip(parts, keys, strict=True)]
    except (ValueError, OverflowError):
        return None


def _value(text: str, kind: type) -> Any:
    if kind is str:
        return text
    if kind is date:
        return date.fromisoformat(text)
    if not text.lstrip("-").isascii() or len(text) > _LONGEST_NUMBER:
        raise ValueError("no number")
    return int(text) if kind is int else _EPOCH + int(text) * _MICROSECOND
