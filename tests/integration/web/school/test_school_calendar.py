"""A school's calendar in the browser: reading it, and changing it in two steps."""

import io
from datetime import date

import pytest

from cme.access.roles import Role
from cme.attendance.calendar import Period, PeriodKind
from cme.attendance.periods import Edit, write_edit
from cme.store import schools
from cme.store.calendars import change_authority, change_school
from cme.store.database import db, transaction
from cme.store.tables import CalendarPeriod
from cme.web.calendar_forms import LOOK_FIRST
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook
from tests.integration.web.school.conftest import Office
from tests.people import World
from tests.webclient import Page

TERMS = (
    Period(PeriodKind.TERM, date(2026, 9, 2), date(2026, 10, 23), "Autumn"),
    Period(PeriodKind.TERM, date(2026, 11, 2), date(2026, 12, 18), "Autumn"),
)
BOILER = {"kind": "closure", "first_on": ["12", "11", "2026"], "last_on": ["", "", ""], "note": "Boiler"}
FILE = b"kind,first_on,last_on,note\nterm,02/09/2026,23/10/2026,Autumn\nterm,2026-11-02,2026-12-18,Autumn\n"


@pytest.fixture
def office(world: World) -> Office:
    """The office of school A, whose terms are entered."""
    with world.app.app_context(), transaction():
        change_school(world.school_a.school_id or 0, Edit(added=TERMS), AT)
    return Office(world, world.sign_in_as(Role.SCHOOL_USER))


def calendar_of(office: Office) -> str:
    return f"{office.path}/calendar"


def held(office: Office) -> set[Period]:
    """The entries that are stored for the school."""
    with office.world.app.app_context():
        scope = Casebook(office.world, office.place).dsl
        return set(schools.read_periods(scope, office.place.school_id or 0))


def look(office: Office, entry: dict[str, object], *, status: int = 200) -> Page:
    """Fill in the form of an entry and ask what would change."""
    return office.client.post(f"{calendar_of(office)}/entry", {"step": "look", **entry}, status=status)


def confirm(office: Office, page: Page, *, status: int = 200) -> Page:
    """Press the button that makes the change."""
    form = page.form(f"{calendar_of(office)}/change")
    return office.client.post(f"{calendar_of(office)}/change", form, status=status)


def test_the_home_page_leads_to_the_dates(office: Office) -> None:
    assert office.client.get(f"{office.path}/").links["Term dates and closures"] == calendar_of(office)


def test_a_year_is_listed_in_order_with_gaps_and_bank_holidays(office: Office) -> None:
    page = office.client.get(calendar_of(office))
    assert page.heading == "Term dates and closures"
    places = [
        page.words.index(text)
        for text in (
            "Wed 2 Sep to Fri 23 Oct 2026",
            "Mon 26 to Fri 30 Oct 2026",
            "Mon 2 Nov to Fri 18 Dec 2026",
        )
    ]
    assert places == sorted(places)
    assert "38 school days" in page.words
    assert "73 school days, 146 sessions" in page.words
    assert "Between terms" in page.words
    assert "Fri 25 Dec 2026 What Bank holiday" in page.words
    assert "November 2026" in page.words


def test_a_year_without_terms_says_so(office: Office) -> None:
    page = office.client.get(f"{calendar_of(office)}?year=2027")
    assert "No term is entered for 2027/28 yet." in page.words
    assert (
        office.client.get(f"{calendar_of(office)}?year=x").words
        == office.client.get(calendar_of(office)).words
    )


def test_who_may_not_change_the_dates_reads_them(world: World, office: Office) -> None:
    page = world.sign_in_as(Role.CME_OFFICER).get(calendar_of(office))
    assert "38 school days" in page.words
    assert not any("entry" in target for target in page.links.values())


