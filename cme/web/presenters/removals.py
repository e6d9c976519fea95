"""Removals as the admissions team sees them: no risk narrative, nothing of a child under a restriction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from markupsafe import Markup

from cme.access.scope import Scope
from cme.casework.events import EventKind
from cme.casework.removal.afterwards import JOINT_GROUNDS
from cme.casework.removal.confirming import CHECKS, RESULTS
from cme.casework.removal.content import LIMBS
from cme.casework.removal.deciding import CONFIRMATIONS, QUERIES
from cme.casework.removal.grounds import read_grounds
from cme.casework.removal.returning import RemovalReturn
from cme.casework.stages import REMOVAL_STAGES, Stage
from cme.clock import local_date
from cme.services.removal import doubts
from cme.services.removal.conclusions import statement_of
from cme.services.removal.proposals import RemovalView
from cme.store import cases
from cme.store.removals import MadePage
from cme.store.restrictions import read_restrictions
from cme.web.presenters.dates import day, long_day, moment
from cme.web.presenters.paging import pagination
from cme.web.presenters.pupils import full_name
from cme.web.presenters.words import counted

BY_HAND = "Protected: by hand"
"""What stands for a child under a restriction, whose removal nobody handles from a page."""


@dataclass(frozen=True, slots=True)
class Removals:
    """The proposals, those that were queried, how many answers are overdue, and the number of children who
    are eligible for decision.
    """

    rows: list[dict[str, Any]]
    queried: list[dict[str, Any]]
    overdue: str
    eligible: str


def present_removals(proposed: Sequence[RemovalView], queried: Sequence[Any], eligible: int) -> Removals:
    """Proposals as rows of a table, then what was queried and is with the school.

    The children who are only eligible are a number without names.
    """
    hidden = _hidden(each.case for each in (*proposed, *queried))
    noun = "child is" if eligible == 1 else "children are"
    overdue = sum(each.is_overdue for each in proposed)
    return Removals(
        rows=[_row(each, is_hidden=each.case.registration_id in hidden) for each in proposed],
        queried=[_queried(each, is_hidden=each.registration_id in hidden) for each in queried],
        overdue=f"{counted(overdue, 'answer is', 'answers are')} overdue." if overdue else "",
        eligible=f"{eligible or 'No'} {noun} eligible for decision",
    )


def present_made(found: MadePage) -> dict[str, Any]:
    """The removals that were made as rows: {rows, pagination, title}."""
    hidden = _hidden(each.case for each in found.removals)
    where = f" (page {found.page} of {found.pages})" if found.pages > 1 else ""
    return {
        "title": f"Removals made{where}",
        "rows": [
            {
                "reference": each.case.reference,
                "href": _address(each.case),
                "child": BY_HAND if each.registration_id in hidden else full_name(each.registration.pupil),
                "school": each.case.school.name,
                "ground": _ground(each.ground),
                "removed": day(each.removed_on) if each.removed_on else "",
                "answer": CONFIRMATIONS.get(each.confirmation, "Delivered, no reply"),
            }
            for each in found.removals
        ],
        "pagination": pagination(
            found.page,
            found.pages,
            lambda number: url_for("admissions.made", page=number),
            "Pages of removals made",
        ),
    }


def present_removal(view: RemovalView, today: date) -> dict[str, Any]:
    """One removal: what admissions may see of it, whether by hand, and what was queried and answered."""
    is_hidden = bool(_hidden([view.case]))
    return {
        "reference": view.case.reference,
        "child": BY_HAND if is_hidden else full_name(view.removal.registration.pupil),
        "by_hand": _by_hand(view) if is_hidden else "",
        "state": _state(view),
        "is_overdue": view.is_overdue,
        "rows": _as_rows(_known(view) if is_hidden else (*_child(view), *_known(view), *_return(view))),
        "elsewhere": _elsewhere(view, is_hidden=is_hidden),
        "answered": _answered(view),
        "queries": _queries(view),
        "doubts": doubts.doubts_for_admissions(view.case, view.removal.ground, today=today)
        if not is_hidden and waits_for_answer(view)
        else (),
    }


def waits_for_answer(view: RemovalView) -> bool:
    """Whether admissions can answer it now, for the first time or again."""
    is_open = view.removal.ended_at is None and view.removal.removed_on is None
    return is_open and view.case.stage == Stage.REMOVAL_PROPOSED


def _hidden(cases: Iterable[Any]) -> frozenset[int]:
    """The children whose removal is handled by hand: any contact restriction, or a protected address.

    Asked of everything on record: admissions may not see restrictions, and must not see past them.
    """
    of = {each.registration_id: each.authority_id for each in cases}
    held = read_restrictions(Scope.for_operator(set(of.values())), list(of))
    return frozenset(key for key in of if key not in held or held[key].each or held[key].address_is_protected)


def _address(case: Any) -> str:
    """Where its removal is read; '' once the case has ended or gone back to the school."""
    if case.stage not in REMOVAL_STAGES:
        return ""
    return url_for("admissions.show", removal_reference=case.reference)


def _queried(removal: Any, *, is_hidden: bool) -> dict[str, Any]:
    """One that was queried: what was asked, and whether the school has answered."""
    waits = cases.state_of(removal.case).query
    return {
        "reference": removal.case.reference,
        "child": BY_HAND if is_hidden else full_name(removal.registration.pupil),
        "school": removal.case.school.name,
        "query": QUERIES[removal.confirmation],
        "queried": day(local_date(removal.answered_at)),
        "state": "Waits for the school's answer" if waits else "Answered: waits for a new proposal",
    }


def _row(view: RemovalView, *, is_hidden: bool) -> dict[str, Any]:
    removal = view.removal
    return {
        "reference": view.case.reference,
        "href": _address(view.case) if view.case.stage == Stage.REMOVAL_PROPOSED else "",
        "child": BY_HAND if is_hidden else full_name(removal.registration.pupil),
        "school": view.case.school.name,
        "ground": _ground(removal.ground),
        "proposed": day(local_date(removal.proposed_at)),
        "state": _state(view),
        "is_overdue": view.is_overdue,
    }


def _state(view: RemovalView) -> str:
    removal = view.removal
    if removal.removed_on:
        return f"Removed on {day(removal.removed_on)}"
    if removal.ended_at:
        # Its first sentence names what ended it; the rest are the words of a person.
        return removal.end_reason.partition(". ")[0].removesuffix(".")
    if view.case.stage == Stage.VERIFYING:
        return "Waits: a possible location is looked into"
    if removal.confirmation:
        return f"{CONFIRMATIONS[removal.confirmation]}: waits for the head teacher"
    return f"Answer due by {day(view.answer_due_on)}"


def _ground(letter: str) -> str:
    return f"({letter}) {read_grounds()[letter].label}"


def _child(view: RemovalView) -> list[tuple[str, str]]:
    pupil = view.removal.registration.pupil
    return [
        ("Name", full_name(pupil)),
        ("Date of birth", long_day(pupil.born_on) if pupil.born_on else "Not known"),
        ("UPN", pupil.upn or "None"),
    ]


def _known(view: RemovalView) -> list[tuple[str, str]]:
    removal = view.removal
    delivered = f"Delivered {moment(removal.delivered_at)}" if removal.delivered_at else "Not delivered yet"
    signed = max((e.at for e in view.case.events if e.kind == "joint.signed"), default=None)
    return [
        ("School", view.case.school.name),
        ("Ground", _ground(removal.ground)),
        ("Proposed", moment(removal.proposed_at)),
        ("Joint statement", f"Signed {moment(signed)}" if signed and removal.sha256 else "None"),
        *_concluded(view),
        ("Removal return", delivered),
    ]


def _concluded(view: RemovalView) -> list[tuple[str, str]]:
    """What the joint statement concludes, and when somebody last saw the child: not its text, which tells
    of risks."""
    statement, state = statement_of(view.case), cases.state_of(view.case)
    seen_on = doubts.seen_on(view.case, state)
    if statement is None or statement.limb is None or state.ground not in JOINT_GROUNDS:
        return []
    seen = f"Seen in person on {day(seen_on)}" if seen_on else "Nobody on record saw the child"
    return [("Concluded", LIMBS[statement.limb.value]), ("Since the absence began", seen)]


def _queries(view: RemovalView) -> list[str]:
    """What was queried in the case before, and what the school answered, the oldest first."""
    found = []
    for event in view.case.events:
        if event.kind == EventKind.REMOVAL_QUERIED:
            found.append(f"{moment(event.at)}: {QUERIES[event.data['query']]}. {event.data['reason']}")
        elif event.kind == EventKind.QUERY_ANSWERED:
            found.append(f"{moment(event.at)}, answered by the school: {event.data['text']}")
    return found


def _return(view: RemovalView) -> list[tuple[str, str]]:
    answers = RemovalReturn.from_json(view.removal.answers)
    parents = [
        (f"Parent {number}", "\n".join(filter(None, (each.name, each.address, each.phone))))
        for number, each in enumerate(answers.parents, start=1)
    ]
    return [
        ("Address", answers.address),
        *parents,
        ("Why no parent is named", answers.no_parent),
        ("Future address", answers.future_address),
        ("New school", answers.future_school),
    ]


def _as_rows(found: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"key": {"text": key}, "value": {"html": _in_lines(text)}} for key, text in found if text]


def _in_lines(text: str) -> Markup:
    """A text of several lines, safe to show as it is."""
    return Markup("<br>").join(text.splitlines())


def _by_hand(view: RemovalView) -> str:
    named = [event.data["officer"] for event in view.case.events if event.data.get("officer")]
    who = f"the CME officer, {named[-1]}," if named else "the CME officer"
    return f"This child is protected. Ring {who} and handle the removal by hand. Write nothing down here."


def _elsewhere(view: RemovalView, *, is_hidden: bool) -> str:
    """What looking the UPN up in this service found: a number, and none of the particulars held there."""
    if is_hidden:
        return ""
    if not view.removal.registration.pupil.upn:
        return "The child has no UPN here, so other rolls in this service could not be looked up."
    if not view.rolls_here:
        return "The UPN is on no other roll in this service. Look at your own records too."
    rolls = counted(view.rolls_here, "other roll", "other rolls")
    return f"Registered elsewhere: the UPN is on {rolls} in this service."


def _answered(view: RemovalView) -> dict[str, Any] | None:
    removal = view.removal
    if removal.answered_at is None:
        return None
    said = CONFIRMATIONS.get(removal.confirmation) or f"Queried: {QUERIES[removal.confirmation]}"
    return {
        "said": f"{said}. {moment(removal.answered_at)}, by {removal.answered_by}.",
        "note": removal.said,
        "checks": [
            f"{CHECKS[code]}: {RESULTS[found].lower()}"
            for code, found in removal.checks.items()
            if code in CHECKS
        ],
    }
