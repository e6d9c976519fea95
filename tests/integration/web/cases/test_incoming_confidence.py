"""Nothing of a protected child's home and family comes out of another authority's request, anywhere.

The canaries stand in the record, in the request, in what was not read of it, and in what an officer wrote
before the child was protected.
"""

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cme import clock
from cme.access.roles import Role
from cme.casework.safety.restrictions import RestrictionKind
from cme.services import restrictions
from cme.services.restrictions import NewRestriction
from cme.services.tracing import child_lists
from cme.services.tracing.child_lists import ListKind
from cme.store import cases, search_keys
from cme.store.database import db, transaction
from cme.store.tables import (
    Alert,
    AuditEntry,
    Case,
    CaseEvent,
    Contact,
    IncomingReply,
    IncomingTrace,
    OutboxMessage,
    Pupil,
    Registration,
    Trace,
    TraceMatch,
)
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook
from tests.people import World
from tests.webclient import WebClient

ONE, LIST = "/traces/incoming/IN-2026-0001", "/traces/incoming/lists/IN-2026-0001"
UPN = "M841200023001"
CANARIES = ("canaryhouse", "canarylane", "canarytown", "qz9 9zq", "canaryparent", "canarysibling")
HOME = "Canaryhouse, 77 Canarylane, Canarytown, QZ9 9ZQ"
REQUEST = f"""CME trace - 840 - TR-2026-0042
Our reference: TR-2026-0042
From: Durham (840), A Officer, 0191 000000
Legal surname: Nobody
Forenames: Zara
Date of birth: 09/03/2018
UPN: {UPN}
Last address: {HOME}
Parents or carers: Pat Canaryparent
Siblings: Sol Canarysibling
Last seen: with Sol Canarysibling at {HOME}
Off roll: moved to Canarytown
First language: as Pat Canaryparent has it
She was heard of at 77 Canarylane with Pat Canaryparent
"""


@pytest.fixture
def pupil_id(book: Casebook) -> int:
    """A child of a referred case, with a home, a parent and a sister of that home on record."""
    reference = book.referred()
    with book.world.app.app_context(), transaction() as session:
        case = cases.find_case(book.officer, reference)
        assert case is not None
        pupil = case.registration.pupil
        pupil.upn, pupil.house, pupil.street = UPN, "Canaryhouse", "77 Canarylane"
        pupil.town, pupil.postcode = "Canarytown", "QZ9 9ZQ"
        session.add(Contact(pupil_id=pupil.id, position=1, name="Pat Canaryparent", created_at=AT))
        search_keys.refresh([pupil.id])
        return pupil.id


def protect(book: Casebook, pupil_id: int) -> None:
    """Protect the child's address from now on."""
    with book.world.app.app_context():
        registration_id = db.session.scalars(
            select(Registration.id).where(Registration.pupil_id == pupil_id)
        ).one()
        db.session.rollback()
        restriction = NewRestriction(RestrictionKind.PROTECTED_ADDRESS, note="A refuge")
        restrictions.add(book.dsl, registration_id, restriction, at=AT)


def list_the_child(book: Casebook, pupil_id: int) -> None:
    """The same child in the list of home-educated children, with the home."""
    with book.world.app.app_context():
        pupil = db.session.get_one(Pupil, pupil_id)
        said = f"Surname,Forename,Date of birth,UPN,Address\n{pupil.surname},{pupil.forename},"
        said += f'{pupil.born_on:%d/%m/%Y},{UPN},"{HOME}"\n'
        authority_id = book.world.northmoor.authority_id
        db.session.rollback()
        kind = ListKind.HOME_EDUCATION
        done = child_lists.receive(book.officer, authority_id, kind, "list.csv", said.encode(), at=AT)
        assert isinstance(done, int)
        assert child_lists.take(book.officer, done, seen={}, at=AT) is None


def post(officer: WebClient, path: str, page: str = ONE, status: int = 303, **more: object) -> str:
    return officer.post(path, {**officer.get(page).form(path), **more}, status=status).html


def answered(officer: WebClient, book: Casebook, pupil_id: int) -> str:
    """A request that is searched, decided on and answered, protected only once an answer was written.

    What was downloaded.
    """
    new = "/traces/incoming/new"
    officer.post(new, {**officer.get(new).form(new), "text": REQUEST, "received_on": ["20", "11", "2026"]})
    post(officer, f"{ONE}/search")
    for match in sorted(each for each in officer.get(ONE).links.values() if f"{ONE}/matches/" in each):
        post(officer, match, match, disposition="same_child", reason="The same home")
    said = {"address": HOME, "seen_by": "Pat Canaryparent", "phone": "01325 000000"}
    post(officer, f"{ONE}/reply", f"{ONE}/reply?kind=found_not_on_roll", **said)
    protect(book, pupil_id)
    downloaded = post(officer, f"{ONE}/reply/text", status=200)
    post(officer, f"{ONE}/reply/sent", sent_on=["20", "11", "2026"], sent_time="8:30")
    post(officer, f"{ONE}/close", reason=f"They called: {HOME}")
    return downloaded


def told(*texts: object) -> list[str]:
    """The canaries that are in any of the texts."""
    everything = " ".join(map(str, texts)).casefold()
    return [each for each in CANARIES if each in everything]


def written(world: World) -> Iterator[str]:
    """Replies, alerts, mails and audit entries, whole; and the events of cases."""
    with world.app.app_context():
        for table in (IncomingReply, Alert, OutboxMessage, AuditEntry, CaseEvent):
            for row in db.session.scalars(select(table)):
                yield json.dumps({each.key: str(getattr(row, each.key)) for each in table.__table__.columns})


