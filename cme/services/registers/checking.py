"""What approving an upload would do to a school's roll and marks as they are now, and what stops it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from cme.access.scope import Scope
from cme.attendance.lines import Lines, session_at
from cme.attendance.periods import fingerprint
from cme.clock import local_date
from cme.services.absence import calendar_of
from cme.services.counting import register_of
from cme.services.registers import readings, roll
from cme.services.registers.readings import Kept
from cme.store import pupils, registers, removals
from cme.store.tables import RegisterImport
from cme.store.vault import Unsealable
from importers.answering.answers import ColumnsToMap, Question
from importers.issues import Issue, Severity
from importers.planning.gate_facts import SchoolFacts
from importers.planning.gates import Effect, Gate, gates
from importers.planning.plan import plan_import
from importers.planning.planned import Decision, DecisionKind, KnownPupil, Plan
from importers.register import PupilReading
from importers.roll.changes import RollChange, marks_outside


class ImportStatus(StrEnum):
    """Where an upload stands."""

    FAULTY = "faulty"
    CHECKED = "checked"
    APPROVED = "approved"
    CANCELLED = "cancelled"
    UNDONE = "undone"

    @property
    def label(self) -> str:
        """The status in the words people read."""
        return {
            ImportStatus.FAULTY: "Has errors",
            ImportStatus.CHECKED: "Waiting for approval",
            ImportStatus.APPROVED: "Approved",
            ImportStatus.CANCELLED: "Cancelled",
            ImportStatus.UNDONE: "Undone",
        }[self]


class NotNow(Exception):
    """Something that cannot be done to an upload any more, or not yet: why, and what to do."""


@dataclass(frozen=True, slots=True)
class Check:
    """An upload as it would act now.

    `plan` is None where an error stops it. `gates` are what must be confirmed or known before approval,
    `roll` what the file says of the roll beside its marks, `seen` stands for all of it: it changes when
    approval would do something else.
    """

    upload: RegisterImport
    errors: tuple[Issue, ...]
    warnings: tuple[Issue, ...]
    plan: Plan | None
    gates: tuple[Gate, ...] = ()
    roll: tuple[RollChange, ...] = ()
    questions: tuple[Question, ...] = ()
    unmapped: tuple[ColumnsToMap, ...] = ()
    seen: str = ""
    changes_nothing: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """What approving an upload would do now, and what it was worked out from.

    `issues` are those of the file with the school's calendar and roll, `placings` the class and year group
    that registrations get, and `calendar` the fingerprint of the dates that it was worked out with.
    """

    kept: Kept
    plan: Plan
    issues: tuple[Issue, ...]
    gates: tuple[Gate, ...]
    roll: tuple[RollChange, ...]
    placings: Mapping[int, Mapping[str, str]]
    calendar: str

    @property
    def seen(self) -> str:
        """A digest of everything that approval would write or could be asked to."""
        rows = [
            (
                one.key,
                one.known and one.known.registration_id,
                one.changes,
                one.outranked,
                sorted(each.key for each in (*one.particulars, *one.differences)),
            )
            for one in self.plan.pupils
        ]
        rest = [one.key for one in self.plan.waiting] + [one.key for one in self.plan.left_out]
        keys = [gate.key for gate in self.gates] + [change.key for change in self.roll]
        basis = (rows, rest, keys, sorted(self.placings.items()), self.calendar)
        return sha256(repr(basis).encode()).hexdigest()[:32]

    @property
    def errors(self) -> tuple[Issue, ...]:
        """What stops approval: issues that are errors, and gates that nobody can pass."""
        stops = (gate for gate in self.gates if gate.effect is Effect.STOP)
        return (
            *(issue for issue in self.issues if issue.severity is Severity.ERROR),
            *(Issue(code=gate.code, message=gate.message) for gate in stops),
        )

    @property
    def changes_nothing(self) -> bool:
        """Whether approval would change nothing by itself; a difference is taken over only if accepted."""
        return self.plan.changes_nothing and not self.placings and all(one.asks for one in self.roll)


def check(scope: Scope, import_id: int, *, at: datetime) -> Check | None:
    """What an upload holds and what approving it would do now; None outside the scope.

    Raises NotNow once its files are erased.
    """
    upload = registers.find_import(scope, import_id)
    if upload is None:
        return None
    issues = [Issue(**{**each, "severity": Severity(each["severity"])}) for each in upload.check["issues"]]
    errors = tuple(issue for issue in issues if issue.severity is Severity.ERROR)
    warnings = tuple(issue for issue in issues if issue.severity is Severity.WARNING)
    if upload.status == ImportStatus.FAULTY:
        kept = _kept(scope, upload)
        return Check(upload, errors, warnings, None, questions=kept.questions, unmapped=kept.unmapped)
    if upload.status != ImportStatus.CHECKED:
        return Check(upload, errors, warnings, None)
    proposal = propose(scope, upload, at=at)
    warnings += tuple(issue for issue in proposal.issues if issue.severity is Severity.WARNING)
    if proposal.errors:
        return Check(upload, (*errors, *proposal.errors), warnings, None, questions=proposal.kept.questions)
    return Check(
        upload,
        errors,
        warnings,
        proposal.plan,
        proposal.gates,
        proposal.roll,
        proposal.kept.questions,
        seen=proposal.seen,
        changes_nothing=proposal.changes_nothing,
    )


def propose(
    scope: Scope, upload: RegisterImport, *, at: datetime, accepted: Collection[str] = ()
) -> Proposal:
    """What approving an upload would do to the roll as it is now. Raises NotNow once its files are erased."""
    kept, calendar = _kept(scope, upload), calendar_of(upload.school)
    on_roll = _known(scope, upload.school_id)
    later = _outranking(scope, upload)
    plan = plan_import(
        kept.pupils,
        on_roll,
        removed=_removed(scope, upload.school_id),
        decisions={key: _decision(each) for key, each in upload.answers.get("decisions", {}).items()},
        later=later,
        accepted=frozenset(accepted),
    )
    school = upload.school
    facts = SchoolFacts(name=school.name, urn=school.urn, laestab=school.laestab, calendar=calendar)
    _, with_calendar = register_of(kept.pupils, calendar)
    return Proposal(
        kept=kept,
        plan=plan,
        issues=(*with_calendar, *_odd_dates(plan)),
        gates=gates(plan, kept.facts, on_roll, facts, today=local_date(at)),
        roll=roll.differences(scope, upload.school_id, roll_rows(plan)),
        placings=_placings(plan, later),
        calendar=fingerprint(calendar.periods),
    )


def roll_rows(plan: Plan) -> dict[int, roll.RollRow]:
    """What the file says of the roll beside its marks, by the registrations that it is about."""
    return {
        one.known.registration_id: roll.RollRow(one.reading.roll, one.lines)
        for one in plan.pupils
        if one.known and one.reading.roll
    }


def _kept(scope: Scope, upload: RegisterImport) -> Kept:
    kept = readings.find_kept(scope, upload.id)
    if kept is None:
        raise NotNow("The files of this upload have been erased. Upload them again.")
    return kept


def _outranking(scope: Scope, upload: RegisterImport) -> dict[int, dict[int, str]]:
    """The marks of uploads that were received after this one and approved before it: they stand."""
    try:
        return readings.marks_vouched(registers.read_received_after(scope, upload))
    except Unsealable:
        raise NotNow(
            "What was uploaded since cannot be read any more, because the service's secret key has changed. "
            "Upload this file again."
        ) from None


def _known(scope: Scope, school_id: int) -> list[KnownPupil]:
    lines = pupils.read_lines(scope, school_id)
    return [
        KnownPupil(
            registration_id=one.registration_id,
            upn=one.upn or "",
            admission_number=one.admission_number or "",
            surname=one.surname,
            forename=one.forename,
            born_on=one.born_on,
            lines=lines.get(one.registration_id, {}),
            former_upn=one.former_upn or "",
            postcode=one.postcode,
            year_group=one.year_group,
            class_name=one.class_name,
            starting_on=one.starting_on,
            leaving_on=one.leaving_on,
        )
        for one in pupils.read_enrolled(scope, school_id)
    ]


def _removed(scope: Scope, school_id: int) -> list[KnownPupil]:
    """Who was removed from the roll and is not on it again, as a row of a file is compared with them."""
    return [
        KnownPupil(
            registration_id=one.registration_id,
            upn=one.upn or "",
            admission_number=one.admission_number or "",
            surname=one.surname,
            forename=one.forename,
            born_on=one.born_on,
            lines={},
            former_upn=one.former_upn or "",
            postcode=one.postcode,
            removed_on=one.removed_on,
        )
        for one in removals.read_removed(scope, school_id)
    ]


def _placings(plan: Plan, later: Mapping[int, Lines]) -> dict[int, dict[str, str]]:
    """The class and year group that pupils on roll get, where the file's differ and are the newest known.

    The newest are those of the register with the latest mark; of two for the same days, the one received
    last. So the order of approval does not decide.
    """
    found = {}
    for planned in plan.pupils:
        known, reading = planned.known, planned.reading
        if known is None:
            continue
        given = {"year_group": reading.year_group[:20], "class_name": reading.class_name[:40]}
        differing = {name: new for name, new in given.items() if new and new != getattr(known, name)}
        if differing and _is_newest(reading, known, later.get(known.registration_id, {})):
            found[known.registration_id] = differing
    return found


def _is_newest(reading: PupilReading, known: KnownPupil, said_later: Lines) -> bool:
    if not reading.lines:
        return True
    own, stored = _last_on(reading.lines), _last_on(known.lines)
    return own > stored or (own == stored and _last_on(said_later) < own)


def _last_on(lines: Lines) -> date:
    """The last day with a mark; the first day of all where there is none."""
    for year in sorted(lines, reverse=True):
        length = len(lines[year].rstrip("."))
        if length:
            return session_at(year, length - 1)[0]
    return date.min


def _odd_dates(plan: Plan) -> tuple[Issue, ...]:
    """Marks before admission or after leaving, to be looked at."""
    return marks_outside(
        (
            one.reading.roll,
            (one.known.starting_on, one.known.leaving_on) if one.known else (None, None),
            one.reading.lines,
            one.reading.address,
        )
        for one in plan.pupils
    )


def _decision(data: Mapping[str, Any]) -> Decision:
    return Decision(DecisionKind(data["kind"]), data["registration_id"], data["reason"])
