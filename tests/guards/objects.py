"""What stands in for the variable parts of an address: for each, how one is made, and one that is unknown.

A page whose address has a new variable part needs an entry here, or the route tests fail. Name the part for
what it holds ("case_reference", never "id").
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any, cast
from weakref import WeakKeyDictionary

from cme import clock
from cme.access.roles import Sight
from cme.services import enquiries
from cme.store import cases
from cme.store.database import db, transaction
from cme.store.tables import (
    ChildList,
    CmeSpell,
    CodeTranslation,
    ColumnMapping,
    EvidenceFile,
    IncomingTrace,
    MissingEpisode,
    Pupil,
    RegisterFile,
    RegisterImport,
    RegisterReading,
    Registration,
    Restriction,
    SavedQueue,
    SchoolLink,
    StatutoryReturn,
    Trace,
    TraceMatch,
    TraceMessage,
    TraceRecipient,
    TraceReply,
    UserSession,
)
from cme.store.vault import seal
from cme.tracing.details import Sender, TraceDetails
from cme.tracing.replies import Finding, Kind
from cme.tracing.states import State
from tests.enquiries import call_entry
from tests.files import PDF
from tests.integration.web.casebook import Casebook
from tests.integration.web.removing import proposed
from tests.people import Person, Place, World


@dataclass(frozen=True, slots=True)
class Object:
    """`make` gives the value of a new object of that school and person; `unknown` is the value of none.

    `seen_by` are the sights that reach the object; `is_personal` says that only the person themselves does.
    """

    make: Callable[[World, Place, Person], Any]
    unknown: Any
    seen_by: frozenset[Sight] = frozenset({Sight.SCHOOL, Sight.AUTHORITY})
    is_personal: bool = False


def _session(world: World, _place: Place, person: Person) -> int:
    world.sign_in(person.user_id)
    with world.app.app_context():
        sessions = db.session.query(UserSession).filter_by(user_id=person.user_id)
        return sessions.order_by(UserSession.id.desc()).first().id


def _case(world: World, place: Place, _person: Person) -> str:
    """A referred case of the place, one for every route: what is tried on it is refused or repeatable."""
    kept = _CASES.setdefault(world, {})
    if place not in kept:
        kept[place] = Casebook(world, place).referred()
    return kept[place]


def _removal(world: World, place: Place, _person: Person) -> str:
    """A case of the place in which a removal is proposed, one for every route."""
    kept = _REMOVALS.setdefault(world, {})
    if place not in kept:
        kept[place] = proposed(Casebook(world, place), name="Quill, Una")
    return kept[place]


def _authority_code(_world: World, place: Place, _person: Person) -> str:
    return place.laestab[:3]


def _policy_part(_world: World, _place: Place, _person: Person) -> str:
    return "clocks"


def _laestab(_world: World, place: Place, _person: Person) -> str:
    return place.laestab


def _import(world: World, place: Place, _person: Person) -> int:
    """A new upload that waits for approval; what is in it changes nothing."""
    with world.app.app_context(), transaction() as session:
        upload = RegisterImport(
            school_id=place.school_id,
            filename="register.csv",
            sha256=secrets.token_hex(32),
            size=1,
            status="checked",
            layout="wide-1",
            uploaded_at=clock.now(),
            uploaded_by="Robin Marsh",
            check={"issues": []},
        )
        session.add(upload)
        session.flush()
        sealed = seal(b"x")
        session.add(RegisterFile(import_id=upload.id, position=0, filename="register.csv", content=sealed))
        kept = b'{"pupils": [], "facts": {"future": {}}}'
        session.add(RegisterReading(import_id=upload.id, reading=seal(kept)))
        return upload.id


def _translation(world: World, place: Place, _person: Person) -> int:
    """A code of the school's own."""
    with world.app.app_context(), transaction() as session:
        kept = CodeTranslation(
            school_id=place.school_id,
            own_code=f"I{next(_NUMBERS)}",
            code="I",
            first_on=date(2026, 9, 1),
            created_at=clock.now(),
            created_by="Robin Marsh",
        )
        session.add(kept)
        session.flush()
        return kept.id


def _mapping(world: World, place: Place, _person: Person) -> int:
    """Columns that are remembered for the school."""
    with world.app.app_context(), transaction() as session:
        kept = ColumnMapping(
            school_id=place.school_id,
            fingerprint=secrets.token_hex(32),
            columns={"header_row": 0, "fields": {"0": "upn"}, "headings": [f"Number {next(_NUMBERS)}"]},
            created_at=clock.now(),
            created_by="Robin Marsh",
        )
        session.add(kept)
        session.flush()
        return kept.id


