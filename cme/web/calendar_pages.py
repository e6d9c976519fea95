"""The pages on which a calendar is changed: a school's own, and the dates that an authority offers.

Whoever owns the calendar, a change goes the same way: a form or a file, then a page that shows what it would
do, then the change itself. Nothing is kept in between: the page carries the change.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue

from cme.attendance.periods import Edit, EntryGone, Periods, find, replace_span, write_calendar
from cme.services.calendars import Unfit
from cme.web.calendar_forms import GONE, EntryForm, FileForm
from cme.web.presenters import calendar as present

SAYS_SO_ALREADY = "The calendar says this already, so there is nothing to change."
DONE_ALREADY = (
    "This change was made already, or its entry was changed by somebody else. Nothing was done now."
)

CHANGED_MEANWHILE = (
    "Somebody else changed these dates while you were looking, so nothing was changed. "
    "This is what your change would do now. Look at it once more."
)
_ENTRY_FIELDS = ("entry", "kind", "first_on", "last_on", "half", "note")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose calendar it is: a name, its entries now, where its pages are, and how a change is looked at.

    `urls` has show, entry, upload, change and file, and of a school offered. `look` gives what the page of a
    change shows, with `based_on`; it raises EntryGone and Unfit.
    """

    name: str
    heading: str
    periods: Periods
    urls: Mapping[str, str]
    look: Callable[[Edit], dict[str, Any]]


Page = Callable[[Owner, Any], str]


def add_forms(blueprint: Blueprint, path: str, noun: str, find: Callable[..., Owner]) -> None:
    """Add the forms of an entry and of a file below a path, each to ask (GET) and to check (POST).

    Their endpoints are `ask_{noun}entry`, `check_{noun}entry`, `ask_{noun}file` and `check_{noun}file`.
    `find` takes the parts of the address and gives the owner; it ends with 404 for whoever may not change it.
    """

    def view(page: Callable[[Owner], ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        return lambda **parts: page(find(**parts))

    for place, name, ask, check in (
        ("entry", "entry", ask_entry, check_entry),
        ("upload", "file", ask_file, check_file),
    ):
        blueprint.get(f"{path}/{place}", endpoint=f"ask_{noun}{name}")(view(ask))
        blueprint.post(f"{path}/{place}", endpoint=f"check_{noun}{name}")(view(check))


def ask_entry(owner: Owner) -> ResponseReturnValue:
    """The form of an entry: the one that the address names, or a new one."""
    key = request.args.get("entry", "")
    period = find(owner.periods, key)
    form = EntryForm.of(period, kind=request.args.get("kind"))
    if key and period is None:
        form.form_errors.append(GONE)
        return entry_page(owner, form), 404
    return entry_page(owner, form)


def check_entry(owner: Owner) -> ResponseReturnValue:
    """Show what an entry, or taking one out, would do; or go back to the form with all that was typed."""
    form, step = EntryForm(), request.form.get("step")
    if step == "back":
        return entry_page(owner, form)
    if step == "remove":
        old = find(owner.periods, form.entry.data or "")
        return show_change(owner, Edit((old,)) if old else None, form, entry_page)
    if not form.validate():
        return entry_page(owner, form), 422
    return show_change(owner, form.edit(owner.periods), form, entry_page)


def ask_file(owner: Owner) -> ResponseReturnValue:
    """The form for a calendar file."""
    return file_page(owner, FileForm(formdata=None))


def check_file(owner: Owner) -> ResponseReturnValue:
    """Show what a calendar file would do, or say what is wrong with it."""
    form = FileForm()
    if not form.validate():
        return file_page(owner, form), 422
    return show_change(owner, replace_span(owner.periods, form.periods), form, file_page)


def entry_page(owner: Owner, form: EntryForm) -> str:
    """The form of one entry."""
    return render_template("calendar/entry.html", owner=owner, form=form, is_new=not form.entry.data)


def file_page(owner: Owner, form: FileForm) -> str:
    """The form for a calendar file."""
    return render_template("calendar/upload.html", owner=owner, form=form)


def show_change(owner: Owner, edit: Edit | None, form: Any, page: Page) -> ResponseReturnValue:
    """Show what a change would do; the form again where it cannot be made. None is an entry that is gone."""
    if edit is None:
        form.form_errors.append(GONE)
        return page(owner, form), 409
    if not edit:
        form.form_errors.append(SAYS_SO_ALREADY)
        return page(owner, form), 422
    try:
        return change_page(owner, edit)
    except Unfit as unfit:
        form.mark(unfit.faults)
        return page(owner, form), 422
    except EntryGone:
        form.form_errors.append(GONE)
        return page(owner, form), 409


def change_page(owner: Owner, edit: Edit, *, refusal: str = "") -> str:
    """What a change would do, with the button that makes it. Raises EntryGone and Unfit."""
    return render_template(
        "calendar/change.html",
        owner=owner,
        shown=owner.look(edit),
        change=present.carried(edit),
        typed=[(name, value) for name in _ENTRY_FIELDS for value in request.form.getlist(name)],
        errors=[{"text": refusal}] if refusal else [],
    )


def download(owner: Owner) -> ResponseReturnValue:
    """The calendar as a file, in the form that can be uploaded."""
    content = io.BytesIO(write_calendar(owner.periods).encode())
    return send_file(content, mimetype="text/csv", as_attachment=True, download_name="calendar.csv")


def look_again(owner: Owner, edit: Edit, show: Callable[..., str]) -> str:
    """The change once more on the dates as they are now; where it fits them no more, what `show` makes."""
    try:
        return change_page(owner, edit, refusal=CHANGED_MEANWHILE)
    except EntryGone:
        return show(errors=[{"text": DONE_ALREADY}])
    except Unfit as unfit:
        return show(errors=[{"text": fault.message} for fault in unfit.faults])
