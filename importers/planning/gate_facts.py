"""What the gates need of a file and its school beside the plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from cme.attendance.calendar import SchoolCalendar
from importers.layouts.schools import SaidSchool
from importers.register import RegisterReading


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the gates need of a reading beside its pupils, kept with the upload.

    `future` is how many marks the file has for each day after the one it was read on; they are not counted.
    """

    schools: tuple[SaidSchool, ...] = ()
    first_on: date | None = None
    last_on: date | None = None
    future: Mapping[date, int] = field(default_factory=dict)


def facts_of(reading: RegisterReading) -> FileFacts:
    """What is kept of a reading for its gates."""
    first_on, last_on = reading.dates
    return FileFacts(reading.schools, first_on, last_on, dict(reading.future))


@dataclass(frozen=True, slots=True)
class SchoolFacts:
    """The school that a file was uploaded for; `laestab` has seven digits."""

    name: str
    urn: str
    laestab: str
    calendar: SchoolCalendar
