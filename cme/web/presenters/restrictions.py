"""Contact restrictions as they stand before everything that shows a contact or an address."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import url_for

from cme.access.scope import Scope
from cme.casework.safety.restrictions import Restriction, RestrictionKind, Restrictions
from cme.clock import local_date
from cme.services import restrictions
from cme.web.presenters import dates

SHARED = (
    "The address of this child is protected, because of another child who lives there. It is not shown to "
    "the school."
)
SOMEBODY_ELSE = f"{RestrictionKind.NO_CONTACT}:other"
"""The choice of a person who is not among the contacts."""


def notice(scope: Scope, registration_id: int, found: Restrictions) -> dict[str, Any]:
    """The notice that comes first on a page about a child: `items` is empty where nothing is restricted."""
    with_notes = restrictions.may_see_notes(scope, registration_id)
    items = [_item(one, with_notes=with_notes) for one in found.each]
    if found.shares_protected_address:
        items.append({"heading": RestrictionKind.PROTECTED_ADDRESS.label, "text": SHARED, "note": ""})
    return {
        "items": items,
        "href": url_for("school.restrictions", registration_id=registration_id),
        "may_change": restrictions.may_restrict(scope, registration_id),
    }


def brief(found: Restrictions) -> list[str]:
    """The restrictions of one child among many, a few words each."""
    return [one.heading for one in found.each]


def _item(one: Restriction, *, with_notes: bool) -> dict[str, str]:
    return {"heading": one.heading, "text": one.kind.meaning, "note": one.note if with_notes else ""}


def rows_of(rows: Iterable[Any], *, with_notes: bool, may_change: bool) -> list[dict[str, str]]:
    """Restrictions as they are listed: what, since when and by whom, and where each is ended."""
    return [_row(row, with_notes=with_notes, may_change=may_change) for row in rows]


def history(rows: Iterable[Any], *, with_notes: bool, may_change: bool) -> dict[str, Any]:
    """Every restriction on record: those in force, which can be ended, and those that were."""
    shown = rows_of(rows, with_notes=with_notes, may_change=may_change)
    return {
        "in_force": [row for row in shown if not row["ended"]],
        "ended": [row for row in shown if row["ended"]],
    }


def _row(row: Any, *, with_notes: bool, may_change: bool) -> dict[str, str]:
    rule = Restriction(row.id, RestrictionKind(row.kind), row.contact_id, row.who, row.note)
    ended = f"Ended by {row.ended_by} on {dates.day(local_date(row.ended_at))}" if row.ended_at else ""
    can_end = may_change and not ended
    return {
        **_item(rule, with_notes=with_notes),
        "made": f"Since {dates.day(local_date(row.created_at))}, by {row.created_by}",
        "ended": ended,
        "end_reason": row.end_reason if with_notes else "",
        "end_href": url_for("school.ask_end_restriction", restriction_id=row.id) if can_end else "",
    }


def choices(contacts: Sequence[Any]) -> list[tuple[str, str]]:
    """What can be restricted, as values and words: a "Do not contact" for each contact by name."""
    people = [(f"{RestrictionKind.NO_CONTACT}:{one.id}", f"Do not contact {_who(one)}") for one in contacts]
    found = []
    for kind in RestrictionKind:
        if kind is RestrictionKind.NO_CONTACT:
            found += [(kind.value, "Do not contact anybody in the family"), *people]
            found.append((SOMEBODY_ELSE, "Do not contact somebody else: enter the name below"))
        else:
            found.append((kind.value, kind.label))
    return found


def _who(contact: Any) -> str:
    name = contact.name or "the contact without a name"
    return f"{name}, {contact.relationship_}" if contact.relationship_ else name


def hints(offered: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """What each choice means, as hints of its radio button."""
    said = (_HINTS.get(value) for value, _ in offered)
    return [{"hint": {"text": hint}} if hint else {} for hint in said]


_HINTS = {
    RestrictionKind.ADVICE_FIRST.value: "Forced marriage, FGM or honour-based abuse is feared: nobody rings, "
    "writes to or visits the family.",
    RestrictionKind.NO_LETTERS.value: "Nothing is sent to the home by post.",
    RestrictionKind.PROTECTED_ADDRESS.value: "A refuge, or a home that somebody must not find. The school no "
    "longer sees the address.",
}
