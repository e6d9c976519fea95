"""The attendance codes and what each does to the three runs (SI 2024/208 reg 10; attendance_codes.csv)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from cme.data import read_rows


class Half(StrEnum):
    """The half of a school day that a session is."""

    AM = "AM"
    PM = "PM"


class ReturnEffect(StrEnum):
    """What one session does to `return_run`."""

    ZERO = "zero"
    COUNT = "count"
    NEUTRAL = "neutral"


class RemovalEffect(StrEnum):
    """What one session does to `removal_run`; NONE means that the session was not held."""

    QUALIFY = "qualify"
    BREAK = "break"
    NONE = "none"


class UnseenEffect(StrEnum):
    """What one session does to `days_unseen`; NONE means that the pupil was not expected."""

    SEEN = "seen"
    UNSEEN = "unseen"
    NONE = "none"


class Group(StrEnum):
    """The class of a code, as attendance statistics group them; ABOLISHED codes can no longer be entered."""

    PRESENT = "present"
    ACTIVITY = "approved activity"
    AUTHORISED = "authorised"
    UNAUTHORISED = "unauthorised"
    NOT_POSSIBLE = "not possible"
    NOT_COLLECTED = "not collected"
    ABOLISHED = "abolished"


@dataclass(frozen=True, slots=True)
class Code:
    """One attendance code.

    `letter` is the single character that stands for the code in a register line; `half` is the only half
    in which it may be entered, None for either; `valid_from` and `valid_to` are both inclusive.
    """

    code: str
    letter: str
    meaning: str
    group: Group
    return_effect: ReturnEffect
    removal_effect: RemovalEffect
    unseen_effect: UnseenEffect
    half: Half | None
    valid_from: date
    valid_to: date | None
    source: str

    def valid_on(self, on: date) -> bool:
        """Whether the code could lawfully be entered for a session on that date."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def _read(rows: list[dict[str, str]]) -> dict[str, Code]:
    return {
        row["code"]: Code(
            code=row["code"],
            letter=row["letter"],
            meaning=row["meaning"],
            group=Group(row["group"]),
            return_effect=ReturnEffect(row["return_effect"] or ReturnEffect.NEUTRAL),
            removal_effect=RemovalEffect(row["removal_effect"] or RemovalEffect.BREAK),
            unseen_effect=UnseenEffect(row["unseen_effect"] or UnseenEffect.UNSEEN),
            half=None if row["half"] == "both" else Half(row["half"].upper()),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            source=row["source"],
        )
        for row in rows
    }


_ALL = _read(read_rows("attendance_codes.csv"))

RULES_FROM = date(2024, 8, 19)
"""The day SI 2024/208 came into force; the product counts under its rules only."""

CODES: Mapping[str, Code] = MappingProxyType({c.code: c for c in _ALL.values() if c.letter})
"""Every code that can be entered today, by code."""

ABOLISHED: Mapping[str, Code] = MappingProxyType({c.code: c for c in _ALL.values() if not c.letter})
"""Codes that registers held before `RULES_FROM` and that are rejected at any date."""

BY_LETTER: Mapping[str, Code] = MappingProxyType({c.letter: c for c in CODES.values()})
"""The same codes by the letter that stands for them in a register line."""


def code_of(letter: str) -> str:
    """The code that a register-line letter stands for; '' for a session without a mark ('.')."""
    return "" if letter == "." else BY_LETTER[letter].code


def rejection(code: str, half: Half, on: date) -> str | None:
    """Why a mark cannot be accepted for that half of that date: one sentence; None when it can.

    Rules: SI 2024/208 reg 10 (codes and the day they came in); lower case and the present signs in the
    wrong half are refused because they may hide another code (our policy).
    """
    known = CODES.get(code)
    if known is None:
        return _unknown(code, on)
    if not known.valid_on(on):
        return (
            f"{code} was not a code on {on:%-d %B %Y}: it came in on {known.valid_from:%-d %B %Y}. "
            "Export this week again with the codes of that time, or leave it out."
        )
    if known.half not in (None, half):
        meant = _HALF_NAMES[known.half]
        right = next(each.code for each in CODES.values() if each.half is half)
        return f"{code} means present in the {meant} but stands in {half}. Enter {right} here."
    return None


_HALF_NAMES = {Half.AM: "morning", Half.PM: "afternoon"}


def _unknown(code: str, on: date) -> str:
    if code in ABOLISHED:
        if on < RULES_FROM:
            return (
                f"{code} was a code then; this service counts under the rules from 19 August 2024. "
                "Leave the weeks before that day out of the file."
            )
        return f"{code} is not a code since 19 August 2024. Enter the code that applies now."
    if not code.isascii():
        return "This sign may look like a code but is of another alphabet. Type the code again."
    if code.upper() in CODES:
        return f"{code} is in lower case. Enter {code.upper()} if that is the mark."
    if code == "0":
        return "0 (zero) is not a code. Enter O (letter O) if the absence is unauthorised."
    return f'"{code[:20]}" is not an attendance code. Enter a code from the national list.'
