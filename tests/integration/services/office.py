"""Schools whose registers are uploaded day by day, and people who act on what comes of it.

A register is written as one letter a school day and pupil: "O" is absent all day, "P" present, "." a blank,
any other letter that code in both halves.
"""

import csv
import io
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from cme import bank_holidays
from cme.access.roles import SCHOOL_ROLES, Role
from cme.access.scope import Grant, Scope
from cme.attendance.calendar import Period, PeriodKind, SchoolCalendar
from cme.attendance.standing import Standing
from cme.casework.case import Action, Entry, Refused
from cme.casework.stages import Stage
from cme.services import absence, casework, referrals
from cme.services.registers import approval, uploads
from cme.services.schools import add_school
from cme.store import pupils
from cme.store.database import db
from cme.store.schools import find_school, read_authority_ids
from cme.store.tables import Base, Case, Pupil, RegisterImport, Registration
from tests.integration.web.casebook import EVERY_GATE
from tests.referrals import ANSWERS, UNMADE
from tests.remembering import remembered

on_both = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)

SUMMER = datetime(2026, 8, 24, 9, 0, tzinfo=UTC)

TERMS = (
    Period(PeriodKind.TERM, date(2026, 9, 2), date(2026, 10, 23), "Autumn"),
    Period(PeriodKind.INSET, date(2026, 11, 2), date(2026, 11, 2)),
    Period(PeriodKind.TERM, date(2026, 11, 2), date(2026, 12, 18), "Autumn"),
)
CALENDAR = SchoolCalendar(TERMS, bank_holidays.england())

BORN_ON = date(2014, 5, 4)

Codes = Mapping[str, str | Sequence[str]]
"""Codes a day, by "Surname, Forename"."""


def days_from(first_on: date, number: int) -> list[date]:
    """So many school days from a date on, which may be one of them."""
    days = [CALENDAR.nth_school_day_after(first_on, 0)]
    while len(days) < number:
        days.append(CALENDAR.nth_school_day_after(days[-1], 1))
    return days


def after_school(on: date) -> datetime:
    """The instant at which a day's register is uploaded."""
    return datetime.combine(on, time(16, 0), UTC)


def write_register(days: Sequence[date], pupils: Codes, *, numbers: Mapping[str, str] | None = None) -> bytes:
    """A register as a school exports it, one column a session; `numbers` are UPNs by name."""
    text = io.StringIO()
    writer = csv.writer(text)
    sessions = [f"{on:%d/%m/%Y} {half}" for on in days for half in ("AM", "PM")]
    writer.writerow(["UPN", "Adm No", "Surname", "Forename", "Date of birth", *sessions])
    for name, codes in pupils.items():
        surname, forename = name.split(", ")
        marks = [mark for code in codes for mark in _HALVES.get(code, (code, code))]
        about = [(numbers or {}).get(name, ""), f"{surname}-{forename}", surname, forename]
        writer.writerow([*about, f"{BORN_ON:%d/%m/%Y}", *marks])
    return text.getvalue().encode()


_HALVES = {"P": ("/", "\\"), ".": ("", "")}


