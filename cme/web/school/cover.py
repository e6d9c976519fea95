"""Holiday cover: the open cases of a school that breaks up, what falls due meanwhile, and who answers."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.validators import Length

from cme import clock
from cme.access.roles import Permission
from cme.casework.cover import LONGEST_NAME, LONGEST_PHONE
from cme.services import cover as service
from cme.services import policies
from cme.web import guard
from cme.web.forms import Form, SubmitField, TextField
from cme.web.presenters import cover as present
from cme.web.school.blueprint import blueprint
from cme.web.school.permissions import find_school

PATH = "/schools/<string(length=7):laestab>/cover"


class CoverForm(Form):
    """Who answers in the holiday. What is needed is for the service to say."""

    name = TextField(
        "Who covers?",
        description="Name and role",
        validators=[Length(max=LONGEST_NAME, message=f"The name must be {LONGEST_NAME} characters or fewer")],
    )
    phone = TextField(
        "On which phone number?",
        description="A number that is answered in the holiday",
        validators=[
            Length(max=LONGEST_PHONE, message=f"The phone number must be {LONGEST_PHONE} characters or fewer")
        ],
    )
    submit = SubmitField("Save who covers")


@blueprint.get(PATH)
def cover(laestab: str) -> ResponseReturnValue:
    """What goes on in a school's next holiday, or the present one."""
    return _page(laestab)


@blueprint.post(PATH)
def name_cover(laestab: str) -> ResponseReturnValue:
    """Keep who covers."""
    find_school(laestab, Permission.SPEAK_FOR_SCHOOL)
    form = CoverForm()
    if form.validate():
        name, phone, address = form.name.data or "", form.phone.data or "", request.remote_addr or ""
        refused = service.name_cover(guard.scope(), laestab, name, phone, at=clock.now(), address=address)
        if refused is None:
            flash("Saved. The local authority sees who covers.", "success")
            return redirect(url_for("school.cover", laestab=laestab), 303)
        form.refuse(refused)
    return _page(laestab, form), 422


def _page(laestab: str, form: Any = None) -> str:
    scope, at = guard.scope(), clock.now()
    guard.record_view(f"cover:{find_school(laestab, Permission.SEE_CASE).id}")
    school = find_school(laestab, Permission.SEE_CASE)
    found = service.list_cover(scope, school, at=at)
    named = found.cover if found else None
    pack = policies.pack_in_force(school.authority, clock.local_date(at))
    held = scope.permissions_at(authority_id=school.authority_id, school_id=school.id)
    return render_template(
        "school/cover.html",
        school=school,
        page=present.cover_page(found, pack, at=at) if found else None,
        may_name=Permission.SPEAK_FOR_SCHOOL in held,
        form=form or CoverForm(formdata=None, obj=named),
    )
