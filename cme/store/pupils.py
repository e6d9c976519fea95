"""Pupils and registrations: the roll of a school, and where each registration stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, String, Table, bindparam, func, or_, select, true, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import contains_eager, joinedload

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.runs import Place
from cme.attendance.standing import RETURN_DAYS, Standing
from cme.store.database import db
from cme.store.scoping import registrations_within
from cme.store.tables import Pupil, RegisterLine, Registration, School

_DATE_LISTS = ("overdue_n", "unmarked_on")
_STANDING = tuple(Standing.__dataclass_fields__)


def standing_values(standing: Standing) -> dict[str, Any]:
    """A standing as column values of Registration."""
    values = asdict(standing)
    for name in _DATE_LISTS:
        values[name] = [on.isoformat() for on in values[name]]
    values["removal_blocked_by"] = list(standing.removal_blocked_by)
    return values


def standing_of(registration: Registration) -> Standing:
    """The stored standing of a registration."""
    return _standing({name: getattr(registration, name) for name in _STANDING})


def _standing(values: dict[str, Any]) -> Standing:
    for name in _DATE_LISTS:
        values[name] = tuple(map(date.fromisoformat, values[name]))
    values["removal_blocked_by"] = tuple(values["removal_blocked_by"])
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


def find_registration(scope: Scope, registration_id: int) -> Registration | None:
    """One registration with its pupil and school; None outside the scope."""
    return db.session.scalar(
        select(Registration)
        .where(Registration.id == registration_id, registrations_within(scope, Permission.SEE_PUPIL))
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


def list_roll(scope: Scope, school_id: int) -> Sequence[Registration]:
    """Everybody on a school's roll, with the pupils, by surname."""
    return db.session.scalars(_on_roll(scope, school_id)).all()


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
        select(*parts)
        .select_from(Registration)
        .where(
            Registration.school_id == school_id,
            Registration.on_roll,
            registrations_within(scope, Permission.SEE_PUPIL),
        )
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
        .where(
            Registration.school_id == school_id,
            Registration.on_roll,
            registrations_within(scope, Permission.SEE_PUPIL),
        )
        .options(contains_eager(Registration.pupil))
        .order_by(Pupil.surname, Pupil.forename, Registration.id)
    )


def read_counted(scope: Scope, school_id: int) -> list[Counted]:
    """Every registration of a school as counting needs it, in order of id."""
    lines = read_lines(scope, school_id)
    columns = [getattr(Registration, name) for name in _STANDING]
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
            place=Place(starting_on=row[1], removed_on=row[2], boarder=row[3], born_on=row[4]),
            lines=lines.get(row[0], {}),
            stored=_standing(dict(zip(_STANDING, row[7:], strict=True))),
            on_roll=bool(row[5]),
            class_name=row[6],
        )
        for row in rows
    ]


def read_lines(scope: Scope, school_id: int) -> dict[int, dict[int, str]]:
    """The register lines of a school, by registration and academic year."""
    found: dict[int, dict[int, str]] = {}
    rows = db.session.execute(
        select(RegisterLine.registration_id, RegisterLine.year, RegisterLine.marks)
        .join(Registration, Registration.id == RegisterLine.registration_id)
        .where(Registration.school_id == school_id, registrations_within(scope, Permission.SEE_PUPIL))
    )
    for registration_id, year, marks in rows:
        found.setdefault(registration_id, {})[year] = marks
    return found


def store_standings(standings: Mapping[int, Standing]) -> None:
    """Write standings by registration id, inside the open transaction."""
    if not standings:
        return
    table = cast(Table, Registration.__table__)
    statement = (
        update(table)
        .where(table.c.id == bindparam("registration"))
        .values({name: bindparam(f"new_{name}") for name in _STANDING})
    )
    db.session.connection().execute(
        statement,
        [
            {"registration": key} | {f"new_{name}": value for name, value in standing_values(one).items()}
            for key, one in standings.items()
        ],
    )
    db.session.expire_all()
