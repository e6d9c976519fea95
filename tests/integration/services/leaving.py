"""Children brought to a removal as it comes about: counted, enquired for, concluded on, proposed."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select

from cme.access.roles import SCHOOL_ROLES, Role
from cme.access.scope import Grant, Scope
from cme.casework.case import Entry, Refused
from cme.casework.enquiries.enquiry import Result
from cme.casework.entries import RemovalEntry
from cme.casework.removal.confirming import CHECKS, NONE
from cme.casework.removal.content import NO_GROUNDS, StatementEntry
from cme.casework.removal.recorded import FactEntry, FactKind
from cme.casework.removal.returning import Parent, RemovalReturn
from cme.services import enquiries
from cme.services.removal import conclusions, removals, statements
from cme.services.removal.removals import Answer, Proposal
from cme.store import cases
from cme.store.database import db, transaction
from cme.store.tables import Case, Registration, Removal, RemovalFact, User
from tests.enquiries import entry_for
from tests.integration.services.office import Office, after_school, days_from
from tests.remembering import remembered, remembering

BEFORE = days_from(date(2026, 10, 5), 5)
ABSENT = days_from(date(2026, 10, 12), 40)
"""ABSENT[n - 1] is the nth day of the absence."""

DECIDED_AT = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
"""The morning after the twentieth day."""

RETURN = RemovalReturn(
    name="Ada Birch",
    address="12 High Row\nNorthmoor",
    parents=(Parent("Mo Birch", "12 High Row\nNorthmoor", "01632 960 001"),),
    future_address="not known",
    future_school="not known",
)

LOCATED = replace(RETURN, future_address="With an aunt, 3 Mill Lane, Leeds")
"""The return about a child who was found, on limb (b)."""

HOME_EDUCATION = {
    "notice": "Letter of Mo Birch, 2 November",
    "first_day_on": "2026-11-04",
    "team_told": "EHE, 3 November",
}

NO_ORDER = {
    FactKind.BOARDER: False,
    FactKind.EXPECTED_BACK: False,
    FactKind.ATTENDANCE_ORDER: False,
    FactKind.DUAL_REGISTERED: False,
    FactKind.MOBILE_CHILD: False,
    FactKind.SPECIAL_SCHOOL: False,
    FactKind.NO_OBJECTION: True,
}
"""What is recorded of a child of whom nothing special is known."""

STATEMENT = StatementEntry(
    limb="a",
    location="Not found at any address",
    circumstances="Nobody has heard from the family",
    finding=NO_GROUNDS,
    finding_reasons="No note, no message, no Y7",
    finding_by="Ash Fenner, DSL",
    answers_everything=True,
    reasons="Every enquiry of both sides ended without a trace",
    steps="Visits and letters",
)

PEOPLE = {
    Role.SCHOOL_USER: "Kit Lowe",
    Role.DSL: "Ash Fenner",
    Role.HEAD: "Jo Hale",
    Role.CME_OFFICER: "Cleo Rowe",
    Role.LA_MANAGER: "Mia Brand",
    Role.ADMISSIONS: "Joy Tremayne",
}

CONFIRMED = Answer("confirmed", checks=dict.fromkeys(CHECKS, NONE))


def user(name: str) -> int:
    """Somebody with an account and no role; the id."""
    at = datetime(2026, 9, 1, tzinfo=UTC)
    with transaction() as session:
        row = User(
            email=f"leaving{session.scalar(select(func.count(User.id)))}@northmoor.example",
            name=name,
            password_hash="x",
            is_active=True,
            created_at=at,
            password_changed_at=at,
        )
        session.add(row)
        session.flush()
        return row.id


@dataclass
class Leaving:
    """One school whose children come off its roll, and those who take part; each has an account."""

    office: Office
    people: dict[Role, Scope] = field(default_factory=dict)

    def __post_init__(self) -> None:
        office = self.office
        ids = remembered(office.app, ("people",), lambda: [user(name) for name in PEOPLE.values()])
        for (role, name), user_id in zip(PEOPLE.items(), ids, strict=True):
            school_id = office.school_id if role in SCHOOL_ROLES else None
            grants = frozenset({Grant(role, office.authority_id, school_id)})
            self.people[role] = Scope(user_id, name, grants)

    @property
    def dsl(self) -> Scope:
        return self.people[Role.DSL]

    @property
    def head(self) -> Scope:
        return self.people[Role.HEAD]

    @property
    def officer(self) -> Scope:
        return self.people[Role.CME_OFFICER]

    @property
    def admissions(self) -> Scope:
        return self.people[Role.ADMISSIONS]

    def absent(self, *names: str, days: int = 20, codes: str = "") -> None:
        """Children absent (O) up to a day of the absence, but for the last days, which are given."""
        told = ["P"] * len(BEFORE) + ["O"] * (days - len(codes)) + list(codes)
        self.office.submit([*BEFORE, *ABSENT[:days]], dict.fromkeys(names, told))

    def reference(self, name: str) -> str:
        return self.office.cases(name)[-1].reference

    def enquire(self, name: str, *, at: datetime = DECIDED_AT) -> None:
        """An enquiry of each side on the day before."""
        registration_id = self.office.registration(name).id
        done_at = at - timedelta(days=1)
        for scope, step, result in (
            (self.dsl, "E02", Result.NO_ANSWER),
            (self.officer, "E36", Result.AGENCY_NO_TRACE),
        ):
            entry = replace(entry_for(step, result), done_at=done_at)
            made = enquiries.log(scope, registration_id, entry, at=at)
            assert isinstance(made, int), made

    def record(self, name: str, kind: FactKind, *, holds: bool, at: datetime = DECIDED_AT) -> None:
        """Record a fact for the gate."""
        case_id = self.office.cases(name)[-1].id
        with transaction() as session:
            session.add(_fact(case_id, kind, holds=holds, at=at))

    def know(self, name: str, *, at: datetime = DECIDED_AT) -> None:
        """Record that nothing special is known of a child."""
        case_id = self.office.cases(name)[-1].id
        with transaction() as session:
            session.add_all(_fact(case_id, kind, holds=holds, at=at) for kind, holds in NO_ORDER.items())

    def conclude(self, name: str, *, limb: str = "a", at: datetime = DECIDED_AT) -> None:
        """Write the joint statement, and sign it for both sides."""
        reference = self.reference(name)
        standing = conclusions.statement_of(self.case(name))
        over = standing.fingerprint if standing else ""
        written = statements.write(self.dsl, reference, replace(STATEMENT, limb=limb), over=over, at=at)
        assert isinstance(written, int), written
        self.sign(name, at=at)

    def sign(self, name: str, *, at: datetime = DECIDED_AT) -> None:
        for scope in (self.head, self.officer):
            statement = conclusions.statement_of(self.case(name))
            assert statement is not None
            refused = statements.sign(scope, self.reference(name), statement.fingerprint, at=at)
            assert refused is None, refused

    def case(self, name: str) -> Case:
        found = cases.find_case(self.officer, self.reference(name))
        assert found is not None
        return found

    def case_of(self, reference: str) -> Case:
        """A case as it is stored now."""
        db.session.rollback()
        found = cases.find_case(self.officer, reference)
        assert found is not None
        return found

    @remembering
    def ready(self, name: str = "Birch, Ada", *, limb: str = "a", at: datetime = DECIDED_AT) -> str:
        """A child of whom every condition of Ground I holds but the return and the date; the reference."""
        self.absent(name)
        self.enquire(name, at=at)
        self.know(name, at=at)
        self.conclude(name, limb=limb, at=at)
        return self.reference(name)

    @remembering
    def proposed(self, name: str = "Birch, Ada", *, limb: str = "a", at: datetime = DECIDED_AT) -> str:
        """The same, proposed, the return delivered in this service."""
        reference = self.ready(name, limb=limb, at=at)
        answers = RETURN if limb == "a" else LOCATED
        assert self.propose(reference, answers=answers, at=at) is None
        return reference

    @remembering
    def removed(self, name: str = "Birch, Ada", *, limb: str = "a", at: datetime = DECIDED_AT) -> str:
        """The same, confirmed and removed."""
        reference = self.proposed(name, limb=limb, at=at)
        assert self.confirm(reference, at=at) is None
        assert self.make(reference, at=at) is None
        return reference

    def propose(
        self,
        reference: str,
        ground: str = "i",
        *,
        answers: RemovalReturn = RETURN,
        is_delivered: bool = True,
        by: Scope | None = None,
        seen: int | None = None,
        at: datetime = DECIDED_AT,
    ) -> Refused | None:
        evidence = HOME_EDUCATION if ground == "f" else {}
        proposal = Proposal(ground, answers, evidence, is_delivered, seen)
        return removals.propose(by or self.dsl, reference, proposal, at=at)

    def confirm(
        self, reference: str, given: Answer = CONFIRMED, *, at: datetime = DECIDED_AT
    ) -> Refused | None:
        return removals.answer(self.admissions, reference, given, at=at)

    def make(
        self, reference: str, *, by: Scope | None = None, seen: int | None = None, at: datetime = DECIDED_AT
    ) -> Refused | None:
        return removals.make_removal(by or self.head, reference, Entry(seen=seen), at=at)

    def upload_file(
        self, reference: str, *, name: str = "", at: datetime = DECIDED_AT + timedelta(hours=2)
    ) -> Refused | None:
        entry = RemovalEntry(
            file=name or f"{self.office.laestab}_CTF_XXXXXXX_001.xml",
            uploaded_at="2026-11-17T10:00",
            proof="S2S said: uploaded",
        )
        return removals.record_ctf(self.dsl, reference, Entry(removal=entry), at=at)

    def readmit(
        self, reference: str, on: date, *, by: Scope | None = None, at: datetime = DECIDED_AT
    ) -> Refused | None:
        entry = Entry(reason="The family is back", removal=RemovalEntry(starting_on=on))
        return removals.readmit(by or self.dsl, reference, entry, at=at)

    def removals_of(self, name: str) -> list[Removal]:
        """Every removal of a child, as stored now."""
        db.session.rollback()
        surname, forename = name.split(", ")
        found = db.session.scalars(
            db.select(Removal).join(Removal.registration).join(Registration.pupil).order_by(Removal.id)
        )
        return [
            each
            for each in found
            if (each.registration.pupil.surname, each.registration.pupil.forename) == (surname, forename)
        ]


def _fact(case_id: int, kind: FactKind, *, holds: bool, at: datetime) -> RemovalFact:
    return RemovalFact(
        case_id=case_id,
        kind=kind.value,
        value=FactEntry(holds=holds, on=at.date(), who="Cleo Rowe").to_json(),
        recorded_at=at,
        recorded_by="Cleo Rowe",
        recorded_role="CME officer",
    )


def next_day(number: int) -> datetime:
    """After school on a day of the absence."""
    return after_school(ABSENT[number - 1])
