"""What the authority makes of a referral: accepted, returned, rejected, handed on; what each asks for.

Source: casework reference s.9. Nothing here pauses safeguarding, a counter or the joint clock.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from cme.casework.closing import attended_since_opening
from cme.casework.enquiries.steps import read_steps
from cme.casework.messages import writes_for
from cme.casework.outcomes import Side
from cme.casework.questions import Check, Question, unless
from cme.casework.referral.fields import home_authorities
from cme.casework.referral.form import FIELD_BY_ID
from cme.casework.words import day, is_told
from cme.data import read_rows


@dataclass(frozen=True, slots=True)
class NotCmeReason:
    """Why a referred child is not missing from education, and what is asked before that is said."""

    code: str
    label: str
    asks: str


@cache
def read_not_cme_reasons() -> Mapping[str, NotCmeReason]:
    """The decision guide: every reason by its code (`data/not_cme_reasons.csv`, our policy)."""
    return MappingProxyType({row["code"]: NotCmeReason(**row) for row in read_rows("not_cme_reasons.csv")})


def item_label(item: str) -> str | None:
    """What can be asked for when a referral is returned: a step of the catalogue or a field of the form."""
    if item in read_steps():
        return read_steps()[item].short
    return FIELD_BY_ID[item].label if item in FIELD_BY_ID else None


def as_reference(text: str) -> str:
    """A case reference as it is on record, however it was typed: "cme 26 0042" is CME-26-0042.

    Anything else is given back without white space round it, in capitals.
    """
    parts = _REFERENCE.fullmatch(text.strip())
    return f"CME-{parts[1]}-{parts[2]}" if parts else text.strip().upper()


_REFERENCE = re.compile(r"(?:cme)?[\W_]*([0-9]{2})[\W_]*([0-9]{4,7})", re.IGNORECASE | re.ASCII)


def _expected(question: Question) -> str | None:
    on = question.facts.entry.triage.expected_on
    if on is not None and on < question.today:
        return "The date on which you expect to be done must be today or later."
    return None


def _officer(question: Question) -> str | None:
    entry = question.facts.entry.triage
    if entry.officer_id is None:
        return "Choose the officer who works on the case."
    if entry.cover_id == entry.officer_id:
        return "Choose another person as cover: nobody covers for themselves."
    return None


def _items(question: Question) -> str | None:
    items = question.facts.entry.triage.items
    if not items:
        return "Choose what the school should add: an enquiry, or a field of the referral."
    if any(item_label(item) is None for item in items):
        return "Choose from the list what the school should add."
    return None


def _replies(question: Question) -> str | None:
    replies = question.facts.entry.triage.replies
    left = [item for item in question.state.return_items if not replies.get(item, "").strip()]
    if not left:
        return None
    names = ", ".join(item_label(item) or item for item in left)
    return f"Answer each thing that was asked for, or say why it cannot be had. Left: {names}."


def _accepted_on(question: Question) -> str | None:
    on = question.facts.entry.triage.accepted_on
    if on is None:
        return "Enter the date on which the other authority took the child on."
    if on > question.today:
        return "The date must be today or earlier."
    since_on = question.state.absence_since_on
    if since_on is not None and on < since_on:
        return f"The date must be {day(since_on)}, the first day of the absence, or later."
    return None


def _not_cme(question: Question) -> str | None:
    """A reason from the list, and none that the register speaks against: it is put right first."""
    code, standing = question.facts.entry.triage.not_cme, question.facts.standing
    if code not in read_not_cme_reasons():
        return "Choose why the child is not missing from education."
    if code == "not_of_age" and standing.compulsory_age:
        return (
            "By the date of birth on record the child is of compulsory school age. "
            "Ask the school to correct it, or choose another reason."
        )
    if code == "returned" and attended_since_opening(question) is None:
        return (
            "The register does not show the child back. "
            "Ask the school for one that does, or choose another reason."
        )
    if code in ("returned", "explained") and question.facts.return_run:
        return (
            "Days of this absence still count in the register. "
            "Ask the school to correct the marks, or choose another reason."
        )
    return None


def _both_enquired(question: Question) -> str | None:
    missing = [side.label for side in Side if side not in question.state.enquired_by]
    if not missing:
        return None
    return f"A completed enquiry of {' and of '.join(missing)} is needed first. Record it in the enquiry log."


def _is_review_time(question: Question) -> bool:
    noted_until_on = question.state.next_note_on
    has_come = noted_until_on is None or noted_until_on <= question.today
    return has_come and question.facts.return_run >= question.facts.pack.days("joint_review")


def _challenged(question: Question) -> str | None:
    if set(question.state.challenged_by) - writes_for(question.permissions):
        return None
    return "No professional challenge waits for your answer."


def _and_on_record(need: str, check: Check) -> Check:
    """A check of what was entered, and then whether the records bear it out."""
    return lambda q: check(q) or q.facts.entry.triage.contradicted.get(need)


_CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "expected_on": _expected,
        "not_accepted": lambda q: (
            f"The referral was accepted on {day(q.state.accepted_on)}. Allocate the case instead."
            if q.state.accepted_on
            else None
        ),
        "officer": _officer,
        "nothing_asked": unless(
            lambda q: not q.state.return_items, "The school has yet to answer what was asked for before."
        ),
        "items_asked": unless(
            lambda q: q.state.return_items, "The authority has asked for nothing. Send an update instead."
        ),
        "items": _items,
        "replies": _replies,
        "not_cme": _not_cme,
        "kept": unless(
            lambda q: q.facts.entry.triage.kept.strip(), "Enter the reference of the case that is kept."
        ),
        "authority": unless(
            lambda q: q.facts.entry.triage.authority in home_authorities(), "Choose the authority."
        ),
        "accepted_by": unless(
            lambda q: is_told(q.facts.entry.triage.accepted_by),
            "Enter the name and the team of the officer there who took the child on.",
        ),
        "accepted_on": _accepted_on,
        "sent_before": unless(
            lambda q: q.state.was_referred, "No referral has been sent. There is no decision to challenge."
        ),
        "challenged": _challenged,
        "review_time": unless(
            _is_review_time, "The day of the joint review, or the date set in the last note, has not come."
        ),
        "both_enquired": _both_enquired,
    }
)

CHECKS: Mapping[str, Check] = MappingProxyType(
    {need: _and_on_record(need, check) for need, check in _CHECKS.items()}
)
"""The checks of triage, by the need that asks for them."""
