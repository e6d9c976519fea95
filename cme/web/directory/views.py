"""Whom to tell, what cannot wait, and checking an entry."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission
from cme.casework.safety.cards import read_cards
from cme.services import directory
from cme.services.directory import Listing
from cme.services.policies import pack_in_force
from cme.store import directory as store
from cme.web import guard
from cme.web.directory.forms import CheckForm
from cme.web.presenters import directory as present
from cme.web.presenters.dates import day

blueprint = Blueprint("directory", __name__)
CHECK = "/authorities/<string(length=3):authority_code>/directory/<directory_entry>"


@blueprint.get("/directory")
def show() -> ResponseReturnValue:
    """Whom to tell, by situation, for the viewer's own authority."""
    scope, own = guard.scope(), store.list_own_authorities(guard.scope())
    authority = _chosen(own)
    listings = _listings(authority)
    managed = bool(authority) and scope.may(Permission.MANAGE_DIRECTORY, authority_id=authority.id)
    return render_template(
        "directory/show.html",
        groups=present.groups(listings, authority.code if authority and managed else ""),
        authority=authority,
        keeps_numbers=bool(authority) and scope.may(Permission.MANAGE_SCHOOLS, authority_id=authority.id),
        authorities=_links(own, authority, "directory.show"),
    )


@blueprint.get("/urgent")
def urgent() -> ResponseReturnValue:
    """Every urgent card, with whom to ring."""
    own = store.list_own_authorities(guard.scope())
    authority = _chosen(own)
    listings = _listings(authority)
    return render_template(
        "directory/urgent.html",
        cards=[present.card(each, directory.pick(listings, each.ring)) for each in read_cards().values()],
        authority=authority,
        authorities=_links(own, authority, "directory.urgent"),
    )


@blueprint.get(CHECK)
def ask_check(authority_code: str, directory_entry: str) -> ResponseReturnValue:
    """An entry as it stands, its earlier checks, and a form for today's."""
    authority, listing = _find(authority_code, directory_entry)
    return _check_page(authority, listing, CheckForm.of(listing))


@blueprint.post(CHECK)
def check(authority_code: str, directory_entry: str) -> ResponseReturnValue:
    """Keep that the entry was checked, and what it says now."""
    authority, listing = _find(authority_code, directory_entry)
    form = CheckForm.of(listing)
    if not form.validate():
        return _check_page(authority, listing, form), 422
    faults = directory.record_check(
        guard.scope(),
        authority_code,
        directory_entry,
        form.reached(),
        at=clock.now(),
        address=request.remote_addr or "",
    )
    if faults:
        form.mark(faults)
        return _check_page(authority, listing, form), 422
    flash(f"{listing.entry.name} is checked.", "success")
    return redirect(url_for("directory.show", authority=authority_code), 303)


def _listings(authority: Any) -> tuple[Listing, ...]:
    if authority is None:
        return ()
    return directory.list_directory(guard.scope(), authority, pack_in_force(authority, clock.today()))


def _find(authority_code: str, entry_id: str) -> tuple[Any, Listing]:
    scope = guard.scope()
    authority = store.find_authority(scope, authority_code)
    listing = directory.find_listing(scope, authority, entry_id, clock.today()) if authority else None
    if authority is None or listing is None:
        abort(404)
    return authority, listing


def _check_page(authority: Any, listing: Listing, form: CheckForm) -> str:
    checks = directory.history_of(guard.scope(), authority, listing.entry.id)
    return render_template(
        "directory/check.html",
        authority=authority,
        entry_id=listing.entry.id,
        entry=present.shown(listing),
        from_policy=sorted(listing.from_policy),
        form=form,
        checks=[
            {"on": day(each.checked_on), "by": each.checked_by, "said": present.said(each)} for each in checks
        ],
    )


def _chosen(own: Sequence[Any]) -> Any:
    """The authority that the address names, else the first of the viewer's own; None where there is none."""
    asked = request.args.get("authority")
    return next((each for each in own if each.code == asked), own[0] if own else None)


def _links(own: Sequence[Any], chosen: Any, endpoint: str) -> list[dict[str, Any]]:
    """The viewer's authorities to choose from, where there are several."""
    if len(own) < 2:
        return []
    return [
        {"text": each.name, "href": url_for(endpoint, authority=each.code), "active": each is chosen}
        for each in own
    ]
