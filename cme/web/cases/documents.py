"""The documents of a case: a page that offers them, the forms of those that need words, and the files."""

import io
from datetime import datetime
from typing import Any

from flask import abort, current_app, render_template, request, send_file
from flask.typing import ResponseReturnValue

from cme import clock
from cme.casework.letters import Letter
from cme.clock import local_date
from cme.services import casework, letters, papers, police_sheets
from cme.services.casework import CaseView
from cme.services.papers import Form, Paper
from cme.services.tracing import pupil_files
from cme.services.tracing.pupil_files import WARNED, Making
from cme.web import guard
from cme.web.cases.blueprint import blueprint
from cme.web.cases.document_forms import CtfForm, LetterForm, SheetForm
from cme.web.cases.opening import opened
from cme.web.presenters import documents as present
from cme.web.presenters.cases import case_page
from cme.web.presenters.timeline import timeline

_LETTER = "/documents/letters/<int:letter>"


@blueprint.get("/documents")
def documents(case_reference: str) -> ResponseReturnValue:
    """Every document that the viewer can make now, and why another cannot be made."""
    view, scope = opened(case_reference, clock.now()), guard.scope()
    return render_template(
        "cases/documents.html",
        page=case_page(scope, view, "documents"),
        offer=present.offer(scope, view),
    )


@blueprint.get(_LETTER)
def ask_letter(case_reference: str, letter: int) -> ResponseReturnValue:
    """What one letter needs before it is made; in its place why it cannot be."""
    at = clock.now()
    view, wanted = opened(case_reference, at), _known(letter)
    if letters.cannot_write(guard.scope(), view, wanted):
        return _letter_page(view, wanted, None, at)
    return _letter_page(view, wanted, _letter_form(view, wanted), at)


@blueprint.post(_LETTER)
def make_letter(case_reference: str, letter: int) -> ResponseReturnValue:
    """The letter, to print and sign; or the form again with what is missing."""
    at = clock.now()
    view, wanted, scope = opened(case_reference, at), _known(letter), guard.scope()
    if letters.cannot_write(scope, view, wanted):
        return _letter_page(view, wanted, None, at), 409
    form = _letter_form(view, wanted)
    if form.validate():
        made = letters.make(scope, case_reference, wanted, form.entry(), at=at, address=_address())
        if isinstance(made, Paper):
            return attachment(made)
        form.refuse(made)
    return _letter_page(view, wanted, form, at), 422


@blueprint.get("/documents/police-sheet")
def ask_police_sheet(case_reference: str) -> ResponseReturnValue:
    """The police information sheet, as far as the records fill it in."""
    at = clock.now()
    view = opened(case_reference, at)
    return _sheet_page(view, _sheet_form(view, at))


@blueprint.post("/documents/police-sheet")
def make_police_sheet(case_reference: str) -> ResponseReturnValue:
    """The sheet, signed by whoever asks for it."""
    at = clock.now()
    view = opened(case_reference, at)
    form = _sheet_form(view, at)
    if not form.validate():
        return _sheet_page(view, form), 422
    made = police_sheets.make(
        guard.scope(), case_reference, form.answers(), form.checks.data or (), at=at, address=_address()
    )
    return attachment(made)


@blueprint.post("/documents/referral")
def make_referral(case_reference: str) -> ResponseReturnValue:
    """A referral as it was sent, or as far as it is written: the one that is named, else the latest."""
    at = clock.now()
    opened(case_reference, at)
    number = request.form.get("number", type=int)
    try:
        return attachment(
            papers.make_referral(guard.scope(), case_reference, number, at=at, address=_address())
        )
    except LookupError:
        abort(404)


@blueprint.post("/documents/chronology")
def make_chronology(case_reference: str) -> ResponseReturnValue:
    """What happened, as the viewer is shown it, with the enquiries and the marks."""
    at, scope = clock.now(), guard.scope()
    view = opened(case_reference, at)
    told = timeline(view, may_see_risk_notes=casework.may_see_risk_notes(scope, view))
    form = request.form.get("form", Form.PDF)
    if form not in list(Form):
        abort(404)
    happened = present.happened(view, told)
    made = papers.make_chronology(scope, case_reference, Form(form), happened, at=at, address=_address())
    return attachment(made)


def _known(letter: int) -> Letter:
    return Letter(letter) if letter in list(Letter) else abort(404)


def _letter_form(view: CaseView, letter: Letter) -> LetterForm:
    return LetterForm.of(letter, letters.begin(guard.scope(), view, letter))


def _letter_page(view: CaseView, letter: Letter, form: LetterForm | None, at: datetime) -> str:
    scope = guard.scope()
    return render_template(
        "cases/letter.html",
        page=case_page(scope, view, "documents"),
        letter=present.letter_page(scope, view, letter, today=local_date(at)),
        form=form,
    )


def _sheet_form(view: CaseView, at: datetime) -> Any:
    return SheetForm.of(police_sheets.begin(guard.scope(), view, local_date(at)))


def _sheet_page(view: CaseView, form: Any) -> str:
    scope = guard.scope()
    return render_template(
        "cases/police_sheet.html",
        page=case_page(scope, view, "documents"),
        sheet=present.sheet_page(scope, view),
        form=form,
    )


@blueprint.get("/documents/pupil-file")
def ask_pupil_file(case_reference: str) -> ResponseReturnValue:
    """Where the lost-pupil file goes; in its place what it cannot be made without."""
    view = opened(case_reference, clock.now())
    return _pupil_file_page(view, CtfForm.of(asks_sex=pupil_files.lacks_sex(view)))


@blueprint.post("/documents/pupil-file")
def make_pupil_file(case_reference: str) -> ResponseReturnValue:
    """The file, to be uploaded to School to School by hand; or the form again with what is missing."""
    at = clock.now()
    view = opened(case_reference, at)
    form = CtfForm.of(asks_sex=pupil_files.lacks_sex(view))
    if form.validate():
        made = pupil_files.make(
            guard.scope(), case_reference, form.entry(), _making(), at=at, address=_address()
        )
        if isinstance(made, Paper):
            return attachment(made)
        form.refuse(made)
        form.warned_of.data = form.entry().destination if WARNED in made.missing else ""
    return _pupil_file_page(view, form), 422


def _pupil_file_page(view: CaseView, form: CtfForm) -> str:
    at, scope = clock.now(), guard.scope()
    return render_template(
        "cases/pupil_file.html",
        page=case_page(scope, view, "documents"),
        file=present.pupil_file_page(scope, view, pupil_files.lacking(view, _making(), at=at)),
        form=form,
    )


def _making() -> Making:
    settings = current_app.config["CME_SETTINGS"]
    return Making(settings.ctf_version, settings.academic_year_month)


def _address() -> str:
    return request.remote_addr or ""


def attachment(made: Paper) -> ResponseReturnValue:
    """A document to download."""
    return send_file(
        io.BytesIO(made.content), mimetype=made.media_type, as_attachment=True, download_name=made.name
    )
