"""What cannot wait in a case: its cards, the first hour, and recording who was told."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from cme.access.roles import Role
from cme.casework.case import Action
from cme.casework.review import Rating
from cme.store.database import db, transaction
from cme.store.tables import Case, Enquiry, Pupil, PupilFlag
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, LAST_DAY, Casebook
from tests.people import World
from tests.reviews import CALM, YES, found, signing
from tests.webclient import WebClient

CHILD = "Arden, Ada"
TOLD = {"who": "Jo Hale, social worker", "result": "agency_no_trace", "said": "Saw <her> on Monday"}


@pytest.fixture
def dsl(world: World) -> WebClient:
    """The browser of the school's DSL."""
    return world.sign_in_as(Role.DSL, name="Ruth Amos")


def flagged(world: World, book: Casebook, *kinds: str) -> str:
    """A child with flags, absent since the last day; the reference of the case."""
    book.upload({CHILD: ["P"]}, last_on=LAST_DAY - timedelta(days=1))
    with world.app.app_context(), transaction() as session:
        pupil_id = session.scalars(select(Pupil.id).where(Pupil.surname == "Arden")).one()
        session.add_all(
            PupilFlag(pupil_id=pupil_id, kind=kind, created_at=AT, created_by="Ash Fenner") for kind in kinds
        )
    book.upload({CHILD: ["P", "O"]})
    with world.app.app_context():
        return db.session.scalars(select(Case.reference)).one()


def filled(card: str, **typed: str) -> dict[str, str]:
    return {f"{card}-{name}": value for name, value in {**TOLD, **typed}.items()}


def logged(world: World) -> list[tuple[str, str, str, str]]:
    with world.app.app_context():
        rows = db.session.scalars(select(Enquiry).order_by(Enquiry.id))
        return [(each.step, each.contacted, each.outcome, each.notes) for each in rows]


def test_a_fast_track_says_which_risk_it_is_for_to_those_who_read_of_risks(
    world: World, book: Casebook
) -> None:
    reference = flagged(world, book, "social_worker", "looked_after")
    said = "On the fast track because of: Social worker; Looked after."
    assert said in world.sign_in_as(Role.DSL).get(f"/cases/{reference}").words
    assert "On the fast track" not in world.sign_in_as(Role.SCHOOL_USER).get(f"/cases/{reference}").words


def test_a_flagged_child_has_a_card_from_the_first_day_and_an_hour(world: World, book: Casebook) -> None:
    reference = flagged(world, book, "social_worker", "looked_after")
    with time_machine.travel(AT + timedelta(minutes=12), tick=False):
        words = world.sign_in_as(Role.DSL).get(f"/cases/{reference}").words
    assert "What cannot wait" in words
    assert "Tell them by Fri 20 Nov 2026, 10:00am: 48 minutes left." in words
    assert "named worker today" in words
    assert "Tell the Virtual School Head today" in words


def test_the_hour_that_is_over_says_so(world: World, book: Casebook, dsl: WebClient) -> None:
    words = dsl.get(f"/cases/{flagged(world, book, 'early_help')}").words
    assert "The first hour ended at Fri 20 Nov 2026, 10:00am. Tell them now." in words


def test_telling_is_an_enquiry_and_ends_the_hour(world: World, book: Casebook, dsl: WebClient) -> None:
    reference = flagged(world, book, "social_worker")
    path = f"/cases/{reference}/urgent/named_worker"
    assert dsl.get(f"/cases/{reference}/urgent").form(path)["named_worker-told_at"] == "12:00"
    done = dsl.post(path, filled("named_worker", told_at="9.50"))
    assert done.location == f"/cases/{reference}/urgent"
    assert logged(world) == [("E14", "Jo Hale, social worker", "agency_no_trace", "Saw <her> on Monday")]
    page = dsl.get(f"/cases/{reference}/urgent")
    assert "Everybody was told by Fri 20 Nov 2026, 9:50am." in page.words
    assert "Jo Hale, social worker, Fri 20 Nov 2026, 9:50am, by Ruth Amos: Saw <her> on Monday" in page.words
    assert "(Told at Fri 20 Nov 2026, 9:50am)" in dsl.get(f"/cases/{reference}").words


@on_both
def test_a_message_that_was_left_has_told_nobody(world: World, book: Casebook, dsl: WebClient) -> None:
    reference = flagged(world, book, "social_worker")
    dsl.post(
        f"/cases/{reference}/urgent/named_worker", filled("named_worker", result="message_left", said="")
    )
    assert [each[:3] for each in logged(world)] == [("E14", "Jo Hale, social worker", "message_left")]
    assert "Tell them now." in dsl.get(f"/cases/{reference}").words


