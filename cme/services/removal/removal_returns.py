"""The removal return of a case: filled in from the records, and made to print."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.removal.grounds import read_grounds
from cme.casework.removal.returning import MOST_PARENTS, Parent, RemovalReturn, is_parent
from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN
from cme.casework.words import day
from cme.clock import LONDON
from cme.documents.forms import Answer, Part, ReferralForm, set_referral
from cme.documents.hiding import Home
from cme.services import papers, restrictions
from cme.services.hiding import hidden_home
from cme.services.papers import Paper
from cme.store import removals, roll
from cme.store.tables import Case, Contact, Removal


@dataclass(frozen=True, slots=True)
class Start:
    """What a proposal starts from. `ground` and `evidence` are those of the proposal before it, '' and {}
    without one; `before` is that proposal.
    """

    answers: RemovalReturn
    ground: str = ""
    evidence: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    before: Removal | None = None


def begin(scope: Scope, case: Case) -> Start:
    """What was entered for the proposal that came to its end last; else the return as the records fill it in.

    An address that the viewer may not see is masked: it is given to the authority by hand.
    """
    last, filled = removals.find_latest(scope, case.id), _filled_in(scope, case)
    if last is None or last.ended_at is None:
        return Start(filled)
    said = hidden_home(scope, case.registration).kept_out_of
    then = RemovalReturn.from_json(last.answers)
    answers = replace(
        then,
        address=_address_again(scope, case, then.address, filled.address),
        parents=tuple(
            replace(each, address=_address_again(scope, case, each.address, filled.address))
            for each in then.parents
        ),
        no_parent=said(then.no_parent),
        future_address=said(then.future_address),
        future_school=said(then.future_school),
    )
    evidence = {key: said(str(text)) for key, text in last.evidence.items()}
    return Start(answers, last.ground, MappingProxyType(evidence), last)


def _address_again(scope: Scope, case: Case, then: str, now: str) -> str:
    """An address that was entered before; that of the records where the viewer sees it no longer, or sees it
    only now."""
    is_hidden = hidden_home(scope, case.registration).is_protected
    return now if then == ADDRESS_NOT_SHOWN or (is_hidden and then.strip()) else then


def _filled_in(scope: Scope, case: Case) -> RemovalReturn:
    """The child, the home, and parents with their phones."""
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
        return f"Removed from the register on {day(removal.removed_on)}"
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
            Answer.of("Date of birth", day(pupil.born_on) if pupil.born_on else ""),
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
        delivered = f"{day(removal.delivered_at.astimezone(LONDON))}: {removal.delivered_how}"
    decided = Part(
        "The removal",
        (
            Answer.of("Ground", f"({ground.letter}) {ground.label}. {ground.source}"),
            Answer.of("Proposed by", removal.proposed_by),
            Answer.of("Delivered", delivered),
            Answer.of("Date of removal", day(removal.removed_on) if removal.removed_on else ""),
            Answer.of("Decided by", ", ".join(filter(None, (removal.decided_by, removal.decided_role)))),
        ),
    )
    return [child, *parents, afterwards, decided]


def _address(text: str, home: Home) -> str:
    """An address as paper gives it: a protected one never."""
    return ADDRESS_NOT_SHOWN if home.is_protected and text.strip() else text
