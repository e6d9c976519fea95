"""What became of a referral: status, questions, updates, the head's approval, and the welfare talk."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from cme.access.roles import Role
from cme.access.scope import Grant, Scope
from cme.casework.case import Action, Entry
from cme.casework.safety.directory import Reached
from cme.clock import local_date
from cme.services import directory, policies
from cme.store.database import db
from cme.store.tables import Alert
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook
from tests.people import World
from tests.referrals import UNMADE
from tests.webclient import WebClient


@pytest.fixture
def dsl(world: World) -> WebClient:
    """The browser of the school's DSL."""
    return world.sign_in_as(Role.DSL, name="Ash Fenner")


@pytest.fixture
def officer(world: World) -> WebClient:
    """The browser of the CME officer."""
    return world.sign_in_as(Role.CME_OFFICER, name="Cleo Rowe")


def test_the_school_sees_when_it_was_sent_to_whom_and_what_to_expect(book: Casebook, dsl: WebClient) -> None:
    reference = book.referred()
    page = dsl.get(f"/cases/{reference}/status")
    assert page.heading == "Status of the referral"
    for said in (
        "Sent Fri 20 Nov 2026, 9:00am, by Ash Fenner",
        "To The Children's Access Point and the CME officer",
        "Acknowledged Not yet",
        "By Mon 23 Nov 2026: the Children's Access Point checks what is known of the child and the family",
        "By Tue 24 Nov 2026: the CME officer acknowledges the referral",
        "By Fri 4 Dec 2026: the authority tells the school the first result",
        "Full partner checks usually take 6 to 8 weeks.",
        "Enquiries of the school:",
    ):
        assert said in page.words, said
    assert page.links["The referral"] == f"/cases/{reference}/referral/sent/1"
    dsl.get(f"/cases/{reference}/referral/sent/1")
    dsl.get(f"/cases/{reference}/referral/sent/2", status=404)


def test_a_safeguarding_referral_is_expected_to_be_acknowledged_when_it_is_due(
    book: Casebook, dsl: WebClient
) -> None:
    path = f"/cases/{book.referred(safeguarding=True)}"
    assert "Acknowledge the referral Today Due today, Fri 20 Nov 2026" in dsl.get(path).words
    assert "By Fri 20 Nov 2026: the CME officer acknowledges the referral" in dsl.get(f"{path}/status").words


def test_what_the_authority_has_done_is_promised_no_longer(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.referred(acknowledged=True)}/status"
    words = dsl.get(path).words
    assert "acknowledges the referral" not in words
    assert "By Tue 24 Nov 2026: the CME officer takes it on, or sends it back" in words
    dsl.post(f"{path[:-7]}/questions", {"message": "Who has it?"})
    assert "the authority has this to do: answer the school's question" in dsl.get(path).words


SUNDAY_EVENING = datetime(2026, 11, 22, 20, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "ring"),
    [
        ("", "Ring 999 if the child is in danger now, 101 if not."),
        ("01325 000111", "Ring Emergency Duty Team (EDT) on 01325 000111. In danger now: ring 999."),
    ],
)
def test_an_urgent_referral_says_that_nobody_may_read_it_out_of_hours(
    world: World, book: Casebook, number: str, ring: str
) -> None:
    path = f"/cases/{book.referral_draft()}"
    if number:
        admin = Scope(None, "Dev Rana", frozenset({Grant(Role.LA_ADMIN, world.northmoor.authority_id)}))
        with world.app.app_context():
            assert not directory.record_check(
                admin, "841", "darlington-edt", Reached(phone=number), at=book.at
            )
    said = f"Nobody may read this before Mon 23 Nov 2026. {ring}"
    with time_machine.travel(SUNDAY_EVENING, tick=False):
        dsl = world.sign_in_as(Role.DSL)
        assert said in dsl.get(f"{path}/referral").words
        dsl.post(f"{path}/referral", {"urgent": "Send now", "concern": "She is in danger"})
        assert said in dsl.get(f"{path}/status").words
    book.act(Action.ACKNOWLEDGE_REFERRAL, path.split("/")[2], by=book.officer)
    assert "Nobody may read" not in world.sign_in_as(Role.DSL).get(f"{path}/status").words


def test_it_says_who_acknowledged(book: Casebook, dsl: WebClient) -> None:
    words = dsl.get(f"/cases/{book.referred(acknowledged=True)}/status").words
    assert "Acknowledged Fri 20 Nov 2026, 9:00am, by Cleo Rowe" in words


