"""The answers of a file: those that a person gives on a page, or a sentence that says what is wrong."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.answering.answer_files import AnswersUnreadable, read_answers
from importers.answering.answers import EVERY_FILE, NO_ANSWERS, Answers, MappedColumns, Translation
from importers.answering.fingerprints import fingerprint
from importers.text.dates import DateOrder

HEADINGS = ["Ref", "Child", "Day", "Half", "Sign", "Note"]
FIELDS = {"Ref": "admission_number", "Child": "full_name", "Sign": "mark", "Note": ""}


def test_nothing_said_is_no_answer() -> None:
    assert read_answers("{}") == NO_ANSWERS


def test_everything_that_a_page_can_say_can_be_said() -> None:
    said = {
        "mappings": [
            {"headings": HEADINGS, "fields": FIELDS, "header_row": 4},
            {"fingerprint": "9f", "fields": {"A": "upn", "AB": "date"}},
        ],
        "translations": [
            {"own_code": "Z9", "code": "I", "first_on": "2026-09-01", "last_on": "2027-07-20"},
            {"own_code": "Z8", "code": "O", "first_on": "2026-09-01"},
        ],
        "date_order": "month first",
        "academic_year": 2026,
        "lone_codes": "PM",
        "surname_first": False,
        "encoding": "cp1250",
        "sheets": ["Archive", {"file": 2, "sheet": "7B"}],
    }
    assert read_answers(json.dumps(said)) == Answers(
        mappings=(
            MappedColumns(
                fingerprint(HEADINGS), 3, {0: "admission_number", 1: "full_name", 4: "mark", 5: ""}
            ),
            MappedColumns("9f", 0, {0: "upn", 27: "date"}),
        ),
        translations=(
            Translation("Z9", "I", date(2026, 9, 1), date(2027, 7, 20)),
            Translation("Z8", "O", date(2026, 9, 1)),
        ),
        date_order=DateOrder.MONTH_FIRST,
        academic_year=2026,
        lone_codes="PM",
        surname_first=False,
        encoding="cp1250",
        sheets=frozenset({(EVERY_FILE, "Archive"), (1, "7B")}),
    )


def mapping(**changes: Any) -> dict[str, Any]:
    given = {"headings": HEADINGS, "fields": FIELDS} | changes
    return {"mappings": [{name: value for name, value in given.items() if value is not None}]}


def translation(**changes: Any) -> dict[str, Any]:
    return {"translations": [{"own_code": "Z9", "code": "I", "first_on": "2026-09-01"} | changes]}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ([], "The file must hold one JSON object"),
        ({"date_ordr": "day first"}, '"date_ordr" is not known. What can be said: mappings, translations, '),
        ({"date_order": "year first"}, 'date_order must be "day first" or "month first".'),
        ({"date_order": ["day first"]}, 'date_order must be "day first" or "month first".'),
        ({"academic_year": "2026"}, "academic_year must be the year in which it begins, such as 2026."),
        ({"academic_year": 26}, "academic_year must be the year"),
        ({"lone_codes": "am"}, 'lone_codes must be "AM" or "PM".'),
        ({"surname_first": "yes"}, "surname_first must be true or false."),
        ({"sheets": "Archive"}, "sheets must be a list, in square brackets."),
        ({"sheets": [7]}, "sheets, number 1 must be an object, in curly brackets."),
        ({"sheets": [{"file": 0, "sheet": "7B"}]}, "sheets, number 1: give the number of a file, from 1"),
        ({"encoding": "cp037"}, 'encoding must be "cp1252" or'),
        ({"mappings": {}}, "mappings must be a list, in square brackets."),
        ({"mappings": ["x"]}, "mappings, number 1 must be an object, in curly brackets."),
        (mapping(fingerprint="9f"), "mappings, number 1: give the headings or their fingerprint, one of"),
        (mapping(headings=None), "mappings, number 1: give the headings or their fingerprint, one of"),
        (mapping(headings=None, fingerprint=""), "mappings, number 1: fingerprint must be a text."),
        (mapping(header_row=0), "mappings, number 1: header_row must be the number of a row, from 1."),
        (mapping(header_row=True), "mappings, number 1: header_row must be the number of a row, from 1."),
        (mapping(fields=None), "mappings, number 1, fields must be an object, in curly brackets."),
        (mapping(headings=[1]), "mappings, number 1, headings must be a list of texts"),
        (mapping(fields={"Sgn": "mark"}), 'mappings, number 1: "Sgn" is not among the headings.'),
        (
            mapping(headings=["Ref", "Ref"], fields={"Ref": "upn"}),
            'number 1: "Ref" is twice among the headings.',
        ),
        (
            mapping(fields={"Ref": "shoe_size"}),
            '"Ref" is given the field "shoe_size", which there is not. Use',
        ),
        (mapping(fields={"Ref": ["upn"]}), 'mappings, number 1: "Ref" is given the field'),
        (
            mapping(headings=None, fingerprint="9f", fields={"1": "upn"}),
            '"1" is no column. With a fingerprint',
        ),
        (translation(code=None), "translations, number 1: own_code and code must both be given, as texts."),
        (
            translation(first_on="1/9/2026"),
            "translations, number 1, first_on must be a date such as 2026-09-01.",
        ),
        (translation(last_on=1), "translations, number 1, last_on must be a date such as 2026-09-01."),
        (translation(own_code="O"), "translations, number 1: O is a code of the national list"),
        (translation(end="x"), 'translations, number 1: "end" is not known.'),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence_that_names_its_place(said: Any, sentence: str) -> None:
    with pytest.raises(AnswersUnreadable) as refusal:
        read_answers(json.dumps(said))
    assert sentence in str(refusal.value)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"date_order": NaN', "\ufeff{}"])
def test_what_is_no_json_is_said(text: str) -> None:
    with pytest.raises(AnswersUnreadable, match="This is no JSON"):
        read_answers(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3000) | st.sampled_from(["AM", "day first", "A", "upn", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["headings", "fields", "fingerprint", "A", "own_code"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["mappings", "translations", "date_order", "academic_year", "lone_codes", "surname_first", "sheets", "x"]
)


@given(st.dictionaries(NAMES, JSON, max_size=3))
def test_whatever_is_said_is_an_answer_or_a_sentence(said: dict[str, Any]) -> None:
    try:
        found: object = read_answers(json.dumps(said))
    except AnswersUnreadable as refusal:
        found = str(refusal)
    assert isinstance(found, Answers) or str(found).endswith(".")
