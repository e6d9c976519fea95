"""Pupils and registrations: the roll of a school, and where each registration stands."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, String, Table, and_, func, insert, or_, select, true, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import contains_eager, joinedload

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.runs import Place
from cme.attendance.standing import RETURN_DAYS, Standing
from cme.store.database import db
from cme.store.enquiries import read_sightings
from cme.store.removal_facts import read_leaves
from cme.store.scoping import registrations_within
from cme.store.tables import Pupil, RegisterLine, Registration, School

_STANDING = tuple(Standing.__dataclass_fields__)
_LISTS = ("overdue_n", "unmarked_on", "removal_blocked_by")
_DATE_LISTS = _LISTS[:2]


def standing_of(registration: Registration) -> Standing:
    """The stored standing of a registration."""
    return _standing({name: getattr(registration, name) for name in _STANDING})


def _standing(values: dict[str, Any]) -> Standing:
    """A standing from values by column, each list as it is or as JSON."""
    for name in _LISTS:
        listed = values[name]
        if isinstance(listed, str):
            listed = json.loads(listed) if listed != "[]" else ()
        values[name] = tuple(map(date.fromisoformat, listed) if name in _DATE_LISTS else listed)
    return Standing(**values)


@dataclass(frozen=True, slots=True)
class Counted:
    """What counting a registration needs, and the standing that is stored for it."""

    registration_id: int
    place: Place
    lines: Mapping[int, str]
    stored: Standing
    on_roll: bool = True
    class_name: str = ""


class Enrolled(NamedTuple):
    """One child on a school's roll, in what a register is compared with."""

    registration_id: int
    upn: str | None
    former_upn: str | None
    admission_number: str | None
    surname: str
    forename: str
    born_on: date | None
    postcode: str
    year_group: str
    class_name: str
    starting_on: date | None
    leaving_on: date | None


def find_registration(
    scope: Scope, registration_id: int, permission: Permission = Permission.SEE_PUPIL
) -> Registration | None:
    """One registration with its pupil and school; None outside the scope."""
    return db.session.scalar(
        select(Registration)
        .where(Registration.id == registration_id, registrations_within(scope, permission))
        .options(joinedload(Registration.pupil), joinedload(Registration.school))
    )


def lock_registration(scope: Scope, registration_id: int) -> Registration | None:
    """The same registration, its school held until the transaction ends, so that no second case is opened."""
    locked = db.session.scalar(
        select(Registration.id)
        .join(Registration.school)
        .where(Registration.id == registration_id, registrations_within(scope, Permission.SEE_PUPIL))
        .with_for_update(of=School, key_share=True)
    )
    return find_registration(scope, registration_id) if locked else None


def has_any() -> bool:
    """Whether there is any pupil in the database, in whatever scope: nothing is told of one."""
    return db.session.scalar(select(Pupil.id).limit(1)) is not None


def list_with_upn(scope: Scope, upn: str) -> Sequence[Registration]:
    """The registrations on roll of the pupils with a UPN, with their schools; those within the scope."""
    return db.session.scalars(
        select(Registration)
        .join(Registration.pupil)
        .where(Pupil.upn == upn, Registration.on_roll, registrations_within(scope, Permission.SEE_PUPIL))
        .options(contains_eager(Registration.pupil), joinedload(Registration.school))
        .order_by(Registration.id)
    ).all()


def list_roll(scope: Scope, school_id: int) -> Sequence[Registration]:
    """Everybody on a school's roll, with the pupils, by surname."""
    return db.session.scalars(_on_roll(scope, school_id)).all()


def read_enrolled(scope: Scope, school_id: int) -> list[Enrolled]:
    """The same children as plain values: an upload is compared with all of them, and changes few."""
    rows = db.session.execute(
        select(
            Registration.id,
            Pupil.upn,
            Pupil.former_upn,
            Registration.admission_number,
            Pupil.surname,
            Pupil.forename,
            Pupil.born_on,
            Pupil.postcode,
            Registration.year_group,
            Registration.class_name,
            Registration.starting_on,
            Registration.leaving_on,
        )
        .join(Registration.pupil)
        .where(_is_on_roll(scope, school_id))
        .order_by(*_BY_NAME)
    )
    return [Enrolled._make(row) for row in rows]


def list_absent(scope: Scope, school_id: int) -> Sequence[Registration]:
    """Pupils of a school who are absent without authority or have not been seen, the longest run first."""
    return db.session.scalars(
        _on_roll(scope, school_id).where(_in_part(RollPart.ABSENT)).order_by(None).order_by(*_LONGEST_FIRST)
    ).all()


class RollPart(StrEnum):
    """A part of a school's roll that a list can be narrowed to."""

    ALL = "all"
    ABSENT = "absent"
    TEN_DAYS = "ten_days"
    OVERDUE_N = "overdue_n"


@dataclass(frozen=True, slots=True)
class RollPage:
    """One page of a roll, counted from 1, and how many pupils there are on all of them."""

    registrations: Sequence[Registration]
    total: int
    page: int
    pages: int


def read_roll(
    scope: Scope, school_id: int, part: RollPart = RollPart.ALL, *, page: int = 1, per_page: int = 50
) -> RollPage:
    """One page of a part of the roll; a page out of range becomes the first.

    The whole roll and unresolved N go by surname, absences by the longest run.
    """
    query = _on_roll(scope, school_id).where(_in_part(part))
    if part in (RollPart.ABSENT, RollPart.TEN_DAYS):
        query = query.order_by(None).order_by(*_LONGEST_FIRST)
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // per_page))
    page = page if 1 <= page <= pages else 1
    found = db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all()
    return RollPage(found, total, page, pages)


