"""Lists beside the rolls: what is taken, what is left out, and who is found in them."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from cme.access.roles import Role
from cme.access.scope import Grant, Scope
from cme.casework.case import Refused
from cme.identity.likeness import Identity
from cme.identity.searching import Child
from cme.services.tracing import child_lists, incoming, incoming_search, matches, searching
from cme.services.tracing.child_lists import ListKind
from cme.services.tracing.incoming import Letter, Received
from cme.store import schools, search_keys
from cme.store.database import db, transaction
from cme.store.tables import Alert, AuditEntry, ListedChild, SearchKey, TraceMatch
from tests.integration.services.office import BORN_ON, Town, after_school, days_from, on_both
from tests.integration.services.tracing import member

WEEK = days_from(date(2026, 10, 12), 5)
AT = after_school(WEEK[-1])
LIST = (
    f"Surname,Forenames,Date of birth,Address,Shoe size\nBirch,Ada,{BORN_ON},1 Elm Row DL1 1AA,4\nElm,,,,\n"
)


@pytest.fixture
def officer(town: Town) -> Scope:
    """An officer of the only authority."""
    assert town.alder
    authority_id = min(schools.read_authority_ids())
    return Scope(None, "An officer", frozenset({Grant(Role.CME_OFFICER, authority_id)}))


def receive(
    officer: Scope, text: str = LIST, kind: ListKind = ListKind.HOME_EDUCATION, *, at: datetime = AT
) -> int:
    authority_id = min(schools.read_authority_ids())
    done = child_lists.receive(officer, authority_id, kind, "list.csv", text.encode(), at=at)
    assert isinstance(done, int)
    return done


def take(officer: Scope, list_id: int, *, at: datetime = AT) -> Refused | None:
    view = child_lists.show(officer, list_id)
    assert view is not None
    seen = dict(view.upload.columns)
    db.session.rollback()
    return child_lists.take(officer, list_id, seen=seen, at=at)


def found(officer: Scope, surname: str = "Birch", forename: str = "Ada") -> list[tuple[str, str]]:
    """Label and list of everybody found by that name; '' for a pupil."""
    db.session.rollback()
    rows = searching.find(officer, [Child(Identity(surname, forename, BORN_ON))])[0]
    return [(each.finding.label.value, each.listed.kind if each.listed else "") for each in rows]


@on_both
def test_a_child_of_a_list_is_found_once_it_is_used_and_no_more_once_it_is_replaced(
    officer: Scope,
) -> None:
    first = receive(officer)
    assert found(officer) == []
    assert take(officer, first) is None
    assert found(officer) == [("likely", "home_education")]
    later = receive(officer, LIST.replace("Birch", "Oak"), at=AT + timedelta(days=1))
    assert found(officer) == [("likely", "home_education")]
    assert take(officer, later, at=AT + timedelta(days=1)) is None
    assert found(officer) == []
    assert found(officer, "Oak") == [("likely", "home_education")]
    assert db.session.scalars(select(ListedChild.surname)).all() == ["Oak"]
    (in_use,), waiting = child_lists.list_all(officer)
    assert (in_use.children, in_use.content, list(waiting)) == (1, None, [])


@on_both
def test_a_list_that_is_used_is_searched_for_cases_and_requests_and_again_only_for_who_is_new(
    town: Town, officer: Scope
) -> None:
    town.alder.submit(WEEK, {"Birch, Ada": "OOOOO"})
    member(town.alder.authority_id)
    asked = "From: Durham (840)\nOur reference: A1\nLegal surname: Birch\nForenames: Ada\n"
    letter = Letter(f"{asked}Date of birth: {BORN_ON:%d/%m/%Y}\n", received_on=AT.date())
    done = incoming.receive(officer, letter, at=AT)
    assert isinstance(done, Received)
    incoming_search.search(officer, done.new[0], seen=None, at=AT)

    def listed() -> list[tuple[bool, str]]:
        db.session.rollback()
        rows = db.session.scalars(select(TraceMatch).where(TraceMatch.listed_id.is_not(None)))
        return sorted((each.incoming_id is not None, each.disposition) for each in rows)

    assert listed() == []
    assert take(officer, receive(officer)) is None
    assert listed() == [(False, "unreviewed"), (True, "unreviewed")]
    texts = [each.text for each in db.session.scalars(select(Alert).where(Alert.kind == "match"))]
    ids = db.session.scalars(select(TraceMatch.id).where(TraceMatch.sought_pupil_id.is_not(None))).all()
    view = matches.show(officer, ids[0])
    assert view is not None
    assert (view.listed, view.schools, view.found.address) == ("home_education", (), "1 Elm Row")
    db.session.rollback()
    assert matches.decide(officer, ids[0], "not_same_child", "Another", seen=None, at=AT) is None
    assert take(officer, receive(officer, LIST + f"Ash,Lea,{BORN_ON},,\n")) is None
    assert listed() == [(False, "not_same_child"), (True, "unreviewed")]
    assert sorted("asking about" in each for each in texts) == [False, True]
    told = db.session.query(Alert).filter_by(kind="match").count()
    assert told == 2
    assert db.session.query(ListedChild).count() == 2


@on_both
def test_a_row_that_nobody_is_found_by_is_left_out_and_told(officer: Scope) -> None:
    view = child_lists.show(officer, receive(officer))
    assert view is not None
    assert len(view.read.children) == 1
    assert [text[:6] for text in view.left_out] == ["Row 3:"]
    assert dict(view.read.headings)["Shoe size"] is None


@on_both
def test_a_list_of_nobody_takes_the_place_of_none(officer: Scope) -> None:
    assert take(officer, receive(officer)) is None
    refused = take(officer, receive(officer, "Surname,Date of birth\nElm,\n"))
    assert refused is not None
    assert found(officer) == [("likely", "home_education")]


def test_columns_that_are_not_known_are_named_by_somebody(officer: Scope) -> None:
    book = Workbook()
    book.active.append(["Nachname", "Vorname", "Geboren"])
    book.active.append(["Birch", "Ada", BORN_ON])
    file = BytesIO()
    book.save(file)
    authority_id = min(schools.read_authority_ids())
    list_id = child_lists.receive(
        officer, authority_id, ListKind.ADMISSIONS, "list.xlsx", file.getvalue(), at=AT
    )
    assert isinstance(list_id, int)
    refused = take(officer, list_id)
    assert refused is not None
    db.session.rollback()
    named = {"Nachname": "surname", "Vorname": "forenames", "Geboren": "born_on"}
    child_lists.name_columns(officer, list_id, named)
    stale = child_lists.take(officer, list_id, seen={}, at=AT)
    assert stale is not None
    assert stale.missing == ("seen",)
    assert take(officer, list_id) is None
    assert found(officer) == [("likely", "admissions")]


def test_a_file_that_cannot_be_read_leaves_its_hash_and_nothing_else(officer: Scope) -> None:
    authority_id = min(schools.read_authority_ids())
    refused = child_lists.receive(
        officer, authority_id, ListKind.ADMISSIONS, "list.xlsx", b"PK\x03\x04no workbook", at=AT
    )
    assert isinstance(refused, Refused)
    assert child_lists.list_all(officer) == ([], [])
    event = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "child_list.refused")).one()
    assert set(event.detail) == {"kind", "sha256"}


def test_a_pupil_who_is_on_a_list_too_is_no_namesake_of_itself(town: Town, officer: Scope) -> None:
    town.alder.submit(WEEK, {"Birch, Ada": "PPPPP"})
    assert take(officer, receive(officer)) is None
    assert found(officer) == [("likely", ""), ("likely", "home_education")]


def test_the_keys_of_lists_are_rebuilt(officer: Scope) -> None:
    assert take(officer, receive(officer)) is None
    with transaction() as session:
        session.execute(SearchKey.__table__.delete())
    assert found(officer) == []
    with transaction():
        search_keys.rebuild()
    assert found(officer) == [("likely", "home_education")]


def test_an_upload_that_nobody_decides_on_is_erased(officer: Scope) -> None:
    receive(officer)
    assert child_lists.erase_waiting(at=AT + timedelta(days=6)) == 0
    assert child_lists.erase_waiting(at=AT + timedelta(days=8)) == 1


def test_lists_of_another_authority_are_out_of_reach(officer: Scope) -> None:
    list_id = receive(officer)
    stranger = Scope(None, "A stranger", frozenset({Grant(Role.CME_OFFICER, 999)}))
    assert child_lists.show(stranger, list_id) is None
    with pytest.raises(LookupError):
        child_lists.take(stranger, list_id, seen={}, at=AT)
    assert take(officer, list_id) is None
    assert found(stranger) == []
