"""Pupils of a file and of a roll, alike unless said otherwise."""

from datetime import date
from typing import Any

from cme.attendance.codes import Half
from importers.planning.planned import KnownPupil
from importers.register import PupilReading
from tests.marks import from_marks
from tests.unit.importers.grids import WEEK, upn

ANA, BEN = upn(1), upn(2)
BORN_ON = date(2014, 2, 1)


def lines(*codes: str) -> dict[int, str]:
    """Register lines with these codes in the sessions of a week, in order; '' is no mark."""
    sessions = [(on, half) for on in WEEK for half in Half]
    return from_marks((on, half, code) for (on, half), code in zip(sessions, codes, strict=False))


def in_file(**given: Any) -> PupilReading:
    values: dict[str, Any] = {
        "upn": ANA, "admission_number": "0012", "surname": "BELL", "forename": "Ana", "born_on": BORN_ON,
        "year_group": "7", "class_name": "7A", "lines": lines("O", "O"), "address": "row 2",
    }  # fmt: skip
    return PupilReading(**values | given)


def on_roll(**given: Any) -> KnownPupil:
    values: dict[str, Any] = {
        "registration_id": 1, "upn": ANA, "admission_number": "0012", "surname": "Bell", "forename": "Ana",
        "born_on": BORN_ON, "lines": lines("O", "O"),
    }  # fmt: skip
    return KnownPupil(**values | given)
