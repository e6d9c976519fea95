"""The referral: written and sent by the school, read by the local authority."""

import pytest

from cme.access.roles import Role
from tests.integration.web.casebook import ANSWERS, Casebook
from tests.people import World
from tests.webclient import WebClient

SAVE, SEND = {"save": "Save and come back"}, {"send": "Send the referral"}


@pytest.fixture
def dsl(world: World) -> WebClient:
    """The browser of the school's DSL."""
    return world.sign_in_as(Role.DSL, name="Ash Fenner")


def test_the_register_fills_what_it_knows(book: Casebook, dsl: WebClient) -> None:
    words = dsl.get(f"/cases/{book.referral_draft()}/referral").words
    assert "Legal name Ada Arden" in words
    assert "School, URN and LAESTAB Alder Grove School, URN 900001, LAESTAB 8412001" in words
    assert "return run 9 school days" in words
    assert "Name of the referrer Ash Fenner" in words
    assert "Known as (optional)" in words


def test_a_referral_is_saved_incomplete_and_found_again(book: Casebook, dsl: WebClient) -> None:
    reference = book.referral_draft()
    path = f"/cases/{reference}/referral"
    typed = {"carers": "Mother <Jane>\nFather", "sex_unknown": "y", "type": "no_show", "safeguarding": "y"}
    assert dsl.post(path, typed | SAVE).location == f"/cases/{reference}"
    assert "Saved. Nothing has been sent yet." in dsl.get(f"/cases/{reference}").words
    kept = dsl.get(path).form(path)
    assert kept["carers"].split() == ["Mother", "<Jane>", "Father"]
    assert kept["type"] == "no_show"
    assert {"sex_unknown", "safeguarding"} <= kept.keys()
    assert "upn_unknown" not in kept


def test_words_count_for_more_than_a_ticked_not_known(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.referral_draft()}/referral"
    dsl.post(path, {"sex": "Female", "sex_unknown": "y"} | SAVE)
    kept = dsl.get(path).form(path)
    assert kept["sex"] == "Female"
    assert "sex_unknown" not in kept


def test_two_people_do_not_overwrite_each_other(world: World, book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.referral_draft()}/referral"
    deputy = world.sign_in_as(Role.DSL, name="Robin Marsh")
    opened, opened_too = dsl.get(path).form(path), deputy.get(path).form(path)
    dsl.post(path, {"version": opened["version"], "carers": "Mother"} | SAVE)
    page = deputy.post(path, {"version": opened_too["version"], "carers": "Aunt"} | SAVE, status=409)
    assert page.errors[0].startswith("Somebody else saved this referral after you opened it.")
    assert page.form(path)["carers"].strip() == "Aunt"
    assert dsl.get(path).form(path)["carers"].strip() == "Mother"
    deputy.post(path, {"version": page.form(path)["version"], "carers": "Aunt"} | SAVE)
    assert dsl.get(path).form(path)["carers"].strip() == "Aunt"


def test_a_refused_referral_can_be_completed_on_the_same_page(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.referral_draft()}/referral"
    page = dsl.post(path, {"version": dsl.get(path).form(path)["version"]} | SEND, status=422)
    dsl.post(path, {**ANSWERS, "version": page.form(path)["version"], **SEND})
    assert "Sent on" in dsl.get(path).words


def test_the_safeguarding_box_comes_before_everything_else(book: Casebook, dsl: WebClient) -> None:
    words = dsl.get(f"/cases/{book.referral_draft()}/referral").words
    assert words.index("There is a safeguarding concern") < words.index("About this referral")


def test_an_incomplete_referral_is_not_sent_and_nothing_is_lost(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.referral_draft()}/referral"
    typed = {each: text for each, text in ANSWERS.items() if each not in {"sex", "criterion", "actions"}}
    page = dsl.post(path, typed | SEND, status=422)
    assert page.errors == [
        "Fill in, or tick “Not known”: Sex",
        "Choose an answer: Criterion",
        "Fill in: Enquiries made, with dates and results",
    ]
    assert page.form(path).items() >= typed.items()
    assert dsl.get(path).form(path).items() >= typed.items()


