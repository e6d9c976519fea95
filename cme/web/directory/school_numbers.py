"""The pages on which an authority's administrator keeps which school got another number."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.validators import Length

from cme import clock
from cme.access.roles import Permission
from cme.clock import local_date
from cme.services.tracing import school_links
from cme.store import school_links as store
from cme.store import schools
from cme.tracing.renumbering import Link, shown
from cme.web import guard
from cme.web.directory.views import blueprint
from cme.web.forms import DateField, Form, SubmitField, TextField
from cme.web.presenters.dates import day

_PAGE = "/authorities/<string(length=3):authority_code>/school-numbers"


class NumberForm(Form):
    """One change: the number that was closed, and the one that took its place."""

    laestab = TextField("Number that was closed", description="LA and school, such as 841/2000.")
    urn = TextField("Its URN (optional)", description="Six digits.")
    successor = TextField("Number that took its place", description="LA and school, such as 841/4001.")
    successor_urn = TextField("The new URN (optional)", description="Six digits.")
    name = TextField(
        "Name of the school now (optional)",
        validators=[
            Length(
                max=school_links.LONGEST_NAME,
                message="The name of the school must be 200 characters or fewer.",
            )
        ],
    )
    changed_on = DateField("First day of the new number (optional)", noun="The first day")
    submit = SubmitField("Record the change")

    def link(self) -> Link:
        """What was entered."""
        return Link(
            self.laestab.data or "",
            self.successor.data or "",
            self.name.data or "",
            self.changed_on.data,
            self.urn.data or "",
            self.successor_urn.data or "",
        )


@blueprint.get(_PAGE)
def school_numbers(authority_code: str) -> ResponseReturnValue:
    """The numbers that were closed, and a form for another."""
    return _page(_find(authority_code), NumberForm())


@blueprint.post(_PAGE)
def add_school_number(authority_code: str) -> ResponseReturnValue:
    """Record that a school got another number."""
    authority, form = _find(authority_code), NumberForm()
    if not form.validate():
        return _page(authority, form), 422
    wrong = school_links.add(guard.scope(), authority, form.link(), at=clock.now(), address=_address())
    if wrong:
        for field, fault in wrong.items():
            form.add_error(field, fault)
        return _page(authority, form), 422
    flash("The change is recorded.", "success")
    return redirect(url_for("directory.school_numbers", authority_code=authority_code), 303)


@blueprint.post(f"{_PAGE}/<int:school_link_id>/end")
def end_school_number(authority_code: str, school_link_id: int) -> ResponseReturnValue:
    """Take back a change that was recorded by mistake."""
    authority = _find(authority_code)
    try:
        school_links.take_back(guard.scope(), authority, school_link_id, at=clock.now(), address=_address())
    except LookupError:
        abort(404)
    flash("The change is taken back.", "success")
    return redirect(url_for("directory.school_numbers", authority_code=authority_code), 303)


def _find(authority_code: str) -> Any:
    scope = guard.scope()
    found = schools.find_authority(scope, authority_code)
    if found is None or not scope.may(Permission.MANAGE_SCHOOLS, authority_id=found.id):
        abort(404)
    return found


def _page(authority: Any, form: NumberForm) -> str:
    return render_template(
        "directory/school_numbers.html",
        authority=authority,
        form=form,
        rows=[
            {
                "id": each.id,
                "old": shown(each.laestab),
                "old_urn": each.urn,
                "new": shown(each.successor_laestab),
                "new_urn": each.successor_urn,
                "name": each.successor_name,
                "since": day(each.changed_on) if each.changed_on else "Not known",
                "by": f"{each.created_by}, {day(local_date(each.created_at))}",
            }
            for each in store.list_of(authority.code)
        ],
    )


def _address() -> str:
    return request.remote_addr or ""
