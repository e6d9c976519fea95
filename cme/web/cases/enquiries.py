"""The enquiry log of a case: what is done and due, recording an enquiry, correcting one, and its files."""

import io
from datetime import datetime
from typing import NoReturn

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.casework.case import Refused
from cme.casework.enquiries.enquiry import SETTLED_WITHOUT
from cme.casework.enquiries.steps import Step, read_steps
from cme.clock import local_date
from cme.services import enquiries, enquiry_records, evidence
from cme.services.casework import CaseView
from cme.services.enquiry_log import EnquiryPlace, place_of, read_log
from cme.services.enquiry_records import EnquiryRecord
from cme.web import guard
from cme.web.cases.blueprint import blueprint
from cme.web.cases.enquiry_form import AsideForm, EnquiryForm, WithdrawForm
from cme.web.cases.opening import opened
from cme.web.presenters import cases as present
from cme.web.presenters import enquiries as present_enquiries

CHOOSE = "Choose an enquiry from the list."
CLOSED = "This case is closed. Reopen it to record an enquiry."


@blueprint.get("/enquiries")
def show_enquiries(case_reference: str) -> ResponseReturnValue:
    """Every step with where it stands, when it is due, and what was entered."""
    at, scope = clock.now(), guard.scope()
    view = opened(case_reference, at)
    log = read_log(scope, view)
    return render_template(
        "cases/enquiries.html",
        page=present.case_page(scope, view, "enquiries"),
        log=present_enquiries.log_page(view, log, today=local_date(at)),
    )


@blueprint.get("/enquiries/log")
def ask_enquiry(case_reference: str) -> ResponseReturnValue:
    """The form of the step that the address names."""
    at = clock.now()
    view = opened(case_reference, at)
    step, place = _step_to_log(view), place_of(guard.scope(), view)
    form = EnquiryForm.of(step, place.starting_point(step, at=at), may_restrict=place.may_restrict)
    return _form_page(view, step, form, place, _log_url(view, step))


@blueprint.post("/enquiries/log")
def log_enquiry(case_reference: str) -> ResponseReturnValue:
    """Record an enquiry, or say what is missing."""
    at, scope = clock.now(), guard.scope()
    view = opened(case_reference, at)
    step, place = _step_to_log(view), place_of(scope, view)
    form = EnquiryForm.of(step, place.starting_point(step, at=at), may_restrict=place.may_restrict)
    if form.validate():
        done = enquiries.log(
            scope, view.case.registration_id, form.entry(), form.sent_files, at=at, address=_address()
        )
        if not isinstance(done, Refused):
            return _done(view, step, present_enquiries.recorded(step, form.entry()))
        form.refuse(done)
    return _form_page(view, step, form, place, _log_url(view, step)), 422


@blueprint.get("/enquiries/aside")
def ask_aside(case_reference: str) -> ResponseReturnValue:
    """The form that says why a step is not made."""
    view = opened(case_reference, clock.now())
    step, place = _step_to_log(view), place_of(guard.scope(), view)
    return _aside_page(view, step, AsideForm.of(may_waive=place.may_waive))


@blueprint.post("/enquiries/aside")
def put_aside(case_reference: str) -> ResponseReturnValue:
    """Put a step aside as not applicable, or waive it."""
    at, scope = clock.now(), guard.scope()
    view = opened(case_reference, at)
    step, place = _step_to_log(view), place_of(scope, view)
    form = AsideForm.of(may_waive=place.may_waive)
    if form.validate():
        entry = form.entry(place.starting_point(step, at=at))
        done = enquiries.log(scope, view.case.registration_id, entry, at=at, address=_address())
        if not isinstance(done, Refused):
            return _done(view, step, present_enquiries.recorded(step, entry))
        form.refuse(done)
    return _aside_page(view, step, form), 422


@blueprint.get("/enquiries/<int:enquiry_id>/correct")
def ask_correction(case_reference: str, enquiry_id: int) -> ResponseReturnValue:
    """An entry as it stands, to be corrected or withdrawn."""
    view = opened(case_reference, clock.now())
    record, place = _record(view, enquiry_id), place_of(guard.scope(), view)
    return _correction_page(view, record, _correction_form(record, place), place)


@blueprint.post("/enquiries/<int:enquiry_id>/correct")
def correct_enquiry(case_reference: str, enquiry_id: int) -> ResponseReturnValue:
    """Put the corrected entry in its place, or withdraw it; the entry as it was stays on record."""
    at = clock.now()
    view = opened(case_reference, at)
    record, place = _record(view, enquiry_id), place_of(guard.scope(), view)
    form = _correction_form(record, place)
    if form.validate():
        done = _correct(enquiry_id, form, at)
        if not isinstance(done, Refused):
            said = "withdrawn" if form.withdraw.data else "corrected"
            return _done(view, record.step, f"The entry is {said}. What it was stays on record.")
        form.refuse(done)
    return _correction_page(view, record, form, place), 422


