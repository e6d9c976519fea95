"""The referral as a form to fill in section by section, and as cards to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import url_for
from markupsafe import Markup, escape

from cme.casework.policy.pack import PolicyPack
from cme.casework.referral.answers import (
    UPDATE,
    Answer,
    ReferralDraft,
    ReferralField,
    Section,
    fields_of,
    in_words,
)
from cme.casework.referral.checks import Lack
from cme.casework.referral.recipients import recipient_names, recipients_of
from cme.services.casework import CaseView
from cme.web.cases.referral_form import SectionForm, adding, has_box, part_name, removing, typed_in, unknown
from cme.web.presenters.dates import moment
from cme.web.presenters.words import counted, listed

_SENDER = frozenset({"referrer_name", "referrer_role"})

_ONLY_SENT = frozenset({Section.AUTHORITY_USE})
"""Sections that say nothing before the referral is sent."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input, and how it is drawn."""

    field: Any
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class InputRow:
    """One row of a field: its heading, its inputs, and the box that takes it out."""

    heading: str
    inputs: list[Input]
    remove: Any


@dataclass(frozen=True, slots=True)
class InputGroup:
    """A field of the form: one input, or rows of them with a button for another row; and "not known"."""

    heading: str
    hint: str
    input: Input | None
    rows: list[InputRow]
    add: Any | None
    unknown: Any | None
    unknown_params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SectionPage:
    """A section to fill in: what the records fill, as rows to read, and what a person does."""

    heading: str
    place: str
    rows: list[dict[str, Any]]
    groups: list[InputGroup]
    href: str


@dataclass(frozen=True, slots=True)
class Card:
    """One section to read. `href` leads to its form, '' where nothing in it is typed or nobody may."""

    heading: str
    anchor: str
    rows: list[dict[str, Any]]
    href: str
    state: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class Sending:
    """What the end of the page says: whom it goes to, how far the enquiries are, and the approval."""

    recipients: str
    meter: str
    is_ready: bool
    enquiries_href: str
    approval: str
    ready: str


@dataclass(frozen=True, slots=True)
class Missing:
    """What is to be put right in one section before sending: links to its fields, {text, href}."""

    heading: str
    links: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral to read: what became of it, and its sections."""

    status: str
    sent: bool
    is_update: bool
    recipients: str
    superseded: bool
    safeguarding: bool
    without_enquiries: str
    cards: list[Card]


def read(kept: Any | None, draft: ReferralDraft, pack: PolicyPack, *, superseded: bool = False) -> Referral:
    """A referral as it was sent, or as far as it is written; the sender is not known before it is sent."""
    sent = kept is not None and kept.sent_at is not None
    if kept is None:
        status = "Not sent yet. The school has not started this referral."
    elif not sent:
        status = "Not sent yet. The school is writing this referral."
    else:
        status = f"Sent on {moment(kept.sent_at)} by {kept.sent_by}."
    return Referral(
        status=status,
        sent=sent,
        is_update=draft.answer("type") == UPDATE,
        recipients=listed(recipient_names(kept.recipients, pack)) if kept is not None and sent else "",
        superseded=superseded,
        safeguarding=draft.safeguarding,
        without_enquiries=draft.without_enquiries,
        cards=[_card(section, draft) for section in Section if sent or section not in _ONLY_SENT],
    )


def cards_to_write(reference: str, draft: ReferralDraft, lacks: Sequence[Lack]) -> list[Card]:
    """The sections of a referral that is being written, each with a link to change it and how far it is."""
    lacking = {lack.section: 0 for lack in lacks}
    for lack in lacks:
        lacking[lack.section] += 1
    return [
        _card(section, draft, reference, lacking.get(section, 0))
        for section in Section
        if section not in _ONLY_SENT
    ]


def missing_list(reference: str, lacks: Sequence[Lack]) -> list[Missing]:
    """What is missing or wrong, by section in the order of the form, each with a link to its field."""
    return [
        Missing(
            heading(section),
            [
                {"text": lack.label, "href": f"{_section_url(reference, section)}#{_target(lack)}"}
                for lack in own
            ],
        )
        for section, own in groupby(lacks, key=lambda lack: lack.section)
    ]


def section_page(reference: str, section: Section, form: SectionForm, draft: ReferralDraft) -> SectionPage:
    """A section as a page with its form. What is missing is told where the whole referral is shown."""
    asked = {each.id for each in form.asked}
    written = sections_to_write(draft)
    return SectionPage(
        heading=heading(section),
        place=f"Referral: part {written.index(section) + 1} of {len(written)}",
        rows=_rows([each for each in fields_of(section) if each.id not in asked], draft),
        groups=[_group(each, form) for each in form.asked],
        href=_section_url(reference, section),
    )


def sections_to_write(draft: ReferralDraft) -> list[Section]:
    """The sections in which something is typed, in order."""
    return [section for section in Section if typed_in(section, draft)]


def heading(section: Section) -> str:
    """The heading of a section, below the page's own."""
    return "About this referral" if section is Section.HEADER else section.value


def _section_url(reference: str, section: Section) -> str:
    return url_for("cases.ask_section", case_reference=reference, referral_section=section.slug)


