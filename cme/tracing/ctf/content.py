"""What a Common Transfer File says, as data: its header, and the pupils in it.

Health, special needs, care and attendance have no place here: a file for a child who is looked for holds what
tells who the child is, and whom to reach. Text is '' where there is none. Source: tracing reference ss.6, 7.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar, cast

from cme.tracing.ctf.names import Place

DEFAULT_VERSION = "25.0"
SUPPLIER = "CMEMODULE"
FULL = "full"


class Part(StrEnum):
    """What a file about a restricted child leaves out, unless the approver ticks it."""

    ADDRESS = "address"
    PHONES = "phones"
    EMAIL = "email"
    CONTACTS = "contacts"


@dataclass(frozen=True, slots=True)
class School:
    """A school as the header names it; a destination without a name has ''."""

    place: Place
    name: str = ""
    urn: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a file. `made_at` is local time, `academic_year` the four-digit year in which it began."""

    source: School
    destination: School
    made_at: datetime | None
    academic_year: str
    version: str = DEFAULT_VERSION
    qualifier: str = FULL
    supplier: str = SUPPLIER


@dataclass(frozen=True, slots=True)
class Address:
    """An address in up to five lines, without county and postcode."""

    lines: tuple[str, ...] = ()
    county: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Phone:
    """A number, with its kind by code (`codes.CodeList.TELEPHONE_TYPE`)."""

    number: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Language:
    """A language by code; `kind` is F for the first, H for that of the home."""

    code: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to reach, in the order of `order`. `with_pupil`: lives at the pupil's address."""

    surname: str
    forename: str = ""
    title: str = ""
    order: int | None = None
    relationship: str = ""
    responsible: bool | None = None
    with_pupil: bool = False
    address: Address | None = None
    phones: tuple[Phone, ...] = ()
    email: str = ""


@dataclass(frozen=True, slots=True)
class Attended:
    """One time at a school. `left_on` is the last day; `is_last` marks the last school of all."""

    authority: str
    school: str
    name: str = ""
    entered_on: date | None = None
    left_on: date | None = None
    reason: str = ""
    grounds: str = ""
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Pupil:
    """A child. `upn`, `surname`, `forename`, `born_on` and `sex` are what no file is made without."""

    upn: str
    surname: str
    forename: str
    born_on: date | None
    sex: str
    uln: str = ""
    uci: str = ""
    former_upn: str = ""
    preferred_surname: str = ""
    preferred_forename: str = ""
    former_surname: str = ""
    former_forename: str = ""
    middle_names: str = ""
    year_group: str = ""
    ethnicity: str = ""
    ethnicity_source: str = ""
    languages: tuple[Language, ...] = ()
    enrol_status: str = ""
    address: Address | None = None
    phones: tuple[Phone, ...] = ()
    email: str = ""
    contacts: tuple[Contact, ...] = ()
    history: tuple[Attended, ...] = ()


def minimised(pupil: Pupil, ticked: Collection[Part] = ()) -> Pupil:
    """A restricted child as the file gives it: without address, phones, e-mail and contacts unless ticked.

    The contacts themselves bring neither an address nor a phone that is not ticked.
    """
    contacts = tuple(
        replace(
            each,
            address=each.address if Part.ADDRESS in ticked else None,
            with_pupil=each.with_pupil and Part.ADDRESS in ticked,
            phones=each.phones if Part.PHONES in ticked else (),
            email=each.email if Part.EMAIL in ticked else "",
        )
        for each in pupil.contacts
    )
    return replace(
        pupil,
        address=pupil.address if Part.ADDRESS in ticked else None,
        phones=pupil.phones if Part.PHONES in ticked else (),
        email=pupil.email if Part.EMAIL in ticked else "",
        contacts=contacts if Part.CONTACTS in ticked else (),
    )


def year_of(on: date, first_month: int = 9) -> str:
    """The academic year of a date as a header has it: the calendar year in which it began.

    It rolls on 1 September; one authority's system rolls it on 1 August, so the month is a setting.
    """
    return f"{on.year if on.month >= first_month else on.year - 1:04d}"


def cleaned_text(text: str) -> str:
    """A text as it is written: without what XML forbids or nobody sees, composed (NFC), single spaces."""
    spaced = "".join(" " if each.isspace() else each for each in text)
    kept = (each for each in spaced if unicodedata.category(each) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", " ".join("".join(kept).translate(_FORBIDDEN).split()))


_FORBIDDEN = dict.fromkeys((0xFFFE, 0xFFFF))
_T = TypeVar("_T")


def cleaned(content: _T) -> _T:
    """A header or pupil with every text in it cleaned, and nothing that says nothing kept in it."""
    return cast(_T, _cleaned(content))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return cleaned_text(value)
    if isinstance(value, tuple):
        return tuple(tidy for each in value if not _is_empty(tidy := _cleaned(each)))
    if is_dataclass(value) and not isinstance(value, type):
        tidy = replace(value, **{each.name: _cleaned(getattr(value, each.name)) for each in fields(value)})
        return None if isinstance(tidy, Address) and _is_empty(tidy) else tidy
    return value


def _is_empty(value: object) -> bool:
    """Whether nothing is said: '', None, nothing listed, a phone without number, a contact without name."""
    match value:
        case Phone(number=""):
            return True
        case Language(code=""):
            return True
        case Contact(surname="", forename=""):
            return True
        case Address() | Attended():
            return all(_is_empty(getattr(value, each.name)) for each in fields(value))
        case _:
            return value is None or value is False or value in ("", ())
