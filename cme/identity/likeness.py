"""What a record says of who a child is, and how two records compare, particular by particular."""

from collections.abc import Callable, Hashable, Sequence, Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import product
from typing import NamedTuple

from cme.identity.names import compared, is_half, is_one_letter_apart, is_reordered, is_short_form
from cme.identity.upn import UpnKind, read_upn


@dataclass(frozen=True)
class Identity:
    """What one record says of who a child is; '' or None where it says nothing.

    `upns` are normalised, the current one first; `number` is an admission number of one school. The other
    surnames and forenames are former, preferred or otherwise recorded ones.
    """

    surname: str = ""
    forename: str = ""
    born_on: date | None = None
    upns: tuple[str, ...] = ()
    number: str = ""
    postcode: str = ""
    other_surnames: tuple[str, ...] = ()
    other_forenames: tuple[str, ...] = ()

    @cached_property
    def surnames(self) -> frozenset[str]:
        """Every recorded surname as it is compared."""
        return _compared(self.surname, *self.other_surnames)

    @cached_property
    def forenames(self) -> frozenset[str]:
        """Every recorded forename as it is compared."""
        return _compared(self.forename, *self.other_forenames)

    @cached_property
    def births(self) -> frozenset[date]:
        """The birth date, if there is one."""
        return frozenset((self.born_on,)) if self.born_on else frozenset()

    @cached_property
    def permanent_upns(self) -> frozenset[str]:
        """The UPNs that are the child's for good: valid ones that are not temporary."""
        read = (read_upn(upn) for upn in self.upns)
        return frozenset(upn.value for upn in read if upn.is_valid and upn.kind is UpnKind.PERMANENT)

    @cached_property
    def homes(self) -> frozenset[str]:
        """The postcode as it is compared, if there is one."""
        return _compared(self.postcode)


def _compared(*names: str) -> frozenset[str]:
    return frozenset(one for name in names if name and (one := compared(name)))


class Likeness(StrEnum):
    """How one particular of two records compares; BLANK where one of them lacks it."""

    SAME = "same"
    SLIP = "slip"
    DIFFERENT = "different"
    BLANK = "blank"


class Comparison(NamedTuple):
    """Two records particular by particular.

    `slips` says in words what each slip may be; `swapped` is whether the surname of each is the forename of
    the other.
    """

    surname: Likeness
    forename: Likeness
    born_on: Likeness
    postcode: Likeness
    slips: tuple[str, ...]
    swapped: bool

    @property
    def agreeing(self) -> int:
        """How many of the four are the same."""
        return self[:4].count(Likeness.SAME)

    @property
    def is_close(self) -> bool:
        """Whether a person should look at the two.

        Three of the four are the same; or of names and birth date one is a typing slip, or one is a name that
        a record lacks, and the rest the same; or the names are swapped and the birth date is the same.
        """
        if self.agreeing >= 3 or (self.swapped and self.born_on is Likeness.SAME):
            return True
        three = self[:3]
        odd = Likeness.SLIP in three or (Likeness.BLANK in three and self.born_on is Likeness.SAME)
        return odd and three.count(Likeness.SAME) == 2

    @property
    def is_sibling(self) -> bool:
        """Whether forename and birth date both differ, and neither by what may be a slip."""
        return self.forename is self.born_on is Likeness.DIFFERENT and not self.swapped

    @property
    def contradicts(self) -> bool:
        """Whether even an identifier is doubted: birth date and surname differ, or birth date and forename.

        The forename is our policy, stricter than registers.md s.6: with a UPN mistyped, a child would get the
        marks of a brother or sister.
        """
        return (self.surname in _UNLIKE and self.born_on in _UNLIKE) or self.is_sibling

    @property
    def bears_out(self) -> bool:
        """Whether surname or birth date agrees, which an admission number needs, and it is no sibling's."""
        return Likeness.SAME in (self.surname, self.born_on) and not self.is_sibling

    @property
    def sentence(self) -> str:
        """What agrees and what does not, for people; it names no name and no date."""
        likenesses = dict(zip(_LABELS, self[:4], strict=True))
        same = [label for label, likeness in likenesses.items() if likeness is Likeness.SAME]
        if self.swapped and Likeness.SAME not in self[:2]:
            said = ["surname and forename may be swapped"]
        else:
            said = [f"{label} differs" for label, each in likenesses.items() if each is Likeness.DIFFERENT]
        said += self.slips
        lacking = [label for label, each in list(likenesses.items())[:3] if each is Likeness.BLANK]
        said += [f"one of the two has no {label}" for label in lacking]
        agreed = (
            f"{_listed(same)} {'are' if len(same) > 1 else 'is'} the same" if same else "nothing is the same"
        )
        return "; ".join([agreed, *said]).capitalize() + "."


