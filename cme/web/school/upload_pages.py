"""The page of one upload, which depends on where the upload stands."""

from typing import Any

from flask import abort, render_template

from cme.services import impact, uploads
from cme.services.uploads import ImportStatus, NotNow
from cme.store import cases, pupils, registers
from cme.web import guard
from cme.web.presenters import plans
from cme.web.presenters import uploads as present
from cme.web.school.forms import UploadForm
from cme.web.school.permissions import may_at


def upload_page(import_id: int, *, refusal: str = "") -> str:
    """What to put right, what approval would do, what it did, or that the upload was cancelled.

    `refusal` is why something that was just asked for cannot be done. 404 outside the scope.
    """
    upload = registers.find_import(guard.scope(), import_id)
    if upload is None:
        abort(404)
    status = ImportStatus(upload.status)
    if status is ImportStatus.APPROVED:
        return _render("approved", upload, refusal, _receipt(upload))
    if status is ImportStatus.CANCELLED:
        return _render("cancelled", upload, refusal, {})
    try:
        checked = uploads.check(guard.scope(), import_id)
    except NotNow as erased:
        return _render("erased", upload, refusal or str(erased), {})
    if checked is None:
        abort(404)
    shown = _warnings(checked)
    if checked.plan is None:
        return _render("faulty", upload, refusal, shown | _errors(checked))
    return _render("checked", upload, refusal, shown | _plan(checked, checked.plan))


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


def _warnings(checked: uploads.Check) -> dict[str, Any]:
    same = uploads.find_same(guard.scope(), checked.upload)
    return {
        "warnings": present.warning_texts(checked.warnings),
        "same": present.same_file(same) if same else None,
    }


def _errors(checked: uploads.Check) -> dict[str, Any]:
    return {
        "form": UploadForm(formdata=None),
        "errors": present.error_list(checked.errors),
        "issues": present.issue_rows(checked.errors),
        "issues_caption": present.issues_caption(checked.errors),
    }


def _plan(checked: uploads.Check, plan: Any) -> dict[str, Any]:
    foreseen = impact.foresee(guard.scope(), checked.upload, plan)
    open_cases = cases.list_school_cases(guard.scope(), checked.upload.school_id)
    return {
        "changes_nothing": plan.changes_nothing,
        "tally": plans.tally(plan),
        "groups": plans.plan_groups(plan),
        "changes": plans.changed_marks(plan),
        "changes_caption": plans.changed_caption(plan),
        "particulars": plans.corrected_particulars(plan),
        "particulars_caption": plans.corrected_caption(plan),
        "impact": present.foreseen_impact(foreseen, open_cases),
    }


def _receipt(upload: Any) -> dict[str, Any]:
    ids = [entry["registration_id"] for entry in (upload.receipt or {}).get("impact", ())]
    registrations = pupils.list_registrations(guard.scope(), ids)
    return {
        "done": present.what_was_done(upload),
        "impact": present.recorded_impact(upload, registrations),
    }
