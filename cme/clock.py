"""The only place that asks the time; everything else is told it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's civil date in England."""
    return local_date(now())


def local_date(at: datetime) -> date:
    """The civil date in England at an instant."""
    return at.astimezone(LONDON).date()
