"""A case with everything that its removal gate waits for, on the school day after its register's last."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from cme.access.roles import Role
from cme.access.scope import Scope
from cme.casework.case import Refused
from cme.casework.enquiries.enquiry import Result
from cme.casework.removal.content import StatementEntry
from cme.casework.removal.facts import Condition
from cme.casework.removal.recorded import FactEntry, FactKind
from cme.clock import local_date
from cme.services import enquiries
from cme.services.enquiries import EnquiryEntry
from cme.services.removal import facts_recorded, gates, statements
from cme.store import statements as store
from cme.store.database import transaction
from cme.store.tables import Case, Enquiry, Removal
from tests.enquiries import entry_for
from tests.integration.services.office import (
    Office,
    after_school,
    days_from,
    write_register,
)
from tests.remembering import remembered

ADA = "Birch, Ada"
FIRST = date(2026, 9, 14)
DAYS = days_from(FIRST, 40)
"""School days from the fixed Monday on; the absence begins on the second."""

OPEN_TWENTY_ONE = 22
"""How many days a register has that ends on the twenty-first day of an absence from its second."""

ANSWERS = {
    "name": "Ada Birch",
    "address": "12 High Row, Northmoor",
    "parents": [{"name": "Mo Birch", "address": "12 High Row, Northmoor", "phone": "01632 960001"}],
    "no_parent": "",
    "future_address": "not known",
    "future_school": "not known",
}

FACTS = {
    FactKind.NO_OBJECTION: True,
    FactKind.ATTENDANCE_ORDER: False,
    FactKind.DUAL_REGISTERED: False,
    FactKind.MOBILE_CHILD: False,
    FactKind.SPECIAL_SCHOOL: False,
}

STATEMENT = StatementEntry(
    ground="I",
    limb="a",
    location="Not found at any address on record",
    circumstances="The flat is empty and the phones are dead",
    finding="none",
    finding_reasons="No note, no message and no mark speaks of illness",
    finding_by="Ash Fenner, DSL",
    answers_everything=True,
    reasons="Every lead was followed to its end",
)


@dataclass
class Ready:
    """Ada's case with everything that her gate waits for, on the school day after her register's last."""

    office: Office
    at: datetime
    ground: str = "i"

    @property
    def today(self) -> date:
        return local_date(self.at)

    @property
    def case(self) -> Case:
        return self.office.case(ADA)

    @property
    def head(self) -> Scope:
        return replace(self.office.scope(Role.HEAD, "Jo Hale"), user_id=None)

    @property
    def officer(self) -> Scope:
        return replace(self.office.officer, user_id=None)

    def mark_today(self, am: str, pm: str, *, at: datetime) -> None:
        """A register of today with these two marks of Ada's."""
        content = write_register([self.today], {"Zeal, Zoe": "P", ADA: "O"})
        content = content.replace(b"O,O\r\n", f"{am},{pm}\r\n".encode())
        self.office.approve(self.office.receive(content, at=at), at=at)

    def record(self, kind: FactKind, holds: bool, **more: object) -> Refused | None:
        who = (
            self.officer if kind in (FactKind.ATTENDANCE_ORDER, FactKind.SPECIAL_SCHOOL) else self.office.dsl
        )
        entry = FactEntry(holds, self.today, "Kit Lowe, office", **more)  # type: ignore[arg-type]
        return facts_recorded.record(
            who, self.case.reference, kind, entry, over=self.standing_id(kind), at=self.at
        )

    def standing_id(self, kind: FactKind) -> int | None:
        """The number of the fact that stands, as a page that is opened now has it."""
        stands = facts_recorded.standing(self.officer, self.case).get(kind)
        return stands.id if stands else None

    def enquire(self, step: str, on: date, result: Result = Result.AGENCY_NO_TRACE, **more: object) -> int:
        """An enquiry that was made at half past nine of a day."""
        done_at = after_school(on).replace(hour=9, minute=30)
        entry = entry_for(step, result, done_at=done_at, next_on=None, **more)
        return self.log(entry) if entry.step[1:] < "34" else self.of_authority(entry)

    def log(self, entry: EnquiryEntry) -> int:
        made = enquiries.log(self.office.dsl, self.case.registration_id, entry, at=self.at)
        assert isinstance(made, int), made
        return made

    def of_authority(self, entry: EnquiryEntry) -> int:
        """An enquiry of the authority, as it stands in the log."""
        registration_id = self.case.registration_id
        with transaction() as session:
            row = Enquiry(
                registration_id=registration_id,
                step=entry.step,
                done_at=entry.done_at,
                done_by="Cleo Rowe",
                outcome=entry.result,
                method=entry.method,
                entered_at=self.at,
                entered_by="Cleo Rowe",
                entered_role="CME officer",
                child_seen=entry.child_seen,
            )
            session.add(row)
            session.flush()
            return row.id

    def write(self, entry: StatementEntry = STATEMENT, *, by: Scope | None = None) -> int | Refused:
        row = store.find_latest(self.office.officer, self.case.id)
        entry = replace(entry, ground=self.ground.upper())
        over = row.sha256 if row else ""
        return statements.write(by or self.office.dsl, self.case.reference, entry, over=over, at=self.at)

    def sign(self, *who: Scope) -> None:
        for each in who or (self.head, self.officer):
            assert statements.sign(each, self.case.reference, self.fingerprint, at=self.at) is None

    @property
    def fingerprint(self) -> str:
        found = statements.statement_of(self.case)
        assert found is not None
        return found.fingerprint

    def conclude(self, **changed: object) -> None:
        """Write the statement and have both sides sign it."""
        assert isinstance(self.write(replace(STATEMENT, **changed)), int)  # type: ignore[arg-type]
        self.sign()

    def propose(self, answers: dict[str, object] | None = None) -> None:
        """A proposal as it stands in the case, with its removal return."""
        case_id, registration_id = self.case.id, self.case.registration_id
        with transaction() as session:
            removal = Removal(
                case_id=case_id,
                registration_id=registration_id,
                ground=self.ground,
                answers=ANSWERS if answers is None else answers,
                proposed_at=self.at,
                proposed_by="Ash Fenner",
            )
            session.add(removal)

    def lines(self, letter: str = "", *, removing: bool = True) -> dict[str, Condition]:
        found = gates.conditions_for(self.case, letter or self.ground, today=self.today, removing=removing)
        return {line.id: line for line in found}

    def shut(self, letter: str = "", *, removing: bool = True) -> list[str]:
        return [key for key, line in self.lines(letter, removing=removing).items() if line.holds is not True]


