"""What the people of the demonstration do to a case, and when it is time for it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from cme.access.scope import Scope
from cme.casework.case import Action, Entry, ReviewDecision, Stage
from cme.casework.enquiries.enquiry import EnquiryEntry
from cme.casework.entries import LocationEntry, TriageEntry
from cme.casework.review import ANSWERED_KINDS, Answer, Finding, Rating, Review, indicators_of
from cme.clock import local_date
from cme.demo.cast import Cast, done
from cme.demo.enquiries import enquiries_of_a_day, enquiries_of_the_authority
from cme.demo.referral import REFERRAL, WITHOUT_ENQUIRIES
from cme.demo.removal import propose, remove, trace
from cme.demo.tracing import ask_one
from cme.services import casework, enquiries, referrals
from cme.store import cases
from cme.store.database import db
from cme.store.tables import Case

Act = Callable[[str, Cast, Iterator[datetime]], None]
"""Does something to the case of a reference, each step at the next of the instants."""


def is_time(case: Case, act: str, *, last: bool) -> bool:
    """Whether the people of the story would do it now: in order, and each thing once."""
    state = cases.state_of(case)
    is_sent = state.referral_sent_on is not None
    match act:
        case "review":
            return state.reviewed_on is None
        case "enquire" | "ring":
            return state.enquired_on is None
        case "refer" | "decline":
            return not is_sent and case.stage == Stage.REFERRAL_DRAFT
        case "acknowledge":
            return state.acknowledged_on is None and is_sent
        case "ask":
            return last and is_sent and not state.questions_asked
        case "accept":
            return state.accepted_on is None and is_sent
        case "return" | "report":
            return last and is_sent
        case "propose" | "remove" | "trace":
            return last and case.stage == Stage.DECISION
        case _:
            return last and "closing_proposed" in case.overlays


def _review(reference: str, cast: Cast, instants: Iterator[datetime]) -> None:
    at = next(instants)
    entry = Entry(
        decision=ReviewDecision.ENQUIRE_ON,
        reason="Both parents rung twice without answer. Aunt rung: has not heard from the family.",
        next_review_on=local_date(at) + timedelta(days=5),
        review=REVIEW,
    )
    done(reference, casework.act(cast.lead, reference, Action.SIGN_REVIEW, entry, at=at))


def _enquire(reference: str, cast: Cast, instants: Iterator[datetime]) -> None:
    at = next(instants)
    _log(cast.lead, reference, enquiries_of_a_day(cast.lead.name, at), at=at)


def _ring(reference: str, cast: Cast, instants: Iterator[datetime]) -> None:
    at = next(instants)
    _log(cast.lead, reference, enquiries_of_a_day(cast.lead.name, at)[:2], at=at)


def _log(scope: Scope, reference: str, entries: list[EnquiryEntry], *, at: datetime) -> None:
    case = cases.find_case(scope, reference)
    if case is None:
        raise LookupError("whoever enquires sees the case")
    registration_id = case.registration_id
    db.session.rollback()
    for entry in entries:
        done(reference, enquiries.log(scope, registration_id, entry, at=at))


def _refer(reference: str, cast: Cast, instants: Iterator[datetime]) -> None:
    sent = referrals.send_referral(
        cast.lead,
        reference,
        REFERRAL,
        safeguarding=False,
        without_enquiries=WITHOUT_ENQUIRIES,
        at=next(instants),
    )
    done(reference, sent)


def _acknowledge(reference: str, cast: Cast, instants: Iterator[datetime]) -> None:
    done(
        reference,
        casework.act(cast.officer, reference, Action.ACKNOWLEDGE_REFERRAL, Entry(), at=next(instants)),
    )


def _ask(reference: str, cast: Cast, instants: Iterator[datetime]) -> None:
    question = Entry(message="Which of the two phone numbers did the school try last, and on which day?")
    done(reference, casework.act(cast.officer, reference, Action.ASK_QUESTION, question, at=next(instants)))


def _return(reference: str, cast: Cast, instants: Iterator[datetime]) -> None:
    entry = Entry(
        reason="Please visit the home, and say who else may collect the child.",
        triage=TriageEntry(items=("E18", "emergency_contacts")),
    )
    done(reference, casework.act(cast.officer, reference, Action.RETURN_REFERRAL, entry, at=next(instants)))


def _accept(reference: str, cast: Cast, instants: Iterator[datetime]) -> None:
    entry = Entry(triage=TriageEntry(officer_id=cast.officer.user_id, cover_id=cast.manager.user_id))
    done(reference, casework.act(cast.officer, reference, Action.ACCEPT_REFERRAL, entry, at=next(instants)))
    at = next(instants)
    _log(cast.officer, reference, enquiries_of_the_authority(cast.officer.name, at), at=at)


def _report(reference: str, cast: Cast, instants: Iterator[datetime]) -> None:
    entry = Entry(
        message="Said to be staying with the grandmother, two streets from the old address.",
        location=LocationEntry(source="A neighbour, at the door"),
    )
    done(reference, casework.act(cast.lead, reference, Action.REPORT_LOCATION, entry, at=next(instants)))
    ask_one(reference, cast, instants)


def _decline(reference: str, cast: Cast, instants: Iterator[datetime]) -> None:
    at = next(instants)
    entry = Entry(
        reason_code="located",
        reason="Seen at home with a grandparent, who brings word of a bereavement in the family on Monday.",
        agreed_by="Peter Lindqvist, head teacher",
        next_review_on=local_date(at) + timedelta(days=5),
    )
    done(reference, casework.act(cast.lead, reference, Action.DECLINE_REFERRAL, entry, at=at))


def _close(reference: str, cast: Cast, instants: Iterator[datetime]) -> None:
    at = next(instants)
    talk = Entry(held_by="Leon Hartley, form tutor", held_on=local_date(at), words="I was at my nan's.")
    done(reference, casework.act(cast.lead, reference, Action.RECORD_TALK, talk, at=at))
    entry = Entry(outcome_code="O01", reason="Back in school; seen by the form tutor every day since.")
    done(reference, casework.act(cast.lead, reference, Action.CLOSE, entry, at=at))


DONE: Mapping[str, Act] = MappingProxyType(
    {
        "review": _review,
        "enquire": _enquire,
        "ring": _ring,
        "refer": _refer,
        "acknowledge": _acknowledge,
        "ask": _ask,
        "return": _return,
        "accept": _accept,
        "report": _report,
        "propose": propose,
        "remove": remove,
        "trace": trace,
        "decline": _decline,
        "close": _close,
    }
)
"""What each act of a story is."""

_NO = Finding(Answer.NO)
REVIEW = Review(
    findings={each.code: _NO for each in indicators_of(*ANSWERED_KINDS, asked_once=True)}
    | {
        "out_of_character": Finding(Answer.NOT_KNOWN),
        "education": Finding(Answer.YES, "Moved down a set in September"),
        "whereabouts_known": _NO,
        "parents_reported": _NO,
    },
    child_words="Nobody has spoken to the child since the absence began.",
    rating=Rating.MEDIUM,
)
"""What the demonstration's reviews find."""
