"""Headings and words by which registers are recognised (cme/data/header_synonyms.json)."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
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


def _numbered_contacts() -> Iterator[tuple[str, str]]:
    """The headings of every contact in call order ("parent 2 home phone"), each with its field."""
    numbered = _WORDS["numbered_contacts"]
    for number in range(1, numbered["last"] + 1):
        for who in numbered["who"]:
            for ending, words in numbered["endings"].items():
                for word in words:
                    yield f"{who.replace('#', str(number))} {word}".strip(), f"contact_{number}_{ending}"


FIELD_OF: Mapping[str, str] = MappingProxyType(
    dict(_numbered_contacts())
    | {
        word: field
        for field, words in _WORDS["fields"].items()
        for word in (*words["seen"], *words["assumed"])
    }
)
"""The field that a whole normalised heading stands for; never matched in part."""

MARK_FIELDS = ("mark", "export_mark", "am_mark", "pm_mark")
"""The fields of columns that hold marks."""

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

WEEK_START_WORDS: tuple[str, ...] = tuple(_WORDS["week_words"]["start"])
"""Words that say that the date beside them is the first of a week."""

WEEK_END_WORDS: tuple[str, ...] = tuple(_WORDS["week_words"]["end"])
"""Words that say that the date beside them is the last of a week."""

MONTH_OF: Mapping[str, int] = MappingProxyType(
    {word: int(month) for month, words in _WORDS["months"].items() for word in words}
)
"""Month by its name or short form."""

SUMMARY_SIGNS = frozenset((*_WORDS["summary_signs"]["seen"], *_WORDS["summary_signs"]["assumed"]))
"""Headings of reports that hold totals instead of marks."""

NOT_REPORTED = SUMMARY_SIGNS | frozenset((*_WORDS["totals_row"], *_WORDS["ignore"]))
"""Headings of columns that nobody misses when they are not read: photos, totals."""

LESSON_SIGNS = frozenset((*_WORDS["lesson_signs"]["seen"], *_WORDS["lesson_signs"]["assumed"]))
"""Headings of reports that hold a mark for each lesson instead of each session."""

_BLOCK = tuple(_WORDS["block_row"])
_NOT_A_PUPIL = (
    *(word for name in ("totals_row", "legend_row", "title_row", "instruction_row") for word in _WORDS[name]),
    *WEEK_START_WORDS,
    *WEEK_END_WORDS,
)

_ODD = frozenset("<>\ufffd")
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


def after_weekday(words: str) -> str:
    """What normalised words say after the weekday that they begin with; '' where they begin with none."""
    first, _, rest = words.partition(" ")
    return rest if first in WEEKDAY_OF else ""


def has_odd_characters(text: str) -> bool:
    """Whether a text holds what no name does: unseen or direction characters, < or >, or lost letters."""
    return not text.isprintable() or not _ODD.isdisjoint(text)


def begins_like_no_pupil(text: str) -> bool:
    """Whether a row's first cell begins as rows of totals, legends and titles do."""
    return _begins(text, _NOT_A_PUPIL)


def begins_like_block(text: str) -> bool:
    """Whether a text begins as the rows between blocks of pupils do ("Class 7A")."""
    return _begins(text, _BLOCK)


def _begins(text: str, signs: tuple[str, ...]) -> bool:
    words = normalise(text)
    return any(words == sign or words.startswith(sign + " ") for sign in signs)
