"""What a pupil file is called, and what is no name of one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.tracing.ctf.names import (
    LOST,
    OUTSIDE,
    FileName,
    NotAName,
    Place,
    file_name,
    number_fault,
    read_destination,
    read_name,
    read_sender,
)

SCHOOL = Place("841", "2000")
DIGITS = "0123456789"
SENDERS = st.builds(
    Place,
    st.text(DIGITS, min_size=3, max_size=3),
    st.one_of(st.just("LLLL"), st.text(DIGITS, min_size=4, max_size=4)),
)
RECEIVERS = st.one_of(SENDERS, st.sampled_from([Place("XXX", "XXXX"), Place("MMM", "MMMM")]))


def test_t1_the_first_file_of_a_lost_pupil() -> None:
    assert file_name(SCHOOL, read_destination("XXX", "XXXX"), 1) == "8412000_CTF_XXXXXXX_001.xml"


def test_t2_the_second_file_of_a_lost_pupil() -> None:
    assert file_name(SCHOOL, read_destination("XXX", "XXXX"), 2) == "8412000_CTF_XXXXXXX_002.xml"


def test_t4_a_child_who_went_outside() -> None:
    outside = read_destination("MMM", "MMMM")
    assert file_name(SCHOOL, outside, 1) == "8412000_CTF_MMMMMMM_001.xml"
    assert outside.is_outside
    assert not outside.has_number


def test_t5_a_child_at_a_known_school() -> None:
    assert file_name(SCHOOL, read_destination("840", "4123"), 1) == "8412000_CTF_8404123_001.xml"


@pytest.mark.parametrize(
    ("authority", "school"),
    [("XXX", "4123"), ("MMM", "XXXX"), ("840", "XXXX"), ("XXX", "MMMM"), ("XXX", ""), ("84X", "4123")],
)
def test_t6_a_destination_is_all_x_all_m_or_a_real_number(authority: str, school: str) -> None:
    with pytest.raises(NotAName, match="destination must be all X, all M, or a real LA and school number"):
        read_destination(authority, school)


@pytest.mark.parametrize(
    ("authority", "school", "sentence"),
    [
        ("841", "200", "school number must be 4 digits"),
        ("841", "20000", "school number must be 4 digits"),
        ("84", "2000", "LA number must be 3 digits"),
    ],
)
def test_t7_a_number_of_another_length_is_refused(authority: str, school: str, sentence: str) -> None:
    for read in (read_destination, read_sender):
        with pytest.raises(NotAName, match=sentence):
            read(authority, school)


def test_t7_zeros_in_front_are_kept() -> None:
    assert file_name(Place("841", "0123"), read_destination("001", "0002"), 7) == (
        "8410123_CTF_0010002_007.xml"
    )


def test_t8_a_name_is_taken_apart() -> None:
    name = read_name("820LLLL_CTF_8201234_001.xml")
    assert name.sender == Place("820", "LLLL")
    assert name.sender.is_authority
    assert name.receiver == Place("820", "1234")
    assert not name.receiver.is_authority
    assert name.number == 1


@given(SENDERS, RECEIVERS, st.integers(1, 999))
def test_every_name_that_is_made_is_read_as_it_was(sender: Place, receiver: Place, number: int) -> None:
    name = file_name(sender, receiver, number)
    assert read_name(name) == FileName(sender, receiver, number)
    assert read_name(name).text == name


@pytest.mark.parametrize(
    ("renamed", "part"),
    [
        ("8412000_CTF_XXXXXXX_001 (1).xml", "“ (1)”"),
        ("8412000_CTF_XXXXXXX_001(2).xml", "“(2)”"),
        ("Copy of 8412000_CTF_XXXXXXX_001.xml", "“Copy of ”"),
        ("8412000_CTF_XXXXXXX_001 - Copy.xml", "“ - Copy”"),
        ("8412000_CTF_XXXXXXX_001.xml.txt", "“.txt”"),
        ("8412000_CTF_XXXXXXX_001.xml.xml", "“.xml”"),
        ("8412000_CTF_XXXXXXX_001_Zoe.xml", "“_Zoe”"),
        ("new 8412000_CTF_XXXXXXX_001 (1).xml", "“new ” and “ (1)”"),
    ],
)
def test_a_renamed_file_is_refused_and_the_part_to_remove_is_named(renamed: str, part: str) -> None:
    with pytest.raises(NotAName) as refused:
        read_name(renamed)
    assert f"remove {part} from it" in str(refused.value)
    assert "8412000_CTF_XXXXXXX_001.xml" in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "zoe.xml",
        "8412000_CTF_XXXXXXX_1.xml",
        "8412000_CTF_XXXXXXX_0011.xml",
        "8412000_CTF_XXXXMMM_001.xml",
        "8412000_CTF_XXX4123_001.xml",
        "8412000_CML_841LLLL_001.xml",
        "XXXXXXX_CTF_8412000_001.xml",
        "841200\u0660_CTF_XXXXXXX_001.xml",
        "8412000_CTF_XXXXXXX_00\u0661.xml",
        "8412000_ctf_xxxxxxx_001.xml",
        "8412000_CTF_XXXXXXX_001.XML",
        "8412000_CTF_XXXXXXX_001",
        "8412000_CTF_XXXXXXX_001.xml\n",
        "8412000_CTF_XXXXXXX_000.xml",
    ],
)
def test_anything_else_is_no_name_of_a_pupil_file(text: str) -> None:
    with pytest.raises(NotAName):
        read_name(text)


def test_numbers_go_from_001_to_999_and_are_then_used_up() -> None:
    assert number_fault(1) is None
    assert number_fault(999) is None
    assert "001 to 999" in (number_fault(0) or "")
    assert "used up" in (number_fault(1000) or "")
    with pytest.raises(NotAName, match="used up"):
        file_name(SCHOOL, Place(LOST[:3], LOST[3:]), 1000)
    assert OUTSIDE == "MMMMMMM"
