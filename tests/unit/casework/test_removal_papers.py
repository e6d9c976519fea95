"""What a removal return holds, what admissions look up, and what a pupil file is called."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cme.casework.removal.confirming import CHECKS, FOUND, NONE, UNCHECKED, faults
from cme.casework.removal.pupil_file import name_fault, uploaded_fault
from cme.casework.removal.returning import Parent, RemovalReturn, is_parent

MO = Parent("Mo Birch", "12 High Row", "01632 960 001")
RETURN = RemovalReturn("Ada Birch", "12 High Row", (MO,), "", "not known", "not known")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_complete_return_lacks_nothing_and_is_kept_as_it_is() -> None:
    assert RETURN.missing == ()
    assert RemovalReturn.from_json(RETURN.to_json()) == RETURN


@pytest.mark.parametrize(
    ("lacking", "noun"),
    [
        (replace(RETURN, name=" "), "the child's full name"),
        (replace(RETURN, address=" "), "the child's address"),
        (
            replace(RETURN, parents=(Parent(" ", " ", " "),), no_parent=" "),
            "the parents with whom the child lives, or why there is none",
        ),
        (replace(RETURN, parents=(MO, replace(MO, address=" "))), "the address of parent 2"),
        (replace(RETURN, parents=(replace(MO, phone="none"),)), "a phone number of parent 1"),
        (replace(RETURN, parents=(replace(MO, phone="01632"),)), "a phone number of parent 1"),
        (replace(RETURN, parents=(replace(MO, name=" "),)), "the full name of parent 1"),
        (replace(RETURN, future_address=" "), "the future address, or “not known”"),
        (replace(RETURN, future_school=" "), "the new school, or “not known”"),
    ],
)
def test_every_field_of_the_law_is_asked_for(lacking: RemovalReturn, noun: str) -> None:
    """SI 2024/208 reg 13."""
    assert lacking.missing == (noun,)


def test_a_child_with_no_parent_at_home_needs_a_reason_and_blank_parents_are_not_kept() -> None:
    assert replace(RETURN, parents=(), no_parent="Looked after by the authority").missing == ()
    with_a_blank_row = replace(RETURN, parents=(MO, Parent()))
    assert with_a_blank_row.missing == ()
    assert with_a_blank_row.to_json() == RETURN.to_json()
    for half in (Parent(address="12 High Row"), Parent(phone="01632 960 001")):
        assert "the full name of parent 2" in replace(RETURN, parents=(MO, half)).missing
    assert replace(RETURN, parents=(replace(MO, phone="960001"),)).missing == ()


@pytest.mark.parametrize(
    "relationship",
    ["Mother", "Father", "Mum", "Dad", "Step-father", "Stepmother", "Parent/other", "Carer", "Guardian",
     "Foster placement"],
)  # fmt: skip
def test_who_is_a_parent(relationship: str) -> None:
    assert is_parent(relationship)


@pytest.mark.parametrize("relationship", ["", "Grandmother", "Neighbour", "Family friend"])
def test_who_is_none(relationship: str) -> None:
    assert not is_parent(relationship)


def test_confirming_asks_for_every_check_and_what_is_found_for_a_note() -> None:
    looked_up = dict.fromkeys(CHECKS, NONE)
    assert faults("confirmed", looked_up, "") == {}
    for code in CHECKS:
        assert set(faults("confirmed", {**looked_up, code: UNCHECKED}, "")) == {f"check_{code}"}
        assert set(faults("confirmed", {**looked_up, code: FOUND}, "")) == {"reason"}
        assert faults("confirmed", {**looked_up, code: FOUND}, "Ended in July") == {}
    assert faults("recorded", {}, "") == {}


@pytest.mark.parametrize(
    ("name", "is_lost", "sentence"),
    [
        ("8412001_CTF_XXXXXXX_001.xml", True, ""),
        ("8412001_CTF_MMMMMMM_002.xml", False, ""),
        ("8412001_CTF_8404123_001.xml", False, ""),
        ("8412001_CTF_840LLLL_001.xml", False, ""),
        ("8412001_CTF_8404123_001.xml", True, "XXXXXXX"),
        ("8412002_CTF_XXXXXXX_001.xml", True, "This school is 8412001"),
        ("8412001_CTF_8412001_001.xml", False, "comes to this school"),
        ("8412001_CTF_XXXXXXX_001 (1).xml", True, "not the name"),
        ("8412001_CTF_XXXXXXX_1.xml", True, "not the name"),
        ("", True, "not the name"),
    ],
)
def test_the_name_of_a_pupil_file(name: str, is_lost: bool, sentence: str) -> None:
    """Tracing reference s.5 and cases T1 to T5."""
    assert (name_fault(name, "8412001", is_lost=is_lost) or "").find(sentence) >= 0
    assert bool(name_fault(name, "8412001", is_lost=is_lost)) is bool(sentence)


def test_a_file_is_uploaded_between_the_removal_and_now() -> None:
    start = NOON - timedelta(hours=12)
    assert uploaded_fault(NOON, start, NOON) is None
    assert uploaded_fault(start, start, NOON) is None
    assert uploaded_fault(None, start, NOON) == "Enter when the file was uploaded."
    assert uploaded_fault(NOON + timedelta(minutes=1), start, NOON)
    assert uploaded_fault(start - timedelta(minutes=1), start, NOON)
