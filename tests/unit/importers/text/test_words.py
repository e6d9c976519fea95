"""Headings as they are looked up."""

import pytest

from importers.text.words import FIELD_OF, begins_like_no_pupil, normalise


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("UPN", "upn"),
        ("Unique Pupil Number", "upn"),
        ("  Admission  No. ", "admission_number"),
        ("AdmissionNo", "admission_number"),
        ("admission_number", "admission_number"),
        ("Pupil's Name", "full_name"),
        ("Legal Surname(s) for today", "surname"),
        ("Reg. Group", "class"),
        ("NC Year (Main)", "year_group"),
        ("D.O.B.", "date_of_birth"),
        ("DateOfBirth", "date_of_birth"),
        ("Date of Birth:", "date_of_birth"),
        ("AM/PM", "session"),
        ("\uff2dark", "mark"),
    ],
)
def test_a_heading_is_known_by_its_whole_text(heading: str, field: str):
    assert FIELD_OF[normalise(heading)] == field


@pytest.mark.parametrize(
    "heading", ["UPN of sibling", "Previous surname", "Name of tutor group", "Marks", "Date of meeting"]
)
def test_a_heading_is_never_known_by_a_part_of_it(heading: str):
    assert normalise(heading) not in FIELD_OF


@pytest.mark.parametrize(
    "text", ["Total", "TOTALS:", "Present", "Page 3", "Key", "Printed 13/11/2026", "Date Range: Autumn"]
)
def test_rows_of_totals_titles_and_legends_are_known_by_their_first_word(text: str):
    assert begins_like_no_pupil(text)


@pytest.mark.parametrize("text", ["Totally, Ann", "Keyes, Tom", "Paget, Eve", "Presently", "", "Bell, Page"])
def test_a_longer_word_is_another_word(text: str):
    assert not begins_like_no_pupil(text)
