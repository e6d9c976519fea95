"""The conditions of removal, as a list to read and to see to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from cme.access.routes import rule_for
from cme.access.scope import Scope
from cme.attendance.standing import Standing
from cme.casework.removal.afterwards import JOINT_GROUNDS
from cme.casework.removal.deciding import AT_THE_REMOVAL, WITH_PROPOSAL
from cme.casework.removal.facts import Condition
from cme.casework.removal.grounds import read_grounds
from cme.casework.removal.other_grounds import evidence_for, letters
from cme.casework.removal.recorded import KIND_OF_LINE, RULES, FactKind
from cme.casework.stages import Stage
from cme.services import casework
from cme.services.casework import CaseView
from cme.services.judging import permissions_on
from cme.services.removal import facts_recorded
from cme.services.removal.doubts import doubts_about
from cme.services.removal.facts_recorded import NOT_YOURS, Recorded
from cme.web.presenters.dates import day, moment
from cme.web.presenters.pupils import blocks
from cme.web.presenters.words import capitalised, counted, school_days

_STATES = {True: "met", False: "unmet", None: "unknown"}

_ENTERED = AT_THE_REMOVAL | WITH_PROPOSAL

_FILLING_IN = ("cases.ask_propose", "Open the proposal")
_PROPOSED = ("cases.removal", "Open the proposed removal")

_CONCLUDING = (Stage.JOINT_REVIEW, Stage.DECISION, Stage.REMOVAL_PROPOSED)
"""Stages at which somebody signs or decides, and so sees what is still open beside the conditions."""

_LEDGER = ("school.show_pupil", "See every day of the register")
_STATEMENT = ("cases.statement", "Open the joint statement")
_ENQUIRIES = ("cases.show_enquiries", "See and record enquiries")

_SEEN_TO: Mapping[str, tuple[tuple[str, str], ...]] = {
    "absence": (_LEDGER,),
    "full-marks": (_LEDGER,),
    "not-seen": (_LEDGER, _ENQUIRIES),
    "no-overdue-n": (_LEDGER,),
    "no-sickness": (_STATEMENT,),
    "joint-enquiries": (_ENQUIRIES,),
    "joint-conclusion": (_STATEMENT,),
}
"""Line -> where it is seen to: endpoint and words. Facts have forms of their own."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The page of conditions: what follows from them, where the count of Ground H or I stands, and each.

    `is_due`: nothing that can hold now is missing. `grounds` are those to switch to. `doubts` are sentences
    on what is still open beside the conditions, or speaks against the joint statement.
    """

    is_due: bool
    verdict: str
    next_steps: list[dict[str, str]]
    eligibility: str
    standing: str
    heading: str
    conditions: list[dict[str, Any]]
    grounds: list[dict[str, Any]]
    others: list[dict[str, Any]]
    doubts: tuple[str, ...]


def letter_of(view: CaseView, asked: str) -> str:
    """The ground to show: the one that is asked for, else the one that is proposed, else I."""
    asked = asked.lower()
    known = (*JOINT_GROUNDS, *letters())
    return asked if asked in known else view.state.ground or "i"


def present_gate(scope: Scope, view: CaseView, letter: str, conditions: Sequence[Condition]) -> Gate:
    """The gate of a case for one ground, shut or due, in words."""
    is_proposed = view.state.stage is Stage.REMOVAL_PROPOSED
    later = AT_THE_REMOVAL if is_proposed else AT_THE_REMOVAL | WITH_PROPOSAL
    shut = [each for each in conditions if each.holds is not True]
    instead = _instead(view)
    is_due = bool(conditions) and all(each.id in later for each in shut) and not instead
    is_joint = letter in JOINT_GROUNDS
    is_counted = is_joint and view.state.stage in (Stage.DECISION, Stage.REMOVAL_PROPOSED)
    recorded = facts_recorded.standing(scope, view.case)
    return Gate(
        is_due=is_due,
        verdict=instead
        or (_due(is_proposed=is_proposed) if is_due else _verdict(len(shut), len(conditions))),
        next_steps=_next_steps(scope, view, letter, is_proposed=is_proposed) if is_due else [],
        eligibility=_eligibility(is_due=is_due, is_counted=is_counted and not instead),
        standing=_count(view, letter) if is_joint else "",
        heading=_heading(letter),
        conditions=[_line(scope, view, letter, each, recorded) for each in conditions],
        grounds=[_ground(view, each, letter) for each in ("i", "h")],
        others=[
            {"value": each, "text": _heading(each), "selected": each == letter}
            for each in letters()
            if each in read_grounds()
        ],
        doubts=doubts_about(
            view.case,
            view.state,
            view.facts,
            letter,
            today=view.today,
            sees_risk_notes=casework.may_see_risk_notes(scope, view),
        )
        if view.state.stage in _CONCLUDING
        else (),
    )


def _instead(view: CaseView) -> str:
    """What is said in place of a verdict where nothing is decided here: off the roll, closed, being found."""
    removed_on = view.case.registration.removed_on
    if removed_on is not None:
        return f"The child was removed from the register on {day(removed_on)}. Nothing more is decided here."
    if not view.state.stage.is_open:
        return "The case is closed. Nothing more is decided here."
    if view.state.stage is Stage.VERIFYING:
        return (
            "A possible location is being looked into. Nothing is proposed or decided until somebody knows "
            "whether the child is there. The child stays on roll."
        )
    return ""


def not_yours(kind: FactKind) -> str:
    """Why somebody cannot record a fact."""
    return next(sentence for side, sentence in NOT_YOURS.items() if side in RULES[kind].sides)


def fact_page(view: CaseView, kind: FactKind, standing: Recorded | None) -> dict[str, str]:
    """One fact: where its form goes, and what stands of it."""
    reference = view.case.reference
    return {
        "url": url_for("cases.record_removal_fact", case_reference=reference, removal_fact=kind.value),
        "back": url_for("cases.gate", case_reference=reference),
        "standing": _said(kind, standing) if standing else "",
        "note": standing.entry.note if standing else "",
    }


def _said(kind: FactKind, standing: Recorded) -> str:
    entry, rule = standing.entry, RULES[kind]
    said = f"{rule.yes if entry.holds else rule.no}: {entry.who}"
    if entry.on:
        said += f", {day(entry.on)}"
    return f"{said}. Recorded by {standing.by}, {moment(standing.at)}."


def _due(*, is_proposed: bool) -> str:
    if is_proposed:
        return (
            "Eligible for decision. Every condition holds but the decision itself, so the removal is due "
            "immediately. The school decides: it records the removal made today, or reopens the joint "
            "statement."
        )
    return (
        "Eligible for decision. Every condition that can hold before the proposal holds, so the removal is "
        "due immediately. The school proposes it with the removal return, or reopens the joint statement."
    )


def _eligibility(*, is_due: bool, is_counted: bool) -> str:
    """The heading over the count: the days alone make nobody eligible while a condition is open."""
    if is_due:
        return "Eligible for decision"
    return "The days are counted; conditions are open" if is_counted else "Not eligible for decision"


def _verdict(unmet: int, all_: int) -> str:
    verb = "is" if unmet == 1 else "are"
    return (
        f"Removal is not possible: {unmet} of {counted(all_, 'condition')} {verb} not met. "
        "The child stays on roll."
    )


def _count(view: CaseView, letter: str) -> str:
    facts = view.facts
    as_of = facts.standing.as_of
    counted_to = f", counted up to {day(as_of)}" if as_of else ""
    if letter == "h":
        since = facts.standing.ground_h_days
        wanted = school_days(facts.pack.days("leave_not_returned"))
        said = f"{since} of {wanted} since leave ended" if since is not None else "No leave is being counted"
        return f"{said}{counted_to}."
    wanted = school_days(facts.pack.days("removal_ground_i"))
    return f"The removal run stands at {facts.removal_run} of {wanted}{counted_to}."


def _heading(letter: str) -> str:
    known = read_grounds().get(letter)
    return f"Ground {letter.upper()}: {known.label[:1].lower()}{known.label[1:]}" if known else "Ground"


def _ground(view: CaseView, letter: str, shown: str) -> dict[str, Any]:
    href = url_for("cases.gate", case_reference=view.case.reference, ground=letter)
    return {"text": f"Ground {letter.upper()}", "href": href, "active": letter == shown}


def _line(
    scope: Scope, view: CaseView, letter: str, condition: Condition, recorded: Mapping[FactKind, Recorded]
) -> dict[str, Any]:
    change = f"What would change it: {condition.to_change} " if condition.to_change else ""
    kind = _fact_of(condition.id, letter)
    said = f" {_said(kind, recorded[kind])}" if kind in recorded and kind else ""
    because, ask = in_words(condition.because, view.facts.standing), _whose(scope, view, condition, kind)
    return {
        "state": _STATES[condition.holds],
        "text": f"{condition.number}. {condition.name}. {because}",
        "note": f"{change}{ask}Source: {capitalised(condition.source)}.{said}",
        "links": [
            {"text": text, "about": condition.name, "href": href}
            for text, href in _links(scope, view, letter, condition, kind, is_recorded=kind in recorded)
        ],
    }


def _whose(scope: Scope, view: CaseView, condition: Condition, kind: FactKind | None) -> str:
    """Whom to ask for a fact that keeps the gate shut and that the viewer does not record."""
    if kind is None or condition.holds is True or not view.state.stage.is_open:
        return ""
    return "" if facts_recorded.may_record(scope, view.case, kind) else f"{not_yours(kind)} "


def _fact_of(line: str, letter: str) -> FactKind | None:
    """The fact that a line waits for; the leave matters to Ground H alone."""
    kind = KIND_OF_LINE.get(line)
    return None if kind is FactKind.LEAVE and letter != "h" else kind


def _links(
    scope: Scope,
    view: CaseView,
    letter: str,
    condition: Condition,
    kind: FactKind | None,
    *,
    is_recorded: bool,
) -> list[tuple[str, str]]:
    found, held = [], permissions_on(scope, view.case)
    for endpoint, text in _SEEN_TO.get(condition.id, ()):
        if rule_for(endpoint) in held:
            found.append((text, _url(view, endpoint)))
    if condition.id in _ENTERED or condition.id in {each.id for each in evidence_for(letter)}:
        endpoint, text = _PROPOSED if view.state.stage is Stage.REMOVAL_PROPOSED else _FILLING_IN
        if view.state.stage.is_open and rule_for(endpoint) in held:
            found.append((text, _url(view, endpoint, letter)))
    if kind is not None and view.state.stage.is_open and facts_recorded.may_record(scope, view.case, kind):
        url = url_for("cases.ask_removal_fact", case_reference=view.case.reference, removal_fact=kind.value)
        found.append((_RECORD.get(kind, "Record it again" if is_recorded else "Record this"), url))
    return found


_RECORD = {
    FactKind.BOARDER: "Record whether the pupil is a boarder",
    FactKind.EXPECTED_BACK: "Record whether the child is expected back",
    FactKind.LEAVE: "Record the leave",
}


def _url(view: CaseView, endpoint: str, letter: str = "") -> str:
    if endpoint == "school.show_pupil":
        return url_for(endpoint, registration_id=view.case.registration_id)
    if endpoint == _PROPOSING[0]:
        return url_for(endpoint, case_reference=view.case.reference, ground=letter)
    return url_for(endpoint, case_reference=view.case.reference)


def _next_steps(scope: Scope, view: CaseView, letter: str, *, is_proposed: bool) -> list[dict[str, str]]:
    """What the page offers once the removal is due: nothing but the removal, or the statement reopened."""
    held = permissions_on(scope, view.case)
    offered = []
    if letter in JOINT_GROUNDS and view.facts.statement and rule_for("cases.ask_reopening") in held:
        offered.append(("Reopen the joint statement", "cases.ask_reopening"))
    endpoint, text = _DECIDING if is_proposed else _PROPOSING
    if rule_for(endpoint) in held:
        offered.insert(0, (text, endpoint))
    return [{"text": text, "href": _url(view, endpoint, letter)} for text, endpoint in offered]


_PROPOSING = ("cases.ask_propose", "Propose the removal")
_DECIDING = ("cases.ask_remove", "Record the removal made today")


def in_words(because: str, standing: Standing) -> str:
    """A condition's reason, with what is in the way of the removal run in words: "unmarked 2026-11-05 AM"."""
    if not standing.removal_blocked_by:
        return because
    return because.replace(", ".join(standing.removal_blocked_by), "; ".join(blocks(standing)))
