"""What people do to cases: refused without a trace where they may not, and kept where it was typed."""

from datetime import date, datetime, timedelta

import pytest

from cme.access.roles import Role
from cme.access.scope import Scope
from cme.casework.case import Action, Entry, Refused
from cme.casework.entries import TriageEntry
from cme.services import casework, drafts, referrals, triage
from cme.store import audit, cases, queue
from cme.store.database import db
from cme.store.tables import Case
from tests.integration.services.office import (
    Lingering,
    Office,
    Town,
    after_school,
    days_from,
    everything,
    on_both,
    race,
    write_register,
)
from tests.referrals import ANSWERS, UNMADE
from tests.reviews import signing

ADA, BEN = "Birch, Ada", "Cole, Ben"
DAYS = days_from(date(2026, 10, 12), 10)
AT = after_school(DAYS[-1])
REVIEW = signing(date(2026, 11, 5))
DECLINE = Entry(
    reason_code="located", reason="With an aunt", agreed_by="Jo Hale", next_review_on=date(2026, 11, 5)
)
CLOSE = Entry(reason="Entered in error", outcome_code="O25")


@pytest.fixture
def absent(office: Office) -> Office:
    """A school with one pupil ten days absent, with a referral drafted, and one always present."""
    office.submit(DAYS, {ADA: "O" * 10, BEN: "P" * 10})
    return office


def reference_of(office: Office) -> str:
    return office.case(ADA).reference


def test_words_typed_into_a_referral_that_cannot_be_sent_yet_are_kept(absent: Office) -> None:
    typed = {"sex": "girl", "carers": "One parent, rings out", "school": "Somewhere else"}
    refused = referrals.send_referral(absent.dsl, reference_of(absent), typed, safeguarding=False, at=AT)
    assert isinstance(refused, Refused)
    assert "The referral lacks: Kind of referral" in refused.reason
    case = absent.case(ADA)
    draft = drafts.draft_of(absent.dsl, case)
    assert (draft.answer("sex"), draft.answer("carers")) == ("girl", "One parent, rings out")
    # What the register knows is never taken from a form.
    assert draft.answer("school").startswith("Alder Grove School, URN 100001")
    assert (case.stage, case.referred_at) == ("referral_draft", None)
    assert actions()[-1] == "referral.saved"


def actions() -> list[str]:
    """What the audit log says was done, in order."""
    return [row[4] for row in everything()["audit_entry"]]


def test_a_safeguarding_referral_is_sent_with_what_there_is(absent: Office) -> None:
    reference = reference_of(absent)
    assert referrals.send_referral(absent.dsl, reference, {}, safeguarding=True, at=AT) is None
    (sent,) = (event for event in absent.case(ADA).events if event.kind == "referral.sent")
    assert sent.data["safeguarding"] is True
    assert "carers" in sent.data["missing"]


def test_a_saved_draft_is_there_the_next_time(absent: Office) -> None:
    assert referrals.save_draft(absent.dsl, reference_of(absent), {"sex": "boy"}, at=AT) is None
    assert referrals.save_draft(absent.dsl, reference_of(absent), {"sex": "girl"}, at=AT) is None
    assert drafts.draft_of(absent.dsl, absent.case(ADA)).answer("sex") == "girl"


def test_a_sent_referral_stays_as_it_was_sent(absent: Office) -> None:
    assert absent.send(ADA, at=AT) is None
    sent = drafts.draft_of(absent.dsl, absent.case(ADA))
    before = everything()
    for refused in (
        referrals.save_draft(absent.dsl, reference_of(absent), {"sex": "boy"}, at=AT),
        absent.send(ADA, at=AT),
        absent.act(ADA, Action.DECLINE_REFERRAL, DECLINE, at=AT),
    ):
        assert isinstance(refused, Refused)
        assert refused.missing == ("stage",)
    assert everything() == before
    absent.submit(days_from(date(2026, 11, 3), 2), {ADA: "OO"})
    assert drafts.draft_of(absent.officer, absent.case(ADA)) == sent


def test_nothing_is_written_on_a_closed_case(absent: Office) -> None:
    assert absent.act(ADA, Action.CLOSE, CLOSE, at=AT) is None
    before = everything()
    for refused in (
        referrals.save_draft(absent.dsl, reference_of(absent), {"sex": "boy"}, at=AT),
        absent.send(ADA, at=AT),
        absent.act(ADA, Action.SIGN_REVIEW, REVIEW, at=AT),
        absent.act(ADA, Action.CLOSE, CLOSE, at=AT),
    ):
        assert isinstance(refused, Refused)
    assert everything() == before


