"""The termly return to the DfE: whom it counts on a census day and in the year before, and whom it does not.

Counted are children of compulsory school age on no school's roll and not suitably educated; a child on a roll
is not, however long absent. Source: Education Act 1996 s.436A; attendance reference s.11.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cme.attendance.age import compulsory_age
from cme.attendance.lines import academic_year
from cme.casework.record.catalogue import NOT_RECORDED, duration_of, read_durations, read_reasons
from cme.casework.record.census import year_before
from cme.casework.small_cells import Protected, protect

NOT_KNOWN = "Not known"
SEXES: Mapping[str, str] = {"F": "Female", "M": "Male", "": "Unknown"}
YEAR_GROUPS = ("Reception", *(f"Year {number}" for number in range(1, 12)), NOT_KNOWN)
FLAGS: Mapping[str, str] = {
    "ehc_plan": "Education, health and care plan",
    "child_protection_plan": "Child protection plan",
}
"""What is held of a child beside, by the kind of the flag. SEN support is not: no source tells us of it."""

_AGE_IN_RECEPTION = 5


@dataclass(frozen=True, slots=True)
class OnRoll:
    """A time on a school's roll: from a day on, until the day of the removal, which is off it."""

    first_on: date
    removed_on: date | None = None

    def covers(self, on: date) -> bool:
        """Whether the child was on that roll on a date."""
        return self.first_on <= on and (self.removed_on is None or on < self.removed_on)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One time on no roll as it stands in the record. `child` tells one child from another.

    `ended_on` is the first day on which the child was no longer missing from education.
    """

    id: int
    child: int
    started_on: date | None
    ended_on: date | None
    reason: str
    sex: str = ""
    year_group: str = ""
    born_on: date | None = None
    flags: tuple[str, ...] = ()
    rolls: tuple[OnRoll, ...] = ()


def why_out(spell: Recorded, on: date) -> str | None:
    """Why a child on the record is not counted on a day, in words after "because"; None where it is."""
    if spell.started_on is not None and spell.started_on > on:
        return "the time on no roll began later"
    if spell.ended_on is not None and spell.ended_on <= on:
        return "the time on no roll had ended"
    if any(roll.covers(on) for roll in spell.rolls):
        return "the child is on the roll of a school"
    if spell.born_on is not None and not compulsory_age(spell.born_on).covers(on):
        return "the child is not of compulsory school age"
    return None


def counted_between(spell: Recorded, first_on: date, last_on: date) -> bool:
    """Whether a child counts on any day of a stretch."""
    edges = [first_on, spell.started_on, *(roll.removed_on for roll in spell.rolls)]
    if spell.born_on is not None:
        edges.append(compulsory_age(spell.born_on).first_on)
    return any(why_out(spell, on) is None for on in edges if on is not None and first_on <= on <= last_on)


@dataclass(frozen=True, slots=True)
class CmeReturn:
    """The figures of one census: on the day itself, and at any time in the academic year before."""

    census_on: date
    year_first_on: date
    year_last_on: date
    on_day: Protected
    in_year: Protected
    left_out: tuple[tuple[Recorded, str], ...]
    """Whoever was on the record since the year before and is not counted on the day, and why."""


def count_return(spells: Sequence[Recorded], census_on: date, *, hide: bool = True) -> CmeReturn:
    """The return of a census day, each child once; few children hidden, unless it is for the DfE itself.

    A child with several times in the year counts with the last of them; how long it was is taken to its end,
    or to the end of that year (our policy).
    """
    first_on, last_on = year_before(census_on)
    on_day = _one_each(spell for spell in spells if why_out(spell, census_on) is None)
    in_year = _one_each(spell for spell in spells if counted_between(spell, first_on, last_on))
    counted = {spell.child for spell in on_day}
    others = (spell for spell in spells if spell.child not in counted)
    return CmeReturn(
        census_on,
        first_on,
        last_on,
        _figures(on_day, lambda _spell: census_on, hide=hide),
        _figures(in_year, lambda spell: min(spell.ended_on or last_on, last_on), hide=hide),
        tuple((spell, why) for spell in others if (why := why_out(spell, census_on))),
    )


def year_group_of(spell: Recorded, on: date) -> str:
    """The year group by the birth date on a day; for want of one that which the record has."""
    if spell.born_on is not None:
        number = academic_year(on) - academic_year(spell.born_on) - _AGE_IN_RECEPTION
    else:
        digits = "".join(sign for sign in spell.year_group if sign in "0123456789")
        number = int(digits or ("0" if spell.year_group[:1].upper() == "R" else "99"))
    name = "Reception" if number == 0 else f"Year {number}"
    return name if name in YEAR_GROUPS else NOT_KNOWN


def _one_each(spells: Iterable[Recorded]) -> list[Recorded]:
    """The last time of each child."""
    ordered = sorted(spells, key=lambda spell: (spell.started_on or date.min, spell.id))
    return list({spell.child: spell for spell in ordered}.values())


def _figures(spells: Sequence[Recorded], until: Callable[[Recorded], date], *, hide: bool) -> Protected:
    reasons = read_reasons()
    tables: dict[str, dict[str, int]] = {
        "Sex": dict.fromkeys(SEXES.values(), 0),
        "Year group": dict.fromkeys(YEAR_GROUPS, 0),
        "Duration": {band.label: 0 for band in read_durations()},
        "Primary reason": dict.fromkeys(reasons.values(), 0),
        **{label: {"Yes": 0, "No": 0} for label in FLAGS.values()},
    }
    for spell in spells:
        on = until(spell)
        tables["Sex"][SEXES.get(spell.sex, SEXES[""])] += 1
        tables["Year group"][year_group_of(spell, on)] += 1
        tables["Duration"][duration_of(spell.started_on, on).label] += 1
        tables["Primary reason"][reasons.get(spell.reason, reasons[NOT_RECORDED])] += 1
        for kind, label in FLAGS.items():
            tables[label]["Yes" if kind in spell.flags else "No"] += 1
    return protect(len(spells), tables) if hide else Protected(len(spells), tables)
