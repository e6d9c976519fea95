"""Statutory returns: made by the count, moved and withdrawn with it, sent once by a person, kept as sent."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from cme.access.roles import Role
from cme.store.database import db
from cme.store.tables import AuditEntry, StatutoryReturn
from tests.integration.services.office import on_both
from tests.integration.web.casebook import Casebook
from tests.people import World, web_app
from tests.store import lent

HERE = "/schools/8412001"
TO = "Attendance team, by secure e-mail"


@pytest.fixture
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The whole application, on each kind of database."""
    with lent(web_app, database_url, tmp_path_factory.getbasetemp()) as app:
        yield app


def returns(world: World) -> list[StatutoryReturn]:
    with world.app.app_context():
        return list(db.session.scalars(select(StatutoryReturn).order_by(StatutoryReturn.id)))


def test_ten_days_make_one_return_however_often_they_are_counted(world: World) -> None:
    book = Casebook(world)
    book.upload({"Arden, Ada": ["O"] * 9, "Birch, Ben": ["G"] * 10, "Cole, Cora": ["O"] * 12})
    book.upload({"Arden, Ada": ["O"] * 9, "Birch, Ben": ["G"] * 10, "Cole, Cora": ["O"] * 12})
    found = returns(world)
    assert [each.kind for each in found] == ["attendance", "attendance"]
    assert all(each.due_on == each.reached_on and each.sent_at is None for each in found)


def test_a_correction_moves_an_unsent_return_and_withdraws_one_that_is_no_longer_owed(world: World) -> None:
    book = Casebook(world)
    book.upload({"Arden, Ada": ["O"] * 12})
    [before] = returns(world)

    book.upload({"Arden, Ada": ["P", *["O"] * 11]})
    [moved] = returns(world)
    assert (moved.id, moved.withdrawn_at) == (before.id, None)
    assert moved.started_on > before.started_on

    book.upload({"Arden, Ada": ["P"] * 6 + ["O"] * 6})
    [withdrawn] = returns(world)
    assert withdrawn.withdrawn_at is not None

    book.upload({"Arden, Ada": ["O"] * 12})
    [again] = returns(world)
    assert (again.id, again.withdrawn_at) == (before.id, None)


def test_fifteen_days_of_sickness_make_a_return_of_their_own(world: World) -> None:
    Casebook(world).upload({"Arden, Ada": ["I"] * 15})
    assert [each.kind for each in returns(world)] == ["sickness"]


def test_the_office_records_a_return_as_sent_and_the_officer_reads_it(world: World) -> None:
    office, officer = world.person(Role.SCHOOL_USER), world.person(Role.CME_OFFICER)
    book = Casebook(world)
    book.upload({"Arden, Ada": ["O"] * 12})
    [row] = returns(world)

    page = office.client.get(f"{HERE}/returns")
    assert "Attendance return: Ada Arden" in page.words or "Attendance return: Arden, Ada" in page.words
    office.client.post(f"{HERE}/returns/{row.id}", {f"return-{row.id}-sent_to": TO})

    [sent] = returns(world)
    assert (sent.sent_to, sent.content["name"]) == (TO, "Ada Arden")
    assert "No return is owed" in office.client.get(f"{HERE}/returns").words
    assert TO in officer.client.get("/returns").words


@on_both
def test_a_return_that_was_sent_is_kept_as_it_was(world: World) -> None:
    office, book = world.person(Role.SCHOOL_USER), Casebook(world)
    book.upload({"Arden, Ada": ["O"] * 12})
    [row] = returns(world)
    office.client.post(f"{HERE}/returns/{row.id}", {f"return-{row.id}-sent_to": TO})
    [sent] = returns(world)

    page = office.client.post(f"{HERE}/returns/{row.id}", {f"return-{row.id}-sent_to": "Again"}, status=422)
    assert "sent before" in page.words
    book.upload({"Arden, Ada": ["P"] * 8 + ["O"] * 4})

    [kept] = returns(world)
    assert (kept.content, kept.sent_at, kept.sent_to) == (sent.content, sent.sent_at, TO)
    assert kept.withdrawn_at is None


def test_a_return_says_to_whom_it_went_and_keeps_what_was_typed(world: World) -> None:
    office, book = world.person(Role.SCHOOL_USER), Casebook(world)
    book.upload({"Arden, Ada": ["O"] * 12})
    [row] = returns(world)
    page = office.client.post(f"{HERE}/returns/{row.id}", {f"return-{row.id}-note": "By post"}, status=422)
    assert page.errors == ["Enter whom it was sent to at the local authority, and how."]
    assert page.form(f"{HERE}/returns/{row.id}")[f"return-{row.id}-note"] == "By post"