def test_before_anything_is_sent_there_is_no_status(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.referral_draft()}"
    assert dsl.get(f"{path}/status", status=303).location == f"{path}/referral"
    assert "Status and questions" not in dsl.get(path).links
    assert dsl.post(f"{path}/questions", {"message": "Who?"}).location == path


@on_both
def test_a_question_stands_on_the_other_side_until_it_is_answered(
    book: Casebook, dsl: WebClient, officer: WebClient
) -> None:
    path = f"/cases/{book.referred()}"
    officer.post(f"{path}/questions", {"message": "Who visited?\nAnd <when>?"})
    page = dsl.get(path)
    assert "Answer the authority's question" in page.words
    assert page.links["Answer the question"] == f"{path}/status"
    page = dsl.get(f"{path}/status")
    assert "Question 1, from the local authority Who visited? And <when>?" in page.words
    assert "Send the answer" not in officer.get(f"{path}/status").words
    dsl.post(f"{path}/questions/1/answer", {"answer-1-message": "Two of us, on Friday"})
    page = officer.get(f"{path}/status")
    assert "Two of us, on Friday Ash Fenner, Designated safeguarding lead" in page.words
    assert "Answer the authority's question" not in dsl.get(path).words
    words = officer.get(path).words
    assert words.index("Question answered by Ash Fenner") < words.index("Question asked by Cleo Rowe")


def test_an_empty_question_and_a_late_answer_are_refused_and_nothing_is_lost(
    book: Casebook, dsl: WebClient, officer: WebClient
) -> None:
    path = f"/cases/{book.referred()}"
    page = dsl.post(f"{path}/questions", {"message": " "}, status=422)
    assert page.errors == ["Enter your question or message to the other side."]
    officer.post(f"{path}/questions", {"message": "Who visited?"})
    dsl.post(f"{path}/questions/1/answer", {"answer-1-message": "Two of us"})
    page = dsl.post(f"{path}/questions/1/answer", {"answer-1-message": "Three of us"}, status=422)
    assert page.errors[0].startswith("No question waits for your answer.")
    assert page.form(f"{path}/questions")["answer-1-message"].strip() == "Three of us"
    assert "Two of us" in page.words
    page = dsl.post(f"{path}/questions/1/answer", {"answer-1-message": " "}, status=422)
    assert "Enter your answer." in page.errors
    assert dsl.post(f"{path}/questions/7/answer", {"answer-7-message": "Us"}).location == f"{path}/status"
    long = "x" * 4001
    page = dsl.post(f"{path}/questions", {"message": long}, status=422)
    assert page.errors == ["What you want to say must be 4,000 characters or fewer"]
    assert page.form(f"{path}/questions")["message"] == long


def test_what_is_begun_in_one_box_stays_when_another_is_sent(
    book: Casebook, dsl: WebClient, officer: WebClient
) -> None:
    path = f"/cases/{book.referred()}"
    for asked in ("Who visited?", "And when?"):
        officer.post(f"{path}/questions", {"message": asked})
    boxes = {"message": "Could you", "answer-1-message": "Two of us", "answer-2-message": "On Fri"}
    page = dsl.get(f"{path}/status")
    assert boxes.keys() <= page.form(f"{path}/questions").keys()
    assert f'formaction="{path}/questions/2/answer"' in page.html
    page = dsl.post(f"{path}/questions/1/answer", boxes, status=200)
    assert "The answer is sent." in page.words
    assert "What else you began to write is still here. It is not sent." in page.words
    left = page.form(f"{path}/questions")
    assert (left["message"].strip(), left["answer-2-message"].strip()) == ("Could you", "On Fri")
    assert "answer-1-message" not in left
    page = dsl.post(f"{path}/questions", {**left, "message": "Could you come?"}, status=200)
    left = page.form(f"{path}/questions")
    assert (left["message"].strip(), left["answer-2-message"].strip()) == ("", "On Fri")
    words = officer.get(f"{path}/status").words
    assert "Two of us" in words
    assert "Could you come?" in words
    assert "On Fri" not in words
    assert dsl.post(f"{path}/questions/2/answer", left).location == f"{path}/status"


def test_what_is_asked_is_a_risk_note(world: World, book: Casebook, officer: WebClient) -> None:
    path = f"/cases/{book.referred()}"
    officer.post(f"{path}/questions", {"message": "Is the uncle at home?"})
    words = world.sign_in_as(Role.SCHOOL_USER).get(path).words
    assert "Question asked" in words
    assert "uncle" not in words


