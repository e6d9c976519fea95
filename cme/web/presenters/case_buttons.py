"""The buttons of a case: what the viewer can do now, the most pressing first, what is rare folded away."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import TRANSITIONS, Action, Stage
from cme.casework.removal.afterwards import JOINT_GROUNDS
from cme.casework.removal.deciding import open_before
from cme.services import casework
from cme.services.casework import CaseView
from cme.services.judging import permissions_on
from cme.services.removal import gates


@dataclass(frozen=True, slots=True)
class ActionButton:
    """Where an action is done. `is_rare` tells where it is folded away; `label` is the action's own if ''."""

    action: Action
    endpoint: str
    is_rare: Callable[[CaseView], bool] = lambda _view: False
    label: str = ""
    is_offered: Callable[[CaseView], bool] = lambda _view: True


WRITE_NOW = "Write a referral now"
WAITS = "See what the removal waits for"


def _rare(_view: CaseView) -> bool:
    return True


def _has_result(view: CaseView) -> bool:
    return view.state.result_given_on is not None


def is_reviewed(view: CaseView) -> bool:
    """Whether the review was signed, and no concern has been raised since: it is made again on its day."""
    return view.state.reviewed_on is not None and view.facts.concern_on is None


BEFORE_WRITING: tuple[ActionButton, ...] = (
    ActionButton(Action.VERIFY_LOCATION, "cases.ask_verify"),
    ActionButton(Action.RESEND_REFERRAL, "cases.ask_resend", label="Answer the authority and send again"),
    ActionButton(Action.ANSWER_CHALLENGE, "cases.ask_answer-challenge"),
    ActionButton(Action.ANSWER_QUERY, "cases.ask_answer-query"),
    ActionButton(Action.APPROVE_REFERRAL, "cases.ask_approve"),
    ActionButton(Action.ACCEPT_REFERRAL, "cases.ask_accept"),
    ActionButton(Action.RETURN_REFERRAL, "cases.ask_return"),
    ActionButton(Action.REJECT_REFERRAL, "cases.ask_reject"),
    ActionButton(Action.ANSWER_QUESTION, "cases.status", label="Answer the question"),
    ActionButton(
        Action.SIGN_REVIEW,
        "cases.ask_review",
        label="Sign the DSL review",
        is_offered=lambda view: not is_reviewed(view),
    ),
)
"""Buttons that come before the one that leads to a first referral, in order."""

AFTER_WRITING: tuple[ActionButton, ...] = (
    ActionButton(Action.GIVE_RESULT, "cases.ask_result", _has_result),
    ActionButton(Action.OPEN_JOINT_REVIEW, "cases.ask_joint"),
    ActionButton(Action.CONTINUE_ENQUIRIES, "cases.ask_continue"),
    ActionButton(Action.ALLOCATE, "cases.ask_allocate"),
    ActionButton(Action.RECORD_CTF, "cases.ask_ctf"),
    ActionButton(Action.DECLINE_REFERRAL, "cases.ask_decline"),
    ActionButton(Action.SIGN_REVIEW, "cases.ask_review", label="Review again", is_offered=is_reviewed),
    ActionButton(Action.CLOSE, "cases.ask_close"),
    ActionButton(Action.REOPEN, "cases.ask_reopen"),
    ActionButton(
        Action.ACKNOWLEDGE_REFERRAL, "cases.ask_acknowledge", _rare, label="Acknowledge with another date"
    ),
    ActionButton(Action.READMIT, "cases.ask_readmit", _rare),
    ActionButton(Action.REPORT_LOCATION, "cases.ask_location", _rare),
    ActionButton(
        Action.RECORD_REQUEST, "cases.ask_records-request", _rare, label="Somebody asked for the records"
    ),
    ActionButton(Action.WITHDRAW_REQUEST, "cases.ask_withdraw-request", _rare),
    ActionButton(Action.RAISE_CHALLENGE, "cases.ask_challenge", _rare),
    ActionButton(Action.REQUEST_MEETING, "cases.ask_meeting", _rare),
    ActionButton(Action.HAND_OVER, "cases.ask_hand-over", _rare),
    ActionButton(Action.TRANSFER, "cases.ask_transfer", _rare),
    ActionButton(Action.MARK_DUPLICATE, "cases.ask_duplicate", _rare),
    ActionButton(Action.REVOKE_REFERRAL, "cases.ask_revoke", _rare),
)
"""Those that come after it, in order; the rare ones last."""


