"""A school's own codes: what each stands for in the national list, from when and until when."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cme import clock
from cme.access.roles import Permission
from cme.attendance.codes import CODES
from cme.attendance.lines import academic_year
from cme.services.registers import answers
from cme.services.registers.answers import Unacceptable
from cme.store import registers
from cme.web import guard
from cme.web.forms import DateField, Form, SelectField, SubmitField, TextField
from cme.web.presenters import codes as present
from cme.web.school.blueprint import blueprint
from cme.web.school.permissions import find_school
from importers.answering.answers import Translation
from importers.text.marks import translation_error

ENTER_CODE = "Enter the code as it stands in your file"
CHOOSE_CODE = "Choose what the code stands for"
_BEYOND_DOUBT = "~~"
"""No national code, nor like one: with it, only what else is entered can be at fault."""


class CodeForm(Form):
    """A code of the school's own and what it stands for."""

    own_code = TextField("Your code", validators=[InputRequired(ENTER_CODE)])
    code = SelectField("What it stands for", validate_choice=False, validators=[InputRequired(CHOOSE_CODE)])
    first_on = DateField("From", noun="The first day", required="Enter the first day")
    last_on = DateField("Until (optional)", noun="The last day")
    submit = SubmitField("Keep this code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code.choices = [SelectChoice(value, text) for value, text in present.choices()]

    @classmethod
    def begun(cls, today: date) -> "CodeForm":
        """The form before anything is entered: from the first day of the academic year."""
        return cls(formdata=None, first_on=date(academic_year(today), 9, 1))

    @property
    def translation(self) -> Translation:
        """What was entered, once the form is valid."""
        first_on: Any = self.first_on.data
        return Translation(self.own_code.data, self.code.data, first_on, self.last_on.data)

    def mark(self, fault: str) -> None:
        """Put the sentence at the field that it is about."""
        entered = self.translation
        of_rest = translation_error(_BEYOND_DOUBT, entered.code, entered.first_on, entered.last_on)
        name = "own_code"
        if of_rest == fault and entered.code not in CODES:
            name = "code"
        elif of_rest == fault:
            backwards = entered.last_on is not None and entered.last_on < entered.first_on
            name = "last_on" if backwards else "first_on"
        self.add_error(name, fault)


@blueprint.get("/schools/<string(length=7):laestab>/codes")
def codes(laestab: str) -> ResponseReturnValue:
    """The school's own codes, and the form for another."""
    school = find_school(laestab, Permission.UPLOAD_REGISTER)
    return _codes_page(school, CodeForm.begun(clock.today()))


@blueprint.post("/schools/<string(length=7):laestab>/codes")
def add_code(laestab: str) -> ResponseReturnValue:
    """Keep what a code stands for."""
    school, form = find_school(laestab, Permission.UPLOAD_REGISTER), CodeForm()
    if not form.validate():
        return _codes_page(school, form), 422
    try:
        answers.add_translation(
            guard.scope(), laestab, form.translation, at=clock.now(), address=request.remote_addr or ""
        )
    except Unacceptable as fault:
        form.mark(str(fault))
        return _codes_page(find_school(laestab, Permission.UPLOAD_REGISTER), form), 422
    flash("The code is kept, and used with every file that is read from now on.", "success")
    return redirect(url_for("school.codes", laestab=laestab), 303)


@blueprint.post("/schools/<string(length=7):laestab>/codes/<int:translation_id>/end")
def end_code(laestab: str, translation_id: int) -> ResponseReturnValue:
    """Let a code stand for nothing any more."""
    try:
        answers.end_translation(
            guard.scope(), laestab, translation_id, at=clock.now(), address=request.remote_addr or ""
        )
    except LookupError:
        abort(404)
    flash("The code stands for nothing any more. Marks that were imported stay as they are.", "success")
    return redirect(url_for("school.codes", laestab=laestab), 303)


def _codes_page(school: Any, form: CodeForm) -> str:
    scope = guard.scope()
    uploads: Sequence[Any] = registers.list_imports(scope, school.id)
    return render_template(
        "school/codes.html",
        school=school,
        form=form,
        codes=[present.row(each) for each in registers.list_translations(scope, school.id)],
        waiting=present.waiting(uploads),
    )
