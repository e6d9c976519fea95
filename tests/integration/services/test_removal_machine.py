"""Marks, sightings, enquiries, facts, signatures and acts in any order, by the right people and the wrong.

However they come, no removal is ever on record that one of the conditions spoke against. The conditions are
written here once more, on what the machine itself has done, and ask nothing of the product's own gate.
`CME_REMOVAL_MACHINE=200x50` sets how many runs of how many steps are made.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from cme.access.roles import Role
from cme.access.scope import Scope
from cme.casework.case import Action, Entry, Refused
from cme.casework.enquiries.enquiry import Result
from cme.casework.entries import LocationEntry
from cme.casework.removal.content import GROUNDS, NO_GROUNDS
from cme.casework.removal.recorded import FactKind
from cme.clock import local_date
from cme.services import casework, enquiries
from cme.services.removal import conclusions, removals, statements
from cme.services.removal.removals import Answer
from cme.store.database import db
from tests.enquiries import entry_for, visit_entry
from tests.integration.services.leaving import (
    ABSENT,
    CONFIRMED,
    LOCATED,
    NO_ORDER,
    RETURN,
    STATEMENT,
    Leaving,
)
from tests.integration.services.office import Town, after_school, on_both

RUNS, STEPS = map(int, os.environ.get("CME_REMOVAL_MACHINE", "10x25").split("x"))

ADA = "Birch, Ada"
QUALIFYING = frozenset("GNO")
SIDES = {Role.DSL: ("E02", Result.NO_ANSWER), Role.CME_OFFICER: ("E36", Result.AGENCY_NO_TRACE)}

CODES = st.sampled_from("OOOOOOOONGIUP.")
PEOPLE = st.sampled_from([Role.DSL, Role.HEAD, Role.HEAD, Role.CME_OFFICER, Role.ADMISSIONS])


@dataclass
class Signed:
    """A joint statement as it was written: on what, with which finding and limb, and who has signed it."""

    on: object
    limb: str
    finding: str
    by: set[Role] = field(default_factory=set)


class AnyRemoval(RuleBasedStateMachine):
    """One child of one school, absent for some twenty days, and everybody who has to do with it."""

    town: Town
    made = 0

    @initialize(days=st.sampled_from([18, 20, 20, 20]), is_ready=st.booleans())
    def begin(self, days: int, is_ready: bool) -> None:
        """Half of the runs begin with all that a removal asks for: then each step may break it."""
        self.leaving = Leaving(self.town.another())
        self.codes = list("O" * days)
        self.leaving.absent(ADA, days=days)
        self.reference = self.leaving.reference(ADA)
        self.day, self.at = days, datetime.combine(ABSENT[days], time(9), UTC)
        self.facts: dict[FactKind, bool] = {}
        self.enquired: list[tuple[Role, date]] = []
        self.seen: list[date] = []
        self.expected_back = False
        self.signed: Signed | None = None
        self.proposer: int | None = None
        self.proposed_on = date.max
        self.is_delivered = self.is_answered = False
        both = self.leaving.dsl.grants | self.leaving.head.grants
        self.both = Scope(self.leaving.dsl.user_id, "Ash Fenner", both)
        if is_ready:
            self.see_to_everything()

    def tick(self) -> datetime:
        """The next minute, on the same day."""
        self.at += timedelta(minutes=1)
        return self.at

    @property
    def today(self) -> date:
        return local_date(self.at)

    @property
    def is_gone(self) -> bool:
        return not self.leaving.office.registration(ADA).on_roll

    @property
    def record(self) -> object:
        """What a joint statement rests on."""
        return tuple(self.codes), len(self.enquired), tuple(self.seen)

    @property
    def run(self) -> int:
        """How many of the last days hold nothing but a code that the ground allows."""
        days = 0
        for code in reversed(self.codes):
            if code not in QUALIFYING:
                break
            days += 1
        return days

    @rule(code=CODES)
    def go_to_school(self, code: str) -> None:
        """The day's register is uploaded after school."""
        if len(self.codes) < self.day or self.day >= len(ABSENT) - 1:
            return
        if len(self.codes) > self.day:
            self.day += 1
        self.at = max(self.at, after_school(ABSENT[self.day]))
        self.leaving.office.submit([ABSENT[self.day]], {ADA: code}, at=self.tick())
        self.codes.append(code)

    @rule()
    def sleep(self) -> None:
        """The morning of the next school day."""
        if self.day < len(ABSENT) - 1:
            self.day += 1
            self.at = datetime.combine(ABSENT[self.day], time(9), UTC)

    @rule(back=st.integers(1, 20), code=st.sampled_from("OOOGNIU"))
    def correct_a_mark(self, back: int, code: str) -> None:
        place = len(self.codes) - back
        if place >= 0:
            self.leaving.office.submit([ABSENT[place]], {ADA: code}, at=self.tick())
            if not self.is_gone:
                self.codes[place] = code

    @rule(role=st.sampled_from(list(SIDES)))
    def enquire(self, role: Role) -> None:
        step, result = SIDES[role]
        entry = replace(entry_for(step, result), done_at=self.tick() - timedelta(seconds=30))
        key = self.leaving.office.registration(ADA).id
        if isinstance(enquiries.log(self.leaving.people[role], key, entry, at=self.at), int):
            self.enquired.append((role, self.today))

    @rule()
    def see_the_child(self) -> None:
        entry = visit_entry("E18", Result.REACHED_SAFE, child_seen=True, reached_carer=True)
        entry = replace(entry, done_at=self.tick() - timedelta(seconds=30))
        key = self.leaving.office.registration(ADA).id
        if isinstance(enquiries.log(self.leaving.dsl, key, entry, at=self.at), int):
            self.enquired.append((Role.DSL, self.today))
            self.seen.append(self.today)

    @rule(kind=st.sampled_from(list(NO_ORDER)), is_usual=st.booleans())
    def record_a_fact(self, kind: FactKind, is_usual: bool) -> None:
        holds = NO_ORDER[kind] is is_usual
        self.leaving.record(ADA, kind, holds=holds, at=self.tick())
        self.facts[kind] = holds
        if kind is FactKind.EXPECTED_BACK:
            self.expected_back = holds

    @rule(limb=st.sampled_from("aab"), finding=st.sampled_from([NO_GROUNDS, NO_GROUNDS, GROUNDS]))
    def write(self, limb: str, finding: str) -> None:
        standing = conclusions.statement_of(self.leaving.case(ADA))
        latest = self.latest_fingerprint()
        entry = replace(STATEMENT, limb=limb, finding=finding)
        written = statements.write(self.leaving.dsl, self.reference, entry, over=latest, at=self.tick())
        now = conclusions.statement_of(self.leaving.case(ADA))
        changed = standing is None or now is None or standing.fingerprint != now.fingerprint
        if isinstance(written, int) and changed:
            self.signed = Signed(self.record, limb, finding)

    def latest_fingerprint(self) -> str:
        rows = statements.statements.list_versions(self.leaving.officer, self.leaving.case(ADA).id)
        return max(rows, key=lambda row: row.number).sha256 if rows else ""

    @rule(role=PEOPLE)
    def sign(self, role: Role) -> None:
        standing = conclusions.statement_of(self.leaving.case(ADA))
        if standing is not None and self.done(
            lambda who: statements.sign(who, self.reference, standing.fingerprint, at=self.tick()), role
        ):
            assert role in (Role.HEAD, Role.CME_OFFICER)
            assert self.signed is not None
            self.signed.by.add(role)

    @rule(role=PEOPLE, is_delivered=st.booleans())
    def propose(self, role: Role, is_delivered: bool) -> None:
        if self.done(
            lambda who: self.leaving.propose(
                self.reference,
                answers=LOCATED if self.signed and self.signed.limb == "b" else RETURN,
                is_delivered=is_delivered,
                by=who,
                at=self.tick(),
            ),
            role,
        ):
            assert role is Role.DSL
            self.proposer, self.proposed_on = self.leaving.dsl.user_id, self.today
            self.is_delivered, self.is_answered = is_delivered, False

    @rule()
    def deliver(self) -> None:
        if self.done(
            lambda who: removals.deliver_return(who, self.reference, "Post", self.today, at=self.tick()),
            Role.DSL,
        ):
            self.is_delivered = True

    @rule(role=PEOPLE, kind=st.sampled_from(["confirmed", "confirmed", "recorded", "query"]))
    def answer(self, role: Role, kind: str) -> None:
        query = Answer(query="application", note="A place was offered")
        given = {"confirmed": CONFIRMED, "recorded": Answer("recorded"), "query": query}[kind]
        if self.done(lambda who: removals.answer(who, self.reference, given, at=self.tick()), role):
            assert role is Role.ADMISSIONS
            self.is_answered = kind == "confirmed"

    @rule()
    def withdraw(self) -> None:
        entry = Entry(reason="Looked at again")
        if self.done(lambda who: removals.withdraw(who, self.reference, entry, at=self.tick()), Role.HEAD):
            self.signed = None

    @rule(verdict=st.sampled_from(["confirmed", "ruled_out"]), expected=st.booleans())
    def verify_a_place(self, verdict: str, expected: bool) -> None:
        report = Entry(message="At an aunt's", location=LocationEntry(source="A neighbour"))
        self.do(Role.DSL, Action.REPORT_LOCATION, report)
        location = LocationEntry(
            verified=verdict, seen_by="C. Rowe", seen_on=self.today, expected_back=expected
        )
        visited = Entry(message="Visited", location=location)
        if self.do(Role.CME_OFFICER, Action.VERIFY_LOCATION, visited) and verdict == "confirmed":
            self.seen.append(self.today)
            self.expected_back = expected

    def do(self, role: Role, action: Action, entry: Entry) -> bool:
        return self.done(lambda who: casework.act(who, self.reference, action, entry, at=self.tick()), role)

    @rule()
    def see_to_everything(self) -> None:
        """All that a removal asks for, as far as it can be done: or none would ever be reached."""
        missing = ABSENT[len(self.codes) : self.day]
        if missing:
            self.leaving.office.submit(missing, {ADA: "O" * len(missing)}, at=self.tick())
            if not self.is_gone:
                self.codes += "O" * len(missing)
        self.do(Role.DSL, Action.ANSWER_QUERY, Entry(message="The place was refused"))
        empty = Entry(message="Nobody lives there", location=LocationEntry(verified="ruled_out"))
        self.do(Role.CME_OFFICER, Action.VERIFY_LOCATION, empty)
        for role in SIDES:
            self.enquire(role)
        for kind in NO_ORDER:
            self.record_a_fact(kind, is_usual=True)
        self.write("b" if self.seen else "a", NO_GROUNDS)
        self.sign(Role.HEAD)
        self.sign(Role.CME_OFFICER)
        self.propose(Role.DSL, is_delivered=True)
        self.answer(Role.ADMISSIONS, "confirmed")

    @rule(role=st.sampled_from([Role.HEAD, Role.HEAD, Role.DSL, Role.CME_OFFICER]), is_both=st.booleans())
    def remove(self, role: Role, is_both: bool) -> None:
        who = self.both if is_both else self.leaving.people.get(role, self.leaving.head)
        against, was_gone = self.against(who), self.is_gone
        if self.done(lambda who: self.leaving.make(self.reference, by=who, at=self.tick()), who):
            assert not was_gone
            assert not against
            type(self).made += 1
            found = self.leaving.removals_of(ADA)[-1]
            assert found.removed_on == self.today
            assert all(line["holds"] is True for line in found.conditions)

    @rule()
    def see_to_it_and_remove(self) -> None:
        """Or so few runs would come this far that little was tried."""
        self.see_to_everything()
        self.remove(Role.HEAD, is_both=False)

    def teardown(self) -> None:
        """However a run went, at its end somebody tries to bring the removal about."""
        if hasattr(self, "leaving"):
            self.see_to_it_and_remove()

    def done(self, act: Callable[[Scope], object], role: Role | Scope) -> bool:
        """Whether an act was done; whoever may not even see the case has done nothing."""
        who = role if isinstance(role, Scope) else self.leaving.people[role]
        try:
            result = act(who)
        except LookupError:
            return False
        finally:
            db.session.rollback()
        assert result is None or isinstance(result, Refused)
        return result is None

    def against(self, who: Scope) -> list[str]:
        """Everything that speaks against a removal now."""
        run, signed = self.run, self.signed
        began_on = ABSENT[len(self.codes) - run] if run else date.max
        says = self.facts.get
        reasons = {
            "twenty days": run < 20,
            "counted to yesterday": len(self.codes) < self.day,
            "old N": any(
                code == "N" and len(self.codes) - place > 6 for place, code in enumerate(self.codes)
            ),
            "order": says(FactKind.ATTENDANCE_ORDER) is not False,
            "dual": says(FactKind.DUAL_REGISTERED) is not False,
            "mobile": says(FactKind.MOBILE_CHILD) is not False,
            "special": says(FactKind.SPECIAL_SCHOOL) is not False,
            "objection": says(FactKind.NO_OBJECTION) is not True,
            "boarder": says(FactKind.BOARDER) is True,
            "expected": self.expected_back,
            "enquiries": any(
                not any(each is role and on >= began_on for each, on in self.enquired) for role in SIDES
            ),
            "no statement": signed is None,
            "unsigned": signed is not None and signed.by != {Role.HEAD, Role.CME_OFFICER},
            "stale": signed is not None and signed.on != self.record,
            "sickness": signed is not None and signed.finding != NO_GROUNDS,
            "seen": signed is not None and signed.limb == "a" and any(on >= began_on for on in self.seen),
            "not the head": Role.HEAD not in who.roles,
            "own proposal": who.user_id == self.proposer,
            "undelivered": not self.is_delivered,
            "unanswered": not self.is_answered and (self.today - self.proposed_on).days < 2,
        }
        return [reason for reason, holds in reasons.items() if holds]


@on_both
def test_no_removal_is_ever_made_that_a_condition_speaks_against(town: Town) -> None:
    machine = type("Machine", (AnyRemoval,), {"town": town})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert machine.made > 0, "no removal was reached, so nothing was tried"
