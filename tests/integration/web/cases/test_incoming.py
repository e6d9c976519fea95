"""Other authorities' requests on their pages: pasted, corrected, searched, decided on, answered, closed."""

import io

import pytest

from cme.access.roles import Role
from cme.services import alerts
from cme.store import cases, search_keys
from cme.store.database import transaction
from cme.store.tables import IncomingTrace, School
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook
from tests.people import World
from tests.webclient import Page, WebClient

LIST, NEW = "/traces/incoming", "/traces/incoming/new"
ONE = "/traces/incoming/IN-2026-0001"
UPN = "M841200023001"
TODAY = ["20", "11", "2026"]
NOON = {"sent_on": TODAY, "sent_time": "8:30"}


def text(**changes: str) -> str:
    said = {
        "Our reference": "TR-2026-0042",
        "From": "Durham (840), A Officer, 0191 000000",
        "Legal surname": "Nobody",
        "Forenames": "Zara",
        "Date of birth": "09/03/2018",
        "UPN": UPN,
        **{key.replace("_", " "): value for key, value in changes.items()},
    }
    return "\n".join([*(f"{key}: {value}" for key, value in said.items()), "She likes horses"])


def add(officer: WebClient, said: str, *, status: int = 303, **more: object) -> Page:
    form = {**officer.get(NEW).form(NEW), "text": said, "received_on": TODAY, **more}
    return officer.post(NEW, form, status=status)


def post(officer: WebClient, path: str, status: int = 303, page: str = ONE, **more: object) -> Page:
    return officer.post(path, {**officer.get(page).form(path), **more}, status=status)


def answer(officer: WebClient, kind: str, status: int = 303, **said: object) -> Page:
    page = officer.get(f"{ONE}/reply?kind={kind}")
    return officer.post(f"{ONE}/reply", {**page.form(f"{ONE}/reply"), **said}, status=status)


@pytest.fixture
def officer(book: Casebook) -> WebClient:
    """The officer of an authority that has a child with a UPN, Birch by surname."""
    reference = book.referred()
    with book.world.app.app_context(), transaction():
        case = cases.find_case(book.officer, reference)
        assert case is not None
        case.registration.pupil.upn = UPN
        search_keys.refresh([case.registration.pupil_id])
    return book.world.sign_in_as(Role.CME_OFFICER)


@on_both
def test_a_request_is_pasted_corrected_searched_decided_on_and_answered(officer: WebClient) -> None:
    assert "No request is here." in officer.get(LIST).words
    assert add(officer, text(Date_of_birth="09/03/18")).location == ONE
    page = officer.get(ONE)
    assert "She likes horses" in page.words
    assert "The year has two digits" in page.words
    assert "Search for the child" not in page.words
    form = officer.get(f"{ONE}/correct").form(f"{ONE}/correct")
    changed = {**form, "born_on": "09/03/2018", "received_on": TODAY}
    officer.post(f"{ONE}/correct", changed)
    late = officer.post(f"{ONE}/correct", {**changed, "surname": "Kept as typed"}, status=409)
    assert "Kept as typed" in late.html
    post(officer, f"{ONE}/search")
    page = officer.get(ONE)
    assert "Likely" in page.words or "Possible" in page.words
    assert "UPN" in page.words
    match = next(each for each in page.links.values() if f"{ONE}/matches/" in each)
    grid = officer.get(match)
    assert "Field by field" in grid.words
    nothing = officer.post(match, status=422)
    assert len(nothing.errors) == 2
    decided = {"disposition": "same_child", "reason": "Same UPN and school"}
    officer.post(match, {**grid.form(match), **decided})
    assert "Same UPN and school" in officer.get(match).words
    refused = answer(officer, "no_trace", 422, phone="01325 000000")
    assert "Choose another answer" in refused.errors[0]
    assert refused.links["Choose another answer"] == f"{ONE}/reply"
    answer(officer, "found_on_roll", started_on=["5", "9", "2022"], phone="01325 000000")
    page = officer.get(ONE)
    assert "CME trace - 841 - IN-2026-0001 - reply" in page.html
    got = officer.post(f"{ONE}/reply/text", page.form(f"{ONE}/reply/text"), status=200)
    assert "attachment" in got.response.headers["Content-Disposition"]
    assert "Zara" not in got.html
    tomorrow = post(officer, f"{ONE}/reply/sent", 422, sent_on=["21", "11", "2026"], sent_time="9:00")
    assert "must be now or earlier" in tomorrow.errors[0]
    post(officer, f"{ONE}/reply/sent", **NOON)
    assert "It cannot be changed" in officer.get(ONE).words
    assert ONE in officer.get(f"{LIST}?part=answered").links.values()


