"""The authority where a child lives, when the school is another one's: it gets a copy, and never acts.

The referral and the returns go to the authority of the school (SI 2024/208; casework reference s.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.enquiries.readiness import Status
from cme.casework.referral.answers import NOT_KNOWN, ReferralDraft
from cme.casework.referral.fields import home_authorities
from cme.services import alerts, readiness
from cme.store import cases
from cme.store.tables import Case, School

TOLD = "E50"
"""The enquiry that tells the authority where the child lives."""


@dataclass(frozen=True, slots=True)
class HomeCopy:
    """Where a copy of a referral goes. `is_read_here`: that authority reads the case in this service.

    `is_told`: somebody has recorded that it was told by hand.
    """

    authority: str
    is_read_here: bool
    is_told: bool


def note_home(case: Case, draft: ReferralDraft, *, at: datetime) -> None:
    """Let the authority where the child lives read a referral that was just sent, if it uses this service.

    Inside the open transaction. Its CME officers are told once.
    """
    code, before = _elsewhere(case, draft.answer("home_authority")), case.home_authority_id
    case.home_authority_id = cases.read_authorities((code,)).get(code) if code else None
    if case.home_authority_id is not None and case.home_authority_id != before:
        alerts.tell_home(case, at=at)


def copy_of(case: Case) -> HomeCopy | None:
    """Where a copy of the case goes; None where the child lives in the same authority, or nobody knows."""
    whole = Scope.for_operator((case.authority_id,))
    answers = cases.read_draft_answers(whole, (case.id,), "home_authority")
    code = _elsewhere(case, answers.get(case.id, ""))
    if not code:
        return None
    told = readiness.state_of(case).steps[TOLD]
    return HomeCopy(
        authority=home_authorities().get(code, code),
        is_read_here=case.home_authority_id is not None,
        is_told=told.status in (Status.DONE, Status.WAIVED) or told.by_person,
    )


def homes_elsewhere(scope: Scope, school: School) -> dict[int, str]:
    """The authority where each child of a school with an open case lives, by registration, if another."""
    open_cases = cases.list_school_cases(scope, school.id)
    answers = cases.read_draft_answers(scope, [case.id for case in open_cases], "home_authority")
    codes = {case.registration_id: _elsewhere(case, answers.get(case.id, "")) for case in open_cases}
    return {key: home_authorities().get(code, code) for key, code in codes.items() if code}


def reads_copy(scope: Scope, case: Case) -> bool:
    """Whether the viewer reads the case only because the child lives in their area."""
    at_school = scope.permissions_at(authority_id=case.authority_id, school_id=case.school_id)
    return Permission.SEE_CASE not in at_school


def list_copies(scope: Scope) -> Sequence[Case]:
    """Open cases of children who live where the viewer is a CME officer, and go to school elsewhere."""
    return cases.list_copies(scope)


def _elsewhere(case: Case, home: str) -> str:
    """The code of another authority than the school's, as the referral names it; '' for none."""
    return "" if home in ("", NOT_KNOWN, case.school.authority.code) else home
