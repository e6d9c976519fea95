"""A removal as the people of its case see it: proposed, delivered, answered, made."""

from collections.abc import Sequence
from typing import Any

from flask import url_for

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import Stage
from cme.casework.removal.afterwards import JOINT_GROUNDS
from cme.casework.removal.confirming import CHECKS, RESULTS
from cme.casework.removal.deciding import (
    CONFIRMATIONS,
    QUERIES,
    can_be_made,
    open_before,
    waits_for_admissions,
)
from cme.casework.removal.facts import Condition
from cme.casework.removal.grounds import read_grounds
from cme.casework.removal.other_grounds import evidence_for
from cme.clock import local_date
from cme.services import casework
from cme.services.casework import CaseView
from cme.services.hiding import hidden_home
from cme.services.judging import permissions_on
from cme.services.removal import gates, proposals, removal_returns
from cme.services.removal.doubts import doubts_about
from cme.web.presenters.dates import day, moment
from cme.web.presenters.gate import in_words
from cme.web.presenters.words import capitalised, counted

_STATES = {True: "met", False: "unmet", None: "unknown"}


def ground_label(letter: str) -> str:
    """A ground as it is named: (i) Absent without permission for twenty school days."""
    return f"({letter}) {read_grounds()[letter].label}"


def ground_items(letter: str) -> list[dict[str, Any]]:
    """The grounds to choose from, the one that is shown among them."""
    return [
        {"value": each, "text": ground_label(each), "selected": each == letter} for each in read_grounds()
    ]


def why_shut(view: CaseView, letter: str) -> str:
    """That nothing can be proposed on a ground yet, and what is open beside what is entered; else ''."""
    entered = [each.id for each in evidence_for(letter)]
    conditions = gates.conditions_for(view.case, letter, today=view.today)
    found = open_before(conditions, entered)
    if not found:
        return ""
    verb = "is" if len(found) == 1 else "are"
    return (
        f"It cannot be proposed yet: {len(found)} of {counted(len(conditions), 'condition')} {verb} not met. "
        f"Open: {'; '.join(line.name for line in found)}."
    )


def proposed_before(scope: Scope, view: CaseView) -> str:
    """From which proposal the form is filled in; '' where it is the first."""
    before = removal_returns.begin(scope, view.case).before
    if before is None:
        return ""
    proposed_on = day(local_date(before.proposed_at))
    return f"It is filled in from the proposal of {proposed_on}, which came to its end. Check it."


def removal_page(
    scope: Scope, view: CaseView, removal: Any, conditions: Sequence[Condition]
) -> dict[str, Any]:
    """The last removal of a case: what is on record of it, and what its viewer can do."""
    held = permissions_on(scope, view.case)
    is_open = view.state.stage is Stage.REMOVAL_PROPOSED and removal.ended_at is None
    waits_for = _waits_for(view) if is_open else []
    sees = casework.may_see_risk_notes(scope, view)
    undelivered = is_open and removal.delivered_at is None
    return {
        "status": _status(removal),
        "rows": [
            {"key": {"text": key}, "value": {"text": text}} for key, text in _rows(view, removal) if text
        ],
        "checks": _checks(removal),
        "note": hidden_home(scope, view.case.registration).kept_out_of(removal.said) if sees else "",
        "doubts": doubts_about(
            view.case, view.state, view.facts, removal.ground, today=view.today, sees_risk_notes=sees
        )
        if is_open
        else (),
        "conditions": [_line(each, view) for each in conditions],
        "waits_for": waits_for,
        "is_joint": removal.ground in JOINT_GROUNDS,
        "may_deliver": undelivered and Permission.PROPOSE_REMOVAL in held,
        "may_withdraw": is_open and Permission.WITHDRAW_REMOVAL in held,
        # Offered only where it will be done: a school must not delete a name and then be refused.
        "may_make": is_open and Permission.MAKE_REMOVAL in held and not waits_for and can_be_made(conditions),
        "may_print": Permission.PRINT_CASE in held,
        "follows": _follows(view, held) if removal.removed_on else [],
    }


