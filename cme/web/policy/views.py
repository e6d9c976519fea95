"""An authority's policy: what is in force and where it comes from, and the forms that change it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission
from cme.casework.policy.changes import PolicyUnfit
from cme.services import policies
from cme.services.policies import ChangedMeanwhile
from cme.store import policies as store
from cme.web import guard
from cme.web.policy.forms import policy_form
from cme.web.presenters import policy as present

blueprint = Blueprint("policy", __name__)
LOAD_AGAIN = "This form did not arrive whole, so nothing was changed. Save it once more."
PATH = "/authorities/<string(length=3):authority_code>/policy"


@blueprint.get("/policy/")
def list_authorities() -> ResponseReturnValue:
    """The authorities to choose from; straight on where there is only one."""
    found = store.list_authorities(guard.scope(), Permission.MANAGE_POLICY)
    if len(found) == 1:
        return redirect(url_for("policy.show", authority_code=found[0].code), 303)
    return render_template("policy/authorities.html", authorities=found)


@blueprint.get(PATH)
def show(authority_code: str) -> ResponseReturnValue:
    """What is in force, what is missing, and every change so far."""
    authority, today = _find(authority_code), clock.today()
    return render_template(
        "policy/show.html",
        authority=authority,
        page=present.present_policy(
            authority,
            policies.pack_in_force(authority, today),
            policies.latest(authority, today),
            policies.history(authority),
            today,
        ),
    )


@blueprint.get(f"{PATH}/<string:policy_part>")
def ask_change(authority_code: str, policy_part: str) -> ResponseReturnValue:
    """The form of one part, as the latest version fills it."""
    authority, today = _find_part(authority_code, policy_part), clock.today()
    pack = policies.latest(authority, today)
    form = policy_form(policy_part, pack).of(pack, _number(authority), today)
    return _form_page(authority, policy_part, form, pack)


@blueprint.post(f"{PATH}/<string:policy_part>")
def change(authority_code: str, policy_part: str) -> ResponseReturnValue:
    """Save one part as a new version."""
    authority, at = _find_part(authority_code, policy_part), clock.now()
    pack = policies.latest(authority, clock.local_date(at))
    form = policy_form(policy_part, pack)()
    if not form.validate():
        return _form_page(authority, policy_part, form, pack), 422
    begins_on: Any = form.valid_from.data
    how: dict[str, Any] = {"based_on": form.seen, "at": at, "address": request.remote_addr or ""}
    try:
        made = policies.change(
            guard.scope(), authority_code, form.changes(), begins_on, form.reason.data or "", **how
        )
    except PolicyUnfit as unfit:
        form.mark(unfit.faults)
        return _form_page(_find(authority_code), policy_part, form, pack), 422
    except ChangedMeanwhile:
        return _look_again(authority_code, policy_part, form), 409
    flash(present.saved(made), "success")
    return redirect(url_for("policy.show", authority_code=authority_code), 303)


def _find(authority_code: str) -> Any:
    return store.find_authority(guard.scope(), authority_code) or abort(404)


def _find_part(authority_code: str, policy_part: str) -> Any:
    return _find(authority_code) if policy_part in present.PARTS else abort(404)


def _number(authority: Any) -> int:
    """The number of the authority's latest version; 0 for none."""
    return authority.policy_versions[-1].number if authority.policy_versions else 0


def _look_again(authority_code: str, policy_part: str, form: Any) -> str:
    """The form again as it was typed, to be sent knowing what somebody else set meanwhile."""
    authority, today = _find(authority_code), clock.today()
    made = policies.history(authority)
    form.form_errors.append(present.overtaken(made[0]) if made else LOAD_AGAIN)
    form.based_on.data = str(_number(authority))
    return _form_page(authority, policy_part, form, policies.latest(authority, today))


def _form_page(authority: Any, policy_part: str, form: Any, pack: Any) -> str:
    return render_template(
        "policy/change.html",
        authority=authority,
        part=policy_part,
        heading=present.PARTS[policy_part],
        form=form,
        groups=present.inputs(form, pack),
    )
