"""What an answer must say, and what it does: never to the roll, never the end of a case."""

import json
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.tracing.recipients import NO_TRACE, Recipient, RecipientState, result_of, state_of, to_remind
from cme.tracing.replies import Effect, Finding, Kind, Reply, conflict, doubts, effect_of, faults, finds
from tests.unit.tracing.traces import TODAY

LAST_ATTENDED = date(2026, 10, 2)

FINDINGS = {
    Kind.NO_TRACE: Finding(Kind.NO_TRACE),
    Kind.FOUND_ON_ROLL: Finding(Kind.FOUND_ON_ROLL, laestab="8404123", started_on=date(2026, 11, 2)),
    Kind.FOUND_NOT_ON_ROLL: Finding(Kind.FOUND_NOT_ON_ROLL, address="2 Other Road", seen_by="B Worker"),
    Kind.FOUND_EHE: Finding(Kind.FOUND_EHE, contact="C Adviser", started_on=date(2026, 11, 2)),
    Kind.PREVIOUSLY_KNOWN: Finding(
        Kind.PREVIOUSLY_KNOWN,
        known_from_on=date(2026, 9, 1),
        known_until_on=date(2026, 10, 1),
        onward="France",
    ),
    Kind.MORE_INFO_NEEDED: Finding(Kind.MORE_INFO_NEEDED, question="Is there a middle name?"),
    Kind.DUPLICATE: Finding(Kind.DUPLICATE, other_reference="TR-2026-0040"),
}
CAPTURED = {
    Kind.NO_TRACE: (),
    Kind.FOUND_ON_ROLL: ("laestab", "started_on"),
    Kind.FOUND_NOT_ON_ROLL: ("address", "seen_by"),
    Kind.FOUND_EHE: ("contact", "started_on"),
    Kind.PREVIOUSLY_KNOWN: ("known_from_on", "known_until_on", "onward"),
    Kind.MORE_INFO_NEEDED: ("question",),
    Kind.DUPLICATE: ("other_reference",),
}


def reply(kind: Kind, code: str = "840", **changes: object) -> Reply:
    return Reply(code, "B Worker", TODAY, replace(FINDINGS[kind], **changes))


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_captures_its_own_fields_with_one_sentence_for_each(kind: Kind) -> None:
    assert faults(reply(kind), TODAY) == {}
    bare = Reply("840", "B Worker", TODAY, Finding(kind))
    assert tuple(faults(bare, TODAY)) == CAPTURED[kind]
    assert all(faults(bare, TODAY).values())


def test_every_reply_says_which_authority_who_and_when() -> None:
    empty = Reply("000", " ", None, FINDINGS[Kind.NO_TRACE])
    assert set(faults(empty, TODAY)) == {"code", "officer", "replied_on"}
    early = replace(reply(Kind.NO_TRACE), replied_on=date(2026, 11, 1))
    assert set(faults(early, TODAY, sent_on=date(2026, 11, 2))) == {"replied_on"}
    assert set(faults(replace(early, replied_on=date(2026, 12, 1)), TODAY)) == {"replied_on"}


def test_the_address_of_a_restricted_child_need_not_be_written_and_is_masked() -> None:
    told = reply(Kind.FOUND_NOT_ON_ROLL, address="")
    assert set(faults(told, TODAY)) == {"address"}
    assert faults(told, TODAY, restricted=True) == {}
    assert FINDINGS[Kind.FOUND_NOT_ON_ROLL].masked().address == ""


def test_t26_found_on_roll_is_to_be_confirmed_with_that_authority() -> None:
    effect = effect_of(reply(Kind.FOUND_ON_ROLL))
    assert effect.note == "located, confirm with LA 840"
    assert effect.located
    assert effect.drafts_stop
    assert "confirms" in effect.confirms
    assert {"roll", "close", "closed", "stage"}.isdisjoint(each.name for each in fields(Effect))


@pytest.mark.parametrize("kind", Kind)
def test_what_each_kind_leads_to(kind: Kind) -> None:
    effect = effect_of(reply(kind))
    assert effect.located is kind.is_find
    assert effect.drafts_stop is kind.is_find
    assert effect.drafts_answer is (kind is Kind.MORE_INFO_NEEDED)
    assert bool(effect.links_to) is (kind is Kind.DUPLICATE)
    assert bool(effect.note) is kind.is_find
    assert bool(effect.task) is (kind is not Kind.NO_TRACE)


