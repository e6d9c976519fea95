"""What a removal waits for beside its gate: signatures, admissions, a second person, return, pupil file.

Sources: casework reference ss.10 and 11; SI 2024/208 regs 9 and 13.
"""

from collections.abc import Mapping
from types import MappingProxyType

from cme.casework.outcomes import Side
from cme.casework.questions import Check, Question, unless
from cme.casework.removal.afterwards import JOINT_GROUNDS
from cme.casework.removal.grounds import read_grounds
from cme.casework.stages import Stage
from cme.casework.words import day

CONFIRMATIONS: Mapping[str, str] = MappingProxyType(
    {"confirmed": "Return received and checked", "recorded": "Recorded only"}
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
    return " ".join(f"{line.name} ({line.source}): {line.because}" for line in shut) or None


def _admissions(question: Question) -> str | None:
    if question.state.confirmation or question.facts.admissions_overdue:
        return None
    return "Admissions have not answered yet. Wait for them, or until their time has run out."


def _starting_on(question: Question) -> str | None:
    starting_on, removed_on = question.facts.entry.removal.starting_on, question.state.removed_on
    if starting_on is None:
        return "Enter the child's new starting day."
    if removed_on and starting_on < removed_on:
        return f"The new starting day must be {day(removed_on)}, the day of the removal, or later."
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
        "not_confirmed": lambda q: (
            f"Admissions answered on {day(q.state.confirmed_on)}. Nothing more is needed."
            if q.state.confirmed_on
            else None
        ),
        "confirmation": unless(
            lambda q: q.facts.entry.removal.confirmation in CONFIRMATIONS, "Choose what you confirm."
        ),
        "query": unless(lambda q: q.facts.entry.removal.query in QUERIES, "Choose what you query."),
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
        "starting_on": _starting_on,
    }
)
"""The checks of a removal, by the need that asks for them."""
