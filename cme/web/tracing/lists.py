"""Lists of children that are searched beside the rolls: those in use, an upload, and what is made of it."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice

from cme import clock
from cme.casework.case import Refused
from cme.services.tracing import child_lists
from cme.services.tracing.child_lists import ListKind, WaitingList
from cme.store import child_lists as store
from cme.web import guard
from cme.web.forms import FileField, Form, RadioField, SelectField, SubmitField
from cme.web.presenters import child_lists as present
from cme.web.tracing.blueprint import blueprint
from cme.web.tracing.opening import address

LARGEST_FILE = 10_000_000
"""Bytes of a list."""


class UploadForm(Form):
    """A new list of a kind."""

    authority = RadioField("Whose list is it?", validate_choice=False)
    kind = RadioField(
        "Which list is it?",
        choices=[SelectChoice(each.value, each.label) for each in ListKind],
        validate_choice=False,
    )
    file = FileField("The list")
    submit = SubmitField("Upload and check")

    def offer(self) -> None:
        """Name the authorities whose list it can be."""
        found = store.list_authorities(guard.scope())
        self.authority.choices = [SelectChoice(each.code, each.name) for each in found]
        if not self.authority.data and found:
            self.authority.data = found[0].code

    def lacks(self) -> Refused | None:
        """What is still to be chosen."""
        wrong = {}
        if self.authority.data not in {each.value for each in self.authority.choices}:
            wrong["authority"] = "Choose whose list it is."
        if self.kind.data not in set(ListKind):
            wrong["kind"] = "Choose which list it is."
        if not isinstance(self.file.data, FileStorage) or not self.file.data.filename:
            wrong["file"] = "Choose the file, .csv or .xlsx."
        return Refused(tuple(wrong.values()), tuple(wrong)) if wrong else None


class TakeForm(Form):
    """Whether the list is used as it was read."""

    seen = HiddenField()
    submit = SubmitField("Use this list")


@blueprint.get("/lists")
def child_lists_in_use() -> ResponseReturnValue:
    """The lists that are searched, those that wait, and a form for another."""
    return _lists_page(_upload_form())


@blueprint.post("/lists")
def upload_child_list() -> ResponseReturnValue:
    """Keep a list to be looked at; or the form again with what is wrong."""
    form = _upload_form()
    if form.validate():
        refused = form.lacks()
        if refused is None:
            done = _received(form)
            if isinstance(done, int):
                return redirect(url_for("tracing.show_child_list", list_id=done), 303)
            refused = done
        form.refuse(refused)
    return _lists_page(form), 422


@blueprint.get("/lists/<int:list_id>")
def show_child_list(list_id: int) -> ResponseReturnValue:
    """What was read of a list that waits."""
    return _page(_opened(list_id))


@blueprint.post("/lists/<int:list_id>/columns")
def name_child_list_columns(list_id: int) -> ResponseReturnValue:
    """Keep what the columns mean, and read the list by it."""
    view = _opened(list_id)
    form = _columns_form(view)
    named = {heading: form[f"column_{at}"].data or "" for at, (heading, _) in enumerate(view.read.headings)}
    child_lists.name_columns(guard.scope(), list_id, named)
    return redirect(url_for("tracing.show_child_list", list_id=list_id), 303)


@blueprint.post("/lists/<int:list_id>")
def take_child_list(list_id: int) -> ResponseReturnValue:
    """Search in the list from now on; or the page again with why not."""
    form, view = TakeForm(), _opened(list_id)
    seen = view.upload.columns if form.seen.data == present.seen(view) else {"": ""}
    refused = child_lists.take(guard.scope(), list_id, seen=seen, at=clock.now(), address=address())
    if refused is None:
        flash("The list is in use.", "success")
        return redirect(url_for("tracing.child_lists_in_use"), 303)
    form.refuse(refused)
    view = _opened(list_id)
    form.seen.data = present.seen(view)
    return _page(view, form), 409 if "seen" in refused.missing else 422


@blueprint.post("/lists/<int:list_id>/cancel")
def cancel_child_list(list_id: int) -> ResponseReturnValue:
    """Give an upload up."""
    _opened(list_id)
    child_lists.cancel(guard.scope(), list_id, at=clock.now(), address=address())
    flash("The upload is deleted. The list in use stays in use.", "success")
    return redirect(url_for("tracing.child_lists_in_use"), 303)


def _upload_form() -> UploadForm:
    form = UploadForm()
    form.offer()
    return form


def _received(form: UploadForm) -> int | Refused:
    ids = {each.code: each.id for each in store.list_authorities(guard.scope())}
    content = form.file.data.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        return Refused(("The file is larger than 10 MB. Send the list without pictures.",), ("file",))
    return child_lists.receive(
        guard.scope(),
        ids[form.authority.data],
        ListKind(form.kind.data),
        form.file.data.filename,
        content,
        at=clock.now(),
        address=address(),
    )


def _opened(list_id: int) -> WaitingList:
    view = child_lists.show(guard.scope(), list_id)
    if view is None:
        abort(404)
    guard.record_view(f"child_list:{list_id}")
    return view


def _columns_form(view: WaitingList) -> Any:
    """A choice for each heading of the list."""
    fields = {
        f"column_{at}": SelectField(
            heading,
            choices=present.field_choices(),
            default=field.value if field else "",
            validate_choice=False,
        )
        for at, (heading, field) in enumerate(view.read.headings)
    }
    return type("ColumnsForm", (Form,), fields)()


def _lists_page(form: UploadForm) -> str:
    in_use, waiting = child_lists.list_all(guard.scope())
    return render_template(
        "tracing/lists.html",
        form=form,
        in_use=[present.row(each) for each in in_use],
        waiting=[present.row(each) for each in waiting],
    )


def _page(view: WaitingList, form: TakeForm | None = None) -> str:
    form = form or TakeForm(data={"seen": present.seen(view)})
    columns = _columns_form(view)
    return render_template("tracing/list_check.html", page=present.page(view), form=form, columns=columns)
