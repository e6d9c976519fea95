"""Pupils in lists and on their own page."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for

from cme.attendance.age import age_on
from cme.attendance.ledger import LedgerDay
from cme.attendance.standing import REMOVAL_DAYS, RETURN_DAYS, Standing
from cme.clock import local_date
from cme.store.pupils import RollPage, RollPart
from cme.web.presenters import dates
from cme.web.presenters.stages import overlay_tags, stage_tag
from cme.web.presenters.words import counted, listed, school_days

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


def part_named(name: str | None) -> RollPart:
    """The part of the roll that an address asks for; the whole roll where it names none of ours."""
    return RollPart(name) if name in list(RollPart) else RollPart.ALL


def roll_page(
    laestab: str, part: RollPart, page: RollPage, counts: Mapping[RollPart, int], cases: Iterable[Any]
) -> dict[str, Any]:
    """One page of a roll: its rows, the parts to choose from, and the pages round it."""
    links = {case.registration_id: case_of(case) for case in cases}
    names = list_names(page.registrations)
    where = f" (page {page.page} of {page.pages})" if page.pages > 1 else ""
    return {
        "heading": f"{_PARTS[part]}{where}",
        "caption": counted(page.total, "pupil"),
        "rows": [roll_row(one, names[one.id], links.get(one.id)) for one in page.registrations],
        "empty": _EMPTY[part],
        "as_of": next((dates.day(one.as_of) for one in page.registrations if one.as_of), ""),
        "parts": [
            {
                "text": f"{text} ({counts[each]:,})",
                "href": _roll_url(laestab, each, 1),
                "active": each is part,
            }
            for each, text in _PARTS.items()
        ],
        "pagination": _pagination(laestab, part, page),
    }


_PARTS = {
    RollPart.ALL: "Pupils on roll",
    RollPart.ABSENT: "Absent or not seen",
    RollPart.TEN_DAYS: "Ten days or more",
    RollPart.OVERDUE_N: "Code N unresolved",
}

_EMPTY = {
    RollPart.ALL: "Nobody is on roll yet. Pupils come with the first register that is approved.",
    RollPart.ABSENT: "Nobody is absent without authority, and everybody was seen on the last day counted.",
    RollPart.TEN_DAYS: "Nobody has been absent without authority for ten school days or more.",
    RollPart.OVERDUE_N: "Every code N has been resolved within 5 school days.",
}


def _roll_url(laestab: str, part: RollPart, page: int) -> str:
    show = None if part is RollPart.ALL else part.value
    return url_for("school.roll", laestab=laestab, show=show, page=page if page > 1 else None)


def _pagination(laestab: str, part: RollPart, page: RollPage) -> dict[str, Any] | None:
    if page.pages == 1:
        return None
    near = {1, page.page - 1, page.page, page.page + 1, page.pages} & set(range(1, page.pages + 1))
    items: list[dict[str, Any]] = []
    for number in sorted(near):
        if items and number - items[-1]["number"] > 1:
            items.append({"ellipsis": True, "number": number - 1})
        href = _roll_url(laestab, part, number)
        items.append({"number": number, "href": href, "current": number == page.page})
    found: dict[str, Any] = {"items": items}
    if page.page > 1:
        found["previous"] = {"href": _roll_url(laestab, part, page.page - 1)}
    if page.page < page.pages:
        found["next"] = {"href": _roll_url(laestab, part, page.page + 1)}
    return found


def case_of(case: Any) -> dict[str, Any]:
    """A case as lists show it: its reference and its tags."""
    return {
        "reference": case.reference,
        "tag": stage_tag(case.stage),
        "overlays": overlay_tags(case.overlays),
    }


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
    """The class, or the year group where no class is given: a register writes it "5", "R" or "Year 5"."""
    if registration.class_name:
        return str(registration.class_name)
    group = str(registration.year_group or "")
    return f"Year {group}" if group and len(group) < len("Year") else group


def pupil_page(
    registration: Any, standing: Standing, ledger: Sequence[LedgerDay], *, today: date
) -> dict[str, Any]:
    """Everything about a pupil but the ledger, of which only the newest mark is said, and the cases."""
    return {
        "name": full_name(registration.pupil),
        "identity": identity(registration, registration.school.name, today),
        "annulled": dates.day(local_date(registration.annulled_at)) if registration.annulled_at else "",
        "removed": dates.day(registration.removed_on) if registration.removed_on else "",
        "as_of": dates.day(standing.as_of) if standing.as_of else "",
        "figures": figures(standing),
        "facts": facts(standing, newest=_newest_code(ledger)),
        "blocks": blocks(standing),
    }


def case_links(history: Sequence[Any]) -> dict[str, Any]:
    """The open case of a pupil, if there is one, and those that are closed."""
    shown = [
        case_of(case) | {"opened": dates.day(local_date(case.opened_at)), "due": _due(case)}
        for case in history
    ]
    is_open = [case.closed_at is None for case in history]
    return {
        "open": next((case for case, still in zip(shown, is_open, strict=True) if still), None),
        "closed": [case for case, still in zip(shown, is_open, strict=True) if not still],
    }


def _due(case: Any) -> str:
    return f"{case.due_what}, by {dates.day(case.due_on)}" if case.due_on else ""


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
    return [
        _figure("Return run", standing.return_run, RETURN_DAYS, _about_return(standing)),
        _figure("Removal run", standing.removal_run, REMOVAL_DAYS, _about_removal(standing)),
        _figure("Days unseen", standing.days_unseen, RETURN_DAYS, _about_unseen(standing)),
    ]


def _figure(label: str, run: int | None, threshold: int, note: str) -> dict[str, Any]:
    if run is None:
        return {"label": label, "number": NOT_COUNTED, "note": "No marks are taken for a boarder."}
    tone = "alert" if run >= threshold else "warn" if run else "ok"
    unit = "school day" if run == 1 else "school days"
    return {"label": label, "number": run, "unit": unit, "note": note, "tone": tone}


def _about_return(standing: Standing) -> str:
    if not standing.return_run or standing.run_started_on is None:
        return "Not absent without authority now (codes G, N, O or U)."
    note = f"Absent without authority since {dates.day(standing.run_started_on)} (codes G, N, O or U)."
    if standing.return_reached_on:
        note += f" Reached day {RETURN_DAYS} on {dates.day(standing.return_reached_on)}."
    return note


def _about_removal(standing: Standing) -> str:
    run = standing.removal_run or 0
    if not run:
        return "Counts only days with every session G, N or O. There are none now."
    if run < REMOVAL_DAYS:
        return f"Every session G, N or O. {school_days(REMOVAL_DAYS - run)} short of {REMOVAL_DAYS}."
    on_roll = "This removes nobody: the child stays on roll until every legal condition is met."
    if standing.removal_reached_on is None:
        return on_roll
    return f"Reached day {REMOVAL_DAYS} on {dates.day(standing.removal_reached_on)}. {on_roll}"


def _about_unseen(standing: Standing) -> str:
    if standing.last_seen_on:
        return f"Somebody at school last saw the child on {dates.day(standing.last_seen_on)}."
    return "No mark on record says that anybody at school has seen the child."


def _newest_code(ledger: Sequence[LedgerDay]) -> str:
    """The code of the latest session with a mark, '' for none."""
    codes = (code for day in reversed(ledger) for code in (day.pm, day.am))
    return next((code for code in codes if code not in ("", "#")), "")


def facts(standing: Standing, *, newest: str = "") -> list[dict[str, str]]:
    """What else the count found, as rows of a summary list; `newest` is the code of the latest mark."""
    attended = _day_or(standing.last_attended_on, "Not on record")
    if newest == "U":
        attended += ". Late after the register closed counts as absent (U)."
    found = [
        ("Last attended", attended),
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
    """What keeps days of this absence from counting towards removal, in words, the newest day first."""
    halves: dict[tuple[str, str], list[str]] = {}
    for reason in standing.removal_blocked_by:
        what, iso, half = _split_block(reason)
        halves.setdefault((iso, what), []).append(half)
    newest_first = sorted(halves.items(), key=lambda found: found[0][0], reverse=True)
    return [_block(date.fromisoformat(iso), what, listed(found)) for (iso, what), found in newest_first]


def _split_block(reason: str) -> tuple[str, str, str]:
    """(what, ISO date, half) of "not reported 2026-11-12", "unmarked 2026-11-12 AM" or "I 2026-11-12 AM"."""
    if reason.startswith("not reported "):
        return "not reported", reason.removeprefix("not reported "), ""
    what, iso, half = reason.split(" ")
    return what, iso, half


def _block(on: date, what: str, halves: str) -> str:
    if what == "not reported":
        return f"{dates.day(on)}: no register"
    return f"{dates.day(on)}, {halves}: {'no mark' if what == 'unmarked' else f'code {what}'}"


def _number(run: int | None) -> str:
    return NOT_COUNTED if run is None else str(run)


def _day_or(on: date | None, otherwise: str) -> str:
    return dates.day(on) if on else otherwise
