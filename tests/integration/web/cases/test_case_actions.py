"""What people do to a case, each on its own page."""

import pytest

from cme.access.roles import Role
from cme.casework.case import Action, Entry
from tests.integration.services.office import on_both
from tests.integration.web.casebook import Casebook
from tests.people import World
from tests.reviews import FORM as REVIEW
from tests.webclient import WebClient

NEXT_WEEK = ["27", "11", "2026"]
FORMS = {
    "review": ("enquiries", {**REVIEW, "reason": "Aunt says abroad", "next_review_on": NEXT_WEEK}),
    "decline": (
        "referral_draft",
        {
            "reason_code": "located",
            "reason": "With an aunt",
            "agreed_by": "Jo Hale, head",
            "next_review_on": NEXT_WEEK,
        },
    ),
    "close": ("enquiries", {"outcome_code": "O25", "reason": "Entered twice"}),
    "reopen": ("closed", {"reason": "Not seen after all"}),
}
DONE = {
    "review": ("The review is signed.", "DSL review signed"),
    "decline": ("The decision not to refer is recorded.", "Decision not to refer"),
    "close": ("The case is closed.", "Case closed"),
    "reopen": ("A new case takes up the closed one.", "Case opened"),
}
MISSING = {
    "review": [
        "29 questions have no answer. Answer each, with “Not known” where nobody knows.",
        "Choose how high you rate the risk.",
        "Choose what you decide.",
        "Enter the next review date.",
        "Enter the reason.",
    ],
    "decline": [
        "Choose why the child is not referred.",
        "Enter the reason.",
        "Enter who agreed to the decision.",
        "Enter the next review date.",
    ],
    "close": ["Choose an outcome from the list.", "Enter the reason."],
    "reopen": ["Enter the reason."],
}


@pytest.fixture
def dsl(world: World) -> WebClient:
    """The browser of the school's DSL."""
    return world.sign_in_as(Role.DSL)


@on_both
@pytest.mark.parametrize("slug", FORMS)
def test_an_action_is_done_and_told(book: Casebook, dsl: WebClient, slug: str) -> None:
    stage, filled = FORMS[slug]
    path = f"/cases/{getattr(book, stage)()}/{slug}"
    chosen = {name for name in filled if name.endswith("_answer")}
    typed = filled.keys() - chosen - {"decision", "rating", "reason_code", "outcome_code"}
    assert dsl.get(path).form(path).keys() >= typed
    page = dsl.get(dsl.post(path, filled).location)
    banner, event = DONE[slug]
    assert banner in page.words
    assert event in page.words
    assert f"Reason: {filled['reason']}" in page.words


@pytest.mark.parametrize("slug", FORMS)
def test_an_empty_form_says_at_each_field_what_is_missing(book: Casebook, dsl: WebClient, slug: str) -> None:
    path = f"/cases/{getattr(book, FORMS[slug][0])()}/{slug}"
    page = dsl.post(path, status=422)
    assert sorted(page.errors) == sorted(MISSING[slug])
    assert page.title.startswith("Error: ")


@pytest.mark.parametrize("slug", FORMS)
@pytest.mark.parametrize("role", [Role.SCHOOL_USER, Role.HEAD, Role.FRONT_DOOR, Role.ADMISSIONS])
def test_who_may_not_act_finds_no_form(world: World, book: Casebook, slug: str, role: Role) -> None:
    stage, filled = FORMS[slug]
    client, path = world.sign_in_as(role), f"/cases/{getattr(book, stage)()}/{slug}"
    client.get(path, status=404)
    client.post(path, filled, status=404)


def test_another_school_cannot_act(world: World, book: Casebook) -> None:
    stranger = world.sign_in_as(Role.DSL, world.school_b)
    reference = book.enquiries()
    for slug in ("review", "decline", "close", "reopen", "acknowledge"):
        stranger.post(f"/cases/{reference}/{slug}", {"reason": "None of mine"}, status=404)


