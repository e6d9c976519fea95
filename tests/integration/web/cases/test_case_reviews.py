"""The DSL's review as a form, and the reviews as they were signed."""

import pytest

from cme.access.roles import Role
from tests.integration.web.casebook import Casebook
from tests.people import World
from tests.reviews import FORM
from tests.webclient import WebClient

NEXT_WEEK = ["27", "11", "2026"]
REVIEW = {**FORM, "next_review_on": NEXT_WEEK}


@pytest.fixture
def dsl(world: World) -> WebClient:
    """The browser of the school's DSL."""
    return world.sign_in_as(Role.DSL, name="Ruth Amos")


@pytest.fixture
def reference(book: Casebook) -> str:
    """A case at enquiries."""
    return book.enquiries()


def test_nothing_is_answered_before_the_dsl_answers(dsl: WebClient, reference: str) -> None:
    path = f"/cases/{reference}/review"
    page = dsl.get(path)
    assert not [name for name in page.form(path) if name.endswith("_answer")]
    assert "mark all" not in page.words.casefold()
    assert page.form(path)["next_review_on"] == "2026"
    assert page.values("murder_answer") == ["yes", "no", "not_known"]


def test_one_click_answers_the_rest_not_known_and_signs_nothing(dsl: WebClient, reference: str) -> None:
    path = f"/cases/{reference}/review"
    typed = {"murder_answer": "no", "fgm_answer": "yes", "fgm_note": "A <word> from a friend", "fill": "y"}
    page = dsl.post(path, {**typed, "reason": "Not yet clear"}, status=200)
    assert "31 questions are now answered “Not known”. Nothing is signed yet" in page.words
    kept = page.form(path)
    assert (kept["murder_answer"], kept["fgm_answer"]) == ("no", "yes")
    assert (kept["abduction_answer"], kept["crime_answer"]) == ("not_known", "not_known")
    assert (kept["fgm_note"], kept["reason"]) == ("A <word> from a friend", "Not yet clear")
    left = ("whereabouts_known", "parents_reported", "contact_restrictions", "private_fostering")
    assert {kept[f"{code}_answer"] for code in left} == {"not_known"}
    assert "No review has been signed yet." in dsl.get(f"/cases/{reference}/reviews").words


def test_the_notes_of_the_questions_are_labelled_without_markup(dsl: WebClient, reference: str) -> None:
    page = dsl.get(f"/cases/{reference}/review")
    assert "What is known: Feared killed" in page.words
    assert "&lt;span" not in page.html


def test_a_refused_review_keeps_everything_and_leads_to_each_field(dsl: WebClient, reference: str) -> None:
    path = f"/cases/{reference}/review"
    typed = {
        **REVIEW,
        "fgm_answer": "yes",
        "fgm_note": "Talk of a ceremony",
        "police_answer": "no",
        "rating": "low",
        "child_words": "I do not want to go",
        "reasons": "family",
        "advice_from": "Mel Orr, CAP",
    }
    del typed["crime_answer"]
    page = dsl.post(path, typed, status=422)
    assert page.errors == [
        "1 question has no answer. Answer each, with “Not known” where nobody knows.",
        "An immediate risk is answered yes. Choose whether you tell the Children's Access Point now.",
        "Enter why you do not tell the police.",
        "An immediate risk is answered yes. Rate the risk medium or high.",
    ]
    kept = page.form(path)
    assert kept.items() >= {key: value for key, value in typed.items() if isinstance(value, str)}.items()


def test_what_was_signed_is_read_with_its_notes(dsl: WebClient, reference: str) -> None:
    typed = {
        **REVIEW,
        "violence_answer": "yes",
        "violence_note": "Said <so> in May",
        "crime_answer": "not_known",
        "crime_note": "Left over from before",
        "whereabouts_known_answer": "no",
        "reasons": "family",
    }
    dsl.post(f"/cases/{reference}/review", typed)
    page = dsl.get(f"/cases/{reference}/reviews")
    assert "Fri 20 Nov 2026, 12:00pm Signed by Ruth Amos, Designated safeguarding lead." in page.words
    assert "Risk Medium" in page.words
    assert "Violence towards the child: Said <so> in May" in page.words
    assert "Not known Drawn into crime" in page.words
    assert "May have drawn the child away Family elsewhere" in page.words
    assert "Left over from before" not in page.words


def test_a_new_review_starts_from_the_last_answers_and_not_from_its_decision(
    dsl: WebClient, reference: str
) -> None:
    path = f"/cases/{reference}/review"
    dsl.post(path, {**REVIEW, "violence_answer": "yes", "violence_note": "At home"})
    page = dsl.get(path)
    assert "The answers are those of the last review (Ruth Amos, Fri 20 Nov 2026, 12:00pm)." in page.words
    kept = page.form(path)
    assert (kept["violence_answer"], kept["violence_note"], kept["murder_answer"]) == ("yes", "At home", "no")
    assert not {"rating", "decision"} & kept.keys()
    assert kept["reason"] == ""
    dsl.post(path, {**REVIEW, "reason": "Second look"})
    page = dsl.get(f"/cases/{reference}/reviews")
    assert page.words.index("Second look") < page.words.index("Earlier reviews") < page.words.index("At home")


