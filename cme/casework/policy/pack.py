"""Policy packs: what one authority's procedure says, over the product's defaults and under the law.

The packs are data (`data/policy_packs.toml`, and every earlier version of it beside it). A value is looked
up in the law, then in the pack, then in the defaults; names, numbers and addresses are never borrowed from
anywhere else.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, TypeVar

from cme.casework.policy.clocks import BASES, STARTS, Clock, Unit


class PolicyUnreadable(ValueError):
    """A policy pack that cannot be used; the message says which entry and what to do."""


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
    """The multi-agency panel that may be asked to look at a missing child; '' for an area without one."""

    name: str = ""
    short_name: str = ""
    frequency: str = ""
    decision_required_on_referral: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """How other authorities are asked to look for a child, and from which start (`clocks.STARTS`)."""

    system: str = ""
    start: str = "recorded_cme"


@dataclass(frozen=True, slots=True)
class Missing:
    """Children who go missing: the alert for repeats, and whom of the authority "missing now" reaches.

    An alert is raised by `repeat_count` episodes within the clock `repeat_window`; episodes that only the
    school recorded count where `site_records_count`. `escalations`: a clock in hours -> the contact who is
    told when it ends. Source: casework reference s.13.
    """

    repeat_alert_enabled: bool = True
    repeat_count: int = 3
    site_records_count: bool = False
    missing_now_enabled: bool = False
    escalations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadinessRules:
    """What the authority accepts a referral with: codes of enquiry steps.

    `demands` are asked for beside the steps that the catalogue makes mandatory; `named_first` are the first
    to be named among those missing. Source: casework reference s.7.
    """

    demands: tuple[str, ...] = ()
    named_first: tuple[str, ...] = ()


@dataclass(frozen=True)
class PolicyPack:
    """The policy of one area at one version. A case keeps the version it opened under.

    `version` is that of the catalogue, "1", or an authority's own over it, "1.2". `origins` tells for each
    value that is no clock what it rests on, by its path: "labels.return_talk" -> a key of `BASES`.
    """

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
    trace: Trace = field(default_factory=Trace)
    missing: Missing = field(default_factory=Missing)
    readiness: ReadinessRules = field(default_factory=ReadinessRules)
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    rules: Mapping[str, bool | int] = field(default_factory=dict)
    recipients: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    contacts: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)

    def days(self, clock: str) -> int:
        """The value of a clock, for comparing a run with. Raises KeyError for a clock no pack has."""
        return self.clocks[clock].value

    def review_day(self, *, flagged: bool) -> int:
        """The day of absence on which the DSL reviews: earlier for a child with a risk flag."""
        day = self.days("dsl_review")
        return min(day, self.days("dsl_review_flagged")) if flagged else day

    @property
    def young_child_age_under(self) -> int:
        """The age in years below which a child counts as young: under 10 unless the authority says so."""
        return int(self.rules["n_young_child_age_under"])

    @property
    def head_approves_referral(self) -> bool:
        """Whether the head teacher approves a referral that is no safeguarding referral."""
        return bool(self.rules["head_approves_referral"])

    def is_of_law(self, clock: str) -> bool:
        """Whether a clock is one of the law's, which nobody changes."""
        return self.clocks[clock].basis == "law"


def load_pack(pack_id: str | None = None, version: str | None = None) -> PolicyPack:
    """The pack of that name, or the default pack, from the newest catalogue or the version named.

    Raises PolicyUnreadable, naming what there is, for a name or a version that is not shipped.
    """
    packs = read_packs(version)
    pack = packs.get(pack_id or read_default())
    if pack is None:
        raise PolicyUnreadable(
            f"There is no policy pack {pack_id}. Choose one of: {', '.join(sorted(packs))}."
        )
    return pack


@cache
def _catalogues() -> Mapping[str, Mapping[str, Any]]:
    """Every catalogue that the product ships, by version, the oldest first."""
    found = [
        tomllib.loads(each.read_text(encoding="utf-8"))
        for each in resources.files("cme.data").iterdir()
        if each.name.startswith("policy_packs") and each.name.endswith(".toml")
    ]
    return {each["version"]: each for each in sorted(found, key=lambda each: int(each["version"]))}


def version_in_force(on: date) -> str:
    """The version of the catalogue that governs cases opened on a date; the first, before there was any."""
    shipped = _catalogues()
    begun = [version for version, each in shipped.items() if each["valid_from"] <= on]
    return begun[-1] if begun else next(iter(shipped))


def read_default() -> str:
    """The id of the pack used where none is named."""
    newest = list(_catalogues().values())[-1]
    return str(newest["default_pack"])


@cache
def read_packs(version: str | None = None) -> Mapping[str, PolicyPack]:
    """Every pack of the newest catalogue, or of the version named, by id.

    Raises PolicyUnreadable for a version that is not shipped.
    """
    shipped = _catalogues()
    catalogue = shipped.get(version or list(shipped)[-1])
    if catalogue is None:
        raise PolicyUnreadable(
            f"There is no version {version} of the policy packs. There are: {', '.join(shipped)}."
        )
    return parse_packs(catalogue)


