"""Home, contacts, flags and dates, in the register itself or in a list of pupils of its own."""

from datetime import date

import pytest

from cme.casework.safety.flags import read_flags
from importers.reading import Cell, CellError
from importers.register import RegisterReading
from importers.roll.entries import ContactEntry, RollEntry, join, postcode_of
from importers.text.words import FIELD_OF
from tests.unit.importers.grids import (
    Grid,
    book,
    codes,
    found,
    only,
    read,
    sheet,
    upn,
    warnings,
    week_of,
    wide,
)

ANA, BEN = upn(1), upn(2)
NUMBER, MAIL = "01632 960001", "ana.bell@example.org"


def entry_of(**cells: Cell) -> RollEntry:
    """What a list of one pupil says, its columns headed as given ("_" for a space)."""
    reading = list_of(**cells)
    assert not reading.errors
    return only(reading).roll or RollEntry()


def list_of(**cells: Cell) -> RegisterReading:
    """A list of one pupil, its columns headed as given."""
    headings: list[Cell] = ["UPN", "Surname", "Forename", *(name.replace("_", " ") for name in cells)]
    return read([headings, [ANA, "BELL", "Ana", *cells.values()]])


def warned(**cells: Cell) -> list[str]:
    """The codes of the warnings about the cells of one pupil's row."""
    reading = list_of(**cells)
    assert not reading.errors
    return [issue.code for issue in warnings(reading)]


# Where the columns stand


def test_a_register_may_have_roll_data_beside_its_marks() -> None:
    grid = wide(
        [ANA, "1", "BELL, Ana", "12", "High Street", "dl1 5qt", *week_of("O")],
        identity=["UPN", "Adno", "Name", "House number", "Street", "Postcode"],
    )
    pupil = only(read(grid))
    assert codes(pupil) == "O" * 10
    assert pupil.roll == RollEntry(house="12", street="High Street", postcode="DL1 5QT")


def test_a_register_without_roll_columns_says_nothing() -> None:
    assert only(read(wide([ANA, "1", "BELL, Ana", *week_of("O")]))).roll is None


def test_a_list_of_pupils_without_marks_is_read_as_a_roll() -> None:
    reading = list_of(Postcode="DL1 5QT")
    assert [(file.layout, file.pupils, file.first_on) for file in reading.files] == [("roll", 1, None)]
    assert only(reading).lines == {}


def test_a_roll_beside_the_register_joins_the_same_pupil_by_number_and_name() -> None:
    register = wide([ANA, "1", "BELL, Ana", *week_of("O")])
    roll: Grid = [["Adno", "Name", "Town"], ["1", "BELL, Ana", "Northmoor"], ["2", "COLE, Ben", "Elsewhere"]]
    reading = read(book(sheet(register, "Register"), sheet(roll, "Pupils")))
    assert not reading.errors
    assert [(one.surname, one.roll and one.roll.town) for one in reading.pupils] == [
        ("BELL", "Northmoor"),
        ("COLE", "Elsewhere"),
    ]


def test_roll_data_never_reaches_a_child_by_name_alone() -> None:
    register = wide([ANA, "1", "BELL, Ana", *week_of("O")])
    roll: Grid = [["Adno", "Name", "Town"], ["", "BELL, Ana", "Northmoor"]]
    reading = read(book(sheet(register, "Register"), sheet(roll, "Pupils")))
    assert [issue.code for issue in reading.errors] == ["no_identifier"]
    assert [one.roll for one in reading.pupils] == [None]


@pytest.mark.parametrize(
    ("headings", "code"),
    [
        (["UPN", "Name", "Postcode", "Possible sessions", "Authorised absence"], "summary_only"),
        (["UPN", "Name", "Postcode", "Lesson", "Teacher"], "lesson_marks"),
        (["UPN", "Name", "Postcode", "Start date", "End date"], "absence_ranges"),
        (["UPN", "Name", "Sex"], "not_a_register"),
        (["Name", "Postcode"], "not_a_register"),
    ],
)
def test_what_is_no_roll_is_still_refused_with_its_own_sentence(headings: list[Cell], code: str) -> None:
    reading = read([headings, [ANA, *["x"] * (len(headings) - 1)]])
    assert [issue.code for issue in reading.errors] == [code]


def test_a_register_whose_dates_cannot_be_read_is_no_roll() -> None:
    rows: Grid = [["UPN", "Name", "Postcode", "First", "Second"]]
    rows += [[upn(n), f"BELL, A{n}", "DL1 5QT", "/", "\\"] for n in range(1, 6)]
    assert read(rows).errors