FORBIDDEN = [
    (Role.SCHOOL_USER, Action.SIGN_REVIEW, REVIEW),
    (Role.SCHOOL_USER, Action.DECLINE_REFERRAL, DECLINE),
    (Role.SCHOOL_USER, Action.CLOSE, CLOSE),
    (Role.HEAD, Action.SIGN_REVIEW, REVIEW),
    (Role.DSL, Action.DRAFT_REFERRAL, Entry()),
    (Role.DSL, Action.REACH_ELIGIBILITY, Entry()),
    (Role.DSL, Action.ACKNOWLEDGE_REFERRAL, Entry()),
    (Role.CME_OFFICER, Action.SIGN_REVIEW, REVIEW),
    (Role.CME_OFFICER, Action.DECLINE_REFERRAL, DECLINE),
    (Role.LA_MANAGER, Action.CLOSE, CLOSE),
    (Role.INSPECTOR, Action.CLOSE, CLOSE),
]


@pytest.mark.parametrize(("role", "action", "entry"), FORBIDDEN)
def test_what_a_person_may_not_do_is_refused_and_writes_nothing(
    absent: Office, role: Role, action: Action, entry: Entry
) -> None:
    before = everything()
    refused = absent.act(ADA, action, entry, at=AT, by=absent.scope(role))
    assert isinstance(refused, Refused)
    assert everything() == before


@pytest.mark.parametrize("role", [Role.SCHOOL_USER, Role.HEAD, Role.CME_OFFICER, Role.INSPECTOR])
def test_only_the_dsl_writes_and_sends_the_referral(absent: Office, role: Role) -> None:
    before, scope = everything(), absent.scope(role)
    reference = reference_of(absent)
    for refused in (
        referrals.save_draft(scope, reference, ANSWERS, at=AT),
        referrals.send_referral(scope, reference, ANSWERS, safeguarding=True, at=AT),
    ):
        assert isinstance(refused, Refused)
        assert refused.missing == ("permission",)
    assert everything() == before


def send(absent: Office, reference: str, *, at: datetime = AT) -> Refused | None:
    """Send a referral that holds everything but the enquiries."""
    return referrals.send_referral(
        absent.dsl, reference, ANSWERS, safeguarding=False, without_enquiries=UNMADE, at=at
    )


def test_a_case_is_opened_by_hand_once(absent: Office) -> None:
    ben = absent.registration(BEN).id
    before = everything()
    for scope, reason in ((absent.clerk, "Worried"), (absent.dsl, "  ")):
        assert isinstance(casework.open_by_hand(scope, ben, reason, at=AT), Refused)
    assert everything() == before
    reference = casework.open_by_hand(absent.dsl, ben, "A neighbour says they have moved", at=AT)
    assert reference == absent.case(BEN).reference
    assert absent.case(BEN).due_on
    again = casework.open_by_hand(absent.dsl, ben, "Again", at=AT)
    assert isinstance(again, Refused)
    assert len(absent.cases(BEN)) == 1


@on_both
def test_two_people_who_open_a_case_at_once_open_one(absent: Office) -> None:
    ben = absent.registration(BEN).id
    ended = race(
        absent.app, *[lambda: casework.open_by_hand(absent.dsl, ben, "Worried", at=AT) for _ in range(3)]
    )
    assert sorted(type(each).__name__ for each in ended) == ["Refused", "Refused", "str"]
    assert len(absent.cases(BEN)) == 1


@on_both
def test_of_two_people_who_send_a_referral_at_once_one_sends_it(absent: Office) -> None:
    reference = reference_of(absent)
    ended = race(
        absent.app,
        *[lambda: send(absent, reference) for _ in range(2)],
    )
    assert sorted(type(each).__name__ for each in ended) == ["NoneType", "Refused"]
    assert [kind for kind in absent.kinds(ADA) if kind == "referral.sent"] == ["referral.sent"]


