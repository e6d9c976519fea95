"""A removed child whom other authorities are asked about, and those who write, approve and send."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from cme.access.roles import Role
from cme.access.scope import Scope
from cme.casework.case import Action, Refused
from cme.casework.safety.restrictions import RestrictionKind
from cme.services import restrictions
from cme.services.registers import roll
from cme.services.registers.roll import RollRow
from cme.services.restrictions import NewRestriction
from cme.services.tracing import trace_views, traces
from cme.services.tracing.trace_views import Draft, TraceView
from cme.store.database import db, transaction
from cme.store.tables import Membership
from cme.tracing.gate import Audience
from cme.tracing.replies import Finding, Kind, Reply
from cme.tracing.states import State
from importers.roll.entries import ContactEntry, RollEntry
from tests.integration.services.leaving import DECIDED_AT, Leaving, user
from tests.integration.services.office import Office
from tests.remembering import remembering
from tests.reviews import signing

ADA, BEN = "Birch, Ada", "Birch, Ben"

HOME = RollEntry(
    house="Marigold Refuge",
    street="77 Hidden Lane",
    postcode="QZ9 9ZQ",
    contacts=(ContactEntry("Pat Quill", "Mother", "07700 900001"),),
)
SECRETS = ("marigold", "hidden lane", "qz9", "pat quill", "mo birch", "07700", "ben")
"""What is in no text about the child once she is looked for in confidence, in lower case."""

BEGUN_AT = DECIDED_AT + timedelta(hours=3)
READY_AT = BEGUN_AT + timedelta(minutes=10)
SENT_AT = BEGUN_AT + timedelta(minutes=20)
NOW = BEGUN_AT + timedelta(minutes=30)


class Tracer:
    """The traces of Ada Birch, who was removed, by the officer and the manager of her authority."""

    def __init__(self, leaving: Leaving) -> None:
        self.leaving = leaving
        self.officer, self.manager = leaving.officer, leaving.people[Role.LA_MANAGER]

    @property
    def office(self) -> Office:
        return self.leaving.office

    @remembering
    def removed(self, name: str = ADA) -> str:
        """A child with a home and a mother, removed, the file uploaded; the reference of the case."""
        self.leaving.absent(name, BEN)
        self.live_at(name)
        self.review(name)
        self.leaving.enquire(name)
        self.leaving.know(name)
        self.leaving.conclude(name)
        reference = self.leaving.reference(name)
        for refused in (
            self.leaving.propose(reference),
            self.leaving.confirm(reference),
            self.leaving.make(reference),
            self.leaving.upload_file(reference),
        ):
            assert refused is None, refused
        return reference

    @remembering
    def review(self, name: str = ADA) -> None:
        """Sign the review of the DSL, which finds no risk."""
        signed = signing(DECIDED_AT.date() + timedelta(days=7))
        assert self.leaving.office.act(name, Action.SIGN_REVIEW, signed, at=DECIDED_AT) is None

    @remembering
    def live_at(self, *names: str) -> None:
        """Record the home of children, and one mother."""
        ids = [self.leaving.office.registration(name).id for name in names]
        with transaction():
            rows = {key: RollRow(HOME) for key in ids}
            roll.apply(self.leaving.dsl, self.leaving.office.school_id, rows, (), at=DECIDED_AT)

    def protect(self, name: str = ADA) -> None:
        """Record that a child's address is protected."""
        new = NewRestriction(RestrictionKind.PROTECTED_ADDRESS, note="Refuge")
        made = restrictions.add(
            self.leaving.dsl, self.leaving.office.registration(name).id, new, at=DECIDED_AT
        )
        assert isinstance(made, int)

    @remembering
    def begun(self, case: str, *, audience: Audience = Audience.ALL) -> str:
        """A request of the officer's; its reference."""
        reference = traces.begin(self.officer, case, audience=audience, at=BEGUN_AT)
        assert isinstance(reference, str), reference
        return reference

    @remembering
    def written(self, case: str, *, chosen: tuple[str, ...] = ("840", "806")) -> str:
        """The same, filled in and sent to chosen authorities."""
        reference = self.begun(case)
        draft = self.draft(reference)
        draft = replace(draft, audience=Audience.CHOSEN, chosen=chosen)
        assert self.write(reference, draft) is None
        return reference

    @remembering
    def ready(self, case: str, *, chosen: tuple[str, ...] = ("840", "806")) -> str:
        """The same, with every condition of the gate or a manager's decision."""
        reference = self.written(case, chosen=chosen)
        if self.view(reference).gate:
            assert traces.override(self.manager, reference, "Agreed", seen=None, at=READY_AT) is None
        assert traces.finish(self.officer, reference, seen=None, at=READY_AT) in set(State)
        if self.view(reference).state is State.AWAITING_APPROVAL:
            assert traces.approve(self.manager, reference, seen=None, at=READY_AT) is None
        return reference

    @remembering
    def sent(self, case: str, *, chosen: tuple[str, ...] = ("840", "806")) -> str:
        """The same, sent."""
        reference = self.ready(case, chosen=chosen)
        assert traces.record_sent(self.officer, reference, SENT_AT, seen=None, at=NOW) is None
        return reference

    def draft(self, reference: str) -> Draft:
        """What is written, with the officer's phone and e-mail."""
        draft = self.view(reference).draft
        sender = replace(draft.details.sender, phone="01325 000000", email="cme@example.gov.uk")
        return replace(draft, details=replace(draft.details, sender=sender))

    def write(self, reference: str, draft: Draft, *, by: Scope | None = None) -> Refused | None:
        return traces.write(by or self.officer, reference, draft, seen=None, at=BEGUN_AT)

    def view(self, reference: str, *, by: Scope | None = None, at: datetime = NOW) -> TraceView:
        """A trace as it is stored now."""
        db.session.rollback()
        found = trace_views.show(by or self.officer, reference, at=at)
        assert found is not None
        return found


def reply(code: str, kind: Kind, **said: object) -> Reply:
    """An answer of an authority, given on the day the request was sent."""
    return Reply(code, "B Clerk", NOW.date(), Finding(kind, **said))  # type: ignore[arg-type]


ON_ROLL = {"laestab": "8404123", "school_name": "Durham School", "started_on": date(2026, 11, 9)}


def member(authority_id: int, role: Role = Role.CME_OFFICER) -> int:
    """A colleague with an account and a role at an authority, who is told of things; the id."""
    user_id = user("Nell Frost")
    with transaction() as session:
        session.add(Membership(user_id=user_id, role=role, authority_id=authority_id))
    return user_id
