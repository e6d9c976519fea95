"""What the authority makes of a referral, on the pages of the case, and what the school reads of it."""

from datetime import date

import pytest

from cme.access.roles import Role
from cme.casework.case import Action, Entry
from cme.casework.entries import TriageEntry
from cme.clock import local_date
from cme.services import casework
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook
from tests.people import World, yesterday
from tests.referrals import ANSWERS, UNMADE
from tests.webclient import WebClient

MONDAY = ["23", "11", "2026"]
SENT = ["20", "11", "2026"]


@pytest.fixture
def officer(world: World) -> WebClient:
    """The browser of the officer who works on cases."""
    return world.sign_in_as(Role.CME_OFFICER, name="Cleo Rowe")


@pytest.fixture
def dsl(world: World) -> WebClient:
    """The browser of the school's DSL."""
    return world.sign_in_as(Role.DSL)


def accept(officer: WebClient, path: str, **more: object) -> None:
    """Accept a referral as the page offers it."""
    offered = officer.get(f"{path}/accept").form(f"{path}/accept")
    officer.post(f"{path}/accept", {**offered, "expected_on": ["4", "12", "2026"], **more})


def enquire(book: Casebook, officer: WebClient, path: str) -> None:
    """Record an enquiry of the school and one of the authority."""
    form = {
        "done_on": SENT, "done_time": "11:00", "done_by": "Ash Fenner", "method": "records",
        "result": "agency_no_trace", "contacted": "The lists",
    }  # fmt: skip
    book.world.sign_in_as(Role.DSL).post(f"{path}/enquiries/log?step=E07", form)
    officer.post(f"{path}/enquiries/log?step=E34", form)


class TestCasePage:
    def test_the_officer_finds_accept_first_and_what_is_rare_folded_away(
        self, book: Casebook, officer: WebClient
    ) -> None:
        path = f"/cases/{book.referred()}"
        page = officer.get(path)
        wanted = ["Accept the referral", "Return the referral to the school"]
        assert [text for text in page.links if text in wanted] == wanted
        rare = next(each for each in page.tree.iter("details") if "Other things" in "".join(each.itertext()))
        assert {link.get("href") for link in rare.iter("a")} == {
            f"{path}/{slug}"
            for slug in (
                "acknowledge",
                "location",
                "records-request",
                "challenge",
                "meeting",
                "transfer",
                "duplicate",
            )
        }

    def test_the_manager_accepts_and_revokes_and_does_not_triage(self, world: World, book: Casebook) -> None:
        path, manager = f"/cases/{book.referred()}", world.sign_in_as(Role.LA_MANAGER)
        links = set(manager.get(path).links.values())
        assert {f"{path}/accept", f"{path}/revoke"} <= links
        assert not {f"{path}/{slug}" for slug in ("return", "reject", "duplicate", "transfer")} & links
        manager.get(f"{path}/return", status=404)

    @pytest.mark.parametrize("role", [Role.FRONT_DOOR, Role.INSPECTOR, Role.HEAD, Role.SCHOOL_USER])
    def test_nobody_else_decides(self, world: World, book: Casebook, role: Role) -> None:
        path, other = f"/cases/{book.referred()}", world.sign_in_as(role)
        links = other.get(path).links.values()
        for slug in ("accept", "return", "reject", "duplicate", "transfer", "revoke", "allocate"):
            assert f"{path}/{slug}" not in links
            other.get(f"{path}/{slug}", status=404)
            other.post(f"{path}/{slug}", status=404)


class TestAcknowledge:
    def test_the_date_is_that_of_the_first_result_and_can_be_changed(
        self, book: Casebook, officer: WebClient, dsl: WebClient
    ) -> None:
        path = f"/cases/{book.referred()}"
        form = officer.get(f"{path}/acknowledge").form(f"{path}/acknowledge")
        assert form["expected_on"] == "2026"
        officer.post(f"{path}/acknowledge", {"expected_on": ["7", "12", "2026"]})
        assert "By Mon 7 Dec 2026" in dsl.get(f"{path}/status").words
        accept(officer, path, expected_on=["7", "12", "2026"])
        words = officer.get(path).words
        assert "Due by Fri 4 Dec 2026" in words
        assert "told the school to expect it by Mon 7 Dec 2026; the clock stands." in words

    def test_a_date_left_blank_is_filled_in_from_the_clock(
        self, book: Casebook, officer: WebClient, dsl: WebClient
    ) -> None:
        path = f"/cases/{book.referred()}"
        officer.post(f"{path}/acknowledge")
        assert "By Fri 4 Dec 2026" in dsl.get(f"{path}/status").words

    def test_a_date_that_has_passed_is_refused_and_kept(self, book: Casebook, officer: WebClient) -> None:
        path = f"/cases/{book.referred()}/acknowledge"
        page = officer.post(path, {"expected_on": ["1", "11", "2026"]}, status=422)
        assert page.errors == ["The date on which you expect to be done must be today or later."]
        assert page.form(path)["expected_on"] == "2026"


