"""Children who were found and wait for a decision: for how long they may, and when they wait again."""

from datetime import date, datetime, time, timedelta

from cme import bank_holidays
from cme.access.scope import Scope
from cme.attendance.calendar import SchoolCalendar
from cme.casework.policy.clocks import due_on
from cme.clock import LONDON
from cme.identity.searching import Finding, Label
from cme.services.policies import pack_in_force
from cme.store import incoming as store
from cme.store.tables import LocalAuthority, TraceMatch
from cme.tracing.dispositions import Disposition, is_to_be_looked_at_again


def restate(match: TraceMatch, finding: Finding, *, at: datetime, import_id: int | None = None) -> bool:
    """Store what is known by now of a match on record; whether somebody is told of it like of a new one.

    What was decided stands on what was known then, and is not touched, unless it is to be looked at again.
    """
    disposition = Disposition(match.disposition)
    again = is_to_be_looked_at_again(disposition, Label(match.label), finding.label)
    if again or disposition is Disposition.UNREVIEWED:
        match.label, match.rule = finding.label.value, finding.words
    if again:
        set_back(match, at=at)
        match.import_id = import_id
    return again


def set_back(match: TraceMatch, *, at: datetime) -> None:
    """Let a match wait for a decision as if it was found at this instant."""
    match.disposition, match.reason = Disposition.UNREVIEWED.value, ""
    match.decided_at, match.decided_by, match.found_at = None, "", at


def late_before(authority: LocalAuthority, on: date) -> datetime:
    """The instant before which whoever was found has waited too long on a day.

    Source: tracing reference s.3, point 5; the number of working days is the clock `match_review`.
    """
    england = bank_holidays.england()
    clock, calendar = (
        pack_in_force(authority, on).clocks["match_review"],
        SchoolCalendar(bank_holidays=england),
    )
    found_on = on
    while due_on(clock, found_on, calendar, england) >= on:
        found_on -= timedelta(days=1)
    return datetime.combine(found_on + timedelta(days=1), time(), LONDON)


def count_late(scope: Scope, authority: LocalAuthority, on: date) -> int:
    """How many children found for an authority have waited too long for a decision on a day."""
    return store.count_unreviewed(scope, authority.id, late_before(authority, on))
