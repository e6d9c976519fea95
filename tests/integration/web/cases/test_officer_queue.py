"""The queue of referrals."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from cme.access.roles import Role
from cme.casework.case import Action, Entry
from cme.casework.entries import TriageEntry
from cme.services import enquiries
from cme.store import cases
from cme.store.database import db, transaction
from cme.store.tables import Case, CaseEvent
from tests.enquiries import call_entry
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook
from tests.people import Person, World
from tests.store import statements
from tests.webclient import Page, WebClient

pytestmark = on_both


@pytest.fixture
def officer(world: World) -> WebClient:
    """The browser of Northmoor's CME officer."""
    return world.sign_in_as(Role.CME_OFFICER)


def listed(page: Page) -> list[str]:
    """The references in the table, from the top."""
    return [link.removeprefix("/cases/") for link in page.links.values() if link.startswith("/cases/")]


def test_a_referral_is_listed_with_what_the_officer_needs(book: Casebook, officer: WebClient) -> None:
    reference = book.referred(acknowledged=True)
    page = officer.get("/queue")
    assert page.heading == "Referrals"
    assert "CME officer Referrals" in page.words
    assert listed(page) == [reference]
    row = page.words[page.words.index("Ada Arden") :]
    for said in (
        "Alder Grove School",
        "Referred",
        "11",
        "Fri 20 Nov 2026 Acknowledged",
    ):
        assert said in row
    assert "late" not in row


def test_what_is_due_is_what_the_authority_owes_and_not_the_school(
    world: World, book: Casebook, officer: WebClient
) -> None:
    reference = book.referred()
    row = officer.get("/queue").words
    assert "Acknowledge the referral" in row
    assert "Sign the DSL review" not in row
    make_late(world, reference)
    assert "11 days late" in officer.get("/queue").words


def make_late(world: World, reference: str) -> None:
    """Let what the authority owes have been due on 9 November."""
    with world.app.app_context(), transaction() as session:
        session.execute(
            update(Case).where(Case.reference == reference).values(authority_due_on=date(2026, 11, 9))
        )


def test_what_was_not_sent_is_not_in_the_queue(book: Casebook, officer: WebClient) -> None:
    book.referral_draft()
    page = officer.get("/queue")
    assert listed(page) == []
    assert "No referral has arrived." in page.words


def test_the_front_door_sees_the_same_queue_under_its_own_name(
    world: World, book: Casebook, officer: WebClient
) -> None:
    book.referred()
    page = world.sign_in_as(Role.FRONT_DOOR).get("/queue")
    assert "Children's Access Point Referrals" in page.words
    assert listed(page) == listed(officer.get("/queue"))


def test_filters_are_in_the_address_and_each_can_be_removed(
    world: World, book: Casebook, officer: WebClient
) -> None:
    here, decided = book.referred(), book.decision()
    elsewhere = Casebook(world, world.school_b).referred()
    make_late(world, here)
    page = officer.get("/queue?stage=referred&school=8412001&view=overdue")
    assert listed(page) == [here]
    assert page.links["Remove this filter: School Alder Grove School"] == "/queue?view=overdue&stage=referred"
    assert page.links["Remove this filter: Stage Referred"] == "/queue?view=overdue&school=8412001"
    assert page.links["Clear filters"] == "/queue"
    kept = page.form("/queue")
    assert (kept["stage"], kept["school"], kept["view"]) == ("referred", "8412001", "overdue")
    assert set(listed(officer.get("/queue?stage=decision&stage=referred"))) == {here, decided, elsewhere}


def test_filters_that_nothing_matches_are_told_from_an_empty_queue(
    book: Casebook, officer: WebClient
) -> None:
    book.referred()
    page = officer.get("/queue?stage=closed")
    assert "Nothing matches these filters." in page.words


