"""Gates on a whole file (registers.md s.7), with the numbers of case R8."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.attendance.calendar import Period, PeriodKind, SchoolCalendar
from cme.attendance.codes import Half
from importers.layouts.schools import SaidSchool
from importers.planning.gate_facts import FileFacts, SchoolFacts, facts_of
from importers.planning.gates import Effect, Gate, blocking, gates
from importers.planning.plan import plan_import
from importers.planning.planned import Decision, DecisionKind, KnownPupil
from importers.register import PupilReading
from tests.marks import from_marks
from tests.unit.importers.grids import MONDAY, TODAY, WEEK, headings, read, upn, week_of

SCHOOL = SchoolFacts("Northmoor Primary School", "100001", "8412000", SchoolCalendar())
PRESENT = ("/", "\\")


def marks(codes: Sequence[str] = PRESENT, days: Sequence[date] = WEEK) -> dict[int, str]:
    """The same two codes, AM and PM, on each of the days."""
    return from_marks((on, half, code) for on in days for half, code in zip(Half, codes, strict=True))


def read_pupil(number: int, **given: Any) -> PupilReading:
    values: dict[str, Any] = {
        "upn": "", "admission_number": f"{number:04d}", "surname": f"Surname{number}", "forename": "Ana",
        "born_on": date(2014, 2, 1), "year_group": "7", "class_name": "7A", "lines": marks(),
        "address": f"row {number}",
    }  # fmt: skip
    return PupilReading(**values | given)


def known_pupil(number: int, **given: Any) -> KnownPupil:
    values: dict[str, Any] = {
        "registration_id": number, "upn": "", "admission_number": f"{number:04d}", "forename": "Ana",
        "surname": f"Surname{number}", "born_on": date(2014, 2, 1), "lines": {},
        "class_name": "7A" if number % 2 else "7B",
    }  # fmt: skip
    return KnownPupil(**values | given)


def meet(
    pupils: Sequence[PupilReading],
    roll: Sequence[KnownPupil],
    *,
    facts: FileFacts = FileFacts(),  # noqa: B008
    calendar: SchoolCalendar = SchoolCalendar(),  # noqa: B008
    **options: Any,
) -> dict[str, Gate]:
    school = SchoolFacts(SCHOOL.name, SCHOOL.urn, SCHOOL.laestab, calendar)
    plan = plan_import(pupils, roll, **options)
    return {gate.code: gate for gate in gates(plan, facts, roll, school, today=TODAY)}


def rolled(count: int, **given: Any) -> list[KnownPupil]:
    return [known_pupil(number, **given) for number in range(1, count + 1)]


def filed(count: int, first: int = 1, **given: Any) -> list[PupilReading]:
    return [read_pupil(number, **given) for number in range(first, first + count)]


def test_the_school_s_own_week_meets_no_gate():
    assert meet(filed(40), rolled(40)) == {}


def test_another_primary_s_register_is_stopped_and_creates_nobody():
    """R8: 400 pupils of whom nine, siblings and movers, are on this roll."""
    found = meet(filed(9) + filed(391, first=1001), rolled(400))

    (gate,) = found.values()
    assert (gate.code, gate.effect) == ("low_match_rate", Effect.STOP)
    assert gate.message.startswith("Only 9 of the 400 pupils in this file are on the roll of Northmoor")
    assert blocking([gate], {gate.key}) == (gate,)


def test_another_school_s_register_with_numbers_like_ours_is_stopped():
    """Admission numbers of two schools look alike; names and dates of birth do not."""
    theirs = filed(400, surname="Wood", born_on=date(2013, 5, 5))

    assert meet(theirs, rolled(400))["low_match_rate"].effect is Effect.STOP


@pytest.mark.parametrize(
    ("matched", "strangers", "code"),
    [
        (70, 30, None),
        (69, 31, "low_match_rate"),
        (7, 3, None),
        (6, 4, "low_match_rate"),
        (6, 3, "few_matched"),
    ],
)
def test_the_match_rate_stops_below_70_percent_and_holds_a_file_of_under_ten(
    matched: int, strangers: int, code: str | None
):
    found = meet(filed(matched) + filed(strangers, first=9001), rolled(matched))

    assert list(found) == ([code] if code else [])


def test_nobody_lifts_a_low_match_rate_by_leaving_pupils_out():
    strangers = filed(391, first=1001)
    left_out = {one.address: Decision(DecisionKind.LEAVE_OUT, reason="Not ours") for one in strangers}

    assert "low_match_rate" in meet(filed(9) + strangers, rolled(9), decisions=left_out)


def test_a_stop_says_what_to_export_where_the_numbers_are_not_the_school_s():
    ids = [read_pupil(n, admission_number=str(80000 + n), born_on=None) for n in range(1, 41)]
    assert "a system's own" in meet(ids, rolled(40))["low_match_rate"].message
    bare = filed(40, surname="", forename="", born_on=None)
    assert "Export the register with UPNs and names" in meet(bare, rolled(40))["low_match_rate"].message


@pytest.mark.parametrize(
    ("said", "code", "effect"),
    [
        ([], None, None),
        ([SaidSchool("urn", "100001")], None, None),
        ([SaidSchool("urn", "100002")], "wrong_school", Effect.STOP),
        ([SaidSchool("laestab", "8412000"), SaidSchool("name", "Southfield School")], None, None),
        ([SaidSchool("laestab", "2000")], None, None),
        ([SaidSchool("laestab", "8412001")], "wrong_school", Effect.STOP),
        ([SaidSchool("urn", "100001"), SaidSchool("urn", "100002")], "wrong_school", Effect.STOP),
        ([SaidSchool("name", "Northmoor CE Academy")], None, None),
        ([SaidSchool("name", "NORTHMOOR")], None, None),
        ([SaidSchool("name", "Southfield School")], "wrong_school", Effect.STOP),
        ([SaidSchool("title", "Southfield School")], "other_name", Effect.HOLD),
        ([SaidSchool("title", "Northmoor School")], None, None),
    ],
)
def test_a_file_of_another_school_is_stopped(said: list[SaidSchool], code: str | None, effect: Effect | None):
    found = meet(filed(40), rolled(40), facts=FileFacts(schools=tuple(said)))

    assert {one.code: one.effect for one in found.values()} == ({code: effect} if code else {})


def test_the_first_register_is_shown_with_what_tells_the_school():
    pupils = [read_pupil(n, upn=upn(n), admission_number="") for n in range(1, 31)]
    gate = meet(pupils, [], facts=FileFacts(schools=(SaidSchool("name", "Northmoor School"),)))[
        "first_upload"
    ]

    assert gate.effect is Effect.HOLD
    assert "puts 30 pupils on its roll" in gate.message
    assert gate.details == (
        "The file says: Northmoor School",
        "Among the pupils: Ana Surname1, Ana Surname2, Ana Surname3, Ana Surname4, Ana Surname5",
        "30 of 30 UPNs were first given by this school",
    )


@pytest.mark.parametrize(("in_file", "is_held"), [(80, False), (79, True)])
def test_more_than_a_fifth_of_the_roll_missing_is_held(in_file: int, is_held: bool):
    gate = meet(filed(in_file), rolled(100)).get("roll_missing")

    assert (gate is not None) is is_held
    if gate:
        assert gate.effect is Effect.HOLD
        assert "21 of the 100 pupils" in gate.message
        assert gate.classes == ()


def test_whole_classes_missing_are_offered_as_a_part_of_the_school():
    pupils = [one for one in filed(100) if int(one.admission_number) % 2]
    gate = meet(pupils, rolled(100))["roll_missing"]

    assert gate.classes == ("7A",)
    assert "the register of only class 7A" in gate.message
    assert gate.key != meet(pupils[1:], rolled(100))["roll_missing"].key


def test_a_pupil_who_waits_for_a_person_is_not_missing():
    waiting = filed(40, surname="Wood", born_on=date(2013, 5, 5))

    assert "roll_missing" not in meet(filed(100, first=41) + waiting, rolled(140))


def term(first_on: date, last_on: date) -> SchoolCalendar:
    return SchoolCalendar((Period(PeriodKind.TERM, first_on, last_on),))


@pytest.mark.parametrize(
    ("days", "calendar", "words"),
    [
        ([date(2019, 11, 11)], SchoolCalendar(), "2019/20"),
        ([date(2026, 11, 9), date(2024, 11, 11)], SchoolCalendar(), "2024/25"),
        (WEEK, term(date(2025, 9, 2), date(2026, 7, 21)), "no terms"),
        (WEEK, term(date(2026, 9, 2), date(2026, 12, 18)), ""),
    ],
)
def test_dates_of_another_year_are_stopped(days: list[date], calendar: SchoolCalendar, words: str):
    found = meet(filed(40, lines=marks(days=days)), rolled(40), calendar=calendar)

    assert [(one.code, one.effect) for one in found.values()] == (
        [("wrong_year", Effect.STOP)] if words else []
    )
    assert words in "".join(one.message for one in found.values())


def test_last_years_file_is_held_where_no_calendar_tells_its_days():
    found = meet(filed(40, lines=marks(days=[date(2025, 11, 10)])), rolled(40), calendar=SchoolCalendar())

    assert [(one.code, one.effect) for one in found.values()] == [("last_year", Effect.HOLD)]


def test_a_file_of_days_to_come_alone_is_stopped():
    ahead = {TODAY + timedelta(days=1): 80}
    gate = meet(filed(40, lines={}), rolled(40), facts=FileFacts(future=ahead))["future_marks"]

    assert gate.effect is Effect.STOP


def test_marks_after_today_are_held():
    ahead = {TODAY + timedelta(days=1): 80, TODAY + timedelta(days=2): 80}
    gate = meet(filed(40), rolled(40), facts=FileFacts(future=ahead))["future_marks"]

    assert gate.effect is Effect.HOLD
    assert gate.message.startswith("160 marks are dated after today.")
    assert gate.details == ("Mon 23 Nov 2026: 80 marks", "Tue 24 Nov 2026: 80 marks")
    nothing = meet(filed(40, lines={}), rolled(40), facts=FileFacts(future=ahead))["future_marks"]
    assert nothing.message.startswith("Every mark in this file is dated after today (160).")


@pytest.mark.parametrize(
    ("closed", "codes", "is_held"),
    [(1, PRESENT, True), (1, ("#", "#"), False), (0, PRESENT, False)],
)
def test_marks_on_days_that_the_calendar_closes_are_held(closed: int, codes: Sequence[str], is_held: bool):
    """One of five days is a fifth of the marks; a planned closure is no sign of the wrong week."""
    inset = [Period(PeriodKind.INSET, MONDAY, MONDAY)] * closed
    calendar = SchoolCalendar((Period(PeriodKind.TERM, date(2026, 9, 2), date(2026, 12, 18)), *inset))
    lines = from_marks(
        (on, half, code)
        for on in WEEK
        for half, code in zip(Half, codes if on == MONDAY else PRESENT, strict=True)
    )
    gate = meet(filed(40, lines=lines), rolled(40), calendar=calendar).get("closed_days")

    assert (gate is not None) is is_held
    if gate:
        assert gate.effect is Effect.HOLD
        assert "80 of the 400 marks" in gate.message
        assert gate.details == ("Mon 9 Nov 2026: 80 marks",)


@pytest.mark.parametrize(("changed", "is_held"), [(10, False), (11, True)])
def test_more_than_a_quarter_of_the_stored_marks_changing_is_held(changed: int, is_held: bool):
    pupils = filed(changed, lines=marks(("L", "L"))) + filed(40 - changed, first=changed + 1)
    gate = meet(pupils, rolled(40, lines=marks())).get("wrong_file")

    assert (gate is not None) is is_held
    if gate:
        assert gate.effect is Effect.HOLD
        assert "110 of the 400 marks" in gate.message


@pytest.mark.parametrize(("alike", "is_held"), [(20, False), (21, True)])
def test_one_code_that_fills_more_than_half_of_the_file_is_held(alike: int, is_held: bool):
    pupils = filed(alike, lines=marks(("C1", "C1"))) + filed(40 - alike, first=alike + 1)
    gate = meet(pupils, rolled(40)).get("one_code")

    assert (gate is not None) is is_held
    if gate:
        assert gate.message.startswith("210 of the 400 marks in this file are C1 (")
        assert gate.details == ("C1: 210", "/: 95", "\\: 95")


def test_school_days_without_a_register_beside_the_file_are_named():
    before = marks(days=[date(2026, 10, 30), date(2026, 11, 4)])
    after = marks(days=[date(2026, 11, 17)])
    gate = meet(filed(40), rolled(40, lines={2026: before[2026]}))["gap"]
    assert gate.effect is Effect.NOTICE
    assert blocking([gate], frozenset()) == ()
    assert gate.details == ("Thu 5 Nov 2026", "Fri 6 Nov 2026")
    assert meet(filed(40), rolled(40, lines=after))["gap"].details == ("Mon 16 Nov 2026",)
    assert "gap" not in meet(filed(40), rolled(40, lines=marks(days=[date(2026, 11, 6)])))
    assert "gap" not in meet(filed(40), rolled(40, lines=marks()))


def test_a_confirmed_hold_is_passed_until_its_numbers_change():
    (gate,) = meet(filed(79), rolled(100)).values()
    assert blocking([gate], {gate.key}) == ()
    assert blocking([gate], frozenset()) == (gate,)

    (other,) = meet(filed(78), rolled(100)).values()
    assert blocking([other], {gate.key}) == (other,)
    assert gate.key == next(iter(meet(filed(79), rolled(100)).values())).key


@given(
    in_file=st.lists(st.integers(1, 15), unique=True, max_size=15),
    on_roll=st.lists(st.integers(1, 15), unique=True, max_size=15),
)
def test_a_file_that_stops_nowhere_is_mostly_the_school_s(in_file: list[int], on_roll: list[int]):
    found = meet([read_pupil(n) for n in in_file], [known_pupil(n) for n in on_roll])

    shared = set(in_file) & set(on_roll)
    is_other = bool(on_roll) and len(in_file) >= 10 and len(shared) < 0.7 * len(in_file)
    assert ("low_match_rate" in found) is is_other
    if on_roll and not is_other and in_file:
        missing = set(on_roll) - set(in_file)
        assert ("roll_missing" in found) is (len(missing) > 0.2 * len(on_roll))


def test_what_a_file_says_of_its_school_and_of_days_to_come_is_read():
    rows = [
        ["Attendance register - Southfield School"],
        ["URN:", "100002.0"],
        ["School: Northmoor Primary", "", "Printed by the school"],
        ["UPN", "Adno", "Name", "DfE number", *headings(), *headings([date(2026, 11, 23)])],
        [upn(1), "12", "Bell, Ana", "841/2000", *week_of("P", 6)],
        [upn(2), "13", "Cole, Ben", "841/2000", *week_of("P", 6)],
    ]
    facts = facts_of(read(rows))

    assert set(facts.schools) == {
        SaidSchool("title", "Southfield School"),
        SaidSchool("urn", "100002"),
        SaidSchool("name", "Northmoor Primary"),
        SaidSchool("laestab", "8412000"),
    }
    assert facts.future == {date(2026, 11, 23): 4}
    assert facts.first_on == MONDAY


@pytest.mark.parametrize(
    "title", ["Whole school", "Register of the school", "Our Primary Academy", "Class 7A"]
)
def test_a_title_without_a_school_s_name_says_nothing(title: str):
    rows = [[title], ["UPN", "Adno", "Name", *headings()], [upn(1), "12", "Bell, Ana", *week_of("P")]]

    assert facts_of(read(rows)).schools == ()