_NUMBERS = count(1)


def _registration(world: World, place: Place, _person: Person) -> int:
    """A new pupil on roll, of whom nothing is counted yet."""
    with world.app.app_context(), transaction() as session:
        pupil = Pupil(surname=f"Ferris {next(_NUMBERS)}", forename="Sam", created_at=clock.now())
        registration = Registration(pupil=pupil, school_id=place.school_id, created_at=clock.now())
        session.add(registration)
        session.flush()
        return registration.id


def _restriction(world: World, place: Place, person: Person) -> int:
    """A contact restriction of a pupil on roll."""
    registration_id = _registration(world, place, person)
    with world.app.app_context(), transaction() as session:
        kept = Restriction(
            pupil_id=session.get_one(Registration, registration_id).pupil_id,
            kind="no_letters",
            note="Court order",
            created_at=clock.now(),
            created_by="Robin Marsh",
        )
        session.add(kept)
        session.flush()
        return kept.id


def _enquiry(world: World, place: Place, person: Person) -> int:
    """An enquiry of the place's case, with a file."""
    book, reference = Casebook(world, place), _case(world, place, person)
    with world.app.app_context():
        case = cases.find_case(book.officer, reference)
        assert case is not None
        files = [("call.pdf", PDF)]
        made = enquiries.log(book.dsl, case.registration_id, call_entry(), files, at=clock.now())
        assert isinstance(made, int)
        return made


def _evidence(world: World, place: Place, person: Person) -> str:
    """The random name of a file of such an enquiry."""
    enquiry_id = _enquiry(world, place, person)
    with world.app.app_context():
        return db.session.query(EvidenceFile).filter_by(enquiry_id=enquiry_id).one().token


def _episode(world: World, place: Place, person: Person) -> int:
    """A child who was missing and is found: one who is missing now would have a case with the next count."""
    registration_id, at = _registration(world, place, person), clock.now()
    with world.app.app_context(), transaction() as session:
        kept = MissingEpisode(
            registration_id=registration_id,
            kind="site",
            noticed_at=at,
            found_at=at,
            entered_at=at,
            entered_by="Robin Marsh",
        )
        session.add(kept)
        session.flush()
        return kept.id


def _return(world: World, place: Place, person: Person) -> int:
    """A return that the school owes."""
    registration_id, on = _registration(world, place, person), clock.today()
    with world.app.app_context(), transaction() as session:
        kept = StatutoryReturn(
            registration_id=registration_id,
            kind="attendance",
            started_on=on,
            reached_on=on,
            due_on=on,
            created_at=clock.now(),
        )
        session.add(kept)
        session.flush()
        return kept.id


def _spell(world: World, place: Place, _person: Person) -> int:
    """A child on the record of those who are on no roll."""
    at = clock.now()
    with world.app.app_context(), transaction() as session:
        pupil = Pupil(surname=f"Wren {next(_NUMBERS)}", forename="Lea", created_at=at)
        session.add(pupil)
        session.flush()
        kept = CmeSpell(
            authority_id=place.authority_id,
            pupil_id=pupil.id,
            started_on=date(2026, 9, 1),
            reason="application_awaiting",
            created_at=at,
            created_by="Robin Marsh",
        )
        session.add(kept)
        session.flush()
        return kept.id


def _trace(world: World, place: Place, _person: Person) -> str:
    """A request of the place's authority that was sent and answered, one for every route."""
    kept = _TRACES.setdefault(world, {})
    if place not in kept:
        kept[place] = _new_trace(world, place)
    return kept[place]


def _new_trace(world: World, place: Place) -> str:
    at, code = clock.now(), place.laestab[:3]
    reference = f"TR-2026-{next(_NUMBERS):04d}"
    sender = Sender("Northmoor Council", code, "Cleo Rowe", "01325 000000", "cme@example.gov.uk")
    details = TraceDetails(reference, sender, None, "Wren", "Lea", date(2014, 5, 4))
    said = Finding(Kind.FOUND_ON_ROLL, laestab="8404123", started_on=at.date())
    with world.app.app_context(), transaction() as session:
        answer = TraceReply(
            kind=said.kind.value,
            officer="B Clerk",
            replied_on=at.date(),
            answers=said.to_json(),
            recorded_at=at,
            recorded_by="Cleo Rowe",
        )
        message = TraceMessage(
            purpose="follow_up",
            recipients=[ASKED],
            subject=f"CME trace - {code} - {reference} - follow-up",
            body=f"Our reference: {reference}\n\nPlease look once more.\n",
            written_at=at,
            written_by="Cleo Rowe",
        )
        session.add(
            Trace(
                reference=reference,
                authority_id=place.authority_id,
                pupil=Pupil(surname="Wren", forename="Lea", created_at=at),
                state=State.LOCATED.value,
                details=details.to_json(),
                audience="chosen",
                chosen=[ASKED],
                reply_by_on=date(2026, 12, 18),
                subject=f"CME trace - {code} - {reference}",
                body="Please look",
                written_at=at,
                written_by="Cleo Rowe",
                sent_at=at,
                sent_by="Cleo Rowe",
                recipients=[TraceRecipient(code=ASKED, state="answered", replies=[answer])],
                messages=[message],
            )
        )
    return reference


