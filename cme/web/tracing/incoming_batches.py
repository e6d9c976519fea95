"""Requests that came together, as a list of 200: what the search came to, and "no trace" for many at once."""

from typing import Any, cast

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission
from cme.access.routes import rule_for
from cme.casework.case import Refused
from cme.services.tracing import incoming, incoming_replies, incoming_search, incoming_views
from cme.store import incoming as store
from cme.tracing.authorities import named
from cme.web import guard
from cme.web.cases.documents import attachment
from cme.web.forms import Form
from cme.web.presenters import incoming_batches as present
from cme.web.presenters.incoming import list_row, unread_of
from cme.web.presenters.words import counted
from cme.web.tracing.blueprint import blueprint
from cme.web.tracing.forms import StepForm
from cme.web.tracing.incoming_forms import BatchSenderForm, NobodyForm
from cme.web.tracing.opening import address, status_of

_LIST = "/incoming/lists/<incoming_reference:incoming_reference>"


@blueprint.get(_LIST)
def show_batch(incoming_reference: str) -> ResponseReturnValue:
    """The requests that came together, with how many have which result."""
    rows = _opened(incoming_reference)
    return _page(incoming_reference, rows, StepForm(formdata=None))


@blueprint.post(f"{_LIST}/search")
def search_batch(incoming_reference: str) -> ResponseReturnValue:
    """Look for the children of all of them that were not searched."""
    form = StepForm()
    rows = _opened(incoming_reference)
    done = incoming_search.search_batch(guard.scope(), incoming_reference, at=clock.now(), address=address())
    if isinstance(done, Refused):
        form.refuse(done)
        return _page(incoming_reference, rows, form), 422
    flash(f"{counted(done, 'request was', 'requests were')} searched.", "success")
    return redirect(url_for("tracing.show_batch", incoming_reference=incoming_reference), 303)


@blueprint.post(f"{_LIST}/sender")
def name_sender(incoming_reference: str) -> ResponseReturnValue:
    """Say who asks, for all of them that do not say it."""
    rows = _opened(incoming_reference)
    form = BatchSenderForm.of(rows)
    done = incoming.name_sender(
        guard.scope(), incoming_reference, form.sender_code.data or "", at=clock.now(), address=address()
    )
    if isinstance(done, Refused):
        form.refuse(done)
        return _page(incoming_reference, rows, form), 422
    flash(f"Asked by {named(form.sender_code.data)}: {counted(done, 'request')}.", "success")
    return redirect(url_for("tracing.show_batch", incoming_reference=incoming_reference), 303)


@blueprint.get(f"{_LIST}/no-trace")
def ask_nobody_found(incoming_reference: str) -> ResponseReturnValue:
    """Those of whom nobody was found, and the one message that says so."""
    _opened(incoming_reference)
    return _nobody_page(incoming_reference, NobodyForm.fresh(clock.now()), request.args.get("sender"))


@blueprint.post(f"{_LIST}/no-trace")
def record_nobody_found(incoming_reference: str) -> ResponseReturnValue:
    """Record that "no trace" was sent about all of them."""
    form, code = NobodyForm(), request.form.get("sender_code", "")[:3]
    _opened(incoming_reference)
    if not form.validate():
        return _nobody_page(incoming_reference, form, code), 422
    done = incoming_replies.record_nobody_found(
        guard.scope(),
        incoming_reference,
        code,
        form.sent_at,
        seen=form.seen.data or "",
        at=clock.now(),
        address=address(),
    )
    if isinstance(done, Refused):
        form.refuse(done)
        return _nobody_page(incoming_reference, form, code), status_of(done)
    flash(f"“No trace” is recorded for {counted(done, 'request')}.", "success")
    return redirect(url_for("tracing.show_batch", incoming_reference=incoming_reference), 303)


@blueprint.post(f"{_LIST}/no-trace/text")
def nobody_found_text(incoming_reference: str) -> ResponseReturnValue:
    """The one message as a text file."""
    _opened(incoming_reference)
    code = request.form.get("sender_code", "")[:3]
    made = incoming_replies.download_nobody_found(
        guard.scope(), incoming_reference, code, at=clock.now(), address=address()
    )
    if made is None:
        return redirect(url_for("tracing.show_batch", incoming_reference=incoming_reference), 303)
    return attachment(made)


def _opened(reference: str) -> list[Any]:
    """The requests that came with this one, with the look at them on record; 404 outside the scope."""
    permission = cast(Permission, rule_for(request.endpoint))
    first = store.find(guard.scope(), reference, permission) or abort(404)
    guard.record_view(f"incoming:{first.id}")
    return store.list_batch(guard.scope(), reference) or abort(404)


def _page(batch: str, rows: list[Any], form: Form) -> str:
    today, wanted = clock.today(), request.args.get("result", "")
    wanted = wanted if wanted in present.RESULTS else ""
    nobody = incoming_replies.nobody_found(guard.scope(), batch, None, today=today)
    found = [present.result_of(each, today) for each in rows]
    shown = present.chosen(rows, found, wanted)
    return render_template(
        "tracing/incoming_batch.html",
        reference=batch,
        came=list_row(rows[0], today=today),
        results=present.results_of(found, wanted, batch=batch),
        title=present.RESULTS.get(wanted, "all"),
        rows=[list_row(each, today=today) for each in shown],
        left_out=0 if wanted else len(rows) - len(shown),
        unread=unread_of(incoming_views.view_of(guard.scope(), rows[0], at=clock.now())),
        waiting=found.count(present.WAITING),
        nobody=len(nobody.requests) if nobody else 0,
        senders=form if isinstance(form, BatchSenderForm) else BatchSenderForm.of(rows, is_fresh=True),
        lacking=present.lacking(rows),
        may=guard.scope().may(Permission.RECEIVE_TRACE, authority_id=rows[0].authority_id),
        errors=form.error_list,
    )


def _nobody_page(batch: str, form: NobodyForm, sender_code: str | None) -> str:
    found = incoming_replies.nobody_found(guard.scope(), batch, sender_code, today=clock.today())
    rows = store.list_batch(guard.scope(), batch)
    if found is not None:
        form.seen.data, form.sender_code.data = found.seen, found.sender_code
    return render_template(
        "tracing/incoming_no_trace.html",
        reference=batch,
        found=found,
        rows=[present.brief_row(each) for each in found.requests] if found else [],
        sender=named(found.sender_code) if found else "",
        left_out=sum(incoming_replies.is_nobody(each) and not each.sender_code for each in rows),
        others=[
            {
                "text": named(code),
                "href": url_for("tracing.ask_nobody_found", incoming_reference=batch, sender=code),
            }
            for code in (found.others if found else ())
        ],
        may=guard.scope().may(Permission.RECEIVE_TRACE),
        form=form,
    )
