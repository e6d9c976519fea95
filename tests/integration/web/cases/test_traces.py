"""A trace request on its pages: written, approved, copied, sent, answered and ended."""

import pytest

from cme.access.roles import Role
from tests.integration.services.office import on_both
from tests.integration.web.casebook import Casebook
from tests.integration.web.tracing import (
    ANSWERED,
    NOON,
    SECRETS,
    TRACE,
    YOU,
    begun,
    noon,
    protect,
    save,
    sent,
    shown,
    step,
)
from tests.people import World


@on_both
def test_a_request_is_written_copied_sent_answered_and_closed(world: World, book: Casebook) -> None:
    officer = world.sign_in_as(Role.CME_OFFICER, name="Cleo Rowe")
    case = sent(book, officer)
    page = officer.get(TRACE)
    assert "What to do now: Record each answer as it comes in." in page.words
    assert "Parents or carers: Pat Quill" in page.html
    assert 'data-copies="body"' in page.html
    file = officer.post(f"{TRACE}/text", page.form(f"{TRACE}/text"), status=200)
    assert file.headers["Content-Disposition"] == "attachment; filename=TR-2026-0001.txt"
    assert "no-store" in file.headers["Cache-Control"]
    assert file.html.startswith("Subject: CME trace - 841 - TR-2026-0001\n\nOur reference: TR-2026-0001\n")
    kinds = officer.get(f"{TRACE}/authorities/840")
    assert "Found, on the roll of a school" in kinds.words
    assert officer.get(f"{TRACE}/authorities/840?next=yes").errors == ["Choose what they answered."]
    refused = officer.post(
        f"{TRACE}/authorities/840", {**ANSWERED, "kind": "found_on_roll", "laestab": "84"}, status=422
    )
    assert "A LAESTAB must be 7 digits" in " ".join(refused.errors)
    assert 'value="84"' in refused.html
    done = {**ANSWERED, "kind": "found_on_roll", "laestab": "8404123", "started_on": ["9", "11", "2026"]}
    assert officer.post(f"{TRACE}/authorities/840", done).location == TRACE
    page = officer.get(TRACE)
    assert "Result: located, confirm with LA 840." in page.words
    assert "The search goes on until somebody confirms where the child is." in page.words
    assert "Location to verify" in officer.get(f"/cases/{case}").words
    ending = officer.get(f"{TRACE}/close").form(f"{TRACE}/close")
    assert ending["result"] == "located"
    unsaid = officer.post(f"{TRACE}/close", ending, status=422)
    assert "Enter who confirmed it: an officer of the other authority, or the school." in unsaid.errors
    officer.post(f"{TRACE}/close", {**ending, "confirmed_by": "A Head"})
    page = officer.get(TRACE)
    assert "Located - please stop searching. Please delete your copy." in page.html
    (stop,) = [each.get("action") for each in page.tree.iter("form") if "/sent" in each.get("action", "")]
    officer.post(stop or "", {**shown(page, stop or ""), **noon(stop or "")})
    assert "Ended" in officer.get("/traces/?part=ended").words


def test_the_form_keeps_what_was_typed_and_says_who_was_there_first(world: World, book: Casebook) -> None:
    officer = world.sign_in_as(Role.CME_OFFICER, name="Cleo Rowe")
    begun(book, officer)
    old = shown(officer.get(f"{TRACE}/details"), f"{TRACE}/details")
    save(officer, known_as="Mim")
    page = officer.post(f"{TRACE}/details", {**old, **YOU, "known_as": "Minnie"}, status=409)
    assert "Somebody else worked on this trace" in " ".join(page.errors)
    assert 'value="Minnie"' in page.html
    again = shown(page, f"{TRACE}/details")
    officer.post(f"{TRACE}/details", again)
    assert "Known as: Minnie" in officer.get(TRACE).html
    wrong = officer.post(
        f"{TRACE}/details", {**again, "seen": "3", "siblings": "Jo Quill; 31/2/2016"}, status=422
    )
    assert "Write each date of birth of a brother or sister like 27/3/2016." in wrong.errors
    assert "Jo Quill; 31/2/2016" in wrong.html


def test_a_preview_saves_nothing(world: World, book: Casebook) -> None:
    officer = world.sign_in_as(Role.CME_OFFICER)
    begun(book, officer)
    form = shown(officer.get(f"{TRACE}/details"), f"{TRACE}/details")
    page = officer.post(f"{TRACE}/preview", {**form, "known_as": "Mim", "wales": "y"}, status=200)
    assert "Known as: Mim" in page.html
    assert "174 local authorities" in page.words
    assert "Mim" not in officer.get(TRACE).html