@on_both
def test_a_protected_child_s_home_and_family_are_in_no_text_and_no_page_of_who_is_not_cleared(
    world: World, book: Casebook, pupil_id: int, capsys: pytest.CaptureFixture[str]
) -> None:
    list_the_child(book, pupil_id)
    officer = world.sign_in_as(Role.CME_OFFICER)
    downloaded = answered(officer, book, pupil_id)
    assert "telephone" in downloaded
    assert told(downloaded) == []
    assert told(*written(world)) == []
    logged = capsys.readouterr()
    assert told(logged.out, logged.err) == []
    # A cleared officer sees the home, in what they ask and in the grid: else nothing here could fail.
    grids = [each for each in officer.get(ONE).links.values() if f"{ONE}/matches/" in each]
    assert len(grids) == 2
    assert set(told(officer.get(ONE).html)) == set(CANARIES)
    assert "canarylane" in told(officer.get(grids[0]).html)

    inspector = world.person(Role.INSPECTOR, expires_on=clock.today() + timedelta(days=30)).client
    for path in (ONE, LIST, "/traces/incoming?part=closed", "/traces/matches", "/traces/incoming"):
        page = inspector.get(path)
        assert told(page.html) == [], path
    assert "A restricted child may be meant" in inspector.get(ONE).words
    # The officer finds the request from the case; who asks may tell others where the child is.
    of_case = next(each for each in officer.get(ONE).links.values() if each.startswith("/cases/"))
    assert ONE in officer.get(f"{of_case}/traces").links.values()
    assert ONE not in inspector.get(f"{of_case}/traces").links.values()
    for path in grids:
        assert told(inspector.get(path, status=404).html) == []
    for role in (Role.DSL, Role.SCHOOL_USER, Role.HEAD, Role.ADMISSIONS, Role.FRONT_DOOR, Role.LA_ADMIN):
        somebody = world.sign_in_as(role)
        for path in (ONE, LIST, *grids):
            assert told(somebody.get(path, status=404).html) == []
    with world.app.app_context():
        request = db.session.scalars(select(IncomingTrace)).one()
        assert (request.answer, request.draft) == ("please_telephone", {})


def test_a_protected_child_who_turns_up_in_a_register_is_compared_without_home_and_family(
    world: World, book: Casebook, pupil_id: int
) -> None:
    protect(book, pupil_id)
    with world.app.app_context(), transaction() as session:
        pupil = session.get_one(Pupil, pupil_id)
        alike = Pupil(surname=pupil.surname, forename=pupil.forename, born_on=pupil.born_on, created_at=AT)
        session.add(alike)
        session.flush()
        match = TraceMatch(
            authority_id=world.northmoor.authority_id,
            sought_pupil_id=pupil_id,
            pupil_id=alike.id,
            label="likely",
            rule="Same names and date of birth",
            disposition="unreviewed",
            found_at=AT,
        )
        session.add(match)
        session.flush()
        path = f"/traces/matches/{match.id}"
    officer = world.sign_in_as(Role.CME_OFFICER)
    assert "canarylane" in told(officer.get(path).html)
    assert "In confidence" in officer.get(path).words
    inspector = world.person(Role.INSPECTOR, expires_on=clock.today() + timedelta(days=30)).client
    assert told(inspector.get(path).html, inspector.get("/traces/matches").html) == []


@pytest.mark.parametrize("listed", [False, True], ids=["pupil", "list"])
def test_a_child_who_is_looked_for_in_confidence_is_marked_and_compared_without_home_or_school(
    world: World, book: Casebook, pupil_id: int, listed: bool
) -> None:
    if listed:
        list_the_child(book, pupil_id)
    officer = world.sign_in_as(Role.CME_OFFICER)
    new = "/traces/incoming/new"
    said = {**officer.get(new).form(new), "text": REQUEST, "received_on": ["20", "11", "2026"]}
    officer.post(new, said)
    post(officer, f"{ONE}/search")
    with world.app.app_context(), transaction() as session:
        case = session.scalars(select(Case)).one()
        look_for_in_confidence(case, pupil_id)
        if not listed:
            alike = Pupil(surname="Birch", forename="Ada", born_on=date(2014, 5, 4), created_at=AT)
            session.add(alike)
            session.flush()
            match = TraceMatch(
                authority_id=case.authority_id,
                sought_pupil_id=pupil_id,
                pupil_id=alike.id,
                label="likely",
                rule="Same names and date of birth",
                disposition="unreviewed",
                found_at=AT,
            )
            session.add(match)
            session.flush()
        else:
            match = session.scalars(select(TraceMatch).where(TraceMatch.sought_pupil_id == pupil_id)).one()
        path = f"/traces/matches/{match.id}"
    assert "In confidence" in officer.get(ONE).words
    grid = next(each for each in officer.get(ONE).links.values() if f"{ONE}/matches/" in each)
    assert "In confidence" in officer.get(grid).words
    assert "In confidence" in officer.get(path).words
    inspector = world.person(Role.INSPECTOR, expires_on=clock.today() + timedelta(days=30)).client
    assert told(inspector.get(path).html, inspector.get(ONE).html) == []
    inspector.get(grid, status=404)


def look_for_in_confidence(case: Case, pupil_id: int) -> None:
    """An officer's request to other authorities about the child, in confidence."""
    db.session.add(
        Trace(
            reference="TR-2026-0001",
            authority_id=case.authority_id,
            pupil_id=pupil_id,
            case_id=case.id,
            state="draft",
            restricted=True,
            audience="chosen",
            written_at=AT,
            written_by="Cleo Rowe",
        )
    )
    db.session.flush()
