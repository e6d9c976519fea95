"""Documents of a case: what goes into each, and the record that one was made.

Every document is made by a person who asks for it; none is sent or kept. A protected address is printed in
none of them, whoever asks: paper travels (casework reference s.1 and s.16).
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.ledger import LedgerDay
from cme.casework.referral.answers import (
    NOT_KNOWN,
    UPDATE,
    ReferralDraft,
    ReferralField,
    Section,
    fields_of,
    in_words,
)
from cme.casework.referral.recipients import recipient_names
from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN
from cme.casework.words import day
from cme.clock import LONDON, local_date
from cme.documents.chronology import Chronology, Entry, chronology_csv, chronology_workbook, set_chronology
from cme.documents.forms import Answer, Imprint, Part, ReferralForm, set_referral
from cme.documents.hiding import Home
from cme.documents.typesetting import PDF_TYPE, Pdf
from cme.documents.workbooks import CSV_TYPE, EXCEL_TYPE
from cme.services import casework, drafts, enquiry_records, restrictions
from cme.services.absence import explain
from cme.services.casework import CaseView
from cme.services.enquiry_lines import how_it_was_made, what_was_found
from cme.services.enquiry_records import EnquiryRecord
from cme.services.judging import permissions_on
from cme.store import audit, cases
from cme.store.database import transaction
from cme.store.tables import Case, Referral

_SENDER = ("referrer_name", "referrer_role")

WITHHELD = "Entries and reasons that are kept for safeguarding staff are not part of this document."


class Form(StrEnum):
    """The forms of a file that a document can be made in."""

    PDF = "pdf"
    EXCEL = "xlsx"
    CSV = "csv"

    @property
    def media_type(self) -> str:
        """The type that a browser is told."""
        return {Form.PDF: PDF_TYPE, Form.EXCEL: EXCEL_TYPE, Form.CSV: CSV_TYPE}[self]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to download. `name` is the name of the file, which names no child."""

    name: str
    content: bytes
    media_type: str


def open_case(scope: Scope, reference: str, permission: Permission, *, at: datetime) -> CaseView:
    """A case for which the scope holds a permission. Raises LookupError for any other."""
    if cases.find_case_id(scope, reference, permission) is None:
        raise LookupError("the case is not within the scope")
    view = casework.show(scope, reference, today=local_date(at))
    if view is None:
        raise LookupError("the case is not within the scope")
    return view


def hand_out(
    scope: Scope,
    case: Case,
    kind: str,
    made: Pdf | bytes,
    form: Form = Form.PDF,
    *,
    also: Iterable[Case] = (),
    at: datetime,
    address: str,
) -> Paper:
    """Give a document, with the entry in the audit log that says so: its kind and its hash, and no name.

    `also` are other cases that it tells of: each has an entry of its own.
    """
    content = made.content if isinstance(made, Pdf) else made
    name = f"{case.reference}-{kind}.{form}"
    detail: dict[str, Any] = {"kind": kind, "form": form.value, "sha256": hashlib.sha256(content).hexdigest()}
    if isinstance(made, Pdf):
        detail["accessible"] = made.is_accessible
    with transaction():
        for each in (case, *also):
            audit.record(scope, "document.made", f"case:{each.id}", at=at, address=address, detail=detail)
    return Paper(name, content, form.media_type)


def imprint(scope: Scope, case: Case, title: str, *, at: datetime) -> Imprint:
    """What stands round a document of a case."""
    made = f"{case.reference}. Made {moment(at)}, by {scope.name}"
    return Imprint(f"{title} {case.reference}", case.school.name, made)


def moment(at: datetime) -> str:
    """An instant as a document writes it, in England's time: 9 November 2026, 16:05."""
    return f"{at.astimezone(LONDON):%-d %B %Y, %H:%M}"


def home_of(scope: Scope, case: Case) -> Home:
    """The home of the child of a case, as documents treat it."""
    pupil = case.registration.pupil
    if not restrictions.in_force(scope, case.registration_id).address_is_protected:
        return Home()
    return Home.protected(pupil.house, pupil.street, pupil.postcode)


def full_name(case: Case) -> str:
    """The name of the child of a case, as it is spoken."""
    pupil = case.registration.pupil
    return f"{pupil.forename} {pupil.surname}".strip()


def referrals_of(scope: Scope, view: CaseView) -> tuple[Referral, ...]:
    """What a reader can print of a case: each referral and update that was sent, then one being written."""
    sent = tuple(cases.list_sent_referrals(scope, view.case.id))
    kept = drafts.kept_of(scope, view.case)
    return sent if kept is None or kept.sent_at is not None else (*sent, kept)


def make_referral(
    scope: Scope, reference: str, number: int | None = None, *, at: datetime, address: str = ""
) -> Paper:
    """A referral as it was sent, or the draft as far as it is written, every section of it.

    `number` is its place in `referrals_of`, from 1; without one it is the last, and before anything was
    written what the records alone can say. Raises LookupError outside the scope and for a number of none.
    """
    view = open_case(scope, reference, Permission.PRINT_REFERRAL, at=at)
    found = referrals_of(scope, view)
    if number is not None and not 0 < number <= len(found):
        raise LookupError("there is no such referral")
    kept = found[(number or len(found)) - 1] if found else None
    case, draft, home = view.case, _draft(scope, view, kept), home_of(scope, view.case)
    made = set_referral(
        ReferralForm(
            imprint(scope, case, "CME referral", at=at),
            status=status_of(kept),
            notes=_notes(view, kept, draft),
            sections=tuple(_section(each, draft, home) for each in Section),
        )
    )
    return hand_out(scope, case, _kind(kept, draft), made, at=at, address=address)


