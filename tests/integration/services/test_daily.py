"""A day's work: each part by itself, each school by itself, and nothing more the second time."""

from collections.abc import Mapping
from datetime import date, timedelta
from email.headerregistry import Address
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from cme.access.roles import Role
from cme.access.scope import Scope
from cme.attendance.calendar import Period, PeriodKind
from cme.services import alerts, daily
from cme.services.daily import Day, Outcome
from cme.services.mail import MailServer
from cme.services.mail import Office as Signature
from cme.store import audit, outbox, schools
from cme.store.database import db, transaction
from cme.store.schools import read_authority_ids
from cme.store.tables import Alert, User
from tests.integration.services.office import Office, Town, after_school, days_from, everything, on_both
from tests.integration.services.post import smtp_server
from tests.integration.services.test_digest import hire

DAYS = days_from(date(2026, 9, 7), 12)
TODAY = DAYS[-1] + timedelta(days=41)
SUNDAY, BANK_HOLIDAY = TODAY - timedelta(days=1), date(2026, 12, 28)


def operator() -> Scope:
    db.session.rollback()
    return Scope.for_operator(read_authority_ids())


def work(on: date = TODAY, server: MailServer | None = None) -> list[Outcome]:
    day = Day(on, after_school(on), 30, Signature("Children missing from education"), server)
    return [daily.take(step) for step in daily.steps(operator(), day)]


def counts(outcomes: list[Outcome]) -> Mapping[str, int]:
    """What was done in all."""
    found: dict[str, int] = {}
    for outcome in outcomes:
        for name, number in outcome.counts.items():
            found[name] = found.get(name, 0) + number
    return found


@pytest.fixture
def absent(office: Office) -> Office:
    """A school with one pupil absent for twelve days, and somebody to tell."""
    office.submit(DAYS, {"Birch, Ada": "O" * 12})
    hire(office, Role.DSL, "dsl@example.org")
    return office


def close(office: Office, on: date) -> None:
    """Enter a closure behind the count's back."""
    with transaction():
        schools.add_periods(
            office.school_id, [Period(PeriodKind.CLOSURE, on, on, "Boiler")], after_school(on)
        )


@on_both
def test_every_part_is_done(absent: Office) -> None:
    close(absent, DAYS[4])
    outcomes = work()
    assert [outcome.fault for outcome in outcomes] == [""] * len(outcomes)
    assert counts(outcomes) == {
        "uploads erased": 1,
        "of them never approved": 0,
        "counts changed": 1,
        "cases moved": 0,
        "alerts given": 1,
        "people told": 0,
        "answers overdue": 0,
        "lists erased that nobody used": 0,
        "requests erased": 0,
        "written": 1,
    }
    assert absent.standing("Birch, Ada").return_run == 11
    assert audit.verify().ok


@on_both
def test_doing_it_again_changes_nothing_more(absent: Office) -> None:
    close(absent, DAYS[4])
    work()
    before = everything()
    again = work()
    assert not any(outcome.fault for outcome in again)
    assert not any(counts(again).values())
    assert everything() == before


@on_both
def test_the_last_day_of_term_with_all_that_it_brings_is_done_once(office: Office) -> None:
    hire(office, Role.DSL, "dsl@example.org")
    hire(office, Role.CME_OFFICER, "officer@example.org")
    days = days_from(date(2026, 10, 7), 12)
    last_day = days_from(days[-1], 2)[-1]
    office.submit(days, {"Birch, Ada": "O" * 12})

    with smtp_server() as (port, received):
        server = MailServer("smtp", "127.0.0.1", port, "", "", Address(addr_spec="cme@example.org"))
        first = work(last_day, server)
        before, sent = everything(), list(received)
        again = work(last_day, server)

    assert not any(outcome.fault for outcome in (*first, *again))
    assert not any(counts(again).values())
    assert everything() == before
    assert received == sent
    assert counts(first)["written"] == 2
    assert len(sent) == counts(first)["sent"] == 2 + counts(first)["alerts written"]
    assert [len(before[table]) for table in ("statutory_return", "case")] == [1, 1]
    told = [row.text for row in db.session.scalars(select(Alert)) if row.kind == "holiday"]
    assert len(told) == 2


