"""When the authority searches again for a child who is not found.

Four, eight and twelve weeks after the removal, or after the time on no roll began, then once a term until
compulsory school age ends. A search that is reopened starts again from its new first day. Source: tracing
reference s.1; casework reference s.12.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cme.attendance.age import compulsory_age

FIRST_WEEKS = (4, 8, 12)
"""After how many calendar weeks the authority searches again (our policy's defaults)."""

TERM = timedelta(weeks=13)
"""What stands for a term where no later start of one is known."""


@dataclass(frozen=True, slots=True)
class Search:
    """One line of the schedule. `due_on` is None for a search beyond the plan, `done_on` for one to come."""

    due_on: date | None
    done_on: date | None = None

    def is_overdue(self, today: date) -> bool:
        """Whether it should have been done and was not."""
        return self.done_on is None and self.due_on is not None and today > self.due_on


def first_dates(start_on: date, weeks: Iterable[int] = FIRST_WEEKS) -> tuple[date, ...]:
    """The planned dates before the termly ones."""
    return tuple(start_on + timedelta(weeks=each) for each in weeks)


def next_search(planned: Sequence[date], made_on: date, term_starts: Sequence[date] = ()) -> date:
    """The first planned date after the last search, or after the start where none was made; then each term.

    `planned` and `term_starts` are in order. Beyond the last known start of a term it is 13 weeks later.
    """
    for dates in (planned, term_starts):
        at = bisect_right(dates, made_on)
        if at < len(dates):
            return dates[at]
    return made_on + TERM


def ends_on(born_on: date | None) -> date | None:
    """The last day on which a search can be due, with compulsory school age; None without a birth date."""
    return compulsory_age(born_on).last_on if born_on else None


def schedule(
    planned: Sequence[date],
    start_on: date,
    done: Iterable[date],
    *,
    term_starts: Sequence[date] = (),
    until_on: date | None = None,
) -> tuple[Search, ...]:
    """Every search that was due or done since the start, and the next one; none is due after `until_on`.

    A search ends everything that was due up to its day. Those done before the start belong to an earlier
    search, which was closed.
    """
    rows: list[Search] = []
    made_on = start_on
    for done_on in sorted(each for each in done if each >= start_on):
        ended = []
        due_on = next_search(planned, made_on, term_starts)
        while due_on <= done_on and (until_on is None or due_on <= until_on):
            ended.append(Search(due_on, done_on))
            due_on = next_search(planned, due_on, term_starts)
        rows += ended or [Search(None, done_on)]
        made_on = done_on
    next_on = next_search(planned, made_on, term_starts)
    if until_on is None or next_on <= until_on:
        rows.append(Search(next_on))
    return tuple(rows)
