"""How far the school's enquiries have come: the state of every step, and the meter over the mandatory ones.

Source: casework reference s.7. The meter never blocks a safeguarding referral; that is for the referral.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from cme.casework.enquiries.applicability import Known, not_applicable_because
from cme.casework.enquiries.enquiry import RESULTS, SECOND_ATTEMPT, LoggedEnquiry, Result, in_force
from cme.casework.enquiries.steps import DO_NOT, RECHECK_STEP, Kind, Requirement, Step, read_steps
from cme.casework.policy.pack import ReadinessRules
from cme.casework.safety.restrictions import RestrictionKind

ATTEMPTS = ("E01", "E02", "E03", "E04")
"""The calls to carers and contacts: any of them is an attempt to reach the family."""

SIBLINGS_HERE = "E09"
"""The step that the register does by itself, where enough is on record to tell who lives together."""

NAMED = 3
"""How many missing steps the meter names before it counts the rest (our policy)."""


class Status(StrEnum):
    """Where one step stands for a child. BARRED means that a restriction forbids it."""

    DONE = "done"
    WAIVED = "waived"
    NOT_APPLICABLE = "not_applicable"
    BARRED = "barred"
    WAITING = "waiting"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class StepState:
    """Where one step stands and why, with the entries that stand for it, in the order they were made.

    `by_person` says that somebody, not the data, put it aside as not applicable.
    """

    step: Step
    status: Status
    because: str = ""
    enquiries: tuple[LoggedEnquiry, ...] = ()
    by_person: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether nothing is missing from the step."""
        return self.status not in (Status.WAITING, Status.OPEN)


