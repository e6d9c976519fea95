"""The record of children on no roll, and the return to the DfE, as people use them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from cme.access.roles import Role
from cme.casework.record.catalogue import read_reasons
from cme.casework.safety.restrictions import RestrictionKind
from cme.services import restrictions
from cme.services.removal import cme_records
from cme.services.restrictions import NewRestriction
from cme.store import cases
from cme.store.database import db, transaction
from cme.store.tables import AuditEntry, Case, CmeSpell, Pupil, Registration
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook
from tests.people import World
from tests.store import statements
from tests.webclient import WebClient

pytestmark = on_both

TODAY = AT.date()
RECORD = "/children-missing-education"
APPLICANT = {
    "authority": "841",
    "forename": "Lea",
    "surname": "Wren",
    "born_on": ["4", "5", "2015"],
    "sex": "F",
    "started_on": ["1", "9", "2026"],
    "reason": "application_awaiting",
    "note": "Applied for a place in Year 6",
}


@pytest.fixture
def officer(world: World) -> WebClient:
    """The browser of Northmoor's CME officer."""
    return world.sign_in_as(Role.CME_OFFICER, name="Cleo Rowe")


def added(officer: WebClient, changes: Mapping[str, object] | None = None) -> str:
    """Add a child by hand; the address of the entry."""
    return officer.post(f"{RECORD}/add", {**APPLICANT, **(changes or {})}).location


def removed(world: World, book: Casebook, *, off_roll: bool = True) -> str:
    """A child who was removed and is on the record; the reference of the case."""
    reference = book.referred()
    with world.app.app_context(), transaction() as session:
        case = cases.find_case(book.officer, reference)
        assert case is not None
        if off_roll:
            case.registration.removed_on = TODAY
        session.flush()
        cme_records.open_spell(book.officer, case, started_on=TODAY, reason="unknown", at=AT)
    return reference


def test_an_applicant_is_added_by_hand_and_shown(officer: WebClient) -> None:
    page = officer.get(added(officer))
    assert "Lea Wren" in page.words
    assert "Lea" not in page.title
    for said in (
        "First day off every roll 1 September 2026",
        "Duration 8 to 12 weeks",
        "Primary reason School application awaiting outcome",
        "Check again Tue 29 Sep 2026 (overdue)",
        "Applied for a place in Year 6",
        "Entered Fri 20 Nov 2026, Cleo Rowe",
    ):
        assert said in page.words, said
    listed = officer.get(f"{RECORD}/")
    assert listed.heading == "Children missing education"
    assert "1 child" in listed.words
    assert "Lea Wren, entry 1" in listed.links


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"surname": ""}, "Enter the surname."),
        ({"forename": " "}, "Enter the forename."),
        ({"born_on": ["", "", ""]}, "Enter the date of birth."),
        ({"born_on": ["1", "6", "2023"]}, "of compulsory school age from"),
        ({"reason": ""}, "Choose the primary reason."),
        ({"reason": "made_up"}, "Choose the primary reason."),
        ({"started_on": ["21", "11", "2026"]}, "must be today or earlier"),
        ({"upn": "A123"}, "Enter a UPN as it stands"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    officer: WebClient, changes: dict[str, object], said: str
) -> None:
    page = officer.post(f"{RECORD}/add", {**APPLICANT, **changes}, status=422)
    assert said in " ".join(page.errors)
    form = page.form(f"{RECORD}/add")
    assert form["note"] == APPLICANT["note"]
    assert form["authority"] == "841"


def test_the_same_child_is_not_added_twice_unless_somebody_looked(world: World, officer: WebClient) -> None:
    added(officer)
    page = officer.post(f"{RECORD}/add", {**APPLICANT, "forename": "LEA"}, status=422)
    assert "is on this record already" in page.errors[0]
    assert page.form(f"{RECORD}/add")["forename"] == "LEA"
    added(officer, {"is_another": "y"})
    with world.app.app_context():
        assert db.session.scalars(select(CmeSpell.pupil_id)).all() == [1, 2]