# Home


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("DL1 5QT", "DL1 5QT"),
        ("dl15qt", "DL1 5QT"),
        (" sw1a  1aa ", "SW1A 1AA"),
        ("DL1", ""),
        ("DL1 5Q", ""),
        ("1DL 5QT", ""),
    ],
)
def test_a_postcode_is_known_by_its_form(text: str, postcode: str) -> None:
    assert postcode_of(text) == postcode


def test_a_bad_postcode_is_kept_as_given_with_a_warning() -> None:
    assert entry_of(Postcode="DL1").postcode == "DL1"
    assert warned(Postcode="DL1") == ["postcode_invalid"]


@pytest.mark.parametrize(
    ("cell", "street", "postcode"),
    [
        ("12 High Street, Northmoor, DL1 5QT", "12 High Street, Northmoor", "DL1 5QT"),
        ("12 High Street\nNorthmoor\ndl15qt", "12 High Street, Northmoor", "DL1 5QT"),
        ("12 High Street, Northmoor DL1 5QT", "12 High Street, Northmoor", "DL1 5QT"),
        ("Flat 3, The Mill", "Flat 3, The Mill", ""),
    ],
)
def test_of_an_address_in_one_cell_only_the_postcode_is_told_apart(
    cell: str, street: str, postcode: str
) -> None:
    entry = entry_of(Address=cell)
    assert (entry.street, entry.postcode) == (street, postcode)
    assert entry.address == ("", street, "", "", "", postcode)


def test_a_long_address_in_one_cell_is_kept_whole() -> None:
    parts = [f"Part {number} of a long address" for number in range(8)]
    entry = entry_of(Address=", ".join([*parts, "DL1 5QT"]))
    assert ", ".join((entry.street, entry.locality)) == ", ".join(parts)


def test_a_text_that_is_too_long_is_cut_with_a_warning() -> None:
    assert len(entry_of(Street="s" * 200).street) == 120
    assert warned(Street="s" * 200) == ["text_too_long"]


def test_an_error_cell_is_a_warning_and_no_blank() -> None:
    assert warned(Town=CellError("#N/A")) == ["unreadable_cell"]


# Contacts


def test_contacts_come_in_call_order_from_whatever_columns_they_have() -> None:
    entry = entry_of(
        Contact_2_name="Ben Bell",
        Contact_2_mobile="07700 900002",
        Parent_1_forename="Ada",
        Parent_1_surname="Bell",
        Parent_1_relationship="Mother",
        Parent_1_email=MAIL,
        Mobile="07700 900001",
        Home_phone=NUMBER,
        Contact_3_name="",
    )
    assert entry.contacts == (
        ContactEntry("Ada Bell", "Mother", f"07700 900001; {NUMBER}", MAIL),
        ContactEntry("Ben Bell", "", "07700 900002", ""),
    )
    assert entry.contact_slots == 3


@pytest.mark.parametrize(
    ("cell", "phone", "issues"),
    [
        (7700900001, "07700900001", []),
        ("+44 7700 900001", "+44 7700 900001", []),
        ("07700 900001 / 01632 960001", "07700 900001; 01632 960001", []),
        ("960001", "960001", ["phone_invalid"]),
        ("ask at the office", "ask at the office", ["phone_invalid"]),
    ],
)
def test_a_phone_number_is_kept_as_given_and_doubted_aloud(cell: Cell, phone: str, issues: list[str]) -> None:
    assert [one.phone for one in entry_of(Parent_phone=cell).contacts] == [phone]
    assert warned(Parent_phone=cell) == issues


def test_a_name_in_two_columns_fits_where_one_does() -> None:
    (contact,) = entry_of(Parent_1_forename="f" * 200, Parent_1_surname="s" * 200).contacts
    assert len(contact.name) <= 240


def test_a_bad_email_is_kept_as_given_with_a_warning() -> None:
    assert entry_of(Parent_email="ana at home").contacts[0].email == "ana at home"
    assert warned(Parent_email="ana at home") == ["email_invalid"]


# Flags


@pytest.mark.parametrize("cell", ["Yes", "y", "TRUE", 1, "x", "\u2713"])
def test_a_flag_is_said_yes_to(cell: Cell) -> None:
    entry = entry_of(CP_plan=cell, EHCP="", Looked_after="No")
    assert (entry.flags, entry.flags_denied) == (("child_protection_plan",), ("looked_after",))


@pytest.mark.parametrize("cell", ["maybe", "unknown", "2", CellError("#N/A"), "N/A", "ended"])
def test_what_cannot_be_read_is_a_warning_and_never_a_no(cell: Cell) -> None:
    entry = entry_of(Looked_after=cell)
    assert (entry.flags, entry.flags_denied) == ((), ())
    assert len(warned(Looked_after=cell)) == 1


def test_the_name_of_a_social_worker_says_yes() -> None:
    assert entry_of(Social_worker="Mel Orr").flags == ("social_worker",)
    assert entry_of(Social_worker="None").flags_denied == ("social_worker",)
    assert warned(Social_worker="not known") == ["flag_unreadable"]


