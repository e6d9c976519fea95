"""The dates that an authority offers its schools to copy: terms, holidays and INSET days."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import bank_holidays, clock
from cme.attendance.calendar import SchoolCalendar
from cme.attendance.periods import Edit, EntryGone
from cme.services import calendars
from cme.services.calendars import ChangedMeanwhile, Unfit
from cme.store import calendars as store
from cme.web import calendar_pages as pages
from cme.web import guard
from cme.web.calendar_forms import LOOK_FIRST, ConfirmForm
from cme.web.calendar_pages import Owner
from cme.web.presenters import calendar as present

blueprint = Blueprint("authority", __name__)
PATH = "/authorities/<string(length=3):authority_code>/dates"


@blueprint.get("/authorities/")
def list_authorities() -> ResponseReturnValue:
    """The authorities to choose from; straight on where there is only one."""
    found = store.list_authorities(guard.scope())
    if len(found) == 1:
        return redirect(url_for("authority.show_dates", authority_code=found[0].code), 303)
    return render_template("authority/authorities.html", authorities=found)


@blueprint.get(PATH)
def show_dates(authority_code: str) -> ResponseReturnValue:
    """The dates of one academic year."""
    return _dates_page(_find(authority_code))


@blueprint.get(f"{PATH}/calendar.csv")
def dates_file(authority_code: str) -> ResponseReturnValue:
    """The dates as a file that can be changed and uploaded again."""
    return pages.download(_owner(_find(authority_code)))


@blueprint.post(f"{PATH}/change")
def change_dates(authority_code: str) -> ResponseReturnValue:
    """Make a change that was looked at."""
    authority, form = _find(authority_code), ConfirmForm()
    if not form.validate():
        return _dates_page(authority, errors=[{"text": LOOK_FIRST}]), 422
    edit, based_on, at = form.decided, form.based_on.data or "", clock.now()
    address = request.remote_addr or ""
    try:
        calendars.change_authority(guard.scope(), authority_code, edit, based_on, at=at, address=address)
    except (ChangedMeanwhile, EntryGone, Unfit):
        authority = _find(authority_code)
        return pages.look_again(_owner(authority), edit, partial(_dates_page, authority)), 409
    flash("The dates are changed. Schools see them when they copy them.", "success")
    return redirect(url_for("authority.show_dates", authority_code=authority_code), 303)


def _find(authority_code: str) -> Any:
    authority = store.find_authority(guard.scope(), authority_code)
    if authority is None:
        abort(404)
    return authority


def _owner(authority: Any) -> Owner:
    code = authority.code

    def url(endpoint: str) -> str:
        return url_for(f"authority.{endpoint}", authority_code=code)

    def look(edit: Edit) -> dict[str, Any]:
        based_on = calendars.preview_authority(guard.scope(), code, edit, today=clock.today())
        return {"based_on": based_on}

    return Owner(
        name=authority.name,
        heading="Dates offered to schools",
        periods=store.read_authority_periods(guard.scope(), authority.id),
        urls={
            "show": url("show_dates"),
            "entry": url("check_entry"),
            "upload": url("check_file"),
            "change": url("change_dates"),
            "file": url("dates_file"),
        },
        look=look,
    )


def _dates_page(authority: Any, *, errors: Any = ()) -> str:
    owner, today = _owner(authority), clock.today()
    year = present.year_asked(request.args.get("year"), today)
    calendar = SchoolCalendar(owner.periods, bank_holidays.england())
    return render_template(
        "authority/dates.html",
        owner=owner,
        year=present.year_page(calendar, year, today),
        years=[
            {
                "text": present.year_name(each),
                "href": url_for("authority.show_dates", authority_code=authority.code, year=each),
                "active": each == year,
            }
            for each in present.years_to_show(owner.periods, today, year)
        ],
        errors=list(errors),
    )


pages.add_forms(blueprint, PATH, "", lambda authority_code: _owner(_find(authority_code)))
