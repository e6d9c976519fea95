"""Searching for the children of other authorities' requests: how well, and how fast as an authority grows."""

import gc
import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from cme.identity.likeness import Identity
from cme.identity.searching import Child, judge, keys_of
from cme.synthetic import FORENAMES, SURNAMES
from tests.pairs import lines, make_cases, scores

PUPILS, REQUESTS = (20_000, 200_000, 1_000_000), 200
MOST_SECONDS = 2.0
_FIRST = date(2008, 9, 1).toordinal()

Row = tuple[str, str, int, int]
"""Surname, forename, birth date as an ordinal, and a number: a pupil in little memory."""


def report(_folder: Path) -> None:
    """Print precision and recall of each kind of pair, and the time of 200 requests at each size."""
    cases = make_cases()
    print(f"Searching for a child: precision and recall over {len(cases):,} labelled pairs")
    print("  (precision: of labels, likely or possible, those on the right child)")
    for line in lines(scores(cases)):
        print(line)
    print(f"\n  {REQUESTS} requests, looked up by keys in memory and judged; at most {MOST_SECONDS:.0f} s")
    before = 0.0
    for pupils in PUPILS:
        before = _measure(pupils, before)
    print()


def _measure(pupils: int, before: float) -> float:
    chance = random.Random(pupils)
    rows = list(_rows(pupils, chance))
    requests = list(_requests(rows, chance))
    started = time.perf_counter()
    index: dict[int, int | list[int]] = {}
    for place, row in enumerate(rows):
        for key in map(hash, keys_of(_child(row).identity)):
            held = index.get(key)
            if held is None:
                index[key] = place
            elif isinstance(held, list):
                held.append(place)
            else:
                index[key] = [held, place]
    built = time.perf_counter() - started
    gc.collect()
    started = time.perf_counter()
    candidates = found = 0
    for sought in requests:
        places: set[int] = set()
        for key in map(hash, keys_of(sought.identity)):
            held = index.get(key, [])
            places.update(held if isinstance(held, list) else (held,))
        candidates += len(places)
        found += bool(judge(sought, [_child(rows[place]) for place in sorted(places)]))
    seconds = time.perf_counter() - started
    grown = f", {seconds / before:.1f} times" if before else ""
    said = "" if seconds <= MOST_SECONDS else "  TOO SLOW"
    print(
        f"  {pupils:9,} pupils: {seconds:5.2f} s{grown}; {candidates / REQUESTS:.0f} candidates a request, "
        f"{found} of {REQUESTS} found (keys of everybody made in {built:.1f} s){said}"
    )
    return seconds


def _rows(pupils: int, chance: random.Random) -> Iterator[Row]:
    """Pupils of 14 years of birth; every fifth has a double surname."""
    for number in range(pupils):
        surname = chance.choice(SURNAMES)
        if number % 5 == 0:
            surname = f"{surname}-{chance.choice(SURNAMES)}"
        yield surname, chance.choice(FORENAMES), _FIRST + chance.randrange(14 * 365), number


def _child(row: Row) -> Child:
    surname, forename, born_on, number = row
    return Child(Identity(surname, forename, date.fromordinal(born_on), (f"M{number:012d}",)))


def _requests(rows: list[Row], chance: random.Random) -> Iterator[Child]:
    """Half of them of a pupil: by UPN, by names, with a slip; the other half of nobody."""
    for number in range(REQUESTS):
        surname, forename, born_on, pupil = chance.choice(rows)
        born = date.fromordinal(born_on)
        if number % 2:
            yield Child(Identity(surname, f"{forename}x", born + timedelta(days=20_000)))
        elif number % 8 == 0:
            yield Child(Identity(upns=(f"M{pupil:012d}",)))
        elif number % 8 == 2:
            yield Child(Identity(forename, surname, born))
        elif number % 8 == 4:
            yield Child(Identity(surname.split("-")[0], forename[0], born))
        else:
            yield Child(Identity(surname, forename, born))
