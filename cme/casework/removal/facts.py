"""What is on record about a removal, before anybody asks whether it may be made."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cme.attendance.standing import Standing


class Ground(StrEnum):
    """The two grounds that rest on absence: not back from leave (h), and twenty school days (i)."""

    H = "H"
    I = "I"  # noqa: E741 - the ground's own letter


class Limb(StrEnum):
    """What the joint enquiries ended in: (a) not located, (b) located and not expected to attend again."""

    NOT_LOCATED = "a"
    WILL_NOT_ATTEND = "b"


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of the gate. `holds` is None while a fact it rests on is not recorded: the gate is shut.

    `because` gives the facts in words, `to_change` what would make the line hold ('' when it does).
    """

    id: str
    number: int
    name: str
    holds: bool | None
    because: str
    to_change: str
    source: str


@dataclass(frozen=True, slots=True)
class SicknessFinding:
    """Whether there are reasonable grounds to believe in sickness or unavoidable cause; by whom, and why.

    `answers_everything`: it answers every health note, message of a parent and Y7 mark on record.
    """

    no_reasonable_grounds: bool
    reasons: str
    by: str
    answers_everything: bool


@dataclass(frozen=True, slots=True)
class JointConclusion:
    """What school and authority concluded together, and who signed for each. `stale`: overtaken since."""

    limb: Limb
    reasons: str
    school_signatory: str
    authority_signatory: str
    signed_on: date
    stale: bool = False


@dataclass(frozen=True, slots=True)
class RemovalFacts:
    """What is on record about a removal; None where nobody has recorded it.

    `began_on` is the first day of `removal_run`, or for Ground H the last day of the leave. Enquiries are
    completed ones since then. `last_school_day_on` is the last school day before today. `open_day_codes`
    are the codes of days after `standing.as_of`. `sighted_on` is the latest verified sighting in person
    outside school. `expected_back`: somebody has reasonable grounds to believe that the child will attend.
    `lead_open`: a possible location is being looked into. `contradicted` are codes of what admissions found
    after the fact that it contradicts was recorded. `future_address_known`: the removal return has one.
    """

    ground: Ground
    standing: Standing
    on_roll: bool | None = None
    boarder: bool | None = None
    began_on: date | None = None
    last_school_day_on: date | None = None
    open_day_codes: tuple[str, ...] = ()
    leave_granted: bool | None = None
    sighted_on: date | None = None
    expected_back: bool | None = None
    lead_open: bool = False
    contradicted: frozenset[str] = frozenset()
    future_address_known: bool = True
    sickness: SicknessFinding | None = None
    school_enquiries: int | None = None
    authority_enquiries: int | None = None
    conclusion: JointConclusion | None = None
    attendance_order: bool | None = None
    dual_registered: bool | None = None
    mobile_child: bool | None = None
    authority_arranged_special: bool | None = None
    consent_reference: str = ""
    dsl_confirms_no_objection: bool | None = None
    decided_on: date | None = None
    removed_on: date | None = None
    return_missing: tuple[str, ...] | None = None
