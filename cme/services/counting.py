"""Counting register files without a database: the whole of `cme count`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from cme.attendance.calendar import Period, RegisterDays, SchoolCalendar, register_days
from cme.attendance.ledger import LedgerDay, ledger
from cme.attendance.lines import BLANK, Coverage, until
from cme.attendance.runs import Place
from cme.attendance.standing import Standing, count
from cme.casework.policy.pack import PolicyPack
from importers.answering.answers import NO_ANSWERS, Answers
from importers.issues import Issue, Severity
from importers.reading import Limits, Refused, read_workbook
from importers.register import PupilReading, RegisterReading
from importers.registers import read_register


@dataclass(frozen=True, slots=True)
class CountRequest:
    """What to count and how.

    `as_of` narrows the register to what was known on that day; `minimum` keeps only pupils of whom any run
    is at least that long; `today` is the last day whose marks can be real. `answers` are to what the files
    leave open.
    """

    paths: tuple[Path, ...]
    today: date
    bank_holidays: frozenset[date]
    policy: PolicyPack
    periods: tuple[Period, ...] = ()
    as_of: date | None = None
    minimum: int = 0
    answers: Answers = NO_ANSWERS
    with_ledger: bool = False


@dataclass(frozen=True, slots=True)
class PupilCount:
    """One pupil's standing, the stage that follows from it, and the ledger where it was asked for."""

    pupil: PupilReading
    standing: Standing
    stage: str
    ledger: tuple[LedgerDay, ...] | None


@dataclass(frozen=True, slots=True)
class CountResult:
    """The outcome of a count. With errors there are no counts: `days` is None and `pupils` empty."""

    reading: RegisterReading
    issues: tuple[Issue, ...]
    days: RegisterDays | None
    pupils: tuple[PupilCount, ...]

    @property
    def has_errors(self) -> bool:
        """Whether something must be put right before anything can be counted."""
        return self.days is None

    def to_json(self) -> dict[str, Any]:
        """The JSON object that `cme count --json` prints (design contract, s.6)."""
        files = [
            {
                "name": file.name,
                "sha256": file.sha256,
                "layout": file.layout,
                "pupils": file.pupils,
                "first_on": _iso(file.first_on),
                "last_on": _iso(file.last_on),
            }
            for file in self.reading.files
        ]
        issues = [issue.to_json() for issue in self.issues]
        if self.days is None:
            return {"files": files, "issues": issues}
        return {
            "as_of": _iso(self.days.as_of),
            "files": files,
            "school_days": self.days.school_days,
            "unreported_days": [on.isoformat() for on in self.days.unreported],
            "issues": issues,
            "pupils": [_pupil_json(counted) for counted in self.pupils],
        }


def count_files(request: CountRequest, *, limits: Limits) -> CountResult:
    """Count the files as parts of one school's register. Reads only; raises nothing for a bad file."""
    reading = _read(request, max(request.today, request.as_of or request.today), limits)
    if reading.errors:
        return CountResult(reading, reading.issues, None, ())
    if request.as_of is not None:
        reading = replace(reading, pupils=tuple(_as_known_on(request.as_of, one) for one in reading.pupils))
    calendar = SchoolCalendar(request.periods, request.bank_holidays)
    days, issues = register_of(reading.pupils, calendar, as_of=request.as_of)
    errors = [issue for issue in issues if issue.severity is Severity.ERROR]
    if errors:
        return CountResult(reading, (*reading.issues, *issues), None, ())
    counted = (_count_pupil(pupil, days, request) for pupil in reading.pupils)
    kept = [one for one in counted if _longest_run(one.standing) >= request.minimum]
    kept.sort(key=_order)
    return CountResult(reading, (*reading.issues, *issues), days, tuple(kept))


def _read(request: CountRequest, known_until: date, limits: Limits) -> RegisterReading:
    refused: list[Issue] = []
    encoding = request.answers.encoding or None

    def workbooks() -> Iterator[tuple[str, Any]]:
        for path in request.paths:
            try:
                with path.open("rb") as file:
                    content = file.read(limits.upload_bytes + 1)
                yield path.name, read_workbook(content, path.name, limits=limits, encoding=encoding)
            except Refused as refusal:
                refused.append(replace(refusal.issue, file=path.name))
            except OSError:
                refused.append(_unopenable(path))

    return read_register(workbooks(), known_until=known_until, answers=request.answers, refused=refused)


def _as_known_on(on: date, pupil: PupilReading) -> PupilReading:
    """The pupil without the marks of later days, as the register stood on that day."""
    return replace(
        pupil, lines={year: line for year, line in until(pupil.lines, on).items() if line != BLANK}
    )


def _unopenable(path: Path) -> Issue:
    return Issue(
        code="file_not_found",
        message=f"There is no readable file {path.name} here. Check the name and the folder.",
        file=path.name,
    )