def test_a_day_on_which_nothing_moves_writes_nothing(office: Office) -> None:
    office.submit(DAYS, {"Birch, Ada": "P" * 12})
    before = everything()
    assert not any(counts(work(DAYS[-1] + timedelta(days=1))).values())
    assert everything() == before


@pytest.mark.parametrize("on", [SUNDAY, SUNDAY - timedelta(days=1), BANK_HOLIDAY])
def test_no_digest_is_written_on_a_day_off_and_the_rest_is_done(absent: Office, on: date) -> None:
    close(absent, DAYS[4])
    server = MailServer("smtp", "localhost", 1, "", "", Address(addr_spec="cme@example.org"))
    assert {outcome.step.part for outcome in work(on, server)} == {
        "Files",
        "Cases",
        "Traces",
        "Missing children",
        "Alerts",
        "E-mail",
    }
    assert absent.standing("Birch, Ada").return_run == 11
    assert counts(work(BANK_HOLIDAY + timedelta(days=1)))["written"] == 1


def test_a_school_that_fails_hinders_no_other_and_keeps_what_it_had(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for office in (town.alder, town.beech):
        office.submit(DAYS, {"Birch, Ada": "O" * 12})
        close(office, DAYS[4])
    recount = daily.recount_school

    def fail(school: Any, **about: Any) -> Any:
        found = recount(school, **about)
        if school.laestab == town.alder.laestab:
            raise OperationalError("SELECT 'Birch'", {}, Exception("Birch"))
        return found

    monkeypatch.setattr(daily, "recount_school", fail)
    failed = [outcome for outcome in work() if outcome.fault]
    assert [(one.step.part, one.step.where, one.fault) for one in failed] == [
        ("Cases", "Alder Grove School", "OperationalError")
    ]
    assert town.alder.standing("Birch, Ada").return_run == 12
    assert town.beech.standing("Birch, Ada").return_run == 11


def test_what_moved_is_on_the_audit_log_and_what_did_not_is_not(absent: Office) -> None:
    daily.move_on(operator(), absent.laestab, at=after_school(TODAY))
    before = everything()
    close(absent, DAYS[4])
    daily.move_on(operator(), absent.laestab, at=after_school(TODAY))
    entries = everything()["audit_entry"]
    assert len(entries) == len(before["audit_entry"]) + 1
    assert entries[-1][4] == "school.moved_on"


def test_whoever_sees_no_pupils_moves_no_case(town: Town) -> None:
    db.session.rollback()
    for role in (Role.LA_ADMIN, Role.ADMISSIONS):
        with pytest.raises(LookupError):
            daily.move_on(town.alder.scope(role), town.alder.laestab, at=after_school(TODAY))


@on_both
@pytest.mark.parametrize("gone", ["disabled", "ended", "elsewhere"])
def test_whoever_has_left_is_sent_nothing(absent: Office, town: Town, gone: str) -> None:
    """Neither what was told before they left, nor what waits to be sent."""
    work()
    signature, at = Signature("Children missing from education"), after_school(TODAY)
    assert alerts.write_mails(operator(), signature, on=TODAY, at=at) == 1
    case_id = absent.case("Birch, Ada").id
    db.session.rollback()
    with transaction() as session:
        user = session.scalars(select(User).where(User.email == "dsl@example.org")).one()
        (membership,) = user.memberships
        if gone == "disabled":
            user.is_active = False
        elif gone == "ended":
            membership.expires_on = TODAY - timedelta(days=1)
        else:
            membership.school_id = town.beech.school_id
        session.add(
            Alert(user_id=user.id, case_id=case_id, kind="duty", about="new",
                  text="CME-26-0001: Act.", is_urgent=True, at=at)
        )  # fmt: skip
    assert alerts.write_mails(operator(), signature, on=TODAY, at=at) == 0
    waiting = outbox.list_unsent(operator(), TODAY)
    assert bool(waiting) is (gone == "elsewhere")
