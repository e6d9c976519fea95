"""Searching for the children of other authorities' requests: how well; and pupils and requests."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from cme.identity.likeness import Identity
from cme.identity.searching import Child
from cme.synthetic import FORENAMES, SURNAMES
from tests.pairs import lines, make_cases, scores

_FIRST = date(2008, 9, 1).toordinal()

Row = tuple[str, str, int, int]
"""Surname, forename, birth date as an ordinal, and a number: a pupil in little memory."""


def report(_folder: Path) -> None:
    """Print precision and recall of each kind of pair."""
    cases = make_cases()
    print(f"Searching for a child: precision and recall over {len(cases):,} labelled pairs")
    print("  (precision: of labels, likely or possible, those on the right child)")
    for line in lines(scores(cases)):
        print(line)
    print()


def make_rows(pupils: int, chance: random.Random) -> Iterator[Row]:
    """Pupils of 14 years of birth; every fifth has a double surname."""
    for number in range(pupils):
        surname = chance.choice(SURNAMES)
        if number % 5 == 0:
            surname = f"{surname}-{chance.choice(SURNAMES)}"
        yield surname, chance.choice(FORENAMES), _FIRST + chance.randrange(14 * 365), number


def child_of(row: Row) -> Child:
    """A pupil as the rules of searching take it."""
    surname, forename, born_on, number = row
    return Child(Identity(surname, forename, date.fromordinal(born_on), (f"M{number:012d}",)))


def make_requests(rows: list[Row], count: int, chance: random.Random) -> Iterator[Child]:
    """Half of them of a pupil: by UPN, by names, with a slip; the other half of nobody."""
    for number in range(count):
        surname, forename, born_on, pupil = chance.choice(rows)
        born = date.fromordinal(born_on)
        if number % 2:
            another = date.fromordinal(_FIRST + chance.randrange(14 * 365))
            yield Child(Identity(f"{surname}son", f"{forename}wyn", another))
        elif number % 8 == 0:
            yield Child(Identity(upns=(f"M{pupil:012d}",)))
        elif number % 8 == 2:
            yield Child(Identity(forename, surname, born))
        elif number % 8 == 4:
            yield Child(Identity(surname.split("-")[0], forename[0], born))
        else:
            yield Child(Identity(surname, forename, born))
