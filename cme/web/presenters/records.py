"""The record of children missing education, and the figures of the return, as pages show them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for

from cme.casework.outcomes import read_outcomes
from cme.casework.record.catalogue import read_reasons
from cme.casework.record.returning import SEXES, CmeReturn
from cme.casework.small_cells import Protected
from cme.casework.stages import Stage
from cme.clock import local_date
from cme.services.removal.cme_records import Census, LeftOut, duration_label
from cme.services.tracing.searches import recheck_on
from cme.store.cme_records import Part
from cme.store.paging import Slice
from cme.web.presenters.dates import day, long_day
from cme.web.presenters.paging import next_and_previous
from cme.web.presenters.pupils import full_name
from cme.web.presenters.words import capitalised, counted

HIDDEN = "Hidden"
"""What stands in place of a number that would tell of few children."""

PARTS = {Part.OPEN: "On no roll now", Part.ENDED: "Ended", Part.ALL: "All"}


def record_page(found: Slice, counts: dict[Part, int], part: Part, today: date) -> dict[str, Any]:
    """One page of the record."""

    def address(**place: Any) -> str:
        return url_for("record.list_spells", part=part.value if part is not Part.OPEN else None, **place)

    return {
        "caption": counted(counts[part], "child", "children")
        if part is Part.OPEN
        else counted(counts[part], "entry", "entries"),
        "parts": [
            {
                "text": f"{text} ({counts[each]:,})",
                "href": url_for("record.list_spells", part=each.value if each is not Part.OPEN else None),
                "active": each is part,
            }
            for each, text in PARTS.items()
        ],
        "rows": [_row(spell, today) for spell in found.rows],
        "pagination": next_and_previous(
            address(before=found.before) if found.before else "",
            address(after=found.after) if found.after else "",
            "Pages of the record",
        ),
    }


def _row(spell: Any, today: date) -> dict[str, Any]:
    check_on = recheck_on(spell, today)
    return {
        "child": full_name(spell.pupil),
        "id": spell.id,
        "href": url_for("record.show", spell_id=spell.id),
        "since": long_day(spell.started_on) if spell.started_on else "Not known",
        "duration": duration_label(spell, today),
        "reason": reason_label(spell.reason),
        "ended": long_day(spell.ended_on) if spell.ended_on else "",
        "check": day(check_on) if check_on else "",
        "is_late": check_on is not None and check_on < today,
    }


def entry_page(spell: Any, today: date) -> dict[str, Any]:
    """Everything about one entry."""
    check_on = recheck_on(spell, today)
    case = spell.case
    rows = [
        ("Date of birth", long_day(spell.pupil.born_on) if spell.pupil.born_on else "Not known"),
        ("UPN", spell.pupil.upn or "Not known"),
        ("Sex", SEXES.get(spell.sex, SEXES[""])),
        ("Year group", spell.year_group or "Not known"),
        ("First day off every roll", long_day(spell.started_on) if spell.started_on else "Not known"),
        ("Duration", duration_label(spell, today)),
        ("Primary reason", reason_label(spell.reason)),
    ]
    if spell.ended_on:
        rows += [
            ("Ended", long_day(spell.ended_on)),
            ("How it ended", read_outcomes()[spell.end_reason].label if spell.end_reason else "Not known"),
        ]
    else:
        late = " (overdue)" if check_on and check_on < today else ""
        rows.append(("Check again", f"{day(check_on)}{late}" if check_on else "No date now"))
    return {
        "name": full_name(spell.pupil),
        "rows": [{"key": {"text": key}, "value": {"text": value}} for key, value in rows],
        "notes": spell.note.splitlines(),
        "is_open": spell.ended_on is None,
        "case": {
            "reference": case.reference,
            "href": url_for("cases.show", case_reference=case.reference),
            "school": case.school.name,
            "left_open": spell.ended_on is not None and Stage(case.stage).is_open,
        }
        if case
        else None,
        "opened": f"{day(local_date(spell.created_at))}, {spell.created_by}",
    }


def reason_label(code: str) -> str:
    """The DfE's words for a reason."""
    return read_reasons().get(code, "Not recorded")


def figure(number: int | None) -> str:
    """A number of children, or that it is hidden."""
    return HIDDEN if number is None else f"{number:,}"


def return_page(census: Census, days: Sequence[date], today: date) -> dict[str, Any]:
    """The return of a census day."""
    figures = census.figures
    return {
        "census": long_day(figures.census_on),
        "census_on": figures.census_on.isoformat(),
        "is_to_come": figures.census_on > today,
        "year": f"{long_day(figures.year_first_on)} to {long_day(figures.year_last_on)}",
        "days": [
            {"value": on.isoformat(), "text": long_day(on), "selected": on == figures.census_on}
            for on in sorted({*days, figures.census_on}, reverse=True)
        ],
        "total": (figure(figures.on_day.total), figure(figures.in_year.total)),
        "tables": list(tables(figures)),
        "has_hidden": any(map(_hides, (figures.on_day, figures.in_year))),
        "reasons": [
            {"why": capitalised(why), "number": f"{number:,}"} for why, number in census.reasons.items()
        ],
        "left_out": [_named(each) for each in census.left_out],
        "without_reason": [_named(each) for each in census.without_reason],
    }


def _named(child: LeftOut) -> dict[str, str]:
    return {
        "name": child.name,
        "why": child.why,
        "about": child.reference or f"entry {child.spell_id}",
        "href": url_for("cases.show", case_reference=child.reference)
        if child.reference
        else url_for("record.show", spell_id=child.spell_id),
    }


def tables(figures: CmeReturn) -> list[dict[str, Any]]:
    """Each table of a return with its rows: label, on the day, in the year before; and the total."""
    return [
        {
            "title": title,
            "rows": [
                (label, figure(number), figure(figures.in_year.tables[title][label]))
                for label, number in shown.items()
            ],
            "total": (figure(figures.on_day.total), figure(figures.in_year.total)),
        }
        for title, shown in figures.on_day.tables.items()
    ]


def _hides(figures: Protected) -> bool:
    return any(None in table.values() for table in figures.tables.values())
