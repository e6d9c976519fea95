"""When the register suggests closing, and what a school cannot close by itself."""

from dataclasses import replace

import pytest

from cme.access.roles import POLICY, Role
from cme.casework.case import Action, Decision, Overlay, Refused, Stage, decide
from cme.casework.closing import attended_since_opening, reason_to_close
from cme.casework.facts import CaseFacts
from cme.casework.questions import Question
from cme.casework.safety.flags import KnownRisks
from cme.casework.state import CaseState
from tests.unit.casework.pupils import at, entry, facts, nth_day

DSL, OFFICER = POLICY[Role.DSL].permissions, POLICY[Role.CME_OFFICER].permissions
TODAY = nth_day(12)
SENT = at(Stage.REFERRED, referral_sent_on=nth_day(11), referral_as_of=nth_day(11))


def ask(known: CaseFacts, state: CaseState | None = None) -> Question:
    return Question(state or at(Stage.ENQUIRIES), known, DSL, TODAY)


def test_a_child_who_came_late_on_the_first_day_is_not_back() -> None:
    known = facts("P", "U", "O*2", "I")
    assert (known.standing.last_attended_on, known.return_run) == (nth_day(2), 0)
    assert attended_since_opening(ask(known)) is None
    assert "authorised" in (reason_to_close(ask(known)) or ("", ""))[1]


def test_a_later_day_of_attendance_suggests_that_the_child_is_back() -> None:
    known = facts("P", "U", "O*2", "P")
    assert (reason_to_close(ask(known)) or ("", ""))[0] == "O01"


def close(code: str, state: CaseState, known: CaseFacts, **entered: object) -> Decision | Refused:
    filled = replace(known, entry=entry(TODAY, outcome_code=code, **{"agreed_by": " ", **entered}))
    return decide(state, Action.CLOSE, filled, TODAY, permissions=DSL)


@pytest.mark.parametrize("code", ["O17", "O19", "O25", "O29"])
def test_a_school_alone_closes_no_referred_child_whom_nobody_has_seen(code: str) -> None:
    known = facts("P", "O*10")
    refused = close(code, SENT, known)
    assert isinstance(refused, Refused)
    assert "Enter who at the authority agreed" in refused.reason
    assert isinstance(close(code, SENT, known, agreed_by="Cleo Rowe, CME officer"), Decision)
    assert isinstance(close(code, at(Stage.ENQUIRIES), known), Decision)


def test_nor_one_whose_referral_was_revoked_since() -> None:
    revoked = replace(SENT, stage=Stage.ENQUIRIES, referral_sent_on=None)
    assert isinstance(close("O17", revoked, facts("P", "O*10")), Refused)


def test_the_authority_needs_nobody_else() -> None:
    known = replace(facts("P", "O*10"), entry=entry(TODAY, outcome_code="O25", agreed_by=" "))
    assert isinstance(decide(SENT, Action.CLOSE, known, TODAY, permissions=OFFICER), Decision)


def test_a_child_who_is_missing_now_has_an_open_case() -> None:
    missing = replace(facts("P", "O*10"), risks=KnownRisks(is_missing=True))
    state = at(Stage.ENQUIRIES, overlays=frozenset({Overlay.MISSING_NOW}))
    refused = close("O17", state, missing, agreed_by="Cleo Rowe")
    assert isinstance(refused, Refused)
    assert refused.missing == ("not_missing",)
