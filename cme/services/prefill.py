"""What the register and the records already answer of a referral."""

from cme.access.scope import Scope
from cme.casework.events import EVENT_TYPES, EventKind
from cme.casework.referral import NOT_KNOWN
from cme.clock import local_date
from cme.store.pupils import standing_of
from cme.store.tables import Case


def prefilled(case: Case, referrer: Scope) -> dict[str, str]:
    """The answers to the referral's filled fields, by field id; NOT_KNOWN where the register has none."""
    registration, school = case.registration, case.school
    pupil, standing = registration.pupil, standing_of(registration)
    day = "%-d %B %Y"
    return {
        "school": f"{school.name}, URN {school.urn}, LAESTAB {school.laestab}",
        "school_authority": f"{school.authority.name} ({school.authority.code})",
        "referrer_name": referrer.name,
        "referrer_role": referrer.role_label,
        "child_name": f"{pupil.forename} {pupil.surname}",
        "date_of_birth": pupil.born_on.strftime(day) if pupil.born_on else NOT_KNOWN,
        "upn": pupil.upn or NOT_KNOWN,
        "last_attended": standing.last_attended_on.strftime(day)
        if standing.last_attended_on
        else "Not in the registers on record",
        "last_seen": f"{standing.last_seen_on.strftime(day)}, at school"
        if standing.last_seen_on
        else NOT_KNOWN,
        "counts": _counts(case),
        "chronology": _chronology(case),
    }


def _counts(case: Case) -> str:
    standing = standing_of(case.registration)
    if standing.run_started_on is None or standing.as_of is None:
        return "No unauthorised absence is being counted."
    return (
        f"First counted day {standing.run_started_on:%-d %B %Y}; up to {standing.as_of:%-d %B %Y}: "
        f"return run {standing.return_run} school days, removal run {standing.removal_run}, "
        f"not seen for {standing.days_unseen}."
    )


def _chronology(case: Case) -> str:
    return "\n".join(
        f"{local_date(event.at):%-d %B %Y}: {EVENT_TYPES[EventKind(event.kind)].title}"
        for event in case.events
    )
