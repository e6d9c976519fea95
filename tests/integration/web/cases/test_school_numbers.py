"""Schools with a new number: the administrator keeps them, and the old number is answered with the new."""

from datetime import date
from functools import partial

from cme.access.roles import Role
from cme.services.tracing.school_links import destination_notes
from cme.tracing.ctf.names import Place as End
from tests.integration.services.office import on_both
from tests.integration.web.casebook import Casebook
from tests.integration.web.tracing import ANSWERED, TRACE, sent
from tests.people import World

PATH = "/authorities/841/school-numbers"
CHANGE = {"laestab": "841/2000", "successor": "841/2001", "name": "Alder Grove School"}


@on_both
def test_a_change_is_kept_told_and_taken_back(world: World) -> None:
    admin = world.sign_in_as(Role.LA_ADMIN)
    assert PATH in admin.get("/directory").links.values()
    assert PATH in admin.get("/authorities/841/dates").links.values()
    assert "No school has got another number here." in admin.get(PATH).words
    admin.post(PATH, {**CHANGE, "changed_on": ["1", "9", "2026"]})
    page = admin.get(PATH)
    assert "841/2000" in page.words
    notes = partial(destination_notes, End("841", "2000"), date(2026, 11, 20))
    with world.app.app_context():
        assert notes() == (
            "The number 841/2000 is closed. The school was renumbered: now 841/2001 (Alder Grove School).",
        )
    school = world.sign_in_as(Role.SCHOOL_USER).get("/schools/8412001/").words
    assert "This school took the place of 841/2000 on Tue 1 Sep 2026." in school
    (end,) = [each.get("action", "") for each in page.tree.iter("form") if "/end" in each.get("action", "")]
    admin.post(end)
    admin.post(end, status=404)
    with world.app.app_context():
        assert notes() == ()
    admin.post(PATH, CHANGE)
    assert "841/2000" in admin.get(PATH).words


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(world: World) -> None:
    admin = world.sign_in_as(Role.LA_ADMIN)
    wrong = admin.post(PATH, {**CHANGE, "laestab": "841/200", "urn": "1"}, status=422)
    assert wrong.errors == [
        "The school number must be 4 digits, such as 2000; this has 3.",
        "A URN must be 6 digits, such as 100001; this has 1.",
    ]
    assert wrong.form(PATH)["laestab"] == "841/200"
    admin.post(PATH, CHANGE)
    twice = admin.post(PATH, CHANGE, status=422)
    assert twice.errors == [
        "This change is recorded already. Take it back first to enter another day or name."
    ]


def test_nobody_else_keeps_them(world: World) -> None:
    world.sign_in_as(Role.CME_OFFICER).get(PATH, status=404)
    world.sign_in_as(Role.LA_ADMIN).get("/authorities/212/school-numbers", status=404)


def test_an_answer_with_a_number_that_was_closed_is_kept_with_a_word_of_the_new_one(
    world: World, book: Casebook
) -> None:
    world.sign_in_as(Role.LA_ADMIN).post(PATH, {**CHANGE, "laestab": "840/4123"})
    officer = world.sign_in_as(Role.CME_OFFICER)
    sent(book, officer)
    said = {**ANSWERED, "kind": "found_on_roll", "laestab": "8404123", "started_on": ["9", "11", "2026"]}
    officer.post(f"{TRACE}/authorities/840", said)
    assert "The school was renumbered: now 841/2001 (Alder Grove School)." in officer.get(TRACE).words
