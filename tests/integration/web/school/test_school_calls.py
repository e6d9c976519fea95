"""The calls of a school's day: the list, and recording a call in one go."""

import pytest

from cme.access.roles import Role
from cme.casework.safety.restrictions import RestrictionKind
from cme.services import restrictions
from cme.services.registers import roll
from cme.services.registers.roll import RollRow
from cme.services.restrictions import NewRestriction
from cme.store.database import db, transaction
from cme.store.tables import Enquiry
from importers.roll.entries import ContactEntry, RollEntry
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook
from tests.integration.web.school.conftest import Office
from tests.people import World

CALLED = RollEntry(
    contacts=(
        ContactEntry("Pat Arden", "Mother", "07700 900001"),
        ContactEntry("Lee Arden", "Father", "07700 900002"),
    ),
)
NO_ANSWER = {"result": "no_answer", "said": ""}


@pytest.fixture
def office(world: World, book: Casebook) -> Office:
    """A school at which Ada and her brother Ben were absent on the newest day, and Cora was not."""
    office = Office(world, world.sign_in_as(Role.SCHOOL_USER))
    office.approve({"Arden, Ada": ["O"], "Birch, Ben": ["N"], "Cole, Cora": ["P"]})
    for surname in ("Arden", "Birch"):
        with world.app.app_context(), transaction():
            rows = {key_of(office, surname): RollRow(CALLED)}
            roll.apply(book.dsl, book.place.school_id or 0, rows, (), at=AT)
    return office


def key_of(office: Office, surname: str) -> int:
    return int(office.pupil(surname).rpartition("/")[2])


def called(office: Office, surname: str, typed: dict[str, str]) -> dict[str, str]:
    """The form of a row as the page has it, with what is typed into it."""
    page, key = office.client.get(f"{office.path}/calls"), key_of(office, surname)
    form = page.form(f"/pupils/{key}/calls")
    return form | {f"call-{key}-{name}": value for name, value in typed.items()}


def without_token(sent: dict[str, str]) -> dict[str, str]:
    """What a form sends without the token of the browser that it was filled in with."""
    return {name: said for name, said in sent.items() if name != "csrf_token"}


def test_the_school_is_told_whom_to_ring_and_why(office: Office) -> None:
    page = office.client.get(f"{office.path}/")
    assert page.links["Ring the families of 2 pupils"] == f"{office.path}/calls"
    assert "Overdue" in page.words
    page = office.client.get(f"{office.path}/calls")
    assert page.heading == "Calls to make for Thu 19 Nov 2026"
    assert "This is the newest register on record." in page.words
    words = page.words
    assert words.index("Ada Arden") < words.index("Ben Birch")
    assert "Cora" not in words
    assert "Ring next: Pat Arden" in words
    assert "Nobody has been rung yet." in words
    assert "Day 1 of this absence" in words
    assert "Brothers and sisters: Ben Birch: absent too" in words
    assert 'href="tel:07700900001"' in page.html


@on_both
def test_a_call_is_recorded_with_two_clicks_and_one_field(office: Office) -> None:
    sent = called(office, "Arden", {"result": "reached_safe", "said": "Has a cold"})
    path = f"{office.pupil('Arden')}/calls"
    assert office.client.post(path, sent).location == f"{office.path}/calls"
    page = office.client.get(f"{office.path}/calls")
    assert "The call about Ada Arden is recorded." in page.words
    assert "1 family has been reached." in page.words
    assert "Ada Arden" not in page.heading
    assert f'action="{path}"' not in page.html


def test_what_a_dsl_keeps_for_safeguarding_staff_is_not_shown_to_the_office(
    world: World, office: Office
) -> None:
    dsl, said = world.sign_in_as(Role.DSL), "Afraid of an uncle"
    path, calls = f"{office.pupil('Arden')}/calls", f"{office.path}/calls"
    assert "Only safeguarding staff may read this entry" not in office.client.get(calls).words
    assert "Only safeguarding staff may read this entry" in dsl.get(calls).words
    key = key_of(office, "Arden")
    sent = called(office, "Birch", {"result": "reached_safe", "said": "Has a cold"})
    dsl.post(f"{office.pupil('Birch')}/calls", without_token(sent))
    sent = called(office, "Arden", {"result": "reached_safe", "said": said})
    dsl.post(path, {**without_token(sent), f"call-{key}-restricted": "y"})
    with world.app.app_context():
        assert [row.restricted for row in db.session.scalars(db.select(Enquiry))] == [False, True]


def test_after_a_call_nobody_answered_the_next_contact_is_chosen(office: Office) -> None:
    sent = called(office, "Arden", NO_ANSWER)
    path = f"{office.pupil('Arden')}/calls"
    office.client.post(path, sent)
    office.client.post(path, sent)
    page = office.client.get(f"{office.path}/calls")
    assert "1 attempt, the last at 12:00: no answer." in page.words
    assert "The second attempt counts from 15:00." in page.words
    assert "Ring next: Lee Arden" in page.words