def _of_trace(world: World, place: Place, person: Person) -> Trace:
    found = db.session.query(Trace).filter_by(reference=_trace(world, place, person)).one()
    return cast(Trace, found)


def _reply(world: World, place: Place, person: Person) -> int:
    """An answer to the place's trace."""
    _trace(world, place, person)
    with world.app.app_context():
        return _of_trace(world, place, person).recipients[0].replies[0].id


def _message(world: World, place: Place, person: Person) -> int:
    """A message of the place's trace that was not sent."""
    _trace(world, place, person)
    with world.app.app_context():
        return _of_trace(world, place, person).messages[0].id


def _match(world: World, place: Place, _person: Person) -> int:
    """A record of a register that may be of a child whom the place's authority looks for."""
    with world.app.app_context(), transaction() as session:
        at = clock.now()
        sought, found = (Pupil(surname="Wren", forename="Lea", created_at=at) for _ in range(2))
        session.add_all([sought, found])
        session.flush()
        match = TraceMatch(
            authority_id=place.authority_id,
            sought_pupil_id=sought.id,
            pupil_id=found.id,
            label="possible",
            rule="UPN conflict",
            disposition="unreviewed",
            found_at=at,
        )
        session.add(match)
        session.flush()
        return match.id


def _child_list(world: World, place: Place, _person: Person) -> int:
    """A list that waits for somebody to use it."""
    with world.app.app_context(), transaction() as session:
        waiting = ChildList(
            authority_id=place.authority_id,
            kind="home_education",
            file_name="list.csv",
            sha256="0" * 64,
            content=seal(b"Surname,Forename,Date of birth\nWren,Lea,04/05/2014\n"),
            created_at=clock.now(),
            created_by="An officer",
        )
        session.add(waiting)
        session.flush()
        return waiting.id


def _incoming(world: World, place: Place, _person: Person) -> str:
    """A request that came to the place's authority, with a child who may be meant."""
    kept = _INCOMING.setdefault(world, {})
    if place not in kept:
        kept[place] = _new_incoming(world, place)
    return kept[place]


def _new_incoming(world: World, place: Place) -> str:
    at, reference = clock.now(), f"IN-2026-{next(_NUMBERS):04d}"
    with world.app.app_context(), transaction() as session:
        pupil = Pupil(surname="Wren", forename="Lea", born_on=date(2014, 5, 4), created_at=at)
        session.add(pupil)
        session.flush()
        match = TraceMatch(
            authority_id=place.authority_id,
            pupil_id=pupil.id,
            label="likely",
            rule="Same names and date of birth",
            disposition="unreviewed",
            found_at=at,
        )
        session.add(
            IncomingTrace(
                reference=reference,
                batch=reference,
                authority_id=place.authority_id,
                sender_code=ASKED,
                sender_reference="TR-2026-0042",
                received_on=at.date(),
                original="Surname: Wren",
                fields={"surname": "Wren", "forenames": "Lea", "born_on": "04/05/2014"},
                unread=[[1, "Good morning"]],
                state="searched",
                searched_at=at,
                draft={},
                created_at=at,
                created_by="Cleo Rowe",
                matches=[match],
            )
        )
    return reference


def _incoming_match(world: World, place: Place, person: Person) -> int:
    """The child who may be meant by the place's request."""
    reference = _incoming(world, place, person)
    with world.app.app_context():
        found = db.session.query(IncomingTrace).filter_by(reference=reference).one()
        return found.matches[0].id


def _saved_queue(world: World, _place: Place, person: Person) -> int:
    """A filter that the person has kept."""
    with world.app.app_context(), transaction() as session:
        kept = SavedQueue(
            user_id=person.user_id, name=f"Filter {next(_NUMBERS)}", query="view=mine", created_at=clock.now()
        )
        session.add(kept)
        session.flush()
        return kept.id


