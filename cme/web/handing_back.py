"""Handing back a form that could not be taken: the page it was on, filled in, to be sent again."""

from flask import (
    Flask,
    abort,
    current_app,
    flash,
    get_flashed_messages,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug import Response
from werkzeug.exceptions import HTTPException

from cme.access.routes import PUBLIC, rule_for
from cme.web import guard, kept
from cme.web.kept import KeptForm

NOTHING_SAVED = "Nothing has been saved yet. What you typed is still here: check it, and send it again."
FILES_AGAIN = "Choose your files again: they are not kept."
OF_ANOTHER = "Somebody else filled in the form that was sent before. It is not shown to you."


def hand_back_forms(app: Flask) -> None:
    """Answer whoever comes back with a sealed form by the page that it belongs to."""
    app.before_request(_fill_in)


def welcome_back(sealed: str) -> ResponseReturnValue:
    """What somebody sees who has signed in again and had sent a form before."""
    form = kept.opened(sealed, guard.scope().user_id)
    if form is None:
        flash(OF_ANOTHER)
        return redirect(url_for("pages.home"), 303)
    return render_template("accounts/welcome_back.html", form=form, sealed=sealed)


def page_of(form: KeptForm) -> Response:
    """The page with the form, filled in; where there is none to show, one with a button to send it again."""
    flash(f"{NOTHING_SAVED} {FILES_AGAIN}" if form.had_files else NOTHING_SAVED)
    handed_back = kept.hand_back(form)
    page = _form_page()
    if page is not None and handed_back.is_complete:
        return page
    get_flashed_messages()
    return make_response(render_template("errors/form_expired.html", form=form))


def _fill_in() -> ResponseReturnValue | None:
    if request.method != "POST" or rule_for(request.endpoint) is PUBLIC or kept.FIELD not in request.form:
        return None
    form = kept.opened(request.form[kept.FIELD], guard.scope().user_id)
    return page_of(form) if form else abort(400)


def _form_page() -> Response | None:
    """The page at the path of this request, as it is when somebody opens it."""
    paths = current_app.create_url_adapter(request)
    if paths is None:
        return None
    try:
        endpoint, parts = paths.match(method="GET")
        if not guard.may_open(rule_for(endpoint)):
            return None
        page = make_response(current_app.ensure_sync(current_app.view_functions[endpoint])(**parts))
    except HTTPException:
        return None
    return page if page.status_code == 200 else None
