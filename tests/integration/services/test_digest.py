"""The daily digest: who gets one, what it says and never says, and that it goes out once."""

import smtplib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from email.headerregistry import Address
from typing import Any

import pytest
from sqlalchemy import func, select, update

from cme.access.roles import SCHOOL_ROLES, Role
from cme.access.scope import Scope
from cme.services import digest, mail
from cme.services.mail import Delivery
from cme.services.mail import Office as Signature
from cme.store import outbox
from cme.store.database import db, is_writing, transaction
from cme.store.schools import read_authority_ids
from cme.store.tables import Alert, Membership, OutboxMessage, User
from tests.integration.services.office import (
    Office,
    Town,
    after_school,
    days_from,
    everything,
    on_both,
    race,
    write_register,
)
from tests.integration.services.post import MailRoom, refusal, smtp_server

DAYS = days_from(date(2026, 10, 5), 12)
TODAY = days_from(DAYS[-1], 4)[-1]
AT = after_school(TODAY)
SIGNATURE = Signature("Children missing from education", "https://cme.example.org")
SENDER = Address("Children missing from education", addr_spec="cme@example.org")


def operator() -> Scope:
    db.session.rollback()
    return Scope.for_operator(read_authority_ids())


def hire(office: Office, role: Role, email: str, *, is_active: bool = True, until: date | None = None) -> int:
    """Somebody with an account and one role; the account's id."""
    with transaction() as session:
        user = User(
            email=email, name="Robin Marsh", password_hash="x", is_active=is_active,
            created_at=AT, password_changed_at=AT,
        )  # fmt: skip
        session.add(user)
        session.flush()
        school_id = office.school_id if role in SCHOOL_ROLES else None
        session.add(
            Membership(
                user_id=user.id,
                role=role,
                authority_id=office.authority_id,
                school_id=school_id,
                expires_on=until,
            )
        )
        return user.id


def write(on: date = TODAY, at: datetime = AT) -> int:
    return digest.write_digests(operator(), SIGNATURE, on=on, at=at)


def deliver(room: MailRoom, on: date = TODAY) -> Delivery:
    return mail.send_waiting(operator(), SENDER, room.connect, on=on, at=AT)


def bodies() -> Mapping[int, str]:
    """What waits in the outbox or has left it, by user."""
    db.session.rollback()
    return {row.user_id: row.body for row in db.session.scalars(select(OutboxMessage))}


@pytest.fixture
def behind(office: Office) -> Office:
    """A school with an absent child whose referral is overdue, three days without a register, one upload."""
    office.submit(DAYS, {"Birch, Ada": "O" * 12})
    office.receive(write_register(DAYS[:2], {"Zeal, Zoe": "PP"}), at=after_school(DAYS[-1]))
    return office


@on_both
def test_each_is_told_what_is_theirs_to_do_in_numbers(behind: Office) -> None:
    dsl = hire(behind, Role.DSL, "dsl@example.org")
    clerk = hire(behind, Role.SCHOOL_USER, "office@example.org")
    head = hire(behind, Role.HEAD, "head@example.org")
    officer = hire(behind, Role.CME_OFFICER, "officer@example.org")
    assert write() == 4
    found = bodies()
    cases = "- 1 thing is due in cases.\n- 1 open case goes on over the holiday: say who covers."
    registers = "- 2 school days have no register.\n- 1 upload waits for approval."
    assert found[dsl] == (
        "To do on Friday 23 October 2026:\n\n"
        f"Alder Grove School\n{cases}\n{registers}\n\n"
        "Sign in to see more: https://cme.example.org\n\n"
        "This message names no child. It is sent once a day, when there is something to do.\n"
    )
    assert f"Alder Grove School\n{registers}\n" in found[clerk]
    assert f"Alder Grove School\n{cases}\n\n" in found[head]
    assert "1 school has days without a register (2 school days in all)." in found[officer]


