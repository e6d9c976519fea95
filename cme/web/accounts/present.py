"""How the account page shows sessions and roles."""

from datetime import date
from typing import Any

from cme.access.roles import POLICY, Role
from cme.store.accounts import HeldRole, Holder
from cme.web.presenters.dates import day, moment

# The first that is found names the browser: most claim to be several.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("CrOS", "Chromebook"), ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def session(kept: Any, *, own_id: int | None) -> dict[str, Any]:
    """One signed-in browser, with its times in England's."""
    return {
        "id": kept.id,
        "is_this": kept.id == own_id,
        "browser": name_browser(kept.user_agent),
        "address": kept.address,
        "began": moment(kept.created_at),
        "used": moment(kept.seen_at),
    }


def held_role(held: HeldRole) -> dict[str, str]:
    """One role and where it is held."""
    until = f", until {held.expires_on:%-d %B %Y}" if held.expires_on else ""
    return {"role": POLICY[Role(held.role)].label, "place": held.place + until}


def holder_row(held: Holder, today: date) -> dict[str, Any]:
    """One person with one role, and whether it still opens anything."""
    has_ended = held.expires_on is not None and held.expires_on < today
    return {
        "name": held.name,
        "email": held.email,
        "role": POLICY[Role(held.role)].label,
        "place": held.place,
        "until": day(held.expires_on) if held.expires_on else "No end",
        "state": "Disabled" if not held.is_active else "Ended" if has_ended else "",
    }


def name_browser(user_agent: str) -> str:
    """A browser in words, "Firefox on Windows", from what it says of itself."""
    names = [
        next((text for sign, text in known if sign in user_agent), "") for known in (_BROWSERS, _SYSTEMS)
    ]
    return " on ".join(name for name in names if name) or "Unknown browser"
