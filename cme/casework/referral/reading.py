"""When a referral that is sent is read at the earliest: an authority's offices keep hours (our policy)."""

from datetime import date, datetime, time

from cme.casework.policy.clocks import is_working_day, nth_working_day_after

OPENS, CLOSES = time(9), time(17)
"""The hours in which somebody reads what arrives, on working days."""


def read_from_on(sent: datetime, bank_holidays: frozenset[date]) -> date | None:
    """The working day before which nobody may read what is sent at a local time; None: it is read now."""
    if is_working_day(sent.date(), bank_holidays):
        if sent.time() < OPENS:
            return sent.date()
        if sent.time() < CLOSES:
            return None
    return nth_working_day_after(sent.date(), 1, bank_holidays)