def test_a_move_abroad_asks_for_evidence_and_one_within_asks_the_next_authority() -> None:
    assert "evidence" in effect_of(reply(Kind.PREVIOUSLY_KNOWN)).task
    assert (
        effect_of(reply(Kind.PREVIOUSLY_KNOWN, onward_code="383")).task == "Ask Leeds (383) about the child."
    )


@pytest.mark.parametrize("kind", Kind)
def test_findings_are_kept_as_they_are(kind: Kind) -> None:
    finding = FINDINGS[kind]
    assert Finding.from_json(json.loads(json.dumps(finding.to_json()))) == finding


def test_two_different_finds_are_a_task() -> None:
    here, there = reply(Kind.FOUND_ON_ROLL), reply(Kind.FOUND_EHE, "383")
    assert conflict([here]) == ""
    assert "Darlington" not in conflict([here, there])
    assert "(840)" in conflict([here, there])
    assert "Leeds (383)" in conflict([here, there])
    assert conflict([here, reply(Kind.FOUND_ON_ROLL, laestab="8404124")])
    assert conflict([here, reply(Kind.FOUND_EHE)])


@pytest.mark.parametrize(
    ("laestab", "started_on", "said"),
    [
        ("8404123", TODAY, ""),
        ("840/4123", TODAY, ""),
        ("8054123", TODAY, "one of Hartlepool (805)"),
        ("8404123", TODAY + timedelta(days=1), "lies ahead"),
        ("8404123", LAST_ATTENDED - timedelta(days=1), "another child"),
        ("8404123", LAST_ATTENDED, ""),
    ],
)
def test_what_is_odd_about_a_find_is_said_and_holds_nothing_back(
    laestab: str, started_on: date, said: str
) -> None:
    found = Finding(Kind.FOUND_ON_ROLL, laestab=laestab, started_on=started_on)
    reply = Reply("840", "B Clerk", TODAY, found)
    told = " ".join(doubts(reply, TODAY, LAST_ATTENDED))
    assert said in told
    assert bool(told) is bool(said)
    assert faults(reply, TODAY) == {}


def test_the_same_find_twice_is_none() -> None:
    here = reply(Kind.FOUND_ON_ROLL)
    assert conflict([here, here]) == ""
    assert conflict([here, reply(Kind.FOUND_ON_ROLL, "383", laestab="840/4123")]) == ""
    assert conflict([reply(Kind.FOUND_NOT_ON_ROLL), here]) == ""
    assert conflict([here, reply(Kind.NO_TRACE, "383")]) == ""


def test_an_authority_takes_a_find_back_with_no_trace() -> None:
    here, there = reply(Kind.FOUND_ON_ROLL), reply(Kind.FOUND_EHE, "383")
    assert finds([there, here, reply(Kind.NO_TRACE, "383")]) == (here,)
    assert conflict([there, here, reply(Kind.NO_TRACE, "383")]) == ""
    assert finds([reply(Kind.NO_TRACE), here]) == (here,)


BY = date(2026, 12, 18)


def test_a_recipient_awaits_answers_or_is_overdue() -> None:
    assert state_of([], BY, BY) is RecipientState.AWAITING
    assert state_of([], BY, date(2026, 12, 19)) is RecipientState.OVERDUE
    assert state_of([reply(Kind.NO_TRACE)], BY, date(2026, 12, 19)) is RecipientState.ANSWERED
    assert state_of([reply(Kind.MORE_INFO_NEEDED)], BY, BY) is RecipientState.AWAITING


def test_each_authority_is_reminded_once() -> None:
    late = Recipient("840", RecipientState.OVERDUE)
    assert to_remind([late, Recipient("383"), replace(late, code="810", reminded=True)]) == ("840",)


@given(st.lists(st.tuples(st.sampled_from(RecipientState), st.sampled_from(Kind)), min_size=1, max_size=8))
def test_t25_no_trace_is_the_result_once_all_answered_or_late_without_a_find(
    rows: list[tuple[RecipientState, Kind]],
) -> None:
    recipients = [Recipient(f"{number:03d}", state) for number, (state, _) in enumerate(rows)]
    replies = [
        reply(kind, each.code)
        for each, (state, kind) in zip(recipients, rows, strict=True)
        if state is RecipientState.ANSWERED
    ]
    waits = any(state is RecipientState.AWAITING for state, _ in rows)
    found = any(each.finding.kind.is_find for each in replies)
    assert result_of(recipients, replies) == ("" if waits or found else NO_TRACE)
    assert result_of([], []) == ""
