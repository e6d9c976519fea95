"""Another authority's request: read, searched, decided on, answered; a protected child is never told of."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from cme.access.scope import Scope
from cme.casework.case import Refused
from cme.casework.safety.restrictions import RestrictionKind
from cme.services import digest, restrictions
from cme.services.restrictions import NewRestriction
from cme.services.tracing import (
    child_lists,
    incoming,
    incoming_replies,
    incoming_search,
    incoming_views,
    match_review,
    matches,
    school_links,
    traces,
)
from cme.services.tracing.child_lists import ListKind
from cme.services.tracing.incoming import Letter, Received
from cme.services.tracing.incoming_views import Draft, IncomingView
from cme.store import incoming as store
from cme.store.database import db, transaction
from cme.store.tables import (
    IncomingTrace,
    ListedChild,
    LocalAuthority,
    MatchDecision,
    Pupil,
    SearchKey,
    Trace,
    TraceMatch,
)
from cme.tracing.answering import MISSING_TOO
from cme.tracing.renumbering import Link
from cme.tracing.replies import Finding, Kind
from cme.tracing.requests import Field
from tests.integration.services.leaving import user
from tests.integration.services.office import Town, days_from, on_both

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
WEEK = days_from(date(2026, 10, 12), 5)
UPN = "M841200023001"
ADA = f"""CME trace - 840 - TR-2026-0042
Our reference: TR-2026-0042
From: Durham (840), A Officer, 0191 000000
Legal surname: Birch
Forenames: Ada
Date of birth: 04/05/2014
UPN: {UPN}
Please reply by S2S message even if no trace, by 18/12/2026.
She likes horses and the sea
"""
DURHAM = "From: Durham (840), A Officer, 0191 000000\n"


def took(town: Town, text: str = ADA, **more: object) -> Received:
    letter = Letter(text, received_on=AT.date(), **more)  # type: ignore[arg-type]
    done = incoming.receive(town.alder.officer, letter, at=AT)
    assert isinstance(done, Received), done
    return done


def seen(town: Town, reference: str, scope: Scope | None = None) -> IncomingView:
    db.session.rollback()
    view = incoming_views.show(scope or town.alder.officer, reference, at=AT)
    assert view is not None
    return view


def searched(town: Town, text: str = ADA) -> str:
    """A request that came and was searched; our reference."""
    (reference,) = took(town, text).new
    done = incoming_search.search(town.alder.officer, reference, seen=None, at=AT)
    assert not isinstance(done, Refused), done
    return reference


def decide(town: Town, reference: str, disposition: str = "same_child") -> None:
    for each in seen(town, reference).candidates:
        done = matches.decide(town.alder.officer, each.match.id, disposition, "Compared", seen=None, at=AT)
        assert done is None


def answer(town: Town, reference: str, draft: Draft) -> Refused | None:
    written = incoming_replies.write(town.alder.officer, reference, draft, seen=None, at=AT)
    if written is not None:
        return written
    return incoming_replies.record_sent(town.alder.officer, reference, AT, seen=None, at=AT)


def protect(town: Town) -> None:
    """Protect Ada Birch's address from now on."""
    restrictions.add(
        town.alder.dsl,
        town.alder.registration("Birch, Ada").id,
        NewRestriction(RestrictionKind.PROTECTED_ADDRESS, note="Refuge"),
        at=AT,
    )


NO_TRACE = Draft(Finding(Kind.NO_TRACE), "01325 000000", "cme@example.gov.uk")


@pytest.fixture
def ada(town: Town) -> Town:
    """A town with Ada Birch on a roll."""
    town.alder.submit(WEEK, {"Birch, Ada": "PPPPP"}, numbers={"Birch, Ada": UPN})
    return town


