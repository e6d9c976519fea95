"""The sample register: what a school downloads must be what it can upload."""

from datetime import date, timedelta

import pytest

from cme.attendance.calendar import Period, PeriodKind, RegisterDays, SchoolCalendar, register_days
from cme.attendance.lines import Coverage
from cme.attendance.runs import Place
from cme.attendance.standing import Standing, count
from cme.documents.templates import (
    HEADINGS,
    Layout,
    Register,
    register_rows,
    template_csv,
    template_workbook,
)
from cme.identity.upn import read_upn
from cme.services.registers.samples import sample_register
from importers.reading import read_workbook
from importers.register import RegisterReading
from importers.registers import read_register

TODAY = date(2026, 11, 22)
TERMS = (
    Period(PeriodKind.TERM, date(2026, 9, 2), date(2026, 10, 23)),
    Period(PeriodKind.TERM, date(2026, 11, 2), date(2026, 12, 18)),
)
WRITERS = {"sample.xlsx": template_workbook, "sample.csv": template_csv}


def sample(laestab: str = "8412001", calendar: SchoolCalendar | None = None) -> Register:
    return sample_register(laestab, calendar or SchoolCalendar(), TODAY)


def rows_of(register: Register) -> list[list[str]]:
    return register_rows(register, Layout.WIDE)


def read(name: str, layout: Layout = Layout.WIDE) -> RegisterReading:
    content = WRITERS[name](sample(), layout)
    return read_register([(name, read_workbook(content, name))], known_until=TODAY)


def standings(reading: RegisterReading) -> list[Standing]:
    coverage = Coverage()
    for pupil in reading.pupils:
        coverage.add(pupil.lines)
    days: RegisterDays = register_days(SchoolCalendar(), coverage)
    return [count(pupil.lines, days, Place(born_on=pupil.born_on)) for pupil in reading.pupils]


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("name", WRITERS)
def test_it_is_read_back_without_a_word_in_every_layout(name: str, layout: Layout) -> None:
    reading = read(name, layout)
    assert reading.issues == ()
    assert len(reading.pupils) == 12
    assert standings(reading) == standings(read("sample.csv"))


def test_it_tells_every_story_that_matters() -> None:
    found = standings(read("sample.csv"))
    runs = [(one.return_run, one.removal_run) for one in found]
    assert any(removal >= 20 for _, removal in runs if removal)
    assert any(10 <= run < 20 for run, _ in runs if run)
    assert (3, 3) in runs
    assert any(run != removal for run, removal in runs)
    assert any(one.overdue_n for one in found)


@pytest.mark.parametrize("laestab", ["8412001", "8414001", "2127003"])
def test_every_upn_is_valid_and_of_the_authority(laestab: str) -> None:
    rows = rows_of(sample(laestab))[1:]
    upns = [read_upn(row[0]) for row in rows]
    assert all(upn.is_valid and upn.authority == laestab[:3] for upn in upns)
    assert len({upn.value for upn in upns}) == len({tuple(row[2:4]) for row in rows}) == 12


def test_pupils_are_of_the_age_of_the_school() -> None:
    primary, secondary = (rows_of(sample(each))[1:] for each in ("8412001", "8414001"))
    assert {row[5] for row in primary} == set("123456")
    assert {row[5] for row in secondary} == {"7", "8", "9", "10", "11"}


def test_the_same_school_and_day_give_the_same_register() -> None:
    one, same, other = (sample(laestab) for laestab in ("8412001", "8412001", "8412002"))
    assert one == same != other


def test_it_keeps_to_the_calendar_and_ends_before_today() -> None:
    heading = rows_of(sample(calendar=SchoolCalendar(TERMS)))[0]
    dates = heading[len(HEADINGS) :]
    assert dates[-1] == "Fri 20/11/2026 PM"
    assert not [each for each in dates if "/10/2026" in each and int(each[4:6]) > 23]


@pytest.mark.parametrize(
    "first_on", [TODAY + timedelta(days=30), TODAY, TODAY - timedelta(days=2), TODAY - timedelta(days=14)]
)
def test_a_calendar_that_has_hardly_begun_still_gives_a_register(first_on: date) -> None:
    calendar = SchoolCalendar((Period(PeriodKind.TERM, first_on, first_on + timedelta(days=90)),))
    rows = rows_of(sample(calendar=calendar))
    assert len(rows[0]) > len(HEADINGS)
    assert {len(row) for row in rows} == {len(rows[0])}
