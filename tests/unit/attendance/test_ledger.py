"""The ledger: every day in four words and one sentence, with the rule's source."""

import re
from datetime import date

import pytest

from cme.attendance.calendar import SchoolCalendar
from cme.attendance.codes import CODES, Half
from cme.attendance.ledger import LedgerDay
from cme.attendance.runs import Effect

from .build import CALENDAR, OPENS, WITHOUT_TERMS, closure, register_of, school_days, take

COUNTED, SKIPPED, BROKE, UNKNOWN = Effect.COUNTED, Effect.SKIPPED, Effect.BROKE, Effect.UNKNOWN


def last_day(register: str, **place: object) -> LedgerDay:
    """The ledger's last day."""
    return take(register).ledger(**place)[-1]


def words(day: LedgerDay) -> tuple[Effect, Effect, Effect]:
    return day.on_return, day.on_removal, day.on_unseen


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("P", (BROKE, BROKE, BROKE)),
        ("L", (BROKE, BROKE, BROKE)),
        ("V", (BROKE, BROKE, BROKE)),
        ("K", (BROKE, BROKE, COUNTED)),
        ("I", (BROKE, BROKE, COUNTED)),
        ("C1", (BROKE, BROKE, COUNTED)),
        (r"O:\ ", (BROKE, BROKE, BROKE)),
        ("O:I", (BROKE, BROKE, COUNTED)),
        ("G", (COUNTED, COUNTED, COUNTED)),
        ("N:O", (COUNTED, COUNTED, COUNTED)),
        ("O:#", (COUNTED, COUNTED, COUNTED)),
        ("U", (COUNTED, BROKE, BROKE)),
        ("O:C2", (COUNTED, BROKE, COUNTED)),
        ("D:O", (COUNTED, BROKE, COUNTED)),
        ("O:-", (COUNTED, BROKE, COUNTED)),
        ("D", (SKIPPED, BROKE, COUNTED)),
        ("C2", (SKIPPED, BROKE, COUNTED)),
        ("Y7", (SKIPPED, BROKE, COUNTED)),
        ("X", (SKIPPED, BROKE, SKIPPED)),
        ("#", (SKIPPED, SKIPPED, SKIPPED)),
        ("-", (UNKNOWN, BROKE, COUNTED)),
        ("D:-", (UNKNOWN, BROKE, COUNTED)),
        ("I:-", (BROKE, BROKE, COUNTED)),
    ],
)
def test_each_kind_of_day_has_its_words(item: str, expected: tuple[Effect, Effect, Effect]) -> None:
    day = last_day(f"P, O*2, {item}")
    assert words(day) == expected


def test_with_terms_an_unreported_day_is_unknown_and_breaks_the_removal_run() -> None:
    day = take("P, O*2, ?, O").ledger()[3]
    assert words(day) == (UNKNOWN, BROKE, UNKNOWN)
    assert (day.return_run, day.removal_run, day.days_unseen) == (2, 0, 2)


def test_without_terms_an_unreported_day_is_unknown_to_all_three_runs() -> None:
    day = take("P, O*2, ?, O", count_by=WITHOUT_TERMS).ledger()[3]
    assert words(day) == (UNKNOWN, UNKNOWN, UNKNOWN)
    assert (day.return_run, day.removal_run, day.days_unseen) == (2, 2, 2)


@pytest.mark.parametrize("item", ["O", "P", "-", "U", "I"])
def test_outside_compulsory_age_the_statutory_runs_skip_every_day(item: str) -> None:
    day = last_day(f"P, {item}", born_on=date(2022, 2, 1))
    assert (day.on_return, day.on_removal) == (SKIPPED, SKIPPED)
    assert day.on_unseen is (BROKE if item in "PU" else COUNTED)


def test_a_sighting_breaks_days_unseen_and_is_told() -> None:
    day = last_day("P, O*3", sightings=frozenset({school_days(OPENS, 4)[3]}))
    assert words(day) == (COUNTED, COUNTED, BROKE)
    assert "seen in person" in day.why


def test_the_ledger_shows_codes_and_not_the_letters_they_are_kept_as() -> None:
    day = last_day("P, C2:Y7")
    assert (day.am, day.pm) == ("C2", "Y7")
    day = last_day("P, -:O")
    assert (day.am, day.pm) == ("", "O")


