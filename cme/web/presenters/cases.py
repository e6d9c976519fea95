"""One case: who it is about, where it stands, what is due and what can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from flask import url_for

from cme.access.roles import Permission
from cme.access.routes import rule_for
from cme.access.scope import Scope
from cme.casework.case import Action, ReviewDecision, Stage
from cme.casework.deadlines import Deadline
from cme.casework.deadlines.authority import FIRST_RESULT, RECHECK
from cme.casework.enquiries.steps import RECHECK_STEP, read_steps
from cme.casework.events import EventKind
from cme.casework.locating import is_found
from cme.casework.outcomes import Outcome, read_outcomes
from cme.casework.policy.pack import PolicyPack
from cme.casework.returns import ReturnKind
from cme.casework.safety.flags import read_flags
from cme.casework.stages import Overlay
from cme.services import casework, home_copies, referrals
from cme.services.absence import absent_by_leave
from cme.services.casework import CaseView
from cme.services.drafts import draft_of
from cme.services.judging import permissions_on
from cme.services.restrictions import in_force
from cme.web.presenters.case_buttons import buttons
from cme.web.presenters.dates import day, long_day
from cme.web.presenters.pupils import full_name
from cme.web.presenters.restrictions import notice
from cme.web.presenters.stages import overlay_tags, stage_tag
from cme.web.presenters.timeline import decision_label
from cme.web.presenters.words import capitalised, counted, listed

_PARTS = (("overview", "cases.show", "Overview"), ("urgent", "cases.show_urgent", "Urgent"),
          ("referral", "cases.referral", "Referral"),
          ("status", "cases.status", "Status and questions"),
          ("enquiries", "cases.show_enquiries", "Enquiries"),
          ("family", "cases.show_family", "Family"),
          ("reviews", "cases.show_reviews", "Reviews"),
          ("documents", "cases.documents", "Documents"),
          ("statement", "cases.statement", "Joint statement"),
          ("gate", "cases.gate", "Removal conditions"),
          ("traces", "cases.show_traces", "Trace"))  # fmt: skip


NO_COUNT = "none"
"""What stands for a run that is not counted."""


@dataclass(frozen=True, slots=True)
class CasePage:
    """What every page of a case shows around its own content."""

    reference: str
    details: str
    tags: list[dict[str, str]]
    navigation: list[dict[str, Any]]
    href: str
    back: dict[str, str]
    restricted: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page of a case says."""

    dues: list[dict[str, str]]
    buttons: list[dict[str, str]]
    rare_buttons: list[dict[str, str]]
    acknowledge_url: str
    figures: list[dict[str, Any]]
    counted_to: str
    ledger_url: str
    proposal: dict[str, str] | None
    superseded: bool
    eligible: bool
    fast_track: str
    found: str
    waits_for_head: bool
    meter: dict[str, str] | None
    home_copy: dict[str, str] | None


def case_page(scope: Scope, view: CaseView, active: str) -> CasePage:
    """The frame of a page of a case; `active` is the part that is open."""
    case, risks = view.case, casework.may_see_risk_notes(scope, view)
    pupil = case.registration.pupil
    born = f"born {long_day(pupil.born_on)}" if pupil.born_on else "date of birth not known"
    return CasePage(
        reference=case.reference,
        details=f"{full_name(pupil)}, {born}, {case.school.name}",
        tags=[stage_tag(case.stage), *overlay_tags(case.overlays, with_risks=risks)],
        navigation=[
            {"text": text, "href": url_for(endpoint, case_reference=case.reference), "active": part == active}
            for part, endpoint, text in _PARTS
            if _may_open(scope, view, endpoint)
        ],
        href=url_for("cases.show", case_reference=case.reference),
        back=_back(scope, view),
        restricted=notice(scope, case.registration_id, in_force(scope, case.registration_id)),
    )


def overview(scope: Scope, view: CaseView, *, today: date) -> Overview:
    """Where a case stands, what is due and what the viewer can do."""
    standing, reference = view.facts.standing, view.case.reference
    acknowledging = Action.ACKNOWLEDGE_REFERRAL in view.actions
    proposed = frozenset({Action.CLOSE}) if proposal(view) else frozenset[Action]()
    often, rarely = buttons(scope, view, without=proposed)
    return Overview(
        dues=_dues(scope, view, today),
        buttons=often,
        rare_buttons=rarely,
        acknowledge_url=url_for("cases.acknowledge", case_reference=reference) if acknowledging else "",
        figures=_figures(scope, view),
        counted_to=day(standing.as_of) if standing.as_of else "",
        ledger_url=url_for("school.show_pupil", registration_id=view.case.registration_id),
        proposal=proposal(view),
        superseded=Overlay.SUPERSEDED in view.state.overlays,
        eligible=view.state.stage is Stage.DECISION,
        fast_track=_fast_track(scope, view),
        found=_found(view),
        waits_for_head=_waits_for_head(scope, view, today),
        meter=_meter(scope, view),
        home_copy=_home_copy(scope, view),
    )