def test_what_was_typed_is_kept_and_a_file_of_text_too(officer: WebClient) -> None:
    nothing = add(officer, "", status=422)
    assert nothing.errors == ["Paste the request, or choose a file."]
    refused = add(officer, text(), status=422, received_on=["1", "1", "2031"])
    assert "Zara" in refused.html
    file = (io.BytesIO(text().encode()), "request.txt")
    uploaded = add(officer, "", status=422, received_on=["", "", ""], file=file)
    assert "Zara" in uploaded.html
    wrong = add(officer, "", status=422, file=(io.BytesIO(b"%PDF-1.7 \x00"), "request.pdf"))
    assert len(wrong.errors) == 1


@on_both
def test_a_list_tells_its_counts_and_is_answered_at_once(officer: WebClient) -> None:
    rows = [f"TR-{each},Longstocking-{'Verylong' * 10},Pippi {each},0{each}/05/2014," for each in range(1, 5)]
    rows += [f"TR-7,Birch,Ada,,{UPN}", "TR-8,Ash,Lea,03/05/14,"]
    content = "\n".join(["Reference,Surname,Forename,Date of birth,UPN", *rows]).encode()
    came = add(officer, "", file=(io.BytesIO(content), "list.csv"), sender_code="840")
    here = "/traces/incoming/lists/IN-2026-0001"
    assert came.location == here
    post(officer, f"{here}/search", page=here)
    page = officer.get(here)
    assert "4 none found" in page.words
    assert "1 could not be searched" in page.words
    assert "Lea Ash" in officer.get(f"{here}?result=unsearchable").words
    assert officer.get(f"{here}?result=likely").words.count("Verylong") == 0
    nobody = officer.get(f"{here}/no-trace")
    assert "TR-4" in nobody.words
    assert "TR-7" not in nobody.words
    text_file = officer.post(f"{here}/no-trace/text", nobody.form(f"{here}/no-trace/text"), status=200)
    assert "TR-4 (our reference IN-2026-0004)" in text_file.html
    officer.post(f"{here}/no-trace", {**nobody.form(f"{here}/no-trace"), **NOON})
    again = officer.post(f"{here}/no-trace", {**nobody.form(f"{here}/no-trace"), **NOON}, status=409)
    assert "Somebody changed these requests" in again.errors[0]
    assert "No request is left" in officer.get(f"{here}/no-trace").words


def test_an_answer_that_is_written_is_changed_from_what_was_written(officer: WebClient) -> None:
    add(officer, text())
    answer(officer, "more_info_needed", question="Which school was it?", phone="01325 000000")
    assert "Which school was it?" in officer.get(f"{ONE}/reply?kind=more_info_needed").html
    assert "Which school was it?" not in officer.get(f"{ONE}/reply?kind=duplicate").html


def test_a_request_is_closed_by_hand_or_by_their_message(officer: WebClient) -> None:
    add(officer, text())
    nothing = post(officer, f"{ONE}/close", 422, reason="")
    assert nothing.errors == ["Enter why the request is closed."]
    stopped = add(officer, "CME trace - 840 - TR-2026-0042 - located\nLocated - please stop searching.")
    assert stopped.location == ONE
    page = officer.get(ONE)
    assert "The other authority asked to stop searching" in page.words
    assert "Correct the request" not in page.words
    unknown = add(officer, "Our reference: TR-2026-0099\nPlease stop searching.", status=422)
    assert "no request here has that reference" in unknown.errors[0]


