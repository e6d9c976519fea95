"""How long a child who was found may wait for a decision, by the policy of the authority."""

from datetime import date, datetime, time, timedelta

from cme import bank_holidays
from cme.access.scope import Scope
from cme.attendance.calendar import SchoolCalendar
from cme.casework.policy.clocks import due_on
from cme.clock import LONDON
from cme.services.policies import pack_in_force
from cme.store import incoming as store
from cme.store.tables import LocalAuthority


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
