"""Bank holidays in England, from the `holidays` library, as a plain frozen set for the pure rooms.

The library costs every process that loads it 20 MB and up to a second, so its answer is kept as a catalogue;
a test holds the two together. After an update of the library, write the catalogue again:
`python -m cme.bank_holidays > cme/data/bank_holidays.csv`.
"""

import csv
import sys
from datetime import date
from functools import cache

from cme.data import read_rows

FIRST_YEAR, LAST_YEAR = 2018, 2038


@cache
def england() -> frozenset[date]:
    """Every bank holiday in England from 2018 to 2038, substitute days included."""
    return frozenset(catalogue())


def catalogue() -> dict[date, str]:
    """The days with their names, in order, as bank_holidays.csv has them."""
    return {date.fromisoformat(row["on"]): row["name"] for row in read_rows("bank_holidays.csv")}


def from_library() -> dict[date, str]:
    """The days with their names, in order, as the library works them out."""
    import holidays

    years = range(FIRST_YEAR, LAST_YEAR + 1)
    return dict(sorted(holidays.country_holidays("GB", subdiv="ENG", years=years).items()))


if __name__ == "__main__":
    from importlib.metadata import version

    source = f"holidays {version('holidays')}, GB, subdivision ENG"
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerows([("on", "name", "source"), *((*day, source) for day in from_library().items())])