@on_both
def test_a_request_is_read_searched_decided_on_and_answered(ada: Town) -> None:
    (reference,) = took(ada).new
    assert reference == "IN-2026-0001"
    view = seen(ada, reference)
    assert view.values[Field.SURNAME] == "Birch"
    assert [each.text for each in view.unread] == ["She likes horses and the sea"]
    assert (view.request.sender_code, view.request.reply_by_on) == ("840", date(2026, 12, 18))
    assert incoming_search.search(ada.alder.officer, reference, seen=None, at=AT) == 1
    (found,) = seen(ada, reference).candidates
    assert (found.match.label, found.match.rule) == ("likely", "Same UPN")
    assert {line.field: line.verdict.value for line in found.grid}["UPN"] == "match"
    early = incoming_replies.write(ada.alder.officer, reference, NO_TRACE, seen=None, at=AT)
    assert early == Refused(("Decide first on every child who was found.",), ("kind",))
    decide(ada, reference)
    wrong = incoming_replies.write(ada.alder.officer, reference, NO_TRACE, seen=None, at=AT)
    assert isinstance(wrong, Refused)
    said = Finding(Kind.FOUND_ON_ROLL, laestab="8412000", started_on=date(2022, 9, 5))
    assert answer(ada, reference, Draft(said, "01325 000000")) is None
    view = seen(ada, reference)
    (reply,) = view.request.replies
    assert reply.subject == "CME trace - 841 - IN-2026-0001 - reply"
    assert "Your reference: TR-2026-0042" in reply.body
    assert "841/2000" in reply.body or "8412000" in reply.body
    assert "Birch" not in reply.body
    assert (view.request.answer, view.state.value, view.draft) == ("found_on_roll", "answered", None)


@on_both
def test_references_go_on_and_what_came_before_word_for_word_is_not_kept_again(ada: Town) -> None:
    other = ADA.replace("0042", "0043")
    assert took(ada, ADA + "\n" + other).new == ("IN-2026-0001", "IN-2026-0002")
    again = took(ada, ADA + "\n" + other.replace("horses", "dogs"))
    assert (again.known, again.new) == (("IN-2026-0001",), ("IN-2026-0003",))
    assert seen(ada, "IN-2026-0002").request.batch == "IN-2026-0001"


@on_both
def test_a_protected_child_is_answered_with_a_call_alone_and_shown_to_cleared_people(ada: Town) -> None:
    registration = ada.alder.registration("Birch, Ada")
    registration_id, pupil_id = registration.id, registration.pupil_id
    with transaction() as session:
        pupil = session.get_one(Pupil, pupil_id)
        pupil.house, pupil.street, pupil.postcode = "Marigold Refuge", "77 Hidden Lane", "QZ9 9ZQ"
    restrictions.add(
        ada.alder.dsl,
        registration_id,
        NewRestriction(RestrictionKind.PROTECTED_ADDRESS, note="Refuge"),
        at=AT,
    )
    text = ADA + "Last address: 77 Hidden Lane, Darlington, QZ9 9ZQ\n"
    reference = searched(ada, text)
    assert answer(ada, reference, Draft(None)) == Refused((incoming_views.PHONE,), ("phone",))
    said = Finding(Kind.FOUND_NOT_ON_ROLL, address="77 Hidden Lane", seen_by="A neighbour")
    assert answer(ada, reference, Draft(said, "01325 000000")) is None
    view = seen(ada, reference)
    assert view.request.answer == "please_telephone"
    body = view.request.replies[0].body.casefold()
    assert "telephone" in body
    assert not any(word in body for word in ("hidden", "qz9", "no trace", "birch", "neighbour"))
    looking_on = Scope.for_operator({view.request.authority_id})
    shown = seen(ada, reference, looking_on)
    assert [each.child for each in shown.candidates] == [None]
    everything = repr((shown.values, shown.unread, shown.original, shown.candidates[0].grid)).casefold()
    assert shown.message is None
    assert "hidden lane" not in everything
    assert "qz9" not in everything


@on_both
def test_no_one_person_makes_a_no_trace_of_a_protected_child(ada: Town) -> None:
    protect(ada)
    reference = searched(ada)
    decide(ada, reference, "not_same_child")
    decide(ada, reference, "not_same_child")
    assert seen(ada, reference).restricted
    assert seen(ada, reference).candidates[0].waits_for_second
    assert answer(ada, reference, NO_TRACE) is None
    assert seen(ada, reference).request.answer == "please_telephone"
    second = replace(ada.alder.officer, name="Sam Second")
    (found,) = seen(ada, reference).candidates
    done = matches.decide(second, found.match.id, "not_same_child", "A twin", seen=None, at=AT)
    assert done is None
    assert not seen(ada, reference).restricted
    assert answer(ada, reference, NO_TRACE) is None
    assert seen(ada, reference).request.answer == "no_trace"
    decide(ada, reference, "cannot_tell")
    decide(ada, reference, "not_same_child")
    assert seen(ada, reference).restricted