def register_of(
    pupils: Sequence[PupilReading], calendar: SchoolCalendar, *, as_of: date | None = None
) -> tuple[RegisterDays, tuple[Issue, ...]]:
    """The days that a register is counted over, and what is odd about them.

    A mark on a session that entered terms do not hold is an error (our policy); a bank holiday with marks
    is a school day, with a warning.
    """
    coverage = Coverage()
    for pupil in pupils:
        coverage.add(pupil.lines)
    days = register_days(calendar, coverage, as_of=as_of)
    issues = (*_none_closed(days), *_not_held(calendar, coverage), *_bank_holidays(calendar, days))
    return days, issues


def _none_closed(days: RegisterDays) -> Iterator[Issue]:
    """Several days with marks and none of them complete: nothing would be counted, and nobody would know."""
    marked = [day for day in days.days if day.reported and day.is_school_day]
    if days.as_of is None and len(marked) > 1:
        yield Issue(
            code="no_closed_day",
            message=f"None of the {len(marked)} days in the file has marks for each session of the calendar, "
            "so nothing can be counted. Export AM and PM together.",
        )


def _not_held(calendar: SchoolCalendar, coverage: Coverage) -> Iterator[Issue]:
    if not calendar.is_planned:
        return
    for on, half in coverage.held_sessions():
        held = calendar.sessions(on)[half == "PM"]
        if not held and on not in calendar.bank_holidays:
            yield Issue(
                code="session_not_held",
                message=f"There are marks for {on:%-d %B %Y} {half}, which is not a school day in the "
                "calendar. Correct the date in the file, or add the day to the calendar.",
            )


def _bank_holidays(calendar: SchoolCalendar, days: RegisterDays) -> Iterator[Issue]:
    for day in days.days:
        if day.is_school_day and day.on in calendar.bank_holidays:
            yield Issue(
                code="bank_holiday_marked",
                severity=Severity.WARNING,
                message=f"{day.on:%-d %B %Y} is a bank holiday, yet somebody has a mark. It was counted as a "
                "school day; if that is wrong, take the marks out of the file.",
            )


def _count_pupil(pupil: PupilReading, days: RegisterDays, request: CountRequest) -> PupilCount:
    place = Place(born_on=pupil.born_on)
    standing = count(pupil.lines, days, place)
    return PupilCount(
        pupil,
        standing,
        stage_of(standing, days, request.policy),
        ledger(pupil.lines, days, place) if request.with_ledger else None,
    )


def stage_of(standing: Standing, days: RegisterDays, policy: PolicyPack) -> str:
    """`none`, `contact`, `review`, `refer` or `gate`, by the policy pack's days of `return_run`.

    Without terms entered, a run that crosses a day without a register is never at the gate.
    """
    return_run, removal_run = standing.return_run or 0, standing.removal_run or 0
    started_on = standing.run_started_on or date.max
    is_crossed = not days.planned and any(on > started_on for on in days.unreported)
    if removal_run >= policy.days("removal_ground_i") and not is_crossed:
        return "gate"
    if return_run >= policy.days("cme_referral"):
        return "refer"
    if return_run >= policy.days("dsl_review"):
        return "review"
    return "contact" if return_run else "none"


def _longest_run(standing: Standing) -> int:
    return max(standing.return_run or 0, standing.removal_run or 0, standing.days_unseen or 0)


def _order(counted: PupilCount) -> tuple[int, int, str, str]:
    standing, pupil = counted.standing, counted.pupil
    return (
        -(standing.return_run or 0),
        -(standing.removal_run or 0),
        pupil.surname.casefold(),
        pupil.forename.casefold(),
    )


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _pupil_json(counted: PupilCount) -> dict[str, Any]:
    pupil, standing = counted.pupil, counted.standing
    found: dict[str, Any] = {
        "upn": pupil.upn,
        "admission_number": pupil.admission_number,
        "surname": pupil.surname,
        "forename": pupil.forename,
        "date_of_birth": _iso(pupil.born_on),
        "return_run": standing.return_run,
        "removal_run": standing.removal_run,
        "days_unseen": standing.days_unseen,
        "last_attended_on": _iso(standing.last_attended_on),
        "run_started_on": _iso(standing.run_started_on),
        "return_reached_on": _iso(standing.return_reached_on),
        "removal_reached_on": _iso(standing.removal_reached_on),
        "stage": counted.stage,
        "removal_blocked_by": list(standing.removal_blocked_by),
        "sickness_days": standing.sickness_days,
        "overdue_n": [on.isoformat() for on in standing.overdue_n],
    }
    if counted.ledger is not None:
        found["ledger"] = [
            {
                "on": day.on.isoformat(),
                "am": day.am,
                "pm": day.pm,
                "return": day.on_return.value,
                "removal": day.on_removal.value,
                "unseen": day.on_unseen.value,
                "why": day.why,
            }
            for day in counted.ledger
        ]
    return found
