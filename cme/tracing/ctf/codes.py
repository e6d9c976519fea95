"""The code lists of a pupil file (`data/ctf_codes.csv`). A code that is not in them stays as it is.

The lists are of 2011 to 2021 and not checked against today's, so they only explain: they refuse nothing.
Source: tracing reference s.8.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from itertools import pairwise

from cme.data import read_rows

OTHER_REASON, PREVIOUS = "OT", "P"
"""Why a lost pupil left (other or not known), and how the pupil is enrolled (previously)."""

MOBILE, HOME = "M", "H"
"""Kinds of a phone."""


class CodeList(StrEnum):
    """The lists."""

    RELATIONSHIP = "relationship"
    LEAVING_REASON = "leaving_reason"
    ENROL_STATUS = "enrol_status"
    TELEPHONE_TYPE = "telephone_type"


def label_of(codes: CodeList, code: str) -> str:
    """A code in words; the code itself where the list does not have it."""
    return next((row["label"] for row in _rows() if row["list"] == codes and row["code"] == code), code)


def relationship_code(relationship: str) -> str:
    """The code for how a school names a contact ("Step-mother", "Mum"); '' where no word of it is known.

    A step-parent and a foster parent are told from a parent, whatever other words stand beside.
    """
    words = relationship.casefold().replace("-", " ").replace("/", " ").split()
    joined = {first + second for first, second in pairwise(words)}
    known = _relationships()
    for candidates in (joined, words):
        found = next((known[each] for each in sorted(candidates) if each in known), "")
        if found:
            return found
    return ""


@cache
def _relationships() -> Mapping[str, str]:
    return {
        word: row["code"]
        for row in _rows()
        if row["list"] == CodeList.RELATIONSHIP
        for word in row["words"].split()
    }


@cache
def _rows() -> tuple[Mapping[str, str], ...]:
    return tuple(read_rows("ctf_codes.csv"))
