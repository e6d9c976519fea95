"""Erasing what was kept of uploads: when, what stays, and that it is really gone."""

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cme.access.roles import Role
from cme.access.scope import Scope
from cme.services.registers import approval, checking, retention, uploads
from cme.services.registers.checking import ImportStatus, NotNow
from cme.services.registers.retention import Erased
from cme.store import audit
from cme.store.database import db, empty_journal, transaction
from cme.store.schools import read_authority_ids
from cme.store.tables import RegisterFile, RegisterImport, RegisterReading
from cme.synthetic import make_upn
from importers.planning.planned import Decision, DecisionKind
from tests.integration.services.office import (
    Office,
    Town,
    after_school,
    days_from,
    everything,
    on_both,
    write_register,
)
from tests.integration.web.casebook import EVERY_GATE

DAYS = days_from(date(2026, 9, 7), 5)
UPLOADED_AT = after_school(DAYS[-1])
LAST_KEPT_ON = UPLOADED_AT.date() + timedelta(days=30)
ERASED_ON = LAST_KEPT_ON + timedelta(days=1)
WEEK = {"Zeal, Zoe": "PPPPP"}


def operator() -> Scope:
    return Scope.for_operator(read_authority_ids())


def erase(office: Office, on: date = ERASED_ON, *, keep_days: int = 30) -> Erased:
    """Do what the daily job does at one school, in the night of a day."""
    at = after_school(on)
    db.session.rollback()
    return retention.erase_kept(operator(), office.laestab, on=on, keep_days=keep_days, at=at)


def kept() -> tuple[int, int]:
    """How many files and readings there are."""
    db.session.rollback()
    files = db.session.scalars(select(RegisterFile.import_id)).all()
    return len(files), len(db.session.scalars(select(RegisterReading.import_id)).all())


def find(upload_id: int) -> RegisterImport:
    db.session.rollback()
    return db.session.get_one(RegisterImport, upload_id)


def waiting(office: Office, *, at: datetime = UPLOADED_AT) -> int:
    return office.receive(write_register(DAYS, WEEK), at=at)


@on_both
def test_files_are_erased_after_thirty_whole_days_and_the_rest_stays(office: Office) -> None:
    upload = office.submit(DAYS, {"Birch, Ada": "OOOOO"}).id
    before = find(upload)
    stays = (before.filename, before.sha256, before.size, before.pupils, before.decided_by)
    assert before.receipt is not None
    told = {name: before.receipt[name] for name in ("new", "marks_added", "impact", "added", "confirmed")}
    assert erase(office, LAST_KEPT_ON) == Erased()
    assert kept() == (1, 1)
    assert erase(office) == Erased(uploads=1, files=1)
    after = find(upload)
    assert kept() == (0, 0)
    assert (after.erased_at, after.status) == (after_school(ERASED_ON), ImportStatus.APPROVED)
    assert (after.filename, after.sha256, after.size, after.pupils, after.decided_by) == stays
    assert after.receipt is not None
    assert {name: after.receipt[name] for name in told} == told
    assert office.standing("Birch, Ada").return_run == 5


ROLL = (
    "UPN,Surname,Forename,DOB,Postcode,Parent 1,Parent 1 phone\n"
    f"{make_upn('8412001', 2025, 1)},Zeal,Zoe,04/05/2014,DL1 5QT,Pat Zeal,01325 000111\n"
    ",Birch,Ada,05/06/2013,DL1 7AB,Kim Birch,01325 000222\n"
).encode()
SECRETS = ("Birch", "Zeal", "Ada", "Zoe", "DL1", "01325", "2014", "2013", "841200", "custody")


def _held() -> str:
    """Everything that is on record of uploads, beside the names of their files."""
    db.session.rollback()
    found = db.session.scalars(select(RegisterImport)).all()
    return repr([(one.check, one.answers, one.receipt) for one in found])


@on_both
def test_nothing_that_an_upload_said_of_a_child_outlives_its_file(office: Office) -> None:
    office.submit(DAYS, {"Birch, Ada": "OOOOO"})
    roll = office.receive(ROLL, at=UPLOADED_AT, name="roll.csv")
    checked = checking.check(office.clerk, roll, at=UPLOADED_AT)
    assert checked is not None
    assert checked.plan is not None
    rows = (*checked.plan.pupils, *checked.plan.waiting)
    (ada,) = (one.key for one in rows if one.reading.forename == "Ada")
    out = Decision(DecisionKind.LEAVE_OUT, reason="Ada is in a custody dispute")
    uploads.decide(office.clerk, roll, {ada: out}, at=UPLOADED_AT)
    accepted = [change.key for change in checked.roll] + [
        difference.key for one in checked.plan.pupils for difference in one.differences
    ]
    approval.approve(office.clerk, roll, at=UPLOADED_AT, confirmed=EVERY_GATE, accepted=accepted)
    assert {word for word in SECRETS if word in _held()} >= {"Zeal", "DL1", "01325", "custody"}
    assert erase(office).uploads == 2
    assert [word for word in SECRETS if word in _held()] == []
    receipt, answers = find(roll).receipt, find(roll).answers
    assert receipt is not None
    assert receipt["erased"]["left_out"] == 1
    assert receipt["erased"]["roll"] >= 2
    assert answers == {"erased": {"leave_out": 1}}


