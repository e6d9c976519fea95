"""Two schools whose uploads meet everything that a check can hold against a file."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from cme.access.roles import Role
from cme.access.scope import Grant, Scope
from cme.attendance.calendar import Period, PeriodKind
from cme.attendance.periods import Edit
from cme.services import schools
from cme.services.registers import answers, approval, retention, undoing, uploads
from cme.store.calendars import change_authority
from cme.store.database import transaction
from importers.answering.answers import MappedColumns, Translation
from tests.e2e.ugly_files import unknown_headings
from tests.integration.web.casebook import AT, EVERY_GATE, LAST_DAY, weekdays_to
from tests.people import Place, World

LONG_AGO = timedelta(days=45)
HOUR = timedelta(hours=1)
KEPT_DAYS = 30

TERMS = (
    Period(PeriodKind.TERM, date(2026, 8, 24), date(2026, 10, 23), "Autumn, first half"),
    Period(PeriodKind.TERM, date(2026, 11, 2), date(2026, 12, 18), "Autumn, second half"),
    Period(PeriodKind.INSET, date(2026, 11, 2), date(2026, 11, 2), "Training for all staff"),
    Period(
        PeriodKind.CLOSURE, date(2026, 11, 5), date(2026, 11, 5), "The boiler failed and nobody could mend it"
    ),
)
LAST_SUMMER = date(2026, 7, 10)
A_BANK_HOLIDAY, A_DAY_TO_COME = date(2026, 8, 31), date(2026, 11, 23)


@dataclass(frozen=True)
class Child:
    """A row of a register with what schools export beside the marks."""

    number: str
    surname: str
    forename: str
    born: str = "04/05/2014"
    postcode: str = "DL1 5QT"
    contact: str = "Marjorie Featherstonehaugh-Cholmondeley"
    phone: str = "07700 900001"


def children(number: int, name: str) -> list[Child]:
    """So many children with names like this one."""
    return [Child(f"K-{n:03d}", f"{name}-{chr(65 + n)}{name.lower()}", f"Fen{n}") for n in range(number)]


def write(rows: Iterable[Child], days: Sequence[date], code: str = "P", *, title: str = "") -> bytes:
    """A register of children who all have one code ("P" is present) on all days."""
    marks = ["/", "\\"] if code == "P" else [code, code]
    heads = [f"{on:%d/%m/%Y} {half}" for on in days for half in ("AM", "PM")]
    about = ["Adm No", "Surname", "Forename", "DOB", "Postcode", "Parent 1 name", "Parent 1 mobile"]
    text = io.StringIO()
    writer = csv.writer(text)
    if title:
        writer.writerow([title])
    writer.writerow([*about, *heads])
    for one in rows:
        known = [one.number, one.surname, one.forename, one.born, one.postcode, one.contact, one.phone]
        writer.writerow([*known, *marks * len(days)])
    return text.getvalue().encode()


class Office:
    """A school's office at one instant."""

    def __init__(self, world: World, place: Place, at: datetime = AT) -> None:
        self.world, self.place, self.at = world, place, at
        grant = Grant(Role.DSL, place.authority_id, place.school_id)
        self.scope = Scope(None, "Ash Fenner", frozenset({grant}))

    def receive(self, content: bytes, name: str = "register.csv", *, at: datetime | None = None) -> int:
        """An upload that waits."""
        return uploads.receive(self.scope, self.place.laestab, [(name, content)], at=at or self.at)

    def approve(self, upload: int, *, at: datetime | None = None) -> int:
        """An upload that was approved."""
        approval.approve(self.scope, upload, at=at or self.at, confirmed=EVERY_GATE)
        return upload


def add_place(world: World, laestab: str, urn: str, name: str, periods: Sequence[Period] = ()) -> Place:
    """One more school of Northmoor."""
    authority_id = world.northmoor.authority_id
    operator = Scope.for_operator([authority_id])
    school_id = schools.add_school(operator, laestab=laestab, urn=urn, name=name, periods=periods, at=AT)
    return Place(authority_id, school_id, laestab)


def build_new(world: World, place: Place) -> dict[str, int]:
    """A school with a calendar whose first register waits, and so much is odd that it is held five times."""
    office = Office(world, place)
    days = [A_BANK_HOLIDAY, *weekdays_to(LAST_DAY, 5), A_DAY_TO_COME]
    odd = write(children(12, "Ng"), days, "O", title="Elm Park Academy")
    with world.app.app_context():
        with transaction():
            change_authority(place.authority_id, Edit(added=TERMS), AT)
        return {"first": office.receive(odd)}


def build_messy(world: World, place: Place, name: str) -> dict[str, int]:
    """A school with roll data, whose uploads wait for decisions, were undone, or cannot be read."""
    office, roll = Office(world, place), children(20, name)
    days, recent = weekdays_to(LAST_DAY, 10), weekdays_to(LAST_DAY, 3)
    with world.app.app_context():
        before = AT - LONG_AGO
        old = office.receive(write(roll, weekdays_to(before.date(), 5)), at=before)
        office.approve(old, at=before)
        operator = Scope.for_operator([place.authority_id])
        retention.erase_kept(operator, place.laestab, on=AT.date(), keep_days=KEPT_DAYS, at=AT)
        first = office.receive(write(roll, days), at=AT - 3 * HOUR)
        office.approve(first, at=AT - 3 * HOUR)
        undone = office.receive(write(roll, days[:5], "O"), "wrong.csv", at=AT - 2 * HOUR)
        office.approve(undone, at=AT - 2 * HOUR)
        undoing.undo(office.scope, undone, at=AT - 2 * HOUR)
        mixed = office.receive(write(_moved(roll), days, "O"), "mixed.csv", at=AT - HOUR)
        later = office.approve(office.receive(write(roll, recent, "I"), "later.csv"))
        _explain(office)
        return {
            "erased": old,
            "hindered": first,
            "undoable": later,
            "undone": undone,
            "mixed": mixed,
            "few": office.receive(write([roll[0], *_strangers()], weekdays_to(LAST_SUMMER, 3))),
            "asked": office.receive(_without_years(write(roll, recent))),
            "unmapped": office.receive(unknown_headings(6)),
        }


def _moved(roll: Sequence[Child]) -> list[Child]:
    """Most of a roll: one has another's number, one may be another child, one is new, and some have moved."""
    other = replace(roll[0], surname=roll[0].surname[::-1], forename="Quentin", born="01/02/2012")
    alike = replace(roll[1], number="", born="05/04/2014", postcode="")
    moved = [replace(one, postcode="DL3 7AA", phone="07700 900777", born="05/05/2014") for one in roll[2:8]]
    return [
        other,
        alike,
        *moved,
        *roll[8:13],
        replace(roll[13], number="K-900", forename="Una", surname="Uhl"),
    ]


def _strangers() -> list[Child]:
    return [replace(one, number=f"X-{one.number}") for one in children(3, "Stranger")]


def _without_years(content: bytes) -> bytes:
    return content.replace(b"/2026 ", b" ")


def _explain(office: Office) -> None:
    laestab, headings = office.place.laestab, ["Kennung", "Wer", "Tag", "Teil", "Zeichen" * 8]
    fields = dict(enumerate(["admission_number", "full_name", "date", "session", "mark"]))
    mapped = MappedColumns("0" * 64, 2, fields)
    answers.keep_mapping(office.scope, laestab, mapped, headings=headings, at=AT)
    for own, code in (("Q9", "I"), ("LATE", "L")):
        answers.add_translation(office.scope, laestab, Translation(own, code, date(2026, 9, 1)), at=AT)
