"""What of a policy pack an authority can set, one by one: the catalogue `data/policy_settings.csv`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from cme.access.roles import Role
from cme.casework.enquiries.steps import Requirement, Step, read_steps
from cme.casework.policy.clocks import Clock
from cme.casework.policy.pack import PolicyPack
from cme.data import read_rows

Value = str | int | bool | time | tuple[str, ...]
"""A value of a pack, as it stands in one. A clock's is its number, or its time of day."""

LONGEST = 200
"""Characters that a text may have (our policy): it must fit on a page and in a letter."""

_PHONE = re.compile(r"[+(]?[0-9][0-9 ()-]{1,22}")
_PHONE_WITHIN = re.compile(r"\+?[0-9][0-9 ()-]{8,20}[0-9]")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")


RECIPIENTS = (Role.FRONT_DOOR, Role.CME_OFFICER, Role.ADMISSIONS)
"""Who of an authority can be named to receive something."""

_TOLD_OF_REFERRALS = (Role.FRONT_DOOR, Role.CME_OFFICER)


class Kind(StrEnum):
    """What a setting holds. FIXED is shown and never set; REACH is a phone number or an e-mail address."""

    NAME = "name"
    TEXT = "text"
    PHONE = "phone"
    EMAIL = "email"
    REACH = "reach"
    NUMBER = "number"
    CLOCK = "clock"
    TIME = "time"
    YES_NO = "yes_no"
    STEPS = "steps"
    ROLES = "roles"
    FIXED = "fixed"