class TestAccept:
    @on_both
    def test_it_names_the_officer_and_the_school_reads_who_and_when(
        self, book: Casebook, officer: WebClient, dsl: WebClient
    ) -> None:
        path = f"/cases/{book.referred()}"
        accept(officer, path, missing_items="E18", open_items="upn")
        page = dsl.get(f"{path}/status")
        assert "Officer Cleo Rowe" in page.words
        assert "First result expected By Fri 4 Dec 2026" in page.words
        assert "Still to come from the school: home visit." in page.words
        assert "Still to come from the school: home visit" in dsl.get(path).words
        assert "Authority's enquiries" in page.words

    def test_without_gaps_nothing_is_still_to_come(
        self, book: Casebook, officer: WebClient, dsl: WebClient
    ) -> None:
        path = f"/cases/{book.referred()}"
        accept(officer, path)
        assert "Still to come from the school" not in dsl.get(path).words

    def test_who_is_disabled_or_has_left_is_never_offered_nor_taken(
        self, world: World, book: Casebook, officer: WebClient
    ) -> None:
        gone = [
            world.person(Role.CME_OFFICER, name="Ida Gone", is_active=False),
            world.person(Role.CME_OFFICER, name="Joe Past", expires_on=yesterday()),
            world.person(Role.CME_OFFICER, world.elsewhere, name="Eve Elsewhere"),
            world.person(Role.ADMISSIONS, name="Ari Other"),
        ]
        path = f"/cases/{book.referred()}/accept"
        page = officer.get(path)
        for person in gone:
            assert f'<option value="{person.user_id}"' not in page.html
            refused = officer.post(path, {"officer_id": str(person.user_id)}, status=422)
            assert refused.errors == ["Choose an officer from the list: somebody who works here now."]

    def test_nobody_covers_for_themselves(self, world: World, book: Casebook, officer: WebClient) -> None:
        path, other = f"/cases/{book.referred()}/accept", world.person(Role.CME_OFFICER, name="Bo Hand")
        key = str(other.user_id)
        page = officer.post(path, {"officer_id": key, "cover_id": key}, status=422)
        assert page.errors == ["Choose another person as cover: nobody covers for themselves."]
        assert page.form(path)["cover_id"] == key

    def test_an_eligible_case_is_accepted_and_stays_eligible(
        self, book: Casebook, officer: WebClient
    ) -> None:
        path = f"/cases/{book.decision()}"
        accept(officer, path)
        assert "Eligible for decision" in officer.get(path).words

    def test_a_case_is_allocated_again_with_cover(
        self, world: World, book: Casebook, officer: WebClient
    ) -> None:
        path, other = f"/cases/{book.referred()}", world.person(Role.CME_OFFICER, name="Bo Hand")
        manager = world.person(Role.LA_MANAGER, name="Max Lead")
        accept(officer, path)
        manager.client.post(
            f"{path}/allocate", {"officer_id": str(other.user_id), "cover_id": str(manager.user_id)}
        )
        assert "Officer: Bo Hand; cover: Max Lead." in officer.get(path).words


