"""Other authorities' requests for a child: the list, a new one, one of them, searching and closing."""

from typing import Any, cast

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission
from cme.access.routes import rule_for
from cme.casework.case import Refused
from cme.services.tracing import incoming, incoming_search, incoming_views, match_review
from cme.services.tracing.incoming import Received
from cme.services.tracing.incoming_views import WHO_ASKS, IncomingView
from cme.store import incoming as store
from cme.store import policies
from cme.store.incoming import Part
from cme.web import guard
from cme.web.forms import Form
from cme.web.presenters import incoming as present
from cme.web.presenters.paging import next_and_previous
from cme.web.presenters.words import counted, listed
from cme.web.tracing.blueprint import blueprint
from cme.web.tracing.forms import ReasonForm, SentForm, StepForm
from cme.web.tracing.incoming_forms import LetterForm
from cme.web.tracing.opening import address, status_of

_ONE = "/incoming/<incoming_reference:incoming_reference>"


@blueprint.get("/incoming")
def list_incoming() -> ResponseReturnValue:
    """The requests that came, those of a part where the address names one, the newest first."""
    guard.record_view("incoming")
    scope, given, today = guard.scope(), request.args, clock.today()
    part = Part(given["part"]) if given.get("part") in list(Part) else Part.OPEN
    found = store.read_part(
        scope, part, after=given.get("after", "")[:100], before=given.get("before", "")[:100]
    )
    authorities = policies.list_authorities(scope, Permission.SEE_TRACES)
    late = {each.id: match_review.late_before(each, today) for each in authorities}
    rows = [present.list_row(each, today=today, late=late.get(each.authority_id)) for each in found.rows]
    return render_template(
        "tracing/incoming_list.html",
        part=part,
        title=present.PARTS[part],
        parts=present.parts_of(store.count_parts(scope), part),
        rows=rows,
        overdue=sum(match_review.count_late(scope, each, today) for each in authorities),
        may=scope.may(Permission.RECEIVE_TRACE),
        pagination=next_and_previous(
            url_for("tracing.list_incoming", part=part.value, before=found.before) if found.before else "",
            url_for("tracing.list_incoming", part=part.value, after=found.after) if found.after else "",
            "Pages of requests",
        ),
    )


@blueprint.get("/incoming/new")
def ask_incoming() -> ResponseReturnValue:
    """Where a request is pasted or uploaded."""
    return render_template("tracing/incoming_new.html", form=_letter_form())


@blueprint.post("/incoming/new")
def receive_incoming() -> ResponseReturnValue:
    """Keep what came; or the form again with why it cannot be read."""
    form = _letter_form()
    letter = form.letter()
    if form.validate():
        done = incoming.receive(guard.scope(), letter, at=clock.now(), address=address())
        if not isinstance(done, Refused):
            return _after(done)
        form.refuse(done)
    form.keep(letter)
    return render_template("tracing/incoming_new.html", form=form), 422


@blueprint.get(_ONE)
def show_incoming(incoming_reference: str) -> ResponseReturnValue:
    """One request: what it asks, what was not read, who was found, and what is answered."""
    return page(opened(incoming_reference))


@blueprint.post(f"{_ONE}/search")
def search_incoming(incoming_reference: str) -> ResponseReturnValue:
    """Look for the child of a request."""
    form = StepForm()
    opened(incoming_reference)
    done = incoming_search.search(
        guard.scope(), incoming_reference, seen=form.version, at=clock.now(), address=address()
    )
    if isinstance(done, Refused):
        return refused_page(incoming_reference, "step", form, done)
    found = counted(done, "child who may be meant", "children who may be meant") if done else "Nobody"
    flash(f"Searched. {found} {'was' if done < 2 else 'were'} found.", "success")
    return redirect(url_for("tracing.show_incoming", incoming_reference=incoming_reference), 303)