def test_a_form_that_is_refused_keeps_what_was_typed(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.enquiries()}/review"
    typed = {**REVIEW, "reason": "The aunt <says> so", "next_review_on": ["1", "11", "2026"]}
    page = dsl.post(path, typed, status=422)
    assert page.errors == ["The next review date must be after today. Enter a later date."]
    kept = page.form(path)
    assert (kept["decision"], kept["reason"], kept["next_review_on"]) == (
        "enquire_on",
        "The aunt <says> so",
        "2026",
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["27", "", "2026"], "Next review date must include a month"),
        (["31", "2", "2027"], "Next review date must be a real date: February 2027 has 28 days"),
    ],
)
def test_a_date_that_is_none_is_explained(
    book: Casebook, dsl: WebClient, typed: list[str], said: str
) -> None:
    path = f"/cases/{book.enquiries()}/review"
    page = dsl.post(path, {**REVIEW, "next_review_on": typed}, status=422)
    assert page.errors == [said]


def test_a_review_that_refers_brings_the_referral_to_send(book: Casebook, dsl: WebClient) -> None:
    reference = book.enquiries()
    typed = {"decision": "refer_now", "rating": "medium", "reason": "Flat is empty"}
    done = dsl.post(f"/cases/{reference}/review", {**typed, "next_review_on": NEXT_WEEK})
    assert done.location == f"/cases/{reference}/referral"
    page = dsl.get(f"/cases/{reference}")
    assert "Referral to send" in page.words
    assert "Check and send the referral" in page.links


def test_a_review_asks_for_advice_in_the_words_of_the_area(book: Casebook, dsl: WebClient) -> None:
    assert "Ask CAP for information and advice" in dsl.get(f"/cases/{book.enquiries()}/review").words


def test_an_outcome_is_offered_with_its_evidence(world: World, book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.enquiries()}/close"
    school, officer = dsl.get(path).words, world.sign_in_as(Role.CME_OFFICER).get(path).words
    assert "Returned to this school Needs: A present mark and a logged welfare talk." in school
    assert "Returned to this school" not in officer
    assert "Custody" in officer
    assert "Custody" not in school


def test_the_outcome_that_the_register_suggests_comes_first(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.closing_proposed()}/close"
    page = dsl.get(path)
    assert "The register suggests: Returned to this school." in page.words
    assert "How did it end? Returned to this school" in page.words
    why = "The social worker talked with the child"
    dsl.post(path, {"outcome_code": "O01", "reason": "Back on Thursday", "no_talk": why})


def test_an_outcome_without_its_evidence_is_refused_where_it_is_entered(
    book: Casebook, dsl: WebClient
) -> None:
    path = f"/cases/{book.enquiries()}/close"
    page = dsl.post(path, {"outcome_code": "O01", "reason": "Seen in town"}, status=422)
    assert page.errors[0].startswith("The register shows no present mark")
    assert 'href="#outcome_code"' in page.html
    page = dsl.post(path, {"outcome_code": "O04", "reason": "At Beech Hill"}, status=422)
    assert page.errors[0].startswith("This outcome needs the other side.")
    assert 'href="#agreed_by"' in page.html


def test_a_text_that_is_too_long_is_refused(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.enquiries()}/close"
    page = dsl.post(path, {"outcome_code": "O25", "reason": "x" * 4001}, status=422)
    assert page.errors == ["Reason must be 4,000 characters or fewer"]


def test_what_cannot_be_done_now_leads_back_and_says_so(book: Casebook, dsl: WebClient) -> None:
    reference = book.closed()
    path = f"/cases/{reference}"
    assert dsl.get(f"{path}/review", status=303).location == path
    assert "this cannot be done to the case as it stands now" in dsl.get(path).words
    page = dsl.post(f"{path}/close", {"outcome_code": "O25", "reason": "Again"}, status=422)
    assert page.errors[0].startswith("Close the case: not possible while the case is at “Closed”.")


