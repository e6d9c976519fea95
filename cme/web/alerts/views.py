"""A person's alerts: what is unread first. Reading moves an alert on, and never away."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.services import alerts as service
from cme.store import alerts
from cme.web import guard
from cme.web.presenters.alerts import alert_page
from cme.web.presenters.words import counted

blueprint = Blueprint("alerts", __name__, url_prefix="/alerts")


@blueprint.get("")
def show() -> ResponseReturnValue:
    """What the person was told, the unread first."""
    page = request.args.get("page", 1, type=int)
    return render_template("alerts/show.html", page=alert_page(alerts.list_alerts(guard.scope(), page=page)))


@blueprint.post("/read")
def read() -> ResponseReturnValue:
    """Note that the person has read one alert, or all."""
    alert_id = request.form.get("alert", type=int)
    number = service.read(guard.scope(), None if alert_id is None else [alert_id], at=clock.now())
    if number:
        flash(f"{counted(number, 'alert')} marked as read.", "success")
    return redirect(url_for("alerts.show"), 303)