def test_what_is_missing_stands_on_the_page_and_a_manager_decides(world: World, book: Casebook) -> None:
    officer, manager = (world.sign_in_as(each) for each in (Role.CME_OFFICER, Role.LA_MANAGER))
    begun(book, officer, days=12)
    save(officer)
    page = officer.get(TRACE)
    assert "20 school days not reached: 12 counted. Wait, or ask a manager to decide." in page.words
    assert f"{TRACE}/finish" not in page.html
    assert f"{TRACE}/override" not in page.html
    form = manager.get(TRACE).form(f"{TRACE}/override")
    assert manager.post(f"{TRACE}/override", {**form, "reason": ""}, status=422).errors == [
        "Enter the reason."
    ]
    manager.post(f"{TRACE}/override", {**form, "reason": "A sighting in Leeds"})
    assert "A sighting in Leeds" in officer.get(TRACE).words
    step(officer, "finish")
    assert "Ready to send" in officer.get(TRACE).words


def test_no_page_of_a_restricted_trace_says_where_the_child_lives(world: World, book: Casebook) -> None:
    officer, manager = (world.sign_in_as(each) for each in (Role.CME_OFFICER, Role.LA_MANAGER))
    reference = begun(book, officer)
    protect(book, reference)
    save(officer, chosen=["840"], audience="chosen", destination="Leeds")
    form = manager.get(TRACE).form(f"{TRACE}/override")
    manager.post(f"{TRACE}/override", {**form, "reason": "Agreed"})
    step(officer, "finish")
    page = manager.get(TRACE)
    assert "In confidence" in page.words
    assert "Waiting for approval" in page.words
    assert "Believed destination: Leeds. It is left out unless you tick it." in page.words
    assert "data-copies" not in officer.get(TRACE).html
    assert "1 Waiting for a manager" in manager.get("/traces/?part=approval").words
    step(manager, "approve")
    step(officer, "sent", **NOON)
    officer.post(f"{TRACE}/authorities/840", {**ANSWERED, "kind": "found_not_on_roll", "seen_by": "A worker"})
    hidden = officer.get(f"{TRACE}/authorities/840?kind=found_not_on_roll")
    assert "address" not in hidden.form(f"{TRACE}/authorities/840")
    inspector = world.sign_in_as(Role.INSPECTOR)
    told = inspector.get(TRACE).words
    assert "What was asked and answered is kept for those who may see where the child lives." in told
    assert "A worker" not in told
    assert "Found" not in told
    assert "confirm with LA 840" not in told
    for client in (officer, manager, inspector):
        for path in (TRACE, "/traces/", f"/cases/{reference}/traces"):
            html = client.get(path).html.casefold()
            assert not [each for each in ("marigold", "hidden lane", "qz9", "pat quill") if each in html], (
                path
            )
    school = world.sign_in_as(Role.DSL).get(f"/cases/{reference}").words
    assert "County Durham" not in school
    assert "A trace" not in school


def test_what_was_sent_before_the_child_was_protected_is_not_for_everybody(
    world: World, book: Casebook
) -> None:
    officer, manager = (world.sign_in_as(each) for each in (Role.CME_OFFICER, Role.LA_MANAGER))
    reference = begun(book, officer)
    save(officer, chosen=["840"], audience="chosen")
    form = manager.get(TRACE).form(f"{TRACE}/override")
    manager.post(f"{TRACE}/override", {**form, "reason": "Agreed"})
    step(officer, "finish")
    step(officer, "sent", **NOON)
    page = officer.get(f"{TRACE}/messages/new")
    said = {**page.form(f"{TRACE}/messages/new"), "text": "They left 77 Hidden Lane"}
    officer.post(f"{TRACE}/messages/new", said)
    protect(book, reference)
    shown_to = {role: world.sign_in_as(role).get(TRACE).html for role in (Role.LA_MANAGER, Role.INSPECTOR)}
    assert "Hidden Lane" in shown_to[Role.LA_MANAGER]
    assert not [each for each in SECRETS if each in shown_to[Role.INSPECTOR].casefold()]


def test_a_child_who_is_restricted_later_shows_no_home_in_the_form(world: World, book: Casebook) -> None:
    officer = world.sign_in_as(Role.CME_OFFICER)
    reference = begun(book, officer)
    assert "77 Hidden Lane" in officer.get(f"{TRACE}/details").html
    protect(book, reference)
    html = officer.get(f"{TRACE}/details").html
    assert "Hidden Lane" not in html
    assert "looked for in confidence, as the record says" in html