def _follows(view: CaseView, held: frozenset[Permission]) -> list[dict[str, str]]:
    """What the school does on the day of a removal: {text, href}, without a link where it is for others."""
    reference, found = view.case.reference, []
    if view.state.ctf_on is None:
        is_own = Permission.RECORD_CTF in held
        url = url_for("cases.ask_ctf", case_reference=reference) if is_own else ""
        text = "Upload the pupil file (CTF) to School to School, and record it"
        found.append({"text": text if is_own else f"{text}: for the school", "href": url})
    if Permission.MAKE_LETTER in held:
        url = url_for("cases.ask_letter", case_reference=reference, letter=5)
        found.append({"text": "Write to the family: letter 5, off roll", "href": url})
    return found


def _status(removal: Any) -> str:
    if removal.removed_on:
        return f"Removed from the register on {day(removal.removed_on)}."
    if removal.ended_at:
        return f"This proposal came to its end on {day(local_date(removal.ended_at))}. The child is on roll."
    return "The child is on roll until the head teacher records the removal."


def _rows(view: CaseView, removal: Any) -> list[tuple[str, str]]:
    decided = f"{removal.decided_by}, {removal.decided_role}" if removal.decided_by else ""
    return [
        ("Ground", ground_label(removal.ground)),
        ("Proposed", f"{moment(removal.proposed_at)}, by {removal.proposed_by}"),
        ("Joint statement", f"Its fingerprint is {removal.sha256[:12]}" if removal.sha256 else ""),
        ("Removal return", _delivered(removal)),
        ("Admissions", _answer(view, removal)),
        ("Decided", decided),
        ("Ended", _ended(removal)),
    ]


def _delivered(removal: Any) -> str:
    if removal.delivered_at is None:
        return "Not recorded as delivered yet"
    return f"Delivered {moment(removal.delivered_at)}: {removal.delivered_how}"


def _answer(view: CaseView, removal: Any) -> str:
    if removal.answered_at is None:
        if removal.removed_on or removal.ended_at:
            return "Delivered, no reply" if removal.removed_on else ""
        due_on = proposals.answer_due_on(removal, view.facts.pack)
        late = " That day has passed: the head teacher may go on." if view.facts.admissions_overdue else ""
        return f"No answer yet, due by {day(due_on)}.{late}"
    said = CONFIRMATIONS.get(removal.confirmation) or f"Queried: {QUERIES[removal.confirmation]}"
    return f"{said}, {moment(removal.answered_at)}, by {removal.answered_by}"


def _ended(removal: Any) -> str:
    """Why it ended, without the words of a person: those stand in the case, for whoever may read them."""
    return removal.end_reason.partition(". ")[0] if removal.ended_at else ""


def _checks(removal: Any) -> list[str]:
    found = [
        f"{CHECKS[code]}: {RESULTS[said].lower()}" for code, said in removal.checks.items() if code in CHECKS
    ]
    here = removal.checks.get("rolls_here")
    return [*found, f"Other rolls in this service: {here}"] if here is not None else found


def _waits_for(view: CaseView) -> list[str]:
    """What the removal waits for beside its conditions."""
    facts = view.facts
    asked = (
        (not facts.return_delivered, "The removal return is to be recorded as delivered."),
        (
            waits_for_admissions(view.state, facts),
            "Admissions have not checked it, and their time has not run out.",
        ),
        (
            facts.concluded_otherwise,
            "The joint statement now says otherwise of where the child is than when the removal was "
            "proposed: withdraw the proposal, and propose it again.",
        ),
        (facts.own_proposal, "You proposed this removal, so another person decides."),
    )
    return [text for waits, text in asked if waits]


def _line(condition: Condition, view: CaseView) -> dict[str, Any]:
    change = f"What would change it: {condition.to_change} " if condition.to_change else ""
    because = in_words(condition.because, view.facts.standing)
    return {
        "state": _STATES[condition.holds],
        "text": f"{condition.number}. {condition.name}. {because}",
        "note": f"{change}Source: {capitalised(condition.source)}.",
    }
