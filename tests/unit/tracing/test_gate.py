"""When a trace request may be made."""

from itertools import product

import pytest

from cme.tracing.gate import Audience, GateFacts, gate, override_fault

READY = GateFacts(on_roll=True, days=20, enquiries_recorded=True, safeguarding_decided=True)


def test_t23_at_day_19_without_enquiries_the_request_is_held_back() -> None:
    facts = GateFacts(on_roll=True, days=19, enquiries_recorded=False, safeguarding_decided=True)
    found = gate(facts)
    assert set(found) == {"days", "enquiries"}
    assert "20 school days not reached" in found["days"]
    assert "19" in found["days"]
    assert override_fault("The police ask for it.") is None
    assert override_fault(" ")
    assert override_fault("x" * 4001)


@pytest.mark.parametrize("audience", [Audience.CHOSEN, Audience.ALL])
def test_every_condition_has_its_own_line(audience: Audience) -> None:
    for days, enquiries, safeguarding in product((0, 19, 20, 40), (True, False), (True, False)):
        facts = GateFacts(True, days, enquiries, safeguarding)
        assert ("days" in gate(facts, audience)) is (days < 20)
        assert ("enquiries" in gate(facts, audience)) is not enquiries
        assert ("safeguarding" in gate(facts, audience)) is not safeguarding
    assert gate(READY, audience) == {}


def test_a_child_on_no_roll_has_no_days_to_count() -> None:
    assert gate(GateFacts(False, 0, True, True)) == {}
    assert set(gate(GateFacts(False, 0, False, False))) == {"enquiries", "safeguarding"}


def test_t23_an_enquiry_to_one_named_authority_waits_for_nothing() -> None:
    assert gate(GateFacts(True, 0, False, False), Audience.ONE) == {}
