"""What follows when a name is entered on a roll: a child who was removed elsewhere may have been found."""

from collections.abc import Collection
from datetime import datetime

from cme.access.scope import Scope
from cme.casework.outcomes import ENTERED_ELSEWHERE
from cme.clock import local_date
from cme.services import alerts
from cme.services.removal import cme_records
from cme.store import removals
from cme.store.tables import Pupil, Registration


def follow_entries(registration_ids: Collection[int], *, at: datetime) -> int:
    """End the time on no roll of children whose UPN was entered on another roll, and tell both sides of their
    cases; how many children. Inside the open transaction.

    A UPN alone is not believed (`cme_records.agree`). Source: attendance reference, case L36.
    """
    found = removals.list_removed_with_upn_of(registration_ids)
    for removed, entered in found:
        case = removed.case
        scope = Scope.for_operator((case.authority_id,))
        if _agree(case.registration.pupil, entered.pupil):
            cme_records.close_spell(
                scope,
                case.registration.pupil_id,
                ended_on=entered.starting_on or local_date(at),
                end_reason=ENTERED_ELSEWHERE,
                at=at,
            )
        alerts.tell_of_entry(scope, case, on=local_date(at), at=at)
    return len(found)


def is_elsewhere(registration: Registration) -> bool:
    """Whether a child is on another roll of this database, as far as UPN and particulars tell."""
    return any(
        _agree(registration.pupil, pupil)
        for pupil in removals.list_elsewhere(registration.pupil.upn, registration.school_id)
    )


def _agree(one: Pupil, other: Pupil) -> bool:
    return cme_records.agree(one, other.surname, other.born_on)
