"""A child who is missing now: noting it, correcting it, saying that the child was found, taking it back."""

from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission
from cme.casework.case import Refused
from cme.services import missing as service
from cme.store import cases, pupils
from cme.store import missing as store
from cme.web import guard
from cme.web.presenters import missing as present
from cme.web.presenters.pupils import full_name
from cme.web.school.blueprint import blueprint
from cme.web.school.missing_forms import FoundForm, MissingForm, WithdrawForm


@blueprint.get("/pupils/<int:registration_id>/missing")
def missing(registration_id: int) -> ResponseReturnValue:
    """Whether the child is missing, what runs and what is due, and the episodes before."""
    return _page(registration_id, clock.now())


@blueprint.post("/pupils/<int:registration_id>/missing")
def record_missing(registration_id: int) -> ResponseReturnValue:
    """Note that the child is missing."""
    at = clock.now()
    form = MissingForm.of(None, at)
    if pupils.find_registration(guard.scope(), registration_id, Permission.RECORD_MISSING) is None:
        abort(404)
    if not form.validate():
        return _page(registration_id, at, record=form), 422
    kept = service.record(guard.scope(), registration_id, form.entry(), at=at, address=_address())
    if isinstance(kept, Refused):
        form.refuse(kept)
        return _page(registration_id, at, record=form), 422
    flash("Recorded. The safeguarding lead and the local authority are told. Ring 999 or 101.", "success")
    return redirect(url_for("school.missing", registration_id=registration_id), 303)


@blueprint.post("/missing/<int:episode_id>/found")
def record_found(episode_id: int) -> ResponseReturnValue:
    """Note that the child was found."""
    at, form = clock.now(), FoundForm()
    episode = _episode(episode_id)
    registration_id = episode.registration_id
    if form.validate():
        refused = service.found(
            guard.scope(), episode_id, form.found_at(), form.found_how.data or "", at=at, address=_address()
        )
        if refused is None:
            return _found(registration_id)
        form.refuse(refused)
    return _page(registration_id, at, found=form), 422


@blueprint.get("/missing/<int:episode_id>/correct")
def ask_correct_missing(episode_id: int) -> ResponseReturnValue:
    """The record to correct."""
    episode = _episode(episode_id)
    return _change_page(episode, MissingForm.of(episode, clock.now()), "correct")


@blueprint.post("/missing/<int:episode_id>/correct")
def correct_missing(episode_id: int) -> ResponseReturnValue:
    """Put a corrected record in the place of one."""
    at, episode = clock.now(), _episode(episode_id)
    form, registration_id = MissingForm.of(episode, at), episode.registration_id
    if form.validate():
        kept = service.correct(
            guard.scope(), episode_id, form.entry(), form.ending(), at=at, address=_address()
        )
        if not isinstance(kept, Refused):
            flash("The record is corrected. What it said before is kept.", "success")
            return redirect(url_for("school.missing", registration_id=registration_id), 303)
        form.refuse(kept)
    return _change_page(_episode(episode_id), form, "correct"), 422


@blueprint.get("/missing/<int:episode_id>/withdraw")
def ask_withdraw_missing(episode_id: int) -> ResponseReturnValue:
    """Ask why a record is taken back."""
    return _change_page(_episode(episode_id), WithdrawForm(formdata=None), "withdraw")


@blueprint.post("/missing/<int:episode_id>/withdraw")
def withdraw_missing(episode_id: int) -> ResponseReturnValue:
    """Take a record back, which stays on record."""
    at, episode, form = clock.now(), _episode(episode_id), WithdrawForm()
    registration_id = episode.registration_id
    if form.validate():
        refused = service.withdraw(
            guard.scope(), episode_id, form.reason.data or "", at=at, address=_address()
        )
        if refused is None:
            flash("The record is taken back. It stays on record as such.", "success")
            return redirect(url_for("school.missing", registration_id=registration_id), 303)
        form.refuse(refused)
    return _change_page(_episode(episode_id), form, "withdraw"), 422


def _found(registration_id: int) -> ResponseReturnValue:
    """On to what is to be done now: the list of the child's case, for whoever may see it."""
    history = cases.list_case_history(guard.scope(), registration_id)
    case = next((each for each in history if each.closed_at is None), None)
    if case is None:
        flash("Recorded that the child was found.", "success")
        return redirect(url_for("school.missing", registration_id=registration_id), 303)
    flash("Recorded that the child was found. This is to be done now.", "success")
    return redirect(url_for("cases.found", case_reference=case.reference), 303)


def _address() -> str:
    return request.remote_addr or ""


def _episode(episode_id: int) -> Any:
    """An episode that the person may change; 404 for any other."""
    return store.find_episode(guard.scope(), episode_id, Permission.RECORD_MISSING) or abort(404)


def _page(
    registration_id: int,
    at: datetime,
    *,
    record: MissingForm | None = None,
    found: FoundForm | None = None,
) -> str:
    scope = guard.scope()
    if pupils.find_registration(scope, registration_id) is None:
        abort(404)
    guard.record_view(f"registration:{registration_id}")
    registration = pupils.find_registration(scope, registration_id) or abort(404)
    may_record = pupils.find_registration(scope, registration_id, Permission.RECORD_MISSING) is not None
    failed = record or found
    return render_template(
        "school/missing.html",
        name=full_name(registration.pupil),
        registration_id=registration_id,
        page=present.missing_page(scope, registration, at=at, may_record=may_record),
        record=record or MissingForm.of(None, at),
        found=found or FoundForm(formdata=None),
        errors=failed.error_list if failed else [],
    )


def _change_page(episode: Any, form: Any, what: str) -> str:
    guard.record_view(f"registration:{episode.registration_id}")
    episode = _episode(episode.id)
    return render_template(
        f"school/{what}_missing.html",
        name=full_name(episode.registration.pupil),
        registration_id=episode.registration_id,
        episode=present.episode_row(episode),
        form=form,
        errors=form.error_list,
    )
