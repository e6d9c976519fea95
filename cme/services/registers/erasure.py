"""Erasing what is kept of uploads, when they are given up or have served (our policy: `retention`).

What stays of an upload is its hash, who decided and when, and numbers. Children are in it as registration
ids alone, with how their runs moved: no name, number, date of birth, contact or sentence about a child.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cme.store import retention
from cme.store.tables import RegisterImport

_LISTS = ("held", "left_out", "particulars", "roll")
"""The lists of a receipt that speak of children otherwise than by registration id."""


def erase(uploads: Sequence[RegisterImport], *, at: datetime) -> int:
    """Erase the files, readings and particulars of uploads, inside the open transaction; how many files.

    What was found, said and written stays as numbers: issues by code, answers and decisions by kind, and
    entries of the receipt by name. Erasing an upload again changes nothing of it.
    """
    for upload in uploads:
        if upload.erased_at is None:
            upload.erased_at = at
            upload.check = _check(upload.check)
            upload.answers = _answers(upload.answers)
            upload.receipt = _receipt(upload.receipt) if upload.receipt else upload.receipt
    return retention.erase(uploads)


def _check(check: dict[str, Any]) -> dict[str, Any]:
    found = Counter(issue["code"] for issue in check.get("issues", ()))
    return check | {"issues": [], "erased": dict(found)}


def _answers(answers: dict[str, Any]) -> dict[str, Any]:
    said = answers.get("reading", {})
    kinds = Counter(each["kind"] for each in answers.get("decisions", {}).values())
    kinds.update({name: len(value) if isinstance(value, list) else 1 for name, value in said.items()})
    return {"erased": dict(kinds)}


def _receipt(receipt: dict[str, Any]) -> dict[str, Any]:
    lists = {name: receipt[name] for name in _LISTS if name in receipt}
    numbers = {name: len(entries) for name, entries in lists.items()}
    return receipt | {name: [] for name in lists} | {"erased": numbers}
