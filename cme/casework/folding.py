"""What each kind of event does to a case, and the fold of them: the one way to its state."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from types import MappingProxyType
from typing import Any

from cme.casework.enquiries.results import SETTLED_WITHOUT
from cme.casework.enquiries.steps import Step, read_steps
from cme.casework.events import Event, EventKind
from cme.casework.outcomes import RETURNED, Side
from cme.casework.removal.afterwards import ends_with_a_sighting
from cme.casework.removal.confirming import known_after
from cme.casework.removal.enquired import is_completed
from cme.casework.stages import Overlay, Stage
from cme.casework.state import CaseState, Unanswered
from cme.tracing.states import Result as TraceResult


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event does to the state besides moving the stage.

    `stamps`: fields set to the date of the event. `copies`: field -> key of the data it is read from, to
    None where the key is absent. `sets`: field -> fixed value. `adds_if`:
    key of the data -> overlay that is added where the key says yes. `works_out` gives the fields whose
    new value rests on their old one.
    """

    stamps: tuple[str, ...] = ()
    copies: Mapping[str, str] = field(default_factory=dict)
    sets: Mapping[str, Any] = field(default_factory=dict)
    adds: frozenset[Overlay] = frozenset()
    drops: frozenset[Overlay] = frozenset()
    adds_if: Mapping[str, Overlay] = field(default_factory=dict)
    works_out: Callable[[CaseState, Event], Mapping[str, Any]] = lambda _state, _event: {}


def _asked(state: CaseState, event: Event) -> Mapping[str, Any]:
    number = event.data["number"]
    waiting = Unanswered(number, Side(event.data["side"]), event.on)
    return {"questions_asked": number, "unanswered": (*state.unanswered, waiting)}


def _answered(state: CaseState, event: Event) -> Mapping[str, Any]:
    left = tuple(each for each in state.unanswered if each.number != event.data["answers"])
    return {"unanswered": left}


def _step_and_result(event: Event) -> tuple[Step, str]:
    step = read_steps()[event.data.get("step") or event.data["restricted_step"]]
    return step, event.data.get("result") or event.data.get("restricted_result", "")


def _enquired_by(state: CaseState, event: Event) -> Mapping[str, Any]:
    """Who has enquired. A correction counts too, in the place of what it corrects: so the answer to an
    enquiry is entered, and so is that there was none."""
    step, result = _step_and_result(event)
    replaced = event.data.get("replaces")
    left = frozenset(each for each in state.completed if replaced is None or each[0] != replaced)
    if not is_completed(step, result):
        return {"completed": left}
    side = Side(event.data.get("side") or (Side.AUTHORITY if step.is_of_authority else Side.SCHOOL))
    return {"completed": left | {(event.data.get("enquiry"), side)}}


def _enquired(state: CaseState, event: Event) -> Mapping[str, Any]:
    """Who has enquired, and the step that a clock waits for: the search after a removal."""
    step, result = _step_and_result(event)
    clocks = _ENDED_BY_STEP if state.removed_on is not None and result not in SETTLED_WITHOUT else {}
    ended = {clocks[step.code]: event.on} if step.code in clocks else {}
    return {**_enquired_by(state, event), **ended}


_ENDED_BY_STEP: Mapping[str, str] = MappingProxyType({"E44": "traced_on"})


def _signed(state: CaseState, event: Event) -> Mapping[str, Any]:
    """Another signature under the same statement, or the first under another one."""
    fingerprint, side = event.data["fingerprint"], Side(event.data["side"])
    others = state.signed_by if state.statement == fingerprint else frozenset()
    return {"statement": fingerprint, "signed_by": others | {side}}


def _noted(state: CaseState, _event: Event) -> Mapping[str, Any]:
    """A joint review goes back to the authority's enquiries; what was never in one keeps its own way back."""
    return {"returns_to": Stage.LA_ENQUIRIES} if state.returns_to is Stage.JOINT_REVIEW else {}


def _challenged(state: CaseState, event: Event) -> Mapping[str, Any]:
    return {"challenged_by": (*state.challenged_by, Side(event.data["side"]))}


def _challenge_answered(state: CaseState, event: Event) -> Mapping[str, Any]:
    answering = Side(event.data["side"])
    return {"challenged_by": tuple(side for side in state.challenged_by if side is answering)}


def _answered_by_admissions(state: CaseState, event: Event) -> Mapping[str, Any]:
    """What admissions found stays known, whatever they answered and whatever becomes of the proposal."""
    return {"found_by_admissions": known_after(state.found_by_admissions, event.data.get("checks", {}))}