def ready(
    office: Office,
    codes: str,
    *,
    days: int = OPEN_TWENTY_ONE,
    conclude: bool = True,
    without: FactKind | None = None,
) -> Ready:
    """Ada's case, with every fact and the enquiries of both sides; signed by both unless that is left."""
    made = Ready(office, after_school(DAYS[days]).replace(hour=10))
    what = ("ready", codes, days, conclude, without)
    remembered(office.app, what, lambda: _bring_about(made, codes, days, conclude=conclude, without=without))
    return made


def _bring_about(made: Ready, codes: str, days: int, *, conclude: bool, without: FactKind | None) -> None:
    made.office.submit(DAYS[:days], {ADA: codes})
    assert made.office.send(ADA, at=after_school(DAYS[days - 1])) is None
    for kind, holds in FACTS.items():
        assert kind is without or made.record(kind, holds) is None
    made.enquire("E11", DAYS[days - 2])
    made.enquire("E36", DAYS[days - 2])
    made.propose()
    if conclude:
        made.conclude()


def ready_after_leave(office: Office) -> Ready:
    """The same for Ground H: five days of granted leave, then sixteen of O."""
    office.submit(DAYS[:22], {ADA: "P" + "C" * 5 + "O" * 16})
    assert office.send(ADA, at=after_school(DAYS[21])) is None
    made = Ready(office, after_school(DAYS[22]).replace(hour=10), ground="h")
    for kind, holds in FACTS.items():
        assert made.record(kind, holds) is None
    assert made.record(FactKind.LEAVE, True, last_on=DAYS[5]) is None
    made.enquire("E11", DAYS[20])
    made.enquire("E36", DAYS[20])
    made.propose()
    made.conclude()
    return made


def change(table: type, key: int, **values: object) -> None:
    with transaction() as session:
        row = session.get_one(table, key)
        for name, value in values.items():
            setattr(row, name, value)