_LABELS = ("surname", "forename", "date of birth", "postcode")


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


_UNLIKE = (Likeness.DIFFERENT, Likeness.SLIP)


def compare(one: Identity, other: Identity) -> Comparison:
    """Two records particular by particular; identifiers are not looked at."""
    slips: list[str] = []

    def likeness(ours: Set[Hashable], theirs: Set[Hashable], slip: Callable[[], str]) -> Likeness:
        if not ours or not theirs:
            return Likeness.BLANK
        if not ours.isdisjoint(theirs):
            return Likeness.SAME
        found = slip()
        slips.extend([found] if found else [])
        return Likeness.SLIP if found else Likeness.DIFFERENT

    return Comparison(
        likeness(one.surnames, other.surnames, lambda: _surname_slip(one, other)),
        likeness(one.forenames, other.forenames, lambda: _forename_slip(one, other)),
        likeness(one.births, other.births, lambda: _birth_slip(one, other)),
        likeness(one.homes, other.homes, str),
        tuple(slips),
        not one.surnames.isdisjoint(other.forenames) and not one.forenames.isdisjoint(other.surnames),
    )


def contradict(one: Identity, other: Identity) -> bool:
    """Whether two records of one identifier are in doubt (`Comparison.contradicts`)."""
    # Without two different birth dates nothing is, and then no name need be compared.
    may = one.born_on is not None and other.born_on is not None and one.born_on != other.born_on
    return may and compare(one, other).contradicts


def may_be_one(one: Identity, other: Identity) -> bool:
    """Whether two records may be of one child, so that a person may say they are.

    A UPN in common, unless the particulars speak against it; else close particulars, where no two permanent
    UPNs stand against each other and the forename is not simply another: twins share all but that (our
    policy).
    """
    if not set(one.upns).isdisjoint(other.upns):
        return not contradict(one, other)
    if one.permanent_upns and other.permanent_upns:
        return False
    found = compare(one, other)
    return found.is_close and (found.swapped or found.forename is not Likeness.DIFFERENT)


HALF_SURNAME = "one surname is part of the other"
"""The slip of a double surname of which one record has a part."""


def _surname_slip(one: Identity, other: Identity) -> str:
    for ours, theirs in product((one.surname, *one.other_surnames), (other.surname, *other.other_surnames)):
        if is_half(ours, theirs):
            return HALF_SURNAME
        if is_reordered(ours, theirs):
            return "the parts of the surname may be swapped"
        if is_one_letter_apart(ours, theirs):
            return "the surnames are one letter apart"
    return ""


def _forename_slip(one: Identity, other: Identity) -> str:
    for ours, theirs in product(
        (one.forename, *one.other_forenames), (other.forename, *other.other_forenames)
    ):
        if is_short_form(ours, theirs):
            return "one forename may be short for the other"
        if is_half(ours, theirs) or is_reordered(ours, theirs):
            return "the forenames have a name in common"
        if is_one_letter_apart(ours, theirs):
            return "the forenames are one letter apart"
    return ""


def _birth_slip(one: Identity, other: Identity) -> str:
    ours, theirs = one.born_on, other.born_on
    if ours is None or theirs is None:
        return ""
    if (ours.year, ours.month, ours.day) == (theirs.year, theirs.day, theirs.month):
        return "day and month of birth may be swapped"
    digits = zip(f"{ours:%d%m%Y}", f"{theirs:%d%m%Y}", strict=True)
    return "the dates of birth differ in one digit" if sum(a != b for a, b in digits) == 1 else ""
