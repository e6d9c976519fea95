"""A school's calendar: its terms, INSET days and closures, and changing them."""

from functools import partial
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission
from cme.attendance.periods import Edit, EntryGone, Periods, copy_year
from cme.services import calendars
from cme.services.absence import calendar_of
from cme.services.calendars import ChangedMeanwhile, Receipt, Unfit
from cme.store import calendars as store
from cme.store import cases, pupils, schools
from cme.web import calendar_pages as pages
from cme.web import guard
from cme.web.calendar_forms import LOOK_FIRST, ConfirmForm, CopyForm
from cme.web.calendar_pages import Owner
from cme.web.presenters import calendar as present
from cme.web.presenters.dates import moment
from cme.web.school.blueprint import blueprint
from cme.web.school.permissions import find_school, may_at

PATH = "/schools/<string(length=7):laestab>/calendar"


@blueprint.get(PATH)
def show_calendar(laestab: str) -> ResponseReturnValue:
    """The school's days of one academic year."""
    return _calendar_page(find_school(laestab, Permission.SEE_SCHOOL))


@blueprint.get(f"{PATH}/calendar.csv")
def calendar_file(laestab: str) -> ResponseReturnValue:
    """The calendar as a file that can be changed and uploaded again."""
    return pages.download(_owner(find_school(laestab, Permission.SEE_SCHOOL)))


@blueprint.get(f"{PATH}/copy")
def ask_calendar_copy(laestab: str) -> ResponseReturnValue:
    """Which year of the authority's dates to copy."""
    school = _managed(laestab)
    form = CopyForm(formdata=None)
    form.offer(present.offered_years(_offered(school)))
    return _copy_page(_owner(school), form)


@blueprint.post(f"{PATH}/copy")
def check_calendar_copy(laestab: str) -> ResponseReturnValue:
    """What copying a year of the authority's dates would do."""
    school, form = _managed(laestab), CopyForm()
    owner, offered = _owner(school), _offered(school)
    years = present.offered_years(offered)
    form.offer(years)
    if not years:
        return _copy_page(owner, form), 409
    if not form.validate() or form.year.data not in dict(years):
        form.year.errors = form.year.errors or ["Choose an academic year"]
        return _copy_page(owner, form), 422
    return pages.show_change(owner, copy_year(owner.periods, offered, form.year.data), form, _copy_page)


@blueprint.post(f"{PATH}/change")
def change_calendar(laestab: str) -> ResponseReturnValue:
    """Make a change that was looked at; its receipt."""
    school, form = _managed(laestab), ConfirmForm()
    if not form.validate():
        return _calendar_page(school, errors=[{"text": LOOK_FIRST}]), 422
    edit, based_on, at = form.decided, form.based_on.data or "", clock.now()
    try:
        receipt = calendars.change(
            guard.scope(), laestab, edit, based_on, at=at, address=request.remote_addr or ""
        )
    except (ChangedMeanwhile, EntryGone, Unfit):
        school = _managed(laestab)
        return pages.look_again(_owner(school), edit, partial(_calendar_page, school)), 409
    return _receipt_page(_managed(laestab), receipt)


def _managed(laestab: str) -> Any:
    return find_school(laestab, Permission.MANAGE_CALENDAR)


def _offered(school: Any) -> Periods:
    return store.read_authority_periods(guard.scope(), school.authority_id)


def _owner(school: Any) -> Owner:
    def url(endpoint: str) -> str:
        return url_for(f"school.{endpoint}", laestab=school.laestab)

    return Owner(
        name=school.name,
        heading="Term dates and closures",
        periods=schools.read_periods(guard.scope(), school.id),
        urls={
            "show": url("show_calendar"),
            "entry": url("check_calendar_entry"),
            "upload": url("check_calendar_file"),
            "offered": url("check_calendar_copy"),
            "change": url("change_calendar"),
            "file": url("calendar_file"),
        },
        look=lambda edit: _look(school, edit),
    )


def _look(school: Any, edit: Edit) -> dict[str, Any]:
    """What the page of a change shows of a school."""
    scope = guard.scope()
    seen = calendars.preview(scope, school.laestab, edit, today=clock.today())
    registrations = pupils.list_registrations(scope, [each.registration_id for each in seen.changes])
    return {
        "based_on": seen.based_on,
        "days": present.days_in_words(seen.days, is_done=False),
        "marked": present.marked_in_words(seen.marked),
        "impact": present.foreseen(seen, registrations, cases.list_school_cases(scope, school.id)),
    }


def _calendar_page(school: Any, *, errors: Any = ()) -> str:
    calendar, today = calendar_of(school), clock.today()
    year = present.year_asked(request.args.get("year"), today)
    changed_at = store.last_entry_at(guard.scope(), school.id)
    return render_template(
        "school/calendar/show.html",
        school=school,
        may=may_at(school),
        owner=_owner(school),
        year=present.year_page(calendar, year, today),
        years=[
            {
                "text": present.year_name(each),
                "href": url_for("school.show_calendar", laestab=school.laestab, year=each),
                "active": each == year,
            }
            for each in present.years_to_show(calendar.periods, today, year)
        ],
        is_planned=calendar.is_planned,
        offers_dates=bool(_offered(school)),
        changed=moment(changed_at) if changed_at else "",
        errors=list(errors),
    )


def _copy_page(owner: Owner, form: CopyForm) -> str:
    return render_template("school/calendar/copy.html", owner=owner, form=form)


def _receipt_page(school: Any, receipt: Receipt) -> str:
    scope = guard.scope()
    registrations = pupils.list_registrations(scope, [each.registration_id for each in receipt.moves])
    return render_template(
        "school/calendar/receipt.html",
        school=school,
        owner=_owner(school),
        change=present.carried(receipt.edit),
        days=present.days_in_words(receipt.days, is_done=True),
        impact=present.recorded(receipt, registrations, cases.list_school_cases(scope, school.id)),
    )


pages.add_forms(blueprint, PATH, "calendar_", lambda laestab: _owner(_managed(laestab)))
