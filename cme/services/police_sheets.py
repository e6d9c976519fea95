"""The police information sheet: what the records know for it, and making one to print and sign."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.age import age_on
from cme.casework.referral.answers import NOT_KNOWN
from cme.casework.referral.fields import SEXES
from cme.casework.review import Answer, Kind
from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN, Restrictions
from cme.casework.words import day
from cme.clock import local_date
from cme.documents.police_sheet import CHECKS, FIELDS, PoliceSheet, set_police_sheet
from cme.services import restrictions, reviews
from cme.services.casework import CaseView
from cme.services.drafts import draft_of
from cme.services.papers import Paper, full_name, hand_out, home_of, imprint, moment, open_case
from cme.services.tracing import siblings
from cme.store import missing, roll

_RISKS = (Kind.IMMEDIATE, Kind.TRIGGER, Kind.INDICATOR)

_FROM_REFERRAL = {
    "known_as": "known_as",
    "language": "language",
    "phones": "child_phone",
    "places": "likely_place",
    "reference": "police_reference",
}
"""Field of the sheet -> field of the referral that answers it as well."""


def begin(scope: Scope, view: CaseView, today: date) -> dict[str, str]:
    """Every answer of the sheet that the records hold, by field id; a blank is for a person to fill in."""
    case, draft = view.case, draft_of(scope, view.case)
    held = restrictions.in_force(scope, case.registration_id)
    standing = view.facts.standing
    seen_on, is_at_school = standing.last_seen_on, standing.last_seen_on == standing.last_attended_on
    answers = {mine: draft.answer(theirs) for mine, theirs in _FROM_REFERRAL.items()}
    return {
        **{key: "Not known" if said == NOT_KNOWN else said for key, said in answers.items()},
        **_of_the_record(view, today),
        "seen_when": day(seen_on) if seen_on else "",
        "seen_where": f"At school ({case.school.name})" if seen_on and is_at_school else "",
        "addresses": "\n".join(_home(scope, view, held)),
        "carers": _carers(scope, view, held),
        "indicators": _risks(scope, view),
        "others": _brothers_and_sisters(scope, view),
        "restrictions": "\n".join(each.heading for each in held.each),
        **_of_the_episode(scope, view),
    }


def make(
    scope: Scope,
    reference: str,
    answers: Mapping[str, str],
    checks: Collection[str],
    *,
    at: datetime,
    address: str = "",
) -> Paper:
    """The sheet with what was typed, signed by whoever makes it; who the child is comes from the record.

    A protected address is taken out of it. Raises LookupError outside the scope.
    """
    view = open_case(scope, reference, Permission.MAKE_SHEET, at=at)
    case, home = view.case, home_of(scope, view.case)
    typed = {each.id: home.kept_out_of(answers.get(each.id, "")) for each in FIELDS}
    if home.is_protected:
        typed["addresses"] = f"{ADDRESS_NOT_SHOWN}. Ask {_authority(view)}."
    made = set_police_sheet(
        PoliceSheet(
            imprint(scope, case, "Police information sheet", at=at),
            {**typed, **_of_the_record(view, local_date(at))},
            [check for check in checks if check in CHECKS],
            signed_by=scope.name,
            signed_role=scope.role_label,
            signed_at=moment(at),
        )
    )
    return hand_out(scope, case, "police-sheet", made, at=at, address=address)


def _of_the_record(view: CaseView, today: date) -> dict[str, str]:
    """The answers that are not typed: who the child is."""
    pupil = view.case.registration.pupil
    born = f"{day(pupil.born_on)}, aged {age_on(pupil.born_on, today)}" if pupil.born_on else "Not known"
    return {
        "name": full_name(view.case),
        "born": born,
        "sex": SEXES.get(pupil.sex, "Not known"),
        "school": view.case.school.name,
    }


def _of_the_episode(scope: Scope, view: CaseView) -> dict[str, str]:
    """What was noted when the child was found to be missing; {} for a child who is not missing now."""
    episodes = missing.list_episodes(scope, view.case.registration_id)
    now = next((each for each in episodes if each.found_at is None), None)
    if now is None:
        return {}
    answers = {
        "seen_when": f"Missing since {moment(now.noticed_at)}",
        "seen_where": now.last_seen,
        "searched": now.searched,
        "told_at": moment(now.police_told_at) if now.police_told_at else "",
        "reference": now.police_reference,
    }
    return {key: said for key, said in answers.items() if said}


def _home(scope: Scope, view: CaseView, held: Restrictions) -> tuple[str, ...]:
    if held.address_is_protected:
        return (f"{ADDRESS_NOT_SHOWN}. Ask {_authority(view)}.",)
    return restrictions.home_of(scope, view.case.registration)


def _authority(view: CaseView) -> str:
    return f"the {view.facts.pack.front_door.name}"


def _carers(scope: Scope, view: CaseView, held: Restrictions) -> str:
    """The contacts in call order, and of each who must not be contacted."""
    lines = []
    for contact in roll.list_contacts(scope, view.case.registration_id):
        barred = "do not contact" if held.bars(contact.id, contact.name) else ""
        lines.append(", ".join(filter(None, (contact.name, contact.relationship_, contact.phone, barred))))
    return "\n".join(lines)


def _risks(scope: Scope, view: CaseView) -> str:
    """What the latest signed review answered with yes."""
    signed = next(iter(reviews.list_of(scope, view.case)), None)
    return "; ".join(each.label for each in signed.review.found(Answer.YES, *_RISKS)) if signed else ""


def _brothers_and_sisters(scope: Scope, view: CaseView) -> str:
    found = siblings.siblings_of(scope, view.case.registration_id)
    return "\n".join(
        f"{each.registration.pupil.forename} {each.registration.pupil.surname}, "
        f"{each.registration.school.name}: {', '.join(tie.label for tie in each.ties)}"
        for each in found
    )
