"""The page of one upload, which depends on where the upload stands."""

from typing import Any

from flask import abort, render_template

from cme import clock
from cme.services.registers import checking, impact, uploads
from cme.services.registers.checking import ImportStatus, NotNow
from cme.store import cases, pupils, registers
from cme.web import guard
from cme.web.presenters import confirming, faults, plans
from cme.web.presenters import uploads as present
from cme.web.school.forms import ApproveForm, LeaveOutForm, UploadForm
from cme.web.school.permissions import may_at


def upload_page(
    import_id: int,
    *,
    refusal: str = "",
    form: ApproveForm | None = None,
    leave_out: LeaveOutForm | None = None,
) -> str:
    """What to put right, what approval would do, what it did, or that the upload was cancelled or undone.

    `refusal` is why something that was just asked for cannot be done, `form` what was confirmed so far and
    `leave_out` a row that cannot be left out so. 404 outside the scope.
    """
    upload = registers.find_import(guard.scope(), import_id)
    if upload is None:
        abort(404)
    match ImportStatus(upload.status):
        case ImportStatus.APPROVED:
            return _render("approved", upload, refusal, _receipt(upload))
        case ImportStatus.UNDONE:
            return _render("undone", upload, refusal, _undone(upload))
        case ImportStatus.CANCELLED:
            return _render("cancelled", upload, refusal, {})
    try:
        checked = checking.check(guard.scope(), import_id, at=clock.now())
    except NotNow as erased:
        return _render("erased", upload, refusal or str(erased), {})
    if checked is None:
        abort(404)
    same = uploads.find_same(guard.scope(), checked.upload)
    shown = {"same": present.same_file(same) if same else None}
    if checked.plan is None:
        return _render("faulty", upload, refusal, shown | _errors(checked, leave_out))
    return _render("checked", upload, refusal, shown | _plan(checked, checked.plan, form))


def _render(template: str, upload: Any, refusal: str, shown: dict[str, Any]) -> str:
    if refusal:
        shown = shown | {"errors": [{"text": refusal}]}
    return render_template(
        f"school/upload/{template}.html",
        upload_id=upload.id,
        school=upload.school,
        details=present.details(upload),
        may=may_at(upload.school),
        **shown,
    )


def _errors(checked: checking.Check, leave_out: LeaveOutForm | None) -> dict[str, Any]:
    form = leave_out or LeaveOutForm(formdata=None)
    return {
        "leave_out": form,
        "form": UploadForm(formdata=None),
        "warnings": faults.warning_texts(checked.warnings),
        "errors": form.error_list or faults.error_list(checked.errors),
        "is_whole_file": faults.is_whole_file(checked.errors),
        "issues": faults.issue_rows(checked.errors),
        "rowless": faults.rowless(checked.errors),
        "issues_caption": faults.issues_caption(checked.errors),
        "helps": faults.helps(checked.errors),
        "questions": faults.questions(checked.questions),
        "unmapped": len(checked.unmapped),
        "columns_said": faults.columns_said(checked.warnings),
        "may_download": checked.upload.status == ImportStatus.FAULTY,
    }


def _plan(checked: checking.Check, plan: Any, form: ApproveForm | None) -> dict[str, Any]:
    foreseen = impact.foresee(guard.scope(), checked.upload, plan, today=clock.today())
    open_cases = cases.list_school_cases(guard.scope(), checked.upload.school_id)
    said = form or ApproveForm(formdata=None)
    return {
        "warnings": faults.warning_texts(checked.warnings),
        "questions": faults.questions(checked.questions),
        "changes_nothing": checked.changes_nothing,
        "columns_said": faults.columns_said(checked.warnings),
        "tally": plans.tally(plan),
        "groups": plans.plan_groups(plan, checked.roll),
        "waiting": plans.waiting_text(plan),
        "changes": plans.changed_marks(plan),
        "changes_caption": plans.changed_caption(plan),
        "outranked": plans.outranked_marks(plan),
        "differences": plans.differences(plan, checked.roll, accepted=said.accepted.data or ()),
        "impact": present.foreseen_impact(foreseen, open_cases),
        "notices": confirming.notices(checked.gates),
        "gates": confirming.gates(checked, said, is_sent=form is not None),
        "seen": checked.seen,
        "warnings_seen": {
            "is_ticked": bool(said.warnings_seen.data),
            "error": confirming.WARNINGS_UNSEEN if form and not said.warnings_seen.data else "",
        },
        "errors": said.falls_short(checked) if form else [],
    }


def _receipt(upload: Any) -> dict[str, Any]:
    ids = [entry["registration_id"] for entry in (upload.receipt or {}).get("impact", ())]
    registrations = pupils.list_registrations(guard.scope(), ids)
    return {
        "can_be_undone": may_at(upload.school).approve and upload.erased_at is None,
        "not_taken": present.what_was_not_taken(upload),
        "done": present.what_was_done(upload),
        "impact": present.recorded_impact((upload.receipt or {}).get("impact", ()), registrations),
    }


def _undone(upload: Any) -> dict[str, Any]:
    moved = (upload.receipt or {}).get("undone", ())
    registrations = pupils.list_registrations(guard.scope(), [entry["registration_id"] for entry in moved])
    return {
        "impact": present.recorded_impact(moved, registrations),
        "changed_since": present.changed_since((upload.receipt or {}).get("changed_since", 0)),
    }
