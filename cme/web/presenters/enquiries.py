"""The enquiries of a case as pages: the meter, each step with where it stands, and what was entered."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import url_for
from wtforms.fields.choices import SelectChoice

from cme.casework.enquiries.enquiry import RESULTS, EnquiryEntry, Result
from cme.casework.enquiries.evidence import ACCEPTED, MAX_BYTES, MAX_FILES
from cme.casework.enquiries.readiness import SIBLINGS_HERE, Status, StepState
from cme.casework.enquiries.steps import Phase, Requirement, Step, read_steps
from cme.services.casework import CaseView
from cme.services.enquiry_lines import how_it_was_made, what_was_found
from cme.services.enquiry_log import EnquiryLog, EnquiryPlace
from cme.services.enquiry_records import EnquiryRecord, WithdrawnEnquiry
from cme.web.presenters.dates import day, moment
from cme.web.presenters.siblings import in_brief
from cme.web.presenters.words import capitalised, counted, listed

FILES_HINT = (
    f"{MAX_FILES} files at most, each no larger than {MAX_BYTES // 1024 // 1024} MB: {ACCEPTED}. "
    "If this page comes back with something to correct, choose the files again."
)

_TAGS = {
    Status.DONE: ("Done", "done"),
    Status.WAIVED: ("Waived", "closed"),
    Status.NOT_APPLICABLE: ("Not applicable", "closed"),
    Status.BARRED: ("Do not do", "overdue"),
    Status.WAITING: ("Waiting for a reply", "due"),
}


def log_page(view: CaseView, log: EnquiryLog, *, today: date) -> dict[str, Any]:
    """The whole log: the meter first, then every step by the part of the work that it belongs to."""
    shown = [
        state
        for state in log.state.steps.values()
        if (log.sees_restricted or not state.step.is_restricted)
        and (not state.step.is_of_authority or view.state.was_referred or log.may_log(state.step))
    ]
    own_first = sorted(Phase, key=lambda phase: phase is Phase.AUTHORITY, reverse=log.is_of_authority)
    phases = [
        {
            "heading": phase.label,
            "id": phase.value,
            "steps": [_step(view, log, state, today) for state in shown if state.step.phase is phase],
        }
        for phase in own_first
    ]
    return {
        "meter": _meter(view, log),
        "phases": [phase for phase in phases if phase["steps"]],
        "before": [_record(view, log, each) for each in log.before],
    }


def recorded(step: Step, entry: EnquiryEntry) -> str:
    """What is said once an enquiry is kept, with what it asks for now."""
    said = f"{capitalised(step.short)}: recorded."
    if entry.result is Result.REACHED_CONCERN or (entry.visit and entry.visit.harm_seen):
        return f"{said} The designated safeguarding lead looks at it today: tell them now."
    opens = RESULTS[entry.result].opens if entry.result else ""
    return f"{said} Next: {_sentence(_lower(read_steps()[opens].name))}" if opens else said


def step_page(view: CaseView, step: Step, place: EnquiryPlace) -> dict[str, Any]:
    """What the form of a step says round its fields."""
    forbidden = place.forbids(step)
    reference = view.case.reference
    return {
        "code": step.code,
        "heading": capitalised(step.short),
        "name": _sentence(step.name),
        "evidence": step.evidence,
        "stop": f"{forbidden}. Record only what was done before." if forbidden else "",
        "files_hint": FILES_HINT,
        "back": url_for("cases.show_enquiries", case_reference=reference, _anchor=step.code),
    }


def contact_choices(place: EnquiryPlace) -> list[dict[str, Any]]:
    """Whom an enquiry can have been to: those who must not be contacted on top, then in call order."""
    barred = [each for each in place.contacts if place.restrictions.bars(each.id, each.name)]
    free = [each for each in place.contacts if each not in barred]
    return [_choice(each, is_barred=True) for each in barred] + [
        _choice(each, is_barred=False) for each in free
    ]


def _choice(contact: Any, *, is_barred: bool) -> dict[str, Any]:
    who = ", ".join(filter(None, (contact.name or "No name given", contact.relationship_)))
    item = {"disabled": True, "hint": {"text": "Do not contact"}} if is_barred else {}
    if contact.phone and not is_barred:
        item = {"hint": {"text": contact.phone}}
    return {"choice": SelectChoice(str(contact.id), who), "item": item}


def _sentence(text: str) -> str:
    return text if text.endswith("?") else f"{text}."


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _meter(view: CaseView, log: EnquiryLog) -> dict[str, Any]:
    readiness = log.state.readiness if log.sees_restricted else log.state.plain_readiness
    return {
        "done": readiness.done,
        "of": readiness.of,
        "is_ready": readiness.is_ready,
        "missing": [_quick_link(view, log, step) for step in readiness.missing],
        "waived": listed([step.short for step in readiness.waived]),
    }


def _quick_link(view: CaseView, log: EnquiryLog, step: Step) -> dict[str, str]:
    href = _href(view, "cases.ask_enquiry", step) if log.may_log(step) else f"#{step.code}"
    return {"text": step.short, "href": href}


def _href(view: CaseView, endpoint: str, step: Step) -> str:
    return url_for(endpoint, case_reference=view.case.reference, step=step.code)


def _step(view: CaseView, log: EnquiryLog, state: StepState, today: date) -> dict[str, Any]:
    step, due_on = state.step, log.due.get(state.step.code)
    text, tone = _tag(state, due_on, today, is_open=log.is_open)
    may_log, records = log.may_log(step), log.records.get(step.code, ())
    barred = state.status is Status.BARRED
    put_aside = (
        may_log
        and state.status in (Status.OPEN, Status.WAITING)
        and step.requirement is not Requirement.IF_INDICATED
    )
    return {
        "code": step.code,
        "title": capitalised(step.short),
        "tag": {"text": text, "tone": tone} if tone else None,
        "status": text,
        "hints": _hints(log, state, due_on, today),
        "log_href": _href(view, "cases.ask_enquiry", step) if may_log and not barred else "",
        "aside_href": _href(view, "cases.ask_aside", step) if put_aside else "",
        "records": [_record(view, log, each) for each in records],
        "withdrawn": [_withdrawn(log, each) for each in log.withdrawn.get(step.code, ())],
        "records_text": counted(len(records), "entry", "entries"),
        "withheld": log.withheld(step),
    }


def _tag(state: StepState, due_on: date | None, today: date, *, is_open: bool) -> tuple[str, str]:
    """What is said of where a step stands, and its tone; without a tone it is plain text."""
    if state.status in _TAGS:
        return _TAGS[state.status]
    if not is_open:
        return "Not done", ""
    if state.step.requirement is Requirement.IF_INDICATED:
        return "If it applies", ""
    if due_on is None:
        return "Not yet", ""
    if due_on < today:
        is_asked = state.step.requirement is Requirement.MANDATORY
        return ("Overdue", "overdue") if is_asked else ("Not yet", "")
    return ("Due today", "due") if due_on == today else (f"Due by {day(due_on)}", "")


def _hints(log: EnquiryLog, state: StepState, due_on: date | None, today: date) -> list[str]:
    """What is said under the name of a step: much where it is to be made, little where it is settled."""
    step, is_to_do = state.step, state.status in (Status.OPEN, Status.WAITING)
    if step.code == SIBLINGS_HERE and state.status is Status.DONE and not state.enquiries:
        return [_siblings(log)]
    if not is_to_do:
        return [state.because] if state.because else []
    owner = " For the DSL." if step.is_for_dsl else ""
    if step.is_of_authority and log.is_of_authority and not log.may_log(step):
        owner = f" For: {step.owner_label}."
    wanted = " Recommended." if step.requirement is Requirement.RECOMMENDED else ""
    found = [
        f"{_sentence(step.name)}{wanted}{owner}",
        f"What counts: {_lower(step.evidence)}.",
        state.because,
    ]
    is_asked = step.requirement is Requirement.MANDATORY
    if is_asked and due_on is not None and due_on < today and log.is_open:
        found.append(f"It was due on {day(due_on)}.")
    return [each for each in found if each]


def _siblings(log: EnquiryLog) -> str:
    if not log.siblings:
        return "Read from the register: no brother or sister at this school is on record."
    return f"Read from the register: {'; '.join(map(in_brief, log.siblings))}."


def _withdrawn(log: EnquiryLog, one: WithdrawnEnquiry) -> dict[str, str]:
    """An entry that was taken back: what it said, and who took it back, when and why."""
    before, row = one.before, one.taken_back
    said = ". ".join(filter(None, (moment(before.done_at), Result(before.outcome).label, before.notes)))
    return {
        "said": log.home.kept_out_of(said),
        "why": f"Withdrawn by {row.entered_by} on {moment(row.entered_at)}: {row.correction_reason}",
    }


def _record(view: CaseView, log: EnquiryLog, record: EnquiryRecord) -> dict[str, Any]:
    row, reference = record.row, view.case.reference
    may_correct = log.is_open and record.step.may_be_logged_by(log.permissions)
    return {
        "number": row.id,
        "title": record.result.label,
        "step": record.step.short,
        "at_iso": row.done_at.isoformat(),
        "at_text": moment(row.done_at),
        "by": ", ".join(filter(None, (row.done_by, row.done_role))),
        "late": f"Written down late, on {moment(row.entered_at)}, by {row.entered_by}"
        if record.is_late
        else "",
        "restricted": row.restricted,
        "lines": [line for line in _lines(log, record) if line["text"]],
        "files": [
            {
                "text": file.filename,
                "size": f"{max(1, round(file.size / 1024)):,} KB",
                "href": url_for("cases.fetch_evidence", case_reference=reference, evidence_token=file.token),
            }
            for file in record.evidence
        ],
        "earlier": [
            _earlier(log, old, new) for old, new in zip(record.earlier, (row, *record.earlier), strict=False)
        ],
        "correct_href": url_for("cases.ask_correction", case_reference=reference, enquiry_id=row.id)
        if may_correct
        else "",
    }


def _lines(log: EnquiryLog, record: EnquiryRecord) -> Iterable[dict[str, str]]:
    row = record.row
    for told in (*how_it_was_made(record), *what_was_found(record)):
        yield _line(told.label, log.home.kept_out_of(told.text))
    yield _line("Reason" if record.method else "Why", log.home.kept_out_of(row.reason))
    yield _line("Notes", log.home.kept_out_of(row.notes))
    next_on = (
        f"{row.next_action or 'Chase the reply'}: {day(row.next_on)}" if row.next_on else row.next_action
    )
    yield _line("Next", next_on)


def _line(label: str, text: str) -> dict[str, str]:
    return {"label": label, "text": text}


def _earlier(log: EnquiryLog, old: Any, new: Any) -> dict[str, str]:
    """An entry that was corrected: what it said, and why, when and by whom it was corrected."""
    return {
        "said": log.home.kept_out_of(
            ". ".join(filter(None, (moment(old.done_at), Result(old.outcome).label, old.notes)))
        ),
        "why": f"Corrected by {new.entered_by} on {moment(new.entered_at)}: {new.correction_reason}",
    }