def test_the_file_holds_what_is_owed_and_runs_no_formula(world: World) -> None:
    office, book = world.person(Role.SCHOOL_USER), Casebook(world)
    book.upload({"=HYPERLINK(1), Ada": ["O"] * 12})
    answer = office.client.get(f"{HERE}/returns.csv")
    [heads, row] = csv.reader(io.StringIO(answer.response.get_data().decode("utf-8-sig")))
    told = dict(zip(heads, row, strict=True))
    assert told["Return"] == "Attendance return"
    assert not any(cell.startswith(("=", "+", "@")) for cell in row)
    assert answer.headers["Cache-Control"] == "no-store"
    with world.app.app_context():
        exported = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "returns.exported")).one()
    assert exported.detail == {"returns": 1}


@pytest.mark.parametrize("role", [Role.HEAD, Role.CME_OFFICER, Role.INSPECTOR])
def test_others_read_and_send_nothing(world: World, role: Role) -> None:
    person, book = world.person(role), Casebook(world)
    book.upload({"Arden, Ada": ["O"] * 12})
    [row] = returns(world)
    assert "Record as sent" not in person.client.get(f"{HERE}/returns").words
    person.client.post(f"{HERE}/returns/{row.id}", {f"return-{row.id}-sent_to": TO}, status=404)
    assert [each.sent_at for each in returns(world)] == [None]


def test_the_returns_of_another_school_are_not_there(world: World) -> None:
    stranger, book = world.person(Role.SCHOOL_USER, world.school_b), Casebook(world)
    book.upload({"Arden, Ada": ["O"] * 12})
    [row] = returns(world)
    stranger.client.get(f"{HERE}/returns", status=404)
    stranger.client.post(
        f"/schools/{world.school_b.laestab}/returns/{row.id}", {f"return-{row.id}-sent_to": TO}, status=404
    )
    assert [each.sent_at for each in returns(world)] == [None]


def test_the_first_page_asks_for_what_is_owed(world: World) -> None:
    office, book = world.person(Role.SCHOOL_USER), Casebook(world)
    assert "Send the attendance return" not in office.client.get(f"{HERE}/").words
    book.upload({"Arden, Ada": ["O"] * 12}, last_on=book.at.date() - timedelta(days=1))
    assert "Send the attendance return" in office.client.get(f"{HERE}/").words


@on_both
def test_the_day_it_was_sent_is_entered_and_a_wrong_record_is_taken_back(world: World) -> None:
    office, book = world.person(Role.SCHOOL_USER).client, Casebook(world)
    book.upload({"Arden, Ada": ["O"] * 12})
    [row] = returns(world)
    path, name = f"{HERE}/returns/{row.id}", f"return-{row.id}"

    def send(on: date, **more: object) -> dict[str, object]:
        return {f"{name}-sent_to": TO, f"{name}-sent_on": [str(on.day), str(on.month), str(on.year)], **more}

    early = office.post(path, send(row.reached_on - timedelta(days=1)), status=422)
    assert early.errors[0].startswith("It was not owed before")
    late = office.post(path, send(date(2099, 1, 1)), status=422)
    assert late.errors == ["The day it was sent must not be in the future."]
    office.post(path, send(row.reached_on))
    [sent] = returns(world)
    assert sent.sent_on == row.reached_on

    page = office.post(f"{path}/take-back", {f"back-{row.id}-reason": " "}, status=422)
    assert page.errors == ["Enter why the record is taken back."]
    office.post(f"{path}/take-back", {f"back-{row.id}-reason": "It went to another council"})
    [owed] = returns(world)
    assert (owed.sent_at, owed.sent_on, owed.sent_to) == (None, None, "")
    assert owed.taken_back[0]["content"]["name"] == "Ada Arden"
    words = office.get(f"{HERE}/returns").words
    assert "Taken back on" in words
    assert "It went to another council" in words
    office.post(f"{path}/take-back", {f"back-{row.id}-reason": "Again"}, status=422)
    office.post(path, {f"{name}-sent_to": TO})
    assert returns(world)[0].sent_at is not None
    stranger = world.person(Role.DSL, world.school_b).client
    stranger.post(f"{path}/take-back", {f"back-{row.id}-reason": "Mine"}, status=404)