@pytest.mark.parametrize(
    "address",
    [
        "?stage=nonsense",
        "?school=999",
        "?sort=surname",
        "?view=nonsense",
        "?after=x",
        "?after=2.2026-13-01.0.1",
        "?after=9.9999-12-31.99999999999999999.9",
        "?before=0.2020-01-01.0.0",
        "?after=2.2026-11-09.².1",
    ],
)
def test_what_is_not_on_offer_is_as_if_not_chosen(book: Casebook, officer: WebClient, address: str) -> None:
    reference = book.referred()
    assert listed(officer.get(f"/queue{address}")) == [reference]


def test_a_heading_sorts_and_says_how(book: Casebook, officer: WebClient) -> None:
    short, long = book.referred(days=10), book.referred(days=14)
    page = officer.get("/queue?sort=run&order=descending")
    assert listed(page) == [long, short]
    assert 'aria-sort="descending"' in page.html
    turned = page.links["Return run: sort by return run, ascending"]
    assert turned == "/queue?sort=run"
    page = officer.get(turned)
    assert listed(page) == [short, long]
    assert 'aria-sort="ascending"' in page.html


@pytest.mark.parametrize("sort", ["", "&sort=run&order=descending", "&sort=received", "&sort=stage"])
def test_pages_follow_each_other_there_and_back_and_keep_the_filters(
    book: Casebook, officer: WebClient, sort: str
) -> None:
    everybody = set(book.many(27))
    first = officer.get(f"/queue?stage=referred{sort}")
    assert "27 referrals" in first.words
    assert "Previous page" not in first.links
    second = officer.get(first.links["Next page"])
    assert (len(listed(first)), len(listed(second))) == (25, 2)
    assert {*listed(first), *listed(second)} == everybody
    assert "Next page" not in second.links
    assert "stage=referred" in second.links["Previous page"]
    assert listed(officer.get(second.links["Previous page"])) == listed(first)


def test_the_order_is_risk_then_what_is_due_then_age(
    world: World, book: Casebook, officer: WebClient
) -> None:
    old, late, urgent, undated = (book.referred() for _ in range(4))
    with world.app.app_context(), transaction() as session:
        for reference, values in {
            old: {"referred_at": AT - timedelta(days=3), "authority_due_on": date(2026, 11, 27)},
            late: {"authority_due_on": date(2026, 11, 9)},
            urgent: {"risk": 0, "authority_due_on": date(2026, 12, 1)},
            undated: {"authority_due_on": None},
        }.items():
            session.execute(update(Case).where(Case.reference == reference).values(**values))
        recent = book_copy(session, old)
    assert listed(officer.get("/queue")) == [urgent, late, old, recent, undated]


def book_copy(session: Session, reference: str) -> str:
    """Another case like one, of the same child, referred a day later."""
    row = session.execute(select(Case.__table__).where(Case.reference == reference)).one()._mapping
    other = {**row, "reference": "CME-26-9001", "referred_at": row["referred_at"] + timedelta(days=1)}
    del other["id"]
    session.execute(insert(Case).values(**other))
    return "CME-26-9001"


def view(page: Page, name: str) -> int:
    """The number that a view's link begins with."""
    (words,) = (words for words in page.links if words.endswith(f" {name}"))
    return int(words.split()[0])


def test_each_view_counts_what_its_link_lists(world: World, book: Casebook) -> None:
    me = world.person(Role.CME_OFFICER, name="Cleo Rowe")
    mine, covered, loose, old, back = (book.referred() for _ in range(5))
    with world.app.app_context(), transaction() as session:
        for reference, values in {
            mine: {"officer_id": me.user_id},
            covered: {"officer_id": None, "cover_id": me.user_id},
            old: {"touched_on": date(2026, 11, 12), "authority_due_on": date(2026, 11, 19)},
            back: {"stage": "returned"},
        }.items():
            session.execute(update(Case).where(Case.reference == reference).values(**values))
    page = me.client.get("/queue")
    expected = {
        "All": {mine, covered, loose, old, back},
        "Mine": {mine, covered},
        "Not allocated": {covered, loose, old, back},
        "Overdue": {old},
        "Untouched": {old},
        "Returned to the school": {back},
    }
    for name, references in expected.items():
        assert view(page, name) == len(references), name
        link = next(href for words, href in page.links.items() if words.endswith(f" {name}"))
        assert set(listed(me.client.get(link))) == references, name


