"""Proposed removals: what each makes known of its case, what admissions see of them, and who is told when
nobody answers.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from cme import bank_holidays
from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.calendar import SchoolCalendar
from cme.casework.facts import CaseFacts
from cme.casework.policy.clocks import due_on
from cme.casework.policy.pack import PolicyPack
from cme.casework.removal.afterwards import JOINT_GROUNDS
from cme.casework.removal.content import says_otherwise
from cme.casework.removal.deciding import CHECKED
from cme.casework.state import CaseState
from cme.clock import local_date
from cme.services import alerts
from cme.services.policies import pack_of
from cme.store import cases, removals, statements
from cme.store.tables import Case, Removal, School


def told(scope: Scope, case: Case, state: CaseState, facts: CaseFacts, today: date) -> CaseFacts:
    """The facts of a case with what is on record of its removal.

    Whoever has no account may be whoever proposed without one, so it counts as the same person.
    """
    facts = replace(facts, removal_made=case.registration.removed_on is not None)
    if state.proposed_on is None or state.removed_on is not None:
        return facts
    proposed = removals.find_open(Scope.for_operator((case.authority_id,)), case.id)
    if proposed is None:
        return facts
    return replace(
        facts,
        own_proposal=proposed.proposer_id == scope.user_id,
        admissions_overdue=is_overdue(proposed, facts.pack, today),
        return_delivered=proposed.delivered_at is not None,
        concluded_otherwise=concludes_otherwise(case, proposed),
    )


def answer_due_on(proposed: Removal, pack: PolicyPack) -> date:
    """The last day on which the answer of the admissions team is in time."""
    # The clock counts working days, which no school's calendar changes.
    england = bank_holidays.england()
    clock = pack.clocks["admissions_confirm"]
    return due_on(clock, local_date(proposed.proposed_at), SchoolCalendar(bank_holidays=england), england)


def is_overdue(proposed: Removal, pack: PolicyPack, today: date) -> bool:
    """Whether admissions have let their time run out without a check: the school's duty does not wait."""
    return proposed.confirmation != CHECKED and today > answer_due_on(proposed, pack)


def concludes_otherwise(case: Case, proposed: Removal) -> bool:
    """Whether the joint statement says otherwise of where the child is than the one that was proposed on."""
    if proposed.ground not in JOINT_GROUNDS:
        return False
    versions = statements.list_versions(Scope.for_operator((case.authority_id,)), case.id)
    then = next((each for each in versions if each.sha256 == proposed.sha256), None)
    return then is None or says_otherwise(then.content, versions[0].content)


@dataclass(frozen=True, slots=True)
class RemovalView:
    """A removal with its case and the last day for an answer of admissions.

    `rolls_here` is on how many other rolls of this service the UPN is; it is looked up for one removal alone.
    """

    removal: Removal
    case: Case
    answer_due_on: date
    is_overdue: bool
    rolls_here: int = 0


def list_proposed(scope: Scope, *, today: date) -> list[RemovalView]:
    """What is proposed where the scope sees removals, the oldest first."""
    return [_view(each, today) for each in removals.list_proposed(scope)]


def show(scope: Scope, reference: str, *, today: date) -> RemovalView | None:
    """The last removal of a case, for whoever sees removals; None outside the scope."""
    case = cases.find_case(scope, reference, Permission.SEE_REMOVALS)
    removal = removals.find_latest(scope, case.id) if case else None
    if case is None or removal is None:
        return None
    rolls = removals.count_elsewhere(removal.registration.pupil.upn, case.school_id)
    return replace(_view(removal, today), rolls_here=rolls)


def tell_of_silence(scope: Scope, school: School, *, on: date, at: datetime) -> int:
    """Tell the authority's managers each day of removals that admissions leave unanswered; how many are told.

    Inside the open transaction. The school need not wait any longer, for its duty has a date of its own.
    """
    silent = [
        each.case
        for each in removals.list_unanswered(scope, school.id)
        if is_overdue(each, pack_of(each.case), on)
    ]
    return alerts.tell_of_silence(scope, school, silent, on=on, at=at)


def _view(removal: Removal, today: date) -> RemovalView:
    case, pack = removal.case, pack_of(removal.case)
    is_silent = not removal.confirmation and is_overdue(removal, pack, today)
    return RemovalView(removal, case, answer_due_on(removal, pack), is_silent)
