"""The state of a case: nothing but the fold of its events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from types import MappingProxyType
from typing import Any

from cme.casework.events import Event, EventKind
from cme.casework.stages import Overlay, Stage


@dataclass(frozen=True, slots=True)
class CaseState:
    """Where a case stands and what has been done in it; the default is a pupil without a case.

    `absent_from_on` is the first counted day of the absence the case was opened for. `referral_as_of` and
    `referral_run` are the day up to which the register was counted when the referral was sent, and the
    count; `closed_as_of` and `closed_run` are the same of the closing. `returns_to` is the stage that losing
    eligibility leads back to.
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

    @property
    def last_touched_on(self) -> date | None:
        """The latest date on which a person did something to the case, or it was opened."""
        dates = (
            self.opened_on,
            self.reviewed_on,
            self.referral_sent_on,
            self.acknowledged_on,
            self.declined_on,
        )
        return max((on for on in dates if on is not None), default=None)


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event does to the state besides moving the stage.

    `stamps`: fields set to the date of the event. `copies`: field -> key of the data it is read from, to
    None where the key is absent. `sets`: field -> fixed value. `adds_if`:
    key of the data -> overlay that is added where the key says yes.
    """

    stamps: tuple[str, ...] = ()
    copies: Mapping[str, str] = field(default_factory=dict)
    sets: Mapping[str, Any] = field(default_factory=dict)
    adds: frozenset[Overlay] = frozenset()
    drops: frozenset[Overlay] = frozenset()
    adds_if: Mapping[str, Overlay] = field(default_factory=dict)


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
        EventKind.REFERRAL_ACKNOWLEDGED: Effect(stamps=("acknowledged_on",)),
        EventKind.REFERRAL_SUPERSEDED: Effect(adds=frozenset({Overlay.SUPERSEDED})),
        EventKind.REFERRAL_RESTORED: Effect(drops=frozenset({Overlay.SUPERSEDED})),
        EventKind.ELIGIBILITY_REACHED: Effect(stamps=("eligible_on",), copies={"returns_to": "came_from"}),
        EventKind.ELIGIBILITY_LOST: Effect(sets={"eligible_on": None}),
        EventKind.CLOSING_PROPOSED: Effect(
            stamps=("closing_proposed_on",), adds=frozenset({Overlay.CLOSING_PROPOSED})
        ),
        EventKind.CLOSING_WITHDRAWN: Effect(
            sets={"closing_proposed_on": None}, drops=frozenset({Overlay.CLOSING_PROPOSED})
        ),
        EventKind.CASE_CLOSED: Effect(
            stamps=("closed_on",),
            copies={"outcome_code": "outcome", "closed_as_of": "as_of", "closed_run": "return_run"},
            sets={"closing_proposed_on": None},
            drops=frozenset({Overlay.CLOSING_PROPOSED, Overlay.MISSING_NOW}),
        ),
    }
)
"""What each kind of event does to the state. A kind that is not listed only moves the stage, if at all."""

_NOTHING = Effect()


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
    if name == "outcome_code":
        return value or ""
    return date.fromisoformat(value) if isinstance(value, str) else value


def fold_events(events: Iterable[Event]) -> CaseState:
    """The state of a case from all its events, in the order in which they were recorded."""
    return reduce(record, events, CaseState())