class Needed(StrEnum):
    """When a setting must be known before schools start: never, always, or where "missing now" is on."""

    NEVER = ""
    ALWAYS = "yes"
    MISSING_NOW = "missing"


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of a pack by its path, "clocks.dsl_review".

    `part` is the form that it belongs to, `group` its heading there; `low` and `high` limit a number.
    """

    part: str
    group: str
    path: str
    label: str
    kind: Kind
    low: int
    high: int
    needed: Needed
    hint: str

    @property
    def table(self) -> str:
        """The table of the pack that holds it."""
        return self.path.partition(".")[0]

    @property
    def key(self) -> str:
        """Its key in that table."""
        return self.path.partition(".")[2]


@cache
def read_settings() -> Mapping[str, Setting]:
    """Every setting by its path, in the order of the catalogue."""
    return MappingProxyType(
        {
            row["path"]: Setting(
                row["part"],
                row["group"],
                row["path"],
                row["label"],
                Kind(row["kind"]),
                int(row["low"] or 0),
                int(row["high"] or 0),
                Needed(row["needed"]),
                row["hint"],
            )
            for row in read_rows("policy_settings.csv")
        }
    )


@cache
def demandable_steps() -> Mapping[str, Step]:
    """The steps that a pack may demand beside the mandatory ones: what schools are recommended to take."""
    return MappingProxyType(
        {
            code: step
            for code, step in read_steps().items()
            if step.side == "school" and step.requirement is Requirement.RECOMMENDED
        }
    )


def settings_of(pack: PolicyPack) -> tuple[Setting, ...]:
    """The settings that a pack has, in the order of the catalogue."""
    return tuple(each for each in read_settings().values() if has(pack, each))


def has(pack: PolicyPack, setting: Setting) -> bool:
    """Whether a pack has a setting: areas differ in their clocks and contacts."""
    table = getattr(pack, setting.table)
    return setting.key in table if isinstance(table, Mapping) else hasattr(table, setting.key)


def value_of(pack: PolicyPack, setting: Setting) -> Value:
    """The value of a setting in a pack that has it."""
    table = getattr(pack, setting.table)
    value: Value | Clock = table[setting.key] if isinstance(table, Mapping) else getattr(table, setting.key)
    if isinstance(value, Clock):
        return value.at if setting.kind is Kind.TIME and value.at else value.value
    return value


def basis_of(pack: PolicyPack, setting: Setting) -> str:
    """What a setting rests on: a key of `clocks.BASES`."""
    if setting.table == "clocks":
        return pack.clocks[setting.key].basis
    return pack.origins.get(setting.path, "default")


def read_value(setting: Setting, text: str) -> Value:
    """What was typed for a setting, as a pack holds it. Raises ValueError with the sentence that refuses it.

    Yes-or-no is "yes" or "no"; steps and roles have spaces between them.
    """
    text = " ".join(text.split())
    match setting.kind:
        case Kind.NUMBER | Kind.CLOCK:
            if not (text.isascii() and text.isdigit() and len(text) <= 4):
                raise ValueError(f"{setting.label}: enter a whole number, like {max(setting.low, 3)}.")
            return int(text)
        case Kind.TIME:
            if not re.fullmatch(r"([01]?[0-9]|2[0-3])[:.][0-5][0-9]", text):
                raise ValueError(f"{setting.label}: enter a time like 10:00.")
            hour, minute = re.split("[:.]", text)
            return time(int(hour), int(minute))
        case Kind.YES_NO:
            if text not in {"yes", "no"}:
                raise ValueError(f"{setting.label}: choose yes or no.")
            return text == "yes"
        case Kind.STEPS | Kind.ROLES:
            return tuple(text.split())
        case _:
            return text


def recipients_for(setting: Setting) -> tuple[Role, ...]:
    """Who can be named for a setting: nobody who would not be told of it, nor may see the child then."""
    return _TOLD_OF_REFERRALS if setting.key in ("cme_referral", "safeguarding") else RECIPIENTS


def fault_of(setting: Setting, value: object) -> str | None:
    """Why a value cannot stand for a setting by itself; None where it can."""
    label = setting.label
    match setting.kind:
        case Kind.FIXED:
            return f"{label}: no authority can change this."
        case Kind.NUMBER | Kind.CLOCK:
            return _number_fault(setting, value)
        case Kind.TIME:
            fits = isinstance(value, time) and time(8) <= value <= time(16)
            return None if fits else f"{label}: enter a time between 08:00 and 16:00, on the day itself."
        case Kind.YES_NO:
            return None if isinstance(value, bool) else f"{label}: choose yes or no."
        case Kind.STEPS:
            fits = isinstance(value, tuple) and set(value) <= set(demandable_steps())
            return None if fits else f"{label}: choose steps from the list."
        case Kind.ROLES:
            fits = isinstance(value, tuple) and set(value) <= {role.value for role in recipients_for(setting)}
            return None if fits else f"{label}: choose from the list."
        case _:
            return _text_fault(setting, value)


def _number_fault(setting: Setting, value: object) -> str | None:
    if type(value) is not int:
        return f"{setting.label}: enter a whole number, like {max(setting.low, 3)}."
    if not setting.low <= value <= setting.high:
        return f"{setting.label}: enter a number from {setting.low} to {setting.high}."
    return None


def _text_fault(setting: Setting, value: object) -> str | None:
    label = setting.label
    if not isinstance(value, str) or not value.isprintable():
        return f"{label}: enter text on one line."
    if len(value) > LONGEST:
        return f"{label}: enter {LONGEST} characters or fewer."
    if not value:
        return f"{label}: enter it. Nobody can do without." if setting.kind is Kind.NAME else None
    if setting.kind is Kind.PHONE and not is_phone(value):
        return f"{label}: enter a phone number like 01325 406222."
    if setting.kind is Kind.EMAIL and not is_email(value):
        return f"{label}: enter an e-mail address like team@council.example."
    if setting.kind is Kind.REACH and not (_PHONE_WITHIN.search(value) or _has_email(value)):
        return f"{label}: enter a phone number or an e-mail address, with a name before it if you like."
    return None


def is_phone(text: str) -> bool:
    """Whether a text has the shape of a phone number: 3 digits (999) to 15, and only what goes with them."""
    return bool(_PHONE.fullmatch(text)) and 3 <= sum(sign.isdigit() for sign in text) <= 15


def is_email(text: str) -> bool:
    """Whether a text has the shape of an e-mail address."""
    return bool(_EMAIL.fullmatch(text))


def _has_email(text: str) -> bool:
    return any(is_email(word.strip(",;<>()")) for word in text.split())