@on_both
@pytest.mark.parametrize("is_cancelled", [True, False])
def test_what_was_wrong_with_a_file_stays_as_a_number(office: Office, *, is_cancelled: bool) -> None:
    upload = office.receive(write_register(DAYS, {"Zeal, Zoe": ["Q9"] * 5}), at=UPLOADED_AT)
    codes = Counter(issue["code"] for issue in find(upload).check["issues"])
    assert codes.total() >= 1
    if is_cancelled:
        uploads.cancel(office.clerk, upload, at=UPLOADED_AT)
    else:
        erase(office)
    assert find(upload).check == {"issues": [], "skipped_rows": 0, "erased": codes}
    assert kept() == (0, 0)


@on_both
def test_erasing_twice_changes_nothing_more(office: Office) -> None:
    office.submit(DAYS, {"Birch, Ada": "OOOOO"})
    waiting(office, at=UPLOADED_AT + timedelta(minutes=1))
    assert erase(office) == Erased(uploads=2, files=2, lapsed=1)
    before = everything()
    assert erase(office, ERASED_ON + timedelta(days=1)) == Erased()
    assert everything() == before
    assert retention.schools_to_erase(operator(), on=ERASED_ON, keep_days=30) == ()


def test_the_days_run_from_the_decision_when_it_came_later(office: Office) -> None:
    upload = waiting(office)
    decided_at = UPLOADED_AT + timedelta(days=10)
    office.approve(upload, at=decided_at)
    assert erase(office) == Erased()
    assert erase(office, ERASED_ON + timedelta(days=10)) == Erased(uploads=1, files=1)


@on_both
def test_an_upload_that_nobody_decided_on_is_cancelled(office: Office) -> None:
    upload = waiting(office)
    assert erase(office) == Erased(uploads=1, files=1, lapsed=1)
    found = find(upload)
    assert (found.status, found.decided_at) == (ImportStatus.CANCELLED, after_school(ERASED_ON))
    assert found.decided_by == "the service, after 30 days"
    with pytest.raises(NotNow):
        approval.approve(office.clerk, upload, at=after_school(ERASED_ON))


def test_an_upload_with_errors_lapses_too(office: Office) -> None:
    content = write_register(DAYS, {"Zeal, Zoe": ["Q9"] * 5})
    upload = office.receive(content, at=UPLOADED_AT)
    assert find(upload).status == ImportStatus.FAULTY
    assert erase(office).lapsed == 1
    assert find(upload).status == ImportStatus.CANCELLED


def test_an_upload_that_was_cancelled_is_left_as_it_is(office: Office) -> None:
    upload = waiting(office)
    uploads.cancel(office.clerk, upload, at=UPLOADED_AT)
    before = everything()
    assert erase(office) == Erased()
    assert everything() == before


def test_how_long_files_are_kept_can_be_set(office: Office) -> None:
    office.submit(DAYS, {"Birch, Ada": "OOOOO"})
    assert erase(office, DAYS[-1] + timedelta(days=8), keep_days=7).files == 1


def test_only_the_school_named_loses_its_files(town: Town) -> None:
    for office in (town.alder, town.beech):
        office.submit(DAYS, {"Birch, Ada": "OOOOO"})
    db.session.rollback()
    due = retention.schools_to_erase(operator(), on=ERASED_ON, keep_days=30)
    assert due == (town.alder.laestab, town.beech.laestab)
    assert erase(town.alder).files == 1
    assert kept() == (1, 1)


@pytest.mark.parametrize("role", [Role.HEAD, Role.CME_OFFICER, Role.LA_ADMIN])
def test_whoever_may_not_upload_erases_nothing(office: Office, role: Role) -> None:
    office.submit(DAYS, {"Birch, Ada": "OOOOO"})
    scope = office.scope(role)
    db.session.rollback()
    assert retention.schools_to_erase(scope, on=ERASED_ON, keep_days=30) == ()
    with pytest.raises(LookupError):
        retention.erase_kept(scope, office.laestab, on=ERASED_ON, keep_days=30, at=UPLOADED_AT)
    assert kept() == (1, 1)


def test_what_was_erased_is_on_the_audit_log_in_numbers(office: Office) -> None:
    office.submit(DAYS, {"Birch, Ada": "OOOOO"})
    lapsed = waiting(office, at=UPLOADED_AT + timedelta(minutes=1))
    erase(office)
    entries = [entry(row) for row in everything()["audit_entry"][-2:]]
    assert entries == [
        ("upload.lapsed", f"import:{lapsed}", {}),
        ("uploads.erased", f"school:{office.school_id}", {"uploads": 2, "files": 2, "lapsed": 1}),
    ]
    assert audit.verify().ok


def entry(row: tuple[Any, ...]) -> tuple[str, str, dict[str, Any]]:
    """The action, subject and detail of an entry of the audit log."""
    return row[4], row[5], row[7]


def test_erased_bytes_are_gone_from_the_files_of_the_database(office: Office, sqlite_url: str) -> None:
    secret = b"what the school sent " * 1000
    with transaction() as session:
        upload = RegisterImport(
            school_id=office.school_id, filename="r.csv", sha256="0" * 64, size=1, status="approved",
            uploaded_at=UPLOADED_AT, uploaded_by="Kit Lowe", decided_at=UPLOADED_AT, decided_by="Kit Lowe",
        )  # fmt: skip
        session.add(upload)
        session.flush()
        session.add(RegisterFile(import_id=upload.id, position=0, filename="r.csv", content=secret))
    assert secret[:60] in _bytes_of(sqlite_url)
    assert erase(office).files == 1
    empty_journal()
    assert secret[:60] not in _bytes_of(sqlite_url)


def _bytes_of(sqlite_url: str) -> bytes:
    """Everything on disk that belongs to an SQLite database."""
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*")))


@pytest.mark.usefixtures("app")
def test_the_journal_is_not_emptied_while_something_is_written() -> None:
    with transaction(), pytest.raises(RuntimeError):
        empty_journal()
