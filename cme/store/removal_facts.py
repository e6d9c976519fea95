"""The facts that people recorded for the gate of a case; of each kind the last stands."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.removal.recorded import FactEntry, FactKind
from cme.store.database import db
from cme.store.scoping import cases_within
from cme.store.tables import Case, RemovalFact


def list_facts(scope: Scope, case_id: int) -> Sequence[RemovalFact]:
    """Every fact of a case, those that no longer stand too, the latest first; () outside the scope."""
    return db.session.scalars(
        _within(scope).where(RemovalFact.case_id == case_id).order_by(RemovalFact.id.desc())
    ).all()


def read_standing(scope: Scope, case_id: int) -> dict[FactKind, RemovalFact]:
    """The fact of each kind that stands in a case; a kind of which nothing is recorded is left out."""
    found: dict[FactKind, RemovalFact] = {}
    for row in list_facts(scope, case_id):
        found.setdefault(FactKind(row.kind), row)
    return found


def read_leaves(scope: Scope, school_id: int) -> dict[int, date]:
    """The last day of the granted leave that stands in each open case of a school, by registration."""
    found: dict[int, date] = {}
    rows = db.session.execute(
        _within(scope)
        .add_columns(Case.registration_id)
        .where(
            Case.school_id == school_id,
            Case.closed_at.is_(None),
            RemovalFact.kind == FactKind.LEAVE.value,
        )
        .order_by(RemovalFact.id)
    )
    for row, registration_id in rows:
        last_on = FactEntry.from_json(row.value).last_on
        if last_on is None:
            found.pop(registration_id, None)
        else:
            found[registration_id] = last_on
    return found


def _within(scope: Scope) -> Select[RemovalFact]:
    return (
        select(RemovalFact)
        .join(Case, Case.id == RemovalFact.case_id)
        .where(cases_within(scope, Permission.SEE_CASE))
    )