def test_what_was_typed_stays_where_something_is_missing(office: Office) -> None:
    key = key_of(office, "Arden")
    sent = called(office, "Arden", {"said": "<b>Back on Monday</b>"})
    page = office.client.post(f"/pupils/{key}/calls", sent, status=422)
    assert page.errors == ["Choose what came of the call."]
    assert page.form(f"/pupils/{key}/calls")[f"call-{key}-said"] == "<b>Back on Monday</b>"
    sent = called(office, "Arden", {"result": "reached_concern", "said": ""})
    page = office.client.post(f"/pupils/{key}/calls", sent, status=422)
    assert page.errors == ["Enter what was said."]
    assert page.form(f"/pupils/{key}/calls")[f"call-{key}-result"] == "reached_concern"


def test_what_was_typed_stays_where_nobody_rings_any_more(
    world: World, book: Casebook, office: Office
) -> None:
    key = key_of(office, "Arden")
    sent = called(office, "Arden", {"result": "reached_safe", "said": "Has a cold"})
    with world.app.app_context():
        restrictions.add(book.dsl, key, NewRestriction(RestrictionKind.ADVICE_FIRST, note="Police"), at=AT)
    page = office.client.post(f"/pupils/{key}/calls", sent, status=422)
    assert page.errors == ["Nobody rings the family. Tell the designated safeguarding lead what you know."]
    assert page.form(f"/pupils/{key}/calls")[f"call-{key}-said"] == "Has a cold"


def test_a_concern_is_the_dsls_at_once(office: Office) -> None:
    sent = called(office, "Arden", {"result": "reached_concern", "said": "She has run away"})
    office.client.post(f"{office.pupil('Arden')}/calls", sent)
    assert "tell them now" in office.client.get(f"{office.path}/calls").words


def test_when_everybody_was_reached_the_page_says_what_comes_next(office: Office) -> None:
    for surname in ("Arden", "Birch"):
        sent = called(office, surname, {"result": "reached_safe", "said": "Ill"})
        office.client.post(f"{office.pupil(surname)}/calls", sent)
    words = office.client.get(f"{office.path}/calls").words
    assert "There is nobody to ring. The next list comes with the next register." in words
    assert "Ring the families" not in office.client.get(f"{office.path}/").words


def test_before_the_first_register_there_is_nobody_to_ring(world: World) -> None:
    office = Office(world, world.sign_in_as(Role.SCHOOL_USER))
    page = office.client.get(f"{office.path}/calls")
    assert page.heading == "Calls to make"
    assert "There is no register yet." in page.words


def test_restrictions_stand_above_the_contacts(world: World, book: Casebook, office: Office) -> None:
    key = key_of(office, "Arden")
    with world.app.app_context():
        new = NewRestriction(RestrictionKind.ADVICE_FIRST, note="Police")
        restrictions.add(book.dsl, key, new, at=AT)
    page = office.client.get(f"{office.path}/calls")
    words = page.words
    assert words.index("Specialist advice first.") < words.index("Pat Arden")
    assert "Nobody rings the family." in words
    assert f'action="/pupils/{key}/calls"' not in page.html
    assert page.html.count("tel:") == 2


def test_the_head_reads_the_list_and_records_nothing(world: World, office: Office) -> None:
    head = world.sign_in_as(Role.HEAD)
    page = head.get(f"{office.path}/calls")
    assert "Ada Arden" in page.words
    assert "Record the call" not in page.words
    head.post(f"{office.pupil('Arden')}/calls", NO_ANSWER, status=404)


def test_flags_are_named_to_the_dsl_alone(world: World, book: Casebook, office: Office) -> None:
    with world.app.app_context(), transaction():
        rows = {key_of(office, "Birch"): RollRow(RollEntry(flags=("social_worker",)))}
        roll.apply(book.dsl, book.place.school_id or 0, rows, (), at=AT)
    words = office.client.get(f"{office.path}/calls").words
    assert words.index("Ben Birch") < words.index("Ada Arden")
    assert "Ring first" in words
    assert "Social worker" not in words
    assert "Social worker" in world.sign_in_as(Role.DSL).get(f"{office.path}/calls").words


def test_another_schools_calls_are_not_there(world: World, office: Office) -> None:
    stranger = world.sign_in_as(Role.SCHOOL_USER, world.school_b)
    stranger.get(f"{office.path}/calls", status=404)
    stranger.post(f"{office.pupil('Arden')}/calls", NO_ANSWER, status=404)


def test_brothers_and_sisters_stand_on_the_pupils_page(office: Office) -> None:
    page = office.client.get(office.pupil("Arden"))
    assert page.links["Ben Birch"] == office.pupil("Birch")
    assert "Possible brothers and sisters" in page.words
    assert "Thu 19 Nov 2026: code N; absent without authority for 1 school day" in page.words
    assert "Same contact phone" in page.words
    assert "Possible brothers" not in office.client.get(office.pupil("Cole")).words
