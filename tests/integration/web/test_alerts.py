"""Alerts: who gets one, that they are given once and never vanish, and the e-mails that repeat them."""

from collections.abc import Iterator
from datetime import timedelta
from email.headerregistry import Address

import pytest
from flask import Flask
from sqlalchemy import select

from cme.access.roles import Role
from cme.access.scope import Grant, Scope
from cme.casework.case import Action, Entry, Refused
from cme.services import alerts as service
from cme.services import casework, daily, mail
from cme.services.mail import Office as Signature
from cme.store import alerts, outbox
from cme.store.database import db
from cme.store.schools import read_authority_ids
from cme.store.tables import Alert, Case, OutboxMessage, Pupil, User
from tests.integration.services.office import on_both
from tests.integration.services.post import MailRoom
from tests.integration.web.casebook import AT, Casebook
from tests.people import Person, World, web_app
from tests.store import lent

pytestmark = on_both

SIGNATURE = Signature("Children missing from education", "https://cme.example.org")
SENDER = Address("Children missing from education", addr_spec="cme@example.org")
TODAY = AT.date()


ENTERED_IN_ERROR = Entry(reason="Entered in error", outcome_code="O25")


@pytest.fixture
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The whole application, on each kind of database."""
    with lent(web_app, database_url, tmp_path_factory.getbasetemp()) as app:
        yield app


def child_of(world: World, reference: str) -> Pupil:
    with world.app.app_context():
        return db.session.scalars(select(Case).where(Case.reference == reference)).one().registration.pupil


def operator() -> Scope:
    db.session.rollback()
    return Scope.for_operator(read_authority_ids())


def alerts_of(world: World, person: Person) -> list[str]:
    with world.app.app_context():
        own = select(Alert.text).where(Alert.user_id == person.user_id).order_by(Alert.id)
        return list(db.session.scalars(own))


def scope_of(person: Person) -> Scope:
    return Scope(person.user_id, "Robin Marsh", frozenset())


def mails(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(OutboxMessage.body).where(OutboxMessage.kind == alerts.MAILED)))


def test_what_the_register_does_is_told_to_the_dsl_of_that_school(world: World) -> None:
    dsl, other = world.person(Role.DSL), world.person(Role.DSL, world.school_b)
    office = world.person(Role.SCHOOL_USER)

    reference = Casebook(world).enquiries()

    assert alerts_of(world, dsl) == [f"{reference}: A case has opened. Sign the DSL review."]
    assert alerts_of(world, other) == alerts_of(world, office) == []


def test_a_referral_is_told_to_both_recipients_and_its_arrival_to_the_dsl(world: World) -> None:
    front_door, officer = world.person(Role.FRONT_DOOR), world.person(Role.CME_OFFICER)
    elsewhere = world.person(Role.CME_OFFICER, world.elsewhere)
    dsl = world.person(Role.DSL)

    reference = Casebook(world).referred(acknowledged=True)

    arrived = f"{reference}: A referral has arrived. Acknowledge it."
    assert alerts_of(world, front_door) == [arrived]
    assert arrived in alerts_of(world, officer)
    assert alerts_of(world, dsl)[-1] == f"{reference}: The authority has acknowledged the referral."
    assert alerts_of(world, elsewhere) == []


def test_nobody_is_told_whose_account_or_role_has_ended(world: World) -> None:
    gone = world.person(Role.DSL, is_active=False)
    former = world.person(Role.DSL, expires_on=TODAY - timedelta(days=1))

    Casebook(world).enquiries()

    assert alerts_of(world, gone) == alerts_of(world, former) == []


def test_whoever_did_it_is_not_told(world: World) -> None:
    person, colleague = world.person(Role.DSL), world.person(Role.DSL)
    reference = Casebook(world).enquiries()
    before = alerts_of(world, person)
    grant = Grant(Role.DSL, world.school_a.authority_id, world.school_a.school_id)
    scope = Scope(person.user_id, "Robin Marsh", frozenset({grant}))

    with world.app.app_context():
        assert casework.act(scope, reference, Action.CLOSE, ENTERED_IN_ERROR, at=AT) is None

    assert alerts_of(world, person) == before
    assert alerts_of(world, colleague)[-1] == f"{reference}: The case is closed."


def test_an_alert_names_no_child(world: World) -> None:
    dsl, officer = world.person(Role.DSL), world.person(Role.CME_OFFICER)
    book = Casebook(world)
    for reference in (book.referred(acknowledged=True), book.closing_proposed(), book.decision()):
        child = child_of(world, reference)
        words = " ".join([*alerts_of(world, dsl), *alerts_of(world, officer)]).casefold()
        assert child.surname.casefold() not in words
        assert child.forename.casefold() not in words.split()


def test_each_side_is_told_of_its_duties_once_when_due_and_once_when_overdue(world: World) -> None:
    dsl = world.person(Role.DSL)
    reference = Casebook(world).enquiries()
    with world.app.app_context():
        for at in (AT, AT + timedelta(hours=2), AT + timedelta(days=3), AT + timedelta(days=4)):
            daily.move_on(operator(), world.school_a.laestab, at=at)
    duties = [text for text in alerts_of(world, dsl) if "Sign the DSL review: " in text]
    assert duties == [f"{reference}: Sign the DSL review: is overdue."]


def test_reading_moves_an_alert_on_and_never_away(world: World) -> None:
    dsl, other = world.person(Role.DSL), world.person(Role.DSL)
    book = Casebook(world)
    book.enquiries()
    book.enquiries()
    with world.app.app_context():
        found = alerts.list_alerts(scope_of(dsl), page=1).alerts
        first, last = found[0].id, found[-1].id
        service.read(scope_of(dsl), [last], at=AT)
        service.read(scope_of(other), [first], at=AT)

        page = alerts.list_alerts(scope_of(dsl), page=1)
        assert [each.id for each in page.alerts] == [first, last]
        assert [each.read_at for each in page.alerts] == [None, AT]
        assert alerts.count_unread(scope_of(dsl)) == 1


def test_an_urgent_alert_is_mailed_once_with_the_reference_alone(world: World) -> None:
    officer = world.person(Role.CME_OFFICER)
    book = Casebook(world)
    reference = book.referred()
    child = child_of(world, reference)
    room = MailRoom()
    with world.app.app_context():
        for _ in range(2):
            service.write_mails(operator(), SIGNATURE, on=TODAY, at=AT)
            mail.send_waiting(operator(), SENDER, room.connect, on=TODAY, at=AT)
        address = db.session.scalar(select(User.email).where(User.id == officer.user_id))

    [message] = [each for each in room.sent if each["To"] == address]
    assert message["Subject"] == f"Children missing from education: {reference}"
    text = message.get_content()
    assert "A referral has arrived. Acknowledge it." in text
    assert "https://cme.example.org" in text
    assert child.surname not in text
    assert child.forename not in text


def test_a_mail_server_that_is_down_loses_nothing_for_three_days(world: World) -> None:
    world.person(Role.CME_OFFICER)
    Casebook(world).referred()
    down, up = MailRoom(closed=ConnectionRefusedError()), MailRoom()
    with world.app.app_context():
        service.write_mails(operator(), SIGNATURE, on=TODAY, at=AT)
        written = len(mails(world.app))
        assert mail.send_waiting(operator(), SENDER, down.connect, on=TODAY, at=AT).waiting == written
        later = TODAY + outbox.STILL_NEWS
        assert mail.send_waiting(operator(), SENDER, up.connect, on=later, at=AT).sent == written
        stale = later + timedelta(days=1)
        assert not mail.send_waiting(operator(), SENDER, up.connect, on=stale, at=AT).sent
    assert written == len(up.sent) > 0


def test_an_alert_is_given_with_what_it_tells_of_or_not_at_all(world: World) -> None:
    dsl, book = world.person(Role.DSL), Casebook(world)
    reference = book.referred()
    before = alerts_of(world, dsl)
    with world.app.app_context():
        refused = casework.act(book.dsl, reference, Action.CLOSE, Entry(), at=AT)
    assert isinstance(refused, Refused)
    assert alerts_of(world, dsl) == before


def test_the_page_counts_what_is_unread_and_marks_it_as_read(world: World) -> None:
    dsl, book = world.person(Role.DSL), Casebook(world)
    references = [book.enquiries(), book.enquiries()]

    page = dsl.client.get("/alerts")
    assert "2 unread alerts" in page.words
    assert all(f"{reference}: A case has opened." in page.words for reference in references)

    dsl.client.post("/alerts/read")
    page = dsl.client.get("/alerts")
    assert "No unread alerts" in page.words
    assert "2 alerts marked as read" in page.words
    assert all(f"{reference}: A case has opened." in page.words for reference in references)


def test_nobody_reads_the_alerts_of_another(world: World) -> None:
    dsl, other = world.person(Role.DSL), world.person(Role.DSL, world.school_b)
    Casebook(world).enquiries()
    with world.app.app_context():
        [alert_id] = db.session.scalars(select(Alert.id).where(Alert.user_id == dsl.user_id))

    assert "A case has opened" not in other.client.get("/alerts").words
    other.client.post("/alerts/read", {"alert": str(alert_id)})

    assert "1 unread alert" in dsl.client.get("/alerts").words
