"""The removal gate of a case, and the facts that it waits for."""

from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.casework.case import Refused
from cme.casework.removal.recorded import RULES, FactKind
from cme.clock import local_date
from cme.services.casework import CaseView
from cme.services.removal import facts_recorded, gates
from cme.services.removal.facts_recorded import WRITTEN_OVER
from cme.web import guard
from cme.web.cases.blueprint import blueprint
from cme.web.cases.gate_forms import FactForm
from cme.web.cases.opening import opened
from cme.web.presenters import cases as present
from cme.web.presenters import gate as present_gate

_FACT = "/facts/<removal_fact>"


@blueprint.get("/gate")
def gate(case_reference: str) -> ResponseReturnValue:
    """The conditions of a ground, and where each is seen to: read only."""
    at = clock.now()
    view, scope = opened(case_reference, at), guard.scope()
    letter = present_gate.letter_of(view, request.args.get("ground", ""))
    conditions = gates.conditions_for(view.case, letter, today=local_date(at))
    return render_template(
        "cases/gate.html",
        page=present.case_page(scope, view, "gate"),
        gate=present_gate.present_gate(scope, view, letter, conditions),
    )


@blueprint.get(_FACT)
def ask_removal_fact(case_reference: str, removal_fact: str) -> ResponseReturnValue:
    """The form of one fact, as it stands."""
    at = clock.now()
    view, kind = opened(case_reference, at), _known(removal_fact)
    if not facts_recorded.may_record(guard.scope(), view.case, kind):
        flash(present_gate.not_yours(kind))
        return redirect(url_for("cases.gate", case_reference=case_reference), 303)
    return _page(view, kind, FactForm.of(kind, _standing(view, kind)))


@blueprint.post(_FACT)
def record_removal_fact(case_reference: str, removal_fact: str) -> ResponseReturnValue:
    """Record the fact, over the one that stood."""
    at = clock.now()
    view, kind = opened(case_reference, at), _known(removal_fact)
    form = FactForm.of(kind, None)
    if not form.validate():
        return _page(view, kind, form), 422
    refused = _record(case_reference, kind, form, at)
    if refused is None:
        flash("The fact is recorded.", "success")
        return redirect(url_for("cases.gate", case_reference=case_reference, ground=form.ground), 303)
    form.refuse(refused)
    if refused.sentences != (WRITTEN_OVER,):
        return _page(view, kind, form), 422
    stands = _standing(view, kind)
    form.over.data = str(stands.id) if stands else ""
    return _page(view, kind, form), 409


def _record(reference: str, kind: FactKind, form: FactForm, at: datetime) -> Refused | None:
    return facts_recorded.record(
        guard.scope(),
        reference,
        kind,
        form.fact(),
        over=form.over_id,
        at=at,
        address=request.remote_addr or "",
    )


def _known(removal_fact: str) -> FactKind:
    return FactKind(removal_fact) if removal_fact in list(FactKind) else abort(404)


def _standing(view: CaseView, kind: FactKind) -> facts_recorded.Recorded | None:
    return facts_recorded.standing(guard.scope(), view.case).get(kind)


def _page(view: CaseView, kind: FactKind, form: FactForm) -> str:
    return render_template(
        "cases/removal_fact.html",
        page=present.case_page(guard.scope(), view, "gate"),
        fact=present_gate.fact_page(view, kind, _standing(view, kind)),
        rule=RULES[kind],
        form=form,
    )