@dataclass(frozen=True, slots=True)
class Readiness:
    """The meter: of so many steps that apply, how many are settled, which are missing and which were waived.

    A step that a person put aside with a reason is settled; one that the data shows not to apply, or that a
    restriction forbids, is not counted at all.
    """

    done: int
    of: int
    missing: tuple[Step, ...] = ()
    waived: tuple[Step, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing

    @property
    def text(self) -> str:
        """The meter in words: 14 of 16; missing: home visit."""
        said = f"{self.done} of {self.of}"
        if self.missing:
            names = [step.short for step in self.missing[:NAMED]]
            rest = len(self.missing) - len(names)
            said += f"; missing: {', '.join(names)}{f' and {rest} more' if rest else ''}"
        if self.waived:
            said += f"; waived: {', '.join(step.short for step in self.waived)}"
        return said


@dataclass(frozen=True)
class EnquiryState:
    """Everything that follows from the enquiries of a child: the steps, the meter, and what they ask for.

    `concern_on` is the first day on which an enquiry raised a concern that no DSL review has looked at since.
    `chase_on` is the earliest date on which a reply is to be chased. `plain_readiness` is the meter without
    the steps that are risk notes: it tells nobody which flags a child has. The `authority_` parts are those
    of the authority: the mandatory steps that it has not made, and when it chases. `rechecked_on` are the
    days on which it looked for the child again.
    """

    steps: Mapping[str, StepState]
    readiness: Readiness
    plain_readiness: Readiness
    concern_on: date | None = None
    chase_on: date | None = None
    authority_missing: tuple[Step, ...] = ()
    authority_chase_on: date | None = None
    rechecked_on: tuple[date, ...] = ()


def enquiry_state(enquiries: Iterable[LoggedEnquiry], known: Known, rules: ReadinessRules) -> EnquiryState:
    """The state of every step but the joint statement, and what follows from it for each side.

    `enquiries` are those of this absence, superseded ones too; `rules` are the pack's.
    """
    entries = list(enquiries)
    standing = in_force(entries)
    opened = frozenset(RESULTS[each.result].opens for each in standing) - {""}
    steps = {
        step.code: _state(step, standing, known, opened)
        for step in read_steps().values()
        if step.kind is not Kind.STATEMENT
    }
    of_authority = {code: each for code, each in steps.items() if each.step.is_of_authority}
    of_school = {code: each for code, each in steps.items() if code not in of_authority}
    return EnquiryState(
        steps=steps,
        readiness=_readiness(steps.values(), rules),
        plain_readiness=_readiness((each for each in steps.values() if not each.step.is_restricted), rules),
        concern_on=_concern_on(entries, known.reviewed_at),
        chase_on=_chase_on(standing, of_school),
        authority_missing=tuple(
            each.step
            for each in of_authority.values()
            if each.status is Status.OPEN and each.step.requirement is Requirement.MANDATORY
        ),
        authority_chase_on=_chase_on(standing, of_authority),
        rechecked_on=tuple(each.done_on for each in standing if each.step == RECHECK_STEP and each.is_made),
    )


def _readiness(states: Iterable[StepState], rules: ReadinessRules) -> Readiness:
    counted = [
        state
        for state in states
        if (state.step.is_metered or state.step.code in rules.demands)
        and state.status is not Status.BARRED
        and (state.status is not Status.NOT_APPLICABLE or state.by_person)
    ]
    missing = sorted(
        (state.step for state in counted if not state.is_settled),
        key=lambda step: step.code not in rules.named_first,
    )
    return Readiness(
        done=len(counted) - len(missing),
        of=len(counted),
        missing=tuple(missing),
        waived=tuple(state.step for state in counted if state.status is Status.WAIVED),
    )


def _state(step: Step, standing: Sequence[LoggedEnquiry], known: Known, opened: frozenset[str]) -> StepState:
    """The first that holds: done, waived, put aside by a person, forbidden, not applicable, waiting, open."""
    own = tuple(each for each in standing if each.step == step.code)
    results = {each.result for each in own}
    lacking = _lacking(step, own, standing, known)
    barred = _bar(step, known.bars)
    because = not_applicable_because(step, known, opened)
    if lacking is None:
        return StepState(step, Status.DONE, enquiries=own)
    if Result.WAIVED in results:
        return StepState(step, Status.WAIVED, enquiries=own)
    if Result.NOT_APPLICABLE in results:
        return StepState(step, Status.NOT_APPLICABLE, enquiries=own, by_person=True)
    if barred:
        return StepState(step, Status.BARRED, DO_NOT[barred], own)
    if because:
        return StepState(step, Status.NOT_APPLICABLE, because, own)
    is_waiting = Result.AWAITING_REPLY in results
    return StepState(step, Status.WAITING if is_waiting else Status.OPEN, lacking, own)


def _bar(step: Step, bars: frozenset[RestrictionKind]) -> RestrictionKind | None:
    return next((kind for kind in RestrictionKind if kind in step.barred_by & bars), None)


def _lacking(
    step: Step, own: Sequence[LoggedEnquiry], standing: Sequence[LoggedEnquiry], known: Known
) -> str | None:
    """What a step still lacks, '' where it is simply not done; None once it is done."""
    if step.kind is Kind.REVIEW:
        return None if known.reviewed_at else ""
    if step.code == SIBLINGS_HERE and known.siblings_checked:
        return None
    made = [each for each in own if _settles(step, each.result)]
    if step.code == "E03":
        return _lacks_second_attempt(made, standing)
    if step.code == "E04":
        return _lacks_contacts(made, standing, known)
    if made:
        return None
    return "An answer is needed." if any(each.is_made for each in own) else ""


def _settles(step: Step, result: Result) -> bool:
    """Whether an entry with a result does a step: an attempt does, where no answer is needed."""
    if result in (Result.NOT_APPLICABLE, Result.WAIVED):
        return False
    if step.kind in (Kind.AGENCY, Kind.RECORDS):
        unanswered = {Result.NO_ANSWER, Result.MESSAGE_LEFT}
        return result not in unanswered | ({Result.AWAITING_REPLY} if step.needs_reply else set())
    return True


def _attempts(standing: Sequence[LoggedEnquiry]) -> list[LoggedEnquiry]:
    return [each for each in standing if each.step in ATTEMPTS and each.is_made]


def _lacks_second_attempt(made: Sequence[LoggedEnquiry], standing: Sequence[LoggedEnquiry]) -> str | None:
    first_at = min((each.done_at for each in _attempts(standing)), default=None)
    if first_at is not None and any(each.done_at - first_at >= SECOND_ATTEMPT for each in made):
        return None
    return "It counts from three hours after the first attempt." if made else ""


def _lacks_contacts(
    made: Sequence[LoggedEnquiry], standing: Sequence[LoggedEnquiry], known: Known
) -> str | None:
    """Each contact that may be rung and is no parent is rung; where none is on record, somebody is."""
    others = known.emergency_contacts
    if not others:
        return None if made else ""
    rung = {each.contact_id for each in _attempts(standing)}
    waiting = [contact.name for contact in others if contact.id not in rung]
    return f"Not yet rung: {', '.join(waiting)}." if waiting else None


def _concern_on(entries: Sequence[LoggedEnquiry], reviewed_at: datetime | None) -> date | None:
    """A concern ends by a review and by nothing else: not by the entry being withdrawn, nor reworded."""
    raised = {each.id: each for each in entries if each.raises_concern}
    unseen = [
        each
        for each in raised.values()
        if each.supersedes_id not in raised and (reviewed_at is None or each.entered_at > reviewed_at)
    ]
    return min((each.entered_on for each in unseen), default=None)


def _chase_on(standing: Sequence[LoggedEnquiry], steps: Mapping[str, StepState]) -> date | None:
    """The earliest date set for going on with a step, where nothing was entered for the step since."""
    latest = {each.step: each for each in standing if each.step in steps}
    return min((each.next_on for each in latest.values() if each.next_on is not None), default=None)
