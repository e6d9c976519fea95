"""The last day of a demonstration's absence: concluded by both sides, proposed, removed, the file sent."""

from collections.abc import Iterator
from datetime import datetime

from cme.casework.case import Entry
from cme.casework.entries import RemovalEntry
from cme.casework.removal.confirming import CHECKS, NONE
from cme.casework.removal.content import NO_GROUNDS, StatementEntry
from cme.casework.removal.facts import Ground, Limb
from cme.casework.removal.recorded import FactEntry, FactKind
from cme.casework.removal.returning import NOT_KNOWN, Parent, RemovalReturn
from cme.clock import LONDON, local_date
from cme.demo.cast import Cast, done
from cme.demo.referral import REFERRAL
from cme.demo.tracing import ask_all
from cme.services.removal import facts_recorded, removals, statements
from cme.services.removal.removals import Answer, Proposal
from cme.store import cases
from cme.store.database import db
from cme.store.tables import Case
from cme.tracing.ctf.names import LOST

_HOME = f"{REFERRAL['last_known_address']}\n{REFERRAL['last_known_postcode']}"

_OF_SCHOOL = {
    FactKind.EXPECTED_BACK: False,
    FactKind.DUAL_REGISTERED: False,
    FactKind.MOBILE_CHILD: False,
    FactKind.NO_OBJECTION: True,
}
_OF_AUTHORITY = {FactKind.ATTENDANCE_ORDER: False, FactKind.SPECIAL_SCHOOL: False}


def propose(reference: str, cast: Cast, instants: Iterator[datetime]) -> None:
    """Both sides record what they know, write and sign their statement, and the lead proposes the removal."""
    at = next(instants)
    for scope, facts in ((cast.lead, _OF_SCHOOL), (cast.officer, _OF_AUTHORITY)):
        for kind, holds in facts.items():
            entry = FactEntry(holds, local_date(at), scope.name)
            done(reference, facts_recorded.record(scope, reference, kind, entry, at=at))
    done(reference, statements.write(cast.lead, reference, STATEMENT, at=next(instants)))
    for signer in (cast.head, cast.officer):
        statement = statements.statement_of(_case(cast, reference))
        db.session.rollback()
        if statement is None:
            raise LookupError("the statement has just been written")
        done(reference, statements.sign(signer, reference, statement.fingerprint, at=next(instants)))
    pupil = _case(cast, reference).registration.pupil
    answers = RemovalReturn(
        name=f"{pupil.forename} {pupil.surname}",
        address=_HOME,
        parents=tuple(Parent(each.name, _HOME, "07700 900123") for each in pupil.contacts[:2]),
        future_address=NOT_KNOWN,
        future_school=NOT_KNOWN,
    )
    db.session.rollback()
    proposal = Proposal(Ground.I.value.lower(), answers, is_delivered=True)
    done(reference, removals.propose(cast.lead, reference, proposal, at=next(instants)))


def remove(reference: str, cast: Cast, instants: Iterator[datetime]) -> None:
    """The same; admissions check and confirm the return, and the head teacher decides."""
    propose(reference, cast, instants)
    answer = Answer("confirmed", checks=dict.fromkeys(CHECKS, NONE))
    done(reference, removals.answer(cast.admissions, reference, answer, at=next(instants)))
    done(reference, removals.make_removal(cast.head, reference, Entry(), at=next(instants)))


def trace(reference: str, cast: Cast, instants: Iterator[datetime]) -> None:
    """The same; the lead uploads the pupil file to where files of lost children go, and the officer asks
    every other authority."""
    remove(reference, cast, instants)
    laestab = _case(cast, reference).school.laestab
    db.session.rollback()
    at = next(instants)
    uploaded = RemovalEntry(
        file=f"{laestab}_CTF_{LOST}_001.xml",
        uploaded_at=at.astimezone(LONDON).replace(tzinfo=None).isoformat(timespec="minutes"),
        proof="School to School says: uploaded",
    )
    done(reference, removals.record_ctf(cast.lead, reference, Entry(removal=uploaded), at=at))
    ask_all(reference, cast, instants)


def _case(cast: Cast, reference: str) -> Case:
    case = cases.find_case(cast.lead, reference)
    if case is None:
        raise LookupError("the lead acts on a case of their school")
    return case


STATEMENT = StatementEntry(
    ground=Ground.I.value,
    limb=Limb.NOT_LOCATED.value,
    location="Not found at any address on record. Housing knows of no other.",
    circumstances="Neither parent can be reached by phone, and no pupil file was asked for.",
    finding=NO_GROUNDS,
    finding_reasons="No note, no message and no mark speaks of illness or of another unavoidable cause.",
    finding_by="Ruth Adeyemi, DSL",
    answers_everything=True,
    reasons="Every enquiry of school and authority has ended without a trace of the child.",
    steps="Calls on three days, a letter, a visit by two staff, and a message through the aunt.",
)
"""What the demonstration's joint statements say."""
