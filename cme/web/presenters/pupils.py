"""Pupils in lists and on their own page."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from cme.attendance.age import age_on
from cme.attendance.runs import REMOVAL_DAYS, RETURN_DAYS, Standing
from cme.web.presenters import dates
from cme.web.presenters.words import capitalised, counted, listed, school_days

NOT_COUNTED = "Not counted"
"""In place of a run: no marks are taken for a boarder."""


def full_name(person: Any) -> str:
    """A pupil's name as it is spoken."""
    return f"{person.forename} {person.surname}".strip() or "No name given"


def listed_name(person: Any) -> str:
    """A pupil's name as a list by surname has it."""
    return ", ".join(part for part in (person.surname, person.forename) if part) or "No name given"


def list_names(registrations: Iterable[Any]) -> dict[int, str]:
    """The listed name of each registration by id; namesakes are told apart by their birth date or number."""
    names: dict[str, list[Any]] = {}
    for registration in registrations:
        names.setdefault(listed_name(registration.pupil), []).append(registration)
    return {
        one.id: name if len(same) == 1 else f"{name} ({_apart(one)})"
        for name, same in names.items()
        for one in same
    }


def _apart(registration: Any) -> str:
    born_on = registration.pupil.born_on
    if born_on:
        return f"born {dates.long_day(born_on)}"
    return f"admission number {registration.admission_number or 'not given'}"


def run_bar(days: int | None, threshold: int) -> dict[str, Any] | None:
    """A run as `cmeRunBar` draws it: amber from day 3, red from the threshold; None where none is counted."""
    if days is None:
        return None
    tone = "alert" if days >= threshold else "warn" if days >= 3 else ""
    return {"days": days, "text": counted(days, "day"), "tone": tone}


def roll_row(registration: Any, name: str, case: Mapping[str, Any] | None) -> dict[str, Any]:
    """One pupil in a list: who, where the runs stand, and the case (`school.case_of`) if there is one."""
    return {
        "id": registration.id,
        "name": name,
        "class_name": class_name(registration),
        "return_bar": run_bar(registration.return_run, RETURN_DAYS),
        "removal_bar": run_bar(registration.removal_run, REMOVAL_DAYS),
        "return_run": _number(registration.return_run),
        "removal_run": _number(registration.removal_run),
        "days_unseen": _number(registration.days_unseen),
        "last_attended": _day_or(registration.last_attended_on, "Not on record"),
        "case": case,
    }


def class_name(registration: Any) -> str:
    """The class, or the year group where no class is given."""
    if registration.class_name:
        return str(registration.class_name)
    return f"Year {registration.year_group}" if registration.year_group else ""


def identity(registration: Any, school_name: str, today: date) -> str:
    """Who the page is about, in one line."""
    pupil = registration.pupil
    born = "Date of birth not given"
    if pupil.born_on:
        born = f"Born {dates.long_day(pupil.born_on)} (aged {age_on(pupil.born_on, today)})"
    parts = [born, f"UPN {pupil.upn or 'not given'}"]
    if registration.admission_number:
        parts.append(f"admission number {registration.admission_number}")
    place = class_name(registration)
    parts.append(f"{place}, {school_name}" if place else school_name)
    return "; ".join(parts)


def figures(standing: Standing) -> list[dict[str, Any]]:
    """The three runs as `cmeFigures` shows them, each with what it means."""
    return [_return_figure(standing), _removal_figure(standing), _unseen_figure(standing)]


_ON_ROLL = "This removes nobody: the child stays on roll until every legal condition is met."


def _return_figure(standing: Standing) -> dict[str, Any]:
    run = standing.return_run
    if run is None:
        return {"label": "Return run", "number": NOT_COUNTED, "note": "No marks are taken for a boarder."}
    note = "In a row without authority (G, N, O or U)."
    tone = "ok"
    if run and standing.run_started_on:
        note = f"Absent without authority since {dates.day(standing.run_started_on)} (codes G, N, O or U)."
        tone = "alert" if run >= RETURN_DAYS else "warn"
    if standing.return_reached_on:
        note += f" Reached day {RETURN_DAYS} on {dates.day(standing.return_reached_on)}."
    return {"label": "Return run", "number": run, "unit": _unit(run), "note": note, "tone": tone}


