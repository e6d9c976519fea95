"""What other authorities answer, what it leads to, and how a trace ends."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from cme.casework.case import Action, Entry, Refused
from cme.casework.entries import LocationEntry
from cme.clock import local_date
from cme.services import casework, daily
from cme.services.mail import Office as Post
from cme.services.tracing import trace_endings, trace_messages, trace_replies
from cme.store import traces
from cme.store.database import db
from cme.store.tables import Alert, TraceReply
from cme.tracing.message import STOP
from cme.tracing.replies import Effect, Kind, Reply
from cme.tracing.states import State
from tests.integration.services.leaving import Leaving
from tests.integration.services.office import Office, Town, on_both, race
from tests.integration.services.tracing import (
    ADA,
    NOW,
    ON_ROLL,
    SECRETS,
    Tracer,
    member,
    reply,
)
from tests.store import statements

HOME = {"address": "3 Mill Lane, Leeds", "seen_by": "A social worker"}
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def tracer(office: Office) -> Tracer:
    return Tracer(Leaving(office))


def said(refused: object) -> str:
    assert isinstance(refused, Refused), refused
    return refused.reason


def record(tracer: Tracer, reference: str, answer: Reply, *, seen: int | None = None) -> Effect:
    done = trace_replies.record(tracer.officer, reference, answer, seen=seen, at=NOW)
    assert isinstance(done, Effect), done
    return done


@on_both
def test_found_on_a_roll_is_verified_and_closes_nothing_by_itself(tracer: Tracer) -> None:
    case = tracer.removed()
    reference = tracer.sent(case)
    effect = record(tracer, reference, reply("840", Kind.FOUND_ON_ROLL, **ON_ROLL))
    assert effect.note == "located, confirm with LA 840"
    view = tracer.view(reference)
    assert view.state is State.LOCATED
    (stop,) = view.trace.messages
    assert (stop.purpose, stop.recipients, stop.body.strip()) == ("stop", ["806", "840"], STOP)
    assert stop.subject == f"CME trace - 841 - {reference} - located"
    stored = tracer.leaving.case_of(case)
    assert (stored.stage, stored.closed_at) == ("verifying", None)
    assert [event.kind for event in stored.events][-2:] == ["trace.replied", "location.reported"]
    assert not tracer.leaving.office.registration(ADA).on_roll
    send = partial(trace_messages.record_sent, tracer.officer, reference, stop.id, NOW, seen=None, at=NOW)
    assert "Close the trace as located" in said(send())
    close = partial(trace_endings.close, tracer.officer, reference, seen=None, at=NOW)
    assert "who confirmed it" in said(close("located"))
    assert "Rule that out first" in said(close("no_trace"))
    assert close("located", confirmed_by="A Head, Durham School") is None
    assert send() is None
    view = tracer.view(reference)
    assert view.state is State.CLOSED
    assert view.trace.end_reason == "Confirmed by A Head, Durham School."
    assert tracer.leaving.case_of(case).events[-1].data["ended"] == "located"
    assert tracer.leaving.case_of(case).closed_at is None


def test_a_reply_lacks_what_its_kind_captures(tracer: Tracer) -> None:
    reference = tracer.sent(tracer.removed())
    for kind, needs in (
        (Kind.FOUND_ON_ROLL, {"laestab", "started_on"}),
        (Kind.FOUND_NOT_ON_ROLL, {"address", "seen_by"}),
        (Kind.FOUND_EHE, {"contact", "started_on"}),
        (Kind.PREVIOUSLY_KNOWN, {"known_from_on", "known_until_on", "onward"}),
        (Kind.MORE_INFO_NEEDED, {"question"}),
        (Kind.DUPLICATE, {"other_reference"}),
    ):
        refused = trace_replies.record(tracer.officer, reference, reply("840", kind), seen=None, at=NOW)
        assert isinstance(refused, Refused)
        assert set(refused.missing) == needs
    assert tracer.view(reference).answers == ()
    with pytest.raises(LookupError):
        trace_replies.record(tracer.officer, reference, reply("302", Kind.NO_TRACE), seen=None, at=NOW)


def test_two_different_finds_are_a_conflict_until_one_is_ruled_out(tracer: Tracer) -> None:
    boss = member(tracer.leaving.office.authority_id)
    reference = tracer.sent(tracer.removed())
    record(tracer, reference, reply("840", Kind.FOUND_ON_ROLL, **ON_ROLL))
    record(tracer, reference, reply("806", Kind.FOUND_NOT_ON_ROLL, **HOME))
    view = tracer.view(reference)
    assert "County Durham (840) and Middlesbrough (806)" in view.conflict
    db.session.rollback()
    texts = db.session.scalars(select(Alert.text).where(Alert.user_id == boss)).all()
    assert [text for text in texts if "say different places" in text]
    close = partial(
        trace_endings.close, tracer.officer, reference, "located", confirmed_by="X", seen=None, at=NOW
    )
    assert "Rule one of them out first" in said(close())
    wrong, right = view.answers
    rule_out = partial(trace_replies.rule_out, tracer.officer, reference, seen=None, at=NOW)
    assert said(rule_out(wrong.row.id, " ")) == "Enter the reason."
    assert rule_out(wrong.row.id, "The school says it is another child") is None
    view = tracer.view(reference)
    assert (view.conflict, view.state) == ("", State.LOCATED)
    assert "ruled out before" in said(rule_out(wrong.row.id, "Again"))
    assert rule_out(right.row.id, "Nobody lives there") is None
    view = tracer.view(reference)
    assert view.state is State.LIVE
    assert [each.withdrawn_at is not None for each in view.trace.messages] == [True]


def test_a_question_drafts_an_answer_for_a_person_to_write(tracer: Tracer) -> None:
    reference = tracer.sent(tracer.removed())
    record(tracer, reference, reply("840", Kind.MORE_INFO_NEEDED, question="Which school before?"))
    view = tracer.view(reference)
    (message,) = view.trace.messages
    assert (message.purpose, message.recipients) == ("answer", ["840"])
    figures = traces.count_answers(tracer.officer)
    assert (figures.answered, figures.asking) == (1, 1)
    send = partial(trace_messages.record_sent, tracer.officer, reference, message.id, NOW, seen=None, at=NOW)
    assert said(send()) == "Write the message first."
    write = partial(trace_messages.write, tracer.officer, reference, message.id, seen=None, at=NOW)
    assert write("Elm School until July") is None
    assert send() is None
    sent = tracer.view(reference).trace.messages[0]
    assert sent.body.endswith("\n\nElm School until July\n")
    assert "sent or withdrawn before" in said(write("Something else"))
    assert {each.code: each.state for each in view.trace.recipients} == {"806": "awaiting", "840": "awaiting"}


def test_an_answer_about_a_restricted_child_is_minimised_and_approved(tracer: Tracer) -> None:
    case = tracer.removed()
    tracer.protect()
    reference = tracer.sent(case)
    record(tracer, reference, reply("840", Kind.MORE_INFO_NEEDED, question="Where did they live?"))
    (message,) = tracer.view(reference).trace.messages
    write = partial(trace_messages.write, tracer.officer, reference, message.id, seen=None, at=NOW)
    for text in ("At 77, Hidden Lane", "QZ9 9zq", "With Pat Quill"):
        assert "which is not sent for this child" in said(write(text))
    assert "told by telephone only" in said(write("She is in the York refuge"))
    assert write("Please telephone me") is None
    send = partial(trace_messages.record_sent, tracer.officer, reference, message.id, NOW, seen=None, at=NOW)
    assert "A manager approves the message" in said(send())
    with pytest.raises(LookupError):
        trace_messages.approve(tracer.officer, reference, message.id, seen=None, at=NOW)
    assert trace_messages.approve(tracer.manager, reference, message.id, seen=None, at=NOW) is None
    assert write("Please do telephone me") is None
    assert "A manager approves the message" in said(send())
    assert trace_messages.approve(tracer.manager, reference, message.id, seen=None, at=NOW) is None
    assert send() is None


def test_where_a_restricted_child_is_found_is_in_no_event_and_kept_nowhere(tracer: Tracer) -> None:
    case = tracer.removed()
    tracer.protect()
    reference = tracer.sent(case)
    found = reply("840", Kind.FOUND_NOT_ON_ROLL, seen_by="A worker", address="3 Mill Lane, Leeds")
    record(tracer, reference, found)
    stored = tracer.leaving.case_of(case)
    told = " ".join(
        str(event.data) for event in stored.events if "trace" in event.kind or "location" in event.kind
    )
    assert "840" not in told
    assert "Durham" not in told
    db.session.rollback()
    kept = " ".join(str(each) for each in db.session.scalars(select(TraceReply.answers)))
    assert "Mill Lane" not in kept
    view = tracer.view(reference)
    texts = [view.message.text, *(f"{each.subject} {each.body}" for each in view.trace.messages)]
    assert not [secret for secret in SECRETS for text in texts if secret in text.casefold()]


def test_no_field_of_an_answer_says_where_a_restricted_child_lives(tracer: Tracer) -> None:
    case = tracer.removed()
    record_ = partial(trace_replies.record, tracer.officer, seen=None, at=NOW)
    asked = reply("840", Kind.MORE_INFO_NEEDED, question="Does she live at 3 Mill Lane?")
    assert isinstance(record_(tracer.sent(case), asked), Effect)
    tracer.protect()
    refused = record_(tracer.sent(case), asked)
    assert isinstance(refused, Refused)
    assert (refused.missing, "told by telephone only" in refused.reason) == (("question",), True)


def test_time_runs_out_of_no_trace_that_is_over(tracer: Tracer) -> None:
    reference = tracer.sent(tracer.removed())
    end = trace_endings.close(
        tracer.officer, reference, "other", reason="The family wrote", seen=None, at=NOW
    )
    assert end is None
    late_on = date(2027, 1, 8)
    assert trace_replies.let_time_pass(tracer.officer, reference, on=late_on, at=LATER) == 0
    assert {each.state for each in tracer.view(reference).trace.recipients} == {"awaiting"}


def test_no_trace_after_a_find_that_was_wrong_is_told_again(tracer: Tracer) -> None:
    boss = member(tracer.leaving.office.authority_id)
    reference = tracer.sent(tracer.removed())
    for code in ("840", "806"):
        record(tracer, reference, reply(code, Kind.NO_TRACE))
    record(tracer, reference, reply("806", Kind.FOUND_ON_ROLL, **ON_ROLL))
    wrong = next(each for each in tracer.view(reference).answers if each.reply.finding.kind.is_find)
    ruled = trace_replies.rule_out(
        tracer.officer, reference, wrong.row.id, "Another child", seen=None, at=NOW
    )
    assert ruled is None
    db.session.rollback()
    texts = db.session.scalars(select(Alert.text).where(Alert.user_id == boss)).all()
    assert len([text for text in texts if "nobody found the child" in text]) == 2


def test_no_trace_of_all_is_noted_once_and_the_search_goes_on(tracer: Tracer) -> None:
    boss = member(tracer.leaving.office.authority_id)
    case = tracer.removed()
    reference = tracer.sent(case)
    record(tracer, reference, reply("840", Kind.NO_TRACE))
    assert tracer.view(reference).trace.result == ""
    record(tracer, reference, reply("806", Kind.NO_TRACE))
    view = tracer.view(reference)
    assert (view.trace.result, view.state) == ("no_trace", State.LIVE)
    assert tracer.leaving.case_of(case).stage == "trace"
    db.session.rollback()
    texts = db.session.scalars(select(Alert.text).where(Alert.user_id == boss)).all()
    assert len([text for text in texts if "nobody found the child" in text]) == 1
    # "No trace" of one authority is told to nobody: a request goes to 152.
    assert not [text for text in texts if "has answered the trace request" in text]
    record(tracer, reference, reply("806", Kind.FOUND_EHE, contact="EHE team", started_on=date(2026, 11, 2)))
    view = tracer.view(reference)
    assert (view.trace.result, view.state) == ("", State.LOCATED)


def test_several_answer_no_trace_at_once(tracer: Tracer) -> None:
    case = tracer.removed()
    reference = tracer.sent(case, chosen=("302", "806", "840"))
    many = partial(trace_replies.record_no_trace, tracer.officer, reference, at=NOW)
    assert "Choose the authorities" in said(many((), "S2S", NOW.date()))
    assert "who answered" in said(many(("302", "806"), "", NOW.date()))
    assert many(("302", "806"), "S2S", NOW.date()) == 2
    assert many(("302", "806", "840"), "S2S", NOW.date()) == 1
    assert len(tracer.view(reference).answers) == 3
    assert [event.kind for event in tracer.leaving.case_of(case).events].count("trace.replied") == 2


def test_known_before_and_duplicate_change_nothing_of_the_case(tracer: Tracer) -> None:
    case = tracer.removed()
    reference = tracer.sent(case)
    known = {"known_from_on": date(2026, 1, 5), "known_until_on": date(2026, 2, 6), "onward_code": "302"}
    effect = record(tracer, reference, reply("840", Kind.PREVIOUSLY_KNOWN, **known))
    assert effect.task == "Ask Barnet (302) about the child."
    effect = record(tracer, reference, reply("806", Kind.DUPLICATE, other_reference="TR-2026-0009"))
    assert effect.links_to == "TR-2026-0009"
    assert tracer.view(reference).state is State.LIVE
    assert tracer.leaving.case_of(case).stage == "trace"


@on_both
def test_time_runs_out_once_officers_are_told_once_and_late_ones_are_reminded_once(tracer: Tracer) -> None:
    boss = member(tracer.leaving.office.authority_id)
    reference = tracer.sent(tracer.removed())
    record(tracer, reference, reply("840", Kind.NO_TRACE))
    by_on = tracer.view(reference).trace.reply_by_on
    assert by_on is not None
    sweep = partial(trace_replies.sweep, tracer.officer, at=LATER)
    assert sweep(on=by_on) == {"answers overdue": 0}
    assert sweep(on=by_on + timedelta(days=1)) == {"answers overdue": 1}
    assert sweep(on=by_on + timedelta(days=2)) == {"answers overdue": 0}
    db.session.rollback()
    texts = db.session.scalars(select(Alert.text).where(Alert.user_id == boss)).all()
    assert len([text for text in texts if "Remind them once" in text]) == 1
    view = tracer.view(reference)
    assert (view.late, view.trace.result) == (("806",), "no_trace")
    remind = partial(trace_messages.remind, tracer.officer, reference, seen=None, at=LATER)
    message_id = remind()
    assert isinstance(message_id, int)
    assert "No authority is late" in said(remind())
    message = tracer.view(reference).trace.messages[0]
    assert (message.recipients, "even if no trace" in message.body) == (["806"], True)
    sent = trace_messages.record_sent(tracer.officer, reference, message_id, LATER, seen=None, at=LATER)
    assert sent is None
    assert "No authority is late" in said(remind())


def test_the_days_work_has_a_part_for_traces(tracer: Tracer) -> None:
    reference = tracer.sent(tracer.removed())
    by_on = tracer.view(reference).trace.reply_by_on
    assert by_on is not None
    day = daily.Day(on=by_on + timedelta(days=1), at=LATER, keep_days=30, office=Post("CME", ""))
    (step,) = [each for each in daily.steps(tracer.officer, day) if each.part == "Traces"]
    outcome = daily.take(step)
    assert (outcome.counts["answers overdue"], outcome.fault) == (2, "")


def test_a_find_after_the_trace_was_over_opens_it_again(tracer: Tracer) -> None:
    case = tracer.removed()
    reference = tracer.sent(case)
    close = partial(trace_endings.close, tracer.officer, reference, seen=None, at=NOW)
    assert "Enter why" in said(close("other"))
    assert close("other", reason="The family wrote from abroad") is None
    (ended,) = tracer.view(reference).trace.messages
    assert (ended.purpose, ended.subject) == ("ended", f"CME trace - 841 - {reference} - ended")
    record(tracer, reference, reply("840", Kind.NO_TRACE))
    assert tracer.view(reference).state is State.CLOSED
    record(tracer, reference, reply("840", Kind.FOUND_ON_ROLL, **ON_ROLL))
    view = tracer.view(reference)
    assert (view.state, view.trace.ended_at) == (State.LOCATED, None)
    # Nobody is told any more that the search is over: the find is not confirmed yet.
    assert [(each.purpose, each.withdrawn_at is None) for each in view.trace.messages] == [
        ("ended", False),
        ("stop", True),
    ]


def test_a_trace_is_withdrawn_with_a_reason_and_those_who_were_asked_are_told(tracer: Tracer) -> None:
    case = tracer.removed()
    unsent = tracer.ready(case)
    withdraw = partial(trace_endings.withdraw, tracer.officer, seen=None, at=NOW)
    assert said(withdraw(unsent, " ")) == "Enter the reason."
    assert withdraw(unsent, "Begun by mistake") is None
    assert tracer.view(unsent).trace.messages == []
    assert "trace.ended" not in [event.kind for event in tracer.leaving.case_of(case).events]
    reference = tracer.sent(case)
    assert withdraw(reference, "The child was never missing") is None
    view = tracer.view(reference)
    assert view.state is State.WITHDRAWN
    assert [each.purpose for each in view.trace.messages] == ["ended"]
    assert tracer.leaving.case_of(case).events[-1].kind == "trace.ended"


def test_a_find_reaches_a_case_that_already_verifies_another_place(tracer: Tracer) -> None:
    case = tracer.removed()
    reference = tracer.sent(case)
    entry = Entry(message="Seen in Leeds", location=LocationEntry(source="An aunt"))
    assert casework.act(tracer.officer, case, Action.REPORT_LOCATION, entry, at=NOW) is None
    record(tracer, reference, reply("840", Kind.FOUND_ON_ROLL, **ON_ROLL))
    kinds = [event.kind for event in tracer.leaving.case_of(case).events]
    assert kinds.count("location.reported") == 1
    assert kinds[-1] == "trace.replied"


def test_an_answer_was_not_given_before_the_request_or_ahead(tracer: Tracer) -> None:
    reference = tracer.sent(tracer.removed())
    for days, words in ((-1, "on or after the day the request was sent"), (1, "today or earlier")):
        answer = replace(reply("840", Kind.NO_TRACE), replied_on=local_date(NOW) + timedelta(days=days))
        done = trace_replies.record(tracer.officer, reference, answer, seen=None, at=NOW)
        assert words in said(done)


def test_whoever_answers_meanwhile_is_not_reminded(tracer: Tracer) -> None:
    reference = tracer.sent(tracer.removed())
    by_on = tracer.view(reference).trace.reply_by_on
    assert by_on is not None
    trace_replies.sweep(tracer.officer, on=by_on + timedelta(days=1), at=LATER)
    message_id = trace_messages.remind(tracer.officer, reference, seen=None, at=LATER)
    assert isinstance(message_id, int)
    record(tracer, reference, reply("840", Kind.NO_TRACE))
    (message,) = tracer.view(reference).trace.messages
    assert (message.recipients, message.withdrawn_at) == (["806"], None)
    record(tracer, reference, reply("806", Kind.NO_TRACE))
    (message,) = tracer.view(reference).trace.messages
    assert message.withdrawn_at is not None


def test_the_answers_of_many_are_kept_without_reading_the_trace_for_each(tracer: Tracer) -> None:
    case, asked = tracer.removed(), []
    for codes in (("302", "303"), ("302", "303", "304", "305", "306", "307")):
        reference = tracer.sent(case, chosen=("840", *codes))
        db.session.rollback()
        with statements(tracer.leaving.office.app) as found:
            done = trace_replies.record_no_trace(tracer.officer, reference, codes, "S2S", NOW.date(), at=NOW)
        assert done == len(codes)
        asked.append(len([each for each in found if each.startswith("SELECT")]))
    assert asked[1] <= asked[0] + 8


@on_both
def test_of_two_who_record_the_same_answer_one_wins(town: Town) -> None:
    tracer = Tracer(Leaving(town.alder))
    codes = ("302", "303", "805", "806", "840")
    reference = tracer.sent(tracer.removed(), chosen=codes)
    for code in codes:
        answer = reply(code, Kind.MORE_INFO_NEEDED, question="Which school?")
        act = partial(trace_replies.record, tracer.officer, reference, answer, seen=0, at=NOW)
        results = race(town.app, act, act)
        refused = [each for each in results if isinstance(each, Refused)]
        assert len(refused) == 1, results
        assert refused[0].missing == ("seen",)
    assert len(tracer.view(reference).answers) == len(codes)
    assert len(tracer.view(reference).trace.messages) == len(codes)
