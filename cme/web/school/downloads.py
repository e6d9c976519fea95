"""Files to download: registers to fill in, a sample, and a school's own file back with its errors."""

import io
from datetime import date

from flask import abort, render_template, request, send_file
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission
from cme.clock import local_date
from cme.documents.templates import Layout
from cme.documents.workbooks import CSV_TYPE, EXCEL_TYPE
from cme.services.registers import exports
from cme.services.registers.checking import NotNow
from cme.services.registers.exports import Contents, Template
from cme.web import guard
from cme.web.presenters import downloads as present
from cme.web.school.blueprint import blueprint
from cme.web.school.permissions import find_school, may_at
from cme.web.school.upload_pages import upload_page


@blueprint.get("/schools/<string(length=7):laestab>/uploads/templates")
def templates(laestab: str) -> ResponseReturnValue:
    """Choose a register to fill in, or a sample to look at."""
    school = find_school(laestab, Permission.UPLOAD_REGISTER)
    today = local_date(clock.now())
    weeks = exports.list_weeks(guard.scope(), laestab, today=today)
    return render_template(
        "school/templates.html",
        school=school,
        choices=present.choices(weeks, today, sees_roll=may_at(school).see_pupils),
    )


@blueprint.get("/schools/<string(length=7):laestab>/uploads/template")
def template(laestab: str) -> ResponseReturnValue:
    """The register that was chosen; 404 for one that is not on offer."""
    try:
        name, content = exports.make_template(
            guard.scope(), laestab, _wanted(), at=clock.now(), address=request.remote_addr or ""
        )
    except (LookupError, ValueError):
        abort(404)
    return _attachment(name, content)


@blueprint.get("/uploads/<int:import_id>/errors.xlsx")
def errors(import_id: int) -> ResponseReturnValue:
    """The files of an upload with what is wrong beside each row."""
    try:
        name, content = exports.faulty_workbook(
            guard.scope(), import_id, at=clock.now(), address=request.remote_addr or ""
        )
    except LookupError:
        abort(404)
    except NotNow as refusal:
        return upload_page(import_id, refusal=str(refusal)), 409
    return _attachment(name, content)


def _wanted() -> Template:
    """What the address asks for; what it leaves out is as on the page. Raises ValueError."""
    given = request.args
    week = given.get("week", "")
    return Template(
        layout=Layout(given.get("layout", Layout.WIDE)),
        contents=Contents(given.get("contents", Contents.SAMPLE)),
        monday=date.fromisoformat(week) if week else None,
        as_csv=given.get("file") == "csv",
    )


def _attachment(name: str, content: bytes) -> ResponseReturnValue:
    media_type = CSV_TYPE if name.endswith(".csv") else EXCEL_TYPE
    return send_file(io.BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name)
