"""The application factory."""

import logging
import sys
from pathlib import Path
from types import TracebackType

import structlog
from flask import Flask, request
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from cme.installation import connect
from cme.services.passwords import Passwords
from cme.settings import Settings
from cme.web import (
    accounts,
    admissions,
    alerts,
    authority,
    cases,
    directory,
    errors,
    frame,
    guard,
    handing_back,
    hiding,
    insight,
    officer,
    pages,
    policy,
    record,
    school,
    security,
    sessions,
    tracing,
)

HERE = Path(__file__).parent


class Application(Flask):
    """Flask, with a log of what failed and where that repeats nothing anybody sent."""

    def log_exception(
        self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]
    ) -> None:
        """Log the kind of the fault and the lines it came through; its message may hold personal data."""
        kind, _fault, trace = exc_info
        lines = []
        while trace is not None:
            code = trace.tb_frame.f_code
            lines.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
            trace = trace.tb_next
        structlog.get_logger().error(
            "failed", fault=kind.__name__ if kind else "", endpoint=request.endpoint, lines=lines[-8:]
        )


def create_app(settings: Settings | None = None) -> Flask:
    """The web application, on a database whose schema is up to date.

    Raises Unusable, in words for the operator, when a setting or the database cannot be used.
    """
    settings = settings or Settings.load()
    app = Application(__name__, static_folder=HERE / "static", template_folder=None)
    app.config.update(
        SECRET_KEY=settings.resolve_secret_key(),
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + 500_000,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=50,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        CME_SETTINGS=settings,
        CME_PASSWORDS=Passwords.from_settings(settings),
    )
    write_log()
    use_templates(app)
    connect(app, settings)
    sessions.configure_sessions(app, settings)
    security.protect_responses(app)
    frame.frame_pages(app)
    # The guard comes first: nobody's form is looked at before it is known who sends it.
    guard.guard(app)
    hiding.keep_homes_out(app)
    CSRFProtect(app)
    handing_back.hand_back_forms(app)
    errors.handle_errors(app)
    for area in (
        accounts,
        admissions,
        alerts,
        authority,
        cases,
        directory,
        insight,
        officer,
        pages,
        policy,
        record,
        school,
        tracing,
    ):
        app.register_blueprint(area.blueprint)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def use_templates(app: Flask) -> None:
    """Our templates, which an installed package carries inside it, and the components that they use."""
    packaged = HERE / "templates"
    own = packaged if packaged.is_dir() else HERE.parent / "templates"
    components = {name: PackageLoader(name) for name in ("govuk_frontend_jinja", "govuk_frontend_wtf")}
    app.jinja_loader = ChoiceLoader([FileSystemLoader(own), PrefixLoader(components)])


def write_log() -> None:
    """One JSON object per line on standard error: ids, counts and kinds, never what anybody sent."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
    )