def test_untouched_begins_on_the_fifth_working_day(world: World, book: Casebook, officer: WebClient) -> None:
    """Friday 20 November: a case touched on Friday the 13th is five working days old, not longer."""
    reference = book.referred()
    for touched_on, number in ((date(2026, 11, 13), 0), (date(2026, 11, 12), 1)):
        with world.app.app_context(), transaction() as session:
            session.execute(update(Case).where(Case.reference == reference).values(touched_on=touched_on))
        assert view(officer.get("/queue"), "Untouched") == number


def test_nobody_has_acted_names_the_children_without_an_enquiry_or_a_review(
    world: World, book: Casebook, officer: WebClient
) -> None:
    book.upload({"Young, Yan": ["O", "O"]})
    book.absent(3)
    book.reviewed()
    book.referred()
    rung = book.absent(4)
    with world.app.app_context():
        case = cases.find_case(book.officer, rung)
        assert case is not None
        assert isinstance(enquiries.log(book.dsl, case.registration_id, call_entry(), at=AT), int)
    page = officer.get("/queue")
    assert view(page, "Nobody has acted") == 1
    page = officer.get("/queue/nobody-acted")
    assert page.heading == "Nobody has acted"
    assert "1 child" in page.words
    assert [words for words in page.links if "Alder Grove School, since" in words]
    assert "3 school days" in page.words


def test_a_filter_is_kept_under_a_name_used_and_deleted(book: Casebook, world: World) -> None:
    book.referred()
    me = world.person(Role.CME_OFFICER)
    page = me.client.get("/queue?view=overdue&stage=referred&sort=run")
    form = page.form("/queue/filters")
    me.client.post("/queue/filters", {**form, "name": "  Late  ones "})
    page = me.client.get("/queue")
    assert page.links["Late ones"] == "/queue?view=overdue&stage=referred&sort=run"
    assert "Late ones" not in world.sign_in_as(Role.CME_OFFICER).get("/queue").links
    (delete,) = (
        each.get("action", "") for each in page.tree.iter("form") if "/delete" in each.get("action", "")
    )
    world.sign_in_as(Role.CME_OFFICER).post(delete, status=404)
    me.client.post(delete)
    assert "Late ones" not in me.client.get("/queue").links


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "Enter a name"), ("x" * 81, "80 characters"), ("Known", "You have a filter with the name Known")],
)
def test_a_name_that_cannot_be_kept_is_shown_again(
    book: Casebook, officer: WebClient, name: str, said: str
) -> None:
    book.referred()
    officer.post("/queue/filters", {"query": "view=mine", "name": "known"})
    page = officer.post("/queue/filters", {"query": "view=mine", "name": name}, status=422)
    assert said in page.errors[0]
    assert page.form("/queue/filters")["name"] == name
    assert page.form("/queue/filters")["query"] == "view=mine"


def test_what_is_kept_is_read_as_an_address_is(book: Casebook, officer: WebClient) -> None:
    book.referred()
    officer.post("/queue/filters", {"query": "view=mine&next=//evil.example&sort=x", "name": "Mine"})
    links = officer.get("/queue").links
    assert links["Mine"] == "/queue?view=mine"


