"""Made-up pupils of made-up schools."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from cme.attendance.lines import academic_year
from cme.synthetic import FORENAMES, SURNAMES, make_upn


@dataclass(frozen=True, slots=True)
class Child:
    """A made-up pupil of a made-up school."""

    upn: str
    admission_number: str
    surname: str
    forename: str
    born_on: date
    year_group: int
    class_name: str


def make_children(laestab: str, count: int, years: range, on: date) -> list[Child]:
    """Pupils for a school, spread over its year groups; the same ones for the same arguments."""
    chance = Random(f"{laestab}:{count}")  # noqa: S311 - invents people, guards nothing
    start = academic_year(on)
    children = []
    for serial in range(1, count + 1):
        year_group = years[serial % len(years)]
        born_on = date(start - 5 - year_group, 9, 1) + timedelta(days=chance.randrange(365))
        children.append(
            Child(
                upn=make_upn(laestab, start - year_group, serial // len(years) + 1),
                admission_number=f"{serial:06d}",
                surname=chance.choice(SURNAMES),
                forename=chance.choice(FORENAMES),
                born_on=born_on,
                year_group=year_group,
                class_name=f"{year_group}{'ABC'[serial // len(years) % 3]}",
            )
        )
    return children