def test_no_child_and_no_case_is_named(behind: Office) -> None:
    hire(behind, Role.DSL, "dsl@example.org")
    write()
    message = db.session.scalars(select(OutboxMessage)).one()
    for word in ("Birch", "Ada", "CME-26", "referral", "absen"):
        assert word not in message.subject + message.body
    assert message.subject == "Children missing from education: things to do on Friday 23 October 2026"


def test_an_authority_is_told_of_what_it_owes(behind: Office) -> None:
    officer = hire(behind, Role.CME_OFFICER, "officer@example.org")
    assert behind.send("Birch, Ada", at=after_school(DAYS[-1])) is None
    write(TODAY)
    owed = behind.case("Birch, Ada").authority_due_on
    assert owed is not None
    assert ("1 thing is due in cases" in bodies()[officer]) == (owed <= TODAY)
    later = owed + timedelta(days=1)
    write(later)
    assert any("1 thing is due in cases" in body for body in bodies().values())


@on_both
def test_the_last_day_of_term_tells_both_sides_of_the_cases_that_go_on(town: Town) -> None:
    office = town.alder
    dsl, officer = hire(office, Role.DSL, "dsl@example.org"), hire(office, Role.CME_OFFICER, "c@example.org")
    for school in (town.alder, town.beech):
        school.submit(days_from(date(2026, 10, 7), 12), {"Birch, Ada": "O" * 12, "Cole, Ben": "O" * 12})
    write()
    found = bodies()
    assert "- 2 open cases go on over the holiday: say who covers." in found[dsl]
    assert "- 2 schools begin their holiday with 4 open cases." in found[officer]
    assert not any("holiday" in body for body in written_on(TODAY - timedelta(days=1)))


def written_on(on: date) -> list[str]:
    """What is written on a day."""
    write(on)
    return list(db.session.scalars(select(OutboxMessage.body).where(OutboxMessage.on == on)))


@on_both
def test_alerts_that_wait_to_be_read_are_counted_and_are_reason_enough_for_a_digest(office: Office) -> None:
    dsl, front_door = (
        hire(office, Role.DSL, "dsl@example.org"),
        hire(office, Role.FRONT_DOOR, "f@example.org"),
    )
    office.submit(DAYS, {"Birch, Ada": "O" * 12})
    assert office.send("Birch, Ada", at=after_school(DAYS[-1])) is None
    write()
    found = bodies()
    unread = db.session.scalar(select(func.count()).where(Alert.user_id == dsl, Alert.read_at.is_(None)))
    assert f"You have {unread} alerts that you have not read." in found[dsl]
    assert "You have 1 alert that you have not read." in found[front_door]


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.LA_MANAGER, Role.ADMISSIONS, Role.LA_ADMIN])
def test_whoever_only_reads_is_told_nothing(behind: Office, role: Role) -> None:
    hire(behind, role, "reader@example.org")
    assert write() == 0


def test_nobody_gets_one_who_may_not_sign_in_or_whose_role_has_ended(behind: Office) -> None:
    hire(behind, Role.DSL, "gone@example.org", is_active=False)
    hire(behind, Role.DSL, "ended@example.org", until=TODAY - timedelta(days=1))
    assert write() == 0


def test_a_school_with_nothing_to_do_is_told_nothing(town: Town) -> None:
    hire(town.beech, Role.DSL, "dsl@example.org")
    town.alder.submit(DAYS, {"Birch, Ada": "O" * 12})
    assert write() == 0


@on_both
def test_a_second_run_writes_no_second_digest(behind: Office) -> None:
    hire(behind, Role.DSL, "dsl@example.org")
    assert write() == 1
    before = everything()
    assert write(at=AT + timedelta(hours=2)) == 0
    assert everything() == before
    assert write(on=TODAY + timedelta(days=1)) == 1


