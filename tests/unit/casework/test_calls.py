"""Whom to ring about on day 1, how urgent it is, and which step a call is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cme.casework.enquiries.calls import Progress, Urgency, call_order, is_unexplained, settles, urgency
from cme.casework.enquiries.enquiry import LoggedEnquiry, Result

LONDON = ZoneInfo("Europe/London")
NINE = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("am", "pm", "asks"),
    [
        ("N", "", True),
        ("O", "O", True),
        ("/", "O", True),
        ("N", "#", True),
        ("N", "\\", False),
        ("N", "I", False),
        ("O", "G", False),
        ("G", "G", False),
        ("U", "\\", False),
        ("I", "N", True),
        ("", "", False),
        ("#", "#", False),
        ("/", "", False),
    ],
)
def test_the_newest_mark_of_the_day_says_whether_somebody_must_be_rung(am: str, pm: str, asks: bool) -> None:
    assert is_unexplained(am, pm) is asks


def at(on: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """An instant by the clock in England."""
    return datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=LONDON).astimezone(UTC)


WINTER, SUMMER, FRIDAY = date(2026, 11, 19), date(2026, 6, 11), date(2026, 10, 23)


@pytest.mark.parametrize("on", [WINTER, SUMMER, FRIDAY])
@pytest.mark.parametrize(
    ("hour", "minute", "second", "expected"),
    [
        (0, 0, 0, Urgency.TO_DO),
        (9, 59, 59, Urgency.TO_DO),
        (10, 0, 0, Urgency.AMBER),
        (10, 59, 59, Urgency.AMBER),
        (11, 0, 0, Urgency.RED),
        (23, 59, 59, Urgency.RED),
    ],
)
def test_the_hours_are_those_of_the_clock_in_england(
    on: date, hour: int, minute: int, second: int, expected: Urgency
) -> None:
    assert urgency(at(on, hour, minute, second), at(on, 10), at(on, 11), zone=LONDON) is expected


@pytest.mark.parametrize("days", [1, 2, 3, 30])
def test_from_the_next_day_on_it_is_overdue_weekend_or_not(days: int) -> None:
    # The clocks go back on the Sunday after this Friday.
    later = at(FRIDAY + timedelta(days=days), 0)
    assert urgency(later, at(FRIDAY, 10), at(FRIDAY, 11), zone=LONDON) is Urgency.OVERDUE


def logged(
    step: str, minutes: int = 0, who: int | None = None, result: Result = Result.NO_ANSWER, **more: object
) -> LoggedEnquiry:
    """An enquiry on record, so many minutes after nine."""
    at = NINE + timedelta(minutes=minutes)
    return LoggedEnquiry(minutes, step, at, at, result, contact_id=who, **more)  # type: ignore[arg-type]


def tried(*entries: tuple[str, int, int]) -> Progress:
    """Calls that nobody answered, as (step, minutes after nine, contact)."""
    return Progress.of([logged(*entry) for entry in entries], NINE)


def test_a_call_to_a_parent_is_the_first_step_and_to_the_second_parent_the_second() -> None:
    assert tried().step_for(1, 11, NINE) == "E01"
    assert tried().step_for(2, 12, NINE) == "E02"
    assert tried().step_for(3, 13, NINE) == "E04"


@pytest.mark.parametrize(("minutes", "step"), [(179, "E01"), (180, "E03"), (400, "E03")])
def test_the_second_attempt_counts_three_hours_after_the_first(minutes: int, step: str) -> None:
    assert tried(("E01", 0, 11)).step_for(1, 11, NINE + timedelta(minutes=minutes)) == step


def test_a_parent_nobody_has_rung_is_no_second_attempt() -> None:
    assert tried(("E01", 0, 11)).step_for(2, 12, NINE + timedelta(hours=4)) == "E02"


def test_after_the_second_attempt_there_is_no_further_one() -> None:
    progress = tried(("E01", 0, 11), ("E03", 200, 11))
    assert progress.second_at is None
    assert progress.step_for(1, 11, NINE + timedelta(hours=6)) == "E01"


def test_whom_to_ring_next_goes_down_the_list_and_begins_again_when_the_second_attempt_is_due() -> None:
    order = [11, 12, 13]
    assert tried().next_of(order, NINE) == 11
    assert tried(("E01", 0, 11)).next_of(order, NINE) == 12
    assert tried(("E01", 0, 11), ("E02", 5, 12)).next_of(order, NINE) == 13
    assert tried(("E01", 0, 11)).next_of(order, NINE + timedelta(hours=3)) == 11
    assert tried(("E01", 0, 11)).next_of([11], NINE) == 11
    assert tried().next_of([], NINE) is None


def test_only_calls_are_attempts_and_they_stand_in_order_of_time() -> None:
    progress = tried(("E02", 30, 12), ("E07", 5, 0), ("E01", 0, 11))
    assert [one.step for one in progress.attempts] == ["E01", "E02"]
    assert progress.second_at == NINE + timedelta(hours=3)


def test_what_was_superseded_or_lies_before_the_register_day_counts_for_nothing() -> None:
    first = logged("E01", 0, 11, Result.REACHED_SAFE)
    corrected = logged("E01", 30, 11, Result.WITHDRAWN, supersedes_id=first.id)
    assert Progress.of([first], NINE).is_settled
    assert Progress.of([first, corrected], NINE) == Progress()
    assert Progress.of([first], NINE + timedelta(minutes=1)) == Progress()


def test_a_call_that_was_waived_is_no_attempt_and_settles_it() -> None:
    progress = Progress.of([logged("E01", 0, None, Result.WAIVED)], NINE)
    assert (progress.number, progress.is_settled) == (0, True)


@pytest.mark.parametrize(
    ("step", "result", "expected"),
    [
        ("E01", "reached_safe", True),
        ("E04", "reached_concern", True),
        ("E01", "refused", True),
        ("E02", "abroad", True),
        ("E01", "waived", True),
        ("E01", "no_answer", False),
        ("E01", "message_left", False),
        ("E01", "wrong_person", False),
        ("E01", "number_dead", False),
        ("E05", "awaiting_reply", False),
        ("E18", "reached_safe", True),
        ("E27", "refused", False),
        ("E14", "not_applicable", False),
    ],
)
def test_what_settles_the_day(step: str, result: str, expected: bool) -> None:
    assert settles(logged(step, result=Result(result))) is expected


def test_flagged_children_come_first_then_those_nobody_has_rung_about() -> None:
    none, one = tried(), tried(("E01", 0, 11))
    rows = [
        call_order(2, one, 1, "Arden"),
        call_order(2, none, 9, "Birch"),
        call_order(0, one, 9, "Cole"),
        call_order(2, none, 1, "Dale"),
        call_order(0, none, 3, "Ellis"),
        call_order(1, none, 9, "Ford"),
    ]
    assert [name for *_, name in sorted(rows)] == ["Ellis", "Cole", "Ford", "Dale", "Birch", "Arden"]
