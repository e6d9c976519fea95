"""A request about a child in confidence: who is so, who is asked, what was approved, and what was sent."""

from dataclasses import replace

import pytest
from sqlalchemy import inspect, select

from cme.casework.case import Refused
from cme.services.tracing import confidence, trace_views, traces
from cme.services.tracing.trace_changes import Change, changes_of
from cme.store.database import db, transaction
from cme.store.tables import Alert, Case, Review
from cme.store.traces import Part, count_parts
from cme.tracing.gate import Audience
from cme.tracing.states import State
from tests.integration.services.leaving import DECIDED_AT, Leaving
from tests.integration.services.office import Office
from tests.integration.services.tracing import ADA, BEN, NOW, READY_AT, SENT_AT, Tracer, member
from tests.reviews import CALM, YES, found, signing
from tests.store import statements


@pytest.fixture
def tracer(office: Office) -> Tracer:
    return Tracer(Leaving(office))


def another_case(tracer: Tracer, name: str = ADA) -> int:
    """Another case of the same place on the roll, begun after the first; its id."""
    first = tracer.leaving.office.case(name)
    columns = {each.key for each in inspect(Case).column_attrs} - {"id", "version"}
    with transaction() as session:
        later = Case(**{**{key: getattr(first, key) for key in columns}, "reference": "CME-26-9999"})
        session.add(later)
        session.flush()
        return later.id


def sign(case_id: int, review: object = CALM) -> None:
    """Keep a review of a case, as a DSL signed it."""
    entry = signing(DECIDED_AT.date(), review=review)  # type: ignore[arg-type]
    form = {**entry.review.as_form(), "decision": "enquire_on", "reason": "", "next_review_on": "2026-12-01"}
    with transaction() as session:
        session.add(
            Review(
                case_id=case_id,
                form=form,
                rating="medium",
                signed_at=DECIDED_AT,
                signed_by="Ash Fenner",
                signed_role="Designated safeguarding lead",
            )
        )


def test_a_risk_in_the_review_of_a_later_case_holds_for_a_request_of_the_former(tracer: Tracer) -> None:
    reference = tracer.written(tracer.removed())
    later = another_case(tracer)
    sign(later)
    assert not tracer.view(reference).restricted
    sign(later, found(abduction=YES))
    assert tracer.view(reference).is_by_record
    sign(later)
    assert not tracer.view(reference).restricted


def test_who_is_in_confidence_is_read_of_many_with_as_few_statements_as_of_one(tracer: Tracer) -> None:
    tracer.removed()
    names = (ADA, BEN, "Hill, Cora", "Dale, Dan", "Kerr, Elsie", "Ford, Finn")
    tracer.leaving.absent(*names[2:])
    tracer.protect(BEN)
    ids = [tracer.leaving.office.registration(name).pupil_id for name in names]
    asked = []
    for some in (ids[:2], ids):
        db.session.rollback()
        with statements(tracer.leaving.office.app) as made:
            assert ids[1] in confidence.of_children(some)
        asked.append(len(made))
    assert asked[0] == asked[1] <= 10


def test_whoever_is_put_in_confidence_has_nobody_preset_to_be_asked(tracer: Tracer) -> None:
    reference = tracer.begun(tracer.removed())
    draft = tracer.draft(reference)
    assert tracer.write(reference, draft) is None
    assert len(tracer.view(reference).codes) == 152
    ticked = replace(draft, restricted=True)
    assert trace_views.preview(tracer.view(reference), ticked).codes == ()
    assert tracer.write(reference, ticked) is None
    view = tracer.view(reference)
    assert (view.codes, view.draft.audience) == ((), Audience.CHOSEN)
    done = traces.finish(tracer.officer, reference, seen=None, at=READY_AT)
    assert isinstance(done, Refused)
    assert done.reason == "Choose at least one local authority."
    chosen = replace(ticked, audience=Audience.CHOSEN, chosen=("840",))
    assert tracer.write(reference, chosen) is None
    assert tracer.write(reference, replace(chosen, wales=True)) is None
    assert tracer.view(reference).codes == ("840",)
    assert traces.finish(tracer.officer, reference, seen=None, at=READY_AT) is State.AWAITING_APPROVAL


def test_whoever_comes_into_confidence_by_the_record_has_nobody_preset_either(tracer: Tracer) -> None:
    reference = tracer.written(tracer.removed())
    tracer.protect()
    assert tracer.view(reference).codes == ()
    draft = tracer.view(reference).draft
    assert tracer.write(reference, draft) is None
    assert isinstance(traces.finish(tracer.officer, reference, seen=None, at=READY_AT), Refused)
    assert tracer.write(reference, replace(draft, chosen=("840",))) is None
    assert tracer.view(reference).codes == ("840",)