@on_both
def test_a_referral_is_acknowledged_once(world: World, book: Casebook) -> None:
    officer, path = world.sign_in_as(Role.CME_OFFICER), f"/cases/{book.referred()}"
    assert officer.post(f"{path}/acknowledge").location == path
    page = officer.get(path)
    assert "The referral is acknowledged." in page.words
    again = officer.post(f"{path}/acknowledge", status=422)
    assert again.errors == ["The referral was acknowledged on 20 November 2026. Nothing more is needed."]
    assert page.words.count("by Cleo Rowe") + page.words.count("by Robin Marsh") == 1


def test_only_the_officer_acknowledges(world: World, book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.referred()}/acknowledge"
    dsl.post(path, status=404)
    world.sign_in_as(Role.FRONT_DOOR).post(path, status=404)


def test_a_reopened_case_names_the_new_one_and_is_not_opened_twice(book: Casebook, dsl: WebClient) -> None:
    closed = book.closed()
    new = dsl.post(f"/cases/{closed}/reopen", {"reason": "Not seen after all"}).location
    assert new != f"/cases/{closed}"
    assert closed in dsl.get(new).links
    assert dsl.get(f"/cases/{closed}").links[new.removeprefix("/cases/")] == new
    page = dsl.post(f"/cases/{closed}/reopen", {"reason": "Not seen after all"}, status=422)
    assert page.errors == ["This pupil has an open case. Work on that one."]


def test_a_closing_that_is_undone_gives_the_authority_its_referral_back(
    world: World, book: Casebook, dsl: WebClient
) -> None:
    officer, closed = world.sign_in_as(Role.CME_OFFICER), book.referred(days=16)
    officer.post(f"/cases/{closed}/close", {"outcome_code": "O24", "reason": "An attendance matter"})
    rows = dsl.get(f"/schools/{book.place.laestab}/").words
    assert f"{closed} Closed" in rows
    missed = officer.get("/queue/closed-and-absent")
    assert "1 child" in missed.words
    assert f"/cases/{closed}" in missed.links.values()
    new = officer.post(f"/cases/{closed}/reopen", {"reason": "Still not seen"}).location
    page = officer.get(new)
    assert f"Carried over from the closed case {closed}" in page.words
    assert "Referred" in page.words
    assert f"{new}/accept" in page.links.values()
    assert "Written by the school" in officer.get(f"{new}/referral").words
    assert new in officer.get("/queue").links.values()
    assert officer.get("/queue/closed-and-absent").words.count(closed) == 0


def test_what_is_still_open_when_a_case_ends_is_not_lost(world: World, book: Casebook) -> None:
    officer, path = world.sign_in_as(Role.CME_OFFICER), f"/cases/{book.referred()}"
    assert "What becomes of what is still open" not in officer.get(f"{path}/close").words
    book.act(
        Action.ASK_QUESTION, path.removeprefix("/cases/"), Entry(message="Who has the key?"), by=book.officer
    )
    typed = {"outcome_code": "O24", "reason": "An attendance matter"}
    page = officer.post(f"{path}/close", typed, status=422)
    assert page.errors == ["Say what becomes of what is still open: a question that waits for an answer."]
    officer.post(f"{path}/close", {**typed, "left_open": "Ash Fenner answers by mail"})
    assert "What was still open: Ash Fenner answers by mail" in officer.get(path).words


def test_a_duplicate_names_the_case_that_is_kept(book: Casebook, dsl: WebClient) -> None:
    kept, other = book.enquiries(), book.enquiries()
    path = f"/cases/{other}/close"
    typed = {"outcome_code": "O25", "reason": "Opened twice"}
    assert "Reference of the case that is kept" in dsl.get(path).words
    for wrong in (other, "CME-26-9999"):
        page = dsl.post(path, {**typed, "kept_case": wrong}, status=422)
        assert len(page.errors) == 1
        assert page.form(path)["kept_case"] == wrong
    page = dsl.post(path, {**typed, "kept_case": kept}, status=422)
    assert page.errors[0].startswith("That case is about another child, as the two records stand.")
    book.make_alike(other, kept)
    dsl.post(path, {**typed, "kept_case": kept.lower()})
    assert f"The case that is kept: {kept}." in dsl.get(f"/cases/{other}").words
