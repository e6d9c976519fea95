from pathlib import Path

import pytest
import typst

from cme.documents import typesetting
from cme.documents.forms import Answer, Imprint, Part, ReferralForm, set_referral
from cme.documents.typesetting import Pdf
from tests.unit.documents.pdfs import (
    claims_accessibility,
    count_pages,
    is_tagged,
    shows_its_title,
    tags,
    words_of,
)

TEMPLATES = Path(typesetting.__file__).parent / "typst"


def form(value: str = "Ada Arden", *, rows: int = 1) -> Pdf:
    """A referral with one section, all of whose answers are the same."""
    section = Part("The child", tuple(Answer.of(f"Question {number}", value) for number in range(rows)))
    imprint = Imprint("CME referral CME-26-0042", "Alder Grove School", "Made by Ash Fenner")
    return set_referral(
        ReferralForm(imprint, "Sent on 20 November 2026", ("To the front door.",), (section,))
    )


def test_document_is_tagged_and_says_its_language_and_title() -> None:
    made = form()
    assert made.is_accessible
    assert claims_accessibility(made.content)
    assert is_tagged(made.content)
    assert shows_its_title(made.content)
    assert {"Title", "H1", "Table", "THead", "TH", "TR", "TD"} <= tags(made.content)


def test_same_data_give_the_same_bytes() -> None:
    assert form().content == form().content
    assert form().content != form("Ben Arden").content


@pytest.mark.parametrize(
    "typed",
    ['#read("page.typ")', "*bold* _it_ `raw` $x$ <label> @ref // no comment", "= No heading", "\\#[ ] { }"],
)
def test_what_is_typed_is_never_run(typed: str, tmp_path: Path) -> None:
    assert typed in words_of(form(typed).content, tmp_path)


@pytest.mark.parametrize("name", ["Łukasz Žižek", "Ирина", "Ελένη", "محمد", "שלום", "O'Brien-Nguyễn"])
def test_name_in_letters_that_the_fonts_have_is_accessible(name: str) -> None:
    assert form(name).is_accessible


@pytest.mark.parametrize("name", ["張偉", "Ada 😀", "ਗੁਰਪ੍ਰੀਤ", "\U0002a6a5"])
def test_name_that_no_font_may_have_stops_no_document(name: str, tmp_path: Path) -> None:
    made = form(name)
    assert made.content.startswith(b"%PDF")
    assert is_tagged(made.content)
    assert made.is_accessible == claims_accessibility(made.content)
    said = "Some letters could not be printed" in words_of(made.content, tmp_path)
    assert said is not made.is_accessible


def test_letter_that_no_font_has_is_said_on_the_page(tmp_path: Path) -> None:
    made = form("Ada \u0378Arden")
    assert not made.is_accessible
    assert "Some letters could not be printed" in words_of(made.content, tmp_path)


@pytest.mark.parametrize("odd", ["a\x00b", "a\u202eb", "\ud800", "a\r\nb\u2028c", "\ufffe"])
def test_characters_that_are_no_text_do_no_harm(odd: str) -> None:
    assert form(odd).is_accessible


def test_direction_of_the_text_is_not_turned_by_a_name(tmp_path: Path) -> None:
    assert "Ada nedrA" in words_of(form("Ada \u202enedrA").content, tmp_path)


def test_long_words_stay_on_the_page_and_are_copied_whole(tmp_path: Path) -> None:
    words = words_of(form("x" * 400).content, tmp_path)
    assert words.replace(" ", "").count("x" * 400) == 1


def test_blank_answer_says_that_it_is_blank(tmp_path: Path) -> None:
    assert "Not filled in" in words_of(form("  ").content, tmp_path)


def test_section_that_goes_on_over_a_page_has_its_heading_again(tmp_path: Path) -> None:
    made = form("An answer of one line", rows=120)
    assert count_pages(made.content) > 2
    words = words_of(made.content, tmp_path)
    assert words.count("The child") == count_pages(made.content)
    assert "CME referral CME-26-0042, continued" in words
    assert f"Page 2 of {count_pages(made.content)}" in words


def test_fault_of_a_template_repeats_no_data(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_options: object) -> bytes:
        raise typst.TypstError("cannot use Ada Arden", "Ada Arden")

    monkeypatch.setattr(typst, "compile", fail)
    with pytest.raises(RuntimeError) as caught:
        form()
    assert "Ada" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_templates_take_nothing_from_elsewhere() -> None:
    templates = list(TEMPLATES.glob("*.typ"))
    assert len(templates) > 3
    for template in templates:
        source = template.read_text(encoding="utf-8")
        assert "@preview" not in source
        assert "read(" not in source
        assert "eval(" not in source