@on_both
def test_a_closure_is_shown_with_what_it_does_and_then_made(office: Office) -> None:
    Casebook(office.world).upload({"Birch, Ben": ["O"] * 11, "Cole, Cora": ["P"] * 11})
    page = look(office, BOILER)
    assert page.heading == "Check the change"
    assert "1 date would stop being a school day: Thu 12 Nov 2026." in page.words
    assert "Thu 12 Nov 2026: 3 pupils with marks" in page.words
    assert "11 to 10" in page.words
    assert held(office) == set(TERMS)

    receipt = confirm(office, page)
    assert receipt.heading == "Dates changed"
    assert "1 date stopped being a school day: Thu 12 Nov 2026." in receipt.words
    assert receipt.links["Birch, Ben"] == office.pupil("Birch")
    assert len(held(office)) == 3
    listed = office.client.get(calendar_of(office))
    assert "Boiler" in listed.words
    assert "The newest entry was made on Fri 20 Nov 2026" in listed.words


def test_who_loses_the_tenth_day_is_said_before_and_after(office: Office) -> None:
    Casebook(office.world).upload({"Birch, Ben": ["O"] * 10})
    page = look(office, BOILER)
    assert "1 pupil would go back below day 10 of the return run." in page.words
    assert "Birch, Ben" in page.words
    assert "1 pupil went back below day 10 of the return run." in confirm(office, page).words


def test_taking_a_closure_out_says_who_reaches_the_tenth_day(office: Office) -> None:
    Casebook(office.world).upload({"Birch, Ben": ["O"] * 10})
    confirm(office, look(office, BOILER))
    page = look(office, {"entry": "closure:2026-11-12/2026-11-12", "step": "remove"})
    assert "1 pupil would reach day 10 of the return run." in page.words
    confirm(office, page)
    assert held(office) == set(TERMS)


def test_an_entry_is_changed(office: Office) -> None:
    page = office.client.get(calendar_of(office))
    target = page.links["Change the Term Wed 2 Sep to Fri 23 Oct 2026"]
    form = office.client.get(target).form(f"{calendar_of(office)}/entry")
    assert (form["kind"], form["note"]) == ("term", "Autumn")
    moved = {**form, "first_on": ["3", "9", "2026"], "last_on": ["23", "10", "2026"]}
    receipt = confirm(office, look(office, moved))
    assert "1 date stopped being a school day: Wed 2 Sep 2026." in receipt.words
    assert {each.first_on for each in held(office)} == {date(2026, 9, 3), date(2026, 11, 2)}


