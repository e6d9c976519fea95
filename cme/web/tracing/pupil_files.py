"""Reading a pupil file (CTF) that came from elsewhere, for offices of schools and for officers."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from cme import clock
from cme.casework.case import Refused
from cme.services.tracing import ctf_reading
from cme.services.tracing.ctf_reading import Reading
from cme.web import guard
from cme.web.forms import FileField, Form, SubmitField
from cme.web.presenters import pupil_files as present
from cme.web.tracing.blueprint import blueprint
from cme.web.tracing.opening import address
from importers.ctf import CAPS


class FileForm(Form):
    """The file to read."""

    file = FileField("Pupil file (CTF)")
    submit = SubmitField("Read the file")


@blueprint.get("/pupil-file")
def ask_ctf() -> ResponseReturnValue:
    """Which file is to be read."""
    return _page(FileForm())


@blueprint.post("/pupil-file")
def read_ctf() -> ResponseReturnValue:
    """What the file says and who may be meant; or the form again with why it cannot be read."""
    form = FileForm()
    if not form.validate():
        return _page(form), 422
    read = _read(form.file.data)
    if isinstance(read, Refused):
        form.refuse(read)
        return _page(form), 422
    return _page(form, read)


@blueprint.post("/pupil-file/same-child")
def record_same_child() -> ResponseReturnValue:
    """Say in a case that a file of its child came in; its officer is alerted."""
    reference, sender = request.form.get("case", "")[:20], request.form.get("sender", "")[:7]
    try:
        refused = ctf_reading.record_same_child(
            guard.scope(), reference, sender, at=clock.now(), address=address()
        )
    except LookupError:
        abort(404)
    if refused is not None:
        flash(refused.reason)
        return redirect(url_for("tracing.ask_ctf"), 303)
    flash("It is recorded. The CME officer and the DSL are told.", "success")
    return redirect(url_for("cases.show", case_reference=reference), 303)


def _read(file: object) -> Reading | Refused:
    if not isinstance(file, FileStorage) or not file.filename:
        return Refused(("Choose the pupil file, .xml.",), ("file",))
    return ctf_reading.read(
        guard.scope(),
        file.read(CAPS.size + 1),
        file.filename,
        version=current_app.config["CME_SETTINGS"].ctf_version,
        at=clock.now(),
        address=address(),
    )


def _page(form: FileForm, read: Reading | None = None) -> str:
    return render_template("tracing/pupil_file.html", form=form, read=present.page(read) if read else None)
