"""Roll data on record: filled, changed where it was accepted, taken back, and what it does to the count."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cme.access.scope import Scope
from cme.casework.safety.flags import read_flags
from cme.casework.stages import Overlay
from cme.services.registers import approval, checking, roll, undoing
from cme.services.registers.roll import RollRow
from cme.store import registers
from cme.store import roll as stored
from cme.store.database import db, transaction
from cme.store.tables import Contact, PupilFlag
from importers.roll.changes import ChangeKind
from importers.roll.entries import ContactEntry, RollEntry, in_order
from tests.integration.services.office import (
    EVERY_GATE,
    Office,
    Town,
    after_school,
    days_from,
    on_both,
)

WEEK = days_from(date(2026, 10, 12), 5)
AT = after_school(WEEK[-1])
LATER = AT + timedelta(days=3)
ADA = ContactEntry("Ada Bell", "Mother", "07700 900001", "ada@example.org")
BEN = ContactEntry("Ben Bell", "Father", "07700 900002", "ben@example.org")
ENTRY = RollEntry(
    sex="F",
    house="12",
    street="High Street",
    postcode="DL1 5QT",
    contacts=(ADA, BEN),
    contact_slots=2,
    flags=("social_worker", "ehc_plan"),
    admitted_on=date(2026, 9, 2),
    leaving_on=date(2027, 7, 20),
    former_upn="A841200018001",
)
NAME = "Birch, Ada"


def take(
    office: Office, entry: RollEntry, *, accept: bool = False, by: Scope | None = None, name: str = NAME
) -> list[dict[str, Any]]:
    """Take what a file says of one pupil, with everything accepted or nothing."""
    who, key = by or office.dsl, office.registration(name).id
    rows = {key: RollRow(entry)}
    with transaction():
        changes = roll.differences(who, office.school_id, rows) if accept else ()
        return roll.apply(who, office.school_id, rows, {one.key for one in changes}, at=AT)


def on_record(office: Office, name: str = NAME) -> RollEntry:
    """What is on record of a pupil now."""
    db.session.rollback()
    db.session.expire_all()
    return roll.known_rolls(office.dsl, office.school_id)[office.registration(name).id].entry


def as_recorded(entry: RollEntry) -> RollEntry:
    return replace(entry, contact_slots=0, flags_denied=(), flags=in_order(entry.flags))


@pytest.fixture
def school(office: Office) -> Office:
    """A school with one pupil who is present."""
    office.submit(WEEK, {NAME: "PPPPP"})
    return office


@on_both
def test_blanks_are_filled_and_the_same_file_then_changes_nothing(school: Office) -> None:
    assert on_record(school) == RollEntry()
    done = take(school, ENTRY)
    assert on_record(school) == as_recorded(ENTRY)
    assert {one["name"].partition(":")[0] for one in done} == {
        *("sex", "house", "street", "postcode", "former_upn", "starting_on", "leaving_on"),
        *("contact", "flag"),
    }
    assert take(school, ENTRY, accept=True) == []


@on_both
def test_nothing_is_overwritten_unless_it_is_accepted(school: Office) -> None:
    take(school, ENTRY)
    other = RollEntry(
        sex="M",
        street="5 Elm Road",
        contacts=(replace(BEN, phone="07700 900009"),),
        contact_slots=2,
        flags=("looked_after",),
        flags_denied=("ehc_plan",),
        leaving_on=date(2026, 12, 18),
    )
    take(school, other)
    flagged = in_order((*ENTRY.flags, "looked_after"))
    assert on_record(school) == replace(as_recorded(ENTRY), flags=flagged)
    take(school, other, accept=True)
    assert on_record(school) == RollEntry(
        sex="M",
        street="5 Elm Road",
        contacts=(replace(BEN, phone="07700 900009"),),
        flags=("social_worker", "looked_after"),
        admitted_on=ENTRY.admitted_on,
        leaving_on=date(2026, 12, 18),
        former_upn=ENTRY.former_upn,
    )


@on_both
def test_contacts_and_flags_are_ended_and_never_deleted(school: Office) -> None:
    take(school, ENTRY)
    take(school, RollEntry(contacts=(ADA,), contact_slots=2, flags_denied=("ehc_plan",)), accept=True)
    contacts = db.session.execute(select(Contact.name, Contact.ended_at).order_by(Contact.id)).all()
    assert [(name, ended_at) for name, ended_at in contacts] == [("Ada Bell", None), ("Ben Bell", AT)]
    flags = db.session.execute(select(PupilFlag.kind, PupilFlag.ended_by).order_by(PupilFlag.id)).all()
    assert sorted(map(tuple, flags)) == [("ehc_plan", "Ash Fenner"), ("social_worker", None)]


@on_both
def test_taking_back_restores_what_was_on_record(school: Office) -> None:
    take(school, replace(ENTRY, contacts=(BEN, ADA), flags=("early_help",)))
    before = on_record(school)
    changed = replace(ENTRY, street="5 Elm Road", flags_denied=("early_help",), leaving_on=WEEK[0], sex="M")
    done = take(school, changed, accept=True)
    assert on_record(school) == as_recorded(changed)
    with transaction():
        assert roll.revert(school.dsl, school.school_id, done, at=LATER) == []
    assert on_record(school) == before


def test_taking_back_leaves_what_was_changed_since(school: Office) -> None:
    done = take(school, ENTRY)
    phone = "07700 900009"
    moved = RollEntry(street="5 Elm Road", contacts=(replace(ADA, phone=phone), BEN), contact_slots=2)
    take(school, moved, accept=True)
    with transaction():
        kept = roll.revert(school.dsl, school.school_id, done, at=LATER)
    after = on_record(school)
    assert (after.street, after.sex, after.flags) == ("5 Elm Road", "", ())
    assert after.contacts == (replace(ADA, phone=phone),)
    assert {one["name"].partition(":")[0] for one in kept} == {"house", "street", "postcode", "contact"}


_contacts = st.lists(
    st.sampled_from([ADA, BEN, replace(ADA, name="Cat Cole", phone="")]), max_size=3, unique=True
)
_kinds = st.sets(st.sampled_from(sorted(read_flags())), max_size=2)


@st.composite
def entries(draw: st.DrawFn) -> RollEntry:
    contacts, flags = tuple(draw(_contacts)), draw(_kinds)
    return RollEntry(
        sex=draw(st.sampled_from(["", "F", "M"])),
        street=draw(st.sampled_from(["", "High Street", "Elm Road"])),
        postcode=draw(st.sampled_from(["", "DL1 5QT", "DL3 7AA"])),
        contacts=contacts,
        contact_slots=len(contacts) + draw(st.integers(0, 1)),
        flags=in_order(flags),
        flags_denied=in_order(draw(_kinds) - flags),
        admitted_on=draw(st.sampled_from([None, WEEK[0], WEEK[1]])),
        leaving_on=draw(st.sampled_from([None, WEEK[4]])),
        former_upn=draw(st.sampled_from(["", "A841200018001"])),
    )


@given(st.lists(entries(), min_size=1, max_size=3), st.booleans())
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
def test_whatever_was_taken_is_taken_back_exactly(
    school: Office, files: Sequence[RollEntry], accept: bool
) -> None:
    stack = []
    for entry in files:
        stack.append((on_record(school), take(school, entry, accept=accept)))
        if accept:
            assert take(school, entry, accept=True) == []
    for before, done in reversed(stack):
        with transaction():
            assert roll.revert(school.dsl, school.school_id, done, at=LATER) == []
        assert on_record(school) == before


# Who may see and end what


def test_whoever_may_not_see_flags_is_not_told_of_them_and_ends_none(school: Office) -> None:
    take(school, RollEntry(flags=("child_protection_plan",)))
    denying = RollEntry(flags_denied=("child_protection_plan",), sex="F")
    rows = {school.registration(NAME).id: RollRow(denying)}
    of_dsl = roll.differences(school.dsl, school.school_id, rows)
    assert [one.name for one in of_dsl] == ["sex", "flag.child_protection_plan"]
    assert [one.name for one in roll.differences(school.clerk, school.school_id, rows)] == ["sex"]
    with transaction():
        roll.apply(school.clerk, school.school_id, rows, {one.key for one in of_dsl}, at=AT)
    assert on_record(school).flags == ("child_protection_plan",)
    # The office raises one all the same: in doubt for the child.
    take(school, RollEntry(flags=("looked_after",)), by=school.clerk)
    assert on_record(school).flags == ("child_protection_plan", "looked_after")


def test_flags_and_contacts_are_read_within_the_scope_only(town: Town) -> None:
    town.alder.submit(WEEK, {NAME: "PPPPP"})
    take(town.alder, ENTRY)
    key = town.alder.registration(NAME).id
    assert stored.list_flags(town.alder.dsl, key) == ["social_worker", "ehc_plan"]
    assert stored.list_flags(town.alder.clerk, key) is None
    assert stored.list_flags(town.beech.dsl, key) is None
    # The front door sees a child only once referred.
    assert stored.list_flags(town.alder.front_door, key) is None
    assert [one.name for one in stored.list_contacts(town.alder.clerk, key)] == ["Ada Bell", "Ben Bell"]
    assert stored.list_contacts(town.beech.dsl, key) == []


def test_another_schools_child_is_out_of_reach(town: Town) -> None:
    town.alder.submit(WEEK, {NAME: "PPPPP"})
    rows = {town.alder.registration(NAME).id: RollRow(ENTRY)}
    with transaction():
        assert roll.differences(town.beech.dsl, town.beech.school_id, rows) == ()
        assert roll.apply(town.beech.dsl, town.beech.school_id, rows, (), at=AT) == []
        assert roll.apply(town.beech.dsl, town.alder.school_id, rows, (), at=AT) == []
    assert on_record(town.alder) == RollEntry()


# What it does to the count


def register(days: Sequence[date], rows: Mapping[str, str], **roll_columns: str) -> bytes:
    """A register whose absent pupil has roll columns beside the marks."""
    text = io.StringIO()
    writer = csv.writer(text)
    sessions = [f"{on:%d/%m/%Y} {half}" for on in days for half in ("AM", "PM")]
    headings = [name.replace("_", " ") for name in roll_columns]
    writer.writerow(["Adm No", "Surname", "Forename", *headings, *sessions])
    for name, codes in rows.items():
        surname, forename = name.split(", ")
        marks = [mark for code in codes for mark in (("/", "\\") if code == "P" else (code, code))]
        own = roll_columns.values() if name == NAME else [""] * len(roll_columns)
        writer.writerow([f"{surname}-{forename}", surname, forename, *own, *marks])
    return text.getvalue().encode()


CLASS = {"Zeal, Zoe": "P", "Cole, Ben": "O", NAME: "O"}


@on_both
def test_a_flagged_child_is_fast_tracked_on_the_first_unexplained_day(office: Office) -> None:
    at = after_school(WEEK[0])
    office.approve(office.receive(register(WEEK[:1], CLASS, Social_worker="Yes"), at=at), at=at)
    assert office.kinds(NAME) == ["case.opened", "case.fast_tracked"]
    assert office.case(NAME).overlays == [Overlay.FAST_TRACK.value]
    assert office.cases("Cole, Ben") == []


def test_a_flag_that_comes_later_fast_tracks_an_open_absence(office: Office) -> None:
    at = after_school(WEEK[0])
    office.submit(WEEK[:1], {NAME: "O"}, at=at)
    assert office.cases(NAME) == []
    content = register(WEEK[1:2], {"Zeal, Zoe": "P", NAME: "O"}, Looked_after="yes")
    later = after_school(WEEK[1])
    office.approve(office.receive(content, at=later), at=later)
    assert office.kinds(NAME) == ["case.opened", "case.fast_tracked"]


def test_a_roll_without_marks_is_uploaded_by_itself(office: Office) -> None:
    office.submit(WEEK, {NAME: "PPPPP"})
    content = register((), {"Zeal, Zoe": "", NAME: ""}, Postcode="DL1 5QT", Parent_1="Pat Birch", LAC="no")
    done = office.approve(office.receive(content, at=LATER, name="roll.csv"), at=LATER)
    assert done.layout == "roll"
    assert on_record(office) == RollEntry(postcode="DL1 5QT", contacts=(ContactEntry("Pat Birch"),))
    assert done.receipt is not None
    assert [one["name"].partition(":")[0] for one in done.receipt["roll"]] == ["postcode", "contact"]
    undoing.undo(office.dsl, done.id, at=LATER)
    assert on_record(office) == RollEntry()


def test_counting_begins_on_the_admission_date(office: Office) -> None:
    office.submit(WEEK, {NAME: "OOOOO"})
    assert office.standing(NAME).return_run == 5
    content = register(WEEK, {"Zeal, Zoe": "PPPPP", NAME: "OOOOO"}, Admission_date=f"{WEEK[2]:%d/%m/%Y}")
    upload_id = office.receive(content, at=LATER)
    rows = {office.registration(NAME).id: RollRow(RollEntry(admitted_on=WEEK[2]), {})}
    assert [one.kind for one in roll.differences(office.clerk, office.school_id, rows)] == [ChangeKind.FILL]
    office.approve(upload_id, at=LATER)
    # The date would take three days out of the count, so that nobody's silence accepts it.
    assert office.standing(NAME).return_run == 5
    again = office.receive(content, at=LATER, name="again.csv")
    keys = [one.key for one in _asked(office, again)]
    approval.approve(office.clerk, again, at=LATER, confirmed=EVERY_GATE, accepted=keys)
    assert office.standing(NAME).return_run == 3
    assert office.count_from_zero() == office.stored()


def _asked(office: Office, upload_id: int) -> Sequence[Any]:
    upload = registers.find_import(office.clerk, upload_id)
    assert upload is not None
    proposal = checking.propose(office.clerk, upload, at=LATER)
    return [one for one in proposal.roll if one.asks]


def test_an_admission_years_ago_opens_no_days_without_a_register(office: Office) -> None:
    office.submit(WEEK, {NAME: "OOOOO"})
    before = office.stored()
    take(office, RollEntry(admitted_on=date(2020, 9, 1)))
    assert office.count_from_zero() == before
