"""What another authority's request says, field by field as given, and the child that is to be searched for.

The texts stay as they were sent or as an officer corrected them; `sought` reads them anew each time. Source:
tracing.md s.3.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from cme.identity.likeness import Identity
from cme.identity.names import compared, is_ordered, split_name
from cme.identity.searching import Child
from cme.identity.upn import normalise_upn, read_upn
from cme.tracing.authorities import note_on_upn
from cme.tracing.dates import read_date


class Field(StrEnum):
    """What a request can say. `reference` is the sender's own, `your_reference` ours."""

    REFERENCE = "reference"
    YOUR_REFERENCE = "your_reference"
    SUBJECT = "subject"
    SENDER = "sender"
    OFFICER = "officer"
    PHONE = "phone"
    EMAIL = "email"
    ASKED_ON = "asked_on"
    REPLY_BY = "reply_by"
    SURNAME = "surname"
    FORENAMES = "forenames"
    FULL_NAME = "full_name"
    OTHER_SURNAMES = "other_surnames"
    OTHER_FORENAMES = "other_forenames"
    OTHER_NAMES = "other_names"
    BORN_ON = "born_on"
    SEX = "sex"
    UPN = "upn"
    FORMER_UPNS = "former_upns"
    YEAR_GROUP = "year_group"
    ADDRESS = "address"
    POSTCODE = "postcode"
    PARENTS = "parents"
    SIBLINGS = "siblings"
    LAST_SCHOOL = "last_school"
    LAST_ATTENDED = "last_attended"
    LAST_SEEN = "last_seen"
    OFF_ROLL = "off_roll"
    CHECKS = "checks"
    DESTINATION = "destination"
    ETHNICITY = "ethnicity"
    LANGUAGE = "language"
    NOTES = "notes"


WHO = frozenset({Field.SURNAME, Field.FORENAMES, Field.FULL_NAME, Field.BORN_ON, Field.UPN})
"""The fields by which a child is searched for."""


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A line that nothing, or not everything, was taken from; lines count from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class IncomingRequest:
    """One request as read: each field's text as given, and every line that was not read.

    `line` is where it begins in the text or list. `is_stop` tells a message that asks to stop searching.
    """

    values: Mapping[Field, str]
    unread: tuple[UnreadLine, ...] = ()
    is_stop: bool = False
    line: int = 1

    @property
    def reference(self) -> str:
        """The sender's reference; '' where there is none."""
        return self.values.get(Field.REFERENCE, "")

    @property
    def sender_code(self) -> str:
        """The code of the sender's authority as its line or the subject has it; '' where neither has."""
        texts = (self.values.get(Field.SENDER, ""), self.values.get(Field.SUBJECT, ""))
        found = next(filter(None, map(_CODE.search, texts)), None)
        return found[found.lastindex or 0] if found else ""