@pytest.mark.parametrize("role", [Role.HEAD, Role.LA_MANAGER, Role.INSPECTOR])
def test_who_only_reads_is_offered_no_question(world: World, book: Casebook, role: Role) -> None:
    client, path = world.sign_in_as(role), f"/cases/{book.referred()}"
    words = client.get(f"{path}/status").words
    assert "Send the question" not in words
    assert "Write an update" not in words
    client.post(f"{path}/questions", {"message": "Who?"}, status=404)
    client.post(f"{path}/questions/1/answer", {"message": "Who?"}, status=404)


@on_both
def test_an_update_is_written_like_a_referral_and_acknowledged_again(
    book: Casebook, dsl: WebClient, officer: WebClient
) -> None:
    path = f"/cases/{book.referred(acknowledged=True)}"
    assert dsl.post(f"{path}/referral/update").location == f"{path}/referral/header"
    page = dsl.get(f"{path}/referral/header")
    assert "Kind of referral Update to an earlier referral" in page.words
    dsl.post(f"{path}/referral/header", {"news": "Seen in Leeds", "home_authority": "383", "later": "x"})
    assert dsl.get(path).links["Go on with the update"] == f"{path}/referral"
    assert "Sent on" in officer.get(f"{path}/referral").words
    page = dsl.get(f"{path}/referral")
    assert page.heading == "Update to the referral"
    assert "Send now for a safeguarding concern" not in page.words
    dsl.post(f"{path}/referral", {"send": "Send the referral"})
    words = officer.get(f"{path}/status").words
    assert "Update 1, Fri 20 Nov 2026, 12:00pm" in words
    assert "the update since then not yet" in words
    assert "What is new, or corrected Seen in Leeds" in officer.get(f"{path}/referral").words
    assert "Acknowledge the referral" in officer.get(path).words
    assert "Acknowledge the referral" in officer.get("/queue").words


def test_a_superseded_referral_says_so_on_its_status(book: Casebook, officer: WebClient) -> None:
    path = f"/cases/{book.superseded()}"
    assert (
        "Superseded: after a correction the register no longer counts" in officer.get(f"{path}/status").words
    )
    words = officer.get(path).words
    assert "This is shown to the Children's Access Point and the CME officer, who have the referral." in words


class TestApproval:
    @pytest.fixture
    def reference(self, world: World, book: Casebook) -> str:
        """A case under a policy that asks for the head's approval, with a referral that is written."""
        admin = Scope(None, "Dev", frozenset({Grant(Role.LA_ADMIN, book.place.authority_id)}))
        with world.app.app_context():
            changes = {"rules.head_approves_referral": True}
            policies.change(admin, "841", changes, local_date(AT), "Heads want to know", at=AT)
        reference = book.referral_draft()
        book.write(reference)
        return reference

    @on_both
    def test_the_head_reads_it_approves_it_and_the_dsl_sends_it(
        self, world: World, dsl: WebClient, reference: str
    ) -> None:
        head, path = world.sign_in_as(Role.HEAD, name="Jo Hale"), f"/cases/{reference}"
        send = {"send": "Send the referral", "without_enquiries": UNMADE}
        page = dsl.get(f"{path}/referral")
        assert "The head teacher has to approve it first, and is told" in page.words
        assert "It waits for the head teacher to approve it, and cannot be sent before." in page.words
        assert "Read it through, and send it" not in page.words
        waits = "It waits for the head teacher, who has been told, to approve it."
        assert waits in dsl.get(path).words
        home = f"/schools/{world.school_a.laestab}/"
        assert head.get(home).links["Approve the referral: Ada Arden"] == f"{path}/approve"
        assert "Approve the referral" not in dsl.get(home).words
        page = dsl.post(f"{path}/referral", send, status=422)
        assert page.errors[0].startswith("The head teacher has not approved this referral.")
        assert head.get(path).links["Approve the referral"] == f"{path}/approve"
        page = head.get(f"{path}/approve")
        assert "Legal name Ada Arden" in page.words
        head.post(f"{path}/approve", page.form(f"{path}/approve"))
        assert "Referral approved by the head teacher by Jo Hale" in dsl.get(path).words
        assert "Approve the referral" not in head.get(path).links
        assert "Approve the referral" not in head.get(home).words
        assert waits not in dsl.get(path).words
        assert "The head teacher has approved it as it stands." in dsl.get(f"{path}/referral").words
        dsl.post(f"{path}/referral", send)

    def test_the_head_is_told_once_that_a_text_waits_for_approval(
        self, world: World, dsl: WebClient, reference: str
    ) -> None:
        head, path = world.person(Role.HEAD), f"/cases/{reference}/referral/child"
        said = f"{reference}: A referral waits for your approval. Read it and approve it."
        for known_as in ("Addie", "Addie", "Ade"):
            dsl.post(path, {"sex": "F", "known_as": known_as, "later": "x"})
        with world.app.app_context():
            own = db.select(Alert.text).where(Alert.user_id == head.user_id)
            assert list(db.session.scalars(own)) == [said, said]

    def test_what_changed_while_the_head_was_reading_is_read_again(
        self, world: World, dsl: WebClient, reference: str
    ) -> None:
        head, path = world.sign_in_as(Role.HEAD), f"/cases/{reference}"
        read = head.get(f"{path}/approve").form(f"{path}/approve")
        dsl.post(f"{path}/referral/child", {"sex": "M", "known_as": "Addie", "later": "x"})
        page = head.post(f"{path}/approve", read, status=422)
        assert page.errors == [
            "The referral was changed after you opened it. Read it again, then approve it."
        ]
        head.post(f"{path}/approve", page.form(f"{path}/approve"))

    def test_a_safeguarding_referral_waits_for_nobody(self, dsl: WebClient, reference: str) -> None:
        dsl.post(f"/cases/{reference}/referral", {"urgent": "Send now"})
        assert "Sent at once for a safeguarding concern." in dsl.get(f"/cases/{reference}").words


