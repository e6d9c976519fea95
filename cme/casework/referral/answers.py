"""The CME referral as it is written: its answers, what was offered, and how an answer reads in words.

A field left blank is not the same as one answered "not known": the second is an answer. A safeguarding
referral is never held back by a missing field (casework reference s.8).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cme.casework.referral.fields import CRITERIA, NOT_KNOWN, TYPES, UPDATE, ReferralField, Section, Shape
from cme.casework.referral.form import FIELD_BY_ID, FIELDS, TYPED, fields_of

__all__ = [
    "CRITERIA",
    "FIELDS",
    "FIELD_BY_ID",
    "NOT_KNOWN",
    "TYPED",
    "TYPES",
    "UPDATE",
    "Answer",
    "Answers",
    "ReferralDraft",
    "ReferralField",
    "Row",
    "Section",
    "Shape",
    "fields_of",
    "in_words",
    "labels_of",
    "merged",
    "tidy",
]

Row = Mapping[str, str]
Answer = str | Sequence[Row]
Answers = Mapping[str, Answer]
"""Field id -> answer: a text, a chosen value, an ISO date, NOT_KNOWN, or for ROWS a mapping for each row."""


@dataclass(frozen=True, slots=True)
class ReferralDraft:
    """A referral being written, or as it was sent.

    `safeguarding` marks a referral that must not wait for its fields: the DSL fears harm.
    `without_enquiries` says why it goes although the meter asks for more, '' where it does not.
    """

    answers: Answers = field(default_factory=dict)
    safeguarding: bool = False
    without_enquiries: str = ""

    def answer(self, field_id: str) -> str:
        """The answer to a field in one text, '' when blank; '' for rows."""
        answer = self.answers.get(field_id, "")
        return answer.strip() if isinstance(answer, str) else ""

    def rows(self, field_id: str) -> Sequence[Row]:
        """The rows of a field of the shape ROWS; () where it has none, or is not known."""
        answer = self.answers.get(field_id, ())
        return () if isinstance(answer, str) else answer

    def is_answered(self, of: ReferralField) -> bool:
        """Whether there is an answer. NOT_KNOWN is one only where the field may be unknown."""
        if self.rows(of.id):
            return True
        answer = self.answer(of.id)
        if answer.casefold() == NOT_KNOWN:
            return of.may_be_unknown or of.shape is Shape.KNOWN
        return bool(answer) if not of.choices else answer in of.choices

    def is_asked(self, of: ReferralField) -> bool:
        """Whether the field is asked at all: always, but for one that hangs on another's answer."""
        return of.only_if is None or self.answer(of.only_if[0]) == of.only_if[1]

    @property
    def is_sent(self) -> bool:
        """Whether this is what was sent, and not what is being written."""
        return bool(self.answer("sent"))

    @property
    def fingerprint(self) -> str:
        """What a person approves: SHA-256 of what people typed, the same whoever reads the draft.

        Who refers is left out: that is filled anew for whoever sends it.
        """
        told_of = (each for each in TYPED if each.section is not Section.REFERRER)
        typed = {each.id: self.answers.get(each.id, "") for each in told_of}
        told = [typed, self.safeguarding]
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=list).encode()).hexdigest()


def tidy(answers: Answers) -> dict[str, Answer]:
    """Answers without white space round them, blank parts of rows, and rows that say nothing."""
    return {key: _tidy(answer) for key, answer in answers.items()}


def _tidy(answer: Answer) -> Answer:
    if isinstance(answer, str):
        return _one_ending(answer)
    rows = [{key: _one_ending(said) for key, said in row.items() if said.strip()} for row in answer]
    return [row for row in rows if row]


def _one_ending(text: str) -> str:
    return text.strip().replace("\r\n", "\n")


def merged(typed: Answers, offered_then: Answers, offered_now: Answers) -> dict[str, Answer]:
    """What people typed, over what the records offer now.

    An answer that was left as it was offered follows the records; one that somebody changed or emptied
    stays. `offered_then` is what the form offered when it was saved.
    """
    kept = {key: said for key, said in typed.items() if said != offered_then.get(key, "")}
    return {**typed, **offered_now, **kept}


def in_words(of: ReferralField, answer: Answer) -> tuple[str, ...]:
    """An answer as lines of text to read; () for a blank. A row is one line, its parts by their labels."""
    if not isinstance(answer, str):
        return tuple(_row_in_words(of, row) for row in answer)
    if answer.strip().casefold() == NOT_KNOWN:
        return ("Not known",)
    if of.shape is Shape.DECLARATION:
        return ("Declared",) if answer else ()
    return tuple(_said(of, answer).splitlines())


def _row_in_words(of: ReferralField, row: Row) -> str:
    said = [(part, row[part.id]) for part in of.rows if row.get(part.id)]
    return "; ".join(
        f"{_quietly(part.label)}: {text}" if number else text
        for number, (part, text) in enumerate((part, _in_one_line(part, text)) for part, text in said)
    )


def _quietly(label: str) -> str:
    """A label inside a line: small, but for "E-mail" and the like."""
    return label.rstrip("?").lower() if label[1:2].islower() else label


def _in_one_line(part: ReferralField, text: str) -> str:
    return NOT_KNOWN if text.casefold() == NOT_KNOWN else " ".join(_said(part, text).split())


def _said(of: ReferralField, text: str) -> str:
    if of.shape in (Shape.DATE, Shape.PAST_DATE):
        on = _date(text)
        return f"{on.day} {on:%B %Y}" if on else text
    return of.choices.get(text, text)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def labels_of(field_ids: Iterable[str]) -> list[str]:
    """The labels of fields by id, those that the form no longer has left out."""
    return [FIELD_BY_ID[each].label for each in field_ids if each in FIELD_BY_ID]