def test_many_cases_are_allocated_at_once_and_accepted_with_it(world: World, book: Casebook) -> None:
    me, other = (
        world.person(Role.CME_OFFICER, name="Cleo Rowe"),
        world.person(Role.CME_OFFICER, name="Ida Sim"),
    )
    manager = world.person(Role.LA_MANAGER, name="Moss Hay")
    references = book.many(3)
    form = me.client.get("/queue").form("/queue/allocate")
    chosen = {**form, "case": references[:2], "officer": str(other.user_id), "cover": str(manager.user_id)}
    me.client.post("/queue/allocate", chosen)
    page = me.client.get("/queue")
    assert "2 cases allocated to Ida Sim." in page.words
    with world.app.app_context():
        found = {case.reference: case for case in db.session.scalars(select(Case))}
        for reference in references[:2]:
            case = found[reference]
            assert (case.stage, case.officer_id, case.cover_id) == (
                "la_enquiries",
                other.user_id,
                manager.user_id,
            )
        assert found[references[2]].officer_id is None
    me.client.post("/queue/allocate", {**chosen, "officer": str(me.user_id), "cover": ""})
    with world.app.app_context():
        kinds = [event.kind for event in db.session.scalars(select(CaseEvent).order_by(CaseEvent.id))]
    assert kinds[-2:] == ["case.allocated", "case.allocated"]


@pytest.mark.parametrize("address", ["/queue/nobody-acted", "/queue/closed-and-absent"])
def test_a_page_of_children_counts_no_view_of_the_queue(
    world: World, officer: WebClient, address: str
) -> None:
    with statements(world.app) as asked:
        officer.get(address)
    assert not [each for each in asked if "referred_at IS NOT NULL" in each and "count(CASE" in each]


def test_allocating_many_cases_leaves_cover_as_it_is_unless_it_is_chosen(
    world: World, book: Casebook
) -> None:
    me, other = world.person(Role.CME_OFFICER), world.person(Role.CME_OFFICER)
    manager = world.person(Role.LA_MANAGER)
    first, second = book.many(2)

    def allocate(officer: Person, cover: str | None = None) -> list[int | None]:
        form = me.client.get("/queue").form("/queue/allocate")
        given = {**form, "case": [first, second], "officer": str(officer.user_id)}
        me.client.post("/queue/allocate", given if cover is None else {**given, "cover": cover})
        with world.app.app_context():
            found = {case.reference: case for case in db.session.scalars(select(Case))}
            assert {found[each].officer_id for each in (first, second)} == {officer.user_id}
            return [found[each].cover_id for each in (first, second)]

    assert allocate(other, str(manager.user_id)) == [manager.user_id] * 2
    assert allocate(me) == [manager.user_id] * 2
    assert allocate(me, str(other.user_id)) == [other.user_id] * 2
    assert allocate(other) == [None, None]  # nobody covers for themselves
    assert allocate(other, str(manager.user_id)) == [manager.user_id] * 2
    assert allocate(other, "nobody") == [None, None]


def test_what_cannot_be_allocated_is_told_and_the_rest_is_done(world: World, book: Casebook) -> None:
    me = world.person(Role.CME_OFFICER, name="Cleo Rowe")
    here, closed = book.referred(), book.closed()
    elsewhere = Casebook(world, world.school_c).referred()
    page = me.client.post(
        "/queue/allocate",
        {"case": [here, closed, elsewhere, "CME-26-9999"], "officer": str(me.user_id), "cover": ""},
        status=200,
    )
    assert page.heading == "Not allocated"
    assert "1 case allocated to Cleo Rowe." in page.words
    assert page.words.count("There is no such case in your queue.") == 2
    assert closed in page.words
    with world.app.app_context():
        allocated = db.session.scalars(select(Case.reference).where(Case.officer_id.is_not(None))).all()
    assert allocated == [here]


def test_what_is_back_with_the_school_is_not_accepted_with_the_rest(world: World, book: Casebook) -> None:
    me, reference = world.person(Role.CME_OFFICER, name="Cleo Rowe"), book.referred()
    asked = {"missing_items": "E18", "reason": "We begin at the door"}
    me.client.post(f"/cases/{reference}/return", asked)
    form = {"case": [reference], "officer": str(me.user_id), "cover": ""}
    page = me.client.post("/queue/allocate", form, status=200)
    assert "It is back with the school" in page.words