class TestReturn:
    @on_both
    def test_what_is_asked_for_is_answered_one_by_one(
        self, book: Casebook, officer: WebClient, dsl: WebClient
    ) -> None:
        path = f"/cases/{book.referred()}"
        asked = {"missing_items": "E18", "other_items": "uln", "reason": "We begin at the door"}
        officer.post(f"{path}/return", asked)
        status = dsl.get(f"{path}/status")
        assert "Asked for: home visit and Unique learner number (ULN)" in status.words
        assert "Why: We begin at the door." in status.words
        assert dsl.get(path).links["Answer the authority and send again"] == f"{path}/resend"
        page = dsl.post(f"{path}/resend", {"reply_E18": "Visited today"}, status=422)
        assert page.errors == [
            "Answer each thing that was asked for, or say why it cannot be had. "
            "Left: Unique learner number (ULN)."
        ]
        assert page.form(f"{path}/resend")["reply_E18"] == "Visited today"
        dsl.post(f"{path}/resend", {"reply_E18": "Visited today", "reply_uln": "Not issued"})
        words = officer.get(path).words
        assert "Home visit: Visited today" in words.replace("home visit:", "Home visit:")
        assert "Referred" in words

    def test_it_asks_for_something_and_says_why(self, book: Casebook, officer: WebClient) -> None:
        path = f"/cases/{book.referred()}/return"
        page = officer.post(path, {"missing_items": "E99"}, status=422)
        assert page.errors == [
            "Choose what the school should add: an enquiry, or a field of the referral.",
            "Enter the reason.",
        ]

    def test_what_was_ticked_is_kept(self, book: Casebook, officer: WebClient) -> None:
        path = f"/cases/{book.referred()}/return"
        page = officer.post(path, {"missing_items": "E18"}, status=422)
        ticked = [
            each.get("value")
            for each in page.tree.iter("input")
            if each.get("name") == "missing_items" and "checked" in each.attrib
        ]
        assert ticked == ["E18"]


class TestReject:
    def test_each_reason_has_its_question_and_the_school_reads_the_advice(
        self, book: Casebook, officer: WebClient, dsl: WebClient
    ) -> None:
        path = f"/cases/{book.referred()}"
        assert "Ask first: Does the register show the child present?" in officer.get(f"{path}/reject").words
        assert officer.post(f"{path}/reject", status=422).errors == [
            "Choose why the child is not missing from education.",
            "Enter the reason.",
        ]
        officer.post(f"{path}/reject", {"not_cme": "contact_made", "reason": "The father answers you"})
        status = dsl.get(f"{path}/status").words
        assert "Rejected on" in status
        assert "The family is in contact and the whereabouts are known. The father answers you." in status

    @on_both
    def test_the_school_refers_again_from_its_answers(
        self, book: Casebook, officer: WebClient, dsl: WebClient
    ) -> None:
        path = f"/cases/{book.referred()}"
        officer.post(f"{path}/reject", {"not_cme": "too_early", "reason": "Visit first"})
        assert dsl.get(path).links["Write a new referral"] == f"{path}/referral"
        page = dsl.get(f"{path}/referral")
        assert "Visit first." in page.words
        section = f"{path}/referral/referrer"
        assert dsl.get(section).form(section)["referrer_phone"] == ANSWERS["referrer_phone"]
        assert dsl.post(f"{path}/referral", {"without_enquiries": UNMADE}).location == f"{path}/status"
        status = dsl.get(f"{path}/status")
        assert status.links["A new referral"] == f"{path}/referral/sent/2"
        assert status.links["The referral"] == f"{path}/referral/sent/1"
        assert "Rejected on" not in status.words
        accept(officer, path)
        assert "Authority's enquiries" in officer.get(path).words

    def test_a_revoked_one_too(self, book: Casebook, officer: WebClient, dsl: WebClient) -> None:
        reference = book.referred()
        path = f"/cases/{reference}"
        dsl.post(f"{path}/revoke", {"reason": "Sent for the wrong child"})
        assert "Revoked on" in dsl.get(f"{path}/status").words
        assert "Sent for the wrong child." in dsl.get(f"{path}/referral").words
        book.send(reference)
        assert "Referred" in officer.get(path).words

    def test_an_update_that_was_being_written_goes_on_as_a_new_referral(
        self, book: Casebook, officer: WebClient, dsl: WebClient
    ) -> None:
        path = f"/cases/{book.referred()}"
        dsl.post(f"{path}/referral/update")
        officer.post(f"{path}/reject", {"not_cme": "too_early", "reason": "Visit first"})
        page = dsl.get(f"{path}/referral")
        assert page.heading == "Referral"


