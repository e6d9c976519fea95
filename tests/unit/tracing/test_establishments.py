"""School numbers: read as text, refused with one sentence for each thing wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.tracing.establishments import Laestab, NotANumber, part_faults, read_laestab, read_urn

DIGITS = "0123456789"


@pytest.mark.parametrize("school", ["200", "20000", "", "20a0", "\u0662\u0660\u0660\u0660"])
def test_t7_a_school_number_has_four_digits(school: str) -> None:
    (fault,) = part_faults("841", school)
    assert "school number must be 4 digits" in fault


@pytest.mark.parametrize("authority", ["84", "8411", "", "84\u0661"])
def test_t7_an_authority_has_three_digits(authority: str) -> None:
    (fault,) = part_faults(authority, "2000")
    assert "LA number must be 3 digits" in fault


def test_t7_zeros_in_front_are_kept_and_each_fault_has_its_sentence() -> None:
    assert part_faults("841", "0123") == ()
    assert read_laestab("841/0123") == Laestab("841", "0123")
    assert len(part_faults("84", "200")) == 2


@given(st.text(DIGITS, min_size=3, max_size=3), st.text(DIGITS, min_size=4, max_size=4))
def test_every_number_is_read_as_it_is_written(authority: str, school: str) -> None:
    number = Laestab(authority, school)
    for written in (number.text, number.shown, f" {authority} {school} ", f"{authority}-{school}"):
        assert read_laestab(written) == number


@pytest.mark.parametrize("text", ["", "841200", "84120000", "8412OOO", "841/", "/2000", "841/2000/1"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(NotANumber) as refused:
        read_laestab(text)
    assert refused.value.faults


def test_a_urn_has_six_digits_and_keeps_its_zeros() -> None:
    assert read_urn(" 012345 ") == "012345"
    for text in ("", "12345", "1234567", "10000a", "\u0661\u0660\u0660\u0660\u0660\u0661"):
        with pytest.raises(NotANumber, match="URN must be 6 digits"):
            read_urn(text)
