"""What approving a register would do to a school's roll and marks. Nothing is written here."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from types import MappingProxyType

from cme.identity.matching import Match, Step, match, match_each
from cme.identity.names import particulars
from importers.planning.planned import Decision, KnownPupil, Plan
from importers.planning.sorting import Row, Sorter
from importers.register import PupilReading


def plan_import(
    pupils: Sequence[PupilReading],
    roll: Iterable[KnownPupil],
    *,
    removed: Iterable[KnownPupil] = (),
    decisions: Mapping[str, Decision] = MappingProxyType({}),
    later: Mapping[int, Mapping[int, str]] = MappingProxyType({}),
    accepted: Set[str] = frozenset(),
) -> Plan:
    """Match the pupils of a register to a school's roll and say what would change.

    Who is matched is `cme.identity.matching.match`; whoever is not sure waits for a person and stops nobody
    else (our policy). `decisions` are by the key of the row (`row_keys`): one that is no longer among the
    choices of its row is passed over, and the row waits again. `removed` are the children who were removed
    from the roll: a row that may be of one of them waits. `later` has, by registration and academic year, the
    marks that uploads received after this one vouch for: these stay. A register never overwrites a name,
    birth date or UPN unless the key of that change is `accepted`.
    """
    known, gone = list(roll), list(removed)
    trusts_numbers = _trusts_numbers(pupils, known)
    read = [one.identity for one in pupils]
    found = [
        _with_namesakes(one, each, known)
        for one, each in zip(
            pupils, match(read, [one.identity for one in known], by_number=trusts_numbers), strict=True
        )
    ]
    # One by one: each of two rows that are both of a child who was removed is surely of that child.
    unsure = [place for place, each in enumerate(found) if not each.step.is_match]
    left = match_each(
        [read[place] for place in unsure], [one.identity for one in gone], by_number=trusts_numbers
    )
    was = dict(zip(unsure, left, strict=True))
    rows = [
        Row(key, one, each, was.get(place, Match(Step.NONE)))
        for place, (key, one, each) in enumerate(zip(row_keys(pupils), pupils, found, strict=True))
    ]
    sorter = Sorter(known, gone, later, accepted, trusts_numbers=trusts_numbers)
    sorter.sort(rows, decisions)
    return Plan(
        pupils=tuple(sorter.planned),
        close=tuple(sorter.close),
        conflicts=tuple(sorter.conflicts),
        removed=tuple(sorter.removed),
        left_out=tuple(sorter.left_out),
        not_in_file=tuple(one for place, one in enumerate(known) if place not in sorter.in_file),
        rows=len(pupils),
        matched=sum(one.step.is_match for one in found),
        trusts_numbers=trusts_numbers,
    )


def _with_namesakes(reading: PupilReading, found: Match, known: Sequence[KnownPupil]) -> Match:
    """A row in conflict with the child of its UPN, and whoever has its full name and birth date beside it.

    Two UPNs that were swapped leave each child with a row of the other's (our policy).
    """
    if found.step is not Step.UPN_CONFLICT:
        return found
    who = particulars(reading.surname, reading.forename, reading.born_on)
    if who is None:
        return found
    alike = [
        place
        for place, one in enumerate(known)
        if place not in found.found and particulars(one.surname, one.forename, one.born_on) == who
    ]
    return Match(found.step, (*found.found, *alike))


def row_keys(pupils: Iterable[PupilReading]) -> list[str]:
    """A key for each pupil of a reading: the address, numbered where two files of one name share it."""
    times: Counter[str] = Counter()
    keys = []
    for pupil in pupils:
        times[pupil.address] += 1
        number = times[pupil.address]
        keys.append(pupil.address if number == 1 else f"{pupil.address} ({number})")
    return keys


LEAST_NUMBERS, LEAST_SHARE = 10, 0.5
"""Of at least so many admission numbers more than this share must be known, or they are some system's ids."""


def _trusts_numbers(pupils: Iterable[PupilReading], roll: Iterable[KnownPupil]) -> bool:
    read = {one.admission_number.lstrip("0") for one in pupils} - {""}
    known = {one.admission_number.lstrip("0") for one in roll} - {""}
    fewer = min(len(read), len(known))
    return fewer < LEAST_NUMBERS or len(read & known) > LEAST_SHARE * fewer