def _removal_figure(standing: Standing) -> dict[str, Any]:
    run = standing.removal_run
    if run is None:
        return {"label": "Removal run", "number": NOT_COUNTED, "note": "No marks are taken for a boarder."}
    note, tone = "Every session G, N or O, without a doubt.", "ok"
    if run >= REMOVAL_DAYS:
        note, tone = (
            "Eligible for decision. The child stays on roll until every legal condition is met.",
            "alert",
        )
        if standing.removal_reached_on:
            note = f"Reached day {REMOVAL_DAYS} on {dates.day(standing.removal_reached_on)}. {note}"
    elif run:
        left = school_days(REMOVAL_DAYS - run)
        note, tone = f"Every session G, N or O. {capitalised(left)} short of {REMOVAL_DAYS}.", "warn"
    return {"label": "Removal run", "number": run, "unit": _unit(run), "note": note, "tone": tone}


def _unseen_figure(standing: Standing) -> dict[str, Any]:
    run = standing.days_unseen
    if run is None:
        return {"label": "Days unseen", "number": NOT_COUNTED, "note": "No marks are taken for a boarder."}
    tone = "ok" if not run else "alert" if run >= RETURN_DAYS else "warn"
    if standing.last_seen_on:
        note = f"Somebody at school last saw the child on {dates.day(standing.last_seen_on)}."
    else:
        note = "No mark on record says that anybody at school has seen the child."
    return {"label": "Days unseen", "number": run, "unit": _unit(run), "note": note, "tone": tone}


def facts(standing: Standing) -> list[dict[str, str]]:
    """What else the count found, as rows of a summary list."""
    found = [
        ("Last attended", _day_or(standing.last_attended_on, "Not on record")),
        ("Last seen at school", _day_or(standing.last_seen_on, "Not on record")),
        ("Days of illness this school year", str(standing.sickness_days)),
    ]
    if standing.overdue_n:
        days = listed([dates.day(on) for on in standing.overdue_n])
        found.append(
            ("Code N still unresolved", f"{days}. Find the reason and change the code, or change it to O.")
        )
    if standing.unmarked_on:
        found.append(("No full set of marks", listed([dates.day(on) for on in standing.unmarked_on[-10:]])))
    if standing.ground_h_days is not None:
        inferred = ", taken from the last C or C1 in the register" if standing.leave_inferred else ""
        found.append(("Since granted leave ended", f"{school_days(standing.ground_h_days)}{inferred}"))
    if not standing.compulsory_age:
        found.append(
            ("Compulsory school age", "Not of compulsory school age, so the statutory runs do not count")
        )
    return [{"key": key, "value": value} for key, value in found]


def blocks(standing: Standing) -> list[str]:
    """What keeps days of this absence from counting towards removal, a sentence a day, the newest first."""
    by_day: dict[str, list[tuple[str, str]]] = {}
    for reason in standing.removal_blocked_by:
        what, iso, half = _split_block(reason)
        by_day.setdefault(iso, []).append((what, half))
    return [_block(date.fromisoformat(iso), found) for iso, found in sorted(by_day.items(), reverse=True)]


def unreported(standings: Iterable[Sequence[str]]) -> list[date]:
    """The days without a register that absences of a school cross, from each one's `removal_blocked_by`."""
    found = {
        date.fromisoformat(reason.rsplit(" ", 1)[1])
        for reasons in standings
        for reason in reasons
        if reason.startswith("not reported ")
    }
    return sorted(found)


def _split_block(reason: str) -> tuple[str, str, str]:
    """(what, ISO date, half) of "not reported 2026-11-12", "unmarked 2026-11-12 AM" or "I 2026-11-12 AM"."""
    if reason.startswith("not reported "):
        return "not reported", reason.removeprefix("not reported "), ""
    what, iso, half = reason.split(" ")
    return what, iso, half


def _block(on: date, found: Sequence[tuple[str, str]]) -> str:
    said = dates.day(on)
    if any(what == "not reported" for what, _ in found):
        return f"{said}: no register was received"
    by_code: dict[str, list[str]] = {}
    for what, half in found:
        by_code.setdefault(what, []).append(half)
    parts = [
        f"{'no mark' if what == 'unmarked' else f'code {what}'} ({' and '.join(halves)})"
        for what, halves in by_code.items()
    ]
    return f"{said}: {listed(parts)}"


def _number(run: int | None) -> str:
    return NOT_COUNTED if run is None else str(run)


def _unit(run: int) -> str:
    return "school day" if run == 1 else "school days"


def _day_or(on: date | None, otherwise: str) -> str:
    return dates.day(on) if on else otherwise
