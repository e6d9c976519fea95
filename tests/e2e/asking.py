"""Children of one school whom other authorities are asked about, and children whom those ask about."""

from dataclasses import replace
from datetime import date
from typing import TypeVar

from cme.access.roles import Role
from cme.access.scope import Grant, Scope
from cme.casework.case import Refused
from cme.services.removal import cme_records
from cme.services.removal.cme_records import NewEntry
from cme.services.tracing import (
    child_lists,
    incoming,
    incoming_replies,
    incoming_search,
    incoming_views,
    matches,
    school_links,
    trace_replies,
    trace_views,
    traces,
)
from cme.services.tracing.child_lists import ListKind
from cme.services.tracing.incoming import Letter
from cme.store import schools
from cme.tracing.gate import Audience
from cme.tracing.renumbering import Link
from cme.tracing.replies import Finding, Kind, Reply
from tests.e2e.following_school import AT_LENGTH, LONG_WORD
from tests.e2e.long_names import BARRELS, LongNames
from tests.integration.web.casebook import AT, Casebook
from tests.people import Place

TODAY = AT.date()
ASKED = ("212", "302", "805", "840")
FOUND, KNOWN, NOT_HERE = ASKED[3], ASKED[2], ASKED[1]
HOME_EDUCATED = b"Surname,Forenames,Date of birth\nWren,Lea,04/05/2014\n"
APPLICANTS = b"Nachname,Forenames,Date of birth\nWren,Lea,04/05/2014\nNobody,,\n"
STRANGERS = "\n".join(
    ["Reference,Surname,Forename,Date of birth", *(f"TR-{n},{LONG_WORD},Pippi,0{n}/06/2012" for n in (1, 2))]
)

_Made = TypeVar("_Made")


