"""Who of our children may be the one that another authority describes, and how two descriptions compare.

The rules are those of tracing.md s.3. A label is a suggestion to a person and merges nothing: "likely" goes
to one child only, everything in doubt is "possible". Two rules of ours are stricter: a UPN is in doubt where
birth date and forename differ too, as a brother's or sister's do, and full names with birth date are where
both sides have a permanent UPN and not the same. Sex, address, parents and siblings never decide.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import product
from typing import NamedTuple

from cme.identity.likeness import HALF_SURNAME, Comparison, Identity, Likeness, compare
from cme.identity.names import compared, parts

LONGEST_KEY = 64
"""Characters that a lookup key has at most."""

_KEPT = 20
"""Letters of a name that a key keeps; who differs only beyond them is told apart by the rules."""


@dataclass(frozen=True)
class Child:
    """A child as a request or a record of ours describes it; '' or () for what it does not say.

    `address` is without the postcode, which stands in the identity. `parents` and `siblings` are names, with
    whatever else is known beside them in brackets.
    """

    identity: Identity
    sex: str = ""
    address: str = ""
    parents: tuple[str, ...] = ()
    siblings: tuple[str, ...] = ()


class Label(StrEnum):
    """How sure a finding is, before a person has looked at it."""

    LIKELY = "likely"
    POSSIBLE = "possible"


class Rule(StrEnum):
    """By which rule a child was found, in words."""

    UPN = "Same UPN"
    UPN_CONFLICT = "UPN conflict"
    PARTICULARS = "Same names and date of birth"
    NAMESAKE = "Same names and date of birth as another child here"
    OTHER_UPN = "Same names and date of birth, another UPN"
    CLOSE_NAMES = "Same date of birth, names close"
    CLOSE_BIRTH = "Same names, date of birth close"


class Verdict(StrEnum):
    """How one field of the two descriptions compares."""

    MATCH = "match"
    DIFFERS = "differs"
    BLANK_THEIRS = "blank theirs"
    BLANK_OURS = "blank ours"


class Line(NamedTuple):
    """One field of the grid, both values as they were given."""

    field: str
    theirs: str
    ours: str
    verdict: Verdict


@dataclass(frozen=True)
class Finding:
    """A child of ours that may be the one sought: its place among the candidates, the label and the rule.

    `because` says what is close rather than the same. `grid` has every field that either of the two fills.
    """

    place: int
    label: Label
    rule: Rule
    because: tuple[str, ...]
    grid: tuple[Line, ...]

    @property
    def words(self) -> str:
        """The rule, with what is close."""
        return f"{self.rule}: {', '.join(self.because)}" if self.because else self.rule.value


def keys_of(identity: Identity) -> frozenset[str]:
    """The plain strings under which a child is looked up, whichever of the two it is.

    Whoever `judge` can label shares at least one. Their kinds: a UPN; a birth date with any one name, part of
    a double surname too; full name with year, and with day and month, of birth.
    """
    found = {f"upn {upn[:_KEPT]}" for upn in identity.upns if upn}
    if identity.born_on is None:
        return frozenset(found)
    on = identity.born_on.isoformat()
    alone = {part for name in (identity.surname, *identity.other_surnames) for part in parts(name)}
    alone |= identity.surnames | identity.forenames
    found |= {f"born {on} {name[:_KEPT]}" for name in alone}
    for surname, forename in product(identity.surnames, identity.forenames):
        full = f"{surname[:_KEPT]} {forename[:_KEPT]}"
        found |= {f"year {on[:4]} {full}", f"day {on[5:]} {full}"}
    return frozenset(found)


def judge(sought: Child, candidates: Sequence[Child]) -> list[Finding]:
    """Who of the candidates may be the child sought, the likely one first; those who are not are left out.

    Each child is given once. The order of the candidates makes no difference to any label.
    """
    search = _Search(sought.identity, [child.identity for child in candidates])
    found = [
        Finding(place, label, rule, because, grid_of(sought, candidates[place]))
        for place, label, rule, because in search.labels()
    ]
    agreeing = {each.place: search.comparisons[each.place].agreeing for each in found}
    return sorted(found, key=lambda each: (each.label, -agreeing[each.place], each.place))


class _Search:
    def __init__(self, sought: Identity, candidates: Sequence[Identity]) -> None:
        self._sought = sought
        self._candidates = candidates
        self.comparisons = [compare(sought, one) for one in candidates]

    @cached_property
    def _bearers(self) -> Set[int]:
        """Who has, or had, a UPN of the child sought."""
        upns = {upn for upn in self._sought.upns if upn}
        return {place for place, one in enumerate(self._candidates) if not upns.isdisjoint(one.upns)}

    @cached_property
    def _full(self) -> Set[int]:
        """Who has the same birth date and, in any recorded form, the same names."""
        return {
            place
            for place, one in enumerate(self.comparisons)
            if one[:3].count(Likeness.SAME) == len(one[:3])
        }

    def labels(self) -> Iterator[tuple[int, Label, Rule, tuple[str, ...]]]:
        for place, comparison in enumerate(self.comparisons):
            if place in self._bearers:
                label, rule = self._by_upn(place, comparison)
                yield place, label, rule, ()
            elif place in self._full:
                label, rule = self._by_particulars(place)
                yield place, label, rule, ()
            elif found := _close(comparison):
                yield place, Label.POSSIBLE, *found

    def _by_upn(self, place: int, comparison: Comparison) -> tuple[Label, Rule]:
        """A UPN decides unless the rest speaks against it, or names and birth date for somebody else."""
        points_elsewhere = self._full and place not in self._full
        if _contradicts(comparison) or points_elsewhere:
            return Label.POSSIBLE, Rule.UPN_CONFLICT
        return Label.LIKELY, Rule.UPN

    def _by_particulars(self, place: int) -> tuple[Label, Rule]:
        if self._bearers and self._bearers.isdisjoint(self._full):
            return Label.POSSIBLE, Rule.UPN_CONFLICT
        if len(self._full) > 1:
            return Label.POSSIBLE, Rule.NAMESAKE
        if self._sought.permanent_upns and self._candidates[place].permanent_upns:
            return Label.POSSIBLE, Rule.OTHER_UPN
        return Label.LIKELY, Rule.PARTICULARS


def _contradicts(comparison: Comparison) -> bool:
    """Whether a UPN is in doubt: the birth date differs, be it by a slip, and so does one of the names.

    Stricter than `Comparison.contradicts`: nothing is lost where a person looks, and brothers and sisters may
    have birth dates one digit apart.
    """
    unlike = (Likeness.DIFFERENT, Likeness.SLIP)
    other_name = comparison.surname in unlike or comparison.forename is Likeness.DIFFERENT
    return comparison.born_on in unlike and other_name


def _close(comparison: Comparison) -> tuple[Rule, tuple[str, ...]] | None:
    """The rule by which names or birth date are close, and what is; None where they are not.

    With the birth date the same, one name is the same and the other close or blank, or the names are swapped,
    or one surname is part of the other and the forename close too. Else the names are the same, and the birth
    date has day and month swapped or one digit off.
    """
    names = comparison[:2]
    if comparison.born_on is Likeness.SLIP:
        return (Rule.CLOSE_BIRTH, comparison.slips) if set(names) == {Likeness.SAME} else None
    if comparison.born_on is not Likeness.SAME:
        return None
    if comparison.swapped:
        return Rule.CLOSE_NAMES, ("surname and forename may be swapped",)
    both_slip = set(names) == {Likeness.SLIP} and HALF_SURNAME in comparison.slips
    if Likeness.DIFFERENT in names or not (Likeness.SAME in names or both_slip):
        return None
    lacking = [
        name for name, one in zip(("surname", "forename"), names, strict=True) if one is Likeness.BLANK
    ]
    return Rule.CLOSE_NAMES, (*comparison.slips, *(f"one of the two has no {name}" for name in lacking))


def grid_of(theirs: Child, ours: Child) -> tuple[Line, ...]:
    """Two descriptions field by field, those left out that neither fills.

    Where a field holds several values, as former names, one in common is a match.
    """
    pairs = zip(_fields(theirs), _fields(ours), strict=True)
    return tuple(
        Line(field, "; ".join(one), "; ".join(other), _verdict(one, other))
        for (field, one), (_, other) in pairs
        if one or other
    )


def _verdict(theirs: Sequence[str], ours: Sequence[str]) -> Verdict:
    if not theirs or not ours:
        return Verdict.BLANK_OURS if theirs else Verdict.BLANK_THEIRS
    first, second = ({compared(value.partition("(")[0]) for value in values} for values in (theirs, ours))
    return Verdict.DIFFERS if first.isdisjoint(second) else Verdict.MATCH


def _fields(child: Child) -> Iterator[tuple[str, list[str]]]:
    """Every field of the grid with what a description says of it."""
    one = child.identity
    born = f"{one.born_on:%d/%m/%Y}" if one.born_on else ""
    for field, values in (
        ("UPN", one.upns),
        ("Surname", (one.surname, *one.other_surnames)),
        ("Forenames", (one.forename, *one.other_forenames)),
        ("Date of birth", (born,)),
        ("Sex", (child.sex,)),
        ("Address", (child.address,)),
        ("Postcode", (one.postcode,)),
        ("Parents or carers", child.parents),
        ("Siblings", child.siblings),
    ):
        yield field, [value for value in values if value]
