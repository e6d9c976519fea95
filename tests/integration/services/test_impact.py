"""What the check page foresees is what the receipt records: whose runs or cases move, and how."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cme.access.scope import Scope
from cme.attendance.standing import Standing
from cme.casework.case import Action, Entry
from cme.clock import local_date
from cme.services.registers import approval, checking, impact
from cme.services.registers.impact import Foreseen
from cme.store import pupils
from cme.store.database import db
from tests.integration.services.office import (
    EVERY_GATE,
    TERMS,
    Office,
    Town,
    after_school,
    days_from,
    everything,
    on_both,
    write_register,
)

DAYS = days_from(date(2026, 9, 7), 30)
ADA, BEN, CORA, ZOE = "Birch, Ada", "Cole, Ben", "Dale, Cora", "Zeal, Zoe"
NEVER = date(2010, 5, 4)
"""A birth date that is no child's of compulsory school age in the year of these registers."""


def write(days: Sequence[date], pupils: Mapping[str, str], columns: Mapping[str, Mapping[str, str]]) -> bytes:
    """A register with roll columns: by heading, what it says of each pupil."""
    text = io.StringIO()
    writer = csv.writer(text)
    sessions = [f"{on:%d/%m/%Y} {half}" for on in days for half in ("AM", "PM")]
    writer.writerow(["Adm No", "Surname", "Forename", *columns, *sessions])
    for name, codes in pupils.items():
        surname, forename = name.split(", ")
        marks = [mark for code in codes for mark in {"P": ("/", "\\"), ".": ("", "")}.get(code, (code, code))]
        said = [each.get(name, "") for each in columns.values()]
        writer.writerow([f"{surname}-{forename}", surname, forename, *said, *marks])
    return text.getvalue().encode()


Moves = dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]]
"""By name, the three runs before and after, and the kinds of the events."""


def runs(standing: Standing) -> dict[str, Any]:
    return {name: getattr(standing, name) for name in ("return_run", "removal_run", "days_unseen")}


def look(office: Office, upload_id: int, *, at: datetime, by: Scope | None = None) -> tuple[Foreseen, ...]:
    """What is foreseen of an upload, seen by its clerk unless somebody else is named."""
    who = by or office.clerk
    found = checking.check(who, upload_id, at=at)
    assert found is not None
    assert found.plan is not None, found.errors
    return impact.foresee(who, found.upload, found.plan, today=local_date(at))


def foreseen(office: Office, upload_id: int, *, at: datetime) -> Moves:
    return {
        f"{one.surname}, {one.forename}": (runs(one.before), runs(one.after), list(one.events))
        for one in look(office, upload_id, at=at)
    }


def recorded(office: Office, receipt: Mapping[str, Any] | None) -> Moves:
    assert receipt is not None
    entries = receipt["impact"]
    found = pupils.list_registrations(office.dsl, [one["registration_id"] for one in entries])
    names = {key: f"{one.pupil.surname}, {one.pupil.forename}" for key, one in found.items()}
    return {names[one["registration_id"]]: (one["before"], one["after"], one["events"]) for one in entries}


def take(office: Office, content: bytes, *, at: datetime) -> Moves:
    """Upload and approve a register whose receipt records what was foreseen; what that is."""
    upload_id = office.receive(content, at=at)
    before = everything()
    seen = foreseen(office, upload_id, at=at)
    assert everything() == before
    approved = approval.approve(office.clerk, upload_id, at=at, confirmed=EVERY_GATE)
    assert recorded(office, approved.receipt) == seen
    assert office.stored() == office.count_from_zero()
    return seen


def of_one(moves: Moves, name: str) -> tuple[int, int, list[str]]:
    """The return run of a pupil before and after, and the events."""
    before, after, events = moves[name]
    return before["return_run"], after["return_run"], events


