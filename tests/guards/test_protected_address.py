"""A protected address: no page and no download of a school's or an inspector's has it, however it came in."""

import csv
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from cme.access.roles import POLICY, Permission, Role
from cme.access.routes import PUBLIC, ROUTES
from cme.access.scope import Scope
from cme.casework.case import Action, Entry, Refused
from cme.casework.enquiries.enquiry import Result
from cme.casework.referral.fields import ADDRESS_KINDS
from cme.casework.safety.missing import EpisodeEntry
from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN, RestrictionKind
from cme.services import casework, enquiries, missing, referrals, restrictions
from cme.services.registers import roll, uploads
from cme.services.registers.roll import RollRow
from cme.services.restrictions import NewRestriction
from cme.services.tracing import traces
from cme.store.database import db, transaction
from cme.store.tables import Case, Pupil, Referral, Registration
from importers.roll.entries import ContactEntry, RollEntry
from tests.enquiries import visit_entry
from tests.guards.objects import OBJECTS
from tests.integration.web.casebook import AT, Casebook
from tests.people import Person, World, web_app
from tests.referrals import ANSWERS
from tests.reviews import CALM, signing
from tests.store import close
from tests.unit.documents.pdfs import words_of
from tests.webclient import Page

MAY_NOT = (Role.SCHOOL_USER, Role.DSL, Role.HEAD, Role.INSPECTOR)
OTHERS = (Role.FRONT_DOOR, Role.CME_OFFICER, Role.LA_MANAGER)

HOME = RollEntry(
    house="Marigold Refuge",
    street="77 Hidden Lane",
    postcode="QZ9 9ZQ",
    contacts=(ContactEntry("Pat Arden", "Mother", "07700 900001"),),
)
WRITTEN = "Marigold Refuge, 77 Hidden Lane, QZ9 9ZQ"
TYPED = {
    "other_addresses": [
        {"kind": next(iter(ADDRESS_KINDS)), "address": WRITTEN, "postcode": "", "source": "The office"}
    ],
    "who_said_what": f"An aunt says they are at {WRITTEN}.",
}
TELLING = re.compile(r"marigold\W*refuge|hidden\W*lane|qz9\W*9zq", re.IGNORECASE)
NEW_HOME = re.compile(r"thistle\W*court", re.IGNORECASE)

OWN_FILE = frozenset({"school.errors", "school.ask_columns"})
"""What gives a school its own file back, as it sent it."""

FILES = ("cases.make_chronology", "cases.make_referral", "cases.make_family_pack")
"""Downloads that are asked for by a form."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Everything that the address of one child has come into."""

    world: World
    values: Mapping[str, Any]
    brother: int


MOMENTS = (
    "before anything is written", "while it is being written", "after it was sent", "while no draft is saved",
)  # fmt: skip
"""When the address is protected."""


@pytest.fixture(scope="module", params=MOMENTS)
def hidden(
    sqlite_template: Path,
    quick_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Hidden]:
    """A child with a visit, a referral and an upload that waits, and a brother in the same home.

    The whole application, three hours after the registers of the casebook, for all that is only read.
    """
    folder = tmp_path_factory.mktemp("protected")
    with time_machine.travel(AT.replace(hour=12), tick=False):
        database = shutil.copy(sqlite_template, quick_folder / f"{folder.name}.sqlite3")
        app = web_app(f"sqlite:///{database}", folder)
        yield _hidden(World(app), request.param)
        close(app)


