"""An authority's policy in words: what is in force, where each value comes from, and who changed what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from flask import url_for

from cme.access.roles import POLICY
from cme.casework.enquiries.steps import read_steps
from cme.casework.policy.changes import gaps
from cme.casework.policy.clocks import STARTS, Clock, Unit
from cme.casework.policy.pack import PolicyPack
from cme.casework.policy.settings import RECIPIENTS, Kind, Setting, basis_of, settings_of, value_of
from cme.services.policies import MadeVersion
from cme.web.presenters.dates import day, moment
from cme.web.presenters.words import capitalised, listed

PARTS: Mapping[str, str] = MappingProxyType(
    {
        "front-door": "Front door, police and panel",
        "contacts": "Recipients and contacts",
        "clocks": "Clocks",
        "rules": "Rules",
        "words": "Words",
    }
)
"""The parts of a policy, each changed on a form of its own -> their headings."""

NOT_KNOWN = "Not known"

_FROM = {
    "law": "Law: cannot be changed",
    "procedure": "Local procedure",
    "practice": "Practice of another authority",
    "default": "Our default",
    "authority": "Set here",
}


def name_of(setting: Setting) -> str:
    """The name of a setting's field, which is also its anchor in the page."""
    return setting.path.replace(".", "-")


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """Everything that the page of a policy shows."""

    version: str
    rows: list[dict[str, Any]]
    borrowed: str
    gaps: list[dict[str, str]]
    parts: list[dict[str, Any]]
    law: list[dict[str, str]]
    notes: Sequence[str]
    history: list[dict[str, Any]]


def present_policy(
    authority: Any, pack: PolicyPack, coming: PolicyPack, made: Sequence[MadeVersion], today: date
) -> PolicyPage:
    """The policy in force today, with the changes made so far; `coming` is the last of them."""
    code, settings = authority.code, settings_of(pack)
    of_law = [each for each in settings if _is_of_law(pack, each)]
    open_ = [each for each in settings if not _is_of_law(pack, each)]
    return PolicyPage(
        version=pack.version,
        rows=_about(pack, coming),
        borrowed=_borrowed(authority.name, pack),
        gaps=[
            {"text": f"{each.label} is not known", "href": f"{_address(code, each.part)}#{name_of(each)}"}
            for each in gaps(coming)
        ],
        parts=[
            {
                "id": part,
                "heading": heading,
                "href": _address(code, part),
                "has_starts": part == "clocks",
                "groups": _groups(pack, (each for each in open_ if each.part == part)),
            }
            for part, heading in PARTS.items()
        ],
        law=[_row(pack, each) for each in of_law],
        notes=pack.notes,
        history=[_made(each, today) for each in made],
    )


def inputs(form: Any, pack: PolicyPack) -> list[dict[str, Any]]:
    """The fields of a form under their headings: [{heading, fields: [{field, params}]}]."""
    return [
        {
            "heading": group,
            "fields": [{"field": form[name_of(each)], "params": _params(pack, each)} for each in of_group],
        }
        for group, of_group in groupby(form.settings, attrgetter("group"))
    ]


def overtaken(made: MadeVersion) -> str:
    """That somebody else saved a version while a form was open, and what they set."""
    said = "; ".join(
        f"{each.label} was {_value(made.before, each)} and is {_value(made.after, each)}"
        for each in made.settings
    )
    return (
        f"{made.made_by} saved version {made.after.version} after you opened this page. Nothing of yours is "
        f"saved yet. They changed this: {said}. Check your answers against it, then save again."
    )


def saved(pack: PolicyPack) -> str:
    """That a version was saved, and which cases it governs."""
    return (
        f"Version {pack.version} is saved. It governs cases opened from {day(pack.valid_from)} on. "
        "Cases that are open keep the version they opened under."
    )


def _address(code: str, part: str) -> str:
    return url_for("policy.ask_change", authority_code=code, policy_part=part)


def _about(pack: PolicyPack, coming: PolicyPack) -> list[dict[str, Any]]:
    rows = [
        ("Version in force", f"{pack.version}, from {day(pack.valid_from)}"),
        ("Rests on", f"{pack.source} ({pack.status})"),
    ]
    if coming.version != pack.version:
        rows.insert(1, ("Next version", f"{coming.version}, from {day(coming.valid_from)}"))
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in rows]


def _borrowed(name: str, pack: PolicyPack) -> str:
    if name == pack.name:
        return ""
    return (
        f"{name} has no policy pack of its own, so it follows the one of {pack.name}. "
        "Check every name and every address, and enter your own."
    )