def test_the_same_form_sent_twice_is_one_telling(world: World, book: Casebook, dsl: WebClient) -> None:
    reference = flagged(world, book, "social_worker")
    path = f"/cases/{reference}/urgent/named_worker"
    form = dsl.get(f"/cases/{reference}/urgent").form(path)
    for _ in range(2):
        dsl.post(path, {**form, **filled("named_worker")})
    assert len(logged(world)) == 1


def test_what_is_missing_is_said_and_nothing_is_lost(world: World, book: Casebook, dsl: WebClient) -> None:
    reference = flagged(world, book, "social_worker")
    path = f"/cases/{reference}/urgent/named_worker"
    page = dsl.post(path, {"named_worker-said": "Was <there>"}, status=422)
    assert page.errors == ["Enter who you told: a name and a role.", "Choose what came of it."]
    assert page.form(path)["named_worker-said"] == "Was <there>"
    page = dsl.post(path, filled("named_worker", told_at="half past"), status=422)
    assert page.errors == ["Enter a time like 14:30 or 2.30pm"]
    page = dsl.post(path, filled("named_worker", told_at="14:30"), status=422)
    assert page.errors == ["The date and time must not be in the future. Enter when it was done."]
    assert page.form(path)["named_worker-who"] == TOLD["who"]
    assert logged(world) == []


@pytest.mark.parametrize(
    ("code", "title", "step"),
    [
        ("abduction", "Abduction, or a child being taken abroad", "E28"),
        ("forced_marriage", "Forced marriage", "E29"),
        ("fgm", "Female genital mutilation (FGM)", "E29"),
        ("honour_based_violence", "Honour-based abuse", "E29"),
        ("conflict_zone", "Travel to a conflict zone, or radicalisation", "E30"),
        ("sexual_exploitation", "Exploitation or trafficking", "E26"),
        ("self_harm", "Danger now, or a child nobody can find", "E27"),
    ],
)
def test_what_a_review_answers_yes_brings_out_its_card(
    world: World, book: Casebook, dsl: WebClient, code: str, title: str, step: str
) -> None:
    reference = book.enquiries()
    review = replace(found(CALM, **{code: YES}), rating=Rating.HIGH, front_door=YES, police=YES)
    entry = signing(LAST_DAY + timedelta(days=8), review=review)
    book.act(Action.SIGN_REVIEW, reference, entry)
    assert title in dsl.get(f"/cases/{reference}").words
    page = dsl.get(f"/cases/{reference}/urgent")
    (path,) = [
        each.get("action", "") for each in page.tree.iter("form") if "/urgent/" in each.get("action", "")
    ]
    dsl.post(path, filled(path.rpartition("/")[2]))
    assert [each[0] for each in logged(world)] == [step]


def test_any_card_can_be_opened_before_anything_is_on_record(
    world: World, book: Casebook, dsl: WebClient
) -> None:
    reference = book.enquiries()
    page = dsl.get(f"/cases/{reference}/urgent")
    assert "Nothing on record of this child brings out a card." in page.words
    link = page.links["Honour-based abuse"]
    assert link == f"/cases/{reference}/urgent?card=honour"
    assert "Do not ring, write to or visit the family" in dsl.get(link).words
    dsl.post(f"/cases/{reference}/urgent/honour", filled("honour"))
    assert [each[0] for each in logged(world)] == ["E29"]
    assert "What cannot wait" not in dsl.get(f"/cases/{reference}").words


@pytest.mark.parametrize("role", [Role.HEAD, Role.CME_OFFICER, Role.INSPECTOR])
def test_others_who_see_risk_notes_read_the_cards_and_record_nothing(
    world: World, book: Casebook, role: Role
) -> None:
    reference = flagged(world, book, "social_worker")
    client = world.sign_in_as(role)
    page = client.get(f"/cases/{reference}/urgent")
    assert "named worker today" in page.words
    assert "Who did you tell?" not in page.words
    client.post(f"/cases/{reference}/urgent/named_worker", filled("named_worker"), status=404)


def test_the_office_learns_nothing_of_the_flags(world: World, book: Casebook) -> None:
    reference = flagged(world, book, "social_worker")
    office = world.sign_in_as(Role.SCHOOL_USER)
    words = office.get(f"/cases/{reference}").words
    assert "What cannot wait" not in words
    assert "named worker" not in words
    office.get(f"/cases/{reference}/urgent", status=404)
    office.post(f"/cases/{reference}/urgent/named_worker", filled("named_worker"), status=404)


def test_a_card_that_is_none_and_a_foreign_case_are_not_there(
    world: World, book: Casebook, dsl: WebClient
) -> None:
    reference = book.enquiries()
    dsl.post(f"/cases/{reference}/urgent/nothing", filled("nothing"), status=404)
    stranger = world.sign_in_as(Role.DSL, world.school_b)
    stranger.get(f"/cases/{reference}/urgent", status=404)
    stranger.post(f"/cases/{reference}/urgent/fgm", filled("fgm"), status=404)