def _target(lack: Lack) -> str:
    """The id of the first thing of a field that takes the focus."""
    if lack.row is None and lack.field.rows:
        return part_name(lack.field.id, 0, lack.field.rows[0].id)
    part = next((each for each in lack.field.rows if each.id == lack.part), lack.field)
    return f"{lack.name}-day" if part.shape.value.endswith("date") else lack.name


def _card(section: Section, draft: ReferralDraft, reference: str = "", lacking: int = 0) -> Card:
    state = None
    if reference and typed_in(section, draft):
        text = f"{lacking} still needed" if lacking else "Ready"
        state = {"text": text, "tone": "due" if lacking else "done"}
    asked = [
        each
        for each in fields_of(section)
        if draft.is_asked(each) and (draft.is_sent or each.id not in _SENDER or reference)
    ]
    return Card(
        heading=heading(section),
        anchor=f"section-{section.slug}",
        rows=_rows(asked, draft),
        href=_section_url(reference, section) if state else "",
        state=state,
    )


def _rows(fields: Sequence[ReferralField], draft: ReferralDraft) -> list[dict[str, Any]]:
    """The answers as a summary list's rows; what may stay empty, and does, is named in one row at the end."""
    rows, empty = [], []
    for each in fields:
        answer = draft.answers.get(each.id, "")
        if answer or (each.starred and not draft.is_sent):
            rows.append({"key": {"text": each.label}, "value": {"html": _answer(each, answer)}})
        elif not each.filled:
            empty.append(each.label)
    if empty:
        rows.append({"key": {"text": "Not filled in"}, "value": {"html": _quiet("; ".join(empty))}})
    return rows


def _quiet(text: str) -> Markup:
    return Markup('<span class="cme-quiet">{}</span>').format(text)


def _answer(of: ReferralField, answer: Answer) -> Markup:
    lines = in_words(of, answer)
    if not lines:
        return _quiet("Not filled in")
    if of.rows and not isinstance(answer, str):
        items = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
        return Markup('<ul class="govuk-list govuk-list--spaced">{}</ul>').format(items)
    return Markup("<br>").join(escape(line) for line in lines)


_SHORT = 12
"""Characters of a choice that can stand beside others in one line."""

_BOLD = {"classes": "govuk-!-font-weight-bold"}


def _group(of: ReferralField, form: SectionForm) -> InputGroup:
    small = {"items": [{"html": _unknown_label(of)}], "classes": "govuk-checkboxes--small"}
    box = form[unknown(of.id)] if has_box(of) else None
    if not of.rows:
        return InputGroup(of.label, of.hint, _input(form, of.id), [], None, box, small)
    rows = [
        InputRow(
            f"{of.row_name} {number + 1}",
            [_input(form, part_name(of.id, number, part.id)) for part in of.rows],
            form[removing(of.id, number)],
        )
        for number in range(form.row_count(of))
    ]
    label = of.label if of.starred else f"{of.label} (optional)"
    return InputGroup(label, of.hint, None, rows, form[adding(of.id)], box, small)


def _input(form: SectionForm, name: str) -> Input:
    field = form[name]
    params: dict[str, Any] = {"label": _BOLD}
    if field.type in {"RadioField", "DateField"}:
        params = {"fieldset": {"legend": {"text": field.label.text, **_BOLD}}}
    if field.type == "RadioField" and all(len(choice.label) <= _SHORT for choice in field.choices):
        params["classes"] = "govuk-radios--inline govuk-radios--small"
    if field.type == "CheckboxField":
        params = {}
    return Input(field, params)


def _unknown_label(of: ReferralField) -> Markup:
    return Markup("Not known<span class='govuk-visually-hidden'>: {}</span>").format(of.label)


def sending(view: CaseView, draft: ReferralDraft) -> Sending:
    """Whom it goes to, and what besides the form it waits for."""
    pack, state = view.facts.pack, view.state
    readiness = view.facts.readiness
    approval, ready = "", "Every part is ready. Read it through, and send it at the end of this page."
    if readiness is not None and not readiness.is_ready and state.referral_sent_on is None:
        ready = "Every part is ready. Enquiries are missing: make them, or say why it is sent without them."
    if pack.head_approves_referral and state.referral_sent_on is None:
        is_approved = state.approved_draft == draft.fingerprint
        lapsed = "The referral was changed since the head teacher approved it. Ask for approval again."
        waits = "The head teacher has to approve it first, and is told as soon as every part is saved."
        if not is_approved:
            ready = (
                "Every part is ready. It waits for the head teacher to approve it, and cannot be sent before."
            )
        approval = (
            "The head teacher has approved it as it stands." if is_approved
            else lapsed if state.approved_draft else waits
        )  # fmt: skip
    return Sending(
        recipients=listed(recipient_names(recipients_of(pack), pack)),
        meter=readiness.text if readiness else "",
        is_ready=readiness is None or readiness.is_ready,
        enquiries_href=url_for("cases.show_enquiries", case_reference=view.case.reference),
        approval=approval,
        ready=ready,
    )


def left_to_do(lacks: Sequence[Lack]) -> str:
    """How much is missing, as the heading of the list; '' for nothing."""
    return f"Still needed: {counted(len(lacks), 'answer')}" if lacks else ""