@blueprint.post(f"{_ONE}/close")
def close_incoming(incoming_reference: str) -> ResponseReturnValue:
    """Close a request by hand."""
    form, refused = ReasonForm(), Refused((), ())
    opened(incoming_reference)
    if form.validate():
        done = incoming.close(
            guard.scope(),
            incoming_reference,
            form.reason.data or "",
            seen=form.version,
            at=clock.now(),
            address=address(),
        )
        if done is None:
            flash("The request is closed. Nobody looks for the child any more.", "success")
            return redirect(url_for("tracing.show_incoming", incoming_reference=incoming_reference), 303)
        refused = done
    return refused_page(incoming_reference, "reason", form, refused)


@blueprint.post(f"{_ONE}/reopen")
def reopen_incoming(incoming_reference: str) -> ResponseReturnValue:
    """Open a closed request again."""
    form, refused = ReasonForm(), Refused((), ())
    opened(incoming_reference)
    form["reason"].error_target = "reopening"
    if form.validate():
        done = incoming.reopen(
            guard.scope(),
            incoming_reference,
            form.reason.data or "",
            seen=form.version,
            at=clock.now(),
            address=address(),
        )
        if done is None:
            flash("The request is open again. Search for the child.", "success")
            return redirect(url_for("tracing.show_incoming", incoming_reference=incoming_reference), 303)
        refused = done
    return refused_page(incoming_reference, "reopening", form, refused)


def opened(reference: str) -> IncomingView:
    """The request, with the look at it on record.

    404 unless the permission that the address asks for is held for this very request.
    """
    scope = guard.scope()
    found = store.find(scope, reference, cast(Permission, rule_for(request.endpoint))) or abort(404)
    guard.record_view(f"incoming:{found.id}")
    return incoming_views.show(scope, reference, at=clock.now()) or abort(404)


def page(view: IncomingView, **forms: Form) -> str:
    """The page of a request, with the forms that were refused in the place of fresh ones."""
    shown: dict[str, Any] = {
        "step": StepForm(formdata=None),
        "reason": ReasonForm(formdata=None),
        "reopening": ReasonForm(formdata=None),
        "sent": SentForm.fresh(clock.now()),
        **forms,
    }
    return render_template(
        "tracing/incoming.html",
        asked=present.page(guard.scope(), view),
        forms=shown,
        errors=linked([error for each in forms.values() for error in each.error_list]),
    )


def linked(errors: list[dict[str, str]]) -> list[dict[str, str]]:
    """Errors with the way to the link that leads to the field where it is said who asks."""
    return [{**each, "href": "#who-asks"} if each["text"] == WHO_ASKS else each for each in errors]


def refused_page(reference: str, name: str, form: Form, refused: Refused) -> tuple[str, int]:
    """The page as it stands now with a form that was refused, and the status that says why."""
    form.refuse(refused)
    view = incoming_views.show(guard.scope(), reference, at=clock.now()) or abort(404)
    return page(view, **{name: form}), status_of(refused)


def _letter_form() -> LetterForm:
    own = policies.list_authorities(guard.scope(), Permission.RECEIVE_TRACE)
    return LetterForm.of(own, clock.today())


def _after(done: Received) -> ResponseReturnValue:
    """On to what came, with a word on what else became of it."""
    if done.closed:
        flash(f"They asked to stop searching. Closed: {listed(done.closed)}.", "success")
    if done.unknown_stops:
        number = counted(done.unknown_stops, "message")
        flash(f"{number} to stop searching named no request that is here. Check the reference.")
    if done.doubtful:
        flash(incoming.WHO_STOPS.format(listed(done.doubtful)).replace(" below", ""))
    if done.known:
        flash(f"Here already, word for word, and not kept again: {listed(done.known[:10])}.")
    if not done.new:
        one = next(iter((*done.closed, *done.known)))
        return redirect(url_for("tracing.show_incoming", incoming_reference=one), 303)
    endpoint = "tracing.show_incoming" if len(done.new) == 1 else "tracing.show_batch"
    flash("Read it, and correct what was not understood. Then search.", "success")
    return redirect(url_for(endpoint, incoming_reference=done.new[0]), 303)