class TestElsewhere:
    def test_a_duplicate_names_another_case_that_exists(self, book: Casebook, officer: WebClient) -> None:
        kept, reference = book.referred(), book.referred()
        path = f"/cases/{reference}"
        said = {"reason": "The same child at two schools"}
        for given, sentence in (
            ("", "Enter the reference of the case that is kept."),
            (reference, "This is the reference of this very case. Enter the other one, which is kept."),
            (
                "CME-26-9999",
                "No case that you can see has this reference. Look it up in the queue and enter it again.",
            ),
        ):
            page = officer.post(f"{path}/duplicate", {**said, "kept_case": given}, status=422)
            assert page.errors == [sentence]
        page = officer.post(f"{path}/duplicate", {**said, "kept_case": kept}, status=422)
        assert "about another child" in page.errors[0]
        book.make_alike(reference, kept)
        officer.post(f"{path}/duplicate", {**said, "kept_case": kept.lower().replace("-", " ")})
        assert kept in officer.get(path).words
        page = officer.post(f"/cases/{kept}/duplicate", {**said, "kept_case": reference}, status=422)
        assert "closed as a duplicate itself" in page.errors[0]

    def test_a_case_of_another_authority_is_not_found(
        self, world: World, book: Casebook, officer: WebClient
    ) -> None:
        theirs = Casebook(world, world.school_c).referred()
        page = officer.post(
            f"/cases/{book.referred()}/duplicate", {"kept_case": theirs, "reason": "Same"}, status=422
        )
        assert "No case that you can see" in page.errors[0]

    def test_it_is_transferred_once_somebody_there_took_it_on(
        self, book: Casebook, officer: WebClient
    ) -> None:
        path = f"/cases/{book.referred()}"
        page = officer.get(f"{path}/transfer")
        assert '<option value="383"' in page.html
        assert '<option value="841"' not in page.html
        own = officer.post(f"{path}/transfer", {"authority": "841"}, status=422)
        assert own.errors == [
            "This is the authority that has the case. Choose the other one.",
            "Enter the name and the team of the officer there who took the child on.",
            "Enter the date on which the other authority took the child on.",
            "Enter the reason.",
        ]
        taken = {
            "authority": "383",
            "accepted_by": "Sol Gray, CME team",
            "accepted_on": SENT,
            "reason": "With an aunt in Leeds",
        }
        later = officer.post(f"{path}/transfer", {**taken, "accepted_on": MONDAY}, status=422)
        assert later.errors == ["The date must be today or earlier."]
        officer.post(f"{path}/transfer", taken)
        words = officer.get(path).words
        assert "Authority: Leeds." in words
        assert "Taken on by Sol Gray, CME team" in words
        assert "Closed" in words

    def test_it_is_handed_over_and_stays_open(self, book: Casebook, officer: WebClient) -> None:
        path = f"/cases/{book.referred()}"
        accept(officer, path)
        officer.post(
            f"{path}/hand-over", {"authority": "383", "accepted_by": "Sol Gray", "accepted_on": SENT}
        )
        words = officer.get(path).words
        assert "Handed over to the receiving authority" in words
        assert "Authority's enquiries" in words


class TestTogether:
    def test_the_school_reads_the_first_result(
        self, book: Casebook, officer: WebClient, dsl: WebClient
    ) -> None:
        path = f"/cases/{book.referred()}"
        accept(officer, path)
        assert officer.post(f"{path}/result", status=422).errors == ["Enter the first result."]
        officer.post(f"{path}/result", {"message": "On no list here"})
        assert "On no list here" in dsl.get(f"{path}/status").words

    @pytest.mark.parametrize(
        ("raiser", "answerer"), [(Role.DSL, Role.CME_OFFICER), (Role.CME_OFFICER, Role.DSL)]
    )
    def test_a_challenge_is_answered_by_the_other_side(
        self, world: World, book: Casebook, raiser: Role, answerer: Role
    ) -> None:
        path = f"/cases/{book.referred()}"
        one, other = world.sign_in_as(raiser), world.sign_in_as(answerer)
        one.post(f"{path}/challenge", {"message": "This is neglect"})
        assert "Answer a professional challenge" not in one.get(path).links
        assert "This is neglect" in other.get(f"{path}/answer-challenge").words
        other.post(f"{path}/answer-challenge", {"message": "We think again"})
        assert "We think again" in one.get(path).words

    def test_anybody_may_ask_for_a_meeting(self, world: World, book: Casebook) -> None:
        path = f"/cases/{book.referred()}"
        for role in (Role.DSL, Role.HEAD, Role.FRONT_DOOR, Role.CME_OFFICER, Role.LA_MANAGER):
            client = world.sign_in_as(role)
            client.post(f"{path}/meeting", {"message": f"Asked by {role}"})
            assert f"Asked by {role}" in client.get(path).words

    def test_the_joint_review_opens_once_both_have_enquired_and_can_be_left(
        self, book: Casebook, officer: WebClient, dsl: WebClient
    ) -> None:
        path = f"/cases/{book.referred()}"
        accept(officer, path)
        assert f"{path}/joint" not in officer.get(path).links.values()
        refused = officer.post(f"{path}/joint", status=422)
        assert "A completed enquiry of" in refused.errors[0]
        enquire(book, officer, path)
        assert officer.get(path).links["Open the joint review"] == f"{path}/joint"
        officer.post(f"{path}/joint")
        assert "Joint review" in dsl.get(path).words
        dsl.post(f"{path}/continue", {"reason": "Ask the aunt", "next_review_on": ["27", "11", "2026"]})
        words = officer.get(path).words
        assert "Joint note: the enquiries go on" in words
        assert "Ask the aunt" in words


