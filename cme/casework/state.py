"""The state of a case: nothing but the fold of its events."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from types import MappingProxyType
from typing import Any

from cme.casework.events import Event, EventKind
from cme.casework.outcomes import Side
from cme.casework.stages import Overlay, Stage


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that waits for an answer: its number in the case, from 1, the side that asked, and when."""

    number: int
    side: Side
    asked_on: date


@dataclass(frozen=True, slots=True)
class CaseState:
    """Where a case stands and what has been done in it; the default is a pupil without a case.

    `absent_from_on` is the first counted day of the absence the case was opened for. `referral_as_of` and
    `referral_run` are the day up to which the register was counted when the referral was sent, and the
    count; `closed_as_of` and `closed_run` are the same of the closing. `returns_to` is the stage that losing
    eligibility leads back to. `approved_draft` is the fingerprint of the referral that the head teacher
    approved. `acknowledged_on` is None again once an update is sent, until that is acknowledged.
    `welfare_talk_on` is the day on which the talk was held. `found_on` is the day on which the child was last
    noted to be no longer missing, `found_items` what is ticked off since.
    """

    stage: Stage = Stage.WATCHING
    overlays: frozenset[Overlay] = frozenset()
    opened_on: date | None = None
    absent_from_on: date | None = None
    reviewed_on: date | None = None
    next_review_on: date | None = None
    referral_drafted_on: date | None = None
    referral_sent_on: date | None = None
    referral_as_of: date | None = None
    referral_run: int | None = None
    acknowledged_on: date | None = None
    declined_on: date | None = None
    eligible_on: date | None = None
    returns_to: Stage = Stage.ENQUIRIES
    closing_proposed_on: date | None = None
    closed_on: date | None = None
    closed_as_of: date | None = None
    closed_run: int | None = None
    outcome_code: str = ""
    approved_draft: str = ""
    updated_on: date | None = None
    welfare_talk_on: date | None = None
    questions_asked: int = 0
    unanswered: tuple[Unanswered, ...] = ()
    enquired_on: date | None = None
    found_on: date | None = None
    found_items: tuple[str, ...] = ()

    @property
    def absence_since_on(self) -> date | None:
        """From when enquiries belong to the case: the absence, or for want of a counted one the opening."""
        return self.absent_from_on or self.opened_on

    def covers(self, on: date) -> bool:
        """Whether an enquiry made on a date belongs to the case: from the absence on, until it was closed."""
        since_on, until_on = self.absence_since_on, self.closed_on
        return (since_on is None or on >= since_on) and (until_on is None or on <= until_on)

    @property
    def last_touched_on(self) -> date | None:
        """The latest date on which a person did something to the case, or it was opened."""
        dates = (
            self.opened_on,
            self.reviewed_on,
            self.referral_sent_on,
            self.acknowledged_on,
            self.declined_on,
            self.updated_on,
            self.enquired_on,
        )
        return max((on for on in dates if on is not None), default=None)


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


def _ticked(state: CaseState, event: Event) -> Mapping[str, Any]:
    return {"found_items": tuple(dict.fromkeys((*state.found_items, event.data["item"])))}


EFFECTS: Mapping[EventKind, Effect] = MappingProxyType(
    {
        EventKind.CASE_OPENED: Effect(stamps=("opened_on",), copies={"absent_from_on": "absent_from"}),
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
            stamps=("declined_on",), copies={"next_review_on": "next_review_on"}
        ),
        EventKind.REFERRAL_APPROVED: Effect(copies={"approved_draft": "draft"}),
        EventKind.REFERRAL_UPDATED: Effect(stamps=("updated_on",), sets={"acknowledged_on": None}),
        EventKind.REFERRAL_ACKNOWLEDGED: Effect(stamps=("acknowledged_on",)),
        EventKind.REFERRAL_SUPERSEDED: Effect(adds=frozenset({Overlay.SUPERSEDED})),
        EventKind.REFERRAL_RESTORED: Effect(drops=frozenset({Overlay.SUPERSEDED})),
        EventKind.ELIGIBILITY_REACHED: Effect(stamps=("eligible_on",), copies={"returns_to": "came_from"}),
        EventKind.ELIGIBILITY_LOST: Effect(sets={"eligible_on": None}),
        EventKind.CLOSING_PROPOSED: Effect(
            stamps=("closing_proposed_on",), adds=frozenset({Overlay.CLOSING_PROPOSED})
        ),
        EventKind.CLOSING_WITHDRAWN: Effect(
            sets={"closing_proposed_on": None, "welfare_talk_on": None},
            drops=frozenset({Overlay.CLOSING_PROPOSED}),
        ),
        EventKind.CASE_CLOSED: Effect(
            stamps=("closed_on",),
            copies={"outcome_code": "outcome", "closed_as_of": "as_of", "closed_run": "return_run"},
            sets={"closing_proposed_on": None},
            drops=frozenset({Overlay.CLOSING_PROPOSED, Overlay.MISSING_NOW}),
        ),
        EventKind.QUESTION_ASKED: Effect(works_out=_asked),
        EventKind.QUESTION_ANSWERED: Effect(works_out=_answered),
        EventKind.WELFARE_TALK_HELD: Effect(copies={"welfare_talk_on": "held_on"}),
        EventKind.ENQUIRY_LOGGED: Effect(stamps=("enquired_on",)),
        EventKind.ENQUIRY_CORRECTED: Effect(stamps=("enquired_on",)),
        EventKind.MISSING_NOTICED: Effect(adds=frozenset({Overlay.MISSING_NOW}), sets={"found_items": ()}),
        EventKind.MISSING_ENDED: Effect(drops=frozenset({Overlay.MISSING_NOW}), stamps=("found_on",)),
        EventKind.FOUND_ITEM_DONE: Effect(works_out=_ticked),
    }
)
"""What each kind of event does to the state. A kind that is not listed only moves the stage, if at all."""

_NOTHING = Effect()

_TEXTS = frozenset({"outcome_code", "approved_draft"})


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
    if name == "returns_to":
        return Stage(value)
    if name in _TEXTS:
        return value or ""
    return date.fromisoformat(value) if isinstance(value, str) else value


def fold_events(events: Iterable[Event]) -> CaseState:
    """The state of a case from all its events, in the order in which they were recorded."""
    return reduce(record, events, CaseState())
