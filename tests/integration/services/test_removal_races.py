"""Two people at one removal at once: exactly one wins. 400 times in all on the two databases."""

from functools import partial

from cme.access.roles import SCHOOL_ROLES, Role
from cme.access.scope import Grant, Scope
from cme.casework.case import Entry, Refused
from cme.services.removal import removals
from cme.store.database import db
from cme.store.tables import CaseEvent, Removal
from tests.integration.services.leaving import ABSENT, CONFIRMED, DECIDED_AT, RETURN, Leaving, user
from tests.integration.services.office import Town, on_both, race

SCHOOLS, CHILDREN = 10, 10
NAMES = tuple(f"Arden, {chr(65 + number)}da" for number in range(CHILDREN))


def rival(leaving: Leaving, role: Role) -> Scope:
    """Another person with the same role."""
    school_id = leaving.office.school_id if role in SCHOOL_ROLES else None
    grants = frozenset({Grant(role, leaving.office.authority_id, school_id)})
    return Scope(user("Robin Marsh"), "Robin Marsh", grants)


def proposed(town: Town) -> tuple[Leaving, list[str]]:
    """A school with ten removals that are proposed; their cases."""
    leaving = Leaving(town.another())
    leaving.office.submit(ABSENT[:12], dict.fromkeys(NAMES, "O" * 12), at=DECIDED_AT)
    references = []
    for name in NAMES:
        leaving.know(name)
        reference = leaving.reference(name)
        refused = leaving.propose(reference, "f", answers=RETURN)
        assert refused is None, refused
        references.append(reference)
    return leaving, references


def one_won(results: list[object]) -> bool:
    """One was done, the other refused in words: neither ended with an exception."""
    refused = [each for each in results if isinstance(each, Refused)]
    return len(refused) == 1 and results.count(None) == 1


@on_both
def test_of_two_who_confirm_or_make_one_removal_exactly_one_wins(town: Town) -> None:
    for _ in range(SCHOOLS):
        leaving, references = proposed(town)
        clerks = leaving.admissions, rival(leaving, Role.ADMISSIONS)
        heads = leaving.head, rival(leaving, Role.HEAD)
        for reference in references:
            confirming = (
                partial(removals.answer, who, reference, CONFIRMED, at=DECIDED_AT) for who in clerks
            )
            assert one_won(race(town.app, *confirming)), reference
            making = (partial(removals.make_removal, who, reference, Entry(), at=DECIDED_AT) for who in heads)
            assert one_won(race(town.app, *making)), reference
    db.session.rollback()
    made = db.session.scalars(db.select(Removal).where(Removal.removed_on.is_not(None))).all()
    events = db.session.scalars(db.select(CaseEvent.case_id).where(CaseEvent.kind == "removal.made")).all()
    assert len(made) == len(events) == len(set(events)) == SCHOOLS * CHILDREN
    assert {each.decided_by for each in made} <= {"Jo Hale", "Robin Marsh"}
