"""What the authority made of a referral, in words: who has it, until when, or what it asked for and why."""

from collections.abc import Mapping, Sequence
from typing import Any

from cme.casework.events import EventKind
from cme.casework.referral.answers import UPDATE
from cme.casework.triage import item_label, read_not_cme_reasons
from cme.services.casework import CaseView
from cme.web.presenters.dates import day, moment
from cme.web.presenters.words import listed

_SENT_BACK = (EventKind.REFERRAL_REJECTED, EventKind.REFERRAL_REVOKED)


def titles(sent: Sequence[Any]) -> list[str]:
    """What each thing that was sent is called, in order: the referral, its updates, a new referral."""
    found, updates = [], 0
    for row in sent:
        if row.form["answers"].get("type") == UPDATE:
            updates += 1
            found.append(f"Update {updates}")
        else:
            found.append("A new referral" if found else "The referral")
            updates = 0
    return found


def latest(sent: Sequence[Any]) -> Sequence[Any]:
    """The last referral that was sent, and the updates that followed it."""
    firsts = [place for place, row in enumerate(sent) if row.form["answers"].get("type") != UPDATE]
    return sent[firsts[-1] :] if firsts else sent


def fate_rows(view: CaseView) -> list[tuple[str, str]]:
    """Who took the referral on, who works on it, until when, and the first result; () before that."""
    state, found = view.state, []
    accepted = last(view, EventKind.REFERRAL_ACCEPTED)
    if accepted is not None and state.accepted_on:
        found.append(("Accepted", f"{moment(accepted.at)}, by {accepted.by}"))
        named = last(view, EventKind.REFERRAL_ACCEPTED, EventKind.CASE_ALLOCATED)
        cover = f"; cover: {named.data['cover']}" if named and named.data.get("cover") else ""
        found.append(("Officer", f"{named.data.get('officer', '')}{cover}" if named else ""))
    if state.expected_on and state.referral_sent_on and not state.result_given_on:
        found.append(("First result expected", f"By {day(state.expected_on)}"))
    result = last(view, EventKind.RESULT_GIVEN)
    if result is not None:
        found.append(("First result", f"{moment(result.at)}: {result.data['text']}"))
    return [row for row in found if row[1]]


def still_to_come(view: CaseView) -> list[str]:
    """What the authority asked the school for and has not got, and what it accepted the referral without."""
    asked = list(view.state.return_items)
    accepted = last(view, EventKind.REFERRAL_ACCEPTED)
    if accepted is not None and view.state.accepted_on:
        asked += accepted.data.get("items", ())
    return [f"Still to come from the school: {_label(item)}." for item in dict.fromkeys(asked)]


def sent_back(view: CaseView) -> str:
    """That the referral was returned, rejected or revoked, by whom and why, and what is next; or ''."""
    if view.state.return_items:
        return _returned(last(view, EventKind.REFERRAL_RETURNED))
    if view.state.referral_sent_on is not None:
        return ""
    event = last(view, *_SENT_BACK)
    return _ended(event) if event is not None else ""


def last(view: CaseView, *kinds: EventKind) -> Any | None:
    """The last event of one of these kinds."""
    return next((event for event in reversed(view.case.events) if event.kind in kinds), None)


def _returned(event: Any) -> str:
    asked = listed([_label(item) for item in event.data["items"]])
    return (
        f"Returned on {moment(event.at)} by {event.by}. Asked for: {asked}. Why: {_sentence(event.data)} "
        "The DSL answers each of these and sends the referral again."
    )


def _ended(event: Any) -> str:
    what, because = "Revoked", ""
    if event.kind == EventKind.REFERRAL_REJECTED:
        what = "Rejected"
        because = f"{read_not_cme_reasons()[event.data['not_cme']].label}. "
    return (
        f"{what} on {moment(event.at)} by {event.by}. {because}{_sentence(event.data)} "
        "The school goes on with the case and can send a new referral, which starts from these answers."
    )


def _sentence(data: Mapping[str, Any]) -> str:
    said = str(data.get("reason", "")).strip()
    return said if said.endswith((".", "?", "!")) else f"{said}."


def _label(item: str) -> str:
    return item_label(item) or item
