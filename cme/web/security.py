"""Response headers, on every answer including errors and static files (security reference s.7)."""

import secrets

from flask import Flask, Response, current_app, g, request

from cme.casework.enquiries.evidence import MAX_BYTES, MAX_FILES

_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_ONE_YEAR = 31_536_000


def nonce() -> str:
    """This response's nonce, which a script must carry to run."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def protect_responses(app: Flask) -> None:
    """Put the security headers on every response, and a limit on every form that brings no file."""
    app.before_request(_limit_form)
    app.after_request(_add_headers)


_ROOM = dict.fromkeys(("cases.log_enquiry", "cases.correct_enquiry"), MAX_FILES * MAX_BYTES)
"""Endpoints that take more in one request than a register may be -> bytes of their files."""


def _limit_form() -> None:
    # The limit on a form's memory is applied to forms with files only; the others are read whole.
    if request.mimetype != "multipart/form-data":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
    elif request.endpoint in _ROOM:
        room = _ROOM[request.endpoint] + current_app.config["MAX_FORM_MEMORY_SIZE"]
        request.max_content_length = max(room, current_app.config["MAX_CONTENT_LENGTH"])


def _add_headers(response: Response) -> Response:
    response.headers.update(_EVERYWHERE)
    policy = _content_security_policy()
    if response.headers.get("Content-Disposition", "").startswith("attachment"):
        # A file that somebody sent runs nothing, whatever a browser makes of it.
        policy += "; sandbox"
    response.headers["Content-Security-Policy"] = policy
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = f"max-age={_ONE_YEAR}; includeSubDomains"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _content_security_policy() -> str:
    scripts = f"'nonce-{g.csp_nonce}'" if "csp_nonce" in g else "'none'"
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {scripts}",
            "style-src 'self'",
            "img-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )
