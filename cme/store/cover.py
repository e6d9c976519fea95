"""Who covers a school's cases in a holiday, and how many cases there are to cover."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.stages import OPEN_STAGES
from cme.store.database import db
from cme.store.scoping import cases_within, schools_within
from cme.store.tables import Case, HolidayCover, School


def find_cover(scope: Scope, school_id: int, begins_on: date) -> HolidayCover | None:
    """Who was named last for the holiday that begins on a date; None for nobody, and outside the scope."""
    return db.session.scalar(
        select(HolidayCover)
        .join(School, School.id == HolidayCover.school_id)
        .where(
            HolidayCover.school_id == school_id,
            HolidayCover.begins_on == begins_on,
            schools_within(scope, Permission.SEE_CASE),
        )
        .order_by(HolidayCover.id.desc())
        .limit(1)
    )


def count_open(scope: Scope, school_ids: Collection[int]) -> dict[int, int]:
    """How many open cases each of these schools has; one without any is left out."""
    rows = db.session.execute(
        select(Case.school_id, func.count())
        .where(
            Case.school_id.in_(school_ids),
            Case.stage.in_(OPEN_STAGES),
            cases_within(scope, Permission.SEE_CASE),
        )
        .group_by(Case.school_id)
    )
    return {row[0]: row[1] for row in rows}