def count_parts(scope: Scope, school_id: int) -> dict[RollPart, int]:
    """How many pupils are in each part of a school's roll."""
    parts = [func.count().filter(_in_part(part)) for part in RollPart]
    row = db.session.execute(
        select(*parts).select_from(Registration).where(_is_on_roll(scope, school_id))
    ).one()
    return dict(zip(RollPart, row, strict=True))


def list_registrations(scope: Scope, registration_ids: Iterable[int]) -> dict[int, Registration]:
    """Registrations with their pupils by id, as far as the scope reaches."""
    found: dict[int, Registration] = {}
    wanted = sorted(set(registration_ids))
    for start in range(0, len(wanted), 500):
        rows = db.session.scalars(
            select(Registration)
            .join(Registration.pupil)
            .where(
                Registration.id.in_(wanted[start : start + 500]),
                registrations_within(scope, Permission.SEE_PUPIL),
            )
            .options(contains_eager(Registration.pupil))
        )
        found |= {row.id: row for row in rows}
    return found


_BY_NAME = (Pupil.surname, Pupil.forename, Registration.id)
_LONGEST_FIRST = (
    Registration.return_run.desc(),
    Registration.removal_run.desc(),
    Registration.days_unseen.desc(),
    Pupil.surname,
    Registration.id,
)


def _in_part(part: RollPart) -> ColumnElement[bool]:
    match part:
        case RollPart.ALL:
            return true()
        case RollPart.ABSENT:
            return or_(Registration.return_run > 0, Registration.days_unseen > 0)
        case RollPart.TEN_DAYS:
            return Registration.return_run >= RETURN_DAYS
        case RollPart.OVERDUE_N:
            return sql_cast(Registration.overdue_n, String) != "[]"


def _on_roll(scope: Scope, school_id: int) -> Select[Registration]:
    return (
        select(Registration)
        .join(Registration.pupil)
        .where(_is_on_roll(scope, school_id))
        .options(contains_eager(Registration.pupil))
        .order_by(*_BY_NAME)
    )


def _is_on_roll(scope: Scope, school_id: int) -> ColumnElement[bool]:
    within = registrations_within(scope, Permission.SEE_PUPIL)
    return and_(Registration.school_id == school_id, Registration.on_roll, within)


def read_counted(scope: Scope, school_id: int) -> list[Counted]:
    """Every registration of a school as counting needs it, in order of id."""
    lines = read_lines(scope, school_id)
    sightings = read_sightings(scope, school_id)
    leaves = read_leaves(scope, school_id)
    # The lists come as the text that is stored: next to all of them are empty, and need no parsing.
    columns = [
        sql_cast(getattr(Registration, name), String) if name in _LISTS else getattr(Registration, name)
        for name in _STANDING
    ]
    rows = db.session.execute(
        select(
            Registration.id,
            Registration.starting_on,
            Registration.removed_on,
            Registration.boarder,
            Pupil.born_on,
            Registration.on_roll,
            Registration.class_name,
            *columns,
        )
        .join(Registration.pupil)
        .where(Registration.school_id == school_id, registrations_within(scope, Permission.SEE_PUPIL))
        .order_by(Registration.id)
    )
    return [
        Counted(
            registration_id=row[0],
            place=Place(
                starting_on=row[1],
                removed_on=row[2],
                boarder=row[3],
                born_on=row[4],
                sightings=sightings.get(row[0], frozenset()),
                leave_ended_on=leaves.get(row[0]),
            ),
            lines=lines.get(row[0], {}),
            stored=_standing(dict(zip(_STANDING, row[7:], strict=True))),
            on_roll=bool(row[5]),
            class_name=row[6],
        )
        for row in rows
    ]


def read_lines(
    scope: Scope, school_id: int, registration_ids: Collection[int] | None = None
) -> dict[int, dict[int, str]]:
    """The register lines of a school, or of those named of it, by registration and academic year."""
    found: dict[int, dict[int, str]] = {}
    query = (
        select(RegisterLine.registration_id, RegisterLine.year, RegisterLine.marks)
        .join(Registration, Registration.id == RegisterLine.registration_id)
        .where(Registration.school_id == school_id, registrations_within(scope, Permission.SEE_PUPIL))
    )
    if registration_ids is not None:
        query = query.where(RegisterLine.registration_id.in_(registration_ids))
    for registration_id, year, marks in db.session.execute(query):
        found.setdefault(registration_id, {})[year] = marks
    return found


def add(table: type[Pupil] | type[Registration], rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Write new pupils or registrations, inside the open transaction; their ids, in the order of the rows."""
    if not rows:
        return ()
    statement = insert(table).returning(table.id, sort_by_parameter_order=True)
    return db.session.scalars(statement, rows).all()


def store_standings(moved: Iterable[tuple[int, Standing, Standing]]) -> None:
    """Write standings that changed, inside the open transaction: (registration id, as stored, as it is now).

    One statement serves all in whom the same changed: after a week at school that is most of a school.
    """
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = {}
    for key, old, new in moved:
        changed = tuple(
            (name, value) for name in _STANDING if (value := getattr(new, name)) != getattr(old, name)
        )
        alike.setdefault(changed, []).append(key)
    table = cast(Table, Registration.__table__)
    for changed, keys in alike.items():
        values = {name: [*map(str, new)] if isinstance(new, tuple) else new for name, new in changed}
        for start in range(0, len(keys), 500):
            chosen = table.c.id.in_(keys[start : start + 500])
            db.session.execute(update(table).where(chosen).values(values))
    if alike:
        db.session.expire_all()
