"""The referral of a case as it stands: written by people, filled and offered by the records."""

from datetime import datetime
from typing import Any

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.events import ACKNOWLEDGING, EventKind
from cme.casework.outcomes import read_outcomes
from cme.casework.referral.answers import (
    TYPED,
    UPDATE,
    Answer,
    Answers,
    ReferralDraft,
    labels_of,
    merged,
    tidy,
)
from cme.casework.words import day
from cme.clock import local_date
from cme.services import prefill
from cme.services.hiding import without_home
from cme.services.judging import permissions_on
from cme.store import cases
from cme.store.database import db
from cme.store.tables import Case, Referral


def draft_of(scope: Scope, case: Case) -> ReferralDraft:
    """The referral as it stands for this reader.

    Whoever writes it has what is being written; everybody else what was sent last, once anything was sent.
    Once what was sent no longer stands, the school has a new one that starts from it.
    """
    kept = kept_of(scope, case)
    if kept is not None and kept.sent_at is not None:
        return without_home(scope, case.registration, as_sent(case, kept))
    return complete(scope, case, kept)


def kept_of(scope: Scope, case: Case) -> Referral | None:
    """The row that `draft_of` reads; None before anything was written, for the first time or anew."""
    last, held = cases.find_referral(scope, case.id), permissions_on(scope, case)
    if not stands(case) and held & _AT_SCHOOL:
        return last if last is not None and last.sent_at is None else None
    if Permission.WRITE_REFERRAL in held:
        return last
    return cases.find_sent_referral(scope, case.id) or last


_AT_SCHOOL = frozenset({Permission.WRITE_REFERRAL, Permission.APPROVE_REFERRAL})


def stands(case: Case) -> bool:
    """Whether a referral was sent that nobody has rejected or revoked since."""
    return cases.state_of(case).referral_sent_on is not None


def is_update_begun(scope: Scope, case: Case) -> bool:
    """Whether an update to what was sent is being written."""
    kept = cases.find_referral(scope, case.id)
    return kept is not None and kept.sent_at is None and stands(case)


def _carried(scope: Scope, case: Case) -> dict[str, Answer]:
    """What a new referral starts from: the answers that were sent last, under the type of the referral."""
    sent = cases.list_sent_referrals(scope, case.id)
    if not sent or stands(case):
        return {}
    last = sent[-1].form["answers"]
    types = [row.form["answers"].get("type", "") for row in sent]
    carried = {each.id: last.get(each.id, "") for each in TYPED}
    return {**carried, "type": next((each for each in types if each != UPDATE), ""), "news": ""}


def as_sent(case: Case, sent: Referral) -> ReferralDraft:
    """A referral as it was sent, with what the authority has done about it since."""
    return _draft({**sent.form["answers"], **_authority_use(case, sent)}, sent)


def complete(scope: Scope, case: Case, kept: Referral | None) -> ReferralDraft:
    """A referral that is being written: what was typed, over what the records offer, with what they fill."""
    filled, offered = prefill.filled(scope, case), prefill.offered(scope, case)
    carried = _carried(scope, case)
    if kept is None:
        answers = {**merged(carried, {}, offered), **filled}
        return without_home(scope, case.registration, ReferralDraft(answers))
    typed = merged(kept.form["answers"], kept.form["offered"], offered)
    if carried and typed.get("type") == UPDATE:
        # An update was being written when the referral ceased to stand: it goes on as a new referral.
        typed |= {"type": carried["type"], "news": ""}
    return without_home(scope, case.registration, _draft({**typed, **filled}, kept))


def keep(
    scope: Scope,
    case: Case,
    answers: Answers,
    *,
    at: datetime,
    safeguarding: bool | None = None,
    without_enquiries: str | None = None,
) -> Referral:
    """Store what a person typed, over what was typed before, inside the open transaction.

    The fields that the records fill are never taken from a form. None leaves a part as it was.
    """
    kept = cases.find_referral(scope, case.id)
    if kept is None or kept.sent_at is not None:
        kept = Referral(case_id=case.id, form=blank_form(_carried(scope, case)), drafted_at=at)
        db.session.add(kept)
    before, offered = kept.form, prefill.offered(scope, case)
    given = tidy({each.id: answers[each.id] for each in TYPED if each.id in answers})
    kept.form = {
        "answers": merged(before["answers"], before["offered"], offered) | given,
        "offered": offered,
        "safeguarding": before["safeguarding"] if safeguarding is None else safeguarding,
        "without_enquiries": (
            before["without_enquiries"] if without_enquiries is None else without_enquiries.strip()
        ),
        "written_by": _with(before["written_by"], scope.user_id),
    }
    db.session.flush()
    return kept


def writers_of(kept: Referral) -> frozenset[int]:
    """Everybody who wrote in a referral, by id of the user: none of them approves it."""
    return frozenset(_with(kept.form["written_by"], None))


def _with(writers: list[int] | int | None, user_id: int | None) -> list[int]:
    """The writers with one more; a referral that was begun long ago has its last writer alone."""
    before = writers if isinstance(writers, list) else [writers]
    return sorted({each for each in (*before, user_id) if each is not None})


def blank_form(answers: Answers | None = None) -> dict[str, Any]:
    """What is stored of a referral before anybody wrote in it. `written_by` are ids of users."""
    return {
        "answers": dict(answers or {}),
        "offered": {},
        "safeguarding": False,
        "without_enquiries": "",
        "written_by": [],
    }


def _draft(answers: Answers, kept: Referral) -> ReferralDraft:
    return ReferralDraft(answers, kept.form["safeguarding"], kept.form["without_enquiries"])


def _authority_use(case: Case, sent: Referral) -> dict[str, str]:
    """What the authority has done about what was sent, by id of field."""
    found = {"received": day(local_date(sent.sent_at))} if sent.sent_at else {}
    for event in case.events:
        if event.kind in ACKNOWLEDGING and sent.sent_at and event.at >= sent.sent_at:
            found["acknowledged"] = f"{day(local_date(event.at))}, by {event.by}"
        if event.kind == EventKind.REFERRAL_SENT and sent.form["answers"].get("type") != UPDATE:
            found["items_missing"] = "\n".join(labels_of(event.data.get("missing", ())))
        if event.kind == EventKind.CASE_CLOSED:
            found["outcome"] = read_outcomes()[event.data["outcome"]].label
    return found
