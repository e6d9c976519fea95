"""Writing a Common Transfer File: what it lacks, and its bytes.

The order of the elements is the specification's. What has no value has no element, and no empty parent: blank
elements break systems that read them. Source: tracing reference ss.6, 7 and 9.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

from cme.identity.upn import normalise_upn, read_upn
from cme.tracing.ctf.content import Address, Attended, Contact, Header, Phone, Pupil, School, cleaned

DOCUMENT = "Common Transfer File"
SEXES = frozenset({"M", "F"})
MOST_LINES = 5

_VERSION = re.compile(r"[0-9]{1,2}\.[0-9]")
_YEAR = re.compile(r"[0-9]{4}")
_ULN = re.compile(r"[0-9]{10}")
_SEX_SINCE = 25


class Incomplete(ValueError):
    """No file is made; `faults` has a sentence for each thing that is missing or wrong."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("the file lacks something")
        self.faults = tuple(faults)


def build(header: Header, pupils: Sequence[Pupil], today: date) -> bytes:
    """The file: UTF-8 with a declaration, without byte-order mark and namespace. Raises Incomplete."""
    found = faults(header, pupils, today)
    if found:
        raise Incomplete(found)
    head, children = cleaned(header), [as_written(each) for each in pupils]
    sex = "Sex" if int(head.version.partition(".")[0]) >= _SEX_SINCE else "Gender"
    root = ET.Element("CTfile")
    body = (_header(head), _element("CTFpupilData", (_pupil(each, sex) for each in children)))
    root.extend(part for part in body if part is not None)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'.encode()


def faults(header: Header, pupils: Sequence[Pupil], today: date) -> tuple[str, ...]:
    """What a file cannot be made without, or has wrong: a sentence for each; () where nothing is."""
    head, children = cleaned(header), [as_written(each) for each in pupils]
    found = list(_header_faults(head))
    if head.destination.place.is_lost and len(children) != 1:
        found.append("A lost pupil file must hold one pupil. Make one file for each.")
    elif not children:
        found.append("A CTF needs a pupil.")
    for number, each in enumerate(children, start=1):
        who = f"Pupil {number}: " if len(children) > 1 else ""
        found += [who + fault for fault in _pupil_faults(each, head.source, today)]
    return tuple(found)


def as_written(pupil: Pupil) -> Pupil:
    """A pupil as the file gives it: texts cleaned, UPNs in capitals, phone numbers without spaces."""
    tidy = cleaned(pupil)
    return replace(
        tidy,
        upn=normalise_upn(tidy.upn),
        former_upn=normalise_upn(tidy.former_upn),
        sex=tidy.sex.upper(),
        address=_shortened(tidy.address),
        phones=_closed_up(tidy.phones),
        contacts=tuple(
            replace(
                each,
                order=number,
                address=None if each.with_pupil else _shortened(each.address),
                phones=_closed_up(each.phones),
            )
            for number, each in enumerate(sorted(tidy.contacts, key=_order), start=1)
        ),
    )


def uln_is_valid(uln: str) -> bool:
    """Whether a unique learner number is right: weights 10 to 2, sum modulo 11, the tenth completes 10."""
    if not _ULN.fullmatch(uln):
        return False
    remainder = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), uln, strict=False)) % 11
    return remainder != 0 and int(uln[9]) == 10 - remainder


def _header_faults(head: Header) -> Iterator[str]:
    if not head.source.place.has_number:
        yield "A CTF needs the number of the school that sends it."
    if not head.source.name:
        yield "A CTF needs the name of the school that sends it."
    if head.made_at is None:
        yield "A CTF needs the date and time at which it was made."
    if not _VERSION.fullmatch(head.version):
        yield "The CTF version must be like 25.0."
    if not _YEAR.fullmatch(head.academic_year):
        yield "The academic year must be four digits, such as 2026."


def _pupil_faults(pupil: Pupil, source: School, today: date) -> Iterator[str]:
    if not pupil.upn:
        yield "A CTF needs a UPN. Enter the pupil's UPN. A trace request can be sent without one."
    else:
        yield from read_upn(pupil.upn).errors
    if not pupil.surname:
        yield "A CTF needs a surname. Enter the pupil's legal surname."
    if not pupil.forename:
        yield "A CTF needs a forename. Enter the pupil's legal forename."
    if pupil.born_on is None:
        yield "A CTF needs a date of birth. Enter the pupil's."
    elif pupil.born_on > today:
        yield "The date of birth must not be in the future. Correct it."
    if pupil.sex not in SEXES:
        yield "A CTF needs the sex, M or F. Enter the pupil's."
    if pupil.uln and not uln_is_valid(pupil.uln):
        yield "The ULN is not valid: a digit of it is wrong. Correct it, or leave it out."
    yield from _leaving_faults(pupil.history, source)


def _leaving_faults(history: Iterable[Attended], source: School) -> Iterator[str]:
    """Receivers refuse a file in which the school that sends it does not say when the pupil left."""
    if source.place.is_authority:
        return
    own = [each for each in history if each.authority + each.school == source.place.text]
    if not own or any(each.left_on is None for each in own):
        yield f"A CTF needs the date on which the pupil left {source.name or 'the school that sends it'}."


def _order(contact: Contact) -> tuple[bool, int]:
    return contact.order is None, contact.order or 0


