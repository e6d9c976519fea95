"""What a referral still lacks before it can be sent, and what is wrong with the shape of an answer."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from cme.casework.referral.answers import Answer, ReferralDraft, Row
from cme.casework.referral.fields import NOT_KNOWN, ReferralField, Section, Shape
from cme.casework.referral.form import FIELDS, TYPED
from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN

LONGEST_TEXT, LONGEST_LINE = 4000, 240


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing or wrong: the field, the sentence, in a row its number from 0 and part."""

    field: ReferralField
    sentence: str
    row: int | None = None
    part: str = ""

    @property
    def section(self) -> Section:
        """The section in which it is put right."""
        return self.field.section

    @property
    def label(self) -> str:
        """What it is about, in a few words: "Sex", or "Parent or carer 1: all phone numbers" in a row."""
        part = next((each.label for each in self.field.rows if each.id == self.part), "")
        return f"{self.field.row_name} {(self.row or 0) + 1}: {_small(part)}" if part else self.field.label

    @property
    def name(self) -> str:
        """The name of the input that it is about: "sex", or "carers-0-phones" in a row."""
        return self.field.id if self.row is None else f"{self.field.id}-{self.row}-{self.part}"


def lacking(draft: ReferralDraft, today: date) -> tuple[Lack, ...]:
    """Everything that keeps the form from being sent, in its order; () when it is whole."""
    return tuple(lack for each in TYPED if draft.is_asked(each) for lack in _lacks(each, draft, today))


def missing_fields(draft: ReferralDraft) -> tuple[ReferralField, ...]:
    """The starred fields that still lack an answer, in the order of the form."""
    return tuple(
        each for each in FIELDS if each.starred and draft.is_asked(each) and not draft.is_answered(each)
    )


def faults_of_shape(of: ReferralField, answer: Answer, today: date) -> tuple[Lack, ...]:
    """Why an answer cannot be what the field asks for; () where it can. A blank is no fault."""
    if isinstance(answer, str):
        sentence = _fault(of, answer, today)
        return (Lack(of, sentence),) if sentence else ()
    return tuple(
        Lack(of, f"{of.row_name} {number + 1}: {_small(sentence)}", number, part.id)
        for number, row in enumerate(answer)
        for part in of.rows
        if (sentence := _fault(part, row.get(part.id, ""), today))
    )


def _lacks(of: ReferralField, draft: ReferralDraft, today: date) -> Iterator[Lack]:
    if of.starred and not draft.is_answered(of):
        yield Lack(of, _ask_for(of))
        return
    answer = draft.answers.get(of.id, "")
    if not isinstance(answer, str):
        for number, row in enumerate(answer):
            yield from _blanks(of, number, row)
    yield from faults_of_shape(of, answer, today)


def _blanks(of: ReferralField, number: int, row: Row) -> Iterator[Lack]:
    for part in of.rows:
        if part.starred and not row.get(part.id, "").strip():
            yield Lack(of, f"{of.row_name} {number + 1}: {_small(_ask_for(part))}", number, part.id)


def _ask_for(of: ReferralField) -> str:
    if of.shape is Shape.DECLARATION:
        return f"Tick the declaration: {of.label}"
    if of.shape is Shape.ROWS:
        return f"Add at least one, or tick “Not known”: {of.label}"
    if of.shape in (Shape.CHOICE, Shape.KNOWN):
        return f"Choose an answer: {of.label}"
    if of.may_be_unknown:
        return f"Fill in, or answer “not known”: {of.label}"
    return f"Fill in: {of.label}"


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _fault(of: ReferralField, answer: str, today: date) -> str:
    """What is wrong with one text, in a sentence; '' when nothing is."""
    text = answer.strip()
    # A home that the school may not see stands filled in: it keeps nobody from referring the child.
    if text in ("", ADDRESS_NOT_SHOWN):
        return ""
    if text.casefold() == NOT_KNOWN:
        return "" if of.may_be_unknown or of.shape in _WORDS else f"Fill in: {of.label}"
    longest = LONGEST_TEXT if of.shape in (Shape.LONG_TEXT, Shape.ROWS) else LONGEST_LINE
    if len(text) > longest:
        return f"{of.label} must be {longest:,} characters or fewer"
    if of.choices and text not in of.choices:
        return f"Choose an answer from the list: {of.label}"
    return _SHAPES[of.shape](of, text, today) if of.shape in _SHAPES else ""


_WORDS = frozenset({Shape.TEXT, Shape.LONG_TEXT, Shape.KNOWN})

_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]*(?: ?(?:x|ext\.?) ?[0-9]{1,6})?", re.IGNORECASE)
_REMARK = re.compile(r"\([^()]*[A-Za-z][^()]*\)")
_EMAIL = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\".]{2,}")
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}", re.IGNORECASE)


def _is_phone(text: str) -> bool:
    """Whether it is a phone number with 9 to 15 digits, as here and abroad; with remarks in brackets."""
    number = _REMARK.sub("", text).strip()
    digits = sum(character.isdigit() for character in re.split("x|e", number, flags=re.IGNORECASE)[0])
    return bool(_PHONE.fullmatch(number)) and 9 <= digits <= 15


def _phone(_of: ReferralField, text: str, _today: date) -> str:
    return "" if _is_phone(text) else "Enter a phone number like 01325 406222"


def _phones(_of: ReferralField, text: str, _today: date) -> str:
    numbers = [number for number in re.split(r"[,;\n]", _REMARK.sub("", text)) if number.strip()]
    if numbers and all(map(_is_phone, numbers)):
        return ""
    return "Enter a phone number like 01325 406222, with a comma before any other"


def _email(_of: ReferralField, text: str, _today: date) -> str:
    return "" if _EMAIL.fullmatch(text) else "Enter an e-mail address like name@school.example"


def _postcode(_of: ReferralField, text: str, _today: date) -> str:
    return "" if _POSTCODE.fullmatch(" ".join(text.split())) else "Enter a postcode like DL1 5QT"


def _real_date(of: ReferralField, text: str, today: date) -> str:
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return f"{of.label} must be a real date, like 27 3 2026"
    if of.shape is Shape.PAST_DATE and on > today:
        return f"{of.label} must be today or earlier"
    return ""


_SHAPES: Mapping[Shape, Callable[[ReferralField, str, date], str]] = MappingProxyType(
    {
        Shape.PHONE: _phone,
        Shape.PHONES: _phones,
        Shape.EMAIL: _email,
        Shape.POSTCODE: _postcode,
        Shape.DATE: _real_date,
        Shape.PAST_DATE: _real_date,
    }
)
