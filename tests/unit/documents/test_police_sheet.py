from collections.abc import Mapping
from pathlib import Path

from cme.documents.forms import Imprint
from cme.documents.police_sheet import CHECKS, FIELDS, PoliceSheet, set_police_sheet
from cme.documents.typesetting import Pdf
from tests.unit.documents.pdfs import claims_accessibility, count_pages, tags, words_of


def sheet(answers: Mapping[str, str], checks: tuple[str, ...] = ()) -> Pdf:
    imprint = Imprint("Police information sheet CME-26-0042", "Alder Grove School", "Made by Ash Fenner")
    signed = ("Ash Fenner", "Designated safeguarding lead", "22 November 2026, 16:05")
    return set_police_sheet(PoliceSheet(imprint, answers, checks, *signed))


def filled(times: int) -> dict[str, str]:
    """An answer to every question, as long as asked for."""
    return {each.id: "A plausible answer. " * (times if each.wide else 1 + times // 5) for each in FIELDS}


def test_sheet_is_one_page_and_accessible() -> None:
    for answers in ({}, filled(5), filled(18)):
        made = sheet(answers)
        assert made.is_accessible
        assert claims_accessibility(made.content)
        assert {"Title", "H1", "TH", "TD"} <= tags(made.content)
        assert count_pages(made.content) == 1


def test_sheet_that_is_longer_than_a_page_says_that_it_goes_on(tmp_path: Path) -> None:
    made = sheet(filled(90))
    pages = count_pages(made.content)
    words = words_of(made.content, tmp_path)
    assert pages > 1
    assert f"Page 1 of {pages}" in words
    assert "Police information sheet CME-26-0042, continued" in words
    assert words.count("plausible") == sum(90 if each.wide else 19 for each in FIELDS)


def test_every_answer_is_on_the_sheet_with_what_was_looked_for(tmp_path: Path) -> None:
    answers = {each.id: f"Said of {number}" for number, each in enumerate(FIELDS)}
    words = words_of(sheet(answers, ("home", "family")).content, tmp_path)
    assert all(f"Said of {number}" in words for number in range(len(FIELDS)))
    assert all(each.label in words for each in FIELDS if " " not in each.label)
    assert "Home and hiding places in it Yes" in words
    assert "Garden, garage, sheds and grounds No" in words
    assert all(label in words for label in CHECKS.values())


def test_sheet_is_signed_and_grades_no_risk(tmp_path: Path) -> None:
    words = words_of(sheet({}).content, tmp_path)
    assert "Signed by Ash Fenner, Designated safeguarding lead, 22 November 2026, 16:05" in words
    assert "The police grade the risk" in words