def test_a_session_that_was_not_held_shows_as_a_closure() -> None:
    calendar = SchoolCalendar((*CALENDAR.periods, closure("2026-09-03", Half.PM)), CALENDAR.bank_holidays)
    day = take("P, O", calendar=calendar).ledger()[-1]
    assert (day.am, day.pm) == ("O", "#")


@pytest.mark.parametrize("count_by", [CALENDAR, WITHOUT_TERMS])
def test_the_ledger_has_each_day_once_in_order_and_no_weekend(count_by: SchoolCalendar) -> None:
    days = [day.on for day in take("P, O*6, ?, -, #, D, P, O*30", count_by=count_by).ledger()]
    assert days == sorted(set(days))
    assert all(on.weekday() < 5 for on in days)


def test_with_terms_the_ledger_holds_school_days_alone() -> None:
    days = [day.on for day in take("P, O*6, ?, -, #, D, P, O*30").ledger()]
    assert days == school_days(OPENS, 42)


PAIRS = [
    *(code for code in CODES if code not in "/\\P"),
    *(
        "P",
        "P:P",
        "/:O",
        r"O:\ ",
        "-",
        "O:-",
        "-:I",
        "D:-",
        "X:-",
        "O:C2",
        "D:O",
        "U:I",
        "#:O",
        "O:#",
        "I:#",
        "Y1:Y2",
    ),
]


@pytest.mark.parametrize("of_age", [True, False], ids=["of age", "not of age"])
@pytest.mark.parametrize("item", PAIRS)
def test_why_is_a_sentence_and_its_source_is_named(item: str, of_age: bool) -> None:
    place = {"starting_on": OPENS, "born_on": None if of_age else date(2022, 2, 1)}
    for day in take(f"P, O, {item}").ledger(**place):
        assert re.fullmatch(r"[A-Z/\\].*[\w)]\.", day.why), day.why
        assert len(day.why.split()) > 6
        assert "  " not in day.why
        assert day.source.strip()


@pytest.mark.parametrize("item", PAIRS)
def test_why_never_names_a_code_of_the_day_without_its_meaning(item: str) -> None:
    day = last_day(f"P, O, {item}", starting_on=OPENS)
    for code in {day.am, day.pm} - {"", "#"}:
        named = re.search(rf"(?<!\w){re.escape(code)}(?!\w)", day.why.replace("G, N or O", ""))
        if named:
            meaning = CODES[code].meaning
            assert f"{code} ({meaning[0].lower()}{meaning[1:]})" in day.why


def test_why_says_plainly_that_a_day_was_attended() -> None:
    assert last_day("P, O, P", starting_on=OPENS).why.startswith("Present in the morning and afternoon")


@pytest.mark.parametrize("item", [item for item in PAIRS if item not in ("#", "-", "P")])
def test_why_names_a_code_of_the_day(item: str) -> None:
    day = last_day(f"P, O, {item}", starting_on=OPENS)
    assert any(f"{code} (" in day.why for code in (day.am, day.pm) if code)


@pytest.mark.parametrize("count_by", [CALENDAR, WITHOUT_TERMS])
def test_an_unreported_day_is_explained_as_unknown_and_not_as_an_absence(count_by: SchoolCalendar) -> None:
    day = take("P, O*2, ?, O", count_by=count_by).ledger()[3]
    assert "No register has been received" in day.why
    assert "not an absence" in day.why
    assert day.source


@pytest.mark.parametrize("item", ["G", "N", "O"])
def test_a_day_towards_removal_names_both_regulations(item: str) -> None:
    source = last_day(f"P, {item}").source
    assert "reg 13" in source
    assert "reg 9(1)(i)" in source


@pytest.mark.parametrize("calendar", [CALENDAR, WITHOUT_TERMS])
def test_a_day_that_everybody_has_as_closed_is_shown_and_skipped(calendar: SchoolCalendar) -> None:
    days = school_days(OPENS, 3)
    marks = [(on, half, "#" if on == days[1] else "O") for on in days for half in Half]
    closed = register_of(marks, calendar=calendar).ledger()[1]
    assert closed.on == days[1]
    assert words(closed) == (SKIPPED, SKIPPED, SKIPPED)
    assert "closed" in closed.why


def test_an_empty_register_has_an_empty_ledger() -> None:
    assert take("P, O").ledger(starting_on=date(2027, 1, 4)) == ()