def _dues(scope: Scope, view: CaseView, today: date) -> list[dict[str, str]]:
    """What is due, whose it is, and where the viewer does it; what both sides owe stands once."""
    owed: dict[tuple[date, str, str], list[Deadline]] = {}
    for due in casework.dues_of(view):
        owed.setdefault((due.due_on, due.what, due.basis), []).append(due)
    return [
        {
            **present_due(dues[0], today),
            "promise": _promise(view, dues[0]),
            "owner": capitalised(listed([due.owner.label for due in dues])),
            "href": _due_href(scope, view, dues[0].what),
        }
        for dues in owed.values()
    ]


def _fast_track(scope: Scope, view: CaseView) -> str:
    """Which risks put the case on the fast track, for those who read risk notes; else ''."""
    if Overlay.FAST_TRACK not in view.state.overlays or not casework.may_see_risk_notes(scope, view):
        return ""
    risks = view.facts.risks
    named = [flag.label for kind, flag in read_flags().items() if kind in risks.kinds]
    named += ["missing now"] * risks.is_missing + ["young child"] * risks.is_young
    if not named:
        return "On the fast track for a risk that is not on record any more."
    return f"On the fast track because of: {'; '.join(named)}."


def _found(view: CaseView) -> str:
    """That the child was found, while the case is open: what follows comes before any enquiry."""
    state = view.state
    if state.located_on is None or not state.stage.is_open or not is_found(state, view.facts):
        return ""
    expected = " The child is expected back at school." if state.expected_back else ""
    return f"On {day(state.located_on)} it was recorded that the child is found.{expected}"


def _promise(view: CaseView, due: Deadline) -> str:
    """The date that the school was told instead of the one that the clock gives; the clock stands."""
    expected_on = view.state.expected_on
    if due.what != FIRST_RESULT or expected_on is None or expected_on <= due.due_on:
        return ""
    return f"The authority has told the school to expect it by {day(expected_on)}; the clock stands."


def _home_copy(scope: Scope, view: CaseView) -> dict[str, str] | None:
    """Where a copy of the referral goes, and who sends it: {text, href}; None where it goes nowhere else."""
    found = home_copies.copy_of(view.case) if view.state.referral_sent_on else None
    if found is None:
        return None
    if home_copies.reads_copy(scope, view.case):
        text = "You read a copy: the child lives in your area. The authority of the school acts on the case."
        return {"text": text, "href": ""}
    if found.is_read_here:
        return {"text": f"The child lives in {found.authority}. Its CME officers read this case.", "href": ""}
    if found.is_told:
        return {"text": f"The child lives in {found.authority}. Its CME team was told.", "href": ""}
    text = f"The child lives in {found.authority}. Send its CME team a copy of the referral, and record it."
    may_log = read_steps()[home_copies.TOLD].may_be_logged_by(permissions_on(scope, view.case))
    href = url_for("cases.ask_enquiry", case_reference=view.case.reference, step=home_copies.TOLD)
    return {"text": text, "href": href if may_log and view.state.stage.is_open else ""}


_DONE_ON = MappingProxyType(
    {
        "Review the concern that an enquiry raised": (Action.SIGN_REVIEW, "cases.ask_review"),
        "Sign the DSL review": (Action.SIGN_REVIEW, "cases.ask_review"),
        "Review again": (Action.SIGN_REVIEW, "cases.ask_review"),
        "Answer the authority's question": (Action.ANSWER_QUESTION, "cases.status"),
        "Hold the welfare talk": (Action.RECORD_TALK, "cases.ask_talk"),
        "Close the case, or note why it stays open": (Action.CLOSE, "cases.ask_close"),
        "Accept the referral, or send it back": (Action.ACCEPT_REFERRAL, "cases.ask_accept"),
        "Answer what the authority asked for": (Action.RESEND_REFERRAL, "cases.ask_resend"),
        FIRST_RESULT: (Action.GIVE_RESULT, "cases.ask_result"),
        "Hold the joint review": (Action.OPEN_JOINT_REVIEW, "cases.ask_joint"),
        "Sign the joint statement, or write a joint note": (Action.SIGN_STATEMENT, "cases.statement"),
        "Record the removal made today, or withdraw the proposal": (Action.MAKE_REMOVAL, "cases.removal"),
        "Upload the pupil file (CTF)": (Action.RECORD_CTF, "cases.ask_ctf"),
        "Send the trace request": (Action.SEND_TRACE, "cases.show_traces"),
        "Find out whether the child is there": (Action.VERIFY_LOCATION, "cases.ask_verify"),
        "Say what follows for the child who was found": (Action.TICK_FOUND_ITEM, "cases.found"),
        "Close the case of the child who was found, or send a new trace request": (
            Action.CLOSE,
            "cases.ask_close",
        ),
        "Answer the query of admissions": (Action.ANSWER_QUERY, "cases.ask_answer-query"),
        "Answer the professional challenge": (Action.ANSWER_CHALLENGE, "cases.ask_answer-challenge"),
    }
)
"""A duty, the action that ends it, and the page on which that is done."""