@dataclass(frozen=True, slots=True)
class Office:
    """One school, with its people and the officers of its authority."""

    app: Flask
    laestab: str
    school_id: int
    authority_id: int

    @property
    def dsl(self) -> Scope:
        return self.scope(Role.DSL, "Ash Fenner")

    @property
    def clerk(self) -> Scope:
        return self.scope(Role.SCHOOL_USER, "Kit Lowe")

    @property
    def officer(self) -> Scope:
        return self.scope(Role.CME_OFFICER, "Cleo Rowe")

    @property
    def front_door(self) -> Scope:
        return self.scope(Role.FRONT_DOOR, "Mel Orr")

    def scope(self, role: Role, name: str = "Robin Marsh") -> Scope:
        """Somebody with one role here."""
        school_id = self.school_id if role in SCHOOL_ROLES else None
        return Scope(7, name, frozenset({Grant(role, self.authority_id, school_id)}))

    def receive(self, content: bytes, *, at: datetime, name: str = "register.csv") -> int:
        """Upload a register; the upload's id."""
        return uploads.receive(self.clerk, self.laestab, [(name, content)], at=at)

    def approve(self, upload_id: int, *, at: datetime) -> RegisterImport:
        return approval.approve(self.clerk, upload_id, at=at, confirmed=EVERY_GATE)

    def submit(
        self,
        days: Sequence[date],
        pupils: Codes,
        *,
        at: datetime | None = None,
        numbers: Mapping[str, str] | None = None,
    ) -> RegisterImport:
        """Upload and approve a register, as a rule after school on its last day.

        A classmate is always present, so that every day is held.
        """
        at = at or after_school(days[-1])
        content = write_register(days, {"Zeal, Zoe": "P" * len(days), **pupils}, numbers=numbers)
        upload_id = remembered(
            self.app,
            (self.laestab, content, at),
            lambda: self.approve(self.receive(content, at=at), at=at).id,
        )
        return db.session.get_one(RegisterImport, upload_id)

    def standing(self, name: str) -> Standing:
        """Where a pupil stands, as stored."""
        return pupils.standing_of(self.registration(name))

    def registration(self, name: str) -> Registration:
        surname, forename = name.split(", ")
        found = db.session.scalars(
            select(Registration)
            .join(Registration.pupil)
            .where(
                Registration.school_id == self.school_id,
                Pupil.surname == surname,
                Pupil.forename == forename,
            )
        ).one()
        db.session.refresh(found)
        return found

    def cases(self, name: str) -> list[Case]:
        """Every case of a pupil, oldest first, as stored now."""
        db.session.rollback()
        key = self.registration(name).id
        return list(db.session.scalars(select(Case).where(Case.registration_id == key).order_by(Case.id)))

    def case(self, name: str) -> Case:
        """The only case of a pupil."""
        (case,) = self.cases(name)
        return case

    def kinds(self, name: str) -> list[str]:
        """The kinds of the events of a pupil's only case, in order."""
        return [event.kind for event in self.case(name).events]

    def act(
        self,
        name: str,
        action: Action,
        entry: Entry | None = None,
        *,
        at: datetime,
        by: Scope | None = None,
    ) -> Refused | None:
        """Do something to a pupil's latest case; the DSL does it unless somebody else is named."""
        reference = self.cases(name)[-1].reference
        return casework.act(by or self.dsl, reference, action, entry or Entry(), at=at)

    def send(self, name: str, *, at: datetime) -> Refused | None:
        """Send the referral of a pupil's latest case, with every answer that it needs."""
        reference = self.cases(name)[-1].reference
        return remembered(
            self.app,
            ("send", reference, at),
            lambda: referrals.send_referral(
                self.dsl, reference, ANSWERS, safeguarding=False, without_enquiries=UNMADE, at=at
            ),
        )

    def count_from_zero(self) -> dict[int, Standing]:
        """What counting every registration of the school from its marks alone gives."""
        school = find_school(self.dsl, self.laestab)
        assert school is not None
        counted = pupils.read_counted(self.dsl, self.school_id)
        found = absence.count_school(absence.calendar_of(school), counted)
        return {key: one.standing for key, one in found.pupils.items()}

    def stored(self) -> dict[int, Standing]:
        """Where every registration of the school stands, as stored."""
        db.session.rollback()
        return {one.registration_id: one.stored for one in pupils.read_counted(self.dsl, self.school_id)}


class Town:
    """Alder and Beech in one authority and Cedar in another; Cedar has entered no terms."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._numbers = count(1)
        self.alder, self.beech, self.cedar = (
            Office(app, *place) for place in remembered(app, ("a town",), _open_three)
        )

    def open_school(self, laestab: str, urn: str, name: str, periods: Iterable[Period]) -> Office:
        """Add a school; its office."""
        return Office(self.app, *_open(laestab, urn, name, periods))

    def another(self, periods: Iterable[Period] = TERMS) -> Office:
        """One more school of Alder's authority: an experiment of its own in the same database."""
        number = next(self._numbers)
        return self.open_school(f"841{3000 + number}", f"{200000 + number}", f"School {number}", periods)


def _open_three() -> list[tuple[str, int, int]]:
    return [
        _open("8412001", "100001", "Alder Grove School", TERMS),
        _open("8412002", "100002", "Beech Hill School", TERMS),
        _open("2122003", "100003", "Cedar Park School", ()),
    ]


def _open(laestab: str, urn: str, name: str, periods: Iterable[Period]) -> tuple[str, int, int]:
    """Add a school; its LAESTAB, and the ids of it and of its authority."""
    operator = Scope.for_operator(read_authority_ids())
    add_school(operator, laestab=laestab, urn=urn, name=name, periods=tuple(periods), at=SUMMER)
    found = find_school(Scope.for_operator(read_authority_ids()), laestab)
    assert found is not None
    place = laestab, found.id, found.authority_id
    db.session.rollback()
    return place


def everything(*, but: Iterable[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, apart from the tables named."""
    db.session.rollback()
    tables = [table for table in Base.metadata.sorted_tables if table.name not in set(but)]
    found = {
        table.name: [tuple(row) for row in db.session.execute(select(table).order_by(*table.primary_key))]
        for table in tables
    }
    db.session.rollback()
    return found


def stage_of(case: Case) -> Stage:
    """The stage a case stores."""
    return Stage(case.stage)


def events_of(case: Case) -> list[tuple[str, Any]]:
    """The kinds of a case's events with what they carry."""
    return [(event.kind, event.data) for event in case.events]


def race(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """Do things at once, each in a context of its own; what each gave, or the exception it ended with."""
    db.session.rollback()
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with app.app_context():
            start.wait(10)
            try:
                return act()
            except Exception as ended:
                return ended

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


class Lingering:
    """A function that, once it has done its work, waits for somebody else to try theirs."""

    def __init__(self, real: Callable[..., Any]) -> None:
        self._real = real
        self.reached, self.go_on = threading.Event(), threading.Event()

    def __call__(self, *arguments: object) -> Any:
        result = self._real(*arguments)
        self.reached.set()
        # Whoever is made to wait for us cannot say so: half a second is how long they are given.
        self.go_on.wait(0.5)
        return result
