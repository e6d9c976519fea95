"""A school that looks for its children: what is on record of each, and what cannot wait."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from cme.access.roles import Role
from cme.access.scope import Grant, Scope
from cme.casework.case import Action, Entry, Refused
from cme.casework.enquiries.enquiry import EnquiryEntry, Method, Result
from cme.casework.review import Rating
from cme.casework.safety.missing import EpisodeEntry, Risk
from cme.casework.safety.restrictions import RestrictionKind
from cme.services import enquiries, missing, policies, referrals, restrictions
from cme.services.registers import roll
from cme.services.registers.roll import RollRow
from cme.services.restrictions import NewRestriction
from cme.store.database import db, transaction
from cme.store.tables import Case, Contact, Registration
from importers.roll.entries import ContactEntry, RollEntry
from tests.e2e.long_names import LongNames
from tests.enquiries import call_entry, visit_entry
from tests.files import JPEG
from tests.integration.web.casebook import AT, LAST_DAY
from tests.reviews import CALM, YES, found, signing

HOUR = timedelta(hours=1)
NEXT_REVIEW = LAST_DAY + timedelta(days=15)
LONG_WORD = "Marjoribanks" * 5
AT_LENGTH = (
    "Nobody came to the door. The neighbour at 14 saw a van being packed on Monday, and thinks that it was "
    f"the grandmother's; {LONG_WORD}."
)
FAMILY = RollEntry(
    house="Flat 12, Marjoribanks Buildings",
    street="Featherstonehaugh Street",
    town="Darlington",
    postcode="DL1 5QT",
    contacts=(
        ContactEntry("Marjorie Featherstonehaugh-Cholmondeley", "Mother", "07700 900001"),
        ContactEntry("Lee Arden", "Father", "07700 900002", "lee.featherstonehaugh@mail.example"),
        ContactEntry("Nan Cholmondeley", "Grandmother", "07700 900003"),
    ),
)


class Following:
    """Children of one school, each brought to a state of its own."""

    def __init__(self, book: LongNames) -> None:
        self.book, self.world = book, book.world

    def looked_for(self) -> tuple[str, int]:
        """A child with enquiries of every kind and two reviews; the case, and an entry to correct."""
        reference = self._at_home(self.book.absent(4))
        first = self._log(reference, call_entry(contact_id=self._mother(reference), contacted=""))
        with self.world.app.app_context():
            entry = call_entry(result=Result.MESSAGE_LEFT, notes=AT_LENGTH)
            corrected = enquiries.correct(self.book.dsl, first, entry, "The machine answered", at=AT)
            assert isinstance(corrected, int)
        photo = [("the-door-of-the-house-as-it-was-found.jpg", JPEG)]
        self._log(reference, visit_entry(notes=AT_LENGTH), photo)
        self._log(
            reference,
            call_entry("E21", Result.AWAITING_REPLY, method=Method.POST, next_on=NEXT_REVIEW),
        )
        self._log(reference, call_entry("E05", Result.NOT_APPLICABLE, reason="No app"))
        self._log(reference, call_entry("E14", Result.WAIVED, reason=AT_LENGTH))
        serious = found(
            replace(CALM, rating=Rating.HIGH, front_door=YES, police=YES, child_words=AT_LENGTH),
            murder=replace(YES, note=AT_LENGTH),
            contact_restrictions=YES,
        )
        for review in (CALM, serious):
            self.book.act(
                Action.SIGN_REVIEW, reference, signing(NEXT_REVIEW, reason=AT_LENGTH, review=review)
            )
        return reference, corrected

    def flagged(self) -> tuple[str, int]:
        """A child with a child protection plan on its first day, whose contacts are restricted.

        The case, and a restriction that can end.
        """
        name = self.book.new_name()
        self.book.upload({name: ["P"]}, last_on=LAST_DAY - timedelta(days=1))
        surname, forename = name.split(", ")
        with self.world.app.app_context(), transaction():
            here = select(Registration.id).filter_by(school_id=self.book.place.school_id)
            child = here.join(Registration.pupil).filter_by(surname=surname, forename=forename)
            entry = replace(FAMILY, flags=("child_protection_plan",))
            rows = {db.session.scalars(child).one(): RollRow(entry)}
            roll.apply(self.book.dsl, self.book.place.school_id or 0, rows, (), at=AT)
        reference = self.book.absent_named(name, ["P", "O"])
        kinds = (RestrictionKind.NO_LETTERS, RestrictionKind.PROTECTED_ADDRESS)
        added = [self._restrict(reference, NewRestriction(kind, note=AT_LENGTH)) for kind in kinds]
        self._restrict(
            reference, NewRestriction(RestrictionKind.NO_CONTACT, who=LONG_WORD, note="Court order of 3 June")
        )
        return reference, added[0]

    def missing(self) -> tuple[str, int]:
        """A child who is missing now, and was found before; the case, and the episode."""
        reference = self._at_home(self.book.absent(3))
        with self.world.app.app_context():
            before = self._missing(reference, EpisodeEntry(AT - 30 * HOUR), at=AT - 29 * HOUR)
            seen = missing.found(
                self.book.dsl, before, AT - 28 * HOUR, f"The caretaker, {LONG_WORD}", at=AT - 28 * HOUR
            )
            assert seen is None
            entry = EpisodeEntry(
                AT - HOUR,
                last_seen=AT_LENGTH,
                searched="The grounds",
                police_told_at=AT,
                police_reference="NM-2026-0042",
                risk=Risk.HIGH,
            )
            return reference, self._missing(reference, entry, at=AT)

    def questioned(self) -> str:
        """A child who was referred, about whom a question has an answer and another has none."""
        reference = self.book.referred(acknowledged=True)
        self._at_home(reference)
        ask, answer = Action.ASK_QUESTION, Action.ANSWER_QUESTION
        self.book.act(ask, reference, Entry(message=AT_LENGTH), by=self.book.officer)
        self.book.act(answer, reference, Entry(message=AT_LENGTH, question=1))
        self.book.act(ask, reference, Entry(message=f"Who is {LONG_WORD}?"), by=self.book.officer)
        return reference

    def updated(self) -> str:
        """A child about whom an update to the referral is begun."""
        reference = self.book.referred()
        with self.world.app.app_context():
            assert referrals.start_update(self.book.dsl, reference, at=AT) is None
        return reference

    def unapproved(self) -> str:
        """A child whose referral waits for the head, because the authority's policy has changed."""
        admin = Scope(None, "Dev Rana", frozenset({Grant(Role.LA_ADMIN, self.book.place.authority_id)}))
        with self.world.app.app_context():
            rule = {"rules.head_approves_referral": True}
            policies.change(admin, "841", rule, AT.date(), AT_LENGTH, at=AT)
        reference = self.book.referral_draft()
        self.book.write(reference)
        return reference

    def _at_home(self, reference: str) -> str:
        with self.world.app.app_context(), transaction():
            rows = {_registration(reference).id: RollRow(FAMILY)}
            roll.apply(self.book.dsl, self.book.place.school_id or 0, rows, (), at=AT)
        return reference

    def _mother(self, reference: str) -> int:
        with self.world.app.app_context():
            child = _registration(reference).pupil_id
            return db.session.scalars(select(Contact.id).filter_by(pupil_id=child, position=1)).one()

    def _log(self, reference: str, entry: EnquiryEntry, files: list[tuple[str, bytes]] | None = None) -> int:
        with self.world.app.app_context():
            made = enquiries.log(self.book.dsl, _registration(reference).id, entry, files or [], at=AT)
        assert not isinstance(made, Refused), made.reason
        return made

    def _restrict(self, reference: str, new: NewRestriction) -> int:
        with self.world.app.app_context():
            made = restrictions.add(self.book.dsl, _registration(reference).id, new, at=AT)
        assert not isinstance(made, Refused), made.reason
        return made

    def _missing(self, reference: str, entry: EpisodeEntry, *, at: datetime) -> int:
        made = missing.record(self.book.dsl, _registration(reference).id, entry, at=at)
        assert not isinstance(made, Refused), made.reason
        return made


def _registration(reference: str) -> Registration:
    return db.session.scalars(select(Registration).join(Case).where(Case.reference == reference)).one()
