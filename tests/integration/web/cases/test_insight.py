"""How the work goes: the measures, the schools, and their files."""

from datetime import date

import pytest
from sqlalchemy import delete, insert, select, update

from cme.access.roles import Role
from cme.casework.case import Action, Entry
from cme.casework.entries import TriageEntry
from cme.services import enquiries, insight
from cme.store import cases
from cme.store.database import db, transaction
from cme.store.tables import AuditEntry, CalendarPeriod, Case, JointStatement, Registration, Removal, School
from tests.enquiries import call_entry
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook
from tests.people import World
from tests.store import statements
from tests.webclient import WebClient

pytestmark = on_both

TODAY = AT.date()
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def officer(world: World) -> WebClient:
    """The browser of Northmoor's CME officer."""
    return world.sign_in_as(Role.CME_OFFICER)


def test_the_measures_say_what_was_done_in_time(book: Casebook, officer: WebClient) -> None:
    in_time = [book.referred(days=10) for _ in range(6)]
    late = [book.referred(days=12) for _ in range(6)]
    for reference in [*in_time, *late]:
        book.act(Action.ACKNOWLEDGE_REFERRAL, reference, by=book.officer)
    page = officer.get("/insight/")
    assert page.heading == "Insight"
    for said in (
        "Open cases 12",
        "Referred by day 10 of referrals 50%",
        "Day of the referral, median Day 11",
        "First contact on day 1 of cases with a first day of absence 0%",
        "Acknowledged after, median 0 days",
        "Located of closed cases that say so Too few to say",
        "No removals",
    ):
        assert said in page.words, said


def test_few_cases_are_counted_and_not_told(book: Casebook, officer: WebClient) -> None:
    book.referred()
    book.enquiries()
    page = officer.get("/insight/")
    assert "Open cases Hidden" in page.words
    assert "Referred by day 10 of referrals Too few to say" in page.words
    assert "Referred Hidden" in page.words


def test_a_stage_with_few_cases_is_not_given_back_by_the_total(book: Casebook, officer: WebClient) -> None:
    book.many(6)
    book.enquiries()
    page = officer.get("/insight/")
    assert "Open cases 7" in page.words
    assert "School enquiries Hidden" in page.words
    assert "Referred Hidden" in page.words


def test_every_chart_has_a_title_a_description_and_a_table(book: Casebook, officer: WebClient) -> None:
    book.many(6)
    page = officer.get("/insight/")
    charts = list(page.tree.iter(f"{SVG}svg"))
    assert charts
    for chart in charts:
        assert chart.get("role") == "img"
        assert chart.find(f"{SVG}title") is not None
        assert chart.find(f"{SVG}desc") is not None
    tables = {"".join(caption.itertext()) for caption in page.tree.iter("caption")}
    assert {"Open cases by stage", "Open cases by how long they are open"} <= tables


def test_a_call_on_the_first_day_is_a_first_contact(world: World, book: Casebook) -> None:
    reference = book.enquiries()
    with world.app.app_context():
        case = cases.find_case(book.officer, reference)
        assert case is not None
        began = cases.state_of(case).absent_from_on
        assert began == date(2026, 11, 16)
        entry = call_entry(done_at=AT.replace(day=16))
        assert isinstance(enquiries.log(book.dsl, case.registration_id, entry, at=AT), int)
        found = insight.look(book.officer, today=TODAY).measures
        assert (found.first_contact.part, found.first_contact.whole) == (1, 1)


def test_a_removal_without_its_statement_is_told_whatever_the_number(
    world: World, book: Casebook, officer: WebClient
) -> None:
    reference = book.referred()
    with world.app.app_context(), transaction() as session:
        case = session.scalars(select(Case).where(Case.reference == reference)).one()
        session.add(
            Removal(
                case_id=case.id,
                registration_id=case.registration_id,
                ground="i",
                sha256="a" * 64,
                proposed_at=AT,
                proposed_by="Ash Fenner",
                removed_on=TODAY,
            )
        )
        signed = JointStatement(
            case_id=case.id,
            number=1,
            sha256="b" * 64,
            written_at=AT,
            written_by="Cleo Rowe",
            school_signed_at=AT,
            authority_signed_at=AT,
        )
        session.add(signed)
    assert "Below 100%" in officer.get("/insight/").words
    with world.app.app_context(), transaction() as session:
        session.execute(update(JointStatement).values(sha256="a" * 64))
    words = officer.get("/insight/").words
    assert "Below 100%" not in words
    assert "must be 100% 100%" in words
    with world.app.app_context(), transaction() as session:
        session.execute(update(JointStatement).values(authority_signed_at=None))
    assert "Below 100%" in officer.get("/insight/").words


