"""A child who lives in one area and goes to school in another: the school's authority acts, the other reads.

Case L34 of the attendance reference.
"""

import pytest

from cme.access.roles import POLICY, READS, Role
from cme.access.routes import ROUTES
from cme.casework.case import Action, Entry, Refused
from cme.services import casework
from cme.store.cases import find_case
from cme.store.database import db, transaction
from cme.store.tables import Alert, Restriction
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook
from tests.people import World
from tests.referrals import ANSWERS
from tests.webclient import WebClient

LIST = "/queue/children-who-live-here"
ELSEWHERE = {**ANSWERS, "home_authority": "212"}
LEEDS = {**ANSWERS, "home_authority": "383"}
SAME = {**ANSWERS, "home_authority": "841"}


@pytest.fixture
def theirs(world: World) -> WebClient:
    """The browser of an officer of the authority where the child lives."""
    return world.sign_in_as(Role.CME_OFFICER, world.elsewhere)


def referred(book: Casebook, answers: object = ELSEWHERE) -> str:
    """A child who is referred from school A, living where the answers say."""
    reference = book.absent(11)
    book.send(reference, answers=answers)  # type: ignore[arg-type]
    return reference


@on_both
def test_l34_the_referral_goes_to_the_school_s_authority_with_a_copy_to_the_home_s(
    world: World, book: Casebook, theirs: WebClient
) -> None:
    reference = referred(book)
    ours = world.sign_in_as(Role.CME_OFFICER)
    assert f"/cases/{reference}" in ours.get("/queue").links.values()
    assert f"/cases/{reference}" not in theirs.get("/queue").links.values()
    assert theirs.get(LIST).links[reference] == f"/cases/{reference}"
    assert reference not in ours.get(LIST).links
    assert "You read a copy" in theirs.get(f"/cases/{reference}").words
    assert "Its CME officers read this case." in ours.get(f"/cases/{reference}").words


def test_a_copy_is_read_and_every_link_of_it_leads_somewhere(book: Casebook, theirs: WebClient) -> None:
    path = f"/cases/{referred(book)}"
    for each in (path, f"{path}/referral", f"{path}/status", f"{path}/enquiries"):
        page = theirs.get(each)
        for href in page.links.values():
            if href.startswith("/"):
                assert theirs.request("GET", href.partition("#")[0], status=None).status in (200, 303), href


def test_a_copy_gives_no_right_to_act(world: World, book: Casebook, theirs: WebClient) -> None:
    path = f"/cases/{referred(book)}"
    held = POLICY[Role.CME_OFFICER].permissions - READS
    acting = [
        rule
        for rule in world.app.url_map.iter_rules()
        if rule.arguments == {"case_reference"} and ROUTES[rule.endpoint] in held
    ]
    assert len(acting) > 30
    for rule in acting:
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        address = rule.rule.replace("/cases/<case_reference:case_reference>", path)
        theirs.request(method, address, status=404, data={"csrf_token": theirs.csrf_token()})
    assert "govuk-button" not in theirs.get(path).html.split("What is due")[1]


def test_an_act_of_theirs_is_refused_by_the_service_too(world: World, book: Casebook) -> None:
    reference = referred(book)
    officer = Casebook(world, world.school_c).officer
    with world.app.app_context():
        for action in (Action.ACKNOWLEDGE_REFERRAL, Action.REQUEST_MEETING, Action.CLOSE):
            done = casework.act(officer, reference, action, Entry(message="Hello"), at=AT)
            assert isinstance(done, Refused)
            assert done.missing == ("permission",)


@pytest.mark.parametrize("role", [Role.FRONT_DOOR, Role.LA_MANAGER, Role.INSPECTOR, Role.ADMISSIONS])
def test_only_their_cme_officers_read_it(world: World, book: Casebook, role: Role) -> None:
    path = f"/cases/{referred(book)}"
    world.sign_in_as(role, world.elsewhere).get(path, status=404)


