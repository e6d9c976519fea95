from dataclasses import replace
from datetime import date

import pytest

from cme.attendance.calendar import Period, PeriodKind, SchoolCalendar
from cme.casework.letters import (
    Letter,
    LetterEntry,
    barred_because,
    council_of,
    faults,
    not_now,
    parent_of,
    reply_by,
)
from cme.casework.removal.grounds import read_grounds
from cme.casework.safety.restrictions import Restriction, RestrictionKind, Restrictions
from cme.casework.stages import Stage
from cme.casework.state import CaseState

ASK = "the designated safeguarding lead"
NOTHING = Restrictions()
OPEN = CaseState(stage=Stage.ENQUIRIES)
REFERRED = replace(OPEN, stage=Stage.REFERRED, referral_sent_on=date(2026, 11, 19))
CLOSED = replace(REFERRED, stage=Stage.CLOSED)
REMOVED_ON = date(2026, 12, 4)

ENTRY = LetterEntry(
    signed_by="Robin Marsh",
    role="Attendance officer",
    phone="01325 400400",
    to="Parent or carer of Ada Arden",
    address="12 High Street\n\nDL3 9AA ",
    why="We have not been able to reach you.",
    who_will_call="the CME officer",
    family_may_be_told=True,
    ground="i",
    ring="the admissions team on 01325 406222",
)


def restricted(kind: RestrictionKind, who: str = "") -> Restrictions:
    return Restrictions((Restriction(1, kind, who=who),))


@pytest.mark.parametrize("kind", list(RestrictionKind))
def test_nothing_is_written_under_a_restriction_and_the_refusal_says_whom_to_ask(
    kind: RestrictionKind,
) -> None:
    said = barred_because(restricted(kind), ASK)
    assert "No letter can be made" in said
    assert said.endswith(f"Ask {ASK} what to do instead.")


def test_nothing_is_written_to_a_home_that_another_child_protects() -> None:
    assert "protected" in barred_because(Restrictions(shares_protected_address=True), ASK)


def test_one_person_who_may_not_be_contacted_does_not_stop_letters_to_others() -> None:
    held = restricted(RestrictionKind.NO_CONTACT, "Jo Ferris")
    assert barred_because(held, ASK) == ""
    assert faults(Letter.CONCERN, replace(ENTRY, to="Kit Arden"), held, ASK) == {}


@pytest.mark.parametrize("to", ["Jo Ferris", "Mx Jo FERRIS", "Kit Arden and Jo Ferris"])
def test_letter_to_somebody_who_may_not_be_contacted_is_refused(to: str) -> None:
    held = restricted(RestrictionKind.NO_CONTACT, "Jo Ferris")
    found = faults(Letter.CONCERN, replace(ENTRY, to=to), held, ASK)
    assert list(found) == ["to"]
    assert ASK in found["to"]


def test_letter_to_nobody_by_name_is_refused_where_one_parent_may_not_be_contacted() -> None:
    held = restricted(RestrictionKind.NO_CONTACT, "Jo Ferris")
    assert "Name the person" in faults(Letter.CONCERN, ENTRY, held, ASK)["to"]
    assert list(faults(Letter.VISIT_CARD, ENTRY, held, ASK)) == ["letter"]


def test_letters_that_fit_a_case_before_its_referral() -> None:
    fitting = {letter for letter in Letter if not not_now(letter, OPEN, None)}
    assert fitting == {Letter.CONCERN, Letter.SECOND_ADDRESS, Letter.VISIT_CARD}


def test_letters_that_fit_a_case_after_its_referral() -> None:
    fitting = {letter for letter in Letter if not not_now(letter, REFERRED, None)}
    assert fitting == {Letter.VISIT_CARD, Letter.REFERRAL_MADE}
    assert "letter 4" in not_now(Letter.CONCERN, REFERRED, None)


def test_letter_about_a_removal_waits_for_one_and_is_made_after_the_case_is_closed() -> None:
    assert "No removal" in not_now(Letter.OFF_ROLL, REFERRED, None)
    assert not_now(Letter.OFF_ROLL, REFERRED, REMOVED_ON) == ""
    assert {letter for letter in Letter if not not_now(letter, CLOSED, REMOVED_ON)} == {Letter.OFF_ROLL}


def test_whole_entry_has_no_fault() -> None:
    assert all(faults(letter, ENTRY, NOTHING, ASK) == {} for letter in Letter)
    assert ENTRY.lines == ("12 High Street", "DL3 9AA")


@pytest.mark.parametrize(
    ("letter", "blank"),
    [
        (Letter.CONCERN, ("to", "address", "signed_by", "role", "phone")),
        (Letter.SECOND_ADDRESS, ("to", "address", "signed_by", "role", "phone")),
        (Letter.VISIT_CARD, ("signed_by", "role", "phone")),
        (
            Letter.REFERRAL_MADE,
            ("to", "address", "why", "who_will_call", "family_may_be_told", "signed_by", "role", "phone"),
        ),
        (Letter.OFF_ROLL, ("to", "address", "ground", "ring", "signed_by", "role", "phone")),
    ],
)
def test_each_blank_that_a_letter_asks_for_is_named(letter: Letter, blank: tuple[str, ...]) -> None:
    found = faults(letter, LetterEntry("", " ", ""), NOTHING, ASK)
    assert tuple(found) == blank
    assert all(sentence.endswith(".") for sentence in found.values())


def test_whom_to_ring_needs_a_number_and_a_ground_is_one_of_the_law() -> None:
    wrong = replace(ENTRY, phone="the office", ring="the council", ground="k")
    assert set(faults(Letter.OFF_ROLL, wrong, NOTHING, ASK)) == {"phone", "ring", "ground"}


def test_no_letter_is_offered_for_a_child_who_died() -> None:
    assert "k" not in read_grounds()
    assert all(ground.source == f"SI 2024/208 reg 9(1)({key})" for key, ground in read_grounds().items())


HALF_TERM = SchoolCalendar(
    (
        Period(PeriodKind.TERM, date(2026, 9, 2), date(2026, 12, 18)),
        Period(PeriodKind.HOLIDAY, date(2026, 10, 26), date(2026, 10, 30)),
    ),
    frozenset(),
)


def test_reply_is_asked_for_within_three_school_days() -> None:
    assert reply_by(Letter.REFERRAL_MADE, date(2026, 10, 22), HALF_TERM, None) == date(2026, 11, 3)


def test_warning_leaves_no_longer_than_until_the_referral_is_due() -> None:
    made_on = date(2026, 11, 9)
    assert reply_by(Letter.CONCERN, made_on, HALF_TERM, date(2026, 11, 11)) == date(2026, 11, 11)
    assert reply_by(Letter.CONCERN, made_on, HALF_TERM, date(2026, 11, 20)) == date(2026, 11, 12)
    assert reply_by(Letter.VISIT_CARD, made_on, HALF_TERM, date(2026, 11, 11)) == date(2026, 11, 12)


def test_reply_is_never_asked_for_on_the_day_itself() -> None:
    assert reply_by(Letter.CONCERN, date(2026, 11, 6), HALF_TERM, date(2026, 10, 1)) == date(2026, 11, 9)


@pytest.mark.parametrize(
    ("authority", "council"),
    [("Darlington", "Darlington council"), ("Northmoor Council", "Northmoor Council")],
)
def test_authority_is_named_as_families_know_it(authority: str, council: str) -> None:
    assert council_of(authority) == council


def test_parent_is_named_after_the_child() -> None:
    assert parent_of("Ada Arden") == "Parent or carer of Ada Arden"
