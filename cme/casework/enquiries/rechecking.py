"""The authority looks again for a child who is not found: what is planned and done, and where it looked.

The one rule of the next date, for the duty of a case, its page, and the record of children missing education.
Source: tracing reference s.1; casework reference s.12.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from cme.attendance.calendar import PeriodKind, SchoolCalendar
from cme.casework.facts import CaseFacts
from cme.casework.policy.clocks import due_on
from cme.casework.policy.pack import PolicyPack
from cme.casework.removal.afterwards import whereabouts_known
from cme.casework.state import CaseState
from cme.tracing.research import Search, ends_on, schedule

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "lpd": "Lost Pupil Database",
        "admissions": "own admissions",
        "imports": "recent imports",
        "home_education": "home-education list",
        "authorities": "other authorities",
        "health": "health",
    }
)
"""Where the authority looks, as an enquiry keeps it in the words of who was asked."""

_CLOCKS = ("recheck_first", "recheck_second", "recheck_third")
_BETWEEN = "; "


def in_words(codes: Iterable[str], other: str = "") -> str:
    """Where the authority looked, in the order of the list, with what else was asked; '' for nowhere."""
    ticked = frozenset(codes)
    return _BETWEEN.join(
        filter(None, (*(text for code, text in SOURCES.items() if code in ticked), other.strip()))
    )


def from_words(text: str) -> tuple[tuple[str, ...], str]:
    """What was ticked, by its codes, and what else was said: `in_words` the other way round."""
    said = [each.strip() for each in text.split(_BETWEEN.strip()) if each.strip()]
    codes = tuple(code for code, words in SOURCES.items() if words in said)
    return codes, _BETWEEN.join(each for each in said if each not in SOURCES.values())


def began_on(state: CaseState) -> date | None:
    """From when the dates are counted: the removal, or the day on which a search was taken up anew.

    None before a removal, and after one that says itself where the child is.
    """
    if state.ground and whereabouts_known(state):
        return None
    return state.searched_anew_on or state.removed_on


def plan(
    pack: PolicyPack,
    start_on: date,
    done: Iterable[date],
    calendar: SchoolCalendar,
    born_on: date | None = None,
) -> tuple[Search, ...]:
    """Every search that was due or done since a day, and those planned: by the pack, then each term.

    Terms begin as the calendar says; where it knows none, a search comes every 13 weeks.
    """
    planned = sorted(
        due_on(pack.clocks[name], start_on, calendar, calendar.bank_holidays) for name in _CLOCKS
    )
    terms = sorted(each.first_on for each in calendar.periods if each.kind is PeriodKind.TERM)
    until_on = ends_on(born_on)
    searches = schedule(planned, start_on, done, term_starts=terms, until_on=until_on)
    owed_on = next_on(searches)
    later = (on for on in planned if owed_on and on > owed_on and (until_on is None or on <= until_on))
    return (*searches, *map(Search, later))


def plan_of(state: CaseState, facts: CaseFacts, calendar: SchoolCalendar) -> tuple[Search, ...]:
    """The same of a case; () before a removal. A trace that ended without a find is a search too."""
    start_on = began_on(state)
    if start_on is None:
        return ()
    done = {*facts.rechecked_on, *state.no_trace_on}
    return plan(facts.pack, start_on, done, calendar, facts.born_on)


def next_on(searches: Iterable[Search]) -> date | None:
    """When the next search is due; None where none is planned any more."""
    return next((each.due_on for each in searches if each.done_on is None), None)


def recheck_due_on(state: CaseState, facts: CaseFacts, calendar: SchoolCalendar) -> date | None:
    """When the next search of a case is due: None before a removal, and beyond compulsory school age."""
    return next_on(plan_of(state, facts, calendar))