@on_both
def test_a_live_request_is_searched_with_every_register_and_the_officer_told(town: Town) -> None:
    reference = searched(town)
    assert answer(town, reference, NO_TRACE) is None
    receipt = town.beech.submit(WEEK, {"Birch, Ada": "PPPPP"}, numbers={"Birch, Ada": UPN}).receipt
    assert receipt is not None
    assert receipt["authority_told"] == 1
    assert [each.match.label for each in seen(town, reference).candidates] == ["likely"]
    again = town.beech.submit(days_from(date(2026, 10, 19), 5), {"Birch, Ada": "PPPPP"}).receipt
    assert again is not None
    assert again["authority_told"] == 0


@on_both
def test_a_register_changes_nothing_of_what_a_request_is_found_by(town: Town) -> None:
    searched(town)
    of_request = select(SearchKey.id).where(SearchKey.incoming_id.is_not(None)).order_by(SearchKey.id)
    before = db.session.scalars(of_request).all()
    db.session.rollback()
    town.beech.submit(WEEK, {"Birch, Ada": "PPPPP"}, numbers={"Birch, Ada": UPN})
    assert db.session.scalars(of_request).all() == before != []


@on_both
def test_a_letter_without_a_sender_is_known_after_somebody_has_named_one(town: Town) -> None:
    nameless = ADA.replace("CME trace - 840 - TR-2026-0042\n", "").replace(DURHAM, "")
    (reference,) = took(town, nameless).new
    assert incoming.name_sender(town.alder.officer, reference, "840", at=AT) == 1
    assert took(town, nameless).known == (reference,)
    assert took(town, nameless, sender_code="840").known == (reference,)
    assert len(took(town, nameless, sender_code="383").new) == 1


@on_both
@pytest.mark.parametrize("named", ["É-12", "é-12"])
def test_a_reference_is_found_in_whatever_case_it_is_written(town: Town, named: str) -> None:
    reference = searched(town, ADA.replace("TR-2026-0042", "É-12"))
    stop = f"From: Durham (840)\nOur reference: {named}\nPlease stop searching.\n"
    assert took(town, stop).closed == (reference,)


@on_both
def test_what_was_decided_and_written_of_another_child_does_not_stand(ada: Town) -> None:
    reference = searched(ada)
    decide(ada, reference)
    said = Finding(Kind.FOUND_ON_ROLL, laestab="8412000", started_on=date(2022, 9, 5))
    draft = Draft(said, "01325 000000")
    assert incoming_replies.write(ada.alder.officer, reference, draft, seen=None, at=AT) is None

    def correct(**changes: str) -> IncomingView:
        values = {**seen(ada, reference).values, **{Field(key): text for key, text in changes.items()}}
        refused = incoming.correct(
            ada.alder.officer, reference, values, sender_code="840", received_on=AT.date(), seen=None, at=AT
        )
        assert refused is None
        return seen(ada, reference)

    same = correct(checks="Two visits")
    assert (same.draft, same.candidates[0].disposition.value) == (draft, "same_child")
    other = correct(forenames="Bea", born_on="05/06/2015", upn="")
    assert (other.draft, other.candidates[0].disposition.value) == (None, "unreviewed")
    incoming_search.search(ada.alder.officer, reference, seen=None, at=AT)
    early = incoming_replies.write(ada.alder.officer, reference, NO_TRACE, seen=None, at=AT)
    assert early == Refused(("Decide first on every child who was found.",), ("kind",))


@on_both
def test_of_a_child_who_is_missing_here_too_the_answer_says_so(ada: Town) -> None:
    absence = days_from(date(2026, 10, 19), 16)
    ada.alder.submit(absence, {"Birch, Ada": "O" * 16}, at=AT)
    assert ada.alder.case("Birch, Ada").closed_at is None
    reference = searched(ada)
    assert not seen(ada, reference).is_missing
    decide(ada, reference)
    assert seen(ada, reference).is_missing
    said = Finding(Kind.FOUND_ON_ROLL, laestab="8412000", started_on=date(2022, 9, 5))
    assert answer(ada, reference, Draft(said, "01325 000000")) is None
    assert MISSING_TOO in seen(ada, reference).request.replies[0].body
    # Back at school, with a case that is still open.
    ada.alder.submit(days_from(absence[-1] + timedelta(days=1), 3), {"Birch, Ada": "PPP"}, at=AT)
    assert not seen(ada, reference).is_missing