@blueprint.get("/enquiries/evidence/<evidence_token>")
def fetch_evidence(case_reference: str, evidence_token: str) -> ResponseReturnValue:
    """One file, to be saved: it is never shown in the browser."""
    at = clock.now()
    view = opened(case_reference, at)
    try:
        found = evidence.fetch(
            guard.scope(), view.case.registration_id, evidence_token, at=at, address=_address()
        )
    except LookupError:
        abort(404)
    return send_file(
        io.BytesIO(found.content),
        mimetype=found.media_type,
        as_attachment=True,
        download_name=found.filename,
    )


def _step_to_log(view: CaseView) -> Step:
    """The step that the address names; back to the log where it names none that can be recorded now."""
    step = read_steps().get(request.args.get("step", ""))
    if step is None or not step.is_logged:
        _back(view, CHOOSE)
    if not view.state.stage.is_open:
        _back(view, CLOSED)
    if not step.may_be_logged_by(place_of(guard.scope(), view).permissions):
        _back(view, enquiries.not_yours(step))
    return step


def _record(view: CaseView, enquiry_id: int) -> EnquiryRecord:
    record = enquiry_records.find(guard.scope(), view.case.registration_id, enquiry_id)
    if record is None:
        abort(404)
    if not record.step.may_be_logged_by(place_of(guard.scope(), view).permissions):
        _back(view, enquiries.not_yours(record.step))
    return record


def _back(view: CaseView, because: str) -> NoReturn:
    flash(because)
    abort(redirect(url_for("cases.show_enquiries", case_reference=view.case.reference), 303))


def _correction_form(record: EnquiryRecord, place: EnquiryPlace) -> EnquiryForm | WithdrawForm:
    if record.result in SETTLED_WITHOUT:
        return WithdrawForm()
    return EnquiryForm.of(record.step, place.shown(record), corrects=True, may_restrict=place.may_restrict)


def _correct(enquiry_id: int, form: EnquiryForm | WithdrawForm, at: datetime) -> int | Refused:
    scope, reason = guard.scope(), form.correction_reason.data or ""
    if isinstance(form, WithdrawForm) or form.withdraw.data:
        return enquiries.withdraw(scope, enquiry_id, reason, at=at, address=_address())
    return enquiries.correct(
        scope, enquiry_id, form.entry(), reason, form.sent_files, at=at, address=_address()
    )


def _done(view: CaseView, step: Step, said: str) -> ResponseReturnValue:
    flash(said, "success")
    reference = view.case.reference
    return redirect(url_for("cases.show_enquiries", case_reference=reference, _anchor=step.code), 303)


def _log_url(view: CaseView, step: Step) -> str:
    return url_for("cases.log_enquiry", case_reference=view.case.reference, step=step.code)


def _form_page(view: CaseView, step: Step, form: EnquiryForm, place: EnquiryPlace, action: str) -> str:
    contacts = present_enquiries.contact_choices(place)
    form.offer_contacts([choice["choice"] for choice in contacts])
    return render_template(
        "cases/enquiry.html",
        page=present.case_page(guard.scope(), view, "enquiries"),
        step=present_enquiries.step_page(view, step, place),
        action=action,
        form=form,
        contacts=contacts,
    )


def _correction_page(
    view: CaseView, record: EnquiryRecord, form: EnquiryForm | WithdrawForm, place: EnquiryPlace
) -> str:
    reference = view.case.reference
    action = url_for("cases.correct_enquiry", case_reference=reference, enquiry_id=record.row.id)
    if isinstance(form, EnquiryForm):
        form.submit.label.text = "Save the correction"
        return _form_page(view, record.step, form, place, action)
    return render_template(
        "cases/withdraw_enquiry.html",
        page=present.case_page(guard.scope(), view, "enquiries"),
        step=present_enquiries.step_page(view, record.step, place),
        action=action,
        form=form,
    )


def _aside_page(view: CaseView, step: Step, form: AsideForm) -> str:
    return render_template(
        "cases/put_aside.html",
        page=present.case_page(guard.scope(), view, "enquiries"),
        step=present_enquiries.step_page(view, step, place_of(guard.scope(), view)),
        action=url_for("cases.put_aside", case_reference=view.case.reference, step=step.code),
        form=form,
    )


def _address() -> str:
    return request.remote_addr or ""