def make_chronology(
    scope: Scope, reference: str, form: Form, happened: Iterable[Entry], *, at: datetime, address: str = ""
) -> Paper:
    """The chronology of a case: its events as this reader is shown them, with every enquiry and the marks.

    `happened` are the events in words, without what the reader may not see. Raises LookupError outside the
    scope.
    """
    view = open_case(scope, reference, Permission.PRINT_CASE, at=at)
    case, home = view.case, home_of(scope, view.case)
    entries = (*happened, *map(enquiry_entry, enquiry_records.list_of_case(scope, case)))
    chronology = Chronology(
        imprint(scope, case, "Chronology", at=at),
        about=about_child(view),
        days=_days(view),
        entries=tuple(replace(each, details=home.kept_out_of(each.details)) for each in entries),
        withheld="" if casework.may_see_risk_notes(scope, view) else WITHHELD,
    )
    made = _CHRONOLOGIES[form](chronology)
    return hand_out(scope, case, "chronology", made, form, at=at, address=address)


_CHRONOLOGIES: Mapping[Form, Callable[[Chronology], Pdf | bytes]] = {
    Form.PDF: set_chronology,
    Form.EXCEL: chronology_workbook,
    Form.CSV: chronology_csv,
}


def _draft(scope: Scope, view: CaseView, kept: Referral | None) -> ReferralDraft:
    """A referral as it was sent or stands; who sends it is not known before, unless the writer asks."""
    if kept is not None and kept.sent_at is not None:
        return drafts.as_sent(view.case, kept)
    draft = drafts.complete(scope, view.case, kept)
    if Permission.WRITE_REFERRAL in permissions_on(scope, view.case):
        return draft
    return replace(draft, answers={**draft.answers, **dict.fromkeys(_SENDER, "")})


def _kind(kept: Referral | None, draft: ReferralDraft) -> str:
    if kept is None or kept.sent_at is None:
        return "referral-draft"
    return "referral-update" if draft.answer("type") == UPDATE else "referral"


def status_of(kept: Referral | None) -> str:
    """What became of a referral, in a few words."""
    if kept is None or kept.sent_at is None:
        return "Draft: not sent"
    return f"Sent on {moment(kept.sent_at)}, by {kept.sent_by}"


def _notes(view: CaseView, kept: Referral | None, draft: ReferralDraft) -> tuple[str, ...]:
    is_sent = kept is not None and kept.sent_at is not None
    names = recipient_names(kept.recipients, view.facts.pack) if kept and is_sent else []
    notes = (
        f"To {' and '.join(names)}." if names else "",
        "Marked as a safeguarding concern." if draft.safeguarding else "",
        f"Sent although enquiries are missing: {draft.without_enquiries}" if draft.without_enquiries else "",
        "Superseded: the corrected register no longer counts the ten days that it rested on."
        if is_sent and "superseded" in view.state.overlays
        else "",
    )
    return tuple(note for note in notes if note)


def _section(section: Section, draft: ReferralDraft, home: Home) -> Part:
    asked = (each for each in fields_of(section) if draft.is_asked(each))
    return Part(section.value, tuple(_row(each, draft, home) for each in asked))


def _row(of: ReferralField, draft: ReferralDraft, home: Home) -> Answer:
    answer = draft.answers.get(of.id, "")
    says_where = of.section is Section.ADDRESSES or of.id == "new_address"
    if says_where and home.is_protected and answer and answer != NOT_KNOWN:
        return Answer(of.label, ADDRESS_NOT_SHOWN)
    return Answer.of(of.label, home.kept_out_of("\n".join(in_words(of, answer))))


def about_child(view: CaseView) -> Part:
    """Who a case is about, its stage and the absence."""
    pupil, standing = view.case.registration.pupil, view.facts.standing
    absence = "No absence is being counted"
    if standing.run_started_on and standing.as_of:
        absence = (
            f"From {day(standing.run_started_on)}, counted up to {day(standing.as_of)}: return run "
            f"{standing.return_run}, removal run {standing.removal_run}, days unseen {standing.days_unseen}"
        )
    rows = (
        Answer.of("Name", full_name(view.case)),
        Answer.of("Date of birth", day(pupil.born_on) if pupil.born_on else ""),
        Answer.of("UPN", pupil.upn or ""),
        Answer.of("Stage", view.state.stage.label),
        Answer.of("Absence", absence),
    )
    return Part("The child and the absence", rows)


def _days(view: CaseView) -> tuple[LedgerDay, ...]:
    """The days of the absence that the case is about, from the Monday of the week before to its end."""
    first_on = view.state.absent_from_on or view.facts.standing.run_started_on
    if first_on is None:
        return ()
    since_on = first_on - timedelta(days=first_on.weekday() + 7)
    until_on = view.state.closed_on or date.max
    return tuple(day for day in explain(view.case.registration).ledger if since_on <= day.on <= until_on)


def enquiry_entry(record: EnquiryRecord) -> Entry:
    """An enquiry as a chronology lists it; a protected address is still in it."""
    row = record.row
    about = (
        *(line.words for line in how_it_was_made(record)),
        _said("Result", record.result.label),
        *(line.words for line in what_was_found(record)),
        _said("Reason given", row.reason),
        row.notes,
        _said("Next", row.next_action),
    )
    by = ", ".join(filter(None, (row.done_by, row.done_role)))
    name = record.step.short[:1].upper() + record.step.short[1:]
    return Entry(row.done_at.astimezone(LONDON), f"Enquiry: {name}", _lines(about), by)


def _said(label: str, text: str) -> str:
    return f"{label}: {text}" if text else ""


def _lines(texts: Sequence[str]) -> str:
    return "\n".join(text for text in texts if text)
