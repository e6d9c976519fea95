"""The removal return of a case: filled in from the records, and made to print."""

from datetime import datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.removal.grounds import read_grounds
from cme.casework.removal.returning import MOST_PARENTS, Parent, RemovalReturn, is_parent
from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN
from cme.clock import LONDON
from cme.documents.forms import Answer, Part, ReferralForm, set_referral
from cme.documents.hiding import Home
from cme.services import papers, restrictions
from cme.services.papers import DAY, Paper
from cme.store import removals, roll
from cme.store.tables import Case, Contact, Removal


def begin(scope: Scope, case: Case) -> RemovalReturn:
    """A removal return as far as the records fill it in: the child, the home, and parents with their phones.

    An address that the viewer may not see is masked: it is given to the authority by hand.
    """
    registration = case.registration
    home = "\n".join(restrictions.home_of(scope, registration))
    contacts = [each for each in roll.list_contacts(scope, registration.id) if each.name]
    parents = [each for each in contacts if is_parent(each.relationship_)] or contacts[:1]
    return RemovalReturn(
        name=papers.full_name(case),
        address=home,
        parents=tuple(_parent(each, home) for each in parents[:MOST_PARENTS]),
    )


def make(scope: Scope, reference: str, *, at: datetime, address: str = "") -> Paper:
    """The removal return to print, with every field that the law asks for; that it was made is audited.

    Raises LookupError outside the scope, and for a case in which no removal was proposed.
    """
    view = papers.open_case(scope, reference, Permission.PRINT_CASE, at=at)
    removal = removals.find_latest(scope, view.case.id)
    if removal is None:
        raise LookupError("no removal was proposed in the case")
    home = papers.home_of(scope, view.case)
    made = set_referral(
        ReferralForm(
            papers.imprint(scope, view.case, "Removal return", at=at),
            status=_status(removal),
            notes=(f"To {view.case.school.authority.name}, under SI 2024/208 regulation 13.",),
            sections=tuple(_sections(removal, home)),
        )
    )
    return papers.hand_out(scope, view.case, "removal-return", made, at=at, address=address)


def _parent(contact: Contact, home: str) -> Parent:
    return Parent(contact.name, home, contact.phone)


def _status(removal: Removal) -> str:
    if removal.removed_on:
        return f"Removed from the register on {removal.removed_on:{DAY}}"
    if removal.ended_at:
        return "The proposal was withdrawn: the pupil was not removed"
    return "Proposed: the pupil is on the register"


def _sections(removal: Removal, home: Home) -> list[Part]:
    answers = RemovalReturn.from_json(removal.answers)
    pupil, ground = removal.registration.pupil, read_grounds()[removal.ground]
    said = home.kept_out_of
    child = Part(
        "The child",
        (
            Answer.of("Full name", answers.name),
            Answer.of("Date of birth", f"{pupil.born_on:{DAY}}" if pupil.born_on else ""),
            Answer.of("UPN", pupil.upn or ""),
            Answer.of("Address", _address(answers.address, home)),
        ),
    )
    parents = [Part("Parents", (Answer.of("Why none is named", answers.no_parent),))] * (not answers.parents)
    parents += [
        Part(
            f"Parent {number}, with whom the child lives",
            (
                Answer.of("Full name", each.name),
                Answer.of("Address", _address(each.address, home)),
                Answer.of("Emergency phone", each.phone),
            ),
        )
        for number, each in enumerate(answers.parents, start=1)
    ]
    afterwards = Part(
        "Where the child goes",
        (
            Answer.of("Future address", said(answers.future_address)),
            Answer.of("New school", said(answers.future_school)),
        ),
    )
    delivered = ""
    if removal.delivered_at:
        delivered = f"{removal.delivered_at.astimezone(LONDON):{DAY}}: {removal.delivered_how}"
    decided = Part(
        "The removal",
        (
            Answer.of("Ground", f"({ground.letter}) {ground.label}. {ground.source}"),
            Answer.of("Proposed by", removal.proposed_by),
            Answer.of("Delivered", delivered),
            Answer.of("Date of removal", f"{removal.removed_on:{DAY}}" if removal.removed_on else ""),
            Answer.of("Decided by", ", ".join(filter(None, (removal.decided_by, removal.decided_role)))),
        ),
    )
    return [child, *parents, afterwards, decided]


def _address(text: str, home: Home) -> str:
    """An address as paper gives it: a protected one never."""
    return ADDRESS_NOT_SHOWN if home.is_protected and text.strip() else text