def test_their_officers_are_told_once(world: World, book: Casebook) -> None:
    person = world.person(Role.CME_OFFICER, world.elsewhere)
    reference = referred(book)
    with world.app.app_context():
        told = db.session.scalars(db.select(Alert.text).where(Alert.user_id == person.user_id)).all()
    assert [text for text in told if "lives in your area" in text] == [
        f"{reference}: A child who lives in your area was referred elsewhere. "
        "Read the copy: you need not act."
    ]


def test_a_copy_ends_with_the_referral(world: World, book: Casebook, theirs: WebClient) -> None:
    path = f"/cases/{referred(book)}"
    theirs.get(path)
    world.sign_in_as(Role.CME_OFFICER).post(
        f"{path}/reject", {"not_cme": "too_early", "reason": "Visit first"}
    )
    theirs.get(path, status=404)


def test_before_it_is_sent_nobody_there_reads_it(book: Casebook, theirs: WebClient) -> None:
    reference = book.absent(11)
    book.write(reference, answers=ELSEWHERE)
    theirs.get(f"/cases/{reference}", status=404)


def test_an_authority_without_this_service_is_told_by_hand_and_that_is_recorded(
    world: World, book: Casebook
) -> None:
    path, dsl = f"/cases/{referred(book, LEEDS)}", world.sign_in_as(Role.DSL)
    page = dsl.get(path)
    assert "The child lives in Leeds. Send its CME team a copy of the referral, and record it." in page.words
    assert page.links["Record that it was told"] == f"{path}/enquiries/log?step=E50"
    form = {
        "done_on": ["20", "11", "2026"], "done_time": "11:00", "done_by": "Ash Fenner", "method": "email",
        "result": "agency_positive", "contacted": "CME team, Leeds",
    }  # fmt: skip
    dsl.post(f"{path}/enquiries/log?step=E50", form)
    page = dsl.get(path)
    assert "The child lives in Leeds. Its CME team was told." in page.words
    assert "Record that it was told" not in page.links


def test_l34_the_return_goes_to_the_school_s_authority_with_a_copy_to_the_home_s(
    world: World, book: Casebook
) -> None:
    referred(book, LEEDS)
    words = world.sign_in_as(Role.DSL).get(f"/schools/{world.school_a.laestab}/returns").words
    assert "The child lives in Leeds. Send its CME team a copy." in words


def test_a_child_who_lives_in_the_school_s_area_has_no_copy(
    world: World, book: Casebook, theirs: WebClient
) -> None:
    reference = referred(book, SAME)
    assert "The child lives in" not in world.sign_in_as(Role.CME_OFFICER).get(f"/cases/{reference}").words
    assert reference not in theirs.get(LIST).links


def test_the_meter_does_not_ask_to_tell_an_authority_that_reads_along(world: World, book: Casebook) -> None:
    for answers, said in ((ELSEWHERE, "reads the referral in this service"), (LEEDS, "home authority told")):
        page = world.sign_in_as(Role.DSL).get(f"/cases/{referred(book, answers)}/enquiries")
        assert said in page.words


def test_a_protected_address_is_not_in_the_copy(world: World, book: Casebook, theirs: WebClient) -> None:
    reference = referred(book)
    with world.app.app_context(), transaction():
        case = find_case(book.officer, reference)
        assert case is not None
        pupil = case.registration.pupil
        pupil.house, pupil.street, pupil.postcode = "Marigold Refuge", "77 Hidden Lane", "QZ9 9ZQ"
        db.session.add(
            Restriction(pupil_id=pupil.id, kind="protected_address", created_at=AT, created_by="Robin Marsh")
        )
    for part in ("", "/referral", "/status", "/enquiries"):
        page = theirs.get(f"/cases/{reference}{part}")
        assert "Marigold" not in page.html
        assert "Hidden Lane" not in page.html
