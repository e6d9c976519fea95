"""A school's first page and its roll."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission
from cme.services import referrals
from cme.services.absence import absent_by_leave
from cme.services.calls import list_calls
from cme.services.registers.coverage import cover_schools
from cme.store import cases, pupils, registers, returns, school_links
from cme.web import guard
from cme.web.presenters import coverage as present_coverage
from cme.web.presenters import pupils as present_pupils
from cme.web.presenters import school as present
from cme.web.presenters import uploads as present_uploads
from cme.web.school.blueprint import blueprint
from cme.web.school.permissions import find_school, may_at

LAST_UPLOADS = 5


@blueprint.get("/schools/")
def list_schools() -> ResponseReturnValue:
    """The schools with the days that lack a register, for most days first; straight on to an only one."""
    found = cover_schools(guard.scope(), today=clock.today())
    if len(found) == 1:
        return redirect(url_for("school.show", laestab=found[0].school.laestab), 303)
    part = present_coverage.part_named(request.args.get("show"))
    return render_template("school/schools.html", schools=present_coverage.list_of_schools(found, part))


@blueprint.get("/schools/<string(length=7):laestab>/")
def show(laestab: str) -> ResponseReturnValue:
    """What a school must do today, and who is absent."""
    scope, school = guard.scope(), find_school(laestab, Permission.SEE_SCHOOL)
    may, uploads = may_at(school), registers.list_imports(scope, school.id)
    open_cases = cases.list_school_cases(scope, school.id)
    seen = present.SchoolToday(
        laestab=laestab,
        covered=cover_schools(scope, today=clock.today(), school_id=school.id)[0],
        last_register_on=registers.last_register_on(scope, school.id),
        uploads=uploads,
        absent=pupils.list_absent(scope, school.id),
        cases=open_cases,
        closed=cases.list_closed_in_absence(scope, school.id),
        on_leave=absent_by_leave(
            scope,
            school.id,
            [each.registration_id for each in open_cases if not each.registration.return_run],
        ),
        to_approve=referrals.to_approve(scope, open_cases, clock.today()),
        parts=pupils.count_parts(scope, school.id),
        owed_returns=returns.list_owed(scope, school.id),
        calls=list_calls(scope, school, at=clock.now()) if may.see_pupils else None,
        may_upload=may.upload,
        held=scope.permissions_at(authority_id=school.authority_id, school_id=school.id),
        today=clock.today(),
    )
    return render_template(
        "school/show.html",
        school=school,
        may=may,
        numbers=present.numbers(school_links.list_to(laestab), school_links.list_from(laestab)),
        may_read_files=Permission.RECORD_REQUEST in seen.held,
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
            [*cases.list_closed_in_absence(scope, school.id), *cases.list_school_cases(scope, school.id)],
        ),
    )
