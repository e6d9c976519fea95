"""The record of children missing education: its list, its entries, and the return to the DfE."""

import io
from datetime import date
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission
from cme.casework.case import Refused
from cme.casework.record.census import days_to_offer, next_census
from cme.clock import local_date
from cme.documents.workbooks import CSV_TYPE
from cme.services.removal import cme_records
from cme.services.removal.cme_return_files import return_csv
from cme.services.tracing import searches
from cme.store import cme_records as store
from cme.store import traces
from cme.store.cme_records import Part
from cme.web import guard
from cme.web.presenters import records as present
from cme.web.presenters import traces as present_traces
from cme.web.presenters.searches import check_url, plan_section
from cme.web.record.forms import AddForm, CheckForm, CorrectForm, EndForm

blueprint = Blueprint("record", __name__, url_prefix="/children-missing-education")

_FIRST_RETURN_ON = date(2024, 9, 1)
"""The DfE has asked for the return since autumn 2024 (attendance reference s.11)."""


@blueprint.get("/")
def list_spells() -> ResponseReturnValue:
    """The children on no school's roll; those of an ended time, or all, where the address says so."""
    guard.record_view("cme_record")
    scope, given = guard.scope(), request.args
    part = Part(given["part"]) if given.get("part") in list(Part) else Part.OPEN
    found = store.list_spells(
        scope, part, after=given.get("after", "")[:100], before=given.get("before", "")[:100]
    )
    return render_template(
        "record/list.html",
        record=present.record_page(found, store.count_parts(scope), part, clock.today()),
        may_add=scope.may(Permission.KEEP_CME_RECORD),
    )


@blueprint.get("/add")
def ask_add() -> ResponseReturnValue:
    """Who is to be added."""
    return _add_page(_add_form())


@blueprint.post("/add")
def add() -> ResponseReturnValue:
    """Add a child who was never at a school here; or the form again with what is missing."""
    form = _add_form()
    if form.validate():
        try:
            added = cme_records.add(guard.scope(), form.entry(), at=clock.now(), address=_address())
        except LookupError:
            abort(404)
        if not isinstance(added, Refused):
            flash("The child is on the record.", "success")
            return redirect(url_for("record.show", spell_id=added), 303)
        form.refuse(added)
    return _add_page(form), 422


@blueprint.get("/<int:spell_id>")
def show(spell_id: int) -> ResponseReturnValue:
    """One entry of the record."""
    spell, today = _opened(spell_id), clock.today()
    plan = searches.plan_of_spell(guard.scope(), spell, today=today)
    return render_template(
        "record/show.html",
        searches=plan_section(plan, today, _check_url(spell)) if plan else None,
        entry=present.entry_page(spell, clock.today()),
        spell_id=spell_id,
        may_keep=cme_records.may_keep(guard.scope(), spell),
        may_trace=spell.case is None
        and spell.ended_on is None
        and guard.scope().may(Permission.WRITE_TRACE, authority_id=spell.authority_id),
        traces=present_traces.links_to(traces.list_of_pupil(guard.scope(), spell.pupil_id)),
    )


@blueprint.get("/<int:spell_id>/correct")
def ask_correct(spell_id: int) -> ResponseReturnValue:
    """An entry as it stands, to be corrected."""
    spell = _kept(spell_id)
    return _form_page("correct", spell, CorrectForm.of(spell))


@blueprint.post("/<int:spell_id>/correct")
def correct(spell_id: int) -> ResponseReturnValue:
    """Correct an entry; or the form again with what is wrong."""
    spell = _kept(spell_id)
    form = CorrectForm.of(spell)
    if form.validate():
        refused = cme_records.correct(
            guard.scope(), spell_id, form.correction(), at=clock.now(), address=_address()
        )
        if refused is None:
            flash("The entry is corrected.", "success")
            return redirect(url_for("record.show", spell_id=spell_id), 303)
        form.refuse(refused)
    return _form_page("correct", _found(spell_id), form), 422


@blueprint.get("/<int:spell_id>/check")
def ask_check(spell_id: int) -> ResponseReturnValue:
    """Where somebody looked for the child again, and what came of it."""
    return _form_page("check", _kept(spell_id), CheckForm.of(guard.scope().name, clock.today()))


