"""The documents of a case: what can be made now, what is asked for it, and the events of a chronology."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from html import unescape
from typing import Any

from flask import render_template, url_for

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import Action
from cme.casework.enquiries.steps import read_steps
from cme.casework.letters import Letter
from cme.clock import LONDON
from cme.documents.chronology import Entry
from cme.services import letters, papers
from cme.services.casework import CaseView
from cme.services.judging import permissions_on
from cme.services.papers import Form
from cme.services.tracing import pupil_files
from cme.web.presenters.dates import day
from cme.web.presenters.timeline import TimelineEvent

_FORMS = {
    Form.PDF: ("PDF", "To print, or to read with a screen reader."),
    Form.EXCEL: ("Excel", "What happened, a row each."),
    Form.CSV: ("CSV", "The same rows as text."),
}

_SHEET_STEP = "E27"

_TAG = re.compile("<[^>]*>")
_LINE_ENDS = ("</p>", "</li>", "<br>")


def offer(scope: Scope, view: CaseView) -> dict[str, Any]:
    """What the viewer can make of a case; a letter that cannot be made says why."""
    held, reference = permissions_on(scope, view.case), view.case.reference
    writes = Permission.MAKE_LETTER in held
    barred = letters.barred(scope, view) if writes else ""
    return {
        "writes": writes,
        "barred": barred,
        "letters": [] if barred else [_letter(scope, view, each) for each in Letter],
        "sheet_url": url_for("cases.ask_police_sheet", case_reference=reference)
        if Permission.MAKE_SHEET in held
        else "",
        "pupil_file_url": url_for("cases.ask_pupil_file", case_reference=reference)
        if Permission.MAKE_CTF in held and view.case.registration.removed_on
        else "",
        "referrals": _referrals(scope, view) if Permission.PRINT_REFERRAL in held else [],
        "referral_url": url_for("cases.make_referral", case_reference=reference),
        "chronology_url": url_for("cases.make_chronology", case_reference=reference),
        "chronology_forms": [
            {"value": form.value, "text": text, "hint": {"text": hint}, "checked": form is Form.PDF}
            for form, (text, hint) in _FORMS.items()
        ],
    }


def letter_page(scope: Scope, view: CaseView, letter: Letter, *, today: date) -> dict[str, Any]:
    """One letter: what it is for, why it cannot be made, its reply-by date, and what follows it."""
    reference = view.case.reference
    return {
        "heading": letter.label,
        "purpose": letter.purpose,
        "because": letters.cannot_write(scope, view, letter),
        "reply_by": day(letters.reply_by(view, letter, today)) if letter.asks_for_reply else "",
        "url": url_for("cases.make_letter", case_reference=reference, letter=letter.value),
        "back": _back(reference),
        "log": _log(scope, view, letter.step),
    }


def sheet_page(scope: Scope, view: CaseView) -> dict[str, Any]:
    """The police information sheet: where it is made, and what follows."""
    reference = view.case.reference
    return {
        "url": url_for("cases.make_police_sheet", case_reference=reference),
        "back": _back(reference),
        "police": view.facts.pack.police,
        "log": _log(scope, view, _SHEET_STEP),
    }


def pupil_file_page(scope: Scope, view: CaseView, lacking: Sequence[str]) -> dict[str, Any]:
    """The lost-pupil file: what it lacks, what it leaves out, and the page that records its upload."""
    reference = view.case.reference
    return {
        "url": url_for("cases.make_pupil_file", case_reference=reference),
        "back": _back(reference),
        "lacking": lacking,
        "is_restricted": pupil_files.is_restricted(view),
        "last_name": pupil_files.last_name(scope, view),
        "upload_href": url_for("cases.ask_ctf", case_reference=reference)
        if Action.RECORD_CTF in view.actions
        else "",
    }


def happened(view: CaseView, told: Sequence[TimelineEvent]) -> list[Entry]:
    """The events of a case in the words of its page, the oldest first. Enquiries are left out: a chronology
    lists them itself."""
    return [replace(entry, details=_details(one)) for entry, one in _in_heads(view, told)]


def heads(view: CaseView, told: Sequence[TimelineEvent]) -> list[Entry]:
    """The same events without their details."""
    return [entry for entry, _ in _in_heads(view, told)]


def _in_heads(view: CaseView, told: Sequence[TimelineEvent]) -> Iterator[tuple[Entry, TimelineEvent]]:
    for event, one in zip(view.case.events, reversed(told), strict=True):
        if not event.kind.startswith("enquiry."):
            yield Entry(datetime.fromisoformat(one.at_iso).astimezone(LONDON), one.title, "", one.by), one


def _details(event: TimelineEvent) -> str:
    """What the page says of an event, as plain lines."""
    shown = render_template(event.template, event=event)
    for ending in _LINE_ENDS:
        shown = shown.replace(ending, f"{ending}\n")
    lines = (" ".join(unescape(_TAG.sub("", line)).split()) for line in shown.splitlines())
    return "\n".join(filter(None, lines))


def _letter(scope: Scope, view: CaseView, letter: Letter) -> dict[str, Any]:
    """One letter of the list; one that cannot be made yet has no link, and says why."""
    because = letters.not_now(scope, view, letter)
    item: dict[str, Any] = {"title": {"text": letter.label}, "hint": {"text": because or letter.purpose}}
    if because:
        return item | {"status": {"text": "Not now", "classes": "govuk-task-list__status--cannot-start-yet"}}
    href = url_for("cases.ask_letter", case_reference=view.case.reference, letter=letter.value)
    return item | {"href": href, "status": {"text": "Ready"}}


def _referrals(scope: Scope, view: CaseView) -> list[dict[str, Any]]:
    """Everything that was sent and what is being written, the latest first."""
    found = papers.referrals_of(scope, view)
    if not found:
        return [{"number": "", "text": "The draft as the records fill it in: nobody has written in it yet"}]
    return [
        {"number": number, "text": papers.status_of(kept)}
        for number, kept in reversed(list(enumerate(found, start=1)))
    ]


def _back(reference: str) -> dict[str, str]:
    return {"text": "Back to documents", "href": url_for("cases.documents", case_reference=reference)}


def _log(scope: Scope, view: CaseView, step: str) -> dict[str, str] | None:
    """Where the posted letter is logged as an enquiry; None for one that is none, and for a reader."""
    known = read_steps().get(step)
    if known is None or not known.may_be_logged_by(permissions_on(scope, view.case)):
        return None
    return {
        "text": f"Log it as an enquiry: {known.short}",
        "href": url_for("cases.ask_enquiry", case_reference=view.case.reference, step=step),
    }