def test_whom_an_officer_once_had_looked_for_in_confidence_is_so_again(tracer: Tracer) -> None:
    case = tracer.removed()
    reference = tracer.begun(case)
    draft = replace(tracer.draft(reference), restricted=True, audience=Audience.CHOSEN, chosen=("840",))
    assert tracer.write(reference, draft) is None
    assert traces.finish(tracer.officer, reference, seen=None, at=READY_AT) is State.AWAITING_APPROVAL
    assert traces.approve(tracer.manager, reference, seen=None, at=READY_AT) is None
    assert traces.record_sent(tracer.officer, reference, SENT_AT, seen=None, at=NOW) is None
    again = tracer.view(tracer.begun(case))
    assert (again.restricted, again.is_by_record, again.codes) == (True, False, ())
    assert again.draft.details.address == ""


def in_confidence(tracer: Tracer) -> str:
    """A request in confidence that waits for approval; its reference."""
    case = tracer.removed()
    tracer.protect()
    reference = tracer.written(case)
    assert traces.finish(tracer.officer, reference, seen=None, at=READY_AT) is State.AWAITING_APPROVAL
    return reference


def test_the_approver_sees_what_changed_and_approves_no_older_text(tracer: Tracer) -> None:
    reference = in_confidence(tracer)
    view = tracer.view(reference, by=tracer.manager)
    assert changes_of(view) == ()
    read, draft = view.trace.version, view.draft
    checks = "housing; special educational needs team (SEN)"
    changed = replace(draft, details=replace(draft.details, checks=checks), chosen=("840",))
    assert tracer.write(reference, changed) is None
    early = traces.approve(tracer.manager, reference, seen=read, at=READY_AT)
    assert isinstance(early, Refused)
    assert traces.finish(tracer.officer, reference, seen=None, at=READY_AT) is State.AWAITING_APPROVAL
    late = traces.approve(tracer.manager, reference, seen=read, at=READY_AT)
    assert isinstance(late, Refused)
    assert late.missing == ("seen",)
    now = tracer.view(reference, by=tracer.manager)
    assert changes_of(now) == (
        Change("Checks made", draft.details.checks, checks),
        Change("To", "Middlesbrough (806), County Durham (840)", "County Durham (840)"),
    )
    assert any("care, health or needs" in each for each in now.warnings)
    assert traces.send_back(tracer.manager, reference, "Say less", seen=None, at=READY_AT) is None
    assert tracer.write(reference, replace(changed, details=draft.details)) is None
    assert traces.finish(tracer.officer, reference, seen=None, at=READY_AT) is State.AWAITING_APPROVAL
    (change,) = changes_of(tracer.view(reference))
    assert (change.before, change.after) == (checks, draft.details.checks)


def test_a_text_that_went_before_the_child_came_into_confidence_is_recorded_and_a_manager_told(
    tracer: Tracer,
) -> None:
    manager = member(tracer.leaving.office.authority_id, role=next(iter(tracer.manager.grants)).role)
    reference = tracer.ready(tracer.removed())
    before = tracer.view(reference).message.body
    assert trace_views.before_confidence(tracer.view(reference)) is None
    refused = traces.record_sent(tracer.officer, reference, SENT_AT, earlier_text=True, seen=None, at=NOW)
    assert isinstance(refused, Refused)
    tracer.protect()
    unsaid = traces.record_sent(tracer.officer, reference, SENT_AT, seen=None, at=NOW)
    assert isinstance(unsaid, Refused)
    done = traces.record_sent(tracer.officer, reference, SENT_AT, earlier_text=True, seen=None, at=NOW)
    assert done is None
    view = tracer.view(reference)
    assert (view.trace.body, view.trace.restricted) == (before, False)
    assert [each.code for each in view.trace.recipients] == ["806", "840"]
    assert view.restricted
    told = db.session.scalars(select(Alert.text).where(Alert.user_id == manager)).all()
    assert any("sent before the child came into confidence" in each for each in told)


def test_an_officer_asks_a_manager_once_something_holds_the_request_back(tracer: Tracer) -> None:
    manager = member(tracer.leaving.office.authority_id, role=next(iter(tracer.manager.grants)).role)
    tracer.leaving.absent(ADA, days=19)
    reference = tracer.begun(tracer.leaving.reference(ADA))
    with pytest.raises(LookupError):
        traces.ask_override(tracer.manager, reference, seen=None, at=READY_AT)
    assert count_parts(tracer.manager)[Part.APPROVAL] == 0
    assert traces.ask_override(tracer.officer, reference, seen=None, at=READY_AT) is None
    db.session.rollback()
    assert count_parts(tracer.manager)[Part.APPROVAL] == 1
    (told,) = db.session.scalars(select(Alert.text).where(Alert.user_id == manager)).all()
    assert "asks you to decide" in told
    assert traces.override(tracer.manager, reference, "A sighting", seen=None, at=READY_AT) is None
    db.session.rollback()
    assert count_parts(tracer.manager)[Part.APPROVAL] == 0


def test_nobody_is_asked_where_nothing_holds_the_request_back(tracer: Tracer) -> None:
    reference = tracer.begun(tracer.removed())
    refused = traces.ask_override(tracer.officer, reference, seen=None, at=READY_AT)
    assert isinstance(refused, Refused)
    assert refused.reason == "Nothing is missing: no decision is needed."