@blueprint.post("/<int:spell_id>/check")
def check(spell_id: int) -> ResponseReturnValue:
    """Record a search for a child without a case; or the form again with what is missing."""
    spell, at = _kept(spell_id), clock.now()
    form = CheckForm.of(guard.scope().name, local_date(at))
    if form.validate():
        refused = searches.record_check(guard.scope(), spell_id, form.check(), at=at, address=_address())
        if refused is None:
            flash("The check is recorded.", "success")
            return redirect(url_for("record.show", spell_id=spell_id, _anchor="searches"), 303)
        form.refuse(refused)
        spell = _found(spell_id)
    return _form_page("check", spell, form), 422


@blueprint.get("/<int:spell_id>/end")
def ask_end(spell_id: int) -> ResponseReturnValue:
    """How an entry ended."""
    return _form_page("end", _kept(spell_id), EndForm())


@blueprint.post("/<int:spell_id>/end")
def end(spell_id: int) -> ResponseReturnValue:
    """End an entry; or the form again with what is missing."""
    spell, form = _kept(spell_id), EndForm()
    if form.validate():
        refused = cme_records.end(
            guard.scope(),
            spell_id,
            form.ended_on.data,
            form.end_reason.data or "",
            form.note.data or "",
            at=clock.now(),
            address=_address(),
        )
        if refused is None:
            flash("The entry has ended.", "success")
            return redirect(url_for("record.show", spell_id=spell_id), 303)
        form.refuse(refused)
        spell = _found(spell_id)
    return _form_page("end", spell, form), 422


@blueprint.get("/return")
def dfe_return() -> ResponseReturnValue:
    """The figures of a census day for the DfE, and who is on the books and not in them."""
    guard.record_view("cme_return")
    scope, today = guard.scope(), clock.today()
    census = cme_records.count_census(scope, _census_on(today))
    return render_template(
        "record/return.html",
        page=present.return_page(census, days_to_offer(today, _dates()), today),
        may_export=scope.may(Permission.EXPORT_CME_RETURN),
    )


@blueprint.get("/return.csv")
def return_file() -> ResponseReturnValue:
    """The same figures as a file, without anybody's name; with every number where that is asked for."""
    scope, on, at = guard.scope(), _census_on(clock.today()), clock.now()
    is_complete = request.args.get("numbers") == "all"
    content = return_csv(scope, on, is_complete=is_complete, at=at, address=_address())
    name = f"children-missing-education-{on.isoformat()}{'-complete' if is_complete else ''}.csv"
    return send_file(io.BytesIO(content), mimetype=CSV_TYPE, as_attachment=True, download_name=name)


def _census_on(today: date) -> date:
    """The census day that the address names; the next one where it names none that can be."""
    try:
        on = date.fromisoformat(request.args.get("census", ""))
    except ValueError:
        on = date.min
    return on if on >= _FIRST_RETURN_ON else next_census(today, _dates())


def _dates() -> tuple[date, ...]:
    return current_app.config["CME_SETTINGS"].census_days  # type: ignore[no-any-return]


def _found(spell_id: int) -> Any:
    return store.find_spell(guard.scope(), spell_id) or abort(404)


def _opened(spell_id: int) -> Any:
    """An entry, with the look at it on record."""
    _found(spell_id)
    guard.record_view(f"spell:{spell_id}")
    return _found(spell_id)


def _kept(spell_id: int) -> Any:
    """An entry that the viewer may change, with the look at it on record."""
    if not cme_records.may_keep(guard.scope(), _found(spell_id)):
        abort(404)
    return _opened(spell_id)


def _add_form() -> AddForm:
    form = AddForm()
    form.offer(store.list_authorities(guard.scope()))
    return form


def _add_page(form: AddForm) -> str:
    return render_template("record/add.html", form=form)


def _form_page(name: str, spell: Any, form: CorrectForm | EndForm | CheckForm) -> str:
    entry = present.entry_page(spell, clock.today())
    return render_template(f"record/{name}.html", form=form, entry=entry, spell_id=spell.id)


def _check_url(spell: Any) -> str:
    """Where a search for the child is recorded: with its case, where it has one."""
    if spell.case is None:
        is_keeper = cme_records.may_keep(guard.scope(), spell)
        return url_for("record.ask_check", spell_id=spell.id) if is_keeper else ""
    return check_url(guard.scope(), spell.case)


def _address() -> str:
    return request.remote_addr or ""
