"""A referral with every answer that it needs to be sent."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from cme.casework.referral.answers import (
    NOT_KNOWN,
    TYPED,
    Answer,
    Answers,
    ReferralDraft,
    ReferralField,
    Section,
    Shape,
)

_SAID = {
    Shape.DATE: "2026-09-03",
    Shape.PAST_DATE: "2026-09-03",
    Shape.PHONE: "01325 406222",
    Shape.PHONES: "07700 900123",
    Shape.EMAIL: "dsl@school.example",
    Shape.POSTCODE: "DL1 5QT",
    Shape.DECLARATION: "yes",
}


def answer_to(field: ReferralField) -> Answer:
    """Something that answers a field of the form, in its shape."""
    if field.rows:
        return [{part.id: str(answer_to(part)) for part in field.rows if part.starred}]
    if field.choices:
        return next(iter(field.choices))
    return _SAID.get(field.shape, "Written by the school")


ANSWERS: Mapping[str, Answer] = {
    each.id: answer_to(each) for each in TYPED if each.starred and each.only_if is None
}
"""An answer to everything that a referral must hold and a person fills in."""

COMPLETE = ReferralDraft(ANSWERS)

UNMADE = "The enquiries are made by hand and not in this service."
"""Why the tests' referrals go without enquiries."""


def as_form(section: Section, answers: Answers = ANSWERS) -> dict[str, Any]:
    """What a browser sends of a section that is filled in with these answers."""
    sent: dict[str, Any] = {}
    for each in TYPED:
        answer = answers.get(each.id, "")
        if each.section is not section or not answer:
            continue
        if isinstance(answer, str):
            sent |= _inputs(each, each.id, answer)
            continue
        for number, row in enumerate(answer):
            for part in each.rows:
                sent |= _inputs(part, f"{each.id}-{number}-{part.id}", row.get(part.id, ""))
    return sent


def _inputs(field: ReferralField, name: str, answer: str) -> dict[str, Any]:
    if field.shape in (Shape.DATE, Shape.PAST_DATE) and answer:
        on = date.fromisoformat(answer)
        return {name: [str(on.day), str(on.month), str(on.year)]}
    if answer == NOT_KNOWN and not field.choices:
        return {f"{name}_unknown": "y"}
    return {name: "y" if field.shape is Shape.DECLARATION else answer}
