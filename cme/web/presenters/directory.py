"""The directory and the urgent cards, put into words."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from flask import url_for

from cme.casework.safety.cards import Card
from cme.casework.safety.directory import NATIONAL
from cme.services.directory import Listing
from cme.web.presenters.dates import day

NOT_CHECKED = "Not yet checked: check before use"
NO_NUMBER = "No number on record: find one before you need it"


def groups(listings: Iterable[Listing], managed: str) -> list[dict[str, Any]]:
    """The entries by situation: [{id, heading, entries}]. `managed` is the authority whose entries the viewer
    may check, '' for none."""
    return [
        {"id": situation.value, "heading": situation.label, "entries": [shown(each, managed) for each in own]}
        for situation, own in groupby(listings, key=lambda each: each.entry.situation)
    ]


def shown(listing: Listing, managed: str = "") -> dict[str, Any]:
    """One entry, as the pages show it."""
    entry, reached = listing.entry, listing.reached
    return {
        "name": entry.name,
        "role": entry.role,
        "use_when": entry.use_when,
        "phone": reached.phone,
        "dial": "".join(sign for sign in reached.phone if sign.isdigit() or sign == "+"),
        "email": reached.email,
        "url": reached.url,
        "hours": reached.hours,
        "checked": f"Checked on {day(listing.checked_on)} by {listing.checked_by}"
        if listing.checked_on
        else "",
        "doubts": _doubts(listing),
        "is_reachable": reached.is_reachable,
        "note": reached.note,
        "is_national": entry.area == NATIONAL,
        "source": entry.source,
        "check_url": url_for("directory.ask_check", authority_code=managed, directory_entry=entry.id)
        if managed
        else "",
    }


def _doubts(listing: Listing) -> list[str]:
    """Why an entry is not to be relied on: nobody has checked it, or nobody found a way to reach them."""
    entry = listing.entry
    if entry.is_certain:
        return []
    if listing.checked_on is not None:
        return [] if listing.reached.is_reachable else [NO_NUMBER]
    conflict = f"The documents contradict each other: {entry.conflict}" if entry.conflict else ""
    return [each for each in (NOT_CHECKED, conflict, entry.note) if each]


def said(check: Any) -> str:
    """What a check found, in a line; where it changed nothing, that it stands."""
    parts = (check.phone, check.email, check.url, check.hours, check.note)
    return ", ".join(each for each in parts if each) or "as it stood"


def card(of: Card, listings: Sequence[Listing]) -> dict[str, Any]:
    """An urgent card with whom to ring."""
    return {
        "id": of.id,
        "title": of.title,
        "is_urgent": of.is_urgent,
        "ring": [shown(each) for each in listings],
        "do": of.do,
        "do_not": of.do_not,
        "source": of.source,
    }
