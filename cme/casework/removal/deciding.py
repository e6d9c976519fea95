"""What a removal waits for beside its gate: signatures, admissions, a second person, return, pupil file.

Sources: casework reference ss.10 and 11; SI 2024/208 regs 9 and 13.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType

from cme.casework.facts import CaseFacts
from cme.casework.outcomes import Side
from cme.casework.questions import Check, Question, unless
from cme.casework.removal.afterwards import JOINT_GROUNDS
from cme.casework.removal.facts import Condition
from cme.casework.removal.grounds import read_grounds
from cme.casework.stages import Stage
from cme.casework.state import CaseState
from cme.casework.words import day

CHECKED, RECORDED = "confirmed", "recorded"

CONFIRMATIONS: Mapping[str, str] = MappingProxyType(
    {CHECKED: "Return received and checked", RECORDED: "Recorded only"}
)
"""What admissions can say of a removal. It is no veto: the school decides."""

QUERIES: Mapping[str, str] = MappingProxyType(
    {
        "other_roll": "The name is on another roll",
        "application": "There is a live application or offer",
        "incomplete": "The return is incomplete",
        "wrong_authority": "This is for another authority",
        "order": "A school attendance order is in force",
        "protected": "The address is protected: by hand",
    }
)
"""Why admissions query a removal (casework reference s.11)."""

AT_THE_REMOVAL = frozenset({"dated-today"})
"""Conditions that can hold only on the day of the removal, and so not yet when it is proposed."""

WITH_PROPOSAL = frozenset({"return-complete"})
"""Conditions that are filled in with the proposal itself."""


def open_before(conditions: Iterable[Condition], entered: Iterable[str] = ()) -> tuple[Condition, ...]:
    """The conditions that keep anybody from proposing, whatever is entered with the proposal.

    `entered` are the ids of the evidence that is entered with it.
    """
    later = AT_THE_REMOVAL | WITH_PROPOSAL | set(entered)
    return tuple(line for line in conditions if line.holds is not True and line.id not in later)


def why_not_proposed(conditions: Iterable[Condition], entered: Iterable[str] = ()) -> tuple[str, ...]:
    """A sentence for each condition of `open_before`: its name, its source and why it does not hold."""
    return tuple(_why(line) for line in open_before(conditions, entered))


def can_be_made(conditions: Iterable[Condition]) -> bool:
    """Whether every condition holds but those that hold only once the removal is made; never of none."""
    lines = tuple(conditions)
    return bool(lines) and all(line.holds is True for line in lines if line.id not in AT_THE_REMOVAL)


def signing_side(question: Question) -> Side | None:
    """For which side the statement is signed: the one that the person speaks for and that has not signed."""
    return next((side for side in Side if side in question.sides - _signed_by(question)), None)


def _signed_by(question: Question) -> frozenset[Side]:
    statement = question.facts.statement
    return statement.signed_by if statement else frozenset()


def _complete(question: Question) -> str | None:
    statement = question.facts.statement
    if statement is None:
        return "There is no joint statement to sign. Write it first."
    if statement.is_stale:
        return "Something happened after the joint statement was written. Review it, save it and sign again."
    if statement.lacking:
        return f"The joint statement lacks: {'; '.join(statement.lacking)}."
    return None


def _read(question: Question) -> str | None:
    statement = question.facts.statement
    if statement is not None and question.facts.entry.removal.statement_read == statement.fingerprint:
        return None
    return "The joint statement was changed after you opened it. Read it again, then sign."


def _ground(question: Question) -> str | None:
    ground = question.facts.entry.removal.ground
    if ground not in read_grounds():
        return "Choose the ground."
    if ground in JOINT_GROUNDS and question.state.stage is not Stage.DECISION:
        return "Grounds H and I can be proposed once the register makes the pupil eligible for decision."
    return None


def _shut(question: Question, leaving_out: frozenset[str] = frozenset()) -> str | None:
    """What keeps the gate shut: each condition that does not hold, with its source."""
    gate = question.facts.gate
    if not gate:
        return "The conditions of the removal are not known. Open its page again."
    shut = (line for line in gate if line.holds is not True and line.id not in leaving_out)
    return " ".join(map(_why, shut)) or None


def _why(line: Condition) -> str:
    return f"{line.name} ({line.source}): {line.because}"


def waits_for_admissions(state: CaseState, facts: CaseFacts) -> bool:
    """Whether admissions are still to check: to record only is no check, and ends no waiting.

    Once their time has run out the school goes on without (casework reference s.11).
    """
    return state.confirmation != CHECKED and not facts.admissions_overdue


def _admissions(question: Question) -> str | None:
    if not waits_for_admissions(question.state, question.facts):
        return None
    if question.state.confirmation:
        return "Admissions have recorded the removal and checked nothing. Wait until their time has run out."
    return "Admissions have not answered yet. Wait for them, or until their time has run out."


def _new_answer(question: Question) -> str | None:
    confirmed_on = question.state.confirmed_on
    if confirmed_on is None or question.facts.entry.reason.strip():
        return None
    return f"Admissions answered on {day(confirmed_on)}. To answer again, say in the note what has changed."


LATEST_START = timedelta(days=7)
"""How far ahead a new starting day may lie (our policy): recording it ends the search for the child."""


def _starting_on(question: Question) -> str | None:
    starting_on, removed_on = question.facts.entry.removal.starting_on, question.state.removed_on
    if starting_on is None:
        return "Enter the child's new starting day."
    if removed_on and starting_on < removed_on:
        return f"The new starting day must be {day(removed_on)}, the day of the removal, or later."
    if starting_on > question.today + LATEST_START:
        return "The child starts in more than a week. The search goes on until then: record it in that week."
    return None


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "statement_complete": _complete,
        "statement_read": _read,
        "not_signed": unless(signing_side, "The joint statement is signed for your side already."),
        "ground": _ground,
        "gate_for_proposal": lambda q: _shut(q, AT_THE_REMOVAL),
        "gate_open": _shut,
        "not_own_proposal": unless(
            lambda q: not q.facts.own_proposal,
            "You proposed this removal. Ask the head teacher, or the deputy named for it, to decide.",
        ),
        "return_delivered": unless(
            lambda q: q.facts.return_delivered,
            "The removal return is not recorded as sent. Send it to the authority first.",
        ),
        "admissions_asked": _admissions,
        "new_answer": _new_answer,
        "query_answered": unless(
            lambda q: not q.state.query,
            "Admissions queried the last proposal. Answer their query first, then propose the removal.",
        ),
        "queried": unless(lambda q: q.state.query, "No query of admissions waits for an answer."),
        "same_conclusion": unless(
            lambda q: not q.facts.concluded_otherwise,
            "The joint statement now says otherwise of where the child is than when the removal was "
            "proposed. Withdraw the proposal, and propose it again, so that admissions see what it rests on.",
        ),
        "confirmation": unless(
            lambda q: q.facts.entry.removal.confirmation in CONFIRMATIONS,
            "Choose your answer: checked, recorded only, or a query.",
        ),
        "query": unless(
            lambda q: q.facts.entry.removal.query in QUERIES,
            "Choose what you query: it goes back to the school.",
        ),
        "file": unless(lambda q: q.facts.entry.removal.file.strip(), "Enter the name of the pupil file."),
        "uploaded_at": unless(
            lambda q: q.facts.entry.removal.uploaded_at.strip(), "Enter when the file was uploaded."
        ),
        "proof": unless(
            lambda q: q.facts.entry.removal.proof.strip(),
            "Enter the proof: what School to School said, or its reference.",
        ),
        "removed": unless(
            lambda q: q.state.removed_on and q.state.readmitted_on is None,
            "The pupil was not removed in this case, or has been admitted again since.",
        ),
        "file_awaited": lambda q: (
            f"The pupil file was uploaded on {day(q.state.ctf_on)}. Nothing more is needed."
            if q.state.ctf_on
            else None
        ),
        "starting_on": _starting_on,
    }
)
"""The checks of a removal, by the need that asks for them."""