@on_both
def test_what_becomes_of_cases_is_foreseen_with_the_runs(office: Office) -> None:
    content = write(DAYS[:10], {ZOE: "P" * 10, ADA: "O" * 10, BEN: "PPPPPPPPPO"}, {})
    moves = take(office, content, at=after_school(DAYS[9]))
    assert of_one(moves, ADA) == (0, 10, ["case.opened", "referral.drafted"])
    assert of_one(moves, BEN) == (0, 1, [])
    assert office.send(ADA, at=after_school(DAYS[9])) is None
    office.act(ADA, Action.ACKNOWLEDGE_REFERRAL, Entry(), at=after_school(DAYS[9]), by=office.officer)

    corrected = write(DAYS[3:5], {ZOE: "PP", ADA: "PO", BEN: "PP"}, {})
    moves = take(office, corrected, at=after_school(DAYS[10]))
    assert of_one(moves, ADA) == (10, 6, ["referral.superseded"])

    week = write(DAYS[10:15], {ZOE: "PPPPP", ADA: "OOPPP", BEN: "OOOOO"}, {})
    moves = take(office, week, at=after_school(DAYS[14]))
    assert of_one(moves, ADA)[:2] == (6, 0)
    assert "closing.proposed" in moves[ADA][2]
    assert of_one(moves, BEN) == (1, 6, ["case.opened"])


def test_a_birth_date_that_differs_is_not_counted_with_until_it_is_accepted(office: Office) -> None:
    office.submit(DAYS[:10], {ADA: "O" * 10})
    week = write(DAYS[10:14], {ZOE: "PPPP", ADA: "OOOO"}, {"Date of birth": {ADA: f"{NEVER:%d/%m/%Y}"}})
    moves = take(office, week, at=after_school(DAYS[13]))
    assert of_one(moves, ADA)[:2] == (10, 14)


def test_a_birth_date_that_was_missing_is_counted_with(office: Office) -> None:
    take(office, write(DAYS[:10], {ZOE: "P" * 10, ADA: "O" * 10}, {}), at=after_school(DAYS[9]))
    born = {"Date of birth": {ADA: f"{NEVER:%d/%m/%Y}"}}
    moves = take(office, write(DAYS[9:10], {ZOE: "P", ADA: "O"}, born), at=after_school(DAYS[10]))
    assert of_one(moves, ADA)[:2] == (10, 0)


def test_an_admission_date_that_is_filled_in_is_counted_from(office: Office) -> None:
    office.submit(DAYS[:5], {ADA: ".....", BEN: "PPPPP"})
    office.submit(DAYS[5:10], {ADA: ".ONOO", BEN: "PPPPP"})
    assert office.standing(ADA).days_unseen == 4
    admitted = {"Admission date": {ADA: f"{DAYS[0]:%d/%m/%Y}"}}
    week = write(DAYS[10:13], {ZOE: "PPP", ADA: "OOO"}, admitted)
    moves = take(office, week, at=after_school(DAYS[12]))
    assert moves[ADA][1]["days_unseen"] == 13


def test_a_flag_of_the_file_fast_tracks_as_foreseen_though_the_viewer_sees_none(office: Office) -> None:
    office.submit(DAYS[:1], {ADA: "O"})
    flagged = {"Looked after": {ADA: "yes", BEN: "yes"}}
    moves = take(office, write(DAYS[1:2], {ZOE: "P", ADA: "O", BEN: "O"}, flagged), at=after_school(DAYS[1]))
    assert of_one(moves, ADA) == (1, 2, ["case.opened", "case.fast_tracked"])
    assert of_one(moves, BEN) == (0, 1, ["case.opened", "case.fast_tracked"])


def test_a_roll_without_marks_moves_cases_and_no_runs(office: Office) -> None:
    office.submit(DAYS[:3], {ADA: "OOO"})
    assert office.kinds(ADA) == ["case.opened"]
    content = write((), {ZOE: "", ADA: ""}, {"Looked after": {ADA: "yes"}})
    moves = take(office, content, at=after_school(DAYS[3]))
    assert of_one(moves, ADA) == (3, 3, ["case.fast_tracked"])
    assert set(moves) == {ADA}


