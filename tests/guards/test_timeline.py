"""Nothing can happen in a case that its pages cannot show, and nothing be allowed that they do not offer."""

from pathlib import Path

import pytest

from cme.access.roles import SYSTEM
from cme.casework.case import TRANSITIONS, Action
from cme.casework.events import EVENT_TYPES, EventKind
from cme.casework.stages import Overlay, Stage
from cme.web.cases.actions import ACTION_PAGES
from cme.web.presenters.stages import OVERLAY_TONES, STAGE_TONES
from cme.web.presenters.timeline import template_of

ROOT = Path(__file__).parents[2]
TONES = (ROOT / "cme" / "frontend" / "scss" / "_tags.scss").read_text(encoding="utf-8")

ELSEWHERE = {
    Action.OPEN_BY_HAND: "school/pupil.html",
    Action.OPEN_FOR_CONCERN: "school/calls.html",
    Action.OPEN_AGAIN: "cases/reopen.html",
    Action.CARRY_REFERRAL: "cases/reopen.html",
    Action.LOG_ENQUIRY: "cases/enquiry.html",
    Action.CORRECT_ENQUIRY: "cases/enquiry.html",
    Action.SEND_REFERRAL: "cases/write_referral.html",
    Action.SEND_UPDATE: "cases/write_referral.html",
    Action.APPROVE_REFERRAL: "cases/approve.html",
    Action.ASK_QUESTION: "cases/status.html",
    Action.ANSWER_QUESTION: "cases/status.html",
    Action.TICK_FOUND_ITEM: "cases/found.html",
    Action.PROPOSE_REMOVAL: "cases/propose.html",
    Action.WITHDRAW_REMOVAL: "cases/removal.html",
    Action.MAKE_REMOVAL: "cases/removal.html",
    Action.CONFIRM_REMOVAL: "admissions/removal.html",
    Action.QUERY_REMOVAL: "admissions/removal.html",
    Action.SIGN_STATEMENT: "cases/statement.html",
    Action.REOPEN_STATEMENT: "cases/reopen_statement.html",
    Action.RECORD_FACT: "cases/removal_fact.html",
    Action.UNTICK_FOUND_ITEM: "cases/found.html",
    Action.SEND_TRACE: "tracing/trace.html",
    Action.RECORD_TRACE_REPLY: "tracing/reply.html",
    Action.END_TRACE: "tracing/trace.html",
    Action.DECIDE_MATCH: "tracing/match.html",
}
"""What people do without a form of `ACTION_PAGES`, and the template that has its button."""


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_of_event_has_a_partial_for_the_timeline(kind: EventKind) -> None:
    assert (ROOT / "templates" / template_of(kind)).is_file()


def test_every_partial_is_of_a_kind_of_event() -> None:
    partials = {path.name for path in (ROOT / "templates" / "cases" / "events").glob("[!_]*.html")}
    assert partials == {Path(template_of(kind)).name for kind in EventKind}


@pytest.mark.parametrize("kind", EventKind)
def test_a_partial_shows_every_risk_note_that_its_event_may_carry(kind: EventKind) -> None:
    partial = (ROOT / "templates" / template_of(kind)).read_text(encoding="utf-8")
    for key in EVENT_TYPES[kind].private:
        assert f"event.data.{key}" in partial


def test_every_stage_and_overlay_has_a_tag_with_a_tone_of_the_style_sheet() -> None:
    assert set(STAGE_TONES) == set(Stage)
    assert set(OVERLAY_TONES) == set(Overlay)
    for tone in (*STAGE_TONES.values(), *OVERLAY_TONES.values()):
        assert f".cme-tag--{tone}" in TONES


@pytest.mark.parametrize(
    "action", sorted({row.action for row in TRANSITIONS.values() if row.permission not in SYSTEM})
)
def test_every_action_of_people_has_a_page_or_a_button(action: Action) -> None:
    pages = {page.action: page.template for page in ACTION_PAGES}
    template = pages.get(action) or ELSEWHERE[action]
    assert (ROOT / "templates" / template).is_file()