def test_what_was_typed_comes_back_to_be_corrected(office: Office) -> None:
    page = look(office, BOILER)
    carried = office.client.post(
        f"{calendar_of(office)}/entry",
        {**BOILER, "step": "back", "first_on": ["12", "11", "2026"]},
        status=200,
    )
    assert carried.heading == "Add a date"
    assert carried.form(f"{calendar_of(office)}/entry")["note"] == "Boiler"
    assert 'value="12"' in carried.html
    assert page.form(f"{calendar_of(office)}/entry")["note"] == "Boiler"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"note": ""}, "Say why the school is closed, for example: Boiler failure."),
        ({"last_on": ["11", "11", "2026"]}, "The last day is before the first day. Correct one of them."),
        ({"first_on": ["12", "11", "2062"]}, "between 1 September 2019 and 31 August 2030"),
        ({"first_on": ["31", "11", "2026"]}, "First day must be a real date"),
        ({"first_on": ["", "", ""]}, "Enter the first day"),
        ({"kind": "gala"}, "Choose what it is"),
        ({"kind": ""}, "Choose what it is"),
        ({"kind": "term", "half": "AM"}, "Only a closure or an INSET day can be half a day"),
        ({"kind": "term"}, "These dates overlap the term 2 November 2026 to 18 December 2026 (Autumn)"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_wrong_is_said_at_the_field_and_all_that_was_typed_stays(
    office: Office, change: dict[str, object], says: str
) -> None:
    page = look(office, {**BOILER, **change}, status=422)
    assert [text for text in page.errors if says in text]
    assert page.form(f"{calendar_of(office)}/entry")["note"] == change.get("note", "Boiler")
    assert held(office) == set(TERMS)


def test_the_same_once_more_is_nothing_to_change(office: Office) -> None:
    same = {
        "entry": "term:2026-09-02/2026-10-23", "kind": "term", "note": "Autumn",
        "first_on": ["2", "9", "2026"], "last_on": ["23", "10", "2026"],
    }  # fmt: skip
    assert look(office, same, status=422).errors == [
        "The calendar says this already, so there is nothing to change."
    ]


def test_half_a_day_is_closed(office: Office) -> None:
    page = look(office, {**BOILER, "half": "PM"})
    assert "Thu 12 Nov 2026, afternoon only" in page.words
    confirm(office, page)
    assert "Half a day" in office.client.get(calendar_of(office)).words


def test_of_two_people_the_second_is_told_and_sees_the_new_state(office: Office) -> None:
    Casebook(office.world).upload({"Birch, Ben": ["O"] * 11})
    first, second = look(office, BOILER), look(office, {**BOILER, "first_on": ["13", "11", "2026"]})
    confirm(office, first)
    again = confirm(office, second, status=409)
    assert again.heading == "Check the change"
    assert "Somebody else changed these dates while you were looking" in again.errors[0]
    assert "10 to 9" in again.words
    confirm(office, again)
    assert len(held(office)) == 4


def test_a_change_that_is_sent_twice_is_made_once(office: Office) -> None:
    page = look(office, BOILER)
    confirm(office, page)
    again = confirm(office, page, status=409)
    assert again.heading == "Term dates and closures"
    assert again.errors[0].startswith("This change was made already")
    assert len(held(office)) == 3


def test_an_entry_that_is_gone_is_said_to_be(office: Office) -> None:
    gone = "closure:2026-11-12/2026-11-12"
    assert (
        "nothing to change"
        in office.client.get(f"{calendar_of(office)}/entry?entry={gone}", status=404).errors[0]
    )
    for step in ("look", "remove"):
        page = office.client.post(
            f"{calendar_of(office)}/entry", {**BOILER, "entry": gone, "step": step}, status=409
        )
        assert page.form(f"{calendar_of(office)}/entry")["note"] == "Boiler"


@pytest.mark.parametrize("edit", ["", "[]", "nonsense", '[[["gala"]],[]]'])
def test_a_change_that_no_page_of_ours_wrote_is_not_made(office: Office, edit: str) -> None:
    page = office.client.post(f"{calendar_of(office)}/change", {"edit": edit, "based_on": ""}, status=422)
    assert page.errors == [LOOK_FIRST]
    assert held(office) == set(TERMS)


def test_a_change_that_was_tampered_with_is_checked_again(office: Office) -> None:
    page = look(office, BOILER)
    form = page.form(f"{calendar_of(office)}/change")
    form["edit"] = write_edit(
        Edit(added=(Period(PeriodKind.CLOSURE, date(2026, 11, 12), date(2026, 11, 12)),))
    )
    again = office.client.post(f"{calendar_of(office)}/change", form, status=409)
    assert again.errors == ["Say why the school is closed, for example: Boiler failure."]
    assert held(office) == set(TERMS)


def upload(office: Office, content: bytes, *, status: int = 200) -> Page:
    return office.client.post(
        f"{calendar_of(office)}/upload", {"calendar": (io.BytesIO(content), "dates.csv")}, status=status
    )


@on_both
def test_a_file_takes_the_place_of_its_years(office: Office) -> None:
    moved = FILE.replace(b"18,Autumn", b"17,Autumn") + b"closure,2026-11-12,,Boiler\n"
    page = upload(office, moved)
    assert "2 dates would stop being school days: Thu 12 Nov 2026 and Fri 18 Dec 2026." in page.words
    confirm(office, page)
    assert len(held(office)) == 3
    assert upload(office, moved, status=422).errors == [
        "The calendar says this already, so there is nothing to change."
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Its first line must be kind,first_on,last_on,note"),
        (b"kind,first_on,last_on\nterm,2026-09-32,\n", "Line 2 of the calendar: write dates as"),
        (FILE + b"closure,2026-11-12,,\n", "In the closure 12 November 2026: Say why the school is closed"),
        (FILE + b"term,2026-10-20,2026-11-20,Odd\n", "overlap the term"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_what_to_do(
    office: Office, content: bytes, says: str
) -> None:
    page = upload(office, content, status=422)
    assert any(says in error for error in page.errors)
    assert held(office) == set(TERMS)


def test_no_file_is_asked_for(office: Office) -> None:
    for data in ({}, {"calendar": "text"}):
        page = office.client.post(f"{calendar_of(office)}/upload", data, status=422)
        assert page.errors == ["Select the calendar file"]


def test_the_dates_are_downloaded_as_they_can_be_uploaded(office: Office) -> None:
    page = office.client.get(f"{calendar_of(office)}/calendar.csv")
    assert page.headers["Content-Type"].startswith("text/csv")
    assert "nothing to change" in upload(office, page.response.data, status=422).errors[0]


@on_both
def test_the_authoritys_dates_are_copied_and_own_days_stay(world: World, office: Office) -> None:
    offered = (
        Period(PeriodKind.TERM, date(2026, 9, 3), date(2026, 10, 23), "Autumn"),
        Period(PeriodKind.TERM, date(2026, 11, 2), date(2026, 12, 18), "Autumn"),
        Period(PeriodKind.TERM, date(2025, 9, 3), date(2025, 12, 18), "Autumn"),
    )
    path = f"{calendar_of(office)}/copy"
    assert "has not entered any dates" in office.client.get(path).words
    assert "has not entered any dates" in office.client.post(path, {"year": "2026"}, status=409).words
    with world.app.app_context(), transaction():
        change_authority(world.school_a.authority_id, Edit(added=offered), AT)
    confirm(office, look(office, BOILER))
    assert path in office.client.get(calendar_of(office)).links.values()
    assert "2026/27: 2 entries" in office.client.get(path).words
    assert office.client.post(path, {}, status=422).errors == ["Choose an academic year"]
    assert office.client.post(path, {"year": "2031"}, status=422).errors == ["Choose an academic year"]
    page = office.client.post(path, {"year": "2026"}, status=200)
    assert "1 date would stop being a school day: Wed 2 Sep 2026." in page.words
    confirm(office, page)
    assert {each.first_on for each in held(office)} == {
        date(2026, 9, 3),
        date(2026, 11, 2),
        date(2026, 11, 12),
    }
    assert "nothing to change" in office.client.post(path, {"year": "2026"}, status=422).errors[0]


def test_terms_entered_for_the_first_time_say_what_that_means(world: World) -> None:
    office = Office(world, world.sign_in_as(Role.HEAD))
    assert "has no term dates here" in office.client.get(calendar_of(office)).words
    office = Office(world, world.sign_in_as(Role.SCHOOL_USER))
    page = upload(office, FILE)
    assert "would be counted by these terms" in page.words
    assert "is now counted by these terms" in confirm(office, page).words
    assert "has no term dates here" not in office.client.get(f"{office.path}/").words


def test_the_administrator_changes_dates_and_sees_no_child(world: World, office: Office) -> None:
    Casebook(office.world).upload({"Birch, Ben": ["O"] * 10})
    admin = Office(world, world.sign_in_as(Role.LA_ADMIN))
    page = look(admin, BOILER)
    assert "1 pupil would go back below day 10 of the return run." in page.words
    assert "Birch" not in page.words
    assert "Birch" not in confirm(admin, page).words
    assert len(held(office)) == 3


def test_every_entry_is_stored_once(office: Office) -> None:
    confirm(office, look(office, BOILER))
    with office.world.app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(CalendarPeriod)) == 3
