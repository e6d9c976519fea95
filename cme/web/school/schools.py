"""A school's first page and its roll."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission
from cme.services.absence import calendar_of
from cme.store import cases, pupils, registers, schools
from cme.web import guard
from cme.web.presenters import pupils as present_pupils
from cme.web.presenters import school as present
from cme.web.presenters import uploads as present_uploads
from cme.web.school.blueprint import blueprint
from cme.web.school.permissions import find_school, may_at

LAST_UPLOADS = 5


@blueprint.get("/schools/")
def list_schools() -> ResponseReturnValue:
    """The schools to choose from; straight on where there is only one."""
    found = schools.list_schools(guard.scope())
    if len(found) == 1:
        return redirect(url_for("school.show", laestab=found[0].laestab), 303)
    return render_template("school/schools.html", schools=found)


@blueprint.get("/schools/<string(length=7):laestab>/")
def show(laestab: str) -> ResponseReturnValue:
    """What a school must do today, and who is absent."""
    scope, school = guard.scope(), find_school(laestab, Permission.SEE_SCHOOL)
    may, uploads = may_at(school), registers.list_imports(scope, school.id)
    seen = present.SchoolToday(
        laestab=laestab,
        calendar=calendar_of(school),
        last_register_on=registers.last_register_on(scope, school.id),
        uploads=uploads,
        absent=pupils.list_absent(scope, school.id),
        cases=cases.list_school_cases(scope, school.id),
        parts=pupils.count_parts(scope, school.id),
        may_upload=may.upload,
        today=clock.today(),
    )
    return render_template(
        "school/show.html",
        school=school,
        may=may,
        home=present.home(seen),
        uploads=[present_uploads.history_row(each) for each in uploads[:LAST_UPLOADS]],
    )


@blueprint.get("/schools/<string(length=7):laestab>/pupils")
def roll(laestab: str) -> ResponseReturnValue:
    """Everybody on roll, or those in one part of it, fifty to a page."""
    scope, school = guard.scope(), find_school(laestab, Permission.SEE_PUPIL)
    part = present_pupils.part_named(request.args.get("show"))
    page = pupils.read_roll(scope, school.id, part, page=request.args.get("page", 1, type=int))
    return render_template(
        "school/roll.html",
        school=school,
        may=may_at(school),
        roll=present_pupils.roll_page(
            laestab,
            part,
            page,
            pupils.count_parts(scope, school.id),
            cases.list_school_cases(scope, school.id),
        ),
    )
