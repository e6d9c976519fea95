"""The family of a child: who, what ties them, where each stands, and that others are absent too."""

from collections.abc import Sequence
from typing import Any

from flask import url_for

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.services.casework import CaseView
from cme.services.judging import permissions_on
from cme.services.tracing.families import Bond, Relative
from cme.services.tracing.family_packs import printed
from cme.services.tracing.siblings import Sibling
from cme.web.presenters.dates import day, long_day
from cme.web.presenters.pupils import class_name, full_name
from cme.web.presenters.siblings import said
from cme.web.presenters.stages import overlay_tags, stage_tag
from cme.web.presenters.words import capitalised, listed, school_days


def family_page(scope: Scope, view: CaseView, family: Sequence[Relative]) -> dict[str, Any]:
    """Everybody of the family as the page lists them, the child of the case first, and the joint pack."""
    held = permissions_on(scope, view.case)
    may_print = bool(family) and Permission.PRINT_CASE in held
    return {
        "rows": [
            _row(scope, view.case.registration, view.case) | {"is_own": True, "bonds": []},
            *(_of_relative(scope, one) for one in family),
        ],
        "is_alone": not family,
        "is_of_school": Permission.SEE_QUEUE not in held and Permission.ENQUIRE_AT_SCHOOL in held,
        "pack_url": url_for("cases.make_family_pack", case_reference=view.case.reference)
        if may_print
        else "",
        "pack_cases": listed([case.reference for case in printed(scope, view, family)]) if may_print else "",
    }


def who_is_absent(registration: Any, others: Sequence[Sibling]) -> str:
    """As "2 of this family are absent. Also away: Ben Birch."; '' where nobody else is."""
    if not others:
        return ""
    number = len(others) + bool(registration.return_run or not registration.on_roll)
    names = listed([full_name(one.registration.pupil) for one in others])
    return f"{number} of this family {'is' if number == 1 else 'are'} absent. Also away: {names}."


def _of_relative(scope: Scope, one: Relative) -> dict[str, Any]:
    return _row(scope, one.registration, one.case) | {
        "is_own": False,
        "bonds": [_bond(each) for each in one.bonds],
        "said": said(one.sibling) if one.registration.on_roll else "",
    }


def _bond(bond: Bond) -> str:
    values = "; ".join(bond.values)
    return capitalised(f"{bond.tie.label}: {values}" if values else bond.tie.label)


def _row(scope: Scope, registration: Any, case: Any) -> dict[str, Any]:
    pupil, run = registration.pupil, registration.return_run
    place = class_name(registration)
    seen_on, removed_on = registration.last_seen_on, registration.removed_on
    absence = f"Return run: {school_days(run)}" if run else "Not counted absent"
    return {
        "name": full_name(pupil),
        "href": url_for("school.show_pupil", registration_id=registration.id),
        "born": f"Born {long_day(pupil.born_on)}" if pupil.born_on else "Date of birth not known",
        "school": ", ".join(filter(None, (registration.school.name, place))),
        "absence": f"Off the roll from {day(removed_on)}" if removed_on else absence,
        "seen": day(seen_on) if seen_on else "Not on record",
        "reference": case.reference if case else "",
        "case_href": url_for("cases.show", case_reference=case.reference) if case else "",
        "tags": _tags(scope, case) if case else [],
        "said": "",
    }


def _tags(scope: Scope, case: Any) -> list[dict[str, str]]:
    with_risks = Permission.SEE_RISK_NOTES in permissions_on(scope, case)
    return [stage_tag(case.stage), *overlay_tags(case.overlays, with_risks=with_risks)]