def _school_link(world: World, place: Place, _person: Person) -> int:
    """A number of the authority of the place that took the place of another."""
    with world.app.app_context(), transaction() as session:
        kept = SchoolLink(
            laestab=f"{place.laestab[:3]}{next(_NUMBERS):04d}",
            successor_laestab=place.laestab,
            created_at=clock.now(),
            created_by="Robin Marsh",
        )
        session.add(kept)
        session.flush()
        return kept.id


ASKED = "840"
"""The authority that is asked in the traces of the tests."""

_TRACES: WeakKeyDictionary[World, dict[Place, str]] = WeakKeyDictionary()
_INCOMING: WeakKeyDictionary[World, dict[Place, str]] = WeakKeyDictionary()
_REMOVALS: WeakKeyDictionary[World, dict[Place, str]] = WeakKeyDictionary()
_CASES: WeakKeyDictionary[World, dict[Place, str]] = WeakKeyDictionary()

_IN_CASES = frozenset({Sight.SCHOOL, Sight.AUTHORITY, Sight.REFERRED})
"""Who sees a referred case and what is part of it."""

_BY_AUTHORITY = frozenset({Sight.AUTHORITY})

OBJECTS: Mapping[str, Object] = {
    "authority_code": Object(_authority_code, unknown="999"),
    "case_reference": Object(_case, unknown="CME-26-9999", seen_by=_IN_CASES),
    "enquiry_id": Object(_enquiry, unknown=999_999, seen_by=_IN_CASES),
    "episode_id": Object(_episode, unknown=999_999, seen_by=frozenset({Sight.SCHOOL})),
    "evidence_token": Object(_evidence, unknown="x" * 43, seen_by=_IN_CASES),
    "directory_entry": Object(lambda *_: "childline", unknown="nobody"),
    "import_id": Object(_import, unknown=999_999, seen_by=frozenset({Sight.SCHOOL})),
    "incoming_reference": Object(_incoming, unknown="IN-2026-9999", seen_by=_BY_AUTHORITY),
    "incoming_match_id": Object(_incoming_match, unknown=999_999, seen_by=_BY_AUTHORITY),
    "letter": Object(lambda *_: 1, unknown=9),
    "laestab": Object(_laestab, unknown="8419999"),
    "list_id": Object(_child_list, unknown=999_999, seen_by=_BY_AUTHORITY),
    "match_id": Object(_match, unknown=999_999, seen_by=_BY_AUTHORITY),
    "message_id": Object(_message, unknown=999_999, seen_by=_BY_AUTHORITY),
    "mapping_id": Object(_mapping, unknown=999_999, seen_by=frozenset({Sight.SCHOOL})),
    "question_number": Object(lambda *_: 1, unknown=99, seen_by=_IN_CASES),
    "referral_number": Object(lambda *_: 1, unknown=99, seen_by=_IN_CASES),
    "referral_section": Object(lambda *_: "child", unknown="nothing", seen_by=_IN_CASES),
    "policy_part": Object(_policy_part, unknown="nothing"),
    "removal_reference": Object(
        _removal, unknown="CME-26-9999", seen_by=frozenset({Sight.REMOVALS, Sight.AUTHORITY})
    ),
    "registration_id": Object(_registration, unknown=999_999),
    "recipient_code": Object(lambda *_: ASKED, unknown="999", seen_by=_BY_AUTHORITY),
    "reply_id": Object(_reply, unknown=999_999, seen_by=_BY_AUTHORITY),
    "trace_reference": Object(_trace, unknown="TR-2026-9999", seen_by=_BY_AUTHORITY),
    "return_id": Object(_return, unknown=999_999, seen_by=frozenset({Sight.SCHOOL})),
    "removal_fact": Object(lambda *_: "expected_back", unknown="nothing"),
    "restriction_id": Object(_restriction, unknown=999_999),
    "saved_id": Object(_saved_queue, unknown=999_999, is_personal=True),
    "spell_id": Object(_spell, unknown=999_999, seen_by=frozenset({Sight.AUTHORITY})),
    "school_link_id": Object(_school_link, unknown=999_999),
    "session_id": Object(_session, unknown=999_999, is_personal=True),
    "urgent_card": Object(
        lambda *_: "danger",
        unknown="nothing",
        seen_by=frozenset({Sight.SCHOOL, Sight.AUTHORITY, Sight.REFERRED}),
    ),
    "translation_id": Object(_translation, unknown=999_999, seen_by=frozenset({Sight.SCHOOL})),
}
