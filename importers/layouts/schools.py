"""What a file says of the school it is from: in a column, or in the titles above its headings."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from importers.layouts.rows import text_of
from importers.layouts.tables import Table, cell_at
from importers.reading import Cell, CellError
from importers.text.words import FIELD_OF, normalise


class SaidSchool(NamedTuple):
    """One thing that a file says of its school.

    `kind` is urn, laestab or name where a heading or label says so, else title: a text above the headings
    that reads like a school's name.
    """

    kind: str
    value: str


def said_schools(table: Table) -> Iterator[SaidSchool]:
    """Everything that a table and the rows above it say of the school, each thing once."""
    return iter(dict.fromkeys([*_in_columns(table), *_in_titles(table)]))


_KIND_OF = {"school": "name", "urn": "urn", "laestab": "laestab"}
_LONGEST = 160


def _in_columns(table: Table) -> Iterator[SaidSchool]:
    for field, kind in _KIND_OF.items():
        column = table.fields.get(field)
        if column is None or normalise(str(cell_at(table.sheet, table.header_row, column))) == "site":
            continue
        for value in dict.fromkeys(text_of(table, row, field) for row in table.rows()):
            yield from _said(kind, value)


def _in_titles(table: Table) -> Iterator[SaidSchool]:
    for cells in table.sheet.rows[table.top : table.header_row]:
        texts = [_text(cell) for cell in cells if cell != ""]
        for place, text in enumerate(texts):
            label, _, value = text.partition(":")
            kind = _KIND_OF.get(FIELD_OF.get(normalise(label), ""))
            if kind is not None:
                yield from _said(kind, value.strip() or next(iter(texts[place + 1 :]), ""))
                continue
            for part in _SEPARATOR.split(text):
                if _TITLE.fullmatch(part.strip()):
                    yield from _said("title", part.strip())


_SEPARATOR = re.compile(r"\s+[-\u2013\u2014|:]\s+|[\n:|]")
_TITLE = re.compile(r"[A-Z][^\d]{2,80}\b(?:School|SCHOOL|Academy|ACADEMY|College|COLLEGE|Nursery|NURSERY)")


def _text(cell: Cell) -> str:
    return "" if isinstance(cell, CellError) else " ".join(str(cell).split())


def _said(kind: str, value: str) -> Iterator[SaidSchool]:
    value = value[:_LONGEST]
    if kind in ("name", "title"):
        if distinctive_words(value):
            yield SaidSchool(kind, value)
        return
    digits = re.sub(r"\D", "", value.removesuffix(".0"))
    if len(digits) in _DIGITS[kind]:
        yield SaidSchool(kind, digits)


_DIGITS = {"urn": (6,), "laestab": (4, 7)}

_COMMON_WORDS = """
    a academies academy aided all and at attendance boys by c campus catholic ce church class co
    coed cofe college community comprehensive controlled daily day e education eng england
    federation first for form foundation free girls grammar high in independent infant infants
    junior juniors lower main mark marks methodist middle mixed name nursery of our pre primary
    pupil pupils r rc register registers report roman s saint school schools secondary senior site
    sixth special st studio technology the this trust upper utc va vc voluntary weekly whole your
"""
"""Words that many schools' names and titles share: they do not tell one school from another."""


def distinctive_words(name: str) -> frozenset[str]:
    """The words of a school's name that tell it from others."""
    return frozenset(normalise(name).split()) - frozenset(_COMMON_WORDS.split())