_CODE = re.compile(
    r"\(([0-9]{3})\)|\bLA ([0-9]{3})\b|CME trace - ([0-9]{3}) - |^\s*([0-9]{3})(?: |$)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to look at in a field: a question that must be answered before the search, or a warning."""

    field: Field
    message: str
    is_question: bool = False


@dataclass(frozen=True, slots=True)
class Sought:
    """The child that a request describes, and what there is to say of the description."""

    child: Child
    remarks: tuple[Remark, ...] = ()

    @property
    def is_searchable(self) -> bool:
        """Whether it says enough of who the child is for a rule to find it."""
        one = self.child.identity
        return bool(one.upns or (one.born_on and (one.surname or one.forename)))


def sought(values: Mapping[Field, str], today: date) -> Sought:
    """The child to search for, with a remark for each text that cannot be taken as it stands."""
    return _Description(values, today).whole()


class _Description:
    def __init__(self, values: Mapping[Field, str], today: date) -> None:
        self._values = {field: text for field, text in values.items() if not is_blank(text)}
        self._today = today
        self._remarks: list[Remark] = []

    def whole(self) -> Sought:
        surname, forename = self._name()
        other_surnames, other_forenames = self._other_names()
        born_on = self._born_on()
        upns = self._upns()
        address, postcode = self._home()
        identity = Identity(
            surname=surname,
            forename=forename,
            born_on=born_on,
            upns=upns,
            postcode=postcode,
            other_surnames=other_surnames,
            other_forenames=other_forenames,
        )
        parents = tuple(_AND.split(self._text(Field.PARENTS)))
        siblings = (_named(each) for each in self._text(Field.SIBLINGS).split(";"))
        child = Child(
            identity,
            sex=_SEX.get(compared(self._text(Field.SEX)), self._text(Field.SEX)),
            address=address,
            parents=tuple(each.strip() for each in parents if each.strip()),
            siblings=tuple(each for each in siblings if each),
        )
        if not Sought(child).is_searchable and not self._asks_only_for_the_date(surname or forename):
            self._ask(Field.BORN_ON if surname or forename else Field.SURNAME, _NOBODY)
        return Sought(child, tuple(self._remarks))

    def _text(self, field: Field) -> str:
        return self._values.get(field, "")

    def _ask(self, field: Field, message: str) -> None:
        self._remarks.append(Remark(field, message, is_question=True))

    def _asks_only_for_the_date(self, name: str) -> bool:
        """Whether a date of birth that cannot be read is all that is wrong: one sentence for one fault."""
        return bool(name) and any(each.field is Field.BORN_ON and each.is_question for each in self._remarks)

    def _name(self) -> tuple[str, str]:
        surname, forename = self._text(Field.SURNAME), self._text(Field.FORENAMES)
        full = self._text(Field.FULL_NAME)
        if surname or forename or not full:
            return surname, forename
        if not is_ordered(full):
            self._remarks.append(Remark(Field.FULL_NAME, _WHICH_NAME))
        return split_name(full)

    def _other_names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Further surnames and forenames: a name of one word may be either, of several is split too."""
        surnames = _several(self._text(Field.OTHER_SURNAMES))
        forenames = _several(self._text(Field.OTHER_FORENAMES))
        for name in [name for name in forenames if " " in name]:
            surname, forename = split_name(name)
            surnames.append(surname)
            forenames.append(forename)
        for name in _several(self._text(Field.OTHER_NAMES)):
            surname, forename = split_name(name)
            surnames.append(surname)
            forenames.append(forename or name)
        return tuple(dict.fromkeys(surnames)), tuple(dict.fromkeys(forenames))

    def _born_on(self) -> date | None:
        text = self._text(Field.BORN_ON)
        if not text:
            return None
        read = read_date(text)
        if read.fault:
            self._ask(Field.BORN_ON, read.fault)
        elif read.on and read.on > self._today:
            self._ask(Field.BORN_ON, "The date of birth is in the future. Check it with the sender.")
            return None
        return read.on

    def _upns(self) -> tuple[str, ...]:
        """The UPNs, the current one first; a bad one is kept as given, with a warning (tracing.md s.3)."""
        found: dict[str, None] = {}
        for field in (Field.UPN, Field.FORMER_UPNS):
            for text in upns_in(self._text(field)):
                read = read_upn(text)
                if read.value in found:
                    continue
                found[read.value] = None
                note = note_on_upn(read.authority) if read.has_form else ""
                for message in (*read.messages, *([note] if note else [])):
                    self._remarks.append(Remark(field, message))
        return tuple(found)

    def _home(self) -> tuple[str, str]:
        address, postcode = self._text(Field.ADDRESS), self._text(Field.POSTCODE)
        if found := _POSTCODE.search(address):
            address, postcode = address[: found.start()].rstrip(" ,"), postcode or found.group().strip()
        return address, postcode


def is_blank(text: str) -> bool:
    """Whether a text says that nothing is known."""
    return not compared(text) or " ".join(text.casefold().split()).rstrip(".") in _NOT_KNOWN


def upns_in(text: str) -> tuple[str, ...]:
    """The UPNs that a field gives: all that have the shape of one, else the text between commas as given."""
    shaped = tuple(normalise_upn(each) for each in UPN_SHAPE.findall(text))
    return shaped or tuple(upn for each in re.split("[,;]", text) if (upn := normalise_upn(each)))


UPN_SHAPE = re.compile(r"(?<![0-9A-Za-z])[A-Za-z](?: ?[0-9]){11} ?[0-9A-Za-z](?![0-9A-Za-z])")
"""A UPN in a text, right or wrong: a letter, eleven digits, and a digit or a letter."""

_NOT_KNOWN = frozenset(
    {"not known", "unknown", "n/k", "n/a", "not applicable", "not held", "not provided", "tbc", "none held"}
)
_SEX = {"f": "F", "female": "F", "girl": "F", "m": "M", "male": "M", "boy": "M", "notknown": ""}
_POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\W*$", re.IGNORECASE)
_AND = re.compile(r"[;,&]|\band\b", re.IGNORECASE)
_NOBODY = "Nobody can be searched for by this. Enter a UPN, or a name with a date of birth."
_WHICH_NAME = "The last word was taken for the surname. Check which of the names is the surname."


def _several(text: str) -> list[str]:
    return [name for each in re.split("[;,]", text) if (name := each.strip())]


def _named(text: str) -> str:
    """A sibling as its name, with what follows a comma in brackets."""
    name, _, rest = text.strip().partition(",")
    return f"{name} ({rest.strip()})" if rest.strip() else name


@cache
def read_labels() -> Mapping[str, Field]:
    """The field of each label, by the label as names are compared (`data/request_labels.json`)."""
    return MappingProxyType(
        {compared(label): Field(field) for field, labels in _data()["labels"].items() for label in labels}
    )


@cache
def read_stop_phrases() -> tuple[str, ...]:
    """What a message says that asks to stop searching, in lower case."""
    return tuple(_data()["stop"])


@cache
def _data() -> dict[str, Any]:
    text = resources.files("cme.data").joinpath("request_labels.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
