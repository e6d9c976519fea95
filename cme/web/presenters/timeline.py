"""What happened in a case, newest first, in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from cme.casework.case import ReviewDecision, Stage
from cme.casework.declining import DECLINE_REASONS
from cme.casework.enquiries.enquiry import Result, read_steps
from cme.casework.events import EVENT_TYPES, EventKind
from cme.casework.locating import VERDICTS
from cme.casework.outcomes import Side, read_outcomes
from cme.casework.policy.pack import PolicyPack
from cme.casework.referral.answers import FIELD_BY_ID
from cme.casework.referral.fields import home_authorities
from cme.casework.removal.confirming import CHECKS, FOUND
from cme.casework.removal.deciding import CONFIRMATIONS, QUERIES
from cme.casework.removal.grounds import read_grounds
from cme.casework.removal.recorded import RULES, FactKind
from cme.casework.requesting import ASKED_FOR
from cme.casework.review import Rating
from cme.casework.safety.found import read_found_items
from cme.casework.triage import item_label, read_not_cme_reasons
from cme.clock import LONDON
from cme.services.casework import CaseView
from cme.services.enquiry_records import EnquiryRecord
from cme.services.following import THE_REGISTER
from cme.tracing.replies import Kind
from cme.tracing.states import Result as Ended
from cme.web.presenters.dates import day, moment
from cme.web.presenters.recipients import recipient_names
from cme.web.presenters.words import capitalised, listed


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One event. `data` holds words by key; `withheld` says that risk notes were left out for this viewer."""

    title: str
    by: str
    at_iso: str
    at_text: str
    template: str
    data: Mapping[str, Any]
    withheld: bool


def template_of(kind: EventKind) -> str:
    """The partial that shows events of a kind."""
    return f"cases/events/{kind.value.replace('.', '_')}.html"


def timeline(view: CaseView, *, may_see_risk_notes: bool) -> list[TimelineEvent]:
    """Every event of a case, newest first. Risk notes are left out for those who may not see them."""
    return [
        _present(event, view.facts.pack, may_see_risk_notes=may_see_risk_notes)
        for event in reversed(view.case.events)
    ]


def before_opening(view: CaseView, made: Iterable[EnquiryRecord]) -> list[TimelineEvent]:
    """The enquiries of the absence that were recorded before there was a case, the newest first.

    They have no event of their own. `made` are those that the viewer may see.
    """
    earlier = [each for each in made if each.row.entered_at < view.case.opened_at]
    return [
        TimelineEvent(
            title="Enquiry recorded before the case opened",
            by=", ".join(filter(None, (each.row.entered_by, each.row.entered_role))),
            at_iso=each.row.done_at.isoformat(),
            at_text=moment(each.row.done_at),
            template=template_of(EventKind.ENQUIRY_LOGGED),
            data={"step": capitalised(each.step.short), "result": each.result.label},
            withheld=False,
        )
        for each in sorted(earlier, key=lambda one: one.row.done_at, reverse=True)
    ]


def _present(event: Any, pack: PolicyPack, *, may_see_risk_notes: bool) -> TimelineEvent:
    kind = EventKind(event.kind)
    known = EVENT_TYPES[kind]
    hidden = frozenset() if may_see_risk_notes else known.private
    by = "the register" if event.by == THE_REGISTER else event.by
    return TimelineEvent(
        title=known.title,
        by=f"{by}, {event.role}" if event.role else by,
        at_iso=event.at.isoformat(),
        at_text=moment(event.at),
        template=template_of(kind),
        data={
            key: _WORDS.get(key, _as_is)(event.data[key], pack)
            for key in known.keys
            if key in event.data and key not in hidden
        },
        withheld=any(key in event.data for key in hidden),
    )


def _as_is(value: Any, _pack: PolicyPack) -> Any:
    return value


def _day(value: str, _pack: PolicyPack) -> str:
    return day(date.fromisoformat(value))


def _local_moment(value: str, _pack: PolicyPack) -> str:
    return moment(datetime.fromisoformat(value).replace(tzinfo=LONDON))


def _step(code: str, _pack: PolicyPack) -> str:
    return capitalised(read_steps()[code].short)


def _outcome(code: str, _pack: PolicyPack) -> str:
    known = read_outcomes().get(code)
    return known.label if known else code


def decision_label(decision: ReviewDecision, pack: PolicyPack) -> str:
    """A review's decision, where it asks for advice in the area's own words."""
    if decision is ReviewDecision.ADVICE and pack.front_door.advice_label:
        return pack.front_door.advice_label
    return decision.label


_WORDS: Mapping[str, Callable[[Any, PolicyPack], Any]] = MappingProxyType(
    {
        "as_of": _day,
        "uploaded_at": _local_moment,
        "absent_from": _day,
        "next_review_on": _day,
        "rating": lambda value, _: Rating(value).label.lower(),
        "reason_code": lambda value, _: DECLINE_REASONS.get(value, value),
        "decision": lambda value, pack: decision_label(ReviewDecision(value), pack),
        "recipients": lambda value, pack: listed(recipient_names(value, pack)),
        "missing": lambda value, _: [FIELD_BY_ID[each].label for each in value if each in FIELD_BY_ID],
        "held_on": _day,
        "educated_on": _day,
        "side": lambda value, _: Side(value).label,
        "checks": lambda value, _: [CHECKS[code] for code, said in value.items() if said == FOUND],
        "without_steps": lambda value, _: listed([read_steps()[code].short for code in value]),
        "came_from": lambda value, _: Stage(value).label,
        "step": _step,
        "result": lambda value, _: Result(value).label,
        "restricted_step": _step,
        "restricted_result": lambda value, _: Result(value).label,
        "suggested": _outcome,
        "item": lambda value, _: read_found_items()[value].label,
        "items": lambda value, _: listed([item_label(each) or each for each in value]),
        "replies": lambda value, _: [
            {"item": item_label(item) or item, "text": text} for item, text in value.items()
        ],
        "expected_on": _day,
        "accepted_on": _day,
        "seen_on": _day,
        "starting_on": _day,
        "return_due_on": _day,
        "not_cme": lambda value, _: read_not_cme_reasons()[value].label,
        "authority": lambda value, _: home_authorities().get(value, value),
        "ground": lambda value, _: read_grounds()[value].label,
        "fact": lambda value, _: RULES[FactKind(value)].question,
        "confirmation": lambda value, _: CONFIRMATIONS[value],
        "query": lambda value, _: QUERIES[value],
        "verified": lambda value, _: VERDICTS[value],
        "outcome": _outcome,
        "reply_by_on": _day,
        "received_on": _day,
        "asked_for": lambda value, _: ASKED_FOR[value],
        "answer": lambda value, _: Kind(value).label,
        "ended": lambda value, _: Ended(value).label,
    }
)
"""How the value of each key is put into words; a key that is not listed is shown as it is."""