@on_both
def test_who_asks_for_several_is_said_once_and_nothing_is_recorded_as_sent_before(
    officer: WebClient,
) -> None:
    nameless = text(Legal_surname="Elsewhere", UPN="").replace(
        "From: Durham (840), A Officer, 0191 000000\n", ""
    )
    first = text(Legal_surname="Elsewhere", UPN="")
    several = [first, nameless.replace("0042", "0043"), nameless.replace("0042", "0044")]
    here = "/traces/incoming/lists/IN-2026-0001"
    assert add(officer, "\n".join(several)).location == here
    page = officer.get(here)
    assert "It is not known which authority asks for 2 of these 3 requests." in page.words
    assert page.form(f"{here}/sender")["sender_code"] == "840"
    post(officer, f"{here}/search", page=here)
    nobody = officer.get(f"{here}/no-trace")
    assert "2 requests are left out: it is not known who asks." in nobody.words
    assert "TR-2026-0043" not in nobody.html
    second = ONE.replace("0001", "0002")
    wrote = officer.get(f"{second}/reply?kind=no_trace").form(f"{second}/reply")
    officer.post(f"{second}/reply", {**wrote, "phone": "01325 000000"})
    shown = officer.get(second)
    assert f"{second}/correct#sender_code" in shown.links.values()
    assert f"{second}/reply/sent" not in shown.html
    seen = shown.form(f"{second}/reply/text")["seen"]
    refused = officer.post(f"{second}/reply/sent", {**NOON, "seen": seen}, status=422)
    assert refused.errors == ["Choose which authority asks before anything is answered: it is not known."]
    assert refused.links[refused.errors[0]] == "#who-asks"
    nothing = officer.post(f"{here}/sender", {"sender_code": ""}, status=422)
    assert nothing.errors == ["Choose the authority that all of these came from."]
    officer.post(f"{here}/sender", page.form(f"{here}/sender"))
    assert "not known" not in officer.get(here).words
    assert "TR-2026-0043" in officer.get(f"{here}/no-trace").html
    post(officer, f"{second}/reply/sent", page=second, **NOON)


def test_the_list_says_why_a_request_cannot_be_searched_for(officer: WebClient) -> None:
    add(officer, text(Date_of_birth="09/03/18", UPN=""))
    words = officer.get(LIST).words
    assert "Cannot be searched Date of birth: The year has two digits." in words
    assert "Nobody can be searched" not in officer.get(ONE).words


def test_a_closed_request_is_decided_on_and_opened_again(officer: WebClient) -> None:
    add(officer, text())
    post(officer, f"{ONE}/search")
    add(officer, "CME trace - 840 - TR-2026-0042 - located\nLocated - please stop searching.")
    assert ONE in officer.get(f"{LIST}?part=unreviewed").links.values()
    page = officer.get(ONE)
    assert "Decide on 1 child found" in page.words
    match = next(each for each in page.links.values() if f"{ONE}/matches/" in each)
    officer.post(
        match, {**officer.get(match).form(match), "disposition": "not_same_child", "reason": "Other"}
    )
    assert ONE not in officer.get(f"{LIST}?part=unreviewed").links.values()
    nothing = post(officer, f"{ONE}/reopen", 422, reason="")
    assert nothing.errors == ["Enter why the request is opened again."]
    post(officer, f"{ONE}/reopen", reason="It came by mistake")
    page = officer.get(ONE)
    assert "It came by mistake" in page.words
    assert "Search for the child" in page.words


def test_who_only_reads_sees_a_request_and_changes_nothing(world: World, officer: WebClient) -> None:
    add(officer, text())
    post(officer, f"{ONE}/search")
    manager = world.sign_in_as(Role.LA_MANAGER)
    assert "Correct the request" not in manager.get(ONE).words
    manager.get(f"{ONE}/reply", status=404)
    assert NEW not in manager.get(LIST).links.values()


def test_the_officer_is_told_of_a_child_in_a_register_and_comes_to_the_request(
    book: Casebook, officer: WebClient
) -> None:
    add(officer, text())
    post(officer, f"{ONE}/search")
    with book.world.app.app_context(), transaction() as session:
        request = session.query(IncomingTrace).one()
        school = session.query(School).filter_by(laestab=book.place.laestab).one()
        assert alerts.tell_of_asked(school, request, 1, is_likely=True, at=AT) >= 1
    page = officer.get("/alerts")
    assert "IN-2026-0001: A register has a child" in page.words
    assert ONE in page.links.values()
    assert "Zara" not in page.words