@on_both
def test_a_message_to_stop_closes_by_reference_and_nothing_is_searched_any_more(town: Town) -> None:
    reference = searched(town)
    stop = (
        "CME trace - 840 - TR-2026-0042 - located\nLocated - please stop searching. Please delete your copy."
    )
    assert took(town, stop).closed == (reference,)
    assert seen(town, reference).state.value == "closed"
    town.beech.submit(WEEK, {"Birch, Ada": "PPPPP"}, numbers={"Birch, Ada": UPN})
    assert seen(town, reference).candidates == ()
    unknown = incoming.receive(
        town.alder.officer, Letter(stop.replace("0042", "0099"), received_on=AT.date()), at=AT
    )
    assert unknown == Refused((incoming.UNKNOWN_STOP,), ("text",))


@on_both
def test_a_message_to_stop_closes_only_what_its_own_authority_asked(town: Town) -> None:
    durham, leeds = searched(town), searched(town, ADA.replace("840", "383").replace("Durham", "Leeds"))
    stop = Letter("Our reference: TR-2026-0042\nPlease stop searching.", received_on=AT.date())
    refused = incoming.receive(town.alder.officer, stop, at=AT)
    assert refused == Refused((incoming.WHO_STOPS.format(f"{durham} and {leeds}"),), ("text",))
    other = incoming.receive(town.alder.officer, replace(stop, sender_code="330"), at=AT)
    assert isinstance(other, Refused)
    assert took(town, stop.text, sender_code="383").closed == (leeds,)
    assert seen(town, durham).is_open


@on_both
def test_a_stop_message_does_not_close_a_request_of_nobody_known_and_comes_with_others(town: Town) -> None:
    (reference,) = took(town, ADA.replace("CME trace - 840 - TR-2026-0042\n", "").replace(DURHAM, "")).new
    assert seen(town, reference).request.sender_code == ""
    stop = "CME trace - 840 - TR-2026-0042 - located\nPlease stop searching.\n"
    assert isinstance(
        incoming.receive(town.alder.officer, Letter(stop, received_on=AT.date()), at=AT), Refused
    )
    done = took(town, stop + "\n" + ADA.replace("0042", "0077"))
    assert (len(done.new), done.doubtful) == (1, (reference,))
    assert seen(town, reference).is_open


@on_both
def test_a_closed_request_is_decided_on_and_opened_again_with_a_reason(ada: Town) -> None:
    reference = searched(ada)
    took(ada, "CME trace - 840 - TR-2026-0042 - located\nPlease stop searching.")
    assert store.count_parts(ada.alder.officer)[store.Part.UNREVIEWED] == 1
    decide(ada, reference)
    assert store.count_parts(ada.alder.officer)[store.Part.UNREVIEWED] == 0
    nothing = incoming.reopen(ada.alder.officer, reference, " ", seen=None, at=AT)
    assert nothing == Refused((incoming.WHY_REOPENED,), ("reason",))
    with pytest.raises(LookupError):
        incoming.reopen(Scope.for_operator({999}), reference, "Why", seen=None, at=AT)
    assert incoming.reopen(ada.alder.officer, reference, "It was not Durham", seen=None, at=AT) is None
    view = seen(ada, reference)
    assert (view.is_open, view.state.value) == (True, "received")
    assert incoming.STOPPED in view.request.close_reason
    assert "It was not Durham" in view.request.close_reason
    again = incoming.reopen(ada.alder.officer, reference, "Again", seen=None, at=AT)
    assert again == Refused((incoming.NOT_CLOSED,), ("stage",))
    assert incoming_search.search(ada.alder.officer, reference, seen=None, at=AT) == 1
    assert incoming.close(ada.alder.officer, reference, "Found", seen=None, at=AT) is None
    assert seen(ada, reference).request.close_reason.endswith("Found")