def _hidden(world: World, moment: str) -> Hidden:
    book = Casebook(world)
    dsl = book.dsl
    book.upload({"Quill, Ada": ["O"] * 11, "Quill, Ben": ["O"] * 3})
    (reference, child), (_, brother) = (_case(world, forename) for forename in ("Ada", "Ben"))
    with world.app.app_context(), transaction():
        rows = {child: RollRow(HOME), brother: RollRow(replace(HOME, contacts=()))}
        roll.apply(dsl, book.place.school_id or 0, rows, (), at=AT)
    if moment == MOMENTS[0]:
        _protect(world, dsl, child)
    with world.app.app_context():
        visit = replace(visit_entry("E18", Result.NO_ANSWER), used=WRITTEN, notes=f"We went to {WRITTEN}.")
        made = enquiries.log(dsl, child, visit, at=AT)
        assert not isinstance(made, Refused), made.reason
    _write_everywhere(world, book, reference, child)
    if moment == MOMENTS[1]:
        with world.app.app_context():
            assert referrals.save_draft(dsl, reference, TYPED, at=AT) is None
    elif moment != MOMENTS[3]:
        book.send(reference, answers={**ANSWERS, **TYPED} if moment == MOMENTS[2] else ANSWERS)
        with world.app.app_context():
            asked = Entry(message=f"Is she still at {WRITTEN}?")
            assert casework.act(book.officer, reference, Action.ASK_QUESTION, asked, at=AT) is None
    with world.app.app_context():
        import_id = uploads.receive(dsl, book.place.laestab, [("roll.csv", _roll_file(child))], at=AT)
        trace = traces.begin(book.officer, reference, at=AT)
    if moment != MOMENTS[0]:
        _protect(world, dsl, child)
    values = {
        "trace_reference": trace,
        "case_reference": reference,
        "registration_id": child,
        "import_id": import_id,
        "enquiry_id": made,
        "referral_section": "addresses",
        "laestab": book.place.laestab,
    }
    return Hidden(world, values, brother)


def _write_everywhere(world: World, book: Casebook, reference: str, child: int) -> None:
    """The address in a review and in what is noted of a child who was missing."""
    review = replace(CALM, child_words=f"We sleep at {WRITTEN}")
    signed = signing(AT.date() + timedelta(days=7), reason=f"Moved to {WRITTEN}", review=review)
    seen = EpisodeEntry(AT - timedelta(hours=2), last_seen=f"In front of {WRITTEN}", searched=WRITTEN)
    with world.app.app_context():
        assert casework.act(book.dsl, reference, Action.SIGN_REVIEW, signed, at=AT) is None
        episode = missing.record(book.dsl, child, seen, at=AT)
        assert isinstance(episode, int)
        assert missing.found(book.dsl, episode, AT - timedelta(hours=1), f"Seen at {WRITTEN}", at=AT) is None


def _case(world: World, forename: str) -> tuple[str, int]:
    """The case of a child of that forename, and its registration."""
    with world.app.app_context():
        of_child = select(Case).join(Case.registration).join(Registration.pupil)
        case = db.session.scalars(of_child.where(Pupil.surname == "Quill", Pupil.forename == forename)).one()
        return case.reference, case.registration_id


def _protect(world: World, dsl: Scope, registration_id: int) -> None:
    with world.app.app_context():
        new = NewRestriction(RestrictionKind.PROTECTED_ADDRESS, note="Refuge")
        assert isinstance(restrictions.add(dsl, registration_id, new, at=AT), int)


