"""A pupil file (CTF) that came from elsewhere is read on a page: nothing is kept, a person decides."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from cme.access.roles import Role
from cme.casework.case import Refused
from cme.casework.safety.restrictions import RestrictionKind
from cme.services import restrictions
from cme.services.restrictions import NewRestriction
from cme.store.database import db, transaction
from cme.store.tables import AuditEntry, Case, Pupil, Registration
from tests.integration.services.office import on_both
from tests.integration.web.casebook import Casebook
from tests.people import World
from tests.unit.tracing.ctf.files import SKELETON

PATH = "/traces/pupil-file"
SAME = f"{PATH}/same-child"
NAME = "8404123_CTF_XXXXXXX_001.xml"


def sent(text: str = SKELETON, name: str = NAME) -> dict[str, Any]:
    return {"file": (BytesIO(text.encode()), name)}


def child_of(reference: str) -> Registration:
    found = db.session.scalar(select(Registration).join(Case).where(Case.reference == reference))
    assert found is not None
    return found


def like(book: Casebook, reference: str) -> str:
    """A file of the child of a case."""
    with book.world.app.app_context():
        pupil = child_of(reference).pupil
        return (
            SKELETON.replace("O'Example-Smith", pupil.surname)
            .replace("Zoë", pupil.forename)
            .replace("2018-03-09", pupil.born_on.isoformat())
        )


@on_both
def test_same_child_alerts_the_case_and_changes_nothing_on_record(world: World, book: Casebook) -> None:
    reference = book.referred()
    text = like(book, reference)
    office = world.sign_in_as(Role.SCHOOL_USER)
    assert PATH in office.get("/schools/8412001/").links.values()
    page = office.post(PATH, sent(text), status=200)
    assert "Likely" in page.words
    assert "Field by field" in page.words
    assert reference in page.words
    assert "does not mean that the child is missing" in page.words
    with world.app.app_context():
        assert child_of(reference).pupil.postcode != "DL1 1AA"
    assert office.post(SAME, page.form(SAME)).location == f"/cases/{reference}"
    case = world.sign_in_as(Role.CME_OFFICER).get(f"/cases/{reference}").words
    assert "A pupil file (CTF) of the child came in" in case
    assert "School 840/4123" in case


def test_what_was_read_is_on_record_by_name_and_hash_only(world: World) -> None:
    world.sign_in_as(Role.CME_OFFICER).post(PATH, sent(), status=200)
    with world.app.app_context():
        (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "ctf.read"))
        assert entry.detail["file"] == NAME
        assert len(entry.detail["sha256"]) == 64
        assert "Example" not in str(entry.detail)


def test_t21_a_namespace_changes_nothing(world: World) -> None:
    officer = world.sign_in_as(Role.CME_OFFICER)
    spaced = SKELETON.replace("<CTfile>", '<CTfile xmlns="http://www.dcsf.gov.uk/schemas/cbds">')
    plain, other = (officer.post(PATH, sent(each), status=200).words for each in (SKELETON, spaced))
    assert plain == other


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        (
            SKELETON.replace("<CTfile>", '<!DOCTYPE a [<!ENTITY b "c">]><CTfile>'),
            NAME,
            "This file holds definitions that no pupil file needs. It was not opened.",
        ),
        ("", NAME, "This file is empty. Export the pupil file (CTF) again."),
        ("<CTfile>", NAME, "This file is damaged or cut off. Ask for the pupil file (CTF) again."),
        (
            SKELETON,
            "8404123_CTF_XXXXXXX_001 (1).xml",
            "This is not the name of a pupil file: remove “ (1)” from it. It must be "
            "8404123_CTF_XXXXXXX_001.xml.",
        ),
    ],
)
def test_t22_what_is_no_pupil_file_is_refused_in_one_sentence(
    world: World, text: str, name: str, said: str
) -> None:
    page = world.sign_in_as(Role.SCHOOL_USER).post(PATH, sent(text, name), status=422)
    assert page.errors == [said]


def test_no_file_chosen(world: World) -> None:
    assert world.sign_in_as(Role.SCHOOL_USER).post(PATH, status=422).errors == [
        "Choose the pupil file, .xml."
    ]


def test_a_school_finds_and_acts_on_no_child_of_another(world: World, book: Casebook) -> None:
    reference = book.referred()
    other = world.sign_in_as(Role.SCHOOL_USER, world.school_b)
    page = other.post(PATH, sent(like(book, reference)), status=200)
    assert "Nobody on record here" in page.words
    other.post(SAME, {"case": reference, "sender": "8404123"}, status=404)


def test_a_protected_home_is_read_out_of_no_file(world: World, book: Casebook) -> None:
    reference = book.referred()
    with world.app.app_context():
        registration = child_of(reference)
        with transaction():
            pupil = db.session.get_one(Pupil, registration.pupil_id)
            pupil.house, pupil.street, pupil.postcode = "1", "Sample Street", "DL1 1AA"
        new = NewRestriction(RestrictionKind.PROTECTED_ADDRESS, who="", note="Refuge")
        made = restrictions.add(book.officer, registration.id, new, at=book.at)
        assert not isinstance(made, Refused)
    text = like(book, reference)
    office = world.sign_in_as(Role.SCHOOL_USER).post(PATH, sent(text), status=200)
    assert "A restricted child may be meant" in office.words
    for canary in ("Sample Street", "DL1 1AA", reference):
        assert canary not in office.html
    assert reference in world.sign_in_as(Role.CME_OFFICER).post(PATH, sent(text), status=200).words