def test_a_child_on_a_roll_here_is_not_added(book: Casebook, officer: WebClient) -> None:
    book.referred()
    same = {"surname": "Arden", "forename": "Ada", "born_on": ["4", "5", "2014"]}
    page = officer.post(f"{RECORD}/add", {**APPLICANT, **same}, status=422)
    assert "is on the roll of a school here" in page.errors[0]


def test_a_known_upn_is_the_same_child_and_no_box_says_otherwise(world: World, officer: WebClient) -> None:
    upn = {"upn": "h801200001001"}
    with world.app.app_context(), transaction() as session:
        pupil = Pupil(upn="H801200001001", surname="Wren", forename="Lea", sex="F", created_at=AT)
        session.add(pupil)
        session.flush()
        session.add(
            Registration(
                pupil_id=pupil.id, school_id=world.school_a.school_id, created_at=AT, removed_on=TODAY
            )
        )
    added(officer, upn)
    with world.app.app_context():
        assert db.session.scalars(select(Pupil.id)).all() == [1]
    page = officer.post(f"{RECORD}/add", {**APPLICANT, **upn, "is_another": "y"}, status=422)
    assert "The child with this UPN is on this record already." in page.errors


def test_a_correction_says_what_was_there_before_and_why(world: World, officer: WebClient) -> None:
    address = added(officer)
    form = officer.get(f"{address}/correct").form(f"{address}/correct")
    changes = {
        **form,
        "started_on": ["7", "9", "2026"],
        "reason": "waiting_start",
        "sex": "F",
        "year_group": "Year 6",
    }
    page = officer.post(f"{address}/correct", changes, status=422)
    assert page.errors == ["Enter why the entry is corrected."]
    assert page.form(f"{address}/correct")["reason"] == "waiting_start"
    officer.post(f"{address}/correct", {**changes, "why": "The school confirmed it"})
    with world.app.app_context():
        assert last_action() == "cme_record.corrected"
    words = officer.get(address).words
    assert "First day was 1 September 2026, is 7 September 2026" in words
    assert "Reason was School application awaiting outcome, is Waiting school start" in words
    assert "20 November 2026, Cleo Rowe:" in words
    assert "The school confirmed it" in words
    again = {**changes, "seen": "2", "why": "Again"}
    page = officer.post(f"{address}/correct", again, status=422)
    assert "Nothing is different" in page.errors[0]


def test_two_who_correct_the_same_entry_do_not_overwrite_each_other(officer: WebClient) -> None:
    address = added(officer)
    form = officer.get(f"{address}/correct").form(f"{address}/correct")
    first = {**form, "started_on": ["7", "9", "2026"], "why": "First"}
    officer.post(f"{address}/correct", first)
    page = officer.post(f"{address}/correct", {**first, "reason": "other", "why": "Second"}, status=422)
    assert "Somebody else changed this entry" in page.errors[0]


def test_an_entry_ends_with_how_and_what_shows_it(officer: WebClient) -> None:
    address = added(officer)
    page = officer.post(f"{address}/end", {"end_reason": "O14"}, status=422)
    assert page.errors == [
        "Enter the first day on which the child was in education again.",
        "Choose how it ended.",
        "Enter what shows this: who confirmed it, and when.",
    ]
    early = {"ended_on": ["31", "8", "2026"], "end_reason": "O05", "note": "Their office, by telephone"}
    page = officer.post(f"{address}/end", early, status=422)
    assert "must be 1 September 2026 or later" in page.errors[0]
    late = {**early, "ended_on": ["21", "11", "2026"]}
    assert "today or earlier" in officer.post(f"{address}/end", late, status=422).errors[0]
    sound = {**early, "ended_on": ["16", "11", "2026"]}
    officer.post(f"{address}/end", sound)
    words = officer.get(address).words
    assert "Ended 16 November 2026" in words
    assert "Registered at a school in another English authority" in words
    assert "Their office, by telephone" in words
    page = officer.post(f"{address}/end", sound, status=422)
    assert "This entry ended on 16 November 2026." in page.errors
    assert "Nobody is here." in officer.get(f"{RECORD}/").words
    assert "Lea Wren, entry 1" in officer.get(f"{RECORD}/?part=ended").links