_RETURN = f"Send the {ReturnKind.ATTENDANCE.label.lower()}"


def _due_href(scope: Scope, view: CaseView, what: str) -> str:
    """Where the viewer does what is due; '' where that is for somebody else."""
    reference, held = view.case.reference, permissions_on(scope, view.case)
    action, endpoint = _DONE_ON.get(what, (None, ""))
    if action in view.actions and (action is not Action.ANSWER_QUESTION or Permission.SIGN_REVIEW in held):
        return url_for(endpoint, case_reference=reference)
    if what == _RETURN and Permission.SEND_RETURN in held:
        return url_for("school.list_returns", laestab=view.case.school.laestab)
    if action is Action.SIGN_STATEMENT and rule_for("cases.ask_statement") in held:
        # Whoever writes it and does not sign it begins there too.
        return url_for(endpoint, case_reference=reference)
    steps = read_steps().values()
    step = next((each for each in steps if what == f"Make the enquiry: {each.short}"), None)
    step = read_steps()[RECHECK_STEP] if what == RECHECK else step
    if step is None or Action.LOG_ENQUIRY not in view.actions or not step.may_be_logged_by(held):
        return ""
    return url_for("cases.ask_enquiry", case_reference=reference, step=step.code)


def _waits_for_head(scope: Scope, view: CaseView, today: date) -> bool:
    """Whether the viewer's referral is written and waits for the head teacher."""
    may_write = casework.may_write_referral(scope, view) and view.facts.pack.head_approves_referral
    return may_write and referrals.waits_for_head(view.case, draft_of(scope, view.case), today)


def _meter(scope: Scope, view: CaseView) -> dict[str, str] | None:
    """How far the mandatory enquiries of the school have come, while the case is open."""
    sees = casework.may_see_risk_notes(scope, view)
    readiness = view.facts.readiness if sees else view.facts.plain_readiness
    if readiness is None or not view.state.stage.is_open:
        return None
    href = url_for("cases.show_enquiries", case_reference=view.case.reference)
    return {"text": f"Mandatory enquiries of the school: {readiness.text}.", "href": href}


def present_due(due: Deadline, today: date) -> dict[str, str]:
    """What is due, until when, how late it is, and what that rests on: {what, when, basis, tone, tag}."""
    days = (due.due_on - today).days
    when, tone, tag = f"Due by {day(due.due_on)}, in {counted(days, 'day')}", "", ""
    if days < 0:
        when, tone, tag = f"It was due on {day(due.due_on)}, {counted(-days, 'day')} ago", "alert", "Overdue"
    elif days == 0:
        when, tone, tag = f"Due today, {day(due.due_on)}", "warn", "Today"
    return {"what": due.what, "when": when, "basis": due.basis, "tone": tone, "tag": tag}


def proposal(view: CaseView) -> dict[str, str] | None:
    """Why the register proposes to close the case, and the outcome it suggests; None while it does not."""
    if Overlay.CLOSING_PROPOSED not in view.state.overlays:
        return None
    proposed = [event for event in view.case.events if event.kind == EventKind.CLOSING_PROPOSED][-1]
    suggested = read_outcomes().get(proposed.data.get("suggested", ""))
    may_close = Action.CLOSE in view.actions
    may_talk = Action.RECORD_TALK in view.actions and view.state.welfare_talk_on is None
    return {
        "because": proposed.data.get("because", ""),
        "code": suggested.code if suggested else "",
        "outcome": suggested.label if suggested else "",
        "href": url_for("cases.ask_close", case_reference=view.case.reference) if may_close else "",
        "talk": _talk(view),
        "talk_href": url_for("cases.ask_talk", case_reference=view.case.reference) if may_talk else "",
    }


def _talk(view: CaseView) -> str:
    """Whether somebody has talked with the child since."""
    held_on = view.state.welfare_talk_on
    return f"The welfare talk was held on {day(held_on)}." if held_on else "No welfare talk is recorded yet."


