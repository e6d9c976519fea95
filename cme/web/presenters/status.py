"""What became of a referral: who has it, what is expected, what is outstanding, and the questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from cme.casework.case import Action
from cme.casework.events import ACKNOWLEDGING, EventKind
from cme.casework.outcomes import Side
from cme.casework.referral.answers import labels_of
from cme.casework.referral.expectations import Expected
from cme.casework.referral.recipients import recipient_names
from cme.casework.stages import Overlay
from cme.services.casework import CaseView
from cme.web.presenters import referral_fate as fate
from cme.web.presenters.dates import day, moment
from cme.web.presenters.words import capitalised, listed, sentence


@dataclass(frozen=True, slots=True)
class Message:
    """A question or an answer."""

    by: str
    at_iso: str
    at_text: str
    text: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A question with its answer, None while there is none; `form` is there for whoever may answer it."""

    number: int
    asked_by: str
    question: Message
    answer: Message | None
    form: Any | None
    href: str


@dataclass(frozen=True, slots=True)
class Status:
    """Everything that the page of the status says."""

    rows: list[dict[str, Any]]
    outstanding: list[str]
    expected: list[str]
    duration: str
    notices: list[str]
    sent: list[dict[str, str]]
    update_href: str
    may_start_update: bool
    resend_href: str
    threads: list[Thread]
    may_ask: bool


def status_page(
    view: CaseView,
    sent: Sequence[Any],
    expected: Sequence[Expected],
    forms: Mapping[int, Any],
    *,
    today: date,
    is_writing_update: bool,
    may_start_update: bool,
) -> Status:
    """The status of what was sent, in order. `forms` are those to answer a question with, by its number."""
    reference, titles = view.case.reference, fate.titles(sent)
    may_resend = Action.RESEND_REFERRAL in view.actions
    return Status(
        rows=_rows(view, sent),
        outstanding=_outstanding(view),
        expected=[_expectation(each, today) for each in expected],
        duration=view.facts.pack.labels.get("expected_la_result", ""),
        notices=_notices(view),
        sent=[
            {
                "text": titles[number - 1],
                "at": moment(each.sent_at),
                "href": url_for("cases.sent_referral", case_reference=reference, referral_number=number),
            }
            for number, each in enumerate(sent, start=1)
        ],
        update_href=url_for("cases.referral", case_reference=reference) if is_writing_update else "",
        may_start_update=may_start_update,
        resend_href=url_for("cases.ask_resend", case_reference=reference) if may_resend else "",
        threads=_threads(view, forms),
        may_ask=Action.ASK_QUESTION in view.actions,
    )


def _expectation(each: Expected, today: date) -> str:
    when = "By" if each.due_on >= today else "Overdue since"
    return f"{when} {day(each.due_on)}: {each.what}"


def _rows(view: CaseView, sent: Sequence[Any]) -> list[dict[str, Any]]:
    sent, state = fate.latest(sent), view.state
    first = sent[0]
    told = [
        ("Sent", f"{moment(first.sent_at)}, by {first.sent_by}"),
        ("To", capitalised(listed(recipient_names(first.recipients, view.facts.pack)))),
        ("Acknowledged", _acknowledged(view, first)),
        *fate.fate_rows(view),
        ("Stage", state.stage.label),
    ]
    if len(sent) > 1:
        told.insert(2, ("Last update sent", f"{moment(sent[-1].sent_at)}, by {sent[-1].sent_by}"))
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in told]


def _acknowledged(view: CaseView, first: Any) -> str:
    said = [each for each in view.case.events if each.kind in ACKNOWLEDGING and each.at >= first.sent_at]
    if not said:
        return "Not yet"
    told = f"{moment(said[-1].at)}, by {said[-1].by}"
    return told if view.state.acknowledged_on else f"{told}; the update since then not yet"


def _outstanding(view: CaseView) -> list[str]:
    """What the authority has not got: what the referral was sent without, enquiries, and answers owed."""
    found = fate.still_to_come(view)
    sent = fate.last(view, EventKind.REFERRAL_SENT)
    if sent is not None:
        found += [sentence(f"Sent without: {label}") for label in labels_of(sent.data.get("missing", ()))]
    readiness = view.facts.readiness
    if readiness is not None and not readiness.is_ready:
        found.append(f"Enquiries of the school: {readiness.text}.")
    waiting = [each.side for each in view.state.unanswered]
    return found + [f"A question from {side.label} has no answer." for side in waiting]


def _notices(view: CaseView) -> list[str]:
    found = [fate.sent_back(view)] if fate.sent_back(view) else []
    if Overlay.SUPERSEDED in view.state.overlays:
        found.append(
            "Superseded: after a correction the register no longer counts the ten days that the referral "
            "rested on. It is kept as it was sent, and those who received it see this."
        )
    if Overlay.CLOSING_PROPOSED in view.state.overlays:
        found.append("Closing is proposed: the register shows the child back, or the absence explained.")
    return found


def _threads(view: CaseView, forms: Mapping[int, Any]) -> list[Thread]:
    """Every question with its answer: those without one first, then the newest first."""
    asked = [event for event in view.case.events if event.kind == EventKind.QUESTION_ASKED]
    answers = {
        event.data["answers"]: _message(event)
        for event in view.case.events
        if event.kind == EventKind.QUESTION_ANSWERED
    }
    found = [
        Thread(
            number=event.data["number"],
            asked_by=Side(event.data["side"]).label,
            question=_message(event),
            answer=answers.get(event.data["number"]),
            form=forms.get(event.data["number"]),
            href=url_for(
                "cases.answer_question",
                case_reference=view.case.reference,
                question_number=event.data["number"],
            ),
        )
        for event in reversed(asked)
    ]
    return sorted(found, key=lambda thread: thread.answer is not None)


def _message(event: Any) -> Message:
    by = f"{event.by}, {event.role}" if event.role else event.by
    return Message(by, event.at.isoformat(), moment(event.at), event.data["text"])