def test_a_removal_opens_one_entry_and_an_admission_ends_it(world: World, book: Casebook) -> None:
    reference = removed(world, book)
    with world.app.app_context():
        case = cases.find_case(book.officer, reference)
        assert case is not None
        case_id, pupil_id = case.id, case.registration.pupil_id
        with transaction():
            again = cases.find_case(book.officer, reference)
            assert again is not None
            cme_records.open_spell(book.officer, again, started_on=TODAY, reason="other", at=AT)
        (spell,) = db.session.scalars(select(CmeSpell)).all()
        assert (spell.case_id, spell.reason, spell.started_on) == (case_id, "unknown", TODAY)
        with transaction():
            ended = cme_records.close_spell(
                book.dsl, pupil_id, ended_on=TODAY + timedelta(days=2), end_reason="O01", at=AT
            )
            assert ended is not None
        with transaction():
            assert (
                cme_records.close_spell(book.dsl, pupil_id, ended_on=TODAY, end_reason="O01", at=AT) is None
            )
        assert last_action() == "cme_record.ended"


def test_an_unknown_reason_or_end_is_a_fault_of_the_program(world: World, book: Casebook) -> None:
    reference = removed(world, book)
    with world.app.app_context():
        case = cases.find_case(book.officer, reference)
        assert case is not None
        with pytest.raises(ValueError, match="reason"), transaction():
            cme_records.open_spell(book.officer, case, started_on=TODAY, reason="x", at=AT)
        with pytest.raises(ValueError, match="outcome"), transaction():
            cme_records.close_spell(
                book.officer, case.registration.pupil_id, ended_on=TODAY, end_reason="O14", at=AT
            )


def test_the_stored_duty_says_when_to_look_again(world: World, book: Casebook, officer: WebClient) -> None:
    reference = removed(world, book)
    with world.app.app_context(), transaction() as session:
        session.execute(
            update(Case)
            .where(Case.reference == reference)
            .values(
                stage="trace",
                authority_due_on=date(2026, 10, 26),
                authority_due_what="Acknowledge the referral",
                owed=[
                    ["Acknowledge the referral", "2026-10-26", "authority"],
                    ["Check again for the child", "2026-11-19", "authority"],
                ],
            )
        )
    page = officer.get(f"{RECORD}/")
    assert "Thu 19 Nov 2026 Overdue" in page.words


def test_the_list_has_pages_and_asks_no_more_for_more(world: World, officer: WebClient) -> None:
    add_many(world, 1)
    officer.get(f"{RECORD}/")
    with statements(world.app) as few:
        officer.get(f"{RECORD}/")
    add_many(world, 59)
    with statements(world.app) as many:
        first = officer.get(f"{RECORD}/")
    assert len(many) == len(few) <= 15
    second = officer.get(first.links["Next page"])
    entries = [words for page in (first, second) for words in page.links if ", entry " in words]
    assert len(set(entries)) == 60


def add_many(world: World, number: int, **values: object) -> None:
    """Put so many children on Northmoor's record."""
    with world.app.app_context(), transaction() as session:
        for _ in range(number):
            pupil = Pupil(surname="Wren", forename="Lea", born_on=date(2015, 5, 4), sex="F", created_at=AT)
            session.add(pupil)
            session.flush()
            session.add(
                CmeSpell(
                    **{
                        "authority_id": world.northmoor.authority_id,
                        "pupil_id": pupil.id,
                        "started_on": date(2026, 6, 1),
                        "reason": "unknown",
                        "sex": "F",
                        "created_at": AT,
                        "created_by": "Cleo Rowe",
                        **values,
                    }
                )
            )