def suggested_first(view: CaseView, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes, the one that the register suggests first."""
    proposed = proposal(view)
    code = proposed["code"] if proposed else ""
    return sorted(outcomes, key=lambda outcome: outcome.code != code)


def outcome_hints(choices: Sequence[Any]) -> list[dict[str, Any]]:
    """The evidence that each outcome on offer asks for, as hints of its radio button."""
    known = read_outcomes()
    return [{"hint": {"text": f"Needs: {known[choice.value].evidence}."}} for choice in choices]


def decision_labels(pack: PolicyPack) -> Mapping[ReviewDecision, str]:
    """What a review can decide, in the area's own words."""
    return {decision: decision_label(decision, pack) for decision in ReviewDecision}


def example_date(today: date) -> str:
    """A date two weeks from now, as it is typed into a form."""
    on = today + timedelta(days=14)
    return f"For example, {on.day} {on.month} {on.year}"


def other_cases(view: CaseView, history: Sequence[Any]) -> list[dict[str, str]]:
    """The other cases of the same child at the same school, newest first."""
    return [
        {
            "reference": case.reference,
            "href": url_for("cases.show", case_reference=case.reference),
            "stage": Stage(case.stage).label.lower(),
        }
        for case in history
        if case.id != view.case.id
    ]


def _back(scope: Scope, view: CaseView) -> dict[str, str]:
    """To the list that the viewer works from."""
    if _may_open(scope, view, "officer.queue"):
        return {"text": "Back to referrals", "href": url_for("officer.queue")}
    if not _may_open(scope, view, "school.show"):
        return {"text": "Back to children who live here", "href": url_for("officer.live_here")}
    school = view.case.school
    return {"text": f"Back to {school.name}", "href": url_for("school.show", laestab=school.laestab)}


def _may_open(scope: Scope, view: CaseView, endpoint: str) -> bool:
    if endpoint == "cases.status" and not view.state.was_referred:
        return False
    if endpoint == "cases.statement" and view.state.eligible_on is None and not view.state.was_referred:
        return False
    rule = rule_for(endpoint)
    return rule in permissions_on(scope, view.case)


def _figures(scope: Scope, view: CaseView) -> list[dict[str, Any]]:
    standing, pack, case = view.facts.standing, view.facts.pack, view.case
    on_leave = absent_by_leave(scope, case.school_id, (case.registration_id,))
    code = on_leave.get(case.registration_id, "") if not standing.return_run else ""
    returning, removing = pack.days("attendance_return"), pack.days("removal_ground_i")
    if made := _counted_at_removal(view):
        note = f"At the removal, counted up to {made['as_of']}."
        return [
            _figure("Return run", made["return_run"], note),
            _figure("Removal run", made["removal_run"], note),
            _figure("Days unseen", made["days_unseen"], note),
        ]
    return [
        _figure("Return run", standing.return_run, about_return(standing.return_run or 0, returning, code)),
        _figure(
            "Removal run", standing.removal_run, f"Only G, N or O. Eligible for decision at {removing} days."
        ),
        _figure("Days unseen", standing.days_unseen, "Since somebody at school saw the child."),
    ]


def _counted_at_removal(view: CaseView) -> dict[str, Any] | None:
    """The counts that the removal of a child who is off the roll rests on; None for any other.

    The register itself ends the day before the removal (attendance reference s.6.2), and so does its count:
    the day of the removal, where it was marked first, counted when the removal was decided.
    """
    made = [event.data for event in view.case.events if event.kind == EventKind.REMOVAL_MADE.value]
    if view.case.registration.on_roll or not made or not made[-1].get("as_of"):
        return None
    runs = {name: made[-1].get(name) for name in ("return_run", "removal_run", "days_unseen")}
    return {**runs, "as_of": day(date.fromisoformat(made[-1]["as_of"]))}


def about_return(run: int, threshold: int, code: str = "") -> str:
    """What the return run is, and the return that it leads to; `code` is the authorised one of now."""
    if not run:
        now = f"Absent, authorised ({code})." if code else "Not absent without authority now."
        return f"{now} The attendance return is owed at {threshold} days without authority."
    if run >= threshold:
        return f"Absent without authority. The attendance return was owed at {threshold} days."
    return f"Absent without authority. The attendance return is owed at {threshold} days."


def _figure(label: str, days: int | None, note: str) -> dict[str, Any]:
    if days is None:
        return {"label": label, "number": NO_COUNT, "note": "Not counted for a boarder."}
    return {
        "label": label,
        "number": days,
        "unit": "school day" if days == 1 else "school days",
        "note": note,
    }
