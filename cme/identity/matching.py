"""Whether two records are of one child: what they agree in, and who of one list may be whom of another.

The rule is ours (registers.md s.6, tracing.md s.3): identifiers first, and never where the particulars speak
against them; full particulars only where they can be but one child's; anything less is for a person to
decide. A name, or a surname with a birth date, never matches.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cached_property, partial
from itertools import product
from typing import NamedTuple, TypeVar

from cme.identity.likeness import Identity, Likeness, compare, contradict

_Key = TypeVar("_Key", bound=Hashable)


class Step(StrEnum):
    """By what a record was matched, or why it was not.

    The first three are a match. CLOSE is for a person to decide. In the next four the match is in doubt: the
    bearer of the identifier has another birth date and another name (UPN), is not borne out or has another
    UPN (NUMBER), nothing is there to compare (UNPROVEN), or the child is another record's too (TWICE), by an
    identifier or by full name and birth date.
    """

    UPN = "upn"
    NUMBER = "number"
    PARTICULARS = "particulars"
    CLOSE = "close"
    UPN_CONFLICT = "upn_conflict"
    NUMBER_CONFLICT = "number_conflict"
    UNPROVEN = "unproven"
    TWICE = "twice"
    NONE = "none"

    @property
    def is_match(self) -> bool:
        """Whether it needs no person."""
        return self in (Step.UPN, Step.NUMBER, Step.PARTICULARS)


class Match(NamedTuple):
    """What became of one record: the places in the other list of the child found, or of who it may be."""

    step: Step
    found: tuple[int, ...] = ()


def match(records: Sequence[Identity], known: Sequence[Identity], *, by_number: bool = True) -> list[Match]:
    """For each record, who of the known children it is of, or may be.

    Each known child is matched at most once, and the order of the records makes no difference. Without
    `by_number` admission numbers are not looked at: they are some system's own. A record costs few look-ups.
    """
    return _Matcher(records, _Known(known), by_number=by_number).match()


def match_each(
    records: Sequence[Identity], known: Sequence[Identity], *, by_number: bool = True
) -> list[Match]:
    """The same for each record as if there were no other: several may be of one known child."""
    index = _Known(known)
    return [found for one in records for found in _Matcher([one], index, by_number=by_number).match()]


class _Known:
    """The known children by what they are looked up by."""

    def __init__(self, known: Sequence[Identity]) -> None:
        self._known = known

    def __getitem__(self, place: int) -> Identity:
        return self._known[place]

    def bearers(self, upn: str) -> Sequence[int]:
        """Whose current UPN it is, or else whose former one."""
        return self._upns.get(upn, ()) or self._former_upns.get(upn, ())

    @cached_property
    def numbers(self) -> dict[str, list[int]]:
        """By admission number as it stands."""
        return _index(self._known, lambda one: (one.number,) if one.number else ())

    @cached_property
    def bare_numbers(self) -> dict[str, list[int]]:
        """By admission number without leading zeros."""
        return _index(self._known, lambda one: (_bare(one.number),) if one.number else ())

    @cached_property
    def pairs(self) -> dict[tuple[str, str], dict[tuple[Hashable, ...], list[int]]]:
        """By two particulars at a time."""
        return {
            (one, other): _index(self._known, partial(_keys, first=one, second=other))
            for one, other in _NEIGHBOURS
        }

    @cached_property
    def _upns(self) -> dict[str, list[int]]:
        return _index(self._known, lambda one: one.upns[:1])

    @cached_property
    def _former_upns(self) -> dict[str, list[int]]:
        return _index(self._known, lambda one: one.upns[1:])


class _Matcher:
    def __init__(self, records: Sequence[Identity], known: _Known, *, by_number: bool) -> None:
        self.results: dict[int, Match] = {}
        self._records = records
        self._known = known
        self._looks_at_numbers = by_number
        self._taken: set[int] = set()
        self._disputed: set[int] = set()

    def match(self) -> list[Match]:
        """What became of each record, in their order."""
        self.settle(self.by_upn)
        if self._looks_at_numbers:
            self.settle(self.by_number)
        self.settle(self.by_particulars)
        return [self.results.get(place) or self.close(record) for place, record in enumerate(self._records)]

    def settle(self, step: Callable[[Identity], Match | None]) -> None:
        """Take one step for every record that is left; a child that two of them claim goes to neither."""
        claims: dict[int, list[int]] = defaultdict(list)
        for place, record in enumerate(self._records):
            if place in self.results or (result := step(record)) is None:
                continue
            self.results[place] = result
            if result.step.is_match:
                claims[result.found[0]].append(place)
            else:
                self._disputed.update(result.found)
        for child, places in claims.items():
            if len(places) > 1 or child in self._taken or child in self._disputed:
                self.results.update({place: Match(Step.TWICE, (child,)) for place in places})
                self._disputed.add(child)
            else:
                self._taken.add(child)

    def by_upn(self, record: Identity) -> Match | None:
        """Step 1: a current UPN before a former one."""
        found = next((places for upn in record.upns if (places := self._known.bearers(upn))), ())
        if not found:
            return None
        agreeing = [place for place in found if not contradict(record, self._known[place])]
        if len(agreeing) == 1:
            return Match(Step.UPN, tuple(agreeing))
        return Match(Step.TWICE if agreeing else Step.UPN_CONFLICT, tuple(agreeing or found))

    def by_number(self, record: Identity) -> Match | None:
        """Step 2: the number as it stands, else the one that differs by leading zeros alone."""
        found = self._known.numbers.get(record.number, ())
        is_exact = bool(found)
        if not is_exact:
            found = self._known.bare_numbers.get(_bare(record.number), ())
        fitting = [place for place in found if self._fits_number(record, self._known[place])]
        if len(fitting) == 1 and (is_exact or len(found) == 1):
            return Match(Step.NUMBER, tuple(fitting))
        if not is_exact:
            return None
        if fitting:
            return Match(Step.TWICE, tuple(fitting))
        is_bare = all({*compare(record, self._known[place])[:3:2]} == {Likeness.BLANK} for place in found)
        return Match(Step.UNPROVEN if is_bare else Step.NUMBER_CONFLICT, tuple(found))

    def by_particulars(self, record: Identity) -> Match | None:
        """Step 3: full name and birth date, where they can be but one child's on either side."""
        birth = record.born_on
        if birth is None or not record.surnames or not record.forenames:
            return None
        alike = self._places("surnames", "births", record)
        full = [place for place in alike if not self._known[place].forenames.isdisjoint(record.forenames)]
        if len(alike) != 1 or len(full) != 1 or full[0] in self._taken or full[0] in self._disputed:
            return None
        if any(self._times[surname, birth] > 1 for surname in record.surnames):
            return None
        return (
            None if self._may_differ(record, self._known[full[0]]) else Match(Step.PARTICULARS, tuple(full))
        )

    def close(self, record: Identity) -> Match:
        """Step 4: whom a person should look at, the most alike first; else the child is unknown.

        Who is alike in full name and birth date with a child of another record may be that child in two rows,
        whatever the identifiers say (our policy).
        """
        found: dict[int, int] = {}
        for place in self._neighbours(record):
            other = self._known[place]
            if place in self._taken:
                if compare(record, other)[:3].count(Likeness.SAME) == 3:
                    return Match(Step.TWICE, (place,))
                continue
            if place in found or self._differ(record, other):
                continue
            comparison = compare(record, other)
            if comparison.is_close:
                found[place] = comparison.agreeing
        order = sorted(found, key=lambda place: (-found[place], place))
        return Match(Step.CLOSE, tuple(order)) if order else Match(Step.NONE)

    def _fits_number(self, record: Identity, other: Identity) -> bool:
        comparison = compare(record, other)
        if not _share(record.upns, other.upns) and record.upns and other.upns:
            # A temporary UPN gives way to a permanent one, and then everything else is the same.
            is_temporary = any(upn[-1].isalpha() for upn in (record.upns[0], other.upns[0]))
            return is_temporary and comparison[:3].count(Likeness.SAME) == 3
        return comparison.bears_out

    def _differ(self, record: Identity, other: Identity) -> bool:
        """Whether both have an identifier that only one child has, and not the same."""
        both_last = record.permanent_upns and other.permanent_upns
        if both_last and not _share(record.upns, other.upns):
            return True
        numbers = {_bare(one.number) for one in (record, other) if one.number}
        return self._looks_at_numbers and len(numbers) > 1

    def _may_differ(self, record: Identity, other: Identity) -> bool:
        """The same where a temporary UPN counts too: enough to ask, where nobody is asked otherwise."""
        has_two = bool(record.upns and other.upns) and not _share(record.upns, other.upns)
        return has_two or self._differ(record, other)

    @cached_property
    def _times(self) -> Counter[tuple[Hashable, ...]]:
        """How many records share a surname and a birth date."""
        return Counter(key for record in self._records for key in _keys(record, "surnames", "births"))

    def _places(self, one: str, other: str, record: Identity) -> list[int]:
        index = self._known.pairs[one, other]
        return list(dict.fromkeys(p for key in _keys(record, one, other) for p in index.get(key, ())))

    def _neighbours(self, record: Identity) -> Iterator[int]:
        """Everybody who shares two particulars: nobody else can be close, save with the names swapped."""
        for one, other in _NEIGHBOURS:
            yield from self._places(one, other, record)
        swapped = self._known.pairs["surnames", "births"]
        for key in product(record.forenames, record.births):
            yield from swapped.get(key, ())


_NEIGHBOURS = (
    ("surnames", "births"),
    ("forenames", "births"),
    ("surnames", "forenames"),
)
"""Two of these are the same in every close pair that is not swapped: three of four leave one out at most."""


def _keys(one: Identity, first: str, second: str) -> Iterator[tuple[Hashable, ...]]:
    return product(getattr(one, first), getattr(one, second))


def _index(known: Sequence[Identity], keys: Callable[[Identity], Iterable[_Key]]) -> dict[_Key, list[int]]:
    found: dict[_Key, list[int]] = defaultdict(list)
    for place, one in enumerate(known):
        for key in keys(one):
            found[key].append(place)
    return found


def _share(one: Iterable[str], other: Iterable[str]) -> bool:
    return not set(one).isdisjoint(other)


def _bare(number: str) -> str:
    return number.lstrip("0")