def test_the_return_counts_the_record_and_names_whom_it_leaves_out(
    world: World, book: Casebook, officer: WebClient
) -> None:
    add_many(world, 6)
    add_many(world, 1, ended_on=date(2026, 9, 30))
    still_here = book.referred()
    page = officer.get(f"{RECORD}/return?census=2026-10-01")
    assert page.heading == "Termly return to the DfE"
    assert "Unknown 6 7" in page.words
    assert "Total 6 7" in page.words
    for reason in read_reasons().values():
        assert reason in page.words
    assert "The child was referred and is on the roll of a school, however long absent 1" in page.words
    assert f"Ada Arden, {still_here}" in page.links
    assert "The time on no roll had ended 1" in page.words
    assert "This census day is still to come." in officer.get(f"{RECORD}/return").words


def test_l35_a_child_on_roll_is_not_in_the_figures(world: World, book: Casebook) -> None:
    """Attendance reference L35: on roll, day 15, census day: not in the DfE's figures."""
    book.referred(days=15)
    for _ in range(5):
        removed(world, book, off_roll=False)
    with world.app.app_context():
        found = cme_records.count_census(book.officer, TODAY)
        assert found.figures.on_day.total == 0
        assert found.reasons == {
            cme_records.ON_ROLL: 6,
            "the child is on the roll of a school": 5,
        }


def test_a_child_who_is_on_another_schools_roll_by_the_upn_is_not_counted(
    world: World, book: Casebook
) -> None:
    add_many(world, 5)
    with world.app.app_context():
        assert cme_records.count_census(book.officer, TODAY).figures.on_day.total == 5
        with transaction() as session:
            session.execute(update(Pupil).where(Pupil.id == 1).values(upn="H801200001001"))
            twin = Pupil(upn="H801200001001", surname="Wren", forename="Lea", created_at=AT)
            session.add(twin)
            session.flush()
            session.add(
                Registration(
                    pupil_id=twin.id,
                    school_id=world.school_c.school_id,
                    created_at=AT,
                    starting_on=date(2026, 11, 18),
                )
            )
        assert cme_records.count_census(book.officer, TODAY).figures.on_day.total is None
        before = date(2026, 11, 17)
        assert cme_records.count_census(book.officer, before).figures.on_day.total == 5


def test_the_file_has_the_figures_no_name_and_is_on_the_audit(world: World, officer: WebClient) -> None:
    add_many(world, 6)
    add_many(world, 2, sex="M")
    page = officer.get(f"{RECORD}/return.csv?census=2026-11-20")
    rows = page.html.removeprefix("\ufeff").split("\r\n")
    assert rows[0] == "Census day,Category,Group,On census day,In the academic year before"
    assert rows[1] == "2026-11-20,Total,All,8,8"
    assert "2026-11-20,Sex,Female,c,c" in rows
    assert "2026-11-20,Sex,Male,c,c" in rows
    assert "2026-11-20,Sex,Unknown,0,0" in rows
    assert "Wren" not in page.html
    with world.app.app_context():
        assert last_action() == "cme_return.exported"


def test_what_is_sent_to_the_dfe_has_every_number(world: World, officer: WebClient) -> None:
    """The return is a duty of the authority: what is hidden from readers is not hidden from the DfE."""
    add_many(world, 6)
    add_many(world, 2, sex="M")
    address = f"{RECORD}/return.csv?census=2026-11-20&numbers=all"
    assert address in officer.get(f"{RECORD}/return?census=2026-11-20").links.values()
    rows = officer.get(address).html.removeprefix("\ufeff").split("\r\n")
    assert {"2026-11-20,Sex,Female,6,6", "2026-11-20,Sex,Male,2,2"} <= set(rows)
    with world.app.app_context():
        assert last_action() == "cme_return.exported"


@pytest.mark.parametrize("census", ["0001-01-01", "2024-08-31", "soon", ""])
def test_a_day_that_cannot_be_a_census_day_is_the_next_one(officer: WebClient, census: str) -> None:
    assert "21 January 2027" in officer.get(f"{RECORD}/return?census={census}").words


def test_a_far_census_day_is_counted(officer: WebClient) -> None:
    assert "31 December 9999" in officer.get(f"{RECORD}/return?census=9999-12-31").words