def parse_packs(catalogue: Mapping[str, Any]) -> Mapping[str, PolicyPack]:
    """The packs of a catalogue in the form of `data/policy_packs.toml`.

    Raises PolicyUnreadable for an entry that is missing, of another kind or not known, for a clock without
    a value, unit or start, and for a pack that sets a clock of the law.
    """
    return MappingProxyType({id_: _pack(id_, pack, catalogue) for id_, pack in catalogue["packs"].items()})


_PARTS = ("front_door", "police", "panel", "trace", "missing", "readiness", "rules", "contacts", "labels")
"""The tables of a pack whose values are looked up in the pack and then in the defaults, clocks apart."""

_ALONE = frozenset({"name", "source", "status", "notes", "recipients", "clocks"})


def _pack(pack_id: str, pack: Mapping[str, Any], catalogue: Mapping[str, Any]) -> PolicyPack:
    law, defaults = catalogue["law"], catalogue["defaults"]
    for name in pack:
        if name not in _ALONE and name not in _PARTS:
            raise PolicyUnreadable(f"Pack {pack_id} has {name}, which is not known. Correct its name.")
    merged = {part: {**defaults.get(part, {}), **pack.get(part, {})} for part in _PARTS}
    for rule, value in merged["rules"].items():
        if type(value) is not type(defaults["rules"].get(rule)):
            raise PolicyUnreadable(
                f"Pack {pack_id} sets the rule {rule}, which the defaults do not have in that kind. "
                "Correct its name or its value."
            )
    origins = {
        f"{part}.{key}": "procedure" if key in pack.get(part, {}) else "default"
        for part, values in {**merged, "recipients": pack.get("recipients", {})}.items()
        for key in values
    }
    return PolicyPack(
        id=pack_id,
        version=catalogue["version"],
        valid_from=catalogue["valid_from"],
        name=pack["name"],
        source=pack["source"],
        status=pack["status"],
        front_door=_part(FrontDoor, pack_id, "front_door", merged),
        law=Law(
            return_codes=frozenset(law["return_codes"]),
            removal_codes=frozenset(law["removal_codes"]),
            backdated_removal=law["backdated_removal"],
            register_entry_kept_years=law["register_entry_kept_years"],
            source=law["source"],
        ),
        police=_part(Police, pack_id, "police", merged),
        panel=_part(Panel, pack_id, "panel", merged),
        trace=_part(Trace, pack_id, "trace", merged),
        missing=_part(Missing, pack_id, "missing", merged),
        readiness=_part(ReadinessRules, pack_id, "readiness", merged),
        clocks=_clocks(pack_id, pack.get("clocks", {}), catalogue),
        rules=MappingProxyType(merged["rules"]),
        recipients=MappingProxyType({k: tuple(v) for k, v in pack.get("recipients", {}).items()}),
        contacts=_texts(pack_id, "contacts", merged),
        labels=_texts(pack_id, "labels", merged),
        notes=tuple(pack.get("notes", ())),
        origins=MappingProxyType(origins),
    )


_Part = TypeVar("_Part", FrontDoor, Police, Panel, Trace, Missing, ReadinessRules)


def _part(kind: type[_Part], pack_id: str, name: str, merged: Mapping[str, Mapping[str, Any]]) -> _Part:
    """One table of a pack as its dataclass; lists become tuples."""
    known = {each.name: each for each in fields(kind)}
    given: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in merged[name].items()
    }
    for key, value in given.items():
        if key not in known:
            raise PolicyUnreadable(f"Pack {pack_id} has {name}.{key}, which is not known. Correct its name.")
        wanted = known[key].type
        if wanted in (str, bool, int) and type(value) is not wanted:
            raise PolicyUnreadable(f"{name}.{key} of pack {pack_id} is of the wrong kind. Correct its value.")
    lacking = [
        key
        for key, each in known.items()
        if key not in given and each.default is MISSING and each.default_factory is MISSING
    ]
    if lacking:
        raise PolicyUnreadable(f"Pack {pack_id} lacks {name}.{lacking[0]}. Add it.")
    return kind(**given)


def _texts(pack_id: str, name: str, merged: Mapping[str, Mapping[str, Any]]) -> Mapping[str, str]:
    for key, value in merged[name].items():
        if not isinstance(value, str):
            raise PolicyUnreadable(f"{name}.{key} of pack {pack_id} is no text. Put it in quotation marks.")
    return MappingProxyType(dict(merged[name]))


def _clocks(pack_id: str, own: Mapping[str, Any], catalogue: Mapping[str, Any]) -> Mapping[str, Clock]:
    of_law = {name: {"basis": "law", **entry} for name, entry in catalogue["law"]["clocks"].items()}
    for name in own:
        if name in of_law:
            raise PolicyUnreadable(f"Pack {pack_id} sets {name}, which the law sets. Take it out.")
    written = {**catalogue["defaults"]["clocks"], **own, **of_law}
    return MappingProxyType({name: _clock(pack_id, name, entry) for name, entry in written.items()})


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
    if clock.start not in STARTS:
        raise PolicyUnreadable(
            f"Clock {name} of pack {pack_id} starts at {clock.start}, which is not known. "
            f"Choose one of: {', '.join(STARTS)}."
        )
    if clock.counts_its_first_day and not clock.value:
        raise PolicyUnreadable(f"Clock {name} of pack {pack_id} counts from day 1. Give it a day from 1 on.")
    return clock
