"""The audit chain: whole under concurrent writers, and honest about tampering."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import Update, event, select, text, update

from cme.access.roles import Role
from cme.access.scope import Grant, Scope
from cme.store import audit
from cme.store.database import changing_schema, db, transaction
from cme.store.tables import AuditEntry, LocalAuthority
from tests.store import NOON

DSL = Scope(7, "Sam Field", frozenset({Grant(Role.DSL, 1, 3), Grant(Role.HEAD, 1, 3)}))
EVERY_ROLE = Scope(
    8,
    "Jo Hill",
    frozenset(
        Grant(role, 1, 3 if role in {"dsl", "head"} else None) for role in Role if role != "school_user"
    ),
)


def write(count: int = 5) -> None:
    for number in range(1, count + 1):
        with transaction():
            audit.record(DSL, "pupil.viewed", f"registration:{number}", at=NOON, detail={"count": number})


def tamper(*statements: str | Update) -> None:
    """Change the log as the owner of the database could, past its triggers."""
    with changing_schema() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        else:
            for trigger in ("update", "delete", "replace"):
                connection.execute(text(f"DROP TRIGGER audit_entry_refuses_{trigger}"))
        for statement in statements:
            connection.execute(text(statement) if isinstance(statement, str) else statement)


def entries() -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq)))


@pytest.mark.usefixtures("app")
class TestRecord:
    def test_an_entry_says_who_did_what_to_what_and_when(self) -> None:
        with transaction():
            audit.record(
                DSL,
                "referral.sent",
                "case:CME-26-0001",
                at=NOON.astimezone(timezone(timedelta(hours=2))),
                address="192.0.2.7",
                detail={"import": 4, "schools": [1, 2], "stage": "referred", "late": False, "until": None},
            )
        (entry,) = entries()
        assert (entry.seq, entry.actor, entry.role) == (1, "user:7", "dsl,head")
        assert (entry.action, entry.subject, entry.address) == (
            "referral.sent",
            "case:CME-26-0001",
            "192.0.2.7",
        )
        assert entry.at == NOON
        assert entry.detail == {
            "import": 4,
            "schools": [1, 2],
            "stage": "referred",
            "late": False,
            "until": None,
        }
        assert audit.verify().ok

    @pytest.mark.parametrize(
        ("scope", "actor", "role"),
        [
            (Scope.for_operator([1]), "operator", "operator"),
            (Scope.for_operator([]), "operator", ""),
            (Scope.nobody(), "nobody", ""),
            (EVERY_ROLE, "user:8", "9 roles"),
        ],
    )
    def test_the_actor_is_a_number_or_the_command_line(self, scope: Scope, actor: str, role: str) -> None:
        with transaction():
            audit.record(scope, "user.added", "user:1", at=NOON)
        assert [(entry.actor, entry.role) for entry in entries()] == [(actor, role)]

    @pytest.mark.parametrize(
        ("action", "subject", "detail"),
        [
            ("pupil viewed", "registration:1", {}),
            ("pupil.viewed", "Alex Brook", {}),
            ("pupil.viewed", "registration:1\r\n2", {}),
            ("pupil.viewed", "registration:1", {"why": "seen by a neighbour"}),
            ("pupil.viewed", "registration:1", {"email": "office@school.example"}),
            ("pupil.viewed", "registration:1", {"why": "x" * 81}),
            ("pupil.viewed", "registration:1", {"two words": 1}),
            ("pupil.viewed", "registration:1", {"pupils": ["Brook, Alex"]}),
            ("pupil.viewed", "registration:1", {"pupil": {"name": "x"}}),
            ("pupil.viewed", "registration:1", {"rate": 0.5}),
        ],
    )
    def test_free_text_is_refused_and_the_act_with_it(
        self, action: str, subject: str, detail: dict[str, audit.Word]
    ) -> None:
        def act() -> None:
            with transaction() as session:
                session.add(LocalAuthority(code="841", name="Darlington", policy_pack="darlington"))
                audit.record(DSL, action, subject, at=NOON, detail=detail)

        with pytest.raises(ValueError, match="ids, counts and slugs"):
            act()
        assert db.session.scalars(select(LocalAuthority)).all() == []

    def test_an_entry_that_cannot_be_written_takes_the_act_with_it(self) -> None:
        def refuse(*arguments: object) -> None:
            if "INSERT INTO audit_entry" in str(arguments[2]):
                raise OSError("no space left")

        def act() -> None:
            with transaction() as session:
                session.add(LocalAuthority(code="841", name="Darlington", policy_pack="darlington"))
                audit.record(DSL, "authority.added", "authority:841", at=NOON)

        event.listen(db.engine, "before_cursor_execute", refuse)
        with pytest.raises(OSError, match="no space left"):
            act()
        event.remove(db.engine, "before_cursor_execute", refuse)
        assert db.session.scalars(select(LocalAuthority)).all() == []
        write(1)
        assert audit.verify().entries == 1

    def test_an_act_that_fails_leaves_no_entry(self) -> None:
        def act() -> None:
            with transaction():
                audit.record(DSL, "case.closed", "case:1", at=NOON)
                raise LookupError

        with pytest.raises(LookupError):
            act()
        assert audit.verify().entries == 0

    def test_an_action_is_short(self) -> None:
        with pytest.raises(ValueError, match="in 40 characters"), transaction():
            audit.record(DSL, "a" * 41, "case:1", at=NOON)

    def test_it_needs_a_transaction(self) -> None:
        with pytest.raises(RuntimeError, match="inside the transaction"):
            audit.record(DSL, "case.closed", "case:1", at=NOON)

    def test_several_entries_of_one_transaction_follow_each_other(self) -> None:
        with transaction():
            for number in range(3):
                audit.record(DSL, "case.opened", f"case:{number}", at=NOON)
        assert audit.verify().entries == 3


def test_four_writers_at_once_leave_one_whole_chain(app: Flask) -> None:
    def write_as(user_id: int) -> None:
        scope = Scope(user_id, "", DSL.grants)
        for number in range(20):
            with app.app_context(), transaction():
                audit.record(scope, "pupil.viewed", f"registration:{number}", at=NOON)

    with ThreadPoolExecutor(4) as threads:
        for each in [threads.submit(write_as, user_id) for user_id in range(1, 5)]:
            each.result()
    report = audit.verify()
    assert (report.ok, report.entries) == (True, 80)
    assert {entry.actor for entry in entries()} == {"user:1", "user:2", "user:3", "user:4"}


@pytest.mark.usefixtures("app")
class TestVerify:
    def test_an_empty_log_is_sound(self) -> None:
        assert audit.verify() == audit.AuditReport(ok=True, entries=0, head_hash=audit.FIRST_HASH)

    def test_a_sound_log_reports_its_head(self) -> None:
        write()
        assert audit.verify() == audit.AuditReport(ok=True, entries=5, head_hash=entries()[-1].hash)

    @pytest.mark.parametrize(
        "change",
        [
            {"at": NOON + timedelta(microseconds=1)},
            {"actor": "user:2"},
            {"role": "head"},
            {"action": "pupil.found"},
            {"subject": "registration:9"},
            {"address": "192.0.2.9"},
            {"detail": {"count": 4}},
            {"hash": "c0ffee"},
        ],
    )
    def test_it_names_an_edited_entry(self, change: dict[str, object]) -> None:
        write()
        tamper(update(AuditEntry).where(AuditEntry.seq == 3).values(change))
        report = audit.verify()
        assert (report.ok, report.entries, report.seq) == (False, 2, 3)
        assert report.problem == "Entry 3 was edited."

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE audit_entry SET at = 'yesterday' WHERE seq = 3",
            "UPDATE audit_entry SET detail = '{' WHERE seq = 3",
            "UPDATE audit_entry SET actor = x'00' WHERE seq = 3",
        ],
    )
    def test_it_names_an_entry_that_cannot_be_read(self, change: str) -> None:
        write()
        tamper(change)
        report = audit.verify()
        assert (report.ok, report.seq) == (False, 3)
        assert "Entry 3 was edited" in (report.problem or "")

    def test_it_names_a_missing_entry(self) -> None:
        write()
        tamper("DELETE FROM audit_entry WHERE seq = 3")
        report = audit.verify()
        assert (report.seq, report.problem) == (3, "Entry 3 is missing.")

    def test_it_names_a_missing_first_entry(self) -> None:
        write()
        tamper("DELETE FROM audit_entry WHERE seq = 1")
        assert audit.verify().problem == "Entry 1 is missing."

    def test_it_names_an_entry_that_took_the_place_of_a_missing_one(self) -> None:
        write()
        tamper("DELETE FROM audit_entry WHERE seq = 3", "UPDATE audit_entry SET seq = 3 WHERE seq = 4")
        report = audit.verify()
        assert report.seq == 3
        assert "does not follow" in (report.problem or "")

    def test_it_names_reordered_entries(self) -> None:
        write()
        tamper(
            "UPDATE audit_entry SET seq = 99 WHERE seq = 3",
            "UPDATE audit_entry SET seq = 3 WHERE seq = 4",
            "UPDATE audit_entry SET seq = 4 WHERE seq = 99",
        )
        report = audit.verify()
        assert report.seq == 3
        assert "moved or replaced" in (report.problem or "")

    def test_a_cut_tail_shows_only_against_a_head_noted_before(self) -> None:
        write()
        head = audit.verify().head_hash
        tamper("DELETE FROM audit_entry WHERE seq = 5")
        assert audit.verify().ok
        report = audit.verify(expected_head=head)
        assert (report.ok, report.seq) == (False, 5)
        assert "its end was cut off" in (report.problem or "")

    def test_a_head_noted_before_may_have_been_followed_by_more(self) -> None:
        write(2)
        head = audit.verify().head_hash
        write(2)
        assert audit.verify(expected_head=head).ok

    def test_progress_is_told_as_it_goes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(audit, "PROGRESS_EVERY", 2)
        write()
        told: list[int] = []
        note: Callable[[int], None] = told.append
        assert audit.verify(progress=note).ok
        assert told == [2, 4]