def _roll_file(registration_id: int) -> bytes:
    """A list of pupils in which the child lives somewhere else."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Adm No", "Surname", "Forename", "Date of birth", "House number", "Street", "Postcode"])
    one = db.session.get_one(Registration, registration_id)
    pupil = one.pupil
    about = [one.admission_number, pupil.surname, pupil.forename, f"{pupil.born_on:%d/%m/%Y}"]
    writer.writerow([*about, "5", "Thistle Court", "QZ8 8ZQ"])
    return text.getvalue().encode()


@pytest.mark.parametrize("role", MAY_NOT)
def test_no_page_tells_a_protected_address(hidden: Hidden, role: Role, tmp_path: Path) -> None:
    person = hidden.world.person(role)
    told = []
    for rule in _pages(hidden.world.app, role):
        for values in _all_values(hidden, rule, person):
            page = person.client.request("GET", _path(rule, values), status=None)
            if rule.endpoint not in OWN_FILE and TELLING.search(_text(page, tmp_path)):
                told.append(rule.endpoint)
            if rule.endpoint == "school.show_upload":
                assert ADDRESS_NOT_SHOWN in page.words
                assert not NEW_HOME.search(page.html)
    assert not told


@pytest.mark.parametrize("role", MAY_NOT)
def test_no_download_tells_a_protected_address(hidden: Hidden, role: Role, tmp_path: Path) -> None:
    client = hidden.world.sign_in_as(role)
    register = f"/schools/{hidden.values['laestab']}/uploads/template?layout=sessions&contents=roll"
    pages = [client.request("GET", f"{register}{more}", status=None) for more in ("", "&as_csv=1")]
    for endpoint in FILES:
        path = _path(_rule(hidden.world.app, endpoint), hidden.values)
        for kind in ("pdf", "csv", "xlsx"):
            form = {"csrf_token": client.csrf_token(), "form": kind}
            pages.append(client.request("POST", path, status=None, data=form))
    assert any(page.status == 200 for page in pages) is (role is not Role.INSPECTOR)
    assert not [page.status for page in pages if TELLING.search(_text(page, tmp_path))]


@pytest.mark.parametrize("hidden", MOMENTS[2:3], indirect=True)
@pytest.mark.parametrize("role", OTHERS)
def test_those_who_must_act_on_it_read_it(hidden: Hidden, role: Role) -> None:
    client = hidden.world.sign_in_as(role)
    for path in (
        f"/pupils/{hidden.values['registration_id']}",
        f"/cases/{hidden.values['case_reference']}/referral",
    ):
        assert TELLING.search(client.get(path).html)


@pytest.mark.parametrize("hidden", MOMENTS[1:2], indirect=True)
def test_the_referral_of_a_protected_child_is_sent_without_the_address(hidden: Hidden) -> None:
    book, reference = Casebook(hidden.world), hidden.values["case_reference"]
    book.send(reference)
    with hidden.world.app.app_context():
        of_case = select(Referral).join(Case, Case.id == Referral.case_id).where(Case.reference == reference)
        (sent,) = db.session.scalars(of_case)
        assert sent.form["answers"]["last_known_address"] == ADDRESS_NOT_SHOWN
        assert not TELLING.search(json.dumps(sent.form["answers"]))


def _pages(app: Flask, role: Role) -> Iterator[Rule]:
    """Every page that is read, and that the role may open."""
    for rule in app.url_map.iter_rules():
        asked = ROUTES.get(rule.endpoint, PUBLIC)
        may = asked is not PUBLIC and (
            asked in POLICY[role].permissions if isinstance(asked, Permission) else True
        )
        if may and "GET" in (rule.methods or ()):
            yield rule


def _rule(app: Flask, endpoint: str) -> Rule:
    (rule,) = app.url_map.iter_rules(endpoint)
    return rule


def _all_values(hidden: Hidden, rule: Rule, person: Person) -> Iterator[dict[str, Any]]:
    """What fills an address: the child's objects, then the brother's page, else whatever object there is."""
    place = hidden.world.school_a
    others = {part: OBJECTS[part].make for part in rule.arguments if part not in hidden.values}
    values = {part: make(hidden.world, place, person) for part, make in others.items()}
    values |= {part: value for part, value in hidden.values.items() if part in rule.arguments}
    yield values
    if "registration_id" in values:
        yield values | {"registration_id": hidden.brother}


def _path(rule: Rule, values: Mapping[str, Any]) -> str:
    built = rule.build({part: value for part, value in values.items() if part in rule.arguments})
    assert built is not None
    return built[1]


def _text(page: Page, folder: Path) -> str:
    """All that an answer says, whichever kind of file it is."""
    content = page.response.data
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = b"\n".join(parts.read(name) for name in parts.namelist())
    if content.startswith(b"%PDF"):
        return words_of(content, folder)
    return content.decode("utf-8", "replace")