@pytest.mark.parametrize("form", ["", "/correct", "/end"])
def test_every_look_at_an_entry_is_on_record(world: World, officer: WebClient, form: str) -> None:
    address = added(officer)
    officer.get(f"{address}{form}")
    with world.app.app_context():
        newest = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert newest is not None
        assert (newest.action, newest.subject) == ("record.viewed", f"spell:{address.rpartition('/')[2]}")


def test_an_entry_was_made_on_the_day_it_was_in_england(world: World) -> None:
    with time_machine.travel(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), tick=False):
        officer = world.sign_in_as(Role.CME_OFFICER, name="Cleo Rowe")
        address = added(officer, {"started_on": ["1", "6", "2026"]})
        assert "Entered Thu 2 Jul 2026, Cleo Rowe" in officer.get(address).words


def last_action() -> str:
    """The action of the newest entry of the audit."""
    return db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq.desc())).first() or ""


def test_another_authority_has_its_own_record(world: World, officer: WebClient) -> None:
    address = added(officer)
    other = world.sign_in_as(Role.CME_OFFICER, world.elsewhere)
    assert "Lea Wren" not in other.get(f"{RECORD}/").words
    other.get(address, status=404)
    other.post(f"{address}/end", {}, status=404)
    other.post(f"{RECORD}/add", {**APPLICANT, "authority": "841"}, status=404)
    assert "Total 0 0" in other.get(f"{RECORD}/return").words


def test_a_protected_address_is_in_no_note_that_an_inspector_reads(world: World, book: Casebook) -> None:
    reference = removed(world, book)
    with world.app.app_context(), transaction() as session:
        case = session.scalars(select(Case).where(Case.reference == reference)).one()
        pupil = case.registration.pupil
        pupil.house, pupil.street, pupil.postcode = "Marigold Refuge", "77 Hidden Lane", "QZ9 9ZQ"
        spell = session.scalars(select(CmeSpell).where(CmeSpell.pupil_id == pupil.id)).one()
        spell.note = "Seen at Marigold Refuge, 77 Hidden Lane"
        spell_id, registration_id = spell.id, case.registration_id
    readers = [world.sign_in_as(role) for role in (Role.INSPECTOR, Role.CME_OFFICER)]
    assert all("Hidden Lane" in each.get(f"{RECORD}/{spell_id}").words for each in readers)
    with world.app.app_context():
        new = NewRestriction(RestrictionKind.PROTECTED_ADDRESS, note="Refuge")
        assert isinstance(restrictions.add(book.dsl, registration_id, new, at=AT), int)
    told = ["Hidden Lane" in each.get(f"{RECORD}/{spell_id}").words for each in readers]
    assert told == [False, True]


def test_children_without_a_reason_are_named_beside_the_return(world: World, book: Casebook) -> None:
    removed(world, book)
    page = world.sign_in_as(Role.CME_OFFICER).get(f"{RECORD}/return?census=2026-11-20")
    assert "In the return without a reason" not in page.words
    with world.app.app_context(), transaction() as session:
        session.execute(update(CmeSpell).values(reason="not_recorded"))
    page = world.sign_in_as(Role.CME_OFFICER).get(f"{RECORD}/return?census=2026-11-20")
    assert "In the return without a reason" in page.words
    assert "/children-missing-education/1" in page.links.values()


def test_a_manager_reads_and_takes_the_return_and_changes_nothing(world: World, officer: WebClient) -> None:
    address = added(officer)
    manager = world.sign_in_as(Role.LA_MANAGER)
    assert "Correct the entry" not in manager.get(address).words
    manager.get(f"{RECORD}/return.csv")
    manager.get(f"{address}/correct", status=404)
    manager.get(f"{RECORD}/add", status=403)


@pytest.mark.parametrize("role", [Role.DSL, Role.HEAD, Role.FRONT_DOOR, Role.ADMISSIONS, Role.LA_ADMIN])
def test_the_record_is_for_those_who_keep_it(world: World, role: Role) -> None:
    client = world.sign_in_as(role)
    for address in (f"{RECORD}/", f"{RECORD}/return", f"{RECORD}/return.csv", f"{RECORD}/add"):
        client.get(address, status=403)