class TestLocation:
    @pytest.mark.parametrize(
        "role", [Role.SCHOOL_USER, Role.DSL, Role.HEAD, Role.FRONT_DOOR, Role.CME_OFFICER, Role.LA_MANAGER]
    )
    def test_anybody_reports_and_the_case_waits_for_the_officer(
        self, world: World, book: Casebook, officer: WebClient, role: Role
    ) -> None:
        path = f"/cases/{book.referred()}"
        world.sign_in_as(role).post(f"{path}/location", {"source": "An aunt", "message": "In Leeds"})
        page = officer.get(path)
        assert page.links["Record what became of it"] == f"{path}/verify"
        assert "An aunt" in officer.get(f"{path}/verify").words

    @on_both
    def test_a_child_is_found_when_somebody_has_seen_the_child(
        self, book: Casebook, officer: WebClient, dsl: WebClient
    ) -> None:
        path = f"/cases/{book.referred()}"
        dsl.post(f"{path}/location", {"source": "An aunt", "message": "In Leeds"})
        form = {"verified": "confirmed", "message": "A colleague went"}
        page = officer.post(f"{path}/verify", form, status=422)
        assert page.errors == [
            "Enter who saw the child, and on which day. Until somebody has, the location is not confirmed."
        ]
        officer.post(f"{path}/verify", {**form, "seen_by": "Sol Gray, officer in Leeds", "seen_on": SENT})
        page = officer.get(path)
        assert "Seen by Sol Gray, officer in Leeds" in page.words
        assert "Referred" in page.words
        assert "On Fri 20 Nov 2026 it was recorded that the child is found." in page.words
        assert page.links["What to do now that the child is found"] == f"{path}/found"
        assert page.links["Say what follows for the child who was found"] == f"{path}/found"
        assert "Make the enquiry" not in page.words
        officer.post(f"{path}/found", {"item": "next", "note": "Attendance work, by the school"})
        assert "Say what follows for the child" not in officer.get(path).links

    def test_what_is_ruled_out_leads_back_to_where_the_case_was(
        self, book: Casebook, officer: WebClient
    ) -> None:
        path = f"/cases/{book.referred()}"
        accept(officer, path)
        officer.post(f"{path}/location", {"source": "A letter", "message": "In Leeds"})
        officer.post(f"{path}/verify", {"verified": "ruled_out", "message": "Another family"})
        assert "The authority has accepted" in officer.get(path).words or "Authority's enquiries" in (
            officer.get(path).words
        )


def test_an_act_by_the_service_fills_the_date_in_too(world: World, book: Casebook) -> None:
    reference, person = book.referred(), world.person(Role.CME_OFFICER, name="Cleo Rowe")
    entry = Entry(triage=TriageEntry(officer_id=person.user_id))
    book.act(Action.ACCEPT_REFERRAL, reference, entry, by=book.officer)
    with world.app.app_context():
        view = casework.show(book.officer, reference, today=local_date(AT))
        assert view is not None
        assert view.state.expected_on == date(2026, 12, 4)
        assert view.case.events[-1].data["officer"] == "Cleo Rowe"
