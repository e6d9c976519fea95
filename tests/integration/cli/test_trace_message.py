"""`cme trace message`: what other authorities are asked about the child of a case, to paste."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import time_machine

from tests.integration.cli.conftest import CommandLine
from tests.integration.services.office import after_school, days_from, write_register

DAYS = days_from(date(2026, 10, 5), 12)


@pytest.fixture(autouse=True)
def case(cme: CommandLine, tmp_path: Path) -> Iterator[str]:
    """The case of a child who is absent for nine days; its reference."""
    with time_machine.travel(after_school(DAYS[-1]), tick=False):
        cme("school", "add", "--laestab", "8412001", "--urn", "100001", "--name", "Alder Grove")
        pupils = {"Zeal, Zoe": "P" * 12, "Birch, Ada": "PPP" + "O" * 9}
        (tmp_path / "register.csv").write_bytes(write_register(DAYS, pupils))
        assert cme("import", "register.csv", "--school", "8412001", "--yes").status == 0
        (listed,) = json.loads(cme("cases", "--json").out)
        yield listed["reference"]


def test_before_a_request_is_begun_the_record_is_read_and_called_a_draft(cme: CommandLine, case: str) -> None:
    result = cme("trace", "message", case.lower())
    assert result.status == 0
    assert result.out.startswith("Subject: CME trace - 841 - TR-2026-0000\n\nOur reference: TR-2026-0000\n")
    assert "Legal surname: Birch\nForenames: Ada\nDate of birth: 04/05/2014\n" in result.out
    assert "UPN: not known\n" in result.out
    assert "This is a draft." in result.err
    assert "Enter the phone number of the officer who asks." in result.err
    assert cme("trace", "message", case).out == result.out


def test_an_unknown_case_is_one_sentence(cme: CommandLine) -> None:
    result = cme("trace", "message", "CME-26-9999")
    assert (result.status, result.out) == (2, "")
    assert result.err == "There is no case CME-26-9999. A reference is like CME-26-0001.\n"
