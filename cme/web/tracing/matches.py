"""Records of registers that may be of a child who is looked for: the list, one of them, and the decision."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cme import clock
from cme.access.roles import Permission
from cme.services.tracing import matches
from cme.services.tracing.matches import MatchView
from cme.tracing.dispositions import Disposition
from cme.web import guard
from cme.web.forms import LongTextField, RadioField, SubmitField
from cme.web.presenters import matches as present
from cme.web.tracing.blueprint import blueprint
from cme.web.tracing.forms import Versioned
from cme.web.tracing.opening import address, status_of


class MatchForm(Versioned):
    """What somebody makes of two records."""

    disposition = RadioField(
        "Is it the same child?",
        choices=[
            SelectChoice(each.value, each.label) for each in Disposition if each is not Disposition.UNREVIEWED
        ],
        validate_choice=False,
    )
    reason = LongTextField(
        "Why?",
        description="What you compared, or whom you asked.",
        validators=[Length(max=2000, message="The reason must be 2,000 characters or fewer.")],
    )
    submit = SubmitField("Record the decision")


@blueprint.get("/matches")
def list_matches() -> ResponseReturnValue:
    """Every match that waits for a decision, the oldest first."""
    guard.record_view("matches")
    rows = [present.row(*each, today=clock.today()) for each in matches.list_undecided(guard.scope())]
    return render_template("tracing/matches.html", rows=rows)


@blueprint.get("/matches/<int:match_id>")
def show_match(match_id: int) -> ResponseReturnValue:
    """Two records field by field, and the form that decides."""
    view = _opened(match_id)
    return _page(view, MatchForm(data={"seen": str(view.match.version)}))


@blueprint.post("/matches/<int:match_id>")
def decide_match(match_id: int) -> ResponseReturnValue:
    """Record the decision; or the form again with what is missing."""
    form, view, status = MatchForm(), _opened(match_id), 422
    if form.validate():
        refused = matches.decide(
            guard.scope(),
            match_id,
            form.disposition.data or "",
            form.reason.data or "",
            seen=form.version,
            at=clock.now(),
            address=address(),
        )
        if refused is None:
            flash("The decision is recorded. Nothing is merged, opened or closed by it.", "success")
            return redirect(url_for("tracing.show_match", match_id=match_id), 303)
        form.refuse(refused)
        view, status = _opened(match_id), status_of(refused)
        form.saw(view.match.version)
    return _page(view, form), status


def _opened(match_id: int) -> MatchView:
    view = matches.show(guard.scope(), match_id)
    if view is None or not guard.scope().may(
        Permission.SEE_TRACES if request.method == "GET" else Permission.RECEIVE_TRACE,
        authority_id=view.match.authority_id,
    ):
        abort(404)
    guard.record_view(f"match:{match_id}")
    return view


def _page(view: MatchView, form: MatchForm) -> str:
    return render_template("tracing/match.html", match=present.page(guard.scope(), view), form=form)