def _verified(state: CaseState, event: Event) -> Mapping[str, Any]:
    """A place that is ruled out changes nothing; a child who was found there was seen, or is expected.

    What was proposed for want of the child ends with that: it is proposed again, if it still holds.
    """
    if event.data["verified"] != "confirmed":
        return {}
    is_left = event.data["stage"] != Stage.REMOVAL_PROPOSED.value
    ended = _UNPROPOSED.sets if is_left and ends_with_a_sighting(state) else {}
    seen_on = event.data.get("seen_on")
    dates = [on for on in (state.sighted_on, date.fromisoformat(seen_on) if seen_on else None) if on]
    return {
        **ended,
        "sighted_on": max(dates, default=None),
        "located_on": event.on,
        "found_items": (),
        "expected_back": bool(event.data.get("expected_back")),
    }


def _traced(state: CaseState, event: Event) -> Mapping[str, Any]:
    """The search after a removal is made when more than one authority is asked. Whoever is searched for is
    found no longer, and the dates of the searches begin anew."""
    is_the_search = state.removed_on is not None and event.data.get("is_wide")
    is_anew = state.removed_on is not None and state.located_on is not None
    return {
        "located_on": None,
        **({"traced_on": event.on} if is_the_search else {}),
        **({"searched_anew_on": event.on} if is_anew else {}),
    }


def _untraced(state: CaseState, event: Event) -> Mapping[str, Any]:
    """A trace after the removal that found nobody is a search: the next date is the one after it."""
    if state.removed_on is None or event.data.get("ended") != TraceResult.NO_TRACE:
        return {}
    return {"no_trace_on": (*state.no_trace_on, event.on)}


def _uploaded(state: CaseState, event: Event) -> Mapping[str, Any]:
    """The file ends a case that nobody is looked for in, and what came to the stage of the file goes on from
    the search."""
    closed = {"closed_on": event.on} if event.data["stage"] == Stage.CLOSED.value else {}
    return closed | ({"was_at": Stage.TRACE} if state.was_at is Stage.REMOVED else {})


def _readmitted(state: CaseState, event: Event) -> Mapping[str, Any]:
    """Coming back ends the search. A case that had ended before keeps its end."""
    return {} if state.closed_on else {"closed_on": event.on, "outcome_code": RETURNED}


def _ticked(state: CaseState, event: Event) -> Mapping[str, Any]:
    return {"found_items": tuple(dict.fromkeys((*state.found_items, event.data["item"])))}


def _unticked(state: CaseState, event: Event) -> Mapping[str, Any]:
    return {"found_items": tuple(item for item in state.found_items if item != event.data["item"])}


_CLOSED = Effect(
    stamps=("closed_on",),
    copies={"outcome_code": "outcome", "closed_as_of": "as_of", "closed_run": "return_run"},
    sets={"closing_proposed_on": None},
    drops=frozenset({Overlay.CLOSING_PROPOSED, Overlay.MISSING_NOW}),
)

_WORKED = ("worked_on",)
"""What a person did that stamps nothing else: the case was touched."""

_UNREFERRED = Effect(
    stamps=_WORKED,
    sets={
        "referral_sent_on": None,
        "updated_on": None,
        "acknowledged_on": None,
        "expected_on": None,
        "accepted_on": None,
        "result_given_on": None,
        "next_note_on": None,
        "returned_on": None,
        "return_items": (),
        "approved_draft": "",
        "returns_to": Stage.ENQUIRIES,
    },
    drops=frozenset({Overlay.SUPERSEDED}),
)
"""A referral that the authority rejected or somebody revoked: the next one starts clocks of its own."""

_UNPROPOSED = Effect(sets={"ground": "", "proposed_on": None, "confirmation": "", "confirmed_on": None})

