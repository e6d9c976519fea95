"""Policy packs: what one authority's procedure says, over the product's defaults and under the law.

The packs are data (`data/policy_packs.toml`). A value is looked up in the law, then in the pack, then in
the defaults; names, numbers and addresses are never borrowed from anywhere else.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any


class Unit(StrEnum):
    """What a clock counts in. School days are the pupil's school's; working days exclude bank holidays."""

    SCHOOL_DAY = "school_day"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    WEEK = "week"
    CALENDAR_MONTH = "calendar_month"
    HOUR = "hour"


BASES: Mapping[str, str] = MappingProxyType(
    {
        "law": "required by law or statutory guidance",
        "procedure": "the local procedure",
        "practice": "practice of another authority",
        "default": "our policy",
    }
)
"""What a clock rests on -> the words shown beside its deadline."""


class PolicyUnreadable(ValueError):
    """A policy pack that cannot be used; the message says which entry and what to do."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How long something may take: `value` units from the event `start`, resting on `basis`.

    `at` is the time of day it is due, where the policy names one.
    """

    value: int
    unit: Unit
    start: str
    basis: str
    at: time | None = None

    @property
    def counts_its_first_day(self) -> bool:
        """Whether the starting day is day 1, as it is for days of an absence."""
        return self.start == "first_counted_day"


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """The authority's first contact point; an empty text means that the procedure does not give it."""

    name: str
    short_name: str
    phone: str = ""
    email: str = ""
    address: str = ""
    out_of_hours_name: str = ""
    out_of_hours_phone: str = ""
    out_of_hours_when: str = ""
    advice_label: str = ""


@dataclass(frozen=True, slots=True)
class Police:
    """How the police are reached in the area."""

    force: str = ""
    emergency: str = "999"
    non_emergency: str = ""
    missing_team: str = ""


@dataclass(frozen=True, slots=True)
class Law:
    """What no pack can change besides the clocks of the law."""

    return_codes: frozenset[str]
    removal_codes: frozenset[str]
    backdated_removal: bool
    register_entry_kept_years: int
    source: str


@dataclass(frozen=True, slots=True)
class Panel:
    """The multi-agency panel that may be asked to look at a missing child."""

    name: str = ""
    short_name: str = ""
    frequency: str = ""


@dataclass(frozen=True)
class PolicyPack:
    """The policy of one area at one version. A case keeps the version it opened under."""

    id: str
    version: str
    valid_from: date
    name: str
    source: str
    status: str
    front_door: FrontDoor
    law: Law
    police: Police = field(default_factory=Police)
    panel: Panel = field(default_factory=Panel)
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    rules: Mapping[str, bool | int] = field(default_factory=dict)
    recipients: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    contacts: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def days(self, clock: str) -> int:
        """The value of a clock, for comparing a run with. Raises KeyError for a clock no pack has."""
        return self.clocks[clock].value

    def review_day(self, *, flagged: bool) -> int:
        """The day of absence on which the DSL reviews: earlier for a child with a risk flag."""
        day = self.days("dsl_review")
        return min(day, self.days("dsl_review_flagged")) if flagged else day


def load_pack(pack_id: str | None = None) -> PolicyPack:
    """The pack of that name, or the default pack.

    Raises PolicyUnreadable, naming the packs there are, for a name that is not shipped.
    """
    pack = read_packs().get(pack_id or read_default())
    if pack is None:
        raise PolicyUnreadable(
            f"There is no policy pack {pack_id}. Choose one of: {', '.join(sorted(read_packs()))}."
        )
    return pack


@cache
def _catalogue() -> Mapping[str, Any]:
    text = resources.files("cme.data").joinpath("policy_packs.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def read_default() -> str:
    """The id of the pack used where none is named."""
    return str(_catalogue()["default_pack"])


@cache
def read_packs() -> Mapping[str, PolicyPack]:
    """Every pack that the product ships, by id."""
    return parse_packs(_catalogue())


def parse_packs(catalogue: Mapping[str, Any]) -> Mapping[str, PolicyPack]:
    """The packs of a catalogue in the form of `data/policy_packs.toml`.

    Raises PolicyUnreadable for a clock without a value, unit or start, and for a pack that sets a clock
    of the law.
    """
    return MappingProxyType({id_: _pack(id_, pack, catalogue) for id_, pack in catalogue["packs"].items()})


def _pack(pack_id: str, pack: Mapping[str, Any], catalogue: Mapping[str, Any]) -> PolicyPack:
    law, defaults = catalogue["law"], catalogue["defaults"]
    own = pack.get("clocks", {})
    for name in own:
        if name in law["clocks"]:
            raise PolicyUnreadable(f"Pack {pack_id} sets {name}, which the law sets. Take it out.")
    written = {**defaults["clocks"], **own, **{k: {"basis": "law", **v} for k, v in law["clocks"].items()}}
    return PolicyPack(
        id=pack_id,
        version=catalogue["version"],
        valid_from=catalogue["valid_from"],
        name=pack["name"],
        source=pack["source"],
        status=pack["status"],
        front_door=FrontDoor(**pack["front_door"]),
        law=Law(
            return_codes=frozenset(law["return_codes"]),
            removal_codes=frozenset(law["removal_codes"]),
            backdated_removal=law["backdated_removal"],
            register_entry_kept_years=law["register_entry_kept_years"],
            source=law["source"],
        ),
        police=Police(**pack.get("police", {})),
        panel=Panel(**pack.get("panel", {})),
        clocks=MappingProxyType({name: _clock(pack_id, name, entry) for name, entry in written.items()}),
        rules=MappingProxyType({**defaults["rules"], **pack.get("rules", {})}),
        recipients=MappingProxyType({k: tuple(v) for k, v in pack.get("recipients", {}).items()}),
        contacts=MappingProxyType(dict(pack.get("contacts", {}))),
        labels=MappingProxyType({**defaults["labels"], **pack.get("labels", {})}),
    )


def _clock(pack_id: str, name: str, entry: Mapping[str, Any]) -> Clock:
    try:
        clock = Clock(
            value=entry["value"],
            unit=Unit(entry["unit"]),
            start=entry["start"],
            basis=entry["basis"],
            at=entry.get("at"),
        )
    except (KeyError, ValueError) as fault:
        raise PolicyUnreadable(
            f"Clock {name} of pack {pack_id} needs a value, a known unit, a start and a basis ({fault})."
        ) from None
    if type(clock.value) is not int or clock.value < 0 or clock.basis not in BASES:
        raise PolicyUnreadable(
            f"Clock {name} of pack {pack_id} needs a whole number and one of the bases {', '.join(BASES)}."
        )
    return clock