def _closed_up(phones: Iterable[Phone]) -> tuple[Phone, ...]:
    return tuple(replace(each, number="".join(each.number.split())) for each in phones)


def _shortened(address: Address | None) -> Address | None:
    """An address in at most five lines: the last takes up what would be more."""
    if address is None or len(address.lines) <= MOST_LINES:
        return address
    first, rest = address.lines[: MOST_LINES - 1], address.lines[MOST_LINES - 1 :]
    return replace(address, lines=(*first, ", ".join(rest)))


_Node = ET.Element | None
_Value = str | date | bool | int | None


def _element(name: str, children: Iterable[_Node]) -> _Node:
    """A parent of what is not empty; None where everything is."""
    held = [each for each in children if each is not None]
    if not held:
        return None
    parent = ET.Element(name)
    parent.extend(held)
    return parent


def _leaf(name: str, value: _Value) -> _Node:
    if value is None or value == "":
        return None
    leaf = ET.Element(name)
    if isinstance(value, bool):
        leaf.text = "true" if value else "false"
    else:
        leaf.text = value.isoformat() if isinstance(value, date) else str(value)
    return leaf


def _leaves(*pairs: tuple[str, _Value]) -> Iterator[_Node]:
    return (_leaf(name, value) for name, value in pairs)


def _header(head: Header) -> _Node:
    made_at = head.made_at.strftime("%Y-%m-%dT%H:%M:%S") if head.made_at else None
    return _element(
        "Header",
        (
            *_leaves(
                ("DocumentName", DOCUMENT),
                ("CTFversion", head.version),
                ("DateTime", made_at),
                ("DocumentQualifier", head.qualifier),
                ("SupplierID", head.supplier),
            ),
            _element("SourceSchool", (*_school(head.source), _leaf("AcademicYear", head.academic_year))),
            _element("DestSchool", _school(head.destination)),
        ),
    )


def _school(school: School) -> Iterator[_Node]:
    return _leaves(
        ("LEA", school.place.authority),
        ("Estab", school.place.school),
        ("URN", school.urn),
        ("SchoolName", school.name),
    )


def _pupil(pupil: Pupil, sex: str) -> _Node:
    return _element(
        "Pupil",
        (
            *_leaves(
                ("UPN", pupil.upn),
                ("UniqueLearnerNumber", pupil.uln),
                ("UCI", pupil.uci),
                ("Surname", pupil.surname),
                ("Forename", pupil.forename),
                ("DOB", pupil.born_on),
                (sex, pupil.sex),
            ),
            _element("BasicDetails", _basics(pupil)),
            _element("Address", _address(pupil.address)),
            _phones(pupil.phones),
            _leaf("Email", pupil.email),
            _element("Contacts", (_contact(each) for each in pupil.contacts)),
            _element("SchoolHistory", (_attended(each) for each in pupil.history)),
        ),
    )


def _basics(pupil: Pupil) -> Iterator[_Node]:
    yield from _leaves(
        ("FormerUPN", pupil.former_upn),
        ("PreferredSurname", pupil.preferred_surname),
        ("PreferredForename", pupil.preferred_forename),
        ("FormerSurname", pupil.former_surname),
        ("FormerForename", pupil.former_forename),
        ("MiddleNames", pupil.middle_names),
        ("NCyearActual", pupil.year_group),
        ("Ethnicity", pupil.ethnicity),
        ("EthnicitySource", pupil.ethnicity_source),
    )
    yield _element(
        "Languages",
        (
            _element("Type", _leaves(("LanguageType", each.kind), ("Language", each.code)))
            for each in pupil.languages
        ),
    )
    yield _leaf("EnrolStatus", pupil.enrol_status)


def _address(address: Address | None) -> Iterator[_Node]:
    if address is None:
        return
    yield _element(
        "AddressLines",
        _leaves(*((f"AddressLine{number}", line) for number, line in enumerate(address.lines, start=1))),
    )
    yield from _leaves(
        ("County", address.county), ("PostCode", address.postcode), ("Country", address.country)
    )


def _phones(phones: Iterable[Phone]) -> _Node:
    return _element(
        "Phones",
        (
            _element("Phone", _leaves(("TelephoneType", each.kind), ("PhoneNo", each.number)))
            for each in phones
        ),
    )


def _contact(contact: Contact) -> _Node:
    home = (_leaf("AddressAsPupil", True),) if contact.with_pupil else _address(contact.address)
    return _element(
        "Contact",
        (
            *_leaves(
                ("Order", contact.order),
                ("Title", contact.title),
                ("Surname", contact.surname),
                ("Forename", contact.forename),
                ("Relationship", contact.relationship),
                ("Responsibility", contact.responsible),
            ),
            _element("Address", home),
            _phones(contact.phones),
            _leaf("Email", contact.email),
        ),
    )


def _attended(attended: Attended) -> _Node:
    return _element(
        "School",
        _leaves(
            ("LEA", attended.authority),
            ("Estab", attended.school),
            ("SchoolName", attended.name),
            ("EntryDate", attended.entered_on),
            ("LeavingDate", attended.left_on),
            ("LeavingReason", attended.reason),
            ("RemovalGrounds", attended.grounds),
            ("LastSchool", attended.is_last or None),
        ),
    )
