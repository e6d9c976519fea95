"""Bank holidays in England, from the `holidays` library, as a plain frozen set for the pure rooms."""

from datetime import date
from functools import cache

FIRST_YEAR, LAST_YEAR = 2018, 2038


@cache
def england() -> frozenset[date]:
    """Every bank holiday in England from 2018 to 2038, substitute days included."""
    import holidays

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1)))
