"""Error pages, in words that say what to do next.

The page for 500 needs neither the database nor a session.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from cme.services.policies import PolicyUnknown
from cme.web import guard, handing_back, kept
from cme.web.accounts.forms import SignInForm

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What a page of one thing says."""

    heading: str
    paragraphs: tuple[str, ...]
    way_on: tuple[str, str] = ("Go to the start page", "/")


_TYPED = "If you typed the web address, check it is correct. If you pasted it, check you copied all of it."

PAGES: Mapping[int, ErrorPage] = {
    400: ErrorPage(
        "Your request could not be understood",
        ("Nothing has been saved.", "Go back to the page before, load it again and try once more."),
    ),
    401: ErrorPage(
        "You are signed out",
        (
            "You have signed out, or were signed out because you had not used the service for a while. "
            "Nothing you just sent has been saved.",
            "To keep what you typed, sign in in a new tab. Then come back to this one, go back a page, and "
            "send it again.",
        ),
        ("Sign in in a new tab", "/sign-in"),
    ),
    403: ErrorPage(
        "You cannot use this page",
        (
            "Your role does not include this part of the service.",
            "If you need it for your work, ask the person who manages users where you work.",
        ),
    ),
    404: ErrorPage(
        "Page not found",
        (_TYPED, "The page may also be about a school or child that you do not work with."),
    ),
    405: ErrorPage(
        "This page cannot be used like that",
        ("Nothing has been saved.", "Go to the start page and find your way from there."),
    ),
    409: ErrorPage(
        "Somebody else changed this first",
        (
            "Your change has not been saved, so that theirs is not lost.",
            "Go back, load the page again to see what they did, and make your change if it is still needed.",
        ),
    ),
    413: ErrorPage(
        "What you sent is too large",
        (
            "Nothing has been saved.",
            "Go back, shorten what you typed or choose smaller files, and send it again. "
            "How large a file may be is said where it is chosen.",
        ),
    ),
    422: ErrorPage(
        "What you sent cannot be used",
        ("Nothing has been saved.", "Go back, check what you entered and send it again."),
    ),
    429: ErrorPage(
        "Too many attempts",
        (
            "Wait five minutes, then try again.",
            "If you have forgotten your password, ask the person who manages users.",
        ),
    ),
    500: ErrorPage(
        "Sorry, there is a problem with the service",
        ("Try again later.", "What you last sent may not have been saved. Check before you send it again."),
    ),
    503: ErrorPage(
        "Sorry, the service is busy",
        ("What you sent has not been saved. It is safe to send it again in a minute.",),
    ),
}


def handle_errors(app: Flask) -> None:
    """Answer every error with a page of our own."""
    app.register_error_handler(HTTPException, answer_error)
    app.register_error_handler(401, _signed_out)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(StaleDataError, _changed_by_another)
    app.register_error_handler(PolicyUnknown, _policy_unknown)


def answer_error(error: HTTPException) -> ResponseReturnValue:
    """The page of an error; one that carries a response of its own keeps it."""
    if error.response is not None or error.code is None or error.code < 400:
        return error
    code = error.code
    page = PAGES.get(code) or PAGES[500 if code >= 500 else 400]
    body = _render_plain(page) if code >= 500 else _render(page)
    headers = [(name, value) for name, value in error.get_headers() if name in {"Allow", "Retry-After"}]
    return body, code, headers


def _signed_out(error: HTTPException) -> ResponseReturnValue:
    """Ask to sign in again, keeping what was typed for the person who typed it."""
    form = kept.sent_form()
    if form is None:
        return answer_error(error)
    return render_template("accounts/sign_in.html", form=SignInForm(formdata=None), sent=form), 401


def _form_expired(_error: HTTPException) -> ResponseReturnValue:
    """Hand back what was typed, for the person to send again; to nobody else."""
    if kept.FIELD in request.form and guard.scope().user_id is not None:
        # They have signed in meanwhile, in another tab.
        return handing_back.welcome_back(request.form[kept.FIELD])
    form = kept.sent_form()
    if form is None or form.user_id != guard.scope().user_id:
        return render_template("errors/form_expired.html", form=None), 400
    return handing_back.page_of(form), 400


def _busy(error: OperationalError) -> ResponseReturnValue:
    log.error("database unavailable", endpoint=request.endpoint, fault=type(error.orig).__name__)
    return _render_plain(PAGES[503]), 503, {"Retry-After": "60"}


def _changed_by_another(_error: StaleDataError) -> ResponseReturnValue:
    return _render(PAGES[409]), 409


def _policy_unknown(error: PolicyUnknown) -> ResponseReturnValue:
    log.error("policy unknown", endpoint=request.endpoint)
    told = "Nothing has been changed. Tell the person who runs the service."
    return _render(ErrorPage("This case cannot be shown", (str(error), told))), 500


def _render(page: ErrorPage) -> str:
    return render_template(
        "errors/page.html", heading=page.heading, paragraphs=page.paragraphs, way_on=page.way_on
    )


def _render_plain(page: ErrorPage) -> str:
    """As `_render`, without anything that the database or the session would have to give."""
    return render_template(
        "errors/page.html",
        heading=page.heading,
        paragraphs=page.paragraphs,
        way_on=page.way_on,
        reference=g.get("request_id"),
        account=None,
        navigation=(),
    )