@on_both
def test_a_referral_sent_while_a_register_is_approved_waits_for_it(
    absent: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = reference_of(absent)
    more = days_from(date(2026, 11, 3), 10)
    later = after_school(more[-1])
    content = write_register(more, {ADA: "O" * 10})
    upload_id = absent.receive(content, at=later)
    lingering = Lingering(cases.read_cases_to_follow)
    monkeypatch.setattr(cases, "read_cases_to_follow", lingering)

    def send_meanwhile() -> Refused | None:
        lingering.reached.wait(10)
        try:
            return send(absent, reference, at=later)
        finally:
            lingering.go_on.set()

    assert race(absent.app, lambda: absent.approve(upload_id, at=later).status, send_meanwhile) == [
        "approved",
        None,
    ]
    assert absent.kinds(ADA)[-2:] == ["eligibility.reached", "referral.sent"]


@on_both
def test_what_each_did_is_shown_with_name_and_role(absent: Office) -> None:
    assert absent.act(ADA, Action.SIGN_REVIEW, REVIEW, at=AT) is None
    assert absent.send(ADA, at=AT) is None
    assert absent.act(ADA, Action.ACKNOWLEDGE_REFERRAL, at=AT + timedelta(hours=1), by=absent.officer) is None
    told = [(event.kind, event.by, event.role) for event in absent.case(ADA).events]
    assert told == [
        ("case.opened", "The register", ""),
        ("referral.drafted", "The register", ""),
        ("review.signed", "Ash Fenner", "Designated safeguarding lead"),
        ("referral.sent", "Ash Fenner", "Designated safeguarding lead"),
        ("referral.acknowledged", "Cleo Rowe", "CME officer"),
    ]
    assert actions()[-3:] == ["review.signed", "referral.sent", "referral.acknowledged"]
    assert audit.verify().ok


@on_both
def test_somebody_with_several_roles_can_act(absent: Office) -> None:
    roles = (Role.SCHOOL_USER, Role.DSL, Role.HEAD, Role.CME_OFFICER)
    grants = frozenset().union(*(absent.scope(role).grants for role in roles))
    assert absent.act(ADA, Action.SIGN_REVIEW, REVIEW, at=AT, by=Scope(8, "Lee Vance", grants)) is None
    event = absent.case(ADA).events[-1]
    assert (event.by, event.role.count(",")) == ("Lee Vance", 3)


def test_the_first_pages_of_a_referral_are_filled_from_the_register(absent: Office) -> None:
    answers = drafts.draft_of(absent.dsl, absent.case(ADA)).answers
    assert answers["child_name"] == "Ada Birch"
    assert answers["date_of_birth"] == "4 May 2014"
    assert answers["upn"] == "not known"
    assert answers["referrer_name"] == "Ash Fenner"
    assert answers["last_attended"] == "Not in the registers on record"
    assert answers["last_seen"] == "not known"
    assert answers["counts"].startswith(
        "First counted day 12 October 2026; up to 23 October 2026: return run 10"
    )
    assert answers["chronology"].splitlines()[0] == "23 October 2026: Case opened"


def test_the_queue_holds_what_was_sent_and_nothing_else(town: Town) -> None:
    for office in (town.alder, town.beech, town.cedar):
        office.submit(DAYS, {ADA: "O" * 10, BEN: "O" * 10})
    for office in (town.alder, town.cedar):
        assert office.send(ADA, at=AT) is None
    for scope in (town.alder.officer, town.alder.front_door):
        page = queue.read_queue(scope, queue.QueueFilter())
        assert [case.reference for case in page.rows] == [town.alder.case(ADA).reference]
    assert queue.read_queue(town.alder.dsl, queue.QueueFilter()).rows == []
    assert db.session.scalar(db.select(db.func.count()).select_from(Case)) == 6


def test_a_case_is_no_duplicate_of_one_in_which_nobody_works(town: Town) -> None:
    for office in (town.alder, town.beech):
        office.submit(DAYS, {ADA: "O" * 10})
    kept, other = (reference_of(office) for office in (town.alder, town.beech))
    assert casework.act(town.alder.dsl, kept, Action.CLOSE, CLOSE, at=AT) is None
    assert town.beech.send(ADA, at=AT) is None
    double = Entry(reason="At two schools", triage=TriageEntry(kept=kept))
    refused = casework.act(town.beech.officer, other, Action.MARK_DUPLICATE, double, at=AT)
    assert refused == Refused((triage.CLOSED_TOO,), ("kept",))
    assert town.beech.case(ADA).closed_at is None
