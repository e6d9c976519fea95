from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cme.casework.letters import Letter, LetterEntry
from cme.documents.letters import Occasion, set_letter, write
from tests.unit.documents.pdfs import claims_accessibility, count_pages, is_tagged, words_of

OCCASION = Occasion(
    reference="CME-26-0042",
    school="Alder Grove School",
    council="Northmoor Council",
    child="Ada Arden",
    first="Ada",
    made_on=date(2026, 11, 20),
    reply_by_on=date(2026, 11, 25),
    absent_from_on=date(2026, 11, 6),
    sent_on=date(2026, 11, 19),
    removed_on=date(2026, 12, 4),
)
ENTRY = LetterEntry(
    signed_by="Robin Marsh",
    role="Attendance officer",
    phone="01325 400400",
    to="Parent or carer of Ada Arden",
    address="12 High Street\nDL3 9AA",
    why="We have not been able to reach you.",
    who_will_call="the CME officer of Northmoor Council",
    family_may_be_told=True,
    ground="i",
    ring="the admissions team on 01325 406222",
)
ASKING = tuple(letter for letter in Letter if letter.asks_for_reply)


def text_of(letter: Letter, occasion: Occasion = OCCASION, entry: LetterEntry = ENTRY) -> str:
    """The words of a letter, in order."""
    written = write(letter, occasion, entry)
    return " ".join((written.title, *written.before, written.ask, *written.after))


@pytest.mark.parametrize("letter", list(Letter))
def test_letter_is_accessible_and_fits_its_paper(letter: Letter) -> None:
    made = set_letter(letter, OCCASION, ENTRY)
    assert made.is_accessible
    assert claims_accessibility(made.content)
    assert is_tagged(made.content)
    assert count_pages(made.content) == (2 if letter is Letter.VISIT_CARD else 1)


@pytest.mark.parametrize("letter", ASKING)
def test_letter_says_whom_to_ring_and_until_when(letter: Letter) -> None:
    said = text_of(letter)
    assert "Robin Marsh on 01325 400400 by Wednesday 25 November 2026" in said


@pytest.mark.parametrize("letter", [Letter.CONCERN, Letter.SECOND_ADDRESS])
def test_letter_before_a_referral_warns_of_it(letter: Letter) -> None:
    said = text_of(letter)
    assert "we will refer Ada to Northmoor Council" in said
    assert "since Friday 6 November 2026" in said


def test_letter_without_a_counted_absence_names_no_day() -> None:
    assert "since" not in text_of(Letter.CONCERN, replace(OCCASION, absent_from_on=None))


def test_visit_card_names_neither_the_child_nor_the_family(tmp_path: Path) -> None:
    words = words_of(set_letter(Letter.VISIT_CARD, OCCASION, ENTRY).content, tmp_path)
    assert "Ada" not in words
    assert "Arden" not in words
    assert "High Street" not in words
    inside, outside = words.split("Private and confidential")
    assert "Robin Marsh" in inside
    assert "Alder Grove" not in outside


def test_letter_about_a_referral_says_why_and_who_will_call() -> None:
    said = text_of(Letter.REFERRAL_MADE)
    assert "On Thursday 19 November 2026" in said
    assert "We have not been able to reach you." in said
    assert "Who will call you: the CME officer of Northmoor Council." in said


def test_letter_about_a_removal_says_ground_date_and_whom_to_ring() -> None:
    said = text_of(Letter.OFF_ROLL)
    assert "On Friday 4 December 2026" in said
    assert "has been absent without permission for at least twenty school days in a row" in said
    assert "regulation 9(1)(i)" in said
    assert "ring the admissions team on 01325 406222" in said


@pytest.mark.parametrize(
    ("letter", "occasion"),
    [
        (Letter.REFERRAL_MADE, replace(OCCASION, sent_on=None)),
        (Letter.OFF_ROLL, replace(OCCASION, removed_on=None)),
    ],
)
def test_letter_tells_of_nothing_that_did_not_happen(letter: Letter, occasion: Occasion) -> None:
    with pytest.raises(ValueError, match=f"letter {letter.value}"):
        write(letter, occasion, ENTRY)


def test_letter_is_addressed_and_signed(tmp_path: Path) -> None:
    words = words_of(set_letter(Letter.CONCERN, OCCASION, ENTRY).content, tmp_path)
    assert "Parent or carer of Ada Arden 12 High Street DL3 9AA" in words
    assert "Dear parent or carer," in words
    assert words.index("Yours sincerely") < words.rindex("Robin Marsh")
    assert "Our reference: CME-26-0042" in words


def test_letter_to_somebody_named_greets_them(tmp_path: Path) -> None:
    entry = replace(ENTRY, to="Ms Kit Arden")
    assert "Dear Ms Kit Arden," in words_of(set_letter(Letter.CONCERN, OCCASION, entry).content, tmp_path)


@pytest.mark.parametrize("name", ['#read("letter.typ")', "*Ada* _Arden_", "محمد حسین", "Ada 😀", "張偉"])
def test_any_name_makes_a_letter(name: str, tmp_path: Path) -> None:
    made = set_letter(Letter.CONCERN, replace(OCCASION, child=name, first=name), ENTRY)
    assert made.content.startswith(b"%PDF")
    if name.isascii():
        assert f"contact us about {name}" in words_of(made.content, tmp_path)
