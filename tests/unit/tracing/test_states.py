"""Where a trace goes: the whole table, written out once more and compared, and what each action needs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.tracing.states import (
    TRANSITIONS,
    Action,
    Power,
    Result,
    State,
    TraceFacts,
    actions_at,
    decide,
)

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
EVERY_POWER = {each.value for each in Power}
DRAFT, AWAITING, READY = State.DRAFT, State.AWAITING_APPROVAL, State.READY
SENT, LIVE, LOCATED = State.SENT, State.LIVE, State.LOCATED
CLOSED, WITHDRAWN = State.CLOSED, State.WITHDRAWN
W, A, S = Power.WRITE, Power.APPROVE, Power.SEND

ALLOWED: Mapping[Action, tuple[Power, Mapping[State, State]]] = {
    Action.WRITE: (W, {DRAFT: DRAFT, AWAITING: DRAFT, READY: DRAFT}),
    Action.ASK_OVERRIDE: (W, {DRAFT: DRAFT}),
    Action.OVERRIDE_GATE: (A, {DRAFT: DRAFT}),
    Action.FINISH: (W, {DRAFT: READY}),
    Action.APPROVE: (A, {AWAITING: READY}),
    Action.RETURN: (A, {AWAITING: DRAFT}),
    Action.RECORD_SENT: (S, {READY: SENT}),
    Action.RECORD_REPLY: (
        S,
        {SENT: LIVE, LIVE: LIVE, LOCATED: LOCATED, CLOSED: CLOSED, WITHDRAWN: WITHDRAWN},
    ),
    Action.RULE_OUT: (S, {LOCATED: LIVE}),
    Action.WRITE_MESSAGE: (S, {state: state for state in (SENT, LIVE, LOCATED, CLOSED, WITHDRAWN)}),
    Action.REMIND: (S, {SENT: SENT, LIVE: LIVE}),
    Action.CLOSE: (S, {SENT: CLOSED, LIVE: CLOSED, LOCATED: CLOSED}),
    Action.WITHDRAW: (
        W,
        dict.fromkeys((DRAFT, AWAITING, READY, SENT, LIVE, LOCATED), WITHDRAWN),
    ),
}
FACTS = TraceFacts(
    restricted=False,
    writer=1,
    actor=2,
    gate=("20 school days not reached",),
    overridden=True,
    reason="The police ask for it.",
    written_at=NOW - timedelta(days=1),
    sent_at=NOW,
    now=NOW,
    was_sent=True,
    late=1,
    result=Result.OTHER,
)


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_every_state_and_action_is_decided(state: State, action: Action) -> None:
    power, moves = ALLOWED[action]
    asks_a_manager = action in (Action.ASK_OVERRIDE, Action.OVERRIDE_GATE)
    facts = replace(FACTS, overridden=not asks_a_manager)
    outcome = decide(state, action, facts, EVERY_POWER)
    assert outcome.is_done is (state in moves), (state, action, outcome)
    assert outcome.next_state is moves.get(state, state)
    if state in moves:
        refused = decide(state, action, facts, EVERY_POWER - {power})
        assert set(refused.refused) == {"permission"}
        assert action in actions_at(state, {power})
        assert action not in actions_at(state, EVERY_POWER - {power})
    else:
        assert set(outcome.refused) == {"state"}


def test_the_table_holds_nothing_else() -> None:
    assert {key for key, _ in TRANSITIONS.items()} == {
        (state, action) for action, (_, moves) in ALLOWED.items() for state in moves
    }


def test_t24_a_restricted_request_is_approved_by_a_second_person() -> None:
    restricted = replace(FACTS, restricted=True)
    assert decide(DRAFT, Action.FINISH, restricted, EVERY_POWER).next_state is AWAITING
    assert decide(AWAITING, Action.APPROVE, restricted, EVERY_POWER).next_state is READY
    for writer, actor in ((1, 1), (None, 1), (1, None), (None, None)):
        same = replace(restricted, writer=writer, actor=actor)
        assert set(decide(AWAITING, Action.APPROVE, same, EVERY_POWER).refused) == {"second_person"}
    assert set(decide(READY, Action.RECORD_SENT, restricted, EVERY_POWER).refused) == {"approved"}
    assert decide(READY, Action.RECORD_SENT, replace(restricted, approved=True), EVERY_POWER).is_done


def test_t23_a_shut_gate_holds_back_until_a_manager_decides_with_a_reason() -> None:
    held = replace(FACTS, overridden=False)
    refused = decide(DRAFT, Action.FINISH, held, EVERY_POWER).refused
    assert refused == {"gate": "20 school days not reached"}
    assert decide(DRAFT, Action.OVERRIDE_GATE, held, {Power.APPROVE}).is_done
    assert not decide(DRAFT, Action.OVERRIDE_GATE, held, {Power.WRITE, Power.SEND}).is_done
    assert set(decide(DRAFT, Action.OVERRIDE_GATE, replace(held, reason=" "), EVERY_POWER).refused) == {
        "reason"
    }
    for action in (Action.ASK_OVERRIDE, Action.OVERRIDE_GATE):
        for decided in (replace(held, gate=()), FACTS):
            assert set(decide(DRAFT, action, decided, EVERY_POWER).refused) == {"gate_shut"}


def test_nothing_is_finished_or_sent_with_anything_missing() -> None:
    for fault in (
        {"missing": ("Enter the surname.", "Enter the forenames.")},
        {"recipient_faults": ("Choose one.",)},
    ):
        for state, action in ((DRAFT, Action.FINISH), (READY, Action.RECORD_SENT)):
            outcome = decide(state, action, replace(FACTS, **fault), EVERY_POWER)
            assert not outcome.is_done
            assert outcome.next_state is state


@pytest.mark.parametrize("sent_at", [None, NOW + timedelta(minutes=1), NOW - timedelta(days=1, minutes=1)])
def test_a_request_is_sent_between_its_writing_and_now(sent_at: datetime | None) -> None:
    outcome = decide(READY, Action.RECORD_SENT, replace(FACTS, sent_at=sent_at), EVERY_POWER)
    assert set(outcome.refused) == {"sent_at"}


@pytest.mark.parametrize("state", [SENT, LIVE, LOCATED, CLOSED, WITHDRAWN])
def test_a_reply_that_finds_the_child_goes_on_to_verifying_and_closes_nothing(state: State) -> None:
    found = decide(state, Action.RECORD_REPLY, replace(FACTS, is_find=True), EVERY_POWER)
    assert found.next_state is LOCATED
    other = decide(state, Action.RECORD_REPLY, FACTS, EVERY_POWER)
    assert other.next_state is CLOSED if state is CLOSED else other.next_state is not CLOSED
    faulty = replace(FACTS, reply_faults=("Enter who answered.",))
    assert set(decide(state, Action.RECORD_REPLY, faulty, EVERY_POWER).refused) == {"reply"}


def test_a_trace_that_was_never_sent_has_no_replies() -> None:
    unsent = replace(FACTS, was_sent=False)
    assert set(decide(WITHDRAWN, Action.RECORD_REPLY, unsent, EVERY_POWER).refused) == {"was_sent"}


@pytest.mark.parametrize(
    ("changes", "needs"),
    [
        ({"result": ""}, True),
        ({"result": "gone"}, True),
        ({"result": "located"}, True),
        ({"result": "located", "located": True}, True),
        ({"result": "located", "located": True, "confirmed_by": "B Worker, LA 840"}, False),
        ({"result": "no_trace", "waiting": 3}, True),
        ({"result": "no_trace", "located": True}, True),
        ({"result": "no_trace"}, False),
        ({"result": "other", "reason": ""}, True),
        ({"result": "other"}, False),
    ],
)
def test_t26_a_trace_is_closed_only_on_what_is_confirmed(changes: dict[str, object], needs: bool) -> None:
    outcome = decide(LIVE, Action.CLOSE, replace(FACTS, **changes), EVERY_POWER)
    assert (set(outcome.refused) == {"result"}) is needs
    assert outcome.is_done is not needs


@given(
    st.lists(
        st.tuples(
            st.sampled_from(Action),
            st.builds(
                replace,
                st.just(FACTS),
                restricted=st.booleans(),
                is_find=st.booleans(),
                approved=st.booleans(),
                actor=st.sampled_from([1, 2]),
            ),
        ),
        max_size=30,
    )
)
def test_no_way_leads_from_a_sent_text_back_to_a_draft(steps: list[tuple[Action, TraceFacts]]) -> None:
    state, was_frozen = State.DRAFT, False
    for action, facts in steps:
        state = decide(state, action, facts, EVERY_POWER).next_state
        assert state.is_frozen or not was_frozen
        was_frozen = state.is_frozen
