"""Trace requests as pages show them: what they say, where they stand, and what there is to do."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from flask import url_for

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.clock import local_date
from cme.services.casework import CaseView
from cme.services.tracing.trace_changes import changes_of
from cme.services.tracing.trace_views import (
    TraceView,
    before_confidence,
    can_be_copied,
    list_of_pupil,
    permissions_at,
    sees_answers,
    waiting_messages,
)
from cme.store.traces import Answered, Part
from cme.tracing.authorities import named
from cme.tracing.gate import Audience
from cme.tracing.recipients import RecipientState
from cme.tracing.replies import Kind
from cme.tracing.states import Action, Result, State
from cme.web.presenters.dates import day, long_day, moment
from cme.web.presenters.pupils import full_name
from cme.web.presenters.trace_cards import HIDDEN, answer_card, message_card
from cme.web.presenters.trace_recipients import recipients_part
from cme.web.presenters.words import counted

TONES: Mapping[State, str] = MappingProxyType(
    {
        State.DRAFT: "referral-draft",
        State.AWAITING_APPROVAL: "decision",
        State.READY: "due",
        State.SENT: "referred",
        State.LIVE: "referred",
        State.LOCATED: "fast-track",
        State.CLOSED: "closed",
        State.WITHDRAWN: "closed",
    }
)


def tags_of(trace: Any, *, restricted: bool) -> list[dict[str, str]]:
    """The tags of a trace: where it stands, and that it is in confidence."""
    state = State(trace.state)
    found = [{"text": state.label, "tone": TONES[state]}]
    if restricted:
        found.append({"text": "In confidence", "tone": "restricted"})
    if trace.result and state.is_open:
        found.append({"text": "No trace so far", "tone": "due"})
    return found


def trace_page(scope: Scope, view: TraceView, purpose: str = "") -> dict[str, Any]:
    """One trace as templates/tracing/trace.html shows it.

    `purpose` narrows the list of authorities to one state.
    """
    trace, reference = view.trace, view.trace.reference
    held, sees = permissions_at(scope, trace), sees_answers(scope, view)
    return {
        "reference": reference,
        "version": trace.version,
        "child": full_name(trace.pupil),
        "born": f"born {long_day(trace.pupil.born_on)}" if trace.pupil.born_on else "date of birth not known",
        "case": _case(view),
        "restrictions_url": url_for("school.restrictions", registration_id=view.case.registration_id)
        if view.case is not None
        else "",
        "tags": tags_of(trace, restricted=view.restricted),
        "state": view.state.value,
        "is_restricted": view.restricted,
        "is_by_record": view.is_by_record,
        "rows": _rows(view, sees=sees),
        "conflict": view.conflict if sees else _told_conflict(view),
        "missing": _missing(view),
        "changes": changes_of(view) if view.state is State.AWAITING_APPROVAL else (),
        "warnings": view.warnings,
        "gate": list(view.gate.values()) if view.state is State.DRAFT else [],
        "override": trace.override,
        "override_asked": moment(trace.override_asked_at) if trace.override_asked_at else "",
        "returned": trace.returned if view.state is State.DRAFT else "",
        "may": {action.value: view.may(action) for action in Action},
        "may_send": Permission.SEND_TRACE in held,
        "may_approve": Permission.APPROVE_TRACE in held,
        "can_copy": Permission.SEND_TRACE in held and can_be_copied(view),
        "is_late_in_confidence": Permission.SEND_TRACE in held and before_confidence(view) is not None,
        "can_finish": not view.missing
        and not view.recipient_faults
        and (not view.gate or bool(trace.override)),
        "destination": _destination(view) if Permission.APPROVE_TRACE in held else "",
        "message": view.message,
        "body_rows": view.message.body.count("\n") + 2,
        "asked": asked_in_words(view),
        "asked_number": counted(len(view.codes), "local authority", "local authorities"),
        "asked_names": [named(code) for code in view.codes],
        **recipients_part(view, purpose, sees=sees),
        "answers": [
            answer_card(view, each)
            for each in reversed(view.answers if sees else ())
            if each.reply.finding.kind is not Kind.NO_TRACE
        ],
        "hidden": HIDDEN if view.answers and not sees else "",
        "nothing": _nothing_known(view) if sees else "",
        "late": len(view.late),
        "waiting": sum(each.state != RecipientState.ANSWERED for each in trace.recipients),
        "messages": [message_card(scope, view, each) for each in reversed(trace.messages)],
        "is_sent": trace.sent_at is not None,
        "next": _next(view),
    }


def preview_part(view: TraceView) -> dict[str, Any]:
    """What stands beside the form of a request: its text and what is missing."""
    missing = [*view.missing.values(), *view.recipient_faults]
    held_back = list(view.gate.values()) if view.gate and not view.trace.override else []
    return {
        "subject": view.message.subject,
        "body": view.message.body,
        "missing": missing,
        "gate": held_back,
        "status": _readiness(len(missing), len(view.warnings), is_held_back=bool(held_back)),
        "warnings": view.warnings,
        "asked": asked_in_words(view),
    }


def _readiness(missing: int, warnings: int, *, is_held_back: bool) -> str:
    """How far a request is, in a line."""
    if missing:
        said = f"Not ready: {missing} to correct"
    elif warnings:
        said = f"It can be read as it is, but {counted(warnings, 'point')} should be looked at again"
    else:
        said = "Nothing is missing in the text"
    return f"{said}. It cannot be finished yet: see below." if is_held_back else f"{said}."


def asked_in_words(view: TraceView) -> str:
    """How many authorities are asked, and whether it is a direct enquiry."""
    if not view.codes:
        return "Nobody is chosen yet."
    if view.draft.audience is Audience.ONE and len(view.codes) == 1:
        return f"{named(view.codes[0])}, as a direct enquiry."
    if len(view.codes) <= 3:
        return f"{', '.join(map(named, view.codes))}."
    return f"{counted(len(view.codes), 'local authority', 'local authorities')}."


def list_row(trace: Any, *, restricted: bool) -> dict[str, Any]:
    """A trace in a list: {reference, href, child, tags, answered, reply_by, written}."""
    answered = sum(each.state == RecipientState.ANSWERED for each in trace.recipients)
    return {
        "reference": trace.reference,
        "href": url_for("tracing.show", trace_reference=trace.reference),
        "child": full_name(trace.pupil),
        "case": trace.case.reference if trace.case else "",
        "tags": tags_of(trace, restricted=restricted),
        "answered": f"{answered} of {len(trace.recipients)}" if trace.recipients else "",
        "overdue": sum(each.state == RecipientState.OVERDUE for each in trace.recipients),
        "reply_by": day(trace.reply_by_on) if trace.reply_by_on else "",
        "sent": day(local_date(trace.sent_at)) if trace.sent_at else "Not sent",
        "result": Result(trace.result).label if trace.result else "",
        "unsent": sum(each.sent_at is None and each.withdrawn_at is None for each in trace.messages),
    }


def links_to(traces: Iterable[Any]) -> list[dict[str, str]]:
    """Traces as links: [{reference, href, state}]."""
    return [
        {
            "reference": each.reference,
            "href": url_for("tracing.show", trace_reference=each.reference),
            "state": State(each.state).label.lower(),
        }
        for each in traces
    ]


def open_traces(scope: Scope, view: CaseView) -> list[dict[str, str]]:
    """The traces of the child of a case that go on, for whoever sees traces."""
    found = list_of_pupil(scope, view.case.registration.pupil_id)
    return links_to(each for each in found if State(each.state).is_open)


PARTS: Mapping[Part, str] = MappingProxyType(
    {
        Part.OPEN: "Open",
        Part.UNSENT: "Not sent yet",
        Part.APPROVAL: "Waiting for a manager",
        Part.OVERDUE: "Answers overdue",
        Part.LOCATED: "Located, to verify",
        Part.ENDED: "Ended",
    }
)


def parts_of(counts: Mapping[Part, int], part: Part) -> list[dict[str, Any]]:
    """The parts of the list with their numbers: [{text, number, href, current, tone}]."""
    return [
        {
            "text": text,
            "number": counts[key],
            "href": url_for("tracing.outgoing", part=key.value),
            "current": key is part,
            "tone": "alert" if key is Part.OVERDUE and counts[key] else "",
        }
        for key, text in PARTS.items()
    ]


def answered_figures(found: Answered) -> list[dict[str, Any]]:
    """How far the requests that are out have come, as large figures."""
    share = _share(found.answered - found.asking, found.asked)
    return [
        {
            "label": "Answers in",
            "number": share,
            "note": f"{found.answered - found.asking:,} of {counted(found.asked, 'authority', 'authorities')}"
            " asked" + (f"; {found.asking:,} more ask a question" if found.asking else ""),
        },
        {
            "label": "An answer takes",
            "number": f"{found.days:.0f}" if found.days is not None else "none",
            "unit": "days" if found.days is not None else "",
            "note": "on average" if found.days is not None else "No answer is recorded",
        },
        {
            "label": "Messages not sent",
            "number": found.unsent_messages,
            "note": "Reminders, answers and word that the child is located",
            "tone": "warn" if found.unsent_messages else "",
        },
    ]


def _share(part: int, whole: int) -> str:
    """A share that is neither nothing nor all where only the rounding says so."""
    if not whole:
        return "none"
    percent = round(100 * part / whole)
    if part and not percent:
        return "under 1%"
    return "over 99%" if part < whole and percent == 100 else f"{percent}%"


def _destination(view: TraceView) -> str:
    """Where the child is believed to be, for the manager who decides whether it is said."""
    details = view.draft.details
    return ", because ".join(filter(None, (details.destination, details.destination_why)))


def _case(view: TraceView) -> dict[str, str] | None:
    case = view.case
    if case is None:
        return None
    return {
        "reference": case.reference,
        "href": url_for("cases.show", case_reference=case.reference),
        "school": case.school.name,
    }


def _rows(view: TraceView, *, sees: bool) -> list[dict[str, Any]]:
    trace = view.trace
    approved = f"{moment(trace.approved_at)}, by {trace.approved_by}" if trace.approved_at else ""
    sent = f"{moment(trace.sent_at)}, by {trace.sent_by}" if trace.sent_at else ""
    ended = f"{moment(trace.ended_at)}, by {trace.ended_by}" if trace.ended_at else ""
    result = Result(trace.result).label if trace.result else ""
    rows = (
        ("Asked", asked_in_words(view)),
        ("Answer by", day(trace.reply_by_on) if trace.reply_by_on else "Not entered"),
        ("Written", f"{moment(trace.written_at)}, by {trace.written_by}"),
        ("Decided by a manager", trace.override),
        ("Approved", approved),
        ("Sent", sent),
        ("Result", result),
        ("Ended", ended),
        ("Why it ended", trace.end_reason if sees else ""),
    )
    return [{"key": {"text": key}, "value": {"text": text}} for key, text in rows if text]


def _missing(view: TraceView) -> list[dict[str, str]]:
    """What is missing or wrong, with the field to correct it in: [{text, href}]."""
    if view.state.is_frozen:
        return []
    form = url_for("tracing.ask_details", trace_reference=view.trace.reference, check="yes")
    found = [(f"{key}-day" if key.endswith("_on") else key, text) for key, text in view.missing.items()]
    found += [("audience", text) for text in view.recipient_faults]
    return [{"text": text, "href": f"{form}#{target}"} for target, text in found]


def _told_conflict(view: TraceView) -> str:
    return "Two answers differ." if view.conflict else ""


def earlier_answers(view: TraceView, code: str) -> list[str]:
    """What one authority answered before: a line for each, without what it says of the child."""
    return [
        f"{each.reply.finding.kind.label}. Recorded {moment(each.row.recorded_at)}, by {each.row.recorded_by}"
        for each in view.answers
        if each.reply.code == code
    ]


def _nothing_known(view: TraceView) -> str:
    """How many authorities do not know the child: that is not told one by one."""
    number = sum(each.reply.finding.kind is Kind.NO_TRACE for each in view.answers)
    return f"{counted(number, 'authority', 'authorities')} answered “no trace”." if number else ""


def _next(view: TraceView) -> str:
    """What to do now, in a sentence."""
    is_over = view.case is not None and view.case.closed_at is not None
    match view.state:
        case State.DRAFT if view.missing or view.recipient_faults:
            return "Correct what is missing or wrong, then finish the request."
        case State.DRAFT if view.gate and not view.trace.override:
            return (
                "Record what is still to be done before other authorities are asked, or ask a manager to "
                "decide. Then finish the request."
            )
        case State.DRAFT:
            return "Read what the request says once more, and finish it."
        case State.AWAITING_APPROVAL:
            return "A manager reads the request, and approves it or sends it back."
        case State.READY if not can_be_copied(view):
            return (
                "The child came into confidence after the request was ready. Change what it says, and choose "
                "again who is asked. Then finish it, and a manager approves it."
            )
        case State.READY:
            return "Copy subject and text into School to School, send it, and record here that it was sent."
        case State.SENT | State.LIVE if is_over:
            return "The case is closed, and authorities still look for the child. Close this trace too."
        case State.SENT | State.LIVE:
            return "Record each answer as it comes in."
        case State.LOCATED:
            return "Somebody says where the child is. Confirm it with them, then close the trace as located."
        case State.CLOSED | State.WITHDRAWN if waiting_messages(view.trace):
            return "Send the messages that wait below, and record here that they were sent."
        case _:
            return ""
