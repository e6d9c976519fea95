"""A child of the casebook's school brought to a removal on the ground of home education.

It needs no joint enquiries, so that a page of a removal is reached with few acts; its conditions are judged
in the same way.
"""

from datetime import timedelta

from cme.access.roles import Role
from cme.access.scope import Grant, Scope
from cme.casework.case import Entry
from cme.casework.removal.confirming import CHECKS, NONE
from cme.casework.removal.recorded import FactEntry, FactKind
from cme.casework.removal.returning import Parent, RemovalReturn
from cme.services.removal import removals
from cme.services.removal.removals import Answer, Proposal
from cme.store import cases
from cme.store.database import transaction
from cme.store.tables import RemovalFact
from tests.integration.web.casebook import AT, Casebook

RETURN = RemovalReturn(
    name="Ada Arden",
    address="12 High Row\nNorthmoor",
    parents=(Parent("Mo Arden", "12 High Row\nNorthmoor", "01632 960 001"),),
    future_address="12 High Row",
    future_school="none: educated at home",
)

EVIDENCE = {"notice": "Letter of Mo Arden", "first_day_on": "2026-11-10", "team_told": "EHE team, 9 November"}

FACTS = {
    FactKind.ATTENDANCE_ORDER: False,
    FactKind.DUAL_REGISTERED: False,
    FactKind.MOBILE_CHILD: False,
    FactKind.SPECIAL_SCHOOL: False,
    FactKind.NO_OBJECTION: True,
}

CONFIRMED = Answer("confirmed", checks=dict.fromkeys(CHECKS, NONE))


def know(book: Casebook, reference: str) -> None:
    """Record what the gate asks of the child of a case."""
    with book.world.app.app_context():
        case = cases.find_case(book.officer, reference)
        assert case is not None
        case_id = case.id
        with transaction() as session:
            for kind, holds in FACTS.items():
                session.add(
                    RemovalFact(
                        case_id=case_id,
                        kind=kind.value,
                        value=FactEntry(holds=holds, on=AT.date(), who="Cleo Rowe").to_json(),
                        recorded_at=AT,
                        recorded_by="Cleo Rowe",
                        recorded_role="CME officer",
                    )
                )


def proposed(book: Casebook, *, name: str = "", is_delivered: bool = True) -> str:
    """A child, of that name if given, whose removal is proposed; the reference of the case."""
    reference = book.absent_child(name, 4) if name else book.enquiries()
    know(book, reference)
    with book.world.app.app_context():
        refused = removals.propose(book.dsl, reference, Proposal("f", RETURN, EVIDENCE, is_delivered), at=AT)
        assert refused is None, refused
    return reference


def answered(book: Casebook) -> str:
    """The same, confirmed by admissions."""
    reference = proposed(book)
    admissions = Scope(None, "Joy Tremayne", frozenset({Grant(Role.ADMISSIONS, book.place.authority_id)}))
    with book.world.app.app_context():
        assert removals.answer(admissions, reference, CONFIRMED, at=AT + timedelta(minutes=1)) is None
    return reference


def removed(book: Casebook) -> str:
    """A child who was removed; the reference of the case."""
    reference, place = answered(book), book.place
    grants = frozenset({Grant(Role.HEAD, place.authority_id, place.school_id)})
    head = Scope(book.world.person(Role.HEAD, place).user_id, "Jo Hale", grants)
    with book.world.app.app_context():
        refused = removals.make_removal(head, reference, Entry(), at=AT + timedelta(minutes=2))
        assert refused is None, refused
    return reference
