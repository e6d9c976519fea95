"""A trace request from the first draft to the text that was sent, in confidence where it must be."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from cme.access.roles import Role
from cme.access.scope import Grant, Scope
from cme.casework.case import Refused
from cme.clock import local_date
from cme.services.papers import Paper
from cme.services.removal import cme_records
from cme.services.removal.cme_records import NewEntry
from cme.services.tracing import trace_endings, trace_views, traces
from cme.store.database import db
from cme.store.tables import Alert, AuditEntry, CmeSpell
from cme.tracing.gate import Audience
from cme.tracing.states import Action, State
from tests.integration.services.leaving import DECIDED_AT, Leaving, user
from tests.integration.services.office import Office, Town, on_both, race
from tests.integration.services.tracing import ADA, BEGUN_AT, NOW, READY_AT, SECRETS, SENT_AT, Tracer


@pytest.fixture
def tracer(office: Office) -> Tracer:
    return Tracer(Leaving(office))


def said(refused: object) -> str:
    assert isinstance(refused, Refused), refused
    return refused.reason


def test_a_request_begins_with_what_is_on_record(tracer: Tracer) -> None:
    view = tracer.view(tracer.begun(tracer.removed()))
    details = view.draft.details
    assert (details.surname, details.forenames, details.school_number) == ("Birch", "Ada", "841/2001")
    assert "77 Hidden Lane" in details.address
    assert details.carers == ("Mo Birch",)
    assert details.off_roll_on == local_date(DECIDED_AT)
    assert (details.regulations, details.ground) == ("2024", "I")
    assert details.reply_by_on == local_date(BEGUN_AT) + timedelta(weeks=4)
    assert "calls" in details.checks
    assert "housing" in details.checks
    assert view.draft.audience is Audience.ALL
    assert view.state is State.DRAFT
    assert set(view.missing) == {"phone", "email"}
    assert view.message.subject == f"CME trace - 841 - {view.trace.reference}"


def test_whoever_begins_again_goes_on_with_what_is_begun(tracer: Tracer) -> None:
    case = tracer.removed()
    assert tracer.begun(case) == tracer.begun(case)


def test_correcting_the_details_changes_nothing_of_the_pupil(tracer: Tracer) -> None:
    reference = tracer.begun(tracer.removed())
    draft = tracer.draft(reference)
    sender = replace(draft.details.sender, code="999", authority="Nowhere")
    changed = replace(draft.details, surname="Burch", reference="TR-1999-0001", sender=sender)
    assert tracer.write(reference, replace(draft, details=changed)) is None
    kept = tracer.view(reference).draft.details
    assert (kept.surname, kept.reference, kept.sender.code) == ("Burch", reference, "841")
    assert tracer.leaving.office.registration(ADA).pupil.surname == "Birch"


def test_to_everybody_are_152_authorities_each_waited_for_and_wales_only_if_ticked(tracer: Tracer) -> None:
    reference = tracer.begun(tracer.removed())
    draft = tracer.draft(reference)
    assert tracer.write(reference, draft) is None
    assert len(tracer.view(reference).codes) == 152
    assert traces.finish(tracer.officer, reference, seen=None, at=READY_AT) is State.READY
    assert traces.record_sent(tracer.officer, reference, SENT_AT, seen=None, at=NOW) is None
    view = tracer.view(reference)
    assert {each.state for each in view.trace.recipients} == {"awaiting"}
    assert len(view.trace.recipients) == 152
    assert not {each.code for each in view.trace.recipients} & {"841", "660"}
    assert len(trace_views.preview(view, replace(draft, wales=True)).codes) == 174


@on_both
def test_what_was_sent_is_frozen_and_ends_the_duty_to_ask(tracer: Tracer) -> None:
    case = tracer.removed()
    reference = tracer.sent(case)
    view = tracer.view(reference)
    assert (view.state, view.trace.sent_at, view.trace.sent_by) == (State.SENT, SENT_AT, "Cleo Rowe")
    assert [each.code for each in view.trace.recipients] == ["806", "840"]
    assert view.message.body == view.trace.body
    assert "Pat Quill" not in view.trace.body
    assert "Parents or carers: Mo Birch" in view.trace.body
    draft = replace(view.draft, details=replace(view.draft.details, surname="Other"))
    assert "cannot be done now" in said(tracer.write(reference, draft))
    stored = tracer.leaving.case_of(case)
    event = stored.events[-1]
    assert (event.kind, event.data["asked"], event.data["is_wide"]) == ("trace.sent", 2, True)
    assert "Send the trace request" not in [what for what, _, _ in stored.owed]


def test_a_request_is_recorded_as_sent_once_and_not_ahead_or_before_it_was_written(tracer: Tracer) -> None:
    reference = tracer.ready(tracer.removed())
    send = partial(traces.record_sent, tracer.officer, reference, seen=None, at=NOW)
    assert "now or earlier" in said(send(NOW + timedelta(minutes=1)))
    assert "before it was written" in said(send(BEGUN_AT - timedelta(days=1)))
    assert "date and time" in said(send(None))
    assert send(SENT_AT) is None
    assert "cannot be done now" in said(send(SENT_AT))


def test_the_gate_says_what_is_missing_and_a_manager_may_decide_otherwise(tracer: Tracer) -> None:
    tracer.leaving.absent(ADA, days=19)
    reference = tracer.begun(tracer.leaving.reference(ADA))
    assert tracer.write(reference, tracer.draft(reference)) is None
    refused = said(traces.finish(tracer.officer, reference, seen=None, at=READY_AT))
    assert "20 school days not reached: 19 counted" in refused
    assert "Reasonable enquiries not recorded" in refused
    assert "Safeguarding decision not recorded" in refused
    override = partial(traces.override, reference=reference, seen=None, at=READY_AT)
    with pytest.raises(LookupError):
        override(tracer.officer, reason="I say so")
    assert said(override(tracer.manager, reason=" ")) == "Enter the reason."
    assert override(tracer.manager, reason="A sighting in Leeds") is None
    assert "Mia Brand" in tracer.view(reference).trace.override
    assert traces.finish(tracer.officer, reference, seen=None, at=READY_AT) is State.READY


def test_a_direct_enquiry_to_one_named_authority_waits_for_nothing(tracer: Tracer) -> None:
    tracer.leaving.absent(ADA, days=4)
    case = tracer.leaving.reference(ADA)
    reference = tracer.begun(case, audience=Audience.ONE)
    draft = replace(tracer.draft(reference), chosen=("840", "806"))
    assert tracer.write(reference, draft) is None
    assert tracer.view(reference).gate == {}
    assert "goes to one authority" in said(traces.finish(tracer.officer, reference, seen=None, at=READY_AT))
    assert tracer.write(reference, replace(draft, chosen=("840",))) is None
    assert traces.finish(tracer.officer, reference, seen=None, at=READY_AT) is State.READY
    assert traces.record_sent(tracer.officer, reference, SENT_AT, seen=None, at=NOW) is None
    assert "is_wide" not in tracer.leaving.case_of(case).events[-1].data


def test_of_a_restricted_child_no_text_says_where_or_with_whom_and_a_second_person_approves(
    tracer: Tracer,
) -> None:
    case = tracer.removed()
    tracer.protect()
    reference = tracer.begun(case)
    view = tracer.view(reference)
    assert view.restricted
    assert view.draft.audience is Audience.CHOSEN
    held = view.draft.details
    assert (held.address, held.carers, held.siblings) == ("", (), ())
    told = replace(tracer.draft(reference).details, checks="Went to 77 hidden lane", destination="Leeds")
    draft = replace(tracer.draft(reference), details=told, chosen=("840",))
    assert tracer.write(reference, draft) is None
    refused = said(traces.finish(tracer.officer, reference, seen=None, at=READY_AT))
    assert refused == "This says the last address, which is not sent for this child. Take it out."
    clean = replace(draft, details=replace(told, checks="home visits"))
    assert tracer.write(reference, clean) is None
    assert traces.finish(tracer.officer, reference, seen=None, at=READY_AT) is State.AWAITING_APPROVAL
    assert isinstance(traces.download(tracer.officer, reference, at=READY_AT), Refused)
    assert "Leeds" not in tracer.view(reference).message.body
    with pytest.raises(LookupError):
        traces.approve(tracer.officer, reference, seen=None, at=READY_AT)
    approved = traces.approve(tracer.manager, reference, with_destination=True, seen=None, at=READY_AT)
    assert approved is None
    made = traces.download(tracer.officer, reference, at=READY_AT)
    assert isinstance(made, Paper)
    text = made.content.decode()
    assert "Believed destination: Leeds" in text
    assert "Please telephone before replying." in text
    assert not [secret for secret in SECRETS if secret in text.casefold()]
    assert traces.record_sent(tracer.officer, reference, SENT_AT, seen=None, at=NOW) is None


def test_nobody_approves_what_they_wrote_themselves(tracer: Tracer) -> None:
    case = tracer.removed()
    tracer.protect()
    place = tracer.leaving.office.authority_id
    grants = frozenset({Grant(Role.CME_OFFICER, place), Grant(Role.LA_MANAGER, place)})
    both = Scope(user("Ada Two"), "Ada Two", grants)
    reference = tracer.begun(case)
    assert tracer.write(reference, replace(tracer.draft(reference), chosen=("840",)), by=both) is None
    assert traces.finish(both, reference, seen=None, at=READY_AT) is State.AWAITING_APPROVAL
    assert "approved by a second person" in said(traces.approve(both, reference, seen=None, at=READY_AT))
    assert (
        said(traces.send_back(tracer.manager, reference, "", seen=None, at=READY_AT)) == "Enter the reason."
    )
    assert traces.send_back(tracer.manager, reference, "Say less", seen=None, at=READY_AT) is None
    assert tracer.view(reference).trace.returned.startswith("Say less (Mia Brand")


def test_a_child_who_becomes_restricted_after_the_request_was_ready_is_approved_first(tracer: Tracer) -> None:
    reference = tracer.ready(tracer.removed())
    assert "77 Hidden Lane" in tracer.view(reference).message.body
    tracer.protect()
    view = tracer.view(reference)
    assert not trace_views.can_be_copied(view)
    assert not [secret for secret in SECRETS if secret in view.message.text.casefold()]
    send = traces.record_sent(tracer.officer, reference, SENT_AT, seen=None, at=NOW)
    assert "A manager approves the request before it is sent" in said(send)


def test_the_officer_can_have_any_child_looked_for_in_confidence(tracer: Tracer) -> None:
    reference = tracer.begun(tracer.removed())
    assert tracer.write(reference, replace(tracer.draft(reference), restricted=True)) is None
    view = tracer.view(reference)
    assert view.restricted
    assert not view.is_by_record
    assert "Hidden Lane" not in view.message.body


@pytest.mark.parametrize("is_sent", [False, True])
def test_whom_others_were_asked_about_in_confidence_stays_in_confidence(
    tracer: Tracer, *, is_sent: bool
) -> None:
    case = tracer.removed()
    reference = tracer.begun(case)
    draft = replace(tracer.draft(reference), restricted=True, audience=Audience.CHOSEN, chosen=("840",))
    assert tracer.write(reference, draft) is None
    if is_sent:
        assert traces.finish(tracer.officer, reference, seen=None, at=READY_AT) is State.AWAITING_APPROVAL
        assert traces.approve(tracer.manager, reference, seen=None, at=READY_AT) is None
        assert traces.record_sent(tracer.officer, reference, SENT_AT, seen=None, at=NOW) is None
    assert trace_endings.withdraw(tracer.officer, reference, "Begun by mistake", seen=None, at=NOW) is None
    again = tracer.view(tracer.begun(case))
    assert again.restricted is is_sent
    assert ("Hidden Lane" in again.message.body) is not is_sent


def test_a_child_without_a_case_is_asked_about_until_the_entry_ends(tracer: Tracer) -> None:
    entry = NewEntry("841", "Elm", "Cedric", date(2014, 3, 1), reason="unknown")
    spell_id = cme_records.add(tracer.officer, entry, at=DECIDED_AT)
    assert isinstance(spell_id, int)
    reference = traces.begin_for_spell(tracer.officer, spell_id, at=BEGUN_AT)
    assert isinstance(reference, str)
    assert traces.begin_for_spell(tracer.officer, spell_id, at=BEGUN_AT) == reference
    draft = tracer.draft(reference)
    checked = replace(draft.details, checks="housing")
    draft = replace(draft, details=checked, audience=Audience.CHOSEN, chosen=("840",))
    assert tracer.write(reference, draft) is None
    assert traces.finish(tracer.officer, reference, seen=None, at=READY_AT) is State.READY
    ended = cme_records.end(tracer.officer, spell_id, local_date(NOW), "O04", "Found", at=NOW)
    assert ended is None
    send = traces.record_sent(tracer.officer, reference, SENT_AT, seen=None, at=NOW)
    assert said(send) == traces.ENDED_SPELL


def test_a_child_who_has_a_case_is_not_asked_about_from_the_record(tracer: Tracer) -> None:
    tracer.removed()
    db.session.rollback()
    (spell_id,) = db.session.scalars(select(CmeSpell.id)).all()
    begun = traces.begin_for_spell(tracer.officer, spell_id, at=BEGUN_AT)
    assert said(begun) == traces.HAS_CASE


def test_another_authority_and_a_school_see_no_trace(tracer: Tracer, town: Town) -> None:
    reference = tracer.begun(tracer.removed())
    for scope in (Leaving(town.cedar).officer, tracer.leaving.dsl, tracer.leaving.head):
        assert trace_views.show(scope, reference, at=NOW) is None
        with pytest.raises(LookupError):
            traces.finish(scope, reference, seen=None, at=NOW)


def test_the_audit_has_hashes_and_codes_and_alerts_name_nobody(tracer: Tracer) -> None:
    reference = tracer.sent(tracer.removed())
    assert isinstance(traces.download(tracer.officer, reference, at=NOW), Paper)
    db.session.rollback()
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("trace."))).all()
    assert {"trace.begun", "trace.written", "trace.finished", "trace.sent", "trace.text_made"} <= {
        each.action for each in entries
    }
    told = " ".join(str(each.detail) for each in entries)
    told += " ".join(db.session.scalars(select(Alert.text)))
    assert "Birch" not in told
    assert "Hidden" not in told


@on_both
def test_of_two_who_approve_and_write_at_once_one_wins(town: Town) -> None:
    tracer = Tracer(Leaving(town.alder))
    case = tracer.removed()
    tracer.protect()
    reference = tracer.written(case)
    for _ in range(5):
        assert traces.finish(tracer.officer, reference, seen=None, at=READY_AT) is State.AWAITING_APPROVAL
        view = tracer.view(reference)
        seen, draft = view.trace.version, view.draft
        results = race(
            town.app,
            partial(traces.approve, tracer.manager, reference, seen=seen, at=READY_AT),
            partial(traces.write, tracer.officer, reference, draft, seen=seen, at=READY_AT),
        )
        refused = [each for each in results if isinstance(each, Refused)]
        assert (len(refused), results.count(None)) == (1, 1), results
        assert refused[0].missing == ("seen",)
        state = tracer.view(reference).state
        assert state in (State.READY, State.DRAFT)
        if state is State.READY:
            assert tracer.write(reference, draft) is None
        assert Action.FINISH in tracer.view(reference).actions


def test_of_those_who_share_the_home_only_who_has_the_surname_is_named_as_brother_or_sister(
    tracer: Tracer,
) -> None:
    case = tracer.removed()
    tracer.leaving.absent("Hill, Cora")
    tracer.live_at("Birch, Ben", "Hill, Cora")
    named = [each.name for each in tracer.view(tracer.begun(case)).draft.details.siblings]
    assert named == ["Ben Birch"]