def test_a_sent_referral_names_who_receives_it(book: Casebook, dsl: WebClient) -> None:
    reference = book.referral_draft()
    path = f"/cases/{reference}/referral"
    assert dsl.post(path, {**ANSWERS, **SEND}).location == f"/cases/{reference}"
    page = dsl.get(f"/cases/{reference}")
    assert "The referral is sent to the Children's Access Point and the CME officer." in page.words
    assert "Referred" in page.words


def test_not_known_is_an_answer_to_send_with(book: Casebook, dsl: WebClient) -> None:
    reference = book.referral_draft()
    typed = {**ANSWERS, "sex": "", "sex_unknown": "y"}
    dsl.post(f"/cases/{reference}/referral", typed | SEND)
    assert "Sex Not known" in dsl.get(f"/cases/{reference}/referral").words


def test_a_safeguarding_referral_waits_for_nothing(book: Casebook, dsl: WebClient) -> None:
    reference = book.enquiries()
    dsl.post(f"/cases/{reference}/referral", {"safeguarding": "y"} | SEND)
    words = dsl.get(f"/cases/{reference}").words
    assert "Sent at once for a safeguarding concern." in words
    assert "Sent without: Kind of referral" in words


def test_a_sent_referral_is_read_alike_by_school_and_authority(
    world: World, book: Casebook, dsl: WebClient
) -> None:
    path = f"/cases/{book.referred()}/referral"
    for client in (dsl, world.sign_in_as(Role.CME_OFFICER), world.sign_in_as(Role.FRONT_DOOR)):
        page = client.get(path)
        assert "Sent on Fri 20 Nov 2026, 9:00am by Ash Fenner." in page.words
        assert "It is in the queue of the Children's Access Point and the CME officer." in page.words
        assert "Parents and carers, with all phone numbers Written by the school" in page.words
        assert "Send the referral" not in page.words


def test_what_was_typed_is_shown_as_words_and_not_as_markup(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.enquiries()}/referral"
    dsl.post(path, {"carers": "<b>Jane</b>\n07700 900123", "safeguarding": "y"} | SEND)
    assert "&lt;b&gt;Jane&lt;/b&gt;<br>07700 900123" in dsl.get(path).html


@pytest.mark.parametrize("role", [Role.HEAD, Role.CME_OFFICER, Role.LA_MANAGER, Role.INSPECTOR])
def test_who_may_not_write_reads_how_far_it_is(world: World, book: Casebook, role: Role) -> None:
    path = f"/cases/{book.referral_draft()}/referral"
    client = world.sign_in_as(role, name="Dana Quill")
    page = client.get(path)
    assert "Not sent yet. The school has not started this referral." in page.words
    assert "Name of the referrer" not in page.words
    client.post(path, ANSWERS, status=404)


@pytest.mark.parametrize("role", [Role.SCHOOL_USER, Role.ADMISSIONS])
def test_a_referral_is_closed_to_those_who_see_no_risk_notes(
    world: World, book: Casebook, role: Role
) -> None:
    world.sign_in_as(role).get(f"/cases/{book.referred()}/referral", status=404)


def test_a_referral_is_sent_once(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.referred()}/referral"
    page = dsl.post(path, {**ANSWERS, **SEND}, status=422)
    assert page.errors == ["This referral has been sent before. Nothing was sent again."]
    page = dsl.post(path, {**ANSWERS, **SAVE}, status=422)
    assert page.errors == ["This referral has been sent. It cannot be changed."]


def test_an_answer_that_is_too_long_is_refused_and_kept(book: Casebook, dsl: WebClient) -> None:
    path = f"/cases/{book.referral_draft()}/referral"
    page = dsl.post(path, {"actions": "x" * 4001} | SAVE, status=422)
    assert page.errors == ["Enquiries made, with dates and results must be 4,000 characters or fewer"]
    assert len(page.form(path)["actions"]) == 4001