def test_the_schools_show_what_was_left_undone(book: Casebook, officer: WebClient) -> None:
    for _ in range(5):
        book.absent(10)
    for reference in [book.referred() for _ in range(5)]:
        book.act(
            Action.RETURN_REFERRAL,
            reference,
            Entry(reason="Which relatives were asked?", triage=TriageEntry(items=("E18",))),
            by=book.officer,
        )
    book.declined()
    page = officer.get("/insight/schools")
    assert page.heading == "Schools"
    alder = page.words[page.words.index("Alder Grove School") : page.words.index("Beech Hill School")]
    assert "Nothing decided 5" in alder
    assert "Items on return 5" in alder
    assert "Not to refer Fewer than 5" in alder
    assert "First visit Too few to say" in alder
    assert "No register yet" in page.words[page.words.index("Beech Hill School") :]
    assert "Cedar Park School" not in page.words


def test_items_of_one_school_are_not_given_back_by_those_of_another(
    world: World, book: Casebook, officer: WebClient
) -> None:
    for place, number in ((book, 6), (Casebook(world, world.school_b), 2)):
        for reference in [place.referred() for _ in range(number)]:
            asked = Entry(reason="Who went?", triage=TriageEntry(items=("E18",)))
            place.act(Action.RETURN_REFERRAL, reference, asked, by=book.officer)
    for address in ("/insight/schools", "/insight/schools.csv"):
        words = officer.get(address).html
        assert words.count("Hidden") == 2, address


def test_a_school_without_terms_is_asked_for_them_and_not_for_registers(
    world: World, book: Casebook, officer: WebClient
) -> None:
    book.referred()
    with world.app.app_context(), transaction() as session:
        session.execute(delete(CalendarPeriod))
    words = officer.get("/insight/schools").words
    alder = words[words.index("Alder Grove School") : words.index("Beech Hill School")]
    assert "No terms entered" in alder
    assert "missing" not in alder


def test_a_decision_not_to_refer_counts_as_decided(world: World, book: Casebook) -> None:
    own = select(Case.registration_id).where(Case.reference == book.declined())
    with world.app.app_context():
        with transaction() as session:
            session.execute(update(Registration).values(return_run=10))
            session.execute(update(Registration).where(Registration.id.not_in(own)).values(return_run=0))
        (alder, _) = insight.look_at_schools(book.officer, today=TODAY)
        assert alder.undecided == 0
        with transaction() as session:
            session.execute(update(Registration).values(run_started_on=date(2026, 11, 21)))
        (alder, _) = insight.look_at_schools(book.officer, today=TODAY)
        assert alder.undecided == 1


@pytest.mark.parametrize("address", ["/insight/", "/insight/schools"])
def test_more_cases_ask_the_database_no_more(
    world: World, book: Casebook, officer: WebClient, address: str
) -> None:
    book.referred()
    officer.get(address)
    with statements(world.app) as few:
        officer.get(address)
    book.many(10)
    Casebook(world, world.school_b).referred()
    with statements(world.app) as many:
        officer.get(address)
    assert len(many) == len(few) <= 12


@pytest.mark.parametrize("name", ["figures", "schools"])
def test_a_file_has_the_same_figures_and_is_on_the_audit(world: World, officer: WebClient, name: str) -> None:
    with world.app.app_context(), transaction() as session:
        session.execute(insert_school(world))
    page = officer.get(f"/insight/{name}.csv")
    assert "attachment" in page.headers["Content-Disposition"]
    assert page.html.startswith("\ufeff")
    if name == "schools":
        assert "'=cmd" in page.html
    with world.app.app_context():
        last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert last is not None
        assert (last.action, last.subject) == ("insight.exported", name)


def insert_school(world: World) -> object:
    """A school whose name a spreadsheet would run."""
    return insert(School).values(
        authority_id=world.northmoor.authority_id, laestab="8412009", urn="900009", name="=cmd|' /C calc'!A0"
    )


def test_another_authority_measures_its_own_cases(world: World, book: Casebook) -> None:
    book.many(6)
    page = world.sign_in_as(Role.CME_OFFICER, world.elsewhere).get("/insight/")
    assert "Open cases 0" in page.words


@pytest.mark.parametrize("role", [Role.DSL, Role.HEAD, Role.FRONT_DOOR, Role.ADMISSIONS, Role.LA_ADMIN])
def test_measures_are_for_those_who_answer_for_the_work(world: World, role: Role) -> None:
    client = world.sign_in_as(role)
    for address in ("/insight/", "/insight/schools", "/insight/figures.csv", "/insight/schools.csv"):
        client.get(address, status=403)
