"""Decisions not to refer, school by school."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from cme.casework.declining import DECLINE_REASONS
from cme.web.presenters.words import counted


def by_school(declined: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Rows of {school, number, reasons}, from (school, reason code) in the order of the schools."""
    return [
        _row(school, Counter(code for _, code in own))
        for school, own in groupby(declined, lambda each: each[0])
    ]


def _row(school: str, codes: Counter[str]) -> dict[str, Any]:
    reasons = [
        f"{DECLINE_REASONS.get(code, 'No reason code')}: {number}" for code, number in codes.most_common()
    ]
    return {"school": school, "number": counted(codes.total(), "decision"), "reasons": reasons}