def test_where_nobody_asks_for_it_there_is_no_approval(world: World, book: Casebook) -> None:
    reference = book.referral_draft()
    book.write(reference)
    head, path = world.sign_in_as(Role.HEAD), f"/cases/{reference}"
    assert "Approve the referral" not in head.get(path).links
    assert head.get(f"{path}/approve", status=303).location == path


@on_both
def test_a_child_who_is_back_is_talked_with_before_the_case_is_closed(
    world: World, book: Casebook, dsl: WebClient
) -> None:
    path = f"/cases/{book.closing_proposed()}"
    page = dsl.get(path)
    assert "No welfare talk is recorded yet." in page.words
    assert "Hold the welfare talk" in page.words
    closing = {"outcome_code": "O01", "reason": "Back since Thursday"}
    page = dsl.post(f"{path}/close", closing, status=422)
    assert page.errors == ["No welfare talk is recorded. Record it first, or say why there was none."]
    office = world.sign_in_as(Role.SCHOOL_USER)
    held = {"held_by": "K. Lowe", "held_on": ["19", "11", "2026"], "words": "At my nan's"}
    office.post(f"{path}/talk", held)
    words = dsl.get(path).words
    assert "The welfare talk was held on Thu 19 Nov 2026." in words
    assert "words: At my nan's" in words
    assert "At my nan's" not in office.get(path).words
    assert "no_talk" not in dsl.get(f"{path}/close").form(f"{path}/close")
    dsl.post(f"{path}/close", closing)


def test_a_case_is_closed_without_a_talk_for_a_reason(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.closing_proposed()}"
    why = "The social worker talked with the child"
    dsl.post(f"{path}/close", {"outcome_code": "O01", "reason": "Back", "no_talk": why})
    assert f"No welfare talk was recorded, because: {why}" in dsl.get(path).words


def test_a_talk_needs_who_and_when(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.closing_proposed()}/talk"
    page = dsl.post(path, {"words": "At my nan's"}, status=422)
    assert page.errors == ["Enter who talked with the child.", "Enter the day of the talk."]
    assert page.form(path)["words"].strip() == "At my nan's"
    tomorrow = local_date(AT + timedelta(days=1))
    on = [str(tomorrow.day), str(tomorrow.month), str(tomorrow.year)]
    page = dsl.post(path, {"held_by": "K. Lowe", "held_on": on}, status=422)
    assert page.errors == ["The day of the talk must be today or earlier."]


def test_a_question_stays_with_a_case_that_is_closed(book: Casebook, dsl: WebClient) -> None:
    reference = book.referred()
    book.act(Action.ASK_QUESTION, reference, Entry(message="Who visited?"), by=book.officer)
    book.act(
        Action.CLOSE,
        reference,
        Entry(
            reason="In hospital since Monday",
            outcome_code="O19",
            agreed_by="Cleo Rowe",
            left_open="The nurse answers it",
        ),
    )
    words = dsl.get(f"/cases/{reference}/status").words
    assert "Who visited?" in words
    assert "Send the answer" not in words