def buttons(
    scope: Scope, view: CaseView, *, without: frozenset[Action]
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """What the viewer can do on a page of its own, most pressing first, and what is rarely done.

    `without` are actions that have a button of their own elsewhere on the page.
    """
    offered = frozenset(view.actions) - without
    first, last = _writing(scope, view)
    removal = _removal(scope, view)
    is_proposed = view.state.stage is Stage.REMOVAL_PROPOSED
    found = [
        *(removal if is_proposed else ()),
        *((first, "cases.referral", False) for first in first),
        *_offered(view, offered, BEFORE_WRITING),
        *((last, "cases.referral", False) for last in last),
        *_offered(view, offered, AFTER_WRITING),
        *(() if is_proposed else removal),
    ]
    links = [(_link(view, text, endpoint), is_rare) for text, endpoint, is_rare in found]
    return [link for link, is_rare in links if not is_rare], [link for link, is_rare in links if is_rare]


def _link(view: CaseView, text: str, endpoint: str) -> dict[str, str]:
    """A button. A referral that nothing asks for now is `quiet`: it is offered, and not proposed."""
    is_quiet = text == WRITE_NOW and is_reviewed(view)
    href = url_for(endpoint, case_reference=view.case.reference)
    return {"text": text, "href": href, "quiet": "yes" if is_quiet else ""}


def _offered(
    view: CaseView, offered: frozenset[Action], rows: tuple[ActionButton, ...]
) -> list[tuple[str, str, bool]]:
    return [
        (row.label or row.action.label, row.endpoint, row.is_rare(view))
        for row in rows
        if row.action in offered and row.is_offered(view)
    ]


def _removal(scope: Scope, view: CaseView) -> list[tuple[str, str, bool]]:
    """Where a removal is proposed and read. On grounds H and I it is pressing once the count is reached."""
    held, stage = permissions_on(scope, view.case), view.state.stage
    if view.state.proposed_on and Permission.SEE_GATE in held:
        return [("Open the removal", "cases.removal", stage is not Stage.REMOVAL_PROPOSED)]
    can_be_proposed = (stage, Action.PROPOSE_REMOVAL) in TRANSITIONS and view.facts.on_roll
    if can_be_proposed and Permission.PROPOSE_REMOVAL in held:
        is_rare = stage is not Stage.DECISION
        if is_rare or not _is_shut(view):
            return [(Action.PROPOSE_REMOVAL.label, "cases.ask_propose", is_rare)]
        return [(WAITS, "cases.gate", False), (Action.PROPOSE_REMOVAL.label, "cases.ask_propose", True)]
    return []


def _is_shut(view: CaseView) -> bool:
    """Whether neither ground that rests on absence can be proposed now."""
    return all(
        open_before(gates.conditions_for(view.case, letter, today=view.today)) for letter in JOINT_GROUNDS
    )


def _writing(scope: Scope, view: CaseView) -> tuple[list[str], list[str]]:
    """What the button that leads to the referral says: before all others where it is begun or drafted."""
    if not casework.may_write_referral(scope, view):
        return [], []
    if view.state.referral_sent_on:
        return ["Go on with the update"], []
    if view.state.stage is not Stage.ENQUIRIES:
        return ["Check and send the referral"], []
    return [], ["Write a new referral" if view.state.was_referred else WRITE_NOW]
