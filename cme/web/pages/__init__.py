"""The start page, help, and the accessibility statement."""

from datetime import date

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from cme.web import frame

blueprint = Blueprint("pages", __name__)

ACCESSIBILITY_REVIEWED_ON = date(2026, 11, 22)


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The first area of the person's role; their account where they have no role."""
    areas = frame.own_areas()
    return redirect(url_for(areas[0].endpoint if areas else "accounts.show"), 303)


@blueprint.get("/help")
def help_() -> ResponseReturnValue:
    """Where to turn with a question."""
    return render_template("pages/help.html")


@blueprint.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """How accessible the service is, and when that was last looked at."""
    return render_template("pages/accessibility.html", reviewed_on=f"{ACCESSIBILITY_REVIEWED_ON:%-d %B %Y}")
