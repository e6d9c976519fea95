"""Writing, approving and sending the referral of a case, and the updates that follow it."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import Action, Entry, Refused
from cme.casework.enquiries.results import Result
from cme.casework.referral.answers import TYPED, UPDATE, Answers, ReferralDraft
from cme.casework.referral.checks import lacking
from cme.casework.referral.expectations import Expected, after_referral
from cme.casework.referral.recipients import recipients_of
from cme.clock import LONDON, local_date
from cme.services import alerts, drafts, enquiry_records, home_copies
from cme.services.absence import calendar_of
from cme.services.casework import CaseView
from cme.services.judging import judge, locked, permissions_on
from cme.services.policies import pack_of
from cme.store import audit, cases
from cme.store.database import db, transaction
from cme.store.tables import Case, Referral

ONLY_DSL = "Only the designated safeguarding lead writes and sends the referral. Ask them to do it."
SENT = "This referral has been sent. It stands as it was sent. Send an update instead."
CLOSED = "This case is closed. Reopen it to write a referral."
OVERTAKEN = (
    "Somebody else saved this part of the referral after you opened it. Nothing of yours is saved yet. "
    "Open it in a new tab to see what they wrote; then save here again to replace it."
)
NOT_OWN = "You wrote this referral. Somebody else approves it: ask a deputy."


def save_draft(
    scope: Scope,
    reference: str,
    answers: Answers,
    *,
    safeguarding: bool | None = None,
    stands: Callable[[ReferralDraft], bool] = lambda _draft: True,
    at: datetime,
    address: str = "",
) -> Refused | None:
    """Keep what has been written of a referral or of an update, complete or not.

    What is not among the answers stays as it was. `stands` says of the draft that is about to be written over
    whether it is the one that the writer saw. Raises LookupError outside the scope.
    """
    with transaction():
        case = locked(scope, reference)
        refused = _cannot_write(scope, case)
        if refused is not None:
            return refused
        if not stands(drafts.draft_of(scope, case)):
            return Refused((OVERTAKEN,), ("version",))
        kept = drafts.keep(scope, case, answers, at=at, safeguarding=safeguarding)
        draft = drafts.complete(scope, case, kept)
        if waits_for_head(case, draft, local_date(at)):
            alerts.tell_of_approval(scope, case, draft.fingerprint, at=at)
        audit.record(scope, "referral.saved", f"case:{case.id}", at=at, address=address)
    return None


def send_referral(
    scope: Scope,
    reference: str,
    answers: Answers,
    *,
    safeguarding: bool,
    without_enquiries: str = "",
    at: datetime,
    address: str = "",
) -> Refused | None:
    """Send a case's referral, or the update that is being written, to the front door and the CME officer.

    A refused one is kept as written: nothing typed is lost. What is sent is frozen, with whom it went to.
    Raises LookupError outside the scope.
    """
    with transaction():
        case = locked(scope, reference)
        refused = _cannot_write(scope, case)
        if refused is not None:
            return refused
        kept = drafts.keep(
            scope, case, answers, at=at, safeguarding=safeguarding, without_enquiries=without_enquiries
        )
        draft = drafts.complete(scope, case, kept)
        is_update = draft.answer("type") == UPDATE and cases.state_of(case).referral_sent_on is not None
        action = Action.SEND_UPDATE if is_update else Action.SEND_REFERRAL
        refused = judge(scope, case, action, Entry(), draft, at=at, address=address)
        if refused is not None:
            audit.record(scope, "referral.saved", f"case:{case.id}", at=at, address=address)
            return refused
        sent = f"{at.astimezone(LONDON):%-d %B %Y, %H:%M}"
        kept.form = kept.form | {"answers": {**draft.answers, "sent": sent}}
        kept.sent_at, kept.sent_by = at, scope.name
        kept.recipients = list(recipients_of(pack_of(case), safeguarding=draft.safeguarding))
        home_copies.note_home(case, draft, at=at)
    return None


def start_update(scope: Scope, reference: str, *, at: datetime, address: str = "") -> Refused | None:
    """Begin an update to the referral that was sent: its answers, to be corrected, and room for what is new.

    Beginning one that is begun already changes nothing. Raises LookupError outside the scope.
    """
    with transaction():
        case = locked(scope, reference)
        if Permission.WRITE_REFERRAL not in permissions_on(scope, case):
            return Refused((ONLY_DSL,), ("permission",))
        if case.closed_at is not None:
            return Refused((CLOSED,), ("stage",))
        last = cases.find_referral(scope, case.id)
        if last is None or cases.state_of(case).referral_sent_on is None:
            return Refused(("No referral has been sent. Send the referral first.",), ("stage",))
        if last.sent_at is None:
            return None
        typed = {each.id: last.form["answers"].get(each.id, "") for each in TYPED}
        carried = typed | {"type": UPDATE, "news": ""}
        db.session.add(Referral(case_id=case.id, form=drafts.blank_form(carried), drafted_at=at))
        audit.record(scope, "referral.update_begun", f"case:{case.id}", at=at, address=address)
    return None


def approve(scope: Scope, reference: str, entry: Entry, *, at: datetime, address: str = "") -> Refused | None:
    """Approve the referral as it was read; nobody approves what they wrote themselves.

    Raises LookupError outside the scope.
    """
    with transaction():
        case = locked(scope, reference)
        kept = cases.find_referral(scope, case.id)
        if kept is not None and scope.user_id in drafts.writers_of(kept):
            return Refused((NOT_OWN,), ("permission",))
        draft = drafts.draft_of(scope, case)
        return judge(scope, case, Action.APPROVE_REFERRAL, entry, draft, at=at, address=address)


def waits_for_head(case: Case, draft: ReferralDraft, today: date) -> bool:
    """Whether a referral is written to its end, and only the head teacher's approval keeps it from going."""
    state, pack = cases.state_of(case), pack_of(case)
    is_asked = pack.head_approves_referral and not draft.safeguarding
    is_unsent = state.stage.is_open and state.referral_sent_on is None
    is_approved = state.approved_draft == draft.fingerprint
    return is_asked and is_unsent and not is_approved and not lacking(draft, today)


def to_approve(scope: Scope, open_cases: Iterable[Case], today: date) -> tuple[Case, ...]:
    """Those cases of a school whose referral waits for the viewer's approval."""
    unsent = (
        case for case in open_cases if case.referred_at is None and pack_of(case).head_approves_referral
    )
    return tuple(
        case
        for case in unsent
        if Permission.APPROVE_REFERRAL in permissions_on(scope, case)
        and cases.find_referral(scope, case.id) is not None
        and waits_for_head(case, drafts.draft_of(scope, case), today)
    )


def _cannot_write(scope: Scope, case: Case) -> Refused | None:
    """Why nothing can be written now: once the referral is sent, only an update that was begun is written."""
    if Permission.WRITE_REFERRAL not in permissions_on(scope, case):
        return Refused((ONLY_DSL,), ("permission",))
    if case.closed_at is not None:
        return Refused((CLOSED,), ("stage",))
    kept = cases.find_referral(scope, case.id)
    if kept is not None and kept.sent_at is not None and drafts.stands(case):
        return Refused((SENT,), ("stage",))
    return None


def expected_after(scope: Scope, view: CaseView) -> tuple[Expected, ...]:
    """What the authority has still to do for the referral of this case, and by when."""
    made = enquiry_records.list_of_case(scope, view.case)
    codes = {each.row.step for each in made if each.result is not Result.AWAITING_REPLY}
    return after_referral(view.state, view.facts, codes, calendar_of(view.case.school))