@on_both
def test_nothing_is_answered_to_nobody_known(ada: Town) -> None:
    nameless = ADA.replace("CME trace - 840 - TR-2026-0042\n", "").replace(DURHAM, "")
    rows = [nameless.replace("0042", f"005{each}").replace(UPN, "") for each in range(3)]
    text = "\n".join(each.replace("Birch", "Nobody") for each in rows)
    done = took(ada, text)
    batch = done.new[0]
    incoming_search.search_batch(ada.alder.officer, batch, at=AT)
    refused = answer(ada, batch, NO_TRACE)
    assert refused == Refused((incoming_views.WHO_ASKS,), ("sender_code",))
    assert incoming_replies.nobody_found(ada.alder.officer, batch, None, today=AT.date()) is None
    assert incoming_replies.nobody_found(ada.alder.officer, batch, "", today=AT.date()) is None
    wrong = incoming.name_sender(ada.alder.officer, batch, "999", at=AT)
    assert wrong == Refused((incoming.NO_AUTHORITY,), ("sender_code",))
    assert incoming.name_sender(ada.alder.officer, batch, "840", at=AT) == 3
    assert incoming.name_sender(ada.alder.officer, batch, "383", at=AT) == Refused(
        (incoming.NOBODY_UNKNOWN,), ("stage",)
    )
    found = incoming_replies.nobody_found(ada.alder.officer, batch, None, today=AT.date())
    assert found is not None
    assert (len(found.requests), found.sender_code) == (3, "840")
    assert incoming_replies.record_sent(ada.alder.officer, batch, AT, seen=None, at=AT) is None


def test_of_a_protected_child_nothing_is_even_drafted_for_nobody_known(ada: Town) -> None:
    protect(ada)
    reference = searched(ada, ADA.replace("CME trace - 840 - TR-2026-0042\n", "").replace(DURHAM, ""))
    assert answer(ada, reference, Draft(None, "01325 000000")) == Refused(
        (incoming_views.WHO_ASKS,), ("sender_code",)
    )


def test_a_number_of_a_school_that_was_closed_is_told(ada: Town) -> None:
    authority = db.session.query(LocalAuthority).filter_by(code="841").one()
    admin = Scope.for_operator({authority.id})
    db.session.rollback()
    link = Link("8412000", "8414001", "New Academy")
    assert school_links.add(admin, authority, link, at=AT) == {}
    (reference,) = took(ada, ADA + "Last school: Old School (841/2000)\n").new
    (note,) = seen(ada, reference).notes
    assert "now 841/4001 (New Academy)" in note


def test_a_message_to_stop_that_names_no_request_but_a_child_is_kept(town: Town) -> None:
    done = took(town, ADA + "We will tell you when to stop searching\n")
    assert (len(done.new), done.unknown_stops) == (1, 1)
    assert seen(town, done.new[0]).values[Field.SURNAME] == "Birch"


@on_both
def test_an_answered_request_that_is_corrected_is_to_be_searched_for_again(town: Town) -> None:
    reference = searched(town)
    assert answer(town, reference, NO_TRACE) is None
    values = {**seen(town, reference).values, Field.FORENAMES: "Adah"}
    assert (
        incoming.correct(
            town.alder.officer, reference, values, sender_code="840", received_on=AT.date(), seen=None, at=AT
        )
        is None
    )
    assert seen(town, reference).state.value == "received"
    assert store.count_parts(town.alder.officer)[store.Part.OPEN] == 1
    assert incoming_search.search_batch(town.alder.officer, reference, at=AT) == 1
    assert seen(town, reference).state.value == "answered"
    values = dict(seen(town, reference).values)
    same = incoming.correct(
        town.alder.officer, reference, values, sender_code="383", received_on=AT.date(), seen=None, at=AT
    )
    assert same is None
    view = seen(town, reference)
    assert (view.state.value, view.request.sender_code) == ("answered", "383")
    assert view.request.searched_at is not None


def test_every_cell_of_a_list_is_shown_and_tells_two_rows_apart(town: Town) -> None:
    head = "Reference,Surname,Forename,Date of birth,Also known to us as"
    rows = [f"TR-1,Elm,Lea,04/05/2014,{name}" for name in ("Lea Holly", "Lea Rowan")]
    first = took(town, "", file=("list.csv", f"{head}\n{rows[0]}".encode()), sender_code="840")
    second = took(town, "", file=("list.csv", f"{head}\n{rows[1]}".encode()), sender_code="840")
    shown = [seen(town, each) for each in (*first.new, *second.new)]
    assert [[line.text for line in each.unread] for each in shown] == [
        ["Also known to us as: Lea Holly"],
        ["Also known to us as: Lea Rowan"],
    ]
    assert "Lea Rowan" in shown[1].original