def test_a_file_for_others_alone_foresees_the_pupils_who_are_not_in_it(office: Office) -> None:
    office.submit(DAYS[:5], {ADA: "PPPOO", CORA: "PPINN"})
    moves = take(office, write_register(DAYS[5:7], {ZOE: "PP", BEN: "OP"}), at=after_school(DAYS[6]))
    assert set(moves) == {ADA, CORA}


def test_nobody_else_is_told_of_the_children(town: Town) -> None:
    at = after_school(DAYS[4])
    upload_id = town.alder.receive(write_register(DAYS[:5], {ZOE: "PPPPP", ADA: "OOOOO"}), at=at)
    assert checking.check(town.beech.clerk, upload_id, at=at) is None


# For random weeks, corrections and roll data


@dataclass(frozen=True)
class Sheet:
    """One upload: the codes of each pupil in it from a day on, roll columns, hours since the upload before.

    Before it is uploaded the referrals of `sent` are sent, where they can be.
    """

    first: int
    codes: dict[str, str]
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    hours: int = 1
    sent: tuple[str, ...] = ()


NAMES = (ADA, BEN, CORA)
SAID = {
    "Date of birth": st.sampled_from(["04/05/2010", "04/05/2014", "09/11/2013"]),
    "Admission date": st.sampled_from([f"{DAYS[at]:%d/%m/%Y}" for at in (0, 3, 9)] + ["02/09/2024"]),
    "Looked after": st.sampled_from(["yes", "no"]),
}


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    first, weeks = draw(st.sampled_from([0, 5, 10, 15, 20])), draw(st.integers(1, 4))
    length = min(weeks * 5, len(DAYS) - first)
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    codes = {}
    for name in names:
        # Absences are long, or nobody ever reaches a day that counts.
        line = list(draw(st.sampled_from("OOON")) * length)
        for at in draw(st.sets(st.integers(0, length - 1), max_size=3)):
            line[at] = draw(st.sampled_from("PPGIC."))
        codes[name] = "".join(line)
    headings = draw(st.lists(st.sampled_from(sorted(SAID)), unique=True))
    columns = {
        heading: {name: draw(SAID[heading]) for name in names if draw(st.booleans())} for heading in headings
    }
    sent = draw(st.lists(st.sampled_from(NAMES), unique=True))
    return Sheet(first, codes, columns, draw(st.sampled_from([1, 1, -30])), tuple(sent))


def check_any_sequence(town: Town, uploads: Sequence[Sheet], *, planned: bool) -> None:
    office, at = town.another(TERMS if planned else ()), after_school(DAYS[-1])
    for number, sheet in enumerate(uploads):
        at += timedelta(hours=sheet.hours)
        on_roll = {f"{one.pupil.surname}, {one.pupil.forename}"
                   for one in pupils.list_roll(office.dsl, office.school_id)}  # fmt: skip
        db.session.rollback()
        for name in on_roll & set(sheet.sent):
            if office.cases(name):
                office.send(name, at=at)
        length = len(next(iter(sheet.codes.values())))
        days = DAYS[sheet.first : sheet.first + length]
        content = write(days, {ZOE: "P" * length, **sheet.codes}, sheet.columns)
        take(office, content + b"\r\n" * number, at=at)


SEVERAL = st.lists(sheets(), min_size=1, max_size=4)
WITH_ONE_DATABASE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=WITH_ONE_DATABASE)
@given(uploads=SEVERAL, planned=st.booleans())
def test_what_is_foreseen_is_what_the_receipt_records(
    town: Town, uploads: list[Sheet], planned: bool
) -> None:
    check_any_sequence(town, uploads, planned=planned)


@pytest.mark.slow
@pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
@settings(max_examples=4, deadline=None, suppress_health_check=WITH_ONE_DATABASE)
@given(uploads=SEVERAL, planned=st.booleans())
def test_it_is_so_on_postgresql_too(town: Town, uploads: list[Sheet], planned: bool) -> None:
    check_any_sequence(town, uploads, planned=planned)
