"""A referral, section by section: to fill in, or to read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from cme.casework.referral import FIELDS, NOT_KNOWN, ReferralDraft, ReferralField, Section
from cme.services.casework import CaseView
from cme.web.presenters.dates import moment
from cme.web.presenters.recipients import recipient_names
from cme.web.presenters.words import listed

_SENDER = frozenset({"referrer_name", "referrer_role"})


@dataclass(frozen=True, slots=True)
class Input:
    """One field to fill in, with its "not known" box where it has one, and how each is drawn."""

    field: Any
    params: dict[str, Any]
    unknown: Any | None
    unknown_params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FormSection:
    """One section of the form: what the register fills, as a summary list's rows, and what a person does."""

    heading: str
    rows: list[dict[str, Any]]
    inputs: list[Input]


@dataclass(frozen=True, slots=True)
class ReadSection:
    """One section to read, as a summary list's rows."""

    heading: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral to read: what became of it, and its sections."""

    status: str
    sent: bool
    recipients: str
    superseded: bool
    safeguarding: bool
    sections: list[ReadSection]


def form_sections(form: Any, draft: ReferralDraft) -> list[FormSection]:
    """The sections of the form, in the catalogue's order."""
    return [
        FormSection(
            heading(section),
            [_row(each, draft) for each in _of(section) if each.filled],
            [_input(each, form) for each in _of(section) if not each.filled],
        )
        for section in Section
    ]


def read(view: CaseView, kept: Any | None) -> Referral:
    """A referral as it was sent, or as far as it is written; the sender is not known before it is sent."""
    pack, draft = view.facts.pack, view.facts.draft or ReferralDraft()
    sent, names = False, []
    if kept is None:
        status = "Not sent yet. The school has not started this referral."
    elif kept.sent_at is None:
        status = "Not sent yet. The school is writing this referral."
    else:
        sent, names = True, recipient_names(kept.recipients, pack)
        status = f"Sent on {moment(kept.sent_at)} by {kept.sent_by}."
    return Referral(
        status=status,
        sent=sent,
        recipients=listed(names),
        superseded="superseded" in view.state.overlays,
        safeguarding=draft.safeguarding,
        sections=[
            ReadSection(
                heading(section),
                [_row(each, draft) for each in _of(section) if sent or each.id not in _SENDER],
            )
            for section in Section
        ],
    )


def heading(section: Section) -> str:
    """The heading of a section, below the page's own."""
    return "About this referral" if section is Section.HEADER else section.value


def _of(section: Section) -> Iterable[ReferralField]:
    return (each for each in FIELDS if each.section is section)


def _row(of: ReferralField, draft: ReferralDraft) -> dict[str, Any]:
    return {"key": {"text": of.label}, "value": {"html": _answer(of, draft.answer(of.id))}}


def _answer(of: ReferralField, answer: str) -> Markup:
    if not answer:
        return Markup('<span class="cme-quiet">Not filled in</span>')
    if answer.casefold() == NOT_KNOWN:
        return Markup("Not known")
    return Markup("<br>").join(escape(line) for line in of.choices.get(answer, answer).splitlines())


def _input(of: ReferralField, form: Any) -> Input:
    label = {"classes": "govuk-!-font-weight-bold"}
    params: dict[str, Any] = {"label": label}
    if of.choices:
        params = {"fieldset": {"legend": {"text": form[of.id].label.text, **label}}}
    about = Markup("Not known<span class='govuk-visually-hidden'>: {}</span>").format(of.label)
    small = {"items": [{"html": about}], "classes": "govuk-checkboxes--small"}
    return Input(form[of.id], params, form.unknown_of(of), small)