def test_details_of_a_child_whom_nobody_searched_for_stay(town: Town) -> None:
    (reference,) = took(town).new
    later = AT + timedelta(days=400)
    scope = Scope.for_operator({seen(town, reference).request.authority_id})
    assert incoming.erase_old(scope, on=later.date(), keep_days=90, at=later) == {"requests erased": 0}


def test_a_child_of_a_list_that_was_replaced_goes_with_the_request(town: Town) -> None:
    authority_id = town.alder.authority_id
    for name in ("Birch,Ada", "Elm,Lea"):
        content = f"Surname,Forename,Date of birth\n{name},04/05/2014\n".encode()
        kind = ListKind.HOME_EDUCATION
        done = child_lists.receive(town.alder.officer, authority_id, kind, "list.csv", content, at=AT)
        assert isinstance(done, int)
        assert child_lists.take(town.alder.officer, done, seen={}, at=AT) is None
        if name == "Birch,Ada":
            decide(town, searched(town), "not_same_child")
    assert db.session.query(ListedChild).count() == 2
    db.session.rollback()
    later = AT + timedelta(days=400)
    scope = Scope.for_operator({authority_id})
    assert incoming.erase_old(scope, on=later.date(), keep_days=90, at=later) == {"requests erased": 1}
    assert [each.surname for each in db.session.query(ListedChild)] == ["Elm"]


@on_both
def test_details_of_a_child_who_is_not_here_go_and_the_answer_stays(town: Town) -> None:
    reference = searched(town)
    assert answer(town, reference, NO_TRACE) is None
    later = AT + timedelta(days=95)
    scope = Scope.for_operator({seen(town, reference).request.authority_id})
    assert incoming.erase_old(scope, on=(AT + timedelta(days=80)).date(), keep_days=90, at=later) == {
        "requests erased": 0
    }
    assert incoming.erase_old(scope, on=later.date(), keep_days=90, at=later) == {"requests erased": 1}
    kept = seen(town, reference).request
    assert (kept.fields, kept.original, kept.unread) == ({}, "", [])
    assert (kept.sender_reference, kept.answer, kept.received_on) == ("TR-2026-0042", "no_trace", AT.date())
    assert kept.replies[0].body == ""
    assert db.session.query(SearchKey).filter(SearchKey.incoming_id.is_not(None)).count() == 0


@pytest.mark.parametrize("theirs", ["Amy Day 2014", "Li Wu 14/3/15", "AMY-2014", "140315"])
def test_a_reference_that_may_tell_of_a_child_goes_with_the_details(town: Town, theirs: str) -> None:
    reference = searched(town, ADA.replace("TR-2026-0042", theirs).replace(" Ada", " Leo"))
    assert seen(town, reference).request.sender_reference == theirs
    later = AT + timedelta(days=95)
    scope = Scope.for_operator({seen(town, reference).request.authority_id})
    incoming.erase_old(scope, on=later.date(), keep_days=90, at=later)
    assert seen(town, reference).request.sender_reference == ""


@on_both
def test_details_of_a_child_who_is_here_are_kept(ada: Town) -> None:
    reference = searched(ada)
    decide(ada, reference)
    later = AT + timedelta(days=400)
    scope = Scope.for_operator({seen(ada, reference).request.authority_id})
    assert incoming.erase_old(scope, on=later.date(), keep_days=90, at=later) == {"requests erased": 0}
    other = searched(ada, ADA.replace("0042", "0050"))
    decide(ada, other, "not_same_child")
    assert incoming.erase_old(scope, on=later.date(), keep_days=90, at=later) == {"requests erased": 1}
    db.session.rollback()
    assert db.session.query(TraceMatch).count() == db.session.query(MatchDecision).count() == 1


