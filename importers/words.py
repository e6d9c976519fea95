"""Headings and words by which registers are recognised (cme/data/header_synonyms.json)."""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from cme.attendance.codes import Half


def _load() -> dict[str, Any]:
    text = resources.files("cme.data").joinpath("header_synonyms.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


_WORDS = _load()

FIELD_OF: Mapping[str, str] = MappingProxyType(
    {word: field for field, words in _WORDS["fields"].items() for word in (*words["seen"], *words["assumed"])}
)
"""The field that a whole normalised heading stands for; never matched in part."""

WEAK_HEADINGS = frozenset({"reference", "pupil id", "student id", "day"})
"""Headings that give way to a plainer one of their field: a system's own ids, the day beside a date."""

HALF_OF: Mapping[str, Half] = MappingProxyType(
    {word: Half(half) for half in ("AM", "PM") for word in _WORDS["session_values"][half]}
)
"""The half of the day that a session word means."""

WEEKDAY_OF: Mapping[str, int] = MappingProxyType(
    {word: index for index, words in enumerate(_WORDS["weekdays"].values()) for word in words}
)
"""Weekday (Monday 0) by its name or short form."""

MONTH_OF: Mapping[str, int] = MappingProxyType(
    {word: int(month) for month, words in _WORDS["months"].items() for word in words}
)
"""Month by its name or short form."""

SUMMARY_SIGNS = frozenset((*_WORDS["summary_signs"]["seen"], *_WORDS["summary_signs"]["assumed"]))
"""Headings of reports that hold totals instead of marks."""

LESSON_SIGNS = frozenset((*_WORDS["lesson_signs"]["seen"], *_WORDS["lesson_signs"]["assumed"]))
"""Headings of reports that hold a mark for each lesson instead of each session."""

_BLOCK = tuple(_WORDS["block_row"])
_NOT_A_PUPIL = tuple(
    word for name in ("totals_row", "legend_row", "title_row", "instruction_row") for word in _WORDS[name]
)

_SUFFIX = re.compile(r"\((?:s|main|current)\)")
_PUNCTUATION = re.compile(r"[_\-./\\:,;()\[\]#*]")
_LOWER_THEN_UPPER = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_FOR_TODAY = re.compile(r" (?:for today|as (?:of|at) today)$")


@cache
def normalise(heading: str) -> str:
    """A heading as it is looked up: NFKC, camelCase split, case folded, punctuation and suffixes gone."""
    text = unicodedata.normalize("NFKC", heading)
    text = _LOWER_THEN_UPPER.sub(" ", text).casefold().replace("'", "").replace("\u2019", "")
    text = _PUNCTUATION.sub(" ", _SUFFIX.sub(" ", text))
    return _FOR_TODAY.sub("", " ".join(text.split()))


def begins_like_no_pupil(text: str) -> bool:
    """Whether a row's first cell begins as rows of totals, legends and titles do."""
    return _begins(text, _NOT_A_PUPIL)


def begins_like_block(text: str) -> bool:
    """Whether a text begins as the rows between blocks of pupils do ("Class 7A")."""
    return _begins(text, _BLOCK)


def _begins(text: str, signs: tuple[str, ...]) -> bool:
    words = normalise(text)
    return any(words == sign or words.startswith(sign + " ") for sign in signs)