def test_allocating_asks_for_cases_an_officer_and_another_person_as_cover(
    world: World, book: Casebook
) -> None:
    me = world.person(Role.CME_OFFICER, name="Cleo Rowe")
    stranger = world.person(Role.CME_OFFICER, world.elsewhere)
    left = world.person(Role.CME_OFFICER, is_active=False)
    reference = book.referred()
    page = me.client.post("/queue/allocate", {"query": "sort=run", "officer": "", "cover": ""}, status=422)
    assert page.errors == ["Choose the cases to allocate.", "Choose the officer who works on the cases."]
    assert page.form("/queue/allocate")["query"] == "sort=run"
    for nobody in (stranger, left):
        page = me.client.post(
            "/queue/allocate", {"case": [reference], "officer": str(nobody.user_id)}, status=422
        )
        assert "Choose the officer who works on the cases." in page.errors
    twice = {"case": [reference], "officer": str(me.user_id), "cover": str(me.user_id)}
    page = me.client.post("/queue/allocate", twice, status=422)
    assert "nobody covers for themselves" in page.errors[0]
    assert page.form("/queue/allocate")["case"] == reference


def test_the_page_of_the_queue_that_was_ticked_comes_back(world: World, book: Casebook) -> None:
    me = world.person(Role.CME_OFFICER, name="Cleo Rowe")
    first, second = book.referred(), book.referred()
    here = f"sort=reference&after={first}.{book.case_id(first)}"
    form = me.client.get(f"/queue?{here}").form("/queue/allocate")
    page = me.client.post("/queue/allocate", {**form, "case": second, "officer": ""}, status=422)
    assert listed(page) == [second]
    kept = page.form("/queue/allocate")
    assert (kept["query"], kept["case"]) == (here, second)
    done = me.client.post("/queue/allocate", {**kept, "officer": str(me.user_id)})
    assert done.location == f"/queue?{here}"


def test_the_front_door_keeps_filters_and_allocates_nothing(world: World, book: Casebook) -> None:
    reference = book.referred()
    front_door = world.sign_in_as(Role.FRONT_DOOR)
    page = front_door.get("/queue?view=overdue")
    assert "Allocate the chosen cases" not in page.words
    front_door.post("/queue/filters", {"query": "view=overdue", "name": "Late"})
    front_door.post("/queue/allocate", {"case": [reference]}, status=403)


def test_more_rows_ask_the_database_no_more(world: World, book: Casebook) -> None:
    me, allocating = world.person(Role.CME_OFFICER, name="Cleo Rowe"), book.officer
    book.referred()
    me.client.post("/queue/filters", {"query": "view=overdue", "name": "Late"})
    me.client.get("/queue")
    with statements(world.app) as few:
        me.client.get("/queue")
    for reference in book.many(20):
        book.act(
            Action.ACCEPT_REFERRAL, reference, Entry(triage=TriageEntry(officer_id=me.user_id)), by=allocating
        )
    with statements(world.app) as many:
        page = me.client.get("/queue")
    assert "Cleo Rowe" in page.words
    assert len(many) == len(few) <= 12


@pytest.mark.parametrize("role", [Role.SCHOOL_USER, Role.DSL, Role.HEAD, Role.ADMISSIONS, Role.LA_ADMIN])
def test_the_queue_is_for_the_authority(world: World, role: Role) -> None:
    world.sign_in_as(role).get("/queue", status=403)


def test_another_authority_has_its_own_queue(world: World, book: Casebook) -> None:
    book.referred()
    page = world.sign_in_as(Role.CME_OFFICER, world.elsewhere).get("/queue")
    assert listed(page) == []
    assert "Alder Grove School" not in page.words


def test_the_queue_takes_no_form(officer: WebClient) -> None:
    officer.post("/queue", status=405)
