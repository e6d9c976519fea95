"""Cases brought to each stage as they come about: registers uploaded and approved, then what people do.

Every register ends on the day before `AT`, a Friday. Each case is of a new child of the same school.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count

from cme.access.roles import Role
from cme.access.scope import Grant, Scope
from cme.casework.case import Action, Entry, Refused
from cme.casework.referral.answers import Answers
from cme.services import casework, referrals
from cme.services.registers import approval, uploads
from cme.store import cases
from cme.store.database import db, transaction
from cme.store.tables import Case
from tests.people import Place, World
from tests.referrals import ANSWERS, UNMADE
from tests.reviews import signing

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LAST_DAY = date(2026, 11, 19)
PRESENT = ("/", "\\")
FORENAMES = ("Ada", "Ben", "Cora", "Dan", "Elsie", "Finn", "Gita", "Hugo", "Iris", "Jack", "Kezia", "Leo")
SURNAMES = ("Arden", "Birch", "Cole", "Dale", "Ellis", "Ford", "Grey", "Holt", "Ives", "Kerr", "Lane")

EVERY_GATE = (
    "last_year", "other_name",
    "first_upload", "few_matched", "roll_missing", "future_marks", "closed_days", "wrong_file", "one_code",
)  # fmt: skip
"""Every gate that a person may confirm, by code."""


def weekdays_to(last_on: date, number: int) -> list[date]:
    """The last so many weekdays, none of which is a bank holiday in the autumn."""
    days: list[date] = []
    on = last_on
    while len(days) < number:
        if on.weekday() < 5:
            days.append(on)
        on -= timedelta(days=1)
    return days[::-1]


def register(pupils: Mapping[str, Sequence[str]], *, last_on: date = LAST_DAY) -> bytes:
    """A register as a school exports it, one column a session.

    `pupils` are codes a day by "Surname, Forename": "P" is a day of presence, any other code stands for both
    sessions of its day.
    """
    days = weekdays_to(last_on, max(map(len, pupils.values())))
    text = io.StringIO()
    writer = csv.writer(text)
    heads = [f"{day:%d/%m/%Y} {half}" for day in days for half in ("AM", "PM")]
    writer.writerow(["Adm No", "Surname", "Forename", "Date of birth", *heads])
    for name, codes in pupils.items():
        surname, forename = name.split(", ")
        padded = ["P"] * (len(days) - len(codes)) + list(codes)
        marks = [mark for code in padded for mark in (PRESENT if code == "P" else (code, code))]
        writer.writerow([f"A-{surname[:12]}-{forename[:12]}", surname, forename, "04/05/2014", *marks])
    return text.getvalue().encode()


class Casebook:
    """The cases of one school (school A unless another is given), written at one instant."""

    def __init__(self, world: World, place: Place | None = None, *, at: datetime = AT) -> None:
        self.world, self.place, self.at = world, place or world.school_a, at
        self.dsl = self._scope(Role.DSL, "Ash Fenner")
        self.officer = self._scope(Role.CME_OFFICER, "Cleo Rowe")
        self._names = (f"{s}, {f}" for n in count() for s in _spread(SURNAMES, n) for f in FORENAMES)

    def enquiries(self, days: int = 4) -> str:
        """A child absent long enough for a case, and no longer."""
        return self.absent(days)

    def referral_draft(self) -> str:
        """A child absent for nine days: the referral is drafted."""
        return self.absent(9)

    def referred(self, *, days: int = 11, acknowledged: bool = False, safeguarding: bool = False) -> str:
        """A child absent for eleven days, referred."""
        reference = self.absent(days)
        self.send(reference, safeguarding=safeguarding)
        if acknowledged:
            self.act(Action.ACKNOWLEDGE_REFERRAL, reference, by=self.officer)
        return reference

    def decision(self) -> str:
        """A child absent for twenty-one days, referred, and eligible for decision."""
        return self.referred(days=21)

    def superseded(self) -> str:
        """A child who was referred, and whose corrected register counts fewer than ten days."""
        name = next(self._names)
        reference = self._absent(name, ["O"] * 11)
        self.send(reference)
        self.upload({name: ["O"] * 4 + ["C"] + ["O"] * 6})
        return reference

    def closing_proposed(self) -> str:
        """A child who is back at school, so that the register proposes to close the case."""
        name = next(self._names)
        reference = self._absent(name, ["O"] * 4, last_on=LAST_DAY - timedelta(days=1))
        self.upload({name: ["P"]})
        return reference

    def declined(self) -> str:
        """A child absent for nine days whom the school decided not to refer."""
        reference = self.referral_draft()
        self.act(
            Action.DECLINE_REFERRAL,
            reference,
            Entry(
                reason_code="located",
                reason="With an aunt",
                agreed_by="Jo Hale, head",
                next_review_on=date(2026, 12, 4),
            ),
        )
        return reference

    def reviewed(self) -> str:
        """A child absent for four days, whose absence the DSL has reviewed."""
        reference = self.enquiries()
        self.act(
            Action.SIGN_REVIEW,
            reference,
            signing(date(2026, 12, 4)),
        )
        return reference

    def closed(self) -> str:
        """A case that was entered in error."""
        reference = self.enquiries()
        self.act(Action.CLOSE, reference, Entry(reason="Entered in error", outcome_code="O25"))
        return reference

    def many(self, number: int) -> list[str]:
        """So many children who were referred, a few to a register: a file of strangers would be held."""
        names = [next(self._names) for _ in range(number)]
        before = self._references()
        for start in range(0, number, 8):
            few = names[start : start + 8]
            self.upload({name: ["O"] * (10 + place % 9) for place, name in enumerate(few)})
        new = [reference for reference in self._references() if reference not in before]
        for reference in new:
            self.send(reference)
        return new

    def absent(self, days: int) -> str:
        """A new child absent (O) for so many days up to the last; the reference of the case."""
        return self._absent(next(self._names), ["O"] * days)

    def absent_child(self, name: str, days: int) -> str:
        """The same of a child of whom nothing is known yet: "Surname, Forename"."""
        return self._absent(name, ["O"] * days)

    def upload(self, pupils: Mapping[str, Sequence[str]], *, last_on: date = LAST_DAY) -> None:
        """Upload a register and approve it. A classmate is always present, so that every day is held."""
        longest = max(map(len, pupils.values()))
        content = register({"Zeal, Zoe": ["P"] * (longest + 2), **pupils}, last_on=last_on)
        with self.world.app.app_context():
            upload = uploads.receive(self.dsl, self.place.laestab, [("register.csv", content)], at=self.at)
            approval.approve(self.dsl, upload, at=self.at, confirmed=EVERY_GATE)

    def act(
        self, action: Action, reference: str, entry: Entry | None = None, *, by: Scope | None = None
    ) -> None:
        """Do something to a case; the DSL does it unless somebody else is named."""
        with self.world.app.app_context():
            _done(casework.act(by or self.dsl, reference, action, entry or Entry(), at=self.at))

    def send(self, reference: str, *, answers: Answers = ANSWERS, safeguarding: bool = False) -> None:
        """Send a case's referral, although no enquiry is logged."""
        with self.world.app.app_context():
            _done(
                referrals.send_referral(
                    self.dsl,
                    reference,
                    answers,
                    safeguarding=safeguarding,
                    without_enquiries=UNMADE,
                    at=self.at,
                )
            )

    def write(self, reference: str, *, answers: Answers = ANSWERS) -> None:
        """Write a case's referral without sending it."""
        with self.world.app.app_context():
            _done(referrals.save_draft(self.dsl, reference, answers, at=self.at))

    def make_alike(self, reference: str, kept: str) -> None:
        """Give the child of one case the name and the birth date of another's: the same child, twice."""
        with self.world.app.app_context(), transaction():
            one, other = (cases.find_case(self.officer, each) for each in (reference, kept))
            assert one is not None
            assert other is not None
            for name in ("surname", "forename", "born_on"):
                setattr(one.registration.pupil, name, getattr(other.registration.pupil, name))

    def case_id(self, reference: str) -> int:
        """The id of a case."""
        with self.world.app.app_context():
            case = cases.find_case(self.officer, reference)
            assert case is not None
            return case.id

    def _absent(self, name: str, codes: Sequence[str], *, last_on: date = LAST_DAY) -> str:
        before = self._references()
        self.upload({name: codes}, last_on=last_on)
        (reference,) = set(self._references()) - set(before)
        return reference

    def _references(self) -> list[str]:
        with self.world.app.app_context():
            return list(db.session.scalars(db.select(Case.reference).order_by(Case.reference)))

    def _scope(self, role: Role, name: str) -> Scope:
        school_id = self.place.school_id if role is Role.DSL else None
        return Scope(None, name, frozenset({Grant(role, self.place.authority_id, school_id)}))


def _spread(names: Iterable[str], round_: int) -> list[str]:
    return [name if round_ == 0 else f"{name}-{round_}" for name in names]


def _done(refused: Refused | None) -> None:
    assert refused is None, refused.reason
