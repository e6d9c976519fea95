"""What an authority changes of its pack: within the law's limits, kept as differences from what is shipped.

Changes are values by path: {"clocks.dsl_review": 2, "front_door.phone": "01325 406222"}.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from types import MappingProxyType
from typing import Any

from cme.casework.policy.clocks import Clock
from cme.casework.policy.pack import PolicyPack
from cme.casework.policy.settings import (
    Kind,
    Needed,
    Setting,
    Value,
    fault_of,
    has,
    read_settings,
    settings_of,
    value_of,
)

Changes = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class PolicyFault:
    """What is wrong with a change: where, by path ('' for the whole), and a sentence that says what to do."""

    path: str
    sentence: str


class PolicyUnfit(ValueError):
    """Changes that no pack can take; `faults` say why, one by one."""

    def __init__(self, faults: Iterable[PolicyFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(fault.sentence for fault in self.faults))


def changed(pack: PolicyPack, changes: Changes) -> PolicyPack:
    """A pack with an authority's own values. Raises PolicyUnfit with every fault.

    The limits: no clock of the law changes; the DSL reviews between day 1 and day 5; a referral is due on
    day 10 at the latest, when the attendance return is due by law (SI 2024/208 reg 13); what prepares it is
    due no later than it is; numbers are whole and positive; addresses have the shape of one.
    """
    faults = [fault for path, value in changes.items() if (fault := fault_at(pack, path, value))]
    if faults:
        raise PolicyUnfit(faults)
    after = overlaid(pack, changes)
    faults = [*order_faults(after)]
    if after.missing.missing_now_enabled and not pack.missing.missing_now_enabled:
        faults += _unreached(after)
    if faults:
        raise PolicyUnfit(faults)
    return after


def overlaid(pack: PolicyPack, changes: Changes) -> PolicyPack:
    """A pack with values that were found to fit before.

    A newer catalogue may not have a setting any more, or have it from the law: then what it says stands.
    """
    settings = read_settings()
    kept = {path: value for path, value in changes.items() if _is_open(pack, settings.get(path))}
    tables: dict[str, Any] = {}
    for path, value in kept.items():
        setting = settings[path]
        table = tables.get(setting.table, getattr(pack, setting.table))
        if isinstance(table, Mapping):
            old = table[setting.key]
            new = _reset(old, value) if isinstance(old, Clock) else value
            tables[setting.table] = MappingProxyType({**table, setting.key: new})
        else:
            tables[setting.table] = replace(table, **{setting.key: value})
    origins = {**pack.origins, **dict.fromkeys(kept, "authority")}
    return replace(pack, **tables, origins=MappingProxyType(origins))


def differences(pack: PolicyPack, wanted: Changes) -> dict[str, Value]:
    """Those of the wanted values that differ from the pack's own; what the pack does not have is left out."""
    settings = read_settings()
    return {
        path: value
        for path, value in wanted.items()
        if _is_open(pack, settings.get(path)) and value_of(pack, settings[path]) != value
    }


def packed(changes: Changes) -> dict[str, Any]:
    """Changes as JSON holds them: a time of day as 10:00, steps as a list."""
    return {path: f"{value:%H:%M}" if isinstance(value, time) else value for path, value in changes.items()}


def unpacked(stored: Mapping[str, Any]) -> dict[str, Value]:
    """Changes read back; what is no setting any more is left out."""
    settings = read_settings()
    return {path: _unpacked(settings[path], value) for path, value in stored.items() if path in settings}


def _unpacked(setting: Setting, value: Any) -> Value:
    if setting.kind is Kind.TIME:
        return time.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


def start_fault(valid_from: date, today: date, last_from: date | None) -> PolicyFault | None:
    """Why a version cannot start on a date: never before today, nor before the version it replaces."""
    if valid_from < today:
        return PolicyFault("valid_from", "A change starts today or later. It never reaches back.")
    if last_from is not None and valid_from < last_from:
        return PolicyFault(
            "valid_from",
            f"The version before starts on {last_from.day} {last_from:%B %Y}. "
            "Choose that day or a later one.",
        )
    return None


