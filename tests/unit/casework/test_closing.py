"""When the register suggests closing, and what a school cannot close by itself."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cme.access.roles import POLICY, Role
from cme.attendance.standing import Standing
from cme.casework.case import Action, Decision, Overlay, Refused, Stage, decide
from cme.casework.closing import attended_since_opening, open_ends, reason_to_close
from cme.casework.entries import TriageEntry
from cme.casework.facts import CaseFacts
from cme.casework.outcomes import Side
from cme.casework.questions import Question
from cme.casework.safety.flags import KnownRisks
from cme.casework.state import CaseState, Unanswered
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


def test_on_the_only_day_that_is_known_a_late_child_is_back() -> None:
    assert attended_since_opening(ask(facts("P", "U", "I"))) is None
    alone = replace(facts("P"), standing=replace(facts("P", "U").standing, return_run=0))
    assert attended_since_opening(ask(alone)) == nth_day(2)


def test_a_case_opened_without_an_absence_ends_with_a_mark_after_it_was_opened() -> None:
    by_hand = at(Stage.ENQUIRIES, absent_from_on=None)
    assert attended_since_opening(ask(facts("P*4"), by_hand)) is None
    assert attended_since_opening(ask(facts("P*5"), by_hand)) == nth_day(5)
    assert attended_since_opening(ask(facts("O*5"))) is None
    assert attended_since_opening(ask(facts("P*5"), replace(by_hand, opened_on=None))) is None


@pytest.mark.parametrize(
    ("changed", "removed_on"),
    [
        ({"risks": KnownRisks(is_missing=True)}, None),
        ({"unexplained_on": nth_day(6)}, None),
        ({"standing": Standing()}, None),
        ({"on_roll": False}, nth_day(6)),
    ],
    ids=["missing now", "an unexplained mark today", "no register", "removed"],
)
def test_what_keeps_the_register_from_suggesting_an_end(
    changed: dict[str, object], removed_on: date | None
) -> None:
    known = facts("P", "O*3", "P")
    assert reason_to_close(ask(known)) is not None
    of = replace(known, **changed)  # type: ignore[arg-type]
    assert reason_to_close(ask(of, at(Stage.ENQUIRIES, removed_on=removed_on))) is None


def test_back_at_school_is_a_present_mark_and_no_new_absence() -> None:
    assert isinstance(close("O01", at(Stage.ENQUIRIES), facts("P", "O*3", "P")), Decision)
    for days, said in ((("P", "O*3"), "no present mark"), (("P", "O*3", "P", "O"), "absent again")):
        refused = close("O01", at(Stage.ENQUIRIES), facts(*days))
        assert isinstance(refused, Refused)
        assert said in refused.reason


def test_a_school_may_close_for_a_child_whom_it_has_seen() -> None:
    assert isinstance(close("O25", SENT, facts("P", "O*10", "P")), Decision)


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


LOST = at(Stage.TRACE, **{"removed_on": nth_day(10), "ctf_on": nth_day(10), "ground": "i", "limb": "a"})  # type: ignore[arg-type]
OFF = facts("P", "O*10", on_roll=False, removal_made=True)


def end(code: str, state: CaseState, known: CaseFacts = OFF, **entered: object) -> Decision | Refused:
    filled = replace(known, entry=entry(TODAY, outcome_code=code, **entered))
    return decide(state, Action.CLOSE, filled, TODAY, permissions=OFFICER)


@pytest.mark.parametrize("code", ["O12", "O13", "O14", "O15", "O16", "O24", "O28"])
def test_a_search_does_not_end_with_a_child_whom_nobody_found(code: str) -> None:
    refused = end(code, LOST)
    assert isinstance(refused, Refused)
    assert "Nobody has found the child" in refused.reason


def test_a_transfer_is_not_closed_without_who_took_the_child_on() -> None:
    for state, said in ((SENT, "Use “Transfer to another authority”"), (LOST, "name and the team")):
        refused = end("O26", state, agreed_by="Gray")
        assert isinstance(refused, Refused)
        assert said in refused.reason
    assert isinstance(end("O26", LOST, agreed_by="Sol Gray, CME team"), Decision)


def test_a_case_does_not_end_before_the_pupil_file_is_sent() -> None:
    removed = replace(LOST, stage=Stage.REMOVED, ctf_on=None)
    refused = end("O05", removed)
    assert isinstance(refused, Refused)
    assert "pupil file (CTF) is not recorded as uploaded" in refused.reason
    assert isinstance(end("O22", removed), Decision)
    assert isinstance(end("O05", LOST), Decision)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (None, "Enter the first day"),
        (nth_day(13), "today or earlier"),
        (nth_day(1), "the first day of the absence, or later"),
    ],
)
def test_a_place_elsewhere_is_closed_with_its_first_day(on: date | None, said: str) -> None:
    refused = end("O04", LOST, educated_on=on)
    assert isinstance(refused, Refused)
    assert refused.missing == ("educated_on",)
    assert said in refused.reason
    assert isinstance(end("O03", LOST, educated_on=on), Decision)


def test_the_first_day_elsewhere_is_asked_only_of_a_child_who_was_removed() -> None:
    working = replace(SENT, stage=Stage.LA_ENQUIRIES)
    assert isinstance(end("O05", working, facts("P", "O*10"), educated_on=None), Decision)


@pytest.mark.parametrize("state", [SENT, LOST], ids=["referred", "removed"])
def test_a_duplicate_of_a_child_who_is_away_names_the_case_that_is_kept(state: CaseState) -> None:
    known = facts("P", "O*10")
    refused = end("O25", state, known, triage=TriageEntry())
    assert isinstance(refused, Refused)
    assert "Enter the reference of the case in which the work goes on" in refused.reason
    assert isinstance(end("O25", state, known, triage=TriageEntry(kept="CME-26-0002")), Decision)


def test_a_referred_child_who_is_back_below_the_review_day_needs_no_other_case() -> None:
    assert isinstance(end("O25", SENT, facts("P", "O*8", "P", "O"), triage=TriageEntry()), Decision)


@pytest.mark.parametrize(
    ("open_still", "known", "phrase"),
    [
        ({"unanswered": (Unanswered(1, Side.AUTHORITY, TODAY),)}, {}, "a question"),
        ({"challenged_by": (Side.SCHOOL,)}, {}, "a professional challenge"),
        ({"return_items": ("E18",)}, {}, "what the authority asked"),
        ({"query": "order"}, {}, "a query of admissions"),
        ({"stage": Stage.VERIFYING}, {}, "a possible location"),
        ({}, {"chase_on": TODAY}, "the school waits for"),
        ({}, {"authority_chase_on": TODAY}, "the local authority waits for"),
    ],
)
def test_what_somebody_waits_for_does_not_end_unsaid(
    open_still: dict[str, Any], known: dict[str, Any], phrase: str
) -> None:
    state, seen = replace(SENT, **open_still), replace(facts("P", "O*10"), **known)
    refused = end("O05", state, seen, left_open="x")
    assert isinstance(refused, Refused)
    assert refused.missing == ("left_open",)
    assert phrase in refused.reason
    assert isinstance(end("O05", state, seen), Decision)
    assert not open_ends(SENT, facts("P", "O*10"))
