"""What is wrong with an enquiry as it is entered, case by case, and what stands of those on record."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from cme.attendance.codes import Half
from cme.casework.enquiries.enquiry import (
    EARLIEST_BEFORE,
    LONGEST,
    METHODS,
    RESULTS,
    EnquiryEntry,
    Method,
    Result,
    Visit,
    faults,
    in_force,
    is_late,
    results_for,
)
from cme.casework.enquiries.steps import Kind, read_steps
from tests.enquiries import DONE_AT, Log, call_entry, entry_for, visit_entry
from tests.unit.casework.pupils import CALENDAR

NOW = DONE_AT + timedelta(hours=6)
BEGAN_ON = date(2026, 11, 16)
LOGGED = [code for code, step in read_steps().items() if step.is_logged]


def found(entry: EnquiryEntry, **more: object) -> dict[str, str]:
    """The faults of an entry, the first of each field."""
    told = faults(entry, **{"at": NOW, "began_on": BEGAN_ON, **more})  # type: ignore[arg-type]
    return {fault.field: fault.sentence for fault in reversed(told)}


@pytest.mark.parametrize("step", LOGGED)
def test_every_result_that_a_form_offers_can_be_kept(step: str) -> None:
    for result in results_for(read_steps()[step].kind):
        assert found(entry_for(step, result)) == {}, result


@pytest.mark.parametrize("step", LOGGED)
@pytest.mark.parametrize("result", [Result.NOT_APPLICABLE, Result.WAIVED])
def test_a_step_is_put_aside_with_a_reason_alone(step: str, result: Result) -> None:
    entry = call_entry(step, result, method=None, reason="Lives alone with an aunt")
    assert found(entry) == {}
    assert set(found(replace(entry, reason=" "))) == {"reason"}


@pytest.mark.parametrize("step", ["", "E99", "E13", "E47"])
def test_what_is_not_logged_is_no_enquiry(step: str) -> None:
    assert found(call_entry(step)) == {"step": "Choose an enquiry from the list."}


def test_it_is_never_in_the_future() -> None:
    assert "in the future" in found(call_entry(done_at=NOW + timedelta(minutes=1)))["done_on"]
    assert found(call_entry(done_at=NOW)) == {}


def test_it_needs_an_instant() -> None:
    assert found(call_entry(done_at=None))["done_on"].startswith("Enter the date and the time")


def test_it_is_not_before_what_the_case_covers() -> None:
    earliest = datetime.combine(BEGAN_ON, datetime.min.time(), UTC)
    assert found(call_entry(done_at=earliest)) == {}
    sentence = found(call_entry(done_at=earliest - timedelta(minutes=1)))["done_on"]
    assert "from 16 November 2026 on" in sentence


def test_without_a_case_it_is_not_long_before_today() -> None:
    assert found(call_entry(done_at=NOW - EARLIEST_BEFORE), began_on=None) == {}
    assert found(call_entry(done_at=NOW - EARLIEST_BEFORE - timedelta(days=1)), began_on=None)


def test_it_needs_a_name_and_a_result() -> None:
    assert set(found(call_entry(done_by="  ", result=None))) == {"done_by", "result"}


def test_nobody_enters_that_an_entry_is_withdrawn() -> None:
    assert set(found(call_entry(result=Result.WITHDRAWN))) == {"result"}


@pytest.mark.parametrize(
    ("step", "result"),
    [
        ("E01", Result.ADDRESS_EMPTY),
        ("E18", Result.NUMBER_DEAD),
        ("E10", Result.WRONG_PERSON),
        ("E21", Result.NO_ANSWER),
    ],
)
def test_a_result_must_fit_the_enquiry(step: str, result: Result) -> None:
    assert "fits" in found(entry_for(step, result))["result"]


@pytest.mark.parametrize(
    ("result", "field"),
    [
        (Result.ABROAD, "place"),
        (Result.MOVED_NEW_ADDRESS, "place"),
        (Result.AWAITING_REPLY, "next_on"),
    ],
)
def test_some_results_ask_for_more(result: Result, field: str) -> None:
    entry = entry_for("E10", result)
    assert found(entry) == {}
    lacking = replace(entry, **{field: None if field == "next_on" else ""})
    assert found(lacking) == {field: RESULTS[result].needs[field]}


def test_what_opens_another_step_opens_one_of_the_catalogue() -> None:
    assert {rule.opens for rule in RESULTS.values()} - {""} == {"E33", "E46"}
    assert RESULTS[Result.MOVED_NEW_ADDRESS].opens == "E33"
    assert RESULTS[Result.ABROAD].opens == "E46"


def test_the_next_date_lies_after_the_enquiry() -> None:
    entry = entry_for("E10", Result.AWAITING_REPLY, next_on=DONE_AT.date())
    assert found(entry) == {}
    assert "later date" in found(replace(entry, next_on=DONE_AT.date() - timedelta(days=1)))["next_on"]


def test_it_is_made_in_a_way_that_fits() -> None:
    assert "how it was done" in found(call_entry(method=Method.POST))["method"]
    assert "how it was done" in found(call_entry(method=None))["method"]


@pytest.mark.parametrize(
    ("step", "field"),
    [("E01", "contact_id"), ("E05", "contact_id"), ("E21", "contact_id"), ("E14", "contacted")],
)
def test_it_says_who_was_reached_for(step: str, field: str) -> None:
    result = results_for(read_steps()[step].kind)[0]
    assert set(found(entry_for(step, result, contacted=" "))) == {field}
    by_contact = entry_for(step, result, contacted="", contact_id=7)
    assert (found(by_contact) == {}) is (field == "contact_id")


def test_a_letter_says_where_it_went() -> None:
    assert "address it went to" in found(entry_for("E21", Result.AWAITING_REPLY, used=""))["used"]


@pytest.mark.parametrize("kind", METHODS)
def test_every_kind_that_is_logged_has_ways_and_results(kind: Kind) -> None:
    assert METHODS[kind]
    assert results_for(kind)


@pytest.mark.parametrize(
    ("method", "is_sighting"), [(Method.PHONE, False), (Method.VIDEO, False), (Method.IN_PERSON, True)]
)
def test_a_child_is_seen_in_person_or_not_at_all(method: Method, is_sighting: bool) -> None:
    entry = call_entry(result=Result.REACHED_SAFE, method=method, child_seen=True)
    assert entry.is_sighting is is_sighting
    assert ("child_seen" in found(entry)) is not is_sighting


def test_somebody_s_word_is_no_sighting() -> None:
    assert not call_entry(result=Result.REACHED_SAFE, reached_carer=True).is_sighting


def test_a_text_that_is_too_long_is_told_where_it_is() -> None:
    for field, (called, most) in LONGEST.items():
        assert found(call_entry(**{field: "x" * most})) == {}
        assert found(call_entry(**{field: "x" * (most + 1)}))[field].startswith(called)


class TestVisit:
    def test_a_whole_one_is_kept(self) -> None:
        assert found(visit_entry()) == {}

    def test_an_empty_one_is_told_all_that_is_missing(self) -> None:
        assert set(found(visit_entry(visit=None, used=""))) == {"half", "used", "second_staff", "answered"}

    def test_nobody_visits_alone(self) -> None:
        with_self = visit_entry(visit=Visit(Half.AM, "robin marsh ", "nobody"))
        assert "another person" in found(with_self)["second_staff"]

    @pytest.mark.parametrize(
        ("hour", "half", "is_fault"),
        [
            (9, Half.AM, False),
            (9, Half.PM, True),
            (12, Half.PM, False),
            (12, Half.AM, True),
            (15, Half.AM, True),
        ],
    )
    def test_the_half_of_the_day_fits_the_time(self, hour: int, half: Half, is_fault: bool) -> None:
        at = DONE_AT.replace(hour=hour, minute=0)
        entry = visit_entry(done_at=at, visit=Visit(half, "Jo Hale", "nobody"))
        assert ("half" in found(entry)) is is_fault

    def test_in_summer_the_half_is_that_of_english_time(self) -> None:
        half_past_noon = datetime(2026, 7, 1, 11, 30, tzinfo=UTC)
        entry = visit_entry(done_at=half_past_noon, visit=Visit(Half.PM, "Jo Hale", "nobody"))
        assert found(entry, at=half_past_noon, began_on=date(2026, 6, 29)) == {}

    def test_the_second_visit_is_in_another_half_day(self) -> None:
        log = Log()
        log.add("E18", Result.NO_ANSWER)
        same = visit_entry("E19", done_at=DONE_AT + timedelta(hours=1))
        assert "Visit again" in found(same, before=log.entries)["done_on"]
        afternoon = visit_entry(
            "E19", done_at=DONE_AT + timedelta(hours=5), visit=Visit(Half.PM, "Jo Hale", "nobody")
        )
        assert found(afternoon, before=log.entries) == {}
        next_day = visit_entry("E19", done_at=DONE_AT + timedelta(days=1))
        assert found(next_day, before=log.entries, at=NOW + timedelta(days=1)) == {}

    def test_what_was_seen_is_kept_as_it_was(self) -> None:
        visit = Visit(Half.PM, "Jo Hale", "a neighbour", lights=True, harm_seen=True)
        assert Visit.of(visit.stored()) == visit
        assert Visit.of(None) is None


class TestOnRecord:
    def test_a_correction_stands_in_place_of_what_it_corrects(self) -> None:
        log = Log()
        first, other = log.add("E01", Result.NO_ANSWER), log.add("E07")
        corrected = log.correct(first, Result.REACHED_SAFE)
        again = log.correct(corrected, Result.REFUSED)
        assert set(in_force(log.entries)) == {again, other}

    def test_a_withdrawn_entry_leaves_nothing(self) -> None:
        log = Log()
        log.correct(log.add("E01", Result.NO_ANSWER), Result.WITHDRAWN)
        assert in_force(log.entries) == ()

    def test_they_are_told_in_the_order_in_which_they_were_made(self) -> None:
        log = Log()
        later, earlier = log.add("E01", hours=2), log.add("E07", hours=1)
        assert in_force(log.entries) == (earlier, later)

    @pytest.mark.parametrize(
        ("entered_on", "late"),
        [
            (date(2026, 11, 19), False),
            (date(2026, 11, 20), False),
            (date(2026, 11, 21), True),
            (date(2026, 11, 23), True),
        ],
    )
    def test_it_is_late_when_written_down_after_the_next_school_day(
        self, entered_on: date, late: bool
    ) -> None:
        entered_at = datetime.combine(entered_on, datetime.min.time(), UTC) + timedelta(hours=12)
        assert is_late(DONE_AT, entered_at, CALENDAR) is late

    def test_a_weekend_makes_nothing_late(self) -> None:
        friday = DONE_AT + timedelta(days=1)
        assert not is_late(friday, friday + timedelta(days=3), CALENDAR)
        assert is_late(friday, friday + timedelta(days=4), CALENDAR)