def _groups(pack: PolicyPack, settings: Iterable[Setting]) -> list[dict[str, Any]]:
    return [
        {"heading": group, "rows": [_row(pack, each) for each in of_group]}
        for group, of_group in groupby(settings, attrgetter("group"))
    ]


def _row(pack: PolicyPack, setting: Setting) -> dict[str, str]:
    clock = _clock(pack, setting)
    return {
        "label": setting.label,
        "value": _value(pack, setting),
        "start": capitalised(STARTS[clock.start]) if clock else "",
        "from": _from(pack, setting),
    }


def _from(pack: PolicyPack, setting: Setting) -> str:
    value = value_of(pack, setting)
    if value in ("", ()) and setting.kind is not Kind.STEPS and basis_of(pack, setting) != "authority":
        return ""
    said = _FROM[basis_of(pack, setting)]
    return f"{said}: cannot be changed" if setting.kind is Kind.FIXED and ":" not in said else said


def _is_of_law(pack: PolicyPack, setting: Setting) -> bool:
    return setting.table == "clocks" and pack.is_of_law(setting.key)


def _clock(pack: PolicyPack, setting: Setting) -> Clock | None:
    return pack.clocks[setting.key] if setting.table == "clocks" else None


def _value(pack: PolicyPack, setting: Setting) -> str:
    clock, value = _clock(pack, setting), value_of(pack, setting)
    if clock is not None:
        return clock.text
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if setting.table == "recipients" and isinstance(value, tuple):
        return listed([_role(each) for each in value]) or NOT_KNOWN
    if isinstance(value, tuple):
        return capitalised(listed([read_steps()[code].short for code in value])) or "None"
    return f"{value:%H:%M}" if isinstance(value, time) else str(value) or NOT_KNOWN


_OF_A_PROCEDURE = {"dscb_administrator": "Administrator of the safeguarding board"}


def _role(recipient: str) -> str:
    """A recipient in words: a role here, or somebody whom only the local procedure knows."""
    known = {**{role.value: POLICY[role].label for role in RECIPIENTS}, **_OF_A_PROCEDURE}
    return known.get(recipient) or capitalised(recipient.replace("_", " "))


def _made(made: MadeVersion, today: date) -> dict[str, Any]:
    waits = " (not yet)" if made.after.valid_from > today else ""
    return {
        "version": made.after.version,
        "begins": f"{day(made.after.valid_from)}{waits}",
        "changes": [
            f"{each.label}: {_value(made.before, each)} → {_value(made.after, each)}"
            for each in made.settings
        ],
        "by": made.made_by,
        "at": moment(made.made_at),
        "reason": made.reason,
    }


_WIDTHS = {
    Kind.NUMBER: "govuk-input--width-3",
    Kind.CLOCK: "govuk-input--width-3",
    Kind.TIME: "govuk-input--width-5",
}


def _params(pack: PolicyPack, setting: Setting) -> dict[str, Any]:
    """How a setting's field is shown: its width, its unit, and what it is counted from."""
    legend = {"legend": {"classes": "govuk-fieldset__legend--s"}}
    if setting.kind is Kind.YES_NO:
        return {"classes": "govuk-radios--inline", "fieldset": legend, **_hint(setting.hint)}
    if setting.kind in (Kind.STEPS, Kind.ROLES):
        return {"classes": "govuk-checkboxes--small", "fieldset": legend, **_hint(setting.hint)}
    params: dict[str, Any] = {"label": {"classes": "govuk-label--s"}, **_hint(_explained(pack, setting))}
    if setting.kind in _WIDTHS:
        params |= {"classes": _WIDTHS[setting.kind], "inputmode": "numeric"}
    clock = _clock(pack, setting)
    if clock is not None and setting.kind is Kind.CLOCK:
        params |= _unit(clock)
    return params


def _hint(text: str) -> dict[str, Any]:
    return {"hint": {"text": text}} if text else {}


def _explained(pack: PolicyPack, setting: Setting) -> str:
    clock = _clock(pack, setting)
    if clock is None or setting.kind is not Kind.CLOCK:
        return setting.hint
    counted = f"Counted from: {STARTS[clock.start]}."
    return f"{setting.hint}. {counted}" if setting.hint else counted


def _unit(clock: Clock) -> dict[str, Any]:
    if clock.counts_its_first_day and clock.unit is Unit.SCHOOL_DAY:
        return {"prefix": {"text": "Day"}}
    return {"suffix": {"text": f"{clock.unit.noun}s"}}
