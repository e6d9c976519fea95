"""What a request says was looked up, and for whom it is looked for in confidence."""

import pytest

from cme.casework.enquiries.steps import read_steps
from cme.casework.review import read_indicators
from cme.casework.safety.confidence import INDICATORS, is_in_confidence
from cme.casework.safety.restrictions import Restriction, RestrictionKind, Restrictions
from cme.tracing import checks
from cme.tracing.checks import in_short


def test_checks_are_counted_and_what_tells_something_private_is_left_out() -> None:
    assert in_short(["E18", "E43", "E36", "E24", "E35", "E14"], restricted=False) == "home visits x2, housing"
    assert in_short([], restricted=False) == ""


def test_the_family_of_a_restricted_child_is_not_hinted_at() -> None:
    assert in_short(["E10", "E42", "E09", "E36"], restricted=True) == "housing"
    assert in_short(["E10"], restricted=False) == "siblings' schools"


def test_every_check_is_a_step_that_is_no_risk_note() -> None:
    for code in checks._WORDS:
        assert not read_steps()[code].is_restricted


@pytest.mark.parametrize("kind", RestrictionKind)
def test_who_is_looked_for_in_confidence(kind: RestrictionKind) -> None:
    held = Restrictions((Restriction(1, kind, who="Jo" if kind is RestrictionKind.NO_CONTACT else ""),))
    assert is_in_confidence(held) is (kind is not RestrictionKind.NO_LETTERS)


def test_a_shared_home_and_what_a_review_found_count_too() -> None:
    assert not is_in_confidence(Restrictions())
    assert is_in_confidence(Restrictions(shares_protected_address=True))
    assert is_in_confidence(Restrictions(), {"forced_marriage"})
    assert not is_in_confidence(Restrictions(), {"education"})
    assert set(read_indicators()) >= INDICATORS