@on_both
def test_no_trace_is_answered_for_all_of_a_list_who_were_not_found(ada: Town) -> None:
    rows = [f"TR-{number},Elm,Child {number},0{number}/05/2014,,blue" for number in range(1, 6)]
    rows += [f"TR-8,Birch,Ada,04/05/2014,{UPN},green", "TR-9,Ash,Lea,03/05/14,,"]
    content = "\n".join(["Reference,Surname,Forename,Date of birth,UPN,Coat", *rows]).encode()
    done = took(ada, "", file=("list.csv", content), sender_code="840")
    assert len(done.new) == 7
    batch = done.new[0]
    assert "Coat" in str(seen(ada, batch).request.unread)
    assert incoming_search.search_batch(ada.alder.officer, batch, at=AT) == 6
    found = incoming_replies.nobody_found(ada.alder.officer, batch, None, today=AT.date())
    assert found is not None
    assert [each.sender_reference for each in found.requests] == [f"TR-{number}" for number in range(1, 6)]
    assert "TR-8" not in found.message.body
    late = incoming_replies.record_nobody_found(ada.alder.officer, batch, "840", AT, seen="other", at=AT)
    assert isinstance(late, Refused)
    told = incoming_replies.record_nobody_found(ada.alder.officer, batch, "840", AT, seen=found.seen, at=AT)
    assert told == 5
    assert store.count_parts(ada.alder.officer)[store.Part.ANSWERED] == 5
    assert incoming_replies.nobody_found(ada.alder.officer, batch, None, today=AT.date()) is None


@on_both
def test_a_year_of_two_digits_is_asked_before_the_search_and_corrected(ada: Town) -> None:
    (reference,) = took(ada, ADA.replace("04/05/2014", "04/05/14")).new
    refused = incoming_search.search(ada.alder.officer, reference, seen=None, at=AT)
    assert isinstance(refused, Refused)
    assert "four digits" in refused.sentences[0]
    view = seen(ada, reference)
    values = {**view.values, Field.BORN_ON: "4 May 2014"}
    old = incoming.correct(
        ada.alder.officer, reference, values, sender_code="840", received_on=AT.date(), seen=9, at=AT
    )
    assert old is not None
    assert old.missing == ("seen",)
    done = incoming.correct(
        ada.alder.officer,
        reference,
        values,
        sender_code="840",
        received_on=AT.date(),
        seen=view.request.version,
        at=AT,
    )
    assert done is None
    assert incoming_search.search(ada.alder.officer, reference, seen=None, at=AT) == 1


def test_who_was_found_waits_two_working_days_at_most(ada: Town) -> None:
    searched(ada)
    authority = db.session.query(LocalAuthority).filter_by(code="841").one()
    scope = Scope.for_operator({authority.id})
    days = [date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)]
    assert [match_review.count_late(scope, authority, on) for on in days] == [0, 0, 0, 1]
    due = digest.Due([], [authority], {}, {}, undecided={authority.id: 1})
    assert list(digest.things_to_do(ada.alder.officer, due)) == [
        (authority.name, ["1 child found by a search waits too long for a decision."])
    ]


def test_the_keys_of_live_requests_are_made_anew(ada: Town) -> None:
    searched(ada)
    keys = {each.key for each in db.session.query(SearchKey).filter(SearchKey.incoming_id.is_not(None))}
    db.session.rollback()
    with transaction() as session:
        session.query(SearchKey).filter(SearchKey.incoming_id.is_not(None)).delete()
    with transaction():
        incoming_search.rebuild_keys(on=AT.date())
    again = {each.key for each in db.session.query(SearchKey).filter(SearchKey.incoming_id.is_not(None))}
    assert keys == again != set()


def test_another_authority_s_officer_sees_nothing(ada: Town) -> None:
    reference = searched(ada)
    db.session.rollback()
    stranger = Scope.for_operator({999})
    assert incoming_views.show(stranger, reference, at=AT) is None
    with pytest.raises(LookupError):
        incoming.close(stranger, reference, "Why", seen=None, at=AT)
    assert db.session.query(IncomingTrace).count() == 1


@on_both
def test_a_child_whom_an_officer_has_looked_for_in_confidence_is_answered_with_a_call_alone(
    ada: Town,
) -> None:
    ada.alder.submit(days_from(date(2026, 11, 2), 10), {"Birch, Ada": "O" * 10}, at=AT)
    officer = replace(ada.alder.officer, user_id=user("Cleo Rowe"))
    begun = traces.begin(officer, ada.alder.case("Birch, Ada").reference, at=AT)
    assert isinstance(begun, str)
    with transaction() as session:
        session.scalars(select(Trace).where(Trace.reference == begun)).one().restricted = True
    reference = searched(ada)
    said = Finding(Kind.FOUND_NOT_ON_ROLL, address="77 Hidden Lane", seen_by="A neighbour")
    assert answer(ada, reference, Draft(said, "01325 000000")) is None
    view = seen(ada, reference)
    assert view.request.answer == "please_telephone"
    assert "Hidden" not in view.request.replies[0].body
