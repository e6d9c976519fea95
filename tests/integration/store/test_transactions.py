"""What `transaction()` and `read_only()` promise, on both kinds of database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from cme.store.database import db, is_writing, read_only, transaction
from cme.store.tables import LocalAuthority


def authority(name: str = "Darlington", code: str = "841") -> LocalAuthority:
    return LocalAuthority(code=code, name=name, policy_pack="darlington")


def names() -> list[str]:
    return list(db.session.scalars(select(LocalAuthority.name).order_by(LocalAuthority.code)))


@pytest.mark.usefixtures("app")
class TestTransaction:
    def test_it_keeps_what_was_written(self) -> None:
        with transaction() as session:
            session.add(authority())
        assert names() == ["Darlington"]
        assert not is_writing()

    def test_an_exception_leaves_nothing(self) -> None:
        def fail() -> None:
            with transaction() as session:
                session.add(authority())
                session.flush()
                raise LookupError

        with pytest.raises(LookupError):
            fail()
        assert names() == []
        assert not is_writing()

    def test_a_refused_row_leaves_nothing_and_the_session_goes_on(self) -> None:
        def write_twice() -> None:
            with transaction() as session:
                session.add_all([authority(), authority()])

        with pytest.raises(DBAPIError):
            write_twice()
        with transaction() as session:
            session.add(authority("Essex", "881"))
        assert names() == ["Essex"]

    def test_a_second_one_inside_is_an_error(self) -> None:
        with transaction() as session:
            session.add(authority())
            with pytest.raises(RuntimeError, match="already open"), transaction():
                pass
        assert names() == ["Darlington"]

    def test_changes_made_before_it_are_an_error(self) -> None:
        db.session.add(authority())
        with pytest.raises(RuntimeError, match="before the transaction"), transaction():
            pass

    def test_it_cannot_be_committed_from_inside(self) -> None:
        def commit_early() -> None:
            with transaction() as session:
                session.add(authority())
                session.commit()
                session.add(authority("Essex", "881"))
                session.flush()

        with pytest.raises(Exception, match="closed transaction"):
            commit_early()
        assert not is_writing()

    def test_it_reads_again_what_was_read_before_it(self, app: Flask) -> None:
        with transaction() as session:
            session.add(authority())
        seen = db.session.scalars(select(LocalAuthority)).one()
        assert seen.name == "Darlington"
        with app.app_context(), transaction():
            db.session.scalars(select(LocalAuthority)).one().name = "Essex"
        with transaction():
            assert seen.name == "Essex"


@pytest.mark.usefixtures("app")
class TestReading:
    def test_a_session_refuses_to_write_outside_a_transaction(self) -> None:
        db.session.add(authority())
        with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
            db.session.commit()
        db.session.rollback()
        assert names() == []

    def test_a_session_refuses_to_write_after_a_transaction_too(self) -> None:
        with transaction() as session:
            session.add(authority())
        db.session.scalars(select(LocalAuthority)).one().name = "Essex"
        with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
            db.session.flush()

    def test_a_reader_neither_waits_for_a_writer_nor_sees_it(self, app: Flask) -> None:
        with transaction() as session:
            session.add(authority())
            session.flush()
            with app.app_context():
                assert names() == []
        assert names() == ["Darlington"]

    def test_a_writer_does_not_wait_for_a_reader(self, app: Flask) -> None:
        assert names() == []
        with app.app_context(), transaction() as session:
            session.add(authority())
        read_only()
        assert names() == ["Darlington"]

    def test_it_is_an_error_inside_a_transaction(self) -> None:
        with transaction(), pytest.raises(RuntimeError, match="transaction is open"):
            read_only()


def test_reading_then_writing_loses_no_update_on_sqlite(sqlite_app: Flask) -> None:
    with transaction() as session:
        session.add(authority("0"))

    def count_up() -> None:
        for _ in range(25):
            with sqlite_app.app_context(), transaction() as session:
                row = session.scalars(select(LocalAuthority)).one()
                row.name = str(int(row.name) + 1)

    with ThreadPoolExecutor(4) as threads:
        for each in [threads.submit(count_up) for _ in range(4)]:
            each.result()
    assert names() == ["100"]


def test_transactions_of_several_threads_are_all_kept(app: Flask) -> None:
    def write(code: int) -> None:
        with app.app_context(), transaction() as session:
            session.add(authority(code=str(code)))

    with ThreadPoolExecutor(4) as threads:
        for each in [threads.submit(write, code) for code in range(800, 820)]:
            each.result()
    assert db.session.scalar(select(func.count()).select_from(LocalAuthority)) == 20