EFFECTS: Mapping[EventKind, Effect] = MappingProxyType(
    {
        EventKind.CASE_OPENED: Effect(
            stamps=("opened_on",), copies={"absent_from_on": "absent_from", "heard_on": "heard_on"}
        ),
        EventKind.CASE_FAST_TRACKED: Effect(adds=frozenset({Overlay.FAST_TRACK})),
        EventKind.REVIEW_SIGNED: Effect(stamps=("reviewed_on",), copies={"next_review_on": "next_review_on"}),
        EventKind.REFERRAL_DRAFTED: Effect(stamps=("referral_drafted_on",), sets={"declined_on": None}),
        EventKind.REFERRAL_SENT: Effect(
            stamps=("referral_sent_on",),
            copies={"referral_as_of": "as_of", "referral_run": "return_run"},
            sets={"returns_to": Stage.REFERRED, "declined_on": None},
            adds_if={"safeguarding": Overlay.SAFEGUARDING},
        ),
        EventKind.REFERRAL_DECLINED: Effect(
            stamps=("declined_on",),
            copies={"next_review_on": "next_review_on", "declined_until_on": "next_review_on"},
        ),
        EventKind.REFERRAL_APPROVED: Effect(stamps=_WORKED, copies={"approved_draft": "draft"}),
        EventKind.REFERRAL_UPDATED: Effect(
            stamps=("updated_on",),
            sets={"acknowledged_on": None},
            adds_if={"safeguarding": Overlay.SAFEGUARDING},
        ),
        EventKind.REFERRAL_ACKNOWLEDGED: Effect(
            stamps=("acknowledged_on",), copies={"expected_on": "expected_on"}
        ),
        EventKind.REFERRAL_ACCEPTED: Effect(
            # Accepting says more than acknowledging.
            stamps=("accepted_on", "acknowledged_on"),
            copies={"officer_id": "officer_id", "cover_id": "cover_id", "expected_on": "expected_on"},
            sets={"returns_to": Stage.LA_ENQUIRIES, "return_items": (), "returned_on": None},
        ),
        EventKind.CASE_ALLOCATED: Effect(copies={"officer_id": "officer_id", "cover_id": "cover_id"}),
        EventKind.REFERRAL_RETURNED: Effect(
            stamps=("returned_on",),
            copies={"return_items": "items"},
            sets={"returns_to": Stage.RETURNED},
        ),
        EventKind.REFERRAL_RESENT: Effect(
            stamps=("updated_on",),
            sets={
                "return_items": (),
                "returned_on": None,
                "acknowledged_on": None,
                "returns_to": Stage.REFERRED,
            },
        ),
        EventKind.REFERRAL_REJECTED: _UNREFERRED,
        EventKind.REFERRAL_REVOKED: _UNREFERRED,
        EventKind.CASE_TRANSFERRED: _CLOSED,
        EventKind.CASE_HANDED_OVER: Effect(stamps=_WORKED),
        EventKind.MEETING_REQUESTED: Effect(stamps=_WORKED),
        EventKind.RESULT_GIVEN: Effect(stamps=("result_given_on",)),
        EventKind.CHALLENGE_RAISED: Effect(stamps=("challenged_on", *_WORKED), works_out=_challenged),
        EventKind.CHALLENGE_ANSWERED: Effect(stamps=_WORKED, works_out=_challenge_answered),
        EventKind.JOINT_OPENED: Effect(
            stamps=("joint_opened_on", "joint_noted_on"),
            sets={"returns_to": Stage.JOINT_REVIEW, "next_note_on": None},
        ),
        EventKind.JOINT_CONTINUED: Effect(
            stamps=("joint_noted_on",),
            copies={"next_note_on": "next_review_on"},
            works_out=_noted,
        ),
        EventKind.JOINT_SIGNED: Effect(stamps=("signed_on", "joint_noted_on"), works_out=_signed),
        EventKind.REMOVAL_PROPOSED: Effect(
            stamps=("proposed_on",),
            copies={"ground": "ground", "proposed_from": "came_from"},
            sets={"confirmation": "", "confirmed_on": None},
        ),
        EventKind.REMOVAL_CONFIRMED: Effect(
            stamps=("confirmed_on",),
            copies={"confirmation": "confirmation"},
            works_out=_answered_by_admissions,
        ),
        EventKind.REMOVAL_QUERIED: replace(
            _UNPROPOSED,
            stamps=("queried_on",),
            copies={"query": "query"},
            works_out=_answered_by_admissions,
        ),
        EventKind.QUERY_ANSWERED: Effect(stamps=_WORKED, sets={"query": "", "queried_on": None}),
        EventKind.REMOVAL_WITHDRAWN: _UNPROPOSED,
        EventKind.REMOVAL_MADE: Effect(
            stamps=("removed_on",),
            copies={"limb": "limb"},
            drops=frozenset({Overlay.CLOSING_PROPOSED}),
        ),
        EventKind.CTF_UPLOADED: Effect(
            stamps=("ctf_on",), copies={"outcome_code": "outcome"}, works_out=_uploaded
        ),
        EventKind.PUPIL_READMITTED: Effect(stamps=("readmitted_on",), works_out=_readmitted),
        EventKind.LOCATION_REPORTED: Effect(stamps=("verifying_since_on",), copies={"was_at": "came_from"}),
        EventKind.LOCATION_VERIFIED: Effect(
            stamps=_WORKED, sets={"verifying_since_on": None}, works_out=_verified
        ),
        EventKind.TRACE_SENT: Effect(stamps=_WORKED, works_out=_traced),
        EventKind.TRACE_REPLIED: Effect(stamps=_WORKED),
        EventKind.TRACE_ENDED: Effect(stamps=_WORKED, works_out=_untraced),
        EventKind.RECORDS_REQUESTED: Effect(
            stamps=_WORKED, works_out=lambda state, _: {"records_requests": state.records_requests + 1}
        ),
        EventKind.RECORDS_REQUEST_WITHDRAWN: Effect(
            stamps=_WORKED, works_out=lambda state, _: {"records_requests": state.records_requests - 1}
        ),
        EventKind.MATCH_DECIDED: Effect(stamps=_WORKED),
        EventKind.REFERRAL_SUPERSEDED: Effect(adds=frozenset({Overlay.SUPERSEDED})),
        EventKind.REFERRAL_RESTORED: Effect(drops=frozenset({Overlay.SUPERSEDED})),
        EventKind.ELIGIBILITY_REACHED: Effect(stamps=("eligible_on",), copies={"returns_to": "came_from"}),
        EventKind.ELIGIBILITY_LOST: Effect(
            sets={
                "eligible_on": None,
                "ground": "",
                "proposed_on": None,
                "confirmation": "",
                "confirmed_on": None,
            }
        ),
        EventKind.CLOSING_PROPOSED: Effect(
            stamps=("closing_proposed_on",), adds=frozenset({Overlay.CLOSING_PROPOSED})
        ),
        EventKind.CLOSING_WITHDRAWN: Effect(
            sets={"closing_proposed_on": None, "welfare_talk_on": None},
            drops=frozenset({Overlay.CLOSING_PROPOSED}),
        ),
        EventKind.CASE_CLOSED: _CLOSED,
        EventKind.QUESTION_ASKED: Effect(stamps=_WORKED, works_out=_asked),
        EventKind.QUESTION_ANSWERED: Effect(stamps=_WORKED, works_out=_answered),
        EventKind.WELFARE_TALK_HELD: Effect(stamps=_WORKED, copies={"welfare_talk_on": "held_on"}),
        EventKind.ENQUIRY_LOGGED: Effect(stamps=("enquired_on",), works_out=_enquired),
        EventKind.ENQUIRY_CORRECTED: Effect(stamps=("enquired_on",), works_out=_enquired_by),
        EventKind.MISSING_NOTICED: Effect(
            adds=frozenset({Overlay.MISSING_NOW}), sets={"found_items": (), "located_on": None}
        ),
        EventKind.MISSING_ENDED: Effect(drops=frozenset({Overlay.MISSING_NOW}), stamps=("found_on",)),
        EventKind.FOUND_ITEM_DONE: Effect(stamps=_WORKED, works_out=_ticked),
        EventKind.FOUND_ITEM_UNDONE: Effect(stamps=_WORKED, works_out=_unticked),
    }
)
"""What each kind of event does to the state. A kind that is not listed only moves the stage, if at all."""