def test_nothing_is_held_up_while_what_there_is_to_do_is_gathered(
    behind: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    hire(behind, Role.DSL, "dsl@example.org")
    gather, was_writing = digest.cover_schools, []

    def watch(*arguments: Any, **named: Any) -> Any:
        was_writing.append(is_writing())
        return gather(*arguments, **named)

    monkeypatch.setattr(digest, "cover_schools", watch)
    assert write() == 1
    assert was_writing == [False]


@on_both
def test_two_runs_at_once_write_one_digest(behind: Office) -> None:
    hire(behind, Role.DSL, "dsl@example.org")
    scope = operator()

    def run() -> int:
        return digest.write_digests(scope, SIGNATURE, on=TODAY, at=AT)

    assert sorted(race(behind.app, run, run), key=str) == [0, 1]
    assert len(bodies()) == 1


@on_both
def test_a_digest_is_sent_once(behind: Office) -> None:
    hire(behind, Role.DSL, "dsl@example.org")
    hire(behind, Role.SCHOOL_USER, "office@example.org")
    write()
    room = MailRoom()
    assert deliver(room) == Delivery(sent=2)
    assert deliver(room) == Delivery()
    assert [message["To"] for message in room.sent] == ["dsl@example.org", "office@example.org"]
    assert room.sent[0]["From"] == "Children missing from education <cme@example.org>"
    assert room.sent[0]["Auto-Submitted"] == "auto-generated"
    assert len({message["Message-ID"] for message in room.sent}) == 2


@on_both
def test_a_refused_message_waits_and_is_tried_again_up_to_a_limit(behind: Office) -> None:
    user = hire(behind, Role.DSL, "ash@example.org")
    write()
    for _ in range(outbox.MAX_TRIES - 1):
        found = deliver(MailRoom(refusal()))
        assert found == Delivery(waiting=1, why="SMTPRecipientsRefused-450")
    assert deliver(MailRoom(refusal())) == Delivery(stuck=1, why="SMTPRecipientsRefused-450")
    assert deliver(MailRoom()) == Delivery(stuck=1)
    kept = db.session.scalars(select(OutboxMessage).where(OutboxMessage.user_id == user)).one()
    assert (kept.sent_at, kept.tries) == (None, outbox.MAX_TRIES)
    assert "ash" not in kept.last_error


def test_a_refused_message_does_not_hold_up_the_next(behind: Office) -> None:
    hire(behind, Role.DSL, "ash@example.org")
    hire(behind, Role.SCHOOL_USER, "office@example.org")
    write()
    room = MailRoom(refusal())
    assert deliver(room) == Delivery(sent=1, waiting=1, why="SMTPRecipientsRefused-450")
    assert deliver(room) == Delivery(sent=1)
    assert [message["To"] for message in room.sent] == ["office@example.org", "ash@example.org"]


@pytest.mark.parametrize(
    "fault", [smtplib.SMTPServerDisconnected("gone"), TimeoutError("ash@example.org"), BrokenPipeError()]
)
def test_a_message_that_may_have_left_is_not_sent_again(behind: Office, fault: OSError) -> None:
    hire(behind, Role.DSL, "ash@example.org")
    hire(behind, Role.SCHOOL_USER, "office@example.org")
    write()
    assert deliver(MailRoom(fault)) == Delivery(waiting=1, stuck=1, why="no-answer")
    room = MailRoom()
    assert deliver(room) == Delivery(sent=1, stuck=1)
    assert [message["To"] for message in room.sent] == ["office@example.org"]


def test_a_server_that_cannot_be_reached_costs_no_try(behind: Office) -> None:
    hire(behind, Role.DSL, "ash@example.org")
    write()
    for _ in range(outbox.MAX_TRIES + 1):
        closed = MailRoom(closed=ConnectionRefusedError(111, "ash@example.org"))
        assert deliver(closed) == Delivery(waiting=1, why="ConnectionRefusedError")
    assert deliver(MailRoom()) == Delivery(sent=1)


def test_a_server_that_ends_the_conversation_is_asked_for_nothing_more(behind: Office) -> None:
    hire(behind, Role.DSL, "ash@example.org")
    hire(behind, Role.SCHOOL_USER, "office@example.org")
    write()
    room = MailRoom(refusal(421))
    assert deliver(room) == Delivery(waiting=2, why="SMTPRecipientsRefused-421")
    assert room.sent == []


def test_yesterdays_digest_is_no_longer_news(behind: Office) -> None:
    hire(behind, Role.DSL, "ash@example.org")
    write()
    room = MailRoom()
    assert deliver(room, on=TODAY + timedelta(days=1)) == Delivery()
    assert room.sent == []


@on_both
def test_two_senders_at_once_send_it_once(behind: Office) -> None:
    hire(behind, Role.DSL, "ash@example.org")
    write()
    room, scope = MailRoom(), operator()

    def run() -> Delivery:
        return mail.send_waiting(scope, SENDER, room.connect, on=TODAY, at=AT)

    race(behind.app, run, run)
    assert len(room.sent) == 1


def test_a_message_taken_by_a_run_that_was_killed_is_not_sent_again(behind: Office) -> None:
    hire(behind, Role.DSL, "ash@example.org")
    write()
    with transaction() as session:
        session.execute(update(OutboxMessage).values(last_error=outbox.SENDING, tries=1))
    room = MailRoom()
    assert deliver(room) == Delivery(stuck=1)
    assert room.sent == []


def send_over(port: int) -> Delivery:
    """Send what waits to the server at a port of this machine."""
    server = mail.MailServer("smtp", "127.0.0.1", port, "", "", SENDER)
    return mail.send_waiting(operator(), server.sender, server.connect, on=TODAY, at=AT)


def test_a_digest_goes_over_a_real_connection(behind: Office) -> None:
    hire(behind, Role.DSL, "ash@example.org")
    write()
    with smtp_server() as (port, received):
        assert send_over(port) == Delivery(sent=1)
    assert "To: ash@example.org" in received[0]
    assert "- 2 school days have no register." in received[0]


@on_both
def test_a_real_server_that_is_down_loses_nothing(behind: Office) -> None:
    hire(behind, Role.DSL, "ash@example.org")
    write()
    with smtp_server() as (port, _):
        pass
    assert send_over(port) == Delivery(waiting=1, why="ConnectionRefusedError")
    with smtp_server() as (port, received):
        assert send_over(port) == Delivery(sent=1)
    assert len(received) == 1


@on_both
def test_a_real_server_that_hangs_up_halfway_is_sent_nothing_twice(behind: Office) -> None:
    hire(behind, Role.DSL, "ash@example.org")
    hire(behind, Role.SCHOOL_USER, "office@example.org")
    write()
    with smtp_server(hangs_up=True) as (port, received):
        assert send_over(port) == Delivery(waiting=1, stuck=1, why="no-answer")
    assert len(received) == 1
    with smtp_server() as (port, received):
        assert send_over(port) == Delivery(sent=1, stuck=1)
        assert send_over(port) == Delivery(stuck=1)
    assert ["To: office@example.org" in each for each in received] == [True]


@on_both
def test_a_real_server_that_refuses_a_recipient_takes_the_rest(behind: Office) -> None:
    hire(behind, Role.DSL, "ash@example.org")
    hire(behind, Role.SCHOOL_USER, "office@example.org")
    write()
    with smtp_server(refuses=["ash@example.org"]) as (port, received):
        assert send_over(port) == Delivery(sent=1, waiting=1, why="SMTPRecipientsRefused-550")
    assert "To: office@example.org" in received[0]
    with smtp_server() as (port, received):
        assert send_over(port) == Delivery(sent=1)
    assert "To: ash@example.org" in received[0]


def test_another_server_must_speak_tls(behind: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    hire(behind, Role.DSL, "ash@example.org")
    write()
    monkeypatch.setattr(mail, "_OURSELVES", frozenset())
    with smtp_server() as (port, received):
        assert send_over(port) == Delivery(waiting=1, why="SMTPNotSupportedError")
    assert received == []