def gaps(pack: PolicyPack) -> tuple[Setting, ...]:
    """What must be known before schools start, and is not: the faults of setting up."""
    return tuple(
        each
        for each in settings_of(pack)
        if not value_of(pack, each)
        and (
            each.needed is Needed.ALWAYS
            or (each.needed is Needed.MISSING_NOW and pack.missing.missing_now_enabled)
        )
    )


def _is_open(pack: PolicyPack, setting: Setting | None) -> bool:
    return setting is not None and setting.kind is not Kind.FIXED and has(pack, setting)


def fault_at(pack: PolicyPack, path: str, value: object) -> PolicyFault | None:
    """Why one value cannot be set in a pack, whatever else is set with it; None where it can."""
    table, _, key = path.partition(".")
    if table == "clocks" and key in pack.clocks and pack.is_of_law(key):
        label = read_settings()[path].label
        return PolicyFault(path, f"{label}: the law sets this clock, and no authority can change it.")
    setting = read_settings().get(path)
    if setting is None or not has(pack, setting):
        return PolicyFault(path, f"The policy has no setting {path}. Take it out.")
    sentence = _limit_fault(pack, path, value) or fault_of(setting, value)
    return PolicyFault(path, sentence) if sentence else None


def _limit_fault(pack: PolicyPack, path: str, value: object) -> str | None:
    """The limits that deserve a reason."""
    if path == "recipients.cme_referral" and value == () and pack.recipients["cme_referral"]:
        return "Who receives a referral: choose at least one. A referral never goes nowhere."
    if type(value) is not int:
        return None
    if path == "clocks.dsl_review":
        first, last = pack.rules["dsl_review_day_min"], pack.rules["dsl_review_day_max"]
        if not first <= value <= last:
            return (
                f"DSL review: choose a day from {first} to {last}. "
                "Later is too late for a child whom nobody has seen."
            )
    if path == "clocks.cme_referral" and value > pack.days("attendance_return"):
        return (
            f"Referral sent: choose day {pack.days('attendance_return')} or earlier. "
            "The attendance return is due on that day by law, and the referral is never later."
        )
    return None


_BEFORE: tuple[tuple[str, str], ...] = (
    ("dsl_review_flagged", "dsl_review"),
    ("dsl_review", "cme_referral"),
    ("police_check_offered", "cme_referral"),
    ("enquiries_started_by", "cme_referral"),
    ("home_visit_by", "cme_referral"),
    ("letter_1_by", "cme_referral"),
    ("readiness_check", "referral_draft"),
    ("referral_draft", "cme_referral"),
    ("joint_review", "removal_ground_i"),
    ("s2s_search", "removal_ground_i"),
    ("recheck_first", "recheck_second"),
    ("recheck_second", "recheck_third"),
    ("missing_young_child", "missing_any_age"),
    ("missing_any_age", "missing_alert"),
)
"""Clocks of which the first is never longer than the second."""


def order_faults(pack: PolicyPack) -> Iterable[PolicyFault]:
    """What stands in the wrong order in a pack."""
    settings = read_settings()
    for earlier, later in _BEFORE:
        first, second = pack.clocks[earlier], pack.clocks[later]
        if first.value > second.value:
            label, other = settings[f"clocks.{earlier}"].label, settings[f"clocks.{later}"].label
            yield PolicyFault(
                f"clocks.{earlier}",
                f"{label}: choose {second.text} or earlier. {other} is at {second.text}.",
            )
    amber, red = pack.clocks["first_contact_amber"].at, pack.clocks["first_contact_red"].at
    if amber and red and not amber < red:
        yield PolicyFault("clocks.first_contact_red", "First contact turns red: choose a time after amber.")


def _unreached(pack: PolicyPack) -> list[PolicyFault]:
    return [
        PolicyFault(
            "missing.missing_now_enabled",
            f"Nobody could be told yet: the {each.label} is not named. Enter that contact first.",
        )
        for each in gaps(pack)
        if each.needed is Needed.MISSING_NOW
    ]


def _reset(clock: Clock, value: Value) -> Clock:
    """A clock with another number, or with another time of day."""
    if isinstance(value, time):
        return replace(clock, at=value, basis="authority")
    return replace(clock, value=value, basis="authority")  # type: ignore[arg-type]