_NOTHING = Effect()

_TEXTS = frozenset({"outcome_code", "approved_draft", "ground", "limb", "confirmation", "query"})
_STAGES = frozenset({"returns_to", "was_at", "proposed_from"})


def record(state: CaseState, event: Event) -> CaseState:
    """The state after one more event.

    The stage is the one the event carries: what was decided then stands, even where today's table would
    decide otherwise.
    """
    effect = EFFECTS.get(event.kind, _NOTHING)
    changes: dict[str, Any] = {
        **dict.fromkeys(effect.stamps, event.on),
        **{name: _read(name, event.data.get(key)) for name, key in effect.copies.items()},
        **effect.sets,
        **effect.works_out(state, event),
    }
    added = effect.adds | {overlay for key, overlay in effect.adds_if.items() if event.data.get(key)}
    return replace(
        state,
        stage=Stage(event.data["stage"]),
        overlays=(state.overlays | added) - effect.drops,
        **changes,
    )


def _read(name: str, value: Any) -> Any:
    if name in _STAGES:
        return Stage(value)
    if name == "return_items":
        return tuple(value)
    if name in _TEXTS:
        return value or ""
    return date.fromisoformat(value) if isinstance(value, str) else value


def fold_events(events: Iterable[Event]) -> CaseState:
    """The state of a case from all its events, in the order in which they were recorded."""
    return reduce(record, events, CaseState())