class Asking:
    """The officer and the manager of Northmoor at their work, and the children of one school."""

    def __init__(self, book: LongNames) -> None:
        self.book, self.world = book, book.world
        self.officer = self._scope(Role.CME_OFFICER)
        self.manager = self._scope(Role.LA_MANAGER)

    def outgoing(self) -> dict[str, str]:
        """Requests that are begun, wait for approval, and are answered; and the case of the first."""
        begun, waiting, live = (self.book.absent(4) for _ in range(3))
        with self.world.app.app_context():
            found = {"traced": begun, "trace_draft": _done(traces.begin(self.officer, begun, at=AT))}
            found["trace_approval"] = self._finished(waiting, is_in_confidence=True)
            found["trace_live"] = reference = self._finished(live)
            _done(traces.record_sent(self.officer, reference, AT, seen=None, at=AT))
            for code, finding in (
                (NOT_HERE, Finding(Kind.NO_TRACE)),
                (
                    KNOWN,
                    Finding(
                        Kind.PREVIOUSLY_KNOWN,
                        known_from_on=date(2024, 9, 1),
                        known_until_on=TODAY,
                        onward=AT_LENGTH,
                    ),
                ),
                (
                    FOUND,
                    Finding(
                        Kind.FOUND_ON_ROLL, laestab=f"{FOUND}4123", school_name=LONG_WORD, started_on=TODAY
                    ),
                ),
            ):
                reply = Reply(code, LONG_WORD, TODAY, finding)
                _done(trace_replies.record(self.officer, reference, reply, seen=None, at=AT))
        return found

    def incoming(self) -> dict[str, str | int]:
        """Requests that are to be corrected, decided on, sent, and a list of two; and a child found."""
        name = self.book.new_name()
        self.book.absent_named(name, ["O"] * 4)
        with self.world.app.app_context():
            unclear = self._received(_letter("TR-1", name, born="04/05/14"))
            likely, answered = (self._received(_letter(key, name)) for key in ("TR-2", "TR-3"))
            strangers = ("strangers.csv", STRANGERS.encode())
            listed = self._received(Letter(file=strangers, sender_code="840", received_on=TODAY))
            _done(incoming_search.search_batch(self.officer, listed, at=AT))
            for reference in (likely, answered):
                _done(incoming_search.search(self.officer, reference, seen=None, at=AT))
            question = Finding(Kind.MORE_INFO_NEEDED, question=AT_LENGTH)
            draft = incoming_views.Draft(question, "01325 000000", "cme@example.gov.uk")
            _done(incoming_replies.write(self.officer, answered, draft, seen=None, at=AT))
            view = incoming_views.show(self.officer, likely, at=AT)
            assert view is not None
            return {
                "asked_unclear": unclear,
                "asked_likely": likely,
                "asked_answered": answered,
                "asked_list": listed,
                "asked_child": view.candidates[0].match.id,
            }

    def turned_up(self, elsewhere: Place) -> dict[str, int]:
        """A child with a case who stands in the register of another school; the match."""
        name = self.book.new_name()
        self.book.absent_named(name, ["O"] * 11)
        Casebook(self.world, elsewhere).upload({name: ["P"]})
        with self.world.app.app_context():
            match, _ = matches.list_undecided(self.officer)[0]
            return {"match": match.id}

    def looked_for(self) -> dict[str, int]:
        """A list in use, one that waits, a renumbered school, and a child to look for again; their ids."""
        authority_id = self.book.place.authority_id
        with self.world.app.app_context():
            for kind, content in (
                (ListKind.HOME_EDUCATION, HOME_EDUCATED),
                (ListKind.ADMISSIONS, APPLICANTS),
            ):
                name = f"{LONG_WORD}.csv"
                kept = _done(child_lists.receive(self.officer, authority_id, kind, name, content, at=AT))
                if kind is ListKind.HOME_EDUCATION:
                    _done(child_lists.take(self.officer, kept, seen={}, at=AT))
            admin = self._scope(Role.LA_ADMIN)
            authority = schools.find_authority(admin, "841")
            assert authority is not None
            link = Link("841/2999", "841/2006", LONG_WORD, TODAY)
            assert not school_links.add(admin, authority, link, at=AT)
            surname, forename = self.book.new_name().split(", ")
            started_on, reason = date(2026, 9, 1), "application_awaiting"
            entry = NewEntry("841", surname, forename, date(2015, 4, 5), started_on=started_on, reason=reason)
            return {"list": kept, "spell": _done(cme_records.add(self.officer, entry, at=AT))}

    def _finished(self, case: str, *, is_in_confidence: bool = False) -> str:
        reference = _done(traces.begin(self.officer, case, at=AT))
        view = trace_views.show(self.officer, reference, at=AT)
        assert view is not None
        details = view.draft.details
        sender = replace(details.sender, phone="01325 000000", email="cme@example.gov.uk")
        draft = replace(
            view.draft,
            details=replace(details, sender=sender, sex="F", checks="Home visits - no result"),
            audience=Audience.CHOSEN,
            chosen=ASKED,
            restricted=is_in_confidence,
        )
        _done(traces.write(self.officer, reference, draft, seen=None, at=AT))
        _done(traces.override(self.manager, reference, AT_LENGTH, seen=None, at=AT))
        _done(traces.finish(self.officer, reference, seen=None, at=AT))
        return reference

    def _received(self, letter: Letter) -> str:
        return _done(incoming.receive(self.officer, letter, at=AT)).new[0]

    def _scope(self, role: Role) -> Scope:
        place = self.world.northmoor
        user_id = self.world.person(role, place).user_id
        return Scope(user_id, f"Robin {BARRELS}", frozenset({Grant(role, place.authority_id)}))


def _letter(reference: str, name: str, *, born: str = "04/05/2014") -> Letter:
    surname, forename = name.split(", ")
    lines = (
        f"Our reference: {reference}",
        "From: Durham (840), A Officer, 0191 000000",
        f"Legal surname: {surname}",
        f"Forenames: {forename}",
        f"Date of birth: {born}",
        f"Checks made: {AT_LENGTH}",
        f"And she likes horses, {LONG_WORD}",
    )
    return Letter("\n".join(lines), received_on=TODAY)


def _done(made: _Made | Refused) -> _Made:
    assert not isinstance(made, Refused), made.reason
    return made