def test_several_say_no_trace_and_one_is_ruled_out(world: World, book: Casebook) -> None:
    officer = world.sign_in_as(Role.CME_OFFICER)
    sent(book, officer)
    form = shown(officer.get(f"{TRACE}/no-trace"), f"{TRACE}/no-trace")
    refused = officer.post(f"{TRACE}/no-trace", {**form, "officer": "S2S"}, status=422)
    assert refused.errors == ["Choose the authorities that answered, of those that have not answered yet."]
    day = {"replied_on": ["20", "11", "2026"]}
    officer.post(f"{TRACE}/no-trace", {**form, **day, "officer": "S2S", "codes": ["806", "840"]})
    page = officer.get(f"{TRACE}?asked=answered")
    assert "2 authorities answered “no trace”." in page.words
    assert "Every authority that was asked has answered." in officer.get(f"{TRACE}/no-trace").words
    found = {
        **ANSWERED,
        "seen": "1",
        "kind": "found_ehe",
        "contact": "EHE",
        "started_on": ["2", "11", "2026"],
    }
    officer.post(f"{TRACE}/authorities/840", found)
    page = officer.get(TRACE)
    (action,) = [
        each.get("action") or "" for each in page.tree.iter("form") if "rule-out" in each.get("action", "")
    ]
    assert officer.post(action, page.form(action), status=422).errors == ["Enter the reason."]
    officer.post(action, {**page.form(action), "reason": "Another child"})
    assert "Ruled out" in officer.get(TRACE).words


def test_a_follow_up_is_written_changed_sent_and_then_stays(world: World, book: Casebook) -> None:
    officer = world.sign_in_as(Role.CME_OFFICER)
    sent(book, officer)
    new = f"{TRACE}/messages/new"
    assert officer.post(new, {"text": ""}, status=422).errors == ["Enter what the message says."]
    at = officer.post(new, {"text": "She is called Mim.", "to": "840"}).location
    number = at.rpartition("-")[2]
    message = f"{TRACE}/messages/{number}"
    form = officer.get(message).form(message)
    assert form["text"] == "She is called Mim."
    officer.post(message, {**form, "text": "She is called Minnie."})
    assert "Somebody else" in officer.post(message, form, status=409).errors[0]
    page = officer.get(TRACE)
    assert "She is called Minnie." in page.html
    ahead = {**noon(message), f"message{number}-sent_on": ["21", "11", "2026"]}
    action = f"{message}/sent"
    wrong = officer.post(action, {**page.form(action), **ahead}, status=422)
    assert wrong.errors == ["The message must have been sent now or earlier."]
    officer.post(action, {**page.form(action), **noon(message)})
    assert "cannot be changed" in officer.get(officer.get(message, status=303).location).words


def test_a_case_offers_its_traces_and_the_found_list_closes_them(world: World, book: Casebook) -> None:
    officer = world.sign_in_as(Role.CME_OFFICER)
    reference = book.decision()
    page = officer.get(f"/cases/{reference}/traces")
    assert "No other authority was asked about this child." in page.words
    officer.post(f"/cases/{reference}/traces", {"audience": "one", "authority": "840"})
    assert "Go on with TR-2026-0001" in officer.get(f"/cases/{reference}/traces").words
    assert "Close trace TR-2026-0001" in officer.get(f"/cases/{reference}/found").words
    assert "County Durham (840), as a direct enquiry." in officer.get(TRACE).words
    for role in (Role.DSL, Role.HEAD, Role.FRONT_DOOR):
        client = world.sign_in_as(role)
        client.get(f"/cases/{reference}/traces", status=404)
        assert "TR-2026" not in client.get(f"/cases/{reference}/found").words


def test_a_trace_that_is_not_sent_is_withdrawn(world: World, book: Casebook) -> None:
    officer = world.sign_in_as(Role.CME_OFFICER)
    begun(book, officer)
    form = officer.get(f"{TRACE}/withdraw").form(f"{TRACE}/withdraw")
    assert officer.post(f"{TRACE}/withdraw", form, status=422).errors == ["Enter the reason."]
    officer.post(f"{TRACE}/withdraw", {**form, "reason": "By mistake"})
    assert "By mistake" in officer.get(TRACE).words
    assert officer.get(f"{TRACE}/details", status=303).location == TRACE


@pytest.mark.parametrize("part", ["open", "unsent", "approval", "overdue", "located", "ended", "nonsense"])
def test_each_part_of_the_list_has_an_empty_state(world: World, part: str) -> None:
    page = world.sign_in_as(Role.CME_OFFICER).get(f"/traces/?part={part}")
    assert "No trace is here." in page.words
    assert "No answer is recorded" in page.words
