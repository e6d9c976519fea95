"""Signing in and out, and a person's own account."""

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from cme import clock
from cme.services import accounts as service
from cme.services.accounts import SignInRefused, SignInThrottled
from cme.services.passwords import PasswordRefused, Passwords
from cme.store import accounts
from cme.web import guard, handing_back, kept, sessions
from cme.web.accounts import present
from cme.web.accounts.forms import ChangePasswordForm, SignInForm
from cme.web.presenters.dates import moment

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """The form to sign in with."""
    if guard.scope().user_id is not None:
        return redirect(_onward(), 303)
    return render_template("accounts/sign_in.html", form=SignInForm(), onward=request.args.get("next"))


@blueprint.post("/sign-in")
def check_sign_in() -> ResponseReturnValue:
    """Open a session, or say that the address and the password do not belong together."""
    form = SignInForm()
    status = 422
    if form.validate():
        try:
            token = service.sign_in(
                form.email.data,
                form.password.data,
                passwords=_passwords(),
                throttle_key=_throttle_key(),
                browser=sessions.browser_of(request),
                at=clock.now(),
            )
        except SignInRefused:
            form.email.errors = ["The email address or password is not correct. Check both and try again."]
        except SignInThrottled:
            abort(429)
        else:
            return _begin(token)
    onward, sealed = request.args.get("next"), request.form.get(kept.FIELD, "")
    return render_template("accounts/sign_in.html", form=form, onward=onward, sealed=sealed), status


@blueprint.get("/people")
def list_people() -> ResponseReturnValue:
    """Who holds which role until when, where the viewer manages users."""
    today = clock.today()
    rows = [present.holder_row(each, today) for each in accounts.list_holders(guard.scope())]
    return render_template("accounts/people.html", rows=rows)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this session and leave nothing in the browser."""
    if g.signed_in.session_id is not None:
        service.end_session(
            guard.scope(), g.signed_in.session_id, browser=sessions.browser_of(request), at=clock.now()
        )
    return _leave()


@blueprint.get("/signed-out")
def signed_out() -> ResponseReturnValue:
    """Say that the session has ended."""
    return render_template("accounts/signed_out.html")


@blueprint.get("/account")
def show() -> ResponseReturnValue:
    """Who one is here, and where one is signed in."""
    scope, at = guard.scope(), clock.now()
    user = accounts.get_own_user(scope)
    open_sessions = accounts.list_own_sessions(
        scope,
        seen_since=at - current_app.config["CME_SESSION_IDLE"],
        created_since=at - current_app.config["CME_SESSION_ABSOLUTE"],
    )
    return render_template(
        "accounts/show.html",
        user=user,
        password_changed=moment(user.password_changed_at),
        roles=[present.held_role(held) for held in accounts.list_own_roles(scope)],
        sessions=[present.session(each, own_id=g.signed_in.session_id) for each in open_sessions],
    )


@blueprint.post("/account/sessions/<int:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of one's own sessions, wherever it is."""
    ended = service.end_session(
        guard.scope(), session_id, browser=sessions.browser_of(request), at=clock.now()
    )
    if not ended:
        abort(404)
    if session_id == g.signed_in.session_id:
        return _leave()
    flash("That browser is signed out.", "success")
    return redirect(url_for("accounts.show"), 303)


@blueprint.post("/account/sign-out-everywhere")
def end_every_session() -> ResponseReturnValue:
    """End all of one's sessions, this one included."""
    service.end_every_session(guard.scope(), browser=sessions.browser_of(request), at=clock.now())
    return _leave()


@blueprint.get("/account/password")
def ask_password() -> ResponseReturnValue:
    """The form to change one's password with."""
    return _password_page(ChangePasswordForm())


@blueprint.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Change one's password; every other browser is signed out."""
    form = ChangePasswordForm()
    if form.validate():
        try:
            token = service.change_password(
                guard.scope(),
                form.current.data,
                form.new.data,
                passwords=_passwords(),
                throttle_key=_throttle_key(),
                browser=sessions.browser_of(request),
                at=clock.now(),
            )
        except SignInRefused:
            form.current.errors = ["Your current password is not correct"]
        except SignInThrottled:
            abort(429)
        except PasswordRefused as refusal:
            form.new.errors = [str(refusal)]
        else:
            sessions.begin(token)
            flash("Your password is changed. Every other browser is signed out.", "success")
            return redirect(url_for("accounts.show"), 303)
    return _password_page(form), 422


def _password_page(form: ChangePasswordForm) -> str:
    return render_template("accounts/password.html", form=form, min_length=_passwords().min_length)


def _leave() -> Response:
    """Leave nothing of the session in this browser, and say so."""
    sessions.forget()
    response = redirect(url_for("accounts.signed_out"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _begin(token: str) -> ResponseReturnValue:
    """Begin the session, and go on: to the form that could not be taken before, where one was sent along."""
    sessions.begin(token)
    sealed = request.form.get(kept.FIELD)
    if not sealed:
        return redirect(_onward(), 303)
    guard.look_who_it_is()
    return handing_back.welcome_back(sealed)


def _onward() -> str:
    return guard.local_path(request.args.get("next")) or url_for("pages.home")


def _passwords() -> Passwords:
    passwords: Passwords = current_app.config["CME_PASSWORDS"]
    return passwords


def _throttle_key() -> bytes:
    return str(current_app.config["SECRET_KEY"]).encode()
