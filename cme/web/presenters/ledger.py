"""The ledger of a pupil as a picture of weeks and as a table of days, both the newest first."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from cme.attendance.codes import CODES, ReturnEffect, UnseenEffect
from cme.attendance.ledger import LedgerDay
from cme.attendance.runs import Effect
from cme.web.presenters import dates
from cme.web.presenters.words import listed

SHOWN_DAYS = 60
"""Days shown at first; the rest is one link away."""

WEEKDAYS = 5
"""Days of a week on which school can be held: Monday to Friday."""

_EFFECTS = {
    Effect.COUNTED: "Counted",
    Effect.SKIPPED: "Skipped",
    Effect.BROKE: "Back to 0",
    Effect.UNKNOWN: "Not known",
}


def ledger_page(ledger: Sequence[LedgerDay], *, show_all: bool) -> dict[str, Any]:
    """The picture and the table of a ledger, and how much of it is shown."""
    last = None if show_all else SHOWN_DAYS
    return {
        "weeks": weeks(ledger, last=last),
        "rows": rows(ledger, last=last),
        "closed": closed_days(ledger, last=last),
        "total": len(ledger),
        "shown": len(ledger) if show_all else min(len(ledger), SHOWN_DAYS),
    }


def weeks(ledger: Sequence[LedgerDay], *, last: int | None = SHOWN_DAYS) -> list[dict[str, Any]]:
    """The weeks of the last days of a ledger (of all days when `last` is None), as `cmeLedger` draws them.

    A week that any of the present return run falls in says which of its days they are. Weeks of the newest
    day's year do not name it.
    """
    shown = ledger[-last:] if last else ledger
    found: dict[date, list[dict[str, Any] | None]] = {}
    numbers: dict[date, list[int]] = {}
    in_run = _present_run(ledger)
    for day in shown:
        monday = day.on - timedelta(days=day.on.weekday())
        found.setdefault(monday, [None] * WEEKDAYS)[day.on.weekday()] = _day(day)
        if day.on in in_run:
            numbers.setdefault(monday, []).append(day.return_run)
    return [
        {"label": _label(monday, numbers.get(monday, ()), ledger[-1].on), "days": found[monday]}
        for monday in sorted(found, reverse=True)
    ]


def rows(ledger: Sequence[LedgerDay], *, last: int | None = SHOWN_DAYS) -> list[dict[str, Any]]:
    """The last days of a ledger (all when `last` is None) in words, the newest first."""
    pairs = list(zip([None, *ledger], ledger, strict=False))
    return [_row(day, before) for before, day in reversed(pairs[-last:] if last else pairs)]


def closed_days(ledger: Sequence[LedgerDay], *, last: int | None = SHOWN_DAYS) -> str:
    """The weekdays between the days shown that were no school days, in words; '' where there are none.

    A stretch goes on over a weekend.
    """
    shown = ledger[-last:] if last else ledger
    stretches = []
    for before, after in pairwise(shown):
        gap = [before.on + timedelta(days=number) for number in range(1, (after.on - before.on).days)]
        if weekdays := [on for on in gap if on.weekday() < WEEKDAYS]:
            stretches.append(dates.day_span(weekdays[0], weekdays[-1]))
    return f"{listed(stretches)}: not school days, all runs wait." if stretches else ""


def _present_run(ledger: Sequence[LedgerDay]) -> frozenset[date]:
    """The counted days of the return run as it stands at the end."""
    days = set()
    for day in reversed(ledger):
        if not day.return_run:
            break
        if day.on_return is Effect.COUNTED:
            days.add(day.on)
    return frozenset(days)


def _label(monday: date, numbers: Sequence[int], newest_on: date) -> str:
    week = dates.week(monday, with_year=monday.year != newest_on.year)
    if not numbers:
        return week
    first, last = min(numbers), max(numbers)
    return f"{week}: day {first}" if first == last else f"{week}: days {first} to {last}"


def _day(day: LedgerDay) -> dict[str, Any]:
    return {
        "name": f"{day.on:%a}",
        "date": f"{day.on:%-d}",
        "am": _mark(day, day.am),
        "pm": _mark(day, day.pm),
    }


def _mark(day: LedgerDay, code: str) -> dict[str, str]:
    return {"code": code, "effect": mark_effect(day, code)}


def mark_effect(day: LedgerDay, code: str) -> str:
    """What one session of a day is drawn as: the effect on the return run, the one that raises the alarm.

    A child who was seen at school is drawn as seen; a mark that counts is drawn as counted only where the
    whole day did.
    """
    if code == "#":
        return "not-held"
    if not code:
        return "unknown"
    known = CODES[code]
    if known.return_effect is ReturnEffect.ZERO:
        return "sighting" if known.unseen_effect is UnseenEffect.SEEN else "broke"
    if known.return_effect is ReturnEffect.COUNT and day.on_return is Effect.COUNTED:
        return "counted"
    return "skipped"


def _row(day: LedgerDay, before: LedgerDay | None) -> dict[str, Any]:
    return {
        "on": dates.day(day.on),
        "iso": day.on.isoformat(),
        "am": _code(day.am),
        "pm": _code(day.pm),
        "return_": _effect(day.on_return, before.return_run if before else 0, day.return_run),
        "removal": _effect(day.on_removal, before.removal_run if before else 0, day.removal_run),
        "unseen": _effect(day.on_unseen, before.days_unseen if before else 0, day.days_unseen),
        "why": day.why,
        "source": day.source,
    }


def _effect(effect: Effect, before: int, after: int) -> dict[str, Any]:
    is_still_nothing = effect is Effect.BROKE and before == 0
    return {"effect": "No run" if is_still_nothing else _EFFECTS[effect], "run": after}


def _code(code: str) -> str:
    return code or "no mark"