def test_a_decision_to_close_leads_to_closing(dsl: WebClient, reference: str) -> None:
    done = dsl.post(f"/cases/{reference}/review", {**REVIEW, "decision": "close"})
    assert done.location == f"/cases/{reference}/close"


@pytest.mark.parametrize("role", [Role.HEAD, Role.CME_OFFICER, Role.LA_MANAGER, Role.INSPECTOR])
def test_those_who_see_risk_notes_read_it_and_sign_nothing(world: World, book: Casebook, role: Role) -> None:
    reference = book.reviewed()
    page = world.sign_in_as(role).get(f"/cases/{reference}/reviews")
    assert "Family is travelling" in page.words
    assert "Review again" not in page.links


def test_the_office_sees_that_a_review_was_signed_and_nothing_of_it(world: World, book: Casebook) -> None:
    reference = book.reviewed()
    office = world.sign_in_as(Role.SCHOOL_USER)
    words = office.get(f"/cases/{reference}").words
    assert "DSL review signed" in words
    assert "Decision: Keep enquiring." in words
    for hidden in ("Risk: medium", "Family is travelling"):
        assert hidden not in words
    assert "The reason is kept for safeguarding staff." in words
    for path in ("reviews", "review", "urgent"):
        office.get(f"/cases/{reference}/{path}", status=404)


def test_a_foreign_school_reads_nothing(world: World, book: Casebook) -> None:
    reference = book.reviewed()
    stranger = world.sign_in_as(Role.DSL, world.school_b)
    stranger.get(f"/cases/{reference}/reviews", status=404)


class TestTwoPeople:
    @pytest.mark.parametrize("slug", ["review", "decline", "close"])
    def test_the_second_is_shown_what_the_first_did(
        self, world: World, book: Casebook, dsl: WebClient, slug: str
    ) -> None:
        reference = book.referral_draft()
        path = f"/cases/{reference}/{slug}"
        typed = {
            "review": REVIEW,
            "decline": {
                "reason_code": "located",
                "reason": "With an aunt",
                "agreed_by": "Jo Hale, head",
                "next_review_on": NEXT_WEEK,
            },
            "close": {"outcome_code": "O25", "reason": "Entered twice"},
        }[slug]
        opened = dsl.get(path).form(path)
        deputy = world.sign_in_as(Role.DSL, name="Lee Vance")
        deputy.post(f"/cases/{reference}/review", {**REVIEW, "reason": "The deputy's view"})
        page = dsl.post(path, {"seen": opened["seen"], **typed}, status=409)
        assert page.errors[0].startswith("Somebody else worked on this case after you opened this page.")
        assert "DSL review signed, by Lee Vance, Designated safeguarding lead, Fri 20 Nov 2026" in page.words
        kept = page.form(path)
        assert kept["reason"] == typed["reason"]
        done = dsl.post(path, {"seen": kept["seen"], **typed})
        assert done.location.startswith(f"/cases/{reference}")

    def test_one_who_saw_everything_is_not_held_up(self, dsl: WebClient, reference: str) -> None:
        path = f"/cases/{reference}/review"
        dsl.post(path, {"seen": dsl.get(path).form(path)["seen"], **REVIEW})
        dsl.post(path, {"seen": dsl.get(path).form(path)["seen"], **REVIEW})

    @pytest.mark.parametrize("seen", ["", "x", "²", "-1"])
    def test_a_count_that_is_none_is_as_if_not_given(self, dsl: WebClient, reference: str, seen: str) -> None:
        dsl.post(f"/cases/{reference}/review", {"seen": seen, **REVIEW})


def test_decisions_not_to_refer_are_counted_for_the_authority(world: World, book: Casebook) -> None:
    book.declined()
    book.declined()
    officer = world.sign_in_as(Role.CME_OFFICER)
    assert officer.get("/queue").links["How often schools decided not to refer"] == "/queue/not-referred"
    page = officer.get("/queue/not-referred")
    assert "since 1 September 2026" in page.words
    assert "Alder Grove School Decisions 2 decisions" in page.words
    assert "The child is seen and safe, and we know where: 2" in page.words
    elsewhere = world.sign_in_as(Role.CME_OFFICER, world.elsewhere).get("/queue/not-referred")
    assert "No school has decided not to refer a child since then." in elsewhere.words


def test_the_reason_of_a_decision_not_to_refer_is_for_safeguarding_staff(
    world: World, book: Casebook
) -> None:
    reference = book.declined()
    assert "The child is seen and safe" in world.sign_in_as(Role.DSL).get(f"/cases/{reference}").words
    assert (
        "The child is seen and safe"
        not in world.sign_in_as(Role.SCHOOL_USER).get(f"/cases/{reference}").words
    )
