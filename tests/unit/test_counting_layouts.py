"""Runs do not depend on the layout in which a register comes: `cme count` takes every one."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from cme.attendance.codes import Half
from cme.casework.policy.pack import load_pack
from cme.services.counting import CountRequest, count_files
from importers.reading import WEB_LIMITS
from tests.unit.importers.every_layout import EVERY, Pupil
from tests.unit.importers.grids import book, upn

DAYS = tuple(date(2026, 11, 2) + timedelta(days=n) for n in range(19) if n % 7 < 5)


def pupil(serial: int, present: int, code: str) -> Pupil:
    """A pupil who is present on the first days and has one code on all that follow."""
    marks = {
        (on, half): ("/\\"[half is Half.PM] if at < present else code)
        for at, on in enumerate(DAYS)
        for half in Half
    }
    return Pupil(upn(serial), f"00{serial}", f"BELL{serial}, Ana", "7A", marks)


REGISTER = (pupil(1, 3, "O"), pupil(2, len(DAYS), ""), pupil(3, 10, "N"))


@pytest.mark.parametrize("name", EVERY)
def test_every_layout_gives_the_same_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "register.xlsx"
    path.write_bytes(b"")
    sheets = EVERY[name][0](REGISTER, DAYS)
    monkeypatch.setattr("cme.services.counting.read_workbook", lambda *_, **__: book(*sheets))
    request = CountRequest(
        paths=(path,), today=date(2026, 11, 22), bank_holidays=frozenset(), policy=load_pack()
    )
    shown = json.loads(json.dumps(count_files(request, limits=WEB_LIMITS).to_json()))

    assert [
        (one["upn"], one["return_run"], one["removal_run"], one["days_unseen"]) for one in shown["pupils"]
    ] == [
        (upn(1), 12, 12, 12),
        (upn(3), 5, 5, 5),
        (upn(2), 0, 0, 0),
    ]
    assert shown["school_days"] == len(DAYS)
