"""The urgent cards of one case, put into words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for

from cme.casework.policy.pack import PolicyPack
from cme.services.cards import CardOut, HourOne
from cme.services.casework import CaseView
from cme.services.out_of_hours import Unread
from cme.web.presenters import directory
from cme.web.presenters.dates import day, moment
from cme.web.presenters.words import counted


def summary(view: CaseView, cards: Sequence[CardOut], hour: HourOne | None, at: datetime) -> dict[str, Any]:
    """What the overview of a case shows: {cards, clock, href}; nothing where no card is out."""
    out = [card for card in cards if card.is_out]
    if not out or not view.state.stage.is_open:
        return {}
    return {
        "cards": [
            {"title": card.card.title, "told": _told(card), "is_urgent": card.card.is_urgent} for card in out
        ],
        "clock": clock(hour, at),
        "href": url_for("cases.show_urgent", case_reference=view.case.reference),
    }


def clock(hour: HourOne | None, at: datetime) -> dict[str, str]:
    """The first hour in words, with a tone: {text, tone}; nothing where no clock runs."""
    if hour is None:
        return {}
    if hour.told_at is not None:
        late = ", after the first hour" if hour.told_at > hour.due_at else ""
        return {"text": f"Everybody was told by {moment(hour.told_at)}{late}.", "tone": ""}
    if at <= hour.due_at:
        left = int((hour.due_at - at).total_seconds() // 60)
        return {
            "text": f"Tell them by {moment(hour.due_at)}: {counted(left, 'minute')} left.",
            "tone": "warn",
        }
    return {"text": f"The first hour ended at {moment(hour.due_at)}. Tell them now.", "tone": "alert"}


def page_card(card: CardOut, form: Any) -> dict[str, Any]:
    """A card in full, with who was told and the form for telling; None as form for those who only read."""
    return {
        **directory.card(card.card, card.ring),
        "is_out": card.is_out,
        "told": _told(card),
        "log": [
            {
                "who": each.row.contacted,
                "when": moment(each.row.done_at),
                "by": each.row.done_by,
                "said": each.row.notes,
            }
            for each in card.told
        ],
        "form": form,
    }


def unread(of: Unread, pack: PolicyPack) -> str:
    """That nobody may read a safeguarding referral for now, and whom to ring: sending it tells nobody."""
    police = pack.police
    ring = f"{police.emergency} if the child is in danger now, {police.non_emergency or '101'} if not"
    if of.ring is not None:
        ring = f"{of.ring.entry.name} on {of.ring.reached.phone}. In danger now: ring {police.emergency}"
    if of.before_on is None:
        return f"Sending it is not the same as telling somebody. Ring {ring}."
    return f"Nobody may read this before {day(of.before_on)}. Ring {ring}."


def _told(card: CardOut) -> str:
    return f"Told at {moment(card.told_at)}" if card.told_at else ""
