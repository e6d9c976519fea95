"""The joint statement of a case: read, written, signed, taken back and printed."""

import io
from datetime import datetime

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.casework.case import Action
from cme.clock import local_date
from cme.services.casework import CaseView
from cme.services.removal import statement_papers, statements
from cme.services.removal.conclusions import statement_of
from cme.services.removal.statements import WRITTEN_OVER
from cme.web import guard
from cme.web.cases.blueprint import blueprint
from cme.web.cases.opening import opened
from cme.web.cases.statement_form import ReopenStatementForm, SignForm, StatementForm
from cme.web.presenters import cases as present
from cme.web.presenters import statements as present_statements


@blueprint.get("/statement")
def statement(case_reference: str) -> ResponseReturnValue:
    """What stands, what it lacks, who has signed, and what came later."""
    return _page(opened(case_reference, clock.now()), SignForm())


@blueprint.get("/statement/write")
def ask_statement(case_reference: str) -> ResponseReturnValue:
    """The form with what stands."""
    at = clock.now()
    view = opened(case_reference, at)
    refused = statements.cannot_write(guard.scope(), view.case)
    if refused is not None:
        flash(refused.reason)
        return redirect(url_for("cases.statement", case_reference=case_reference), 303)
    entry, over = present_statements.starting(guard.scope(), view)
    return _write_page(view, StatementForm.starting(entry, over), at)


@blueprint.post("/statement/write")
def write_statement(case_reference: str) -> ResponseReturnValue:
    """Save what was written: over the version that nobody signed, else as the next one."""
    at = clock.now()
    view, form, scope = opened(case_reference, at), StatementForm(), guard.scope()
    if not form.validate():
        return _write_page(view, form, at), 422
    done = statements.write(
        scope, case_reference, form.entry(), over=form.over.data or "", at=at, address=_address()
    )
    if isinstance(done, int):
        _say_saved(view, done)
        return redirect(url_for("cases.statement", case_reference=case_reference), 303)
    form.refuse(done)
    if done.sentences != (WRITTEN_OVER,):
        return _write_page(view, form, at), 422
    form.over.data = present_statements.starting(scope, view)[1]
    return _write_page(view, form, at, is_overtaken=True), 409


def _say_saved(view: CaseView, number: int) -> None:
    """That it is saved; it is no success while nobody can sign it."""
    saved, statement = f"Version {number} of the joint statement is saved.", statement_of(view.case)
    if statement is None or not statement.lacking:
        flash(saved, "success")
        return
    flash(f"{saved} Nobody can sign it yet. It lacks: {'; '.join(statement.lacking)}.")


@blueprint.post("/statement/sign")
def sign_statement(case_reference: str) -> ResponseReturnValue:
    """Sign the text that was read."""
    at = clock.now()
    view, form = opened(case_reference, at), SignForm()
    # Where there is nothing to sign the page has no box to tick: the rules say what is missing.
    if Action.SIGN_STATEMENT in view.actions and not form.validate():
        return _page(view, form), 422
    refused = statements.sign(
        guard.scope(), case_reference, form.statement_read.data or "", at=at, address=_address()
    )
    if refused is None:
        flash("The joint statement is signed.", "success")
        return redirect(url_for("cases.statement", case_reference=case_reference), 303)
    form.refuse(refused)
    return _page(view, form), 422


@blueprint.get("/statement/reopen")
def ask_reopening(case_reference: str) -> ResponseReturnValue:
    """Ask why the statement is taken back."""
    view = opened(case_reference, clock.now())
    if view.facts.statement is None:
        flash(statements.NOT_THERE)
        return redirect(url_for("cases.statement", case_reference=case_reference), 303)
    return _reopen_page(view, ReopenStatementForm())


@blueprint.post("/statement/reopen")
def reopen_statement(case_reference: str) -> ResponseReturnValue:
    """Take the statement back; it stays readable."""
    at = clock.now()
    view, form = opened(case_reference, at), ReopenStatementForm()
    if not form.validate():
        return _reopen_page(view, form), 422
    refused = statements.reopen(
        guard.scope(), case_reference, form.reason.data or "", at=at, address=_address()
    )
    if refused is None:
        flash("The joint statement is reopened. Both sides have to sign the next version.", "success")
        return redirect(url_for("cases.statement", case_reference=case_reference), 303)
    form.refuse(refused)
    return _reopen_page(view, form), 422


@blueprint.post("/statement/document")
def make_statement(case_reference: str) -> ResponseReturnValue:
    """The statement as it stands, to print."""
    at = clock.now()
    opened(case_reference, at)
    made = statement_papers.make(guard.scope(), case_reference, at=at, address=_address())
    if made is None:
        flash(statement_papers.NOT_WRITTEN)
        return redirect(url_for("cases.statement", case_reference=case_reference), 303)
    return send_file(
        io.BytesIO(made.content), mimetype=made.media_type, as_attachment=True, download_name=made.name
    )


def _page(view: CaseView, form: SignForm) -> str:
    """The statement as it stands now, whatever stood there before, with the button under it."""
    scope = guard.scope()
    shown = present_statements.statement_page(scope, view)
    form.statement_read.data = shown.fingerprint
    return render_template(
        "cases/statement.html",
        page=present.case_page(scope, view, "statement"),
        statement=shown,
        form=form,
    )


def _write_page(view: CaseView, form: StatementForm, at: datetime, *, is_overtaken: bool = False) -> str:
    scope = guard.scope()
    return render_template(
        "cases/write_statement.html",
        page=present.case_page(scope, view, "statement"),
        statement=present_statements.statement_page(scope, view),
        points=statements.points_to_answer(scope, view.case, today=local_date(at)),
        is_overtaken=is_overtaken,
        form=form,
    )


def _reopen_page(view: CaseView, form: ReopenStatementForm) -> str:
    return render_template(
        "cases/reopen_statement.html",
        page=present.case_page(guard.scope(), view, "statement"),
        form=form,
    )


def _address() -> str:
    return request.remote_addr or ""
