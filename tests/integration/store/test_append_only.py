"""What was recorded can be neither changed, nor replaced, nor removed; the database itself refuses."""

import sqlite3
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cme.access.scope import Scope
from cme.store import audit
from cme.store.database import db, transaction
from cme.store.tables import Case, CaseEvent, LocalAuthority, Pupil, Registration, School
from tests.store import NOON

CHANGES = [
    "UPDATE audit_entry SET actor = 'user:2'",
    "DELETE FROM audit_entry",
    "INSERT INTO audit_entry SELECT * FROM audit_entry WHERE true "
    "ON CONFLICT (seq) DO UPDATE SET actor = 'user:2'",
    "UPDATE case_event SET kind = 'case.closed'",
    "DELETE FROM case_event",
    "INSERT INTO case_event SELECT * FROM case_event WHERE true "
    "ON CONFLICT (id) DO UPDATE SET kind = 'case.closed'",
]
REPLACEMENTS = {
    "entry by seq": "INSERT OR REPLACE INTO audit_entry SELECT "
    "seq, at, 'user:2', role, action, subject, address, detail, previous_hash, 'new' FROM audit_entry",
    "entry by hash": "INSERT OR REPLACE INTO audit_entry SELECT "
    "seq + 1, at, 'user:2', role, action, subject, address, detail, previous_hash, hash FROM audit_entry",
    "event by id": "INSERT OR REPLACE INTO case_event SELECT "
    """id, case_id, seq + 1, 'case.closed', at, "by", role, data FROM case_event""",
    "event by seq": "INSERT OR REPLACE INTO case_event SELECT "
    """id + 1, case_id, seq, 'case.closed', at, "by", role, data FROM case_event""",
}


@pytest.fixture
def recorded(app: Flask) -> Flask:
    """An audit entry and a case event."""
    with transaction() as session:
        audit.record(Scope.for_operator([1]), "school.added", "school:1", at=NOON)
        authority = LocalAuthority(code="841", name="Darlington", policy_pack="darlington")
        school = School(authority=authority, laestab="8412000", urn="100001", name="Oakfield")
        pupil = Pupil(surname="Brook", forename="Alex", born_on=date(2014, 5, 1), created_at=NOON)
        registration = Registration(pupil=pupil, school=school, created_at=NOON)
        session.add(registration)
        session.flush()
        case = Case(
            reference="CME-26-0001",
            authority_id=authority.id,
            school_id=school.id,
            registration_id=registration.id,
            stage="enquiries",
            policy_pack="darlington",
            policy_version="1",
            opened_at=NOON,
            stage_since_at=NOON,
        )
        session.add(case)
        session.flush()
        session.add(
            CaseEvent(case_id=case.id, seq=1, kind="case.opened", at=NOON, by="cme", role="operator", data={})
        )
    return app


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("statement", CHANGES)
def test_a_change_is_refused(statement: str) -> None:
    def change() -> None:
        with transaction() as session:
            session.execute(text(statement))

    with pytest.raises(DBAPIError, match="append-only"):
        change()
    assert db.session.scalar(text("SELECT actor FROM audit_entry")) == "operator"
    assert db.session.scalar(text("SELECT kind FROM case_event")) == "case.opened"


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", ["audit_entry", "case_event", "audit_entry, case_event"])
@pytest.mark.usefixtures("recorded")
def test_truncate_is_refused(table: str) -> None:
    def truncate() -> None:
        with transaction() as session:
            session.execute(text(f"TRUNCATE {table}"))

    with pytest.raises(DBAPIError, match="append-only"):
        truncate()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("recursive_triggers", ["ON", "OFF"])
@pytest.mark.parametrize("statement", REPLACEMENTS.values(), ids=REPLACEMENTS)
@pytest.mark.usefixtures("recorded")
def test_replacing_is_refused_on_any_connection(statement: str, recursive_triggers: str) -> None:
    connection = sqlite3.connect(db.engine.url.database or "")
    connection.execute(f"PRAGMA recursive_triggers = {recursive_triggers}")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()
