"""The referral form: what is starred, what counts as an answer, its shapes, and what the records offer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from cme.casework.policy.pack import load_pack
from cme.casework.referral.answers import (
    FIELD_BY_ID,
    FIELDS,
    NOT_KNOWN,
    TYPED,
    Answer,
    ReferralDraft,
    Section,
    Shape,
    in_words,
    merged,
    tidy,
)
from cme.casework.referral.checks import Lack, faults_of_shape, lacking, missing_fields
from cme.casework.referral.fields import SECTION_BY_SLUG, home_authorities
from cme.casework.referral.recipients import recipients_of
from tests.referrals import ANSWERS, COMPLETE

TODAY = date(2026, 11, 20)
CARER: Mapping[str, str] = ANSWERS["carers"][0]  # type: ignore[index,assignment]


def with_answers(**answers: Answer) -> ReferralDraft:
    return replace(COMPLETE, answers={**COMPLETE.answers, **answers})


def lacks(**answers: Answer) -> list[str]:
    return [lack.sentence for lack in lacking(with_answers(**answers), TODAY)]


def test_the_form_has_its_sixteen_sections_and_fields_of_their_own() -> None:
    assert len(Section) == 16
    assert {field.section for field in FIELDS} == set(Section)
    assert len(FIELD_BY_ID) == len(FIELDS)
    assert {section.slug for section in Section} == set(SECTION_BY_SLUG)


def test_the_catalogue_is_sound() -> None:
    for field in FIELDS:
        assert field.label
        assert bool(field.rows) == bool(field.row_name) == (field.shape is Shape.ROWS)
        assert bool(field.choices) == (field.shape in (Shape.CHOICE, Shape.KNOWN)), field.id
        assert field.only_if is None or field.only_if[0] in FIELD_BY_ID
        for part in field.rows:
            assert bool(part.choices) == (part.shape in (Shape.CHOICE, Shape.KNOWN)), part.id
            assert not part.rows


def test_a_child_may_live_in_any_authority_of_england_or_outside() -> None:
    places = home_authorities()
    assert places["841"] == "Darlington"
    assert len(places) == 154
    assert list(places.values())[-1] == "Outside England"


def test_an_empty_draft_lacks_every_starred_field_that_is_asked_and_no_other() -> None:
    asked = {each.id for each in TYPED if each.starred and each.only_if is None}
    assert {lack.field.id for lack in lacking(ReferralDraft(), TODAY)} == asked
    assert asked < {field.id for field in missing_fields(ReferralDraft())}


def test_a_complete_draft_lacks_nothing() -> None:
    assert lacking(COMPLETE, TODAY) == ()


def test_not_known_is_an_answer_and_blank_is_none() -> None:
    assert lacks(carers=NOT_KNOWN) == []
    assert lacks(last_known_address=NOT_KNOWN) == []
    assert lacks(ehc_plan=NOT_KNOWN) == []
    assert lacks(carers="") == ["Add at least one, or tick “Not known”: Parents and carers"]
    assert lacks(ehc_plan="  ") == ["Choose an answer: EHC plan"]


@pytest.mark.parametrize("field_id", ["type", "criterion", "appraisal", "head_name", "referrer_phone"])
def test_not_known_is_no_answer_where_somebody_must_know(field_id: str) -> None:
    (lack,) = lacking(with_answers(**{field_id: NOT_KNOWN}), TODAY)
    assert lack.field.id == field_id


def test_an_answer_that_hangs_on_another_is_asked_for_only_then() -> None:
    assert lacks(parent_told="yes") == []
    assert lacks(parent_told="no") == ["Fill in: Why no parent or carer was told"]
    assert lacks(parent_told="no", parent_not_told_why="It could put the child in danger") == []
    assert lacks(type="update") == ["Fill in: What is new, or corrected"]


@pytest.mark.parametrize("declaration", ["declared_enquiries", "declared_missing", "head_told"])
def test_every_declaration_is_ticked(declaration: str) -> None:
    (sentence,) = lacks(**{declaration: ""})
    assert sentence.startswith("Tick the declaration: ")


@pytest.mark.parametrize(
    ("field_id", "answer", "sentence"),
    [
        ("referrer_phone", "01325 406222", ""),
        ("referrer_phone", "+44 (0)1325 406222 ext 12", ""),
        ("referrer_phone", "0048 22 123 45 67", ""),
        ("referrer_phone", "406222", "Enter a phone number like 01325 406222"),
        ("referrer_phone", "01325 406222, 07700 900123", "Enter a phone number like 01325 406222"),
        ("referrer_phone", "+" * 200, "Enter a phone number like 01325 406222"),
        ("referrer_email", "a.b@school.example", ""),
        ("referrer_email", "a@school", "Enter an e-mail address like name@school.example"),
        ("referrer_email", "a@b@school.example", "Enter an e-mail address like name@school.example"),
        ("last_known_postcode", "dl1  5qt", ""),
        ("last_known_postcode", "DL15QT", ""),
        ("last_known_postcode", "Darlington", "Enter a postcode like DL1 5QT"),
        ("last_known_on", "2026-11-20", ""),
        ("last_known_on", "2026-11-21", "When it was given must be today or earlier"),
        ("last_known_on", "soon", "When it was given must be a real date, like 27 3 2026"),
        ("leave_until", "2027-01-05", ""),
        ("type", "holiday", "Choose an answer: Kind of referral"),
        ("confidence", "sure", "Choose an answer from the list: How sure is that?"),
        ("known_as", "x" * 241, "Known as must be 240 characters or fewer"),
        ("appraisal", "x" * 4001, "Risks seen, rating and reasons must be 4,000 characters or fewer"),
    ],
)
def test_each_shape_has_its_sentence(field_id: str, answer: str, sentence: str) -> None:
    assert lacks(**{field_id: answer}) == ([sentence] if sentence else [])


@pytest.mark.parametrize(
    ("phones", "is_right"),
    [
        ("07700 900123", True),
        ("07700 900123, 01325 406222 (work, ask for Jo)", True),
        ("07700 900123\n07700 900456", True),
        (NOT_KNOWN, True),
        ("mum's mobile", False),
        ("07700 900123, none", False),
        (",", False),
    ],
)
def test_all_numbers_of_a_carer_stand_in_one_field(phones: str, is_right: bool) -> None:
    assert (lacks(carers=[{**CARER, "phones": phones}]) == []) == is_right


def test_a_row_that_lacks_something_is_named_with_its_number() -> None:
    second = {"name": "Joe", "relation": "Father", "responsibility": NOT_KNOWN, "lives_with": "no"}
    draft = with_answers(carers=[CARER, second])
    (lack,) = lacking(draft, TODAY)
    assert lack.sentence == "Parent or carer 2: fill in, or answer “not known”: All phone numbers"
    assert (lack.name, lack.label) == ("carers-1-phones", "Parent or carer 2: all phone numbers")
    assert lack.section is Section.FAMILY


def test_a_blank_is_no_fault_of_shape() -> None:
    for field in TYPED:
        assert faults_of_shape(field, "", TODAY) == ()
        assert faults_of_shape(field, [{}] if field.rows else " ", TODAY) == ()


def test_what_is_left_blank_in_a_row_is_told_when_it_is_to_be_sent_and_not_before() -> None:
    carers = FIELD_BY_ID["carers"]
    assert faults_of_shape(carers, [{"name": "Jane"}], TODAY) == ()
    assert all(isinstance(each, Lack) for each in faults_of_shape(carers, [{"phones": "x"}], TODAY))


def test_rows_that_say_nothing_are_left_out() -> None:
    rows = [{"name": " Jane ", "relation": ""}, {"name": " ", "relation": ""}]
    assert tidy({"carers": rows, "sex": " F\r\n"}) == {"carers": [{"name": "Jane"}], "sex": "F"}


class TestOffers:
    def test_what_was_left_as_offered_follows_the_records(self) -> None:
        assert merged({"sex": "F"}, {"sex": "F"}, {"sex": "M"}) == {"sex": "M"}

    def test_what_somebody_changed_or_emptied_stays(self) -> None:
        assert merged({"sex": "M"}, {"sex": "F"}, {"sex": "F"})["sex"] == "M"
        assert merged({"carers": ""}, {"carers": [CARER]}, {"carers": [CARER]})["carers"] == ""

    def test_what_nobody_answered_is_offered_later(self) -> None:
        assert merged({"early_help": ""}, {}, {"early_help": "yes"}) == {"early_help": "yes"}

    def test_what_the_records_offer_no_more_stays_as_it_was_saved(self) -> None:
        assert merged({"sex": "F"}, {"sex": "F"}, {}) == {"sex": "F"}


class TestApproved:
    def test_the_fingerprint_tells_one_text_from_another(self) -> None:
        assert COMPLETE.fingerprint == replace(COMPLETE).fingerprint
        assert COMPLETE.fingerprint != with_answers(criterion="moved_no_destination").fingerprint
        assert COMPLETE.fingerprint != with_answers(carers=[]).fingerprint

    def test_it_is_the_same_whoever_reads_and_however_far_the_records_have_gone(self) -> None:
        read = with_answers(counts="return run 11", referrer_name="Jo", referrer_email="jo@school.example")
        assert read.fingerprint == COMPLETE.fingerprint


class TestWords:
    @pytest.mark.parametrize(
        ("field_id", "answer", "lines"),
        [
            ("sex", "F", ("Female",)),
            ("sex", NOT_KNOWN, ("Not known",)),
            ("home_authority", "841", ("Darlington",)),
            ("last_known_address", "1 High Street\nDarlington", ("1 High Street", "Darlington")),
            ("last_known_on", "2026-11-05", ("5 November 2026",)),
            ("head_told", "yes", ("Declared",)),
            ("carers", NOT_KNOWN, ("Not known",)),
            ("known_as", "", ()),
            ("carers", (), ()),
        ],
    )
    def test_an_answer_reads_as_people_say_it(
        self, field_id: str, answer: Answer, lines: tuple[str, ...]
    ) -> None:
        assert in_words(FIELD_BY_ID[field_id], answer) == lines

    def test_a_row_is_one_line_with_its_parts_by_their_names(self) -> None:
        row = {"name": "Jane", "relation": "Mother", "phones": NOT_KNOWN, "email": "j@home.example"}
        row |= {"lives_with": "yes"}
        assert in_words(FIELD_BY_ID["carers"], [row]) == (
            "Jane; relation to the child: Mother; all phone numbers: not known; "
            "E-mail: j@home.example; does the child live with them: Yes",
        )


@pytest.mark.parametrize("pack_id", ["darlington", "essex", "wandsworth"])
def test_it_always_goes_to_the_front_door_and_the_cme_officer(pack_id: str) -> None:
    pack = load_pack(pack_id)
    assert recipients_of(pack)[:2] == ("front_door", "cme_officer")
    assert recipients_of(pack, safeguarding=True)[0] == "front_door"
    assert len(set(recipients_of(pack, safeguarding=True))) == len(recipients_of(pack, safeguarding=True))