def test_flags_may_be_listed_in_one_column() -> None:
    entry = entry_of(Vulnerabilities="LAC; EHC plan, Free meals")
    assert (entry.flags, entry.flags_denied) == (("looked_after", "ehc_plan"), ())
    assert warned(Vulnerabilities="LAC; EHC plan, Free meals") == ["flag_unreadable"]


@pytest.mark.parametrize(
    ("cell", "flags", "denied"),
    [
        ("E", ("ehc_plan",), ()),
        ("E - Education, health and care plan", ("ehc_plan",), ()),
        ("K", (), ("ehc_plan",)),
        ("No EHCP", (), ("ehc_plan",)),
        ("?", (), ()),
    ],
)
def test_the_sen_status_tells_of_an_ehc_plan(
    cell: str, flags: tuple[str, ...], denied: tuple[str, ...]
) -> None:
    entry = entry_of(SEN_status=cell)
    assert (entry.flags, entry.flags_denied) == (flags, denied)


def test_every_flag_of_the_catalogue_has_a_heading_and_every_heading_its_flag() -> None:
    headed = {name.removeprefix("flag_") for name in FIELD_OF.values() if name.startswith("flag_")}
    assert headed == set(read_flags())


# Sex, dates and the former UPN


@pytest.mark.parametrize(("cell", "sex"), [("F", "F"), ("male", "M"), ("Girl", "F"), ("", "")])
def test_sex_is_read(cell: str, sex: str) -> None:
    assert entry_of(Sex=cell, Town="Northmoor").sex == sex


def test_dates_are_read_in_the_order_that_the_list_proves() -> None:
    grid: Grid = [
        ["UPN", "Name", "DOB", "Admission date", "Leaving date"],
        [ANA, "BELL, Ana", "05/25/2014", "09/07/2026", date(2027, 7, 20)],
    ]
    entry = only(read(grid)).roll
    assert entry is not None
    assert (entry.admitted_on, entry.leaving_on) == (date(2026, 9, 7), date(2027, 7, 20))


def test_what_is_no_date_no_sex_and_no_upn_is_not_taken_and_said_so() -> None:
    reading = list_of(Admission_date="soon", Sex="?", Former_UPN="A123", Town="Northmoor")
    assert only(reading).roll == RollEntry(town="Northmoor")
    assert sorted(issue.code for issue in warnings(reading)) == [
        "roll_unreadable",
        "roll_unreadable",
        "upn_invalid",
    ]


def test_a_former_upn_is_kept_as_normalised() -> None:
    assert entry_of(Former_UPN=f" {BEN.lower()} ").former_upn == BEN


# Several rows of one pupil


def test_rows_of_one_pupil_fill_each_other_and_the_first_stands_where_they_differ() -> None:
    grid: Grid = [
        ["UPN", "Name", "Town", "Postcode", "LAC", "Parent name"],
        [ANA, "BELL, Ana", "Northmoor", "", "no", "Ada Bell"],
        [ANA, "BELL, Ana", "", "DL1 5QT", "yes", "Ada Bell"],
        [ANA, "BELL, Ana", "Elsewhere", "DL1 5QT", "", "Ben Bell"],
    ]
    reading = read(grid)
    assert only(reading).roll == RollEntry(
        town="Northmoor",
        postcode="DL1 5QT",
        flags=("looked_after",),
        contacts=(ContactEntry("Ada Bell"),),
        contact_slots=1,
    )
    messages = [issue.message for issue in found(reading, "roll_differs")]
    assert ["flags" in messages[0], "address, contacts" in messages[1], len(messages)] == [True, True, 2]


def test_joining_the_same_entry_changes_nothing() -> None:
    entry = RollEntry(
        town="Northmoor", contacts=(ContactEntry("Ada Bell"),), contact_slots=2, flags=("ehc_plan",)
    )
    assert join(entry, entry) == (entry, ())
    assert join(RollEntry(), entry) == (entry, ())


def test_a_column_of_nonsense_does_not_crowd_out_the_marks() -> None:
    rows = [[upn(n), str(n), f"BELL, A{n}", "?", *week_of("O")] for n in range(1, 400)]
    rows.append([upn(400), "400", "BELL, Zoe", "no", *week_of("Q9")])
    reading = read(wide(*rows, identity=["UPN", "Adno", "Name", "LAC"]))
    assert len(found(reading, "unknown_mark")) == 10
    assert len(found(reading, "flag_unreadable")) == 50
    assert len(found(reading, "more_issues")) == 1
    # What a cell says may be a name: no message repeats it.
    assert not any("?" in issue.message for issue in found(reading, "flag_unreadable"))
