"""Uploads received, approved and undone in any order, against a model that only knows the rule.

The rule (security reference s.5.1, I3 to I5): the marks on record are those of the approved uploads laid one
over the other in the order of receipt, a blank erasing nothing. What is undone never was.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cme.services.registers import approval, undoing
from cme.services.registers.checking import NotNow
from cme.store import pupils
from cme.store.database import db
from tests.integration.services.office import (
    EVERY_GATE,
    Office,
    Town,
    after_school,
    days_from,
    on_both,
    write_register,
)
from tests.marks import iter_marks

DAYS = days_from(date(2026, 10, 5), 4)
NAMES = ("Birch, Ada", "Cole, Ben", "Dale, Cora")
CODES = "PONI."
AT = after_school(DAYS[-1])

Said = dict[str, str]
"""What a file says: one letter a day, by name."""


@dataclass
class Sent:
    """One upload as the model knows it; `changed` and `entered` are what its approval did."""

    id: int
    said: Said
    approved: int = 0
    changed: set[tuple[str, int]] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)


def folded(sent: list[Sent]) -> dict[str, str]:
    """The letters on record, by name, from the approved uploads in the order of receipt."""
    marks: dict[str, list[str]] = {}
    for one in sent:
        if one.approved:
            for name, letters in one.said.items():
                line = marks.setdefault(name, ["."] * len(DAYS))
                line[:] = [new if new != "." else old for old, new in zip(line, letters, strict=True)]
    return {name: "".join(line) for name, line in marks.items()}


files = st.dictionaries(
    st.sampled_from(NAMES), st.text(CODES, min_size=len(DAYS), max_size=len(DAYS)), min_size=1
)


class AnyOrder(RuleBasedStateMachine):
    """One school whose office sends files, and approves and undoes them as it likes."""

    town: Town

    @initialize()
    def open_school(self) -> None:
        self.office: Office = self.town.another()
        self.sent: list[Sent] = []
        self.steps = 0

    @rule(said=files)
    def send(self, said: Said) -> None:
        at = AT + timedelta(minutes=len(self.sent))
        content = write_register(DAYS, {"Zeal, Zoe": "P" * len(DAYS), **said})
        upload_id = self.office.receive(content, at=at)
        if upload_id not in {one.id for one in self.sent}:
            self.sent.append(Sent(upload_id, {"Zeal, Zoe": "P" * len(DAYS), **said}))

    @precondition(lambda self: any(not one.approved for one in self.sent))
    @rule(data=st.data())
    def approve(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from([each for each in self.sent if not each.approved]))
        before = folded(self.sent)
        self.steps += 1
        one.approved = self.steps
        after = folded(self.sent)
        one.entered = after.keys() - before.keys()
        one.changed = {
            (name, day)
            for name, line in after.items()
            for day, letter in enumerate(line)
            if letter != before.get(name, "." * len(DAYS))[day]
        }
        approval.approve(self.office.clerk, one.id, at=AT + timedelta(hours=self.steps), confirmed=EVERY_GATE)

    @precondition(lambda self: any(one.approved for one in self.sent))
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from([each for each in self.sent if each.approved]))
        upon = [
            later
            for later in self.sent
            if later.approved > one.approved
            and (
                not one.entered.isdisjoint(later.said)
                or any(later.said.get(name, "." * len(DAYS))[day] != "." for name, day in one.changed)
            )
        ]
        self.steps += 1
        at = AT + timedelta(hours=self.steps)
        if upon:
            with pytest.raises(NotNow, match="Undo that one first"):
                undoing.undo(self.office.clerk, one.id, at=at)
        else:
            undoing.undo(self.office.clerk, one.id, at=at)
            self.sent.remove(one)

    @invariant()
    def the_record_is_the_fold(self) -> None:
        if not hasattr(self, "office"):
            return
        db.session.rollback()
        stored = pupils.read_lines(self.office.clerk, self.office.school_id)
        found = {}
        for one in pupils.list_roll(self.office.clerk, self.office.school_id):
            marks = {(on, half): code for on, half, code in iter_marks(stored.get(one.id, {}))}
            letters = (marks.get((on, "AM"), ".") for on in DAYS)
            found[f"{one.pupil.surname}, {one.pupil.forename}"] = "".join(letters).replace("/", "P")
        assert found == folded(self.sent)

    @invariant()
    def the_runs_are_those_of_the_marks(self) -> None:
        if hasattr(self, "office"):
            assert self.office.stored() == self.office.count_from_zero()


@on_both
def test_i4_the_record_is_the_same_in_whatever_order_uploads_are_approved_and_undone(town: Town) -> None:
    machine = type("Machine", (AnyOrder,), {"town": town})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
