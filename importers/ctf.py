"""Reading a pupil file (CTF) that somebody sent: the same content that is written, and what is odd about it.

Read as a stream within caps on size, depth, elements, text and pupils. A document type or an entity refuses
the file; a namespace and `schemaLocation` are ignored. Nothing outside the file is ever opened. Source:
tracing reference ss.6, 7 and 9.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree.ElementTree import Element, TreeBuilder

from cme.identity.upn import normalise_upn, read_upn
from cme.tracing.authorities import note_on_upn
from cme.tracing.ctf.content import (
    DEFAULT_VERSION,
    Address,
    Attended,
    Contact,
    Header,
    Language,
    Phone,
    Pupil,
    School,
    cleaned,
)
from cme.tracing.ctf.names import FileName, NotAName, Place, read_name
from cme.tracing.ctf.writing import uln_is_valid
from importers.hashes import sha256_of
from importers.issues import Issue, Severity
from importers.reading import Refused, shown_name
from importers.reading.child.markup import Part
from importers.reading.child.refusal import Refusal

MEGABYTE = 1024 * 1024
PIECE = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How much of a pupil file is read. `text` are characters in one element."""

    size: int = 10 * MEGABYTE
    depth: int = 20
    elements: int = 500_000
    text: int = 4_000
    pupils: int = 3_000


CAPS = Caps()


@dataclass(frozen=True, slots=True)
class Transfer:
    """A pupil file as read: its name taken apart, its content, and what to look at."""

    name: FileName
    header: Header
    pupils: tuple[Pupil, ...]
    warnings: tuple[Issue, ...]
    sha256: str


def read_ctf(content: bytes, filename: str, *, version: str = DEFAULT_VERSION, caps: Caps = CAPS) -> Transfer:
    """The content of a pupil file. `version` is the one in use here, which the file's is compared with.

    Raises Refused, with a sentence for the person who sent it, for a name that is none, and for anything that
    is not a whole, readable pupil file of a reasonable size.
    """
    shown = shown_name(filename)
    try:
        name = read_name(shown)
    except NotAName as wrong:
        raise Refused(Issue(code="not_a_ctf_name", message=str(wrong), file=shown)) from None
    try:
        root = _parse(content, caps)
        data = root.find("CTFpupilData")
        children = () if data is None else tuple(data.findall("Pupil"))
        if root.tag != "CTfile" or root.find("Header") is None or not children:
            raise Refusal("not_a_ctf")
        if len(children) > caps.pupils:
            raise Refusal("too_many_pupils")
    except Refusal as reason:
        message = _SENTENCES[reason.code].format(caps=caps, megabytes=caps.size // MEGABYTE)
        issue = Issue(code=reason.code, message=message, file=shown)
        raise Refused(issue, too_large=reason.code == "file_too_large") from None
    notes = _Notes(shown)
    header = cleaned(_header(root, notes))
    _look_at_header(header, name, len(children), version, notes)
    pupils = tuple(
        _read_pupil(each, f"Pupil {number}: " if len(children) > 1 else "", notes)
        for number, each in enumerate(children, start=1)
    )
    return Transfer(name, header, pupils, tuple(notes.found), sha256_of(content))


_SENTENCES = {
    "empty_file": "This file is empty. Export the pupil file (CTF) again.",
    "file_too_large": "This file is larger than {megabytes} MB. No pupil file is, so it was not opened.",
    "damaged_file": "This file is damaged or cut off. Ask for the pupil file (CTF) again.",
    "unusual_encoding": "This file is not stored as UTF-8, as a pupil file (CTF) is. Ask for it again.",
    "malicious_xml": "This file holds definitions that no pupil file needs. It was not opened.",
    "not_a_ctf": "This is not a pupil file (CTF): its header or its pupils are missing.",
    "too_deep": "This file is nested deeper than any pupil file is. It was not opened.",
    "too_many_elements": "This file has more than {caps.elements:,} elements. It was not opened.",
    "too_many_pupils": "This file has more than {caps.pupils:,} pupils. Ask for smaller files.",
    "text_too_long": "A text in this file has more than {caps.text:,} characters. It was not opened.",
}

_PASSED_OVER = frozenset(
    {
        "Attendance",
        "Disabilities",
        "FSMhistory",
        "LookedAfter",
        "MedicalFlag",
        "NAWdetails",
        "SENhistory",
        "StageAssessments",
        "SuppInfo",
    }
)
"""What is not kept: nothing here needs it to tell who a child is."""


class _Grammar:
    """Builds the tree of a file, as far as it is kept. Names arrive without their prefix."""

    row_opens = row_closes = b""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self._builder = TreeBuilder()
        self._depth = self._elements = self._letters = 0
        self._passing_from = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        self._letters = 0
        if self._depth > self._caps.depth:
            raise Refusal("too_deep")
        if self._elements > self._caps.elements:
            raise Refusal("too_many_elements")
        if not self._passing_from and self._depth > 1 and name in _PASSED_OVER:
            self._passing_from = self._depth
        if not self._passing_from:
            self._builder.start(name, {})

    def end(self, name: str) -> None:
        if not self._passing_from:
            self._builder.end(name)
        elif self._passing_from == self._depth:
            self._passing_from = 0
        self._depth -= 1
        self._letters = 0

    def text(self, data: str) -> None:
        self._letters += len(data)
        if self._letters > self._caps.text:
            raise Refusal("text_too_long")
        if not self._passing_from:
            self._builder.data(data)

    def may_hold_row(self) -> bool:
        return False

    def prove_row(self, _data: bytes, _position: int) -> int:
        return -1

    def close(self) -> Element:
        """The whole tree."""
        return self._builder.close()


def _parse(content: bytes, caps: Caps) -> Element:
    """The tree of a file. Raises Refusal."""
    if len(content) > caps.size:
        raise Refusal("file_too_large")
    if not content.strip():
        raise Refusal("empty_file")
    grammar = _Grammar(caps)
    part = Part(grammar, prove=False)
    for at in range(0, len(content), PIECE):
        part.write(content[at : at + PIECE])
    part.close()
    return grammar.close()


class _Notes:
    """What to look at in a file, without what was given: it may be anything."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.found: list[Issue] = []

    def add(self, code: str, message: str) -> None:
        self.found.append(Issue(code=code, message=message, severity=Severity.WARNING, file=self._file))


def _text(parent: Element | None, *names: str) -> str:
    """The text of the first child of any of the names; '' where there is none."""
    found = (parent.find(name) for name in names) if parent is not None else ()
    return next(((each.text or "").strip() for each in found if each is not None), "")


def _flag(parent: Element, name: str) -> bool | None:
    return {"true": True, "1": True, "y": True, "false": False, "0": False, "n": False}.get(
        _text(parent, name).casefold()
    )


def _day(parent: Element, name: str, what: str, notes: _Notes) -> date | None:
    given = _text(parent, name)
    # Some systems write a date as a moment; the day is what counts.
    if match := re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T.*|Z)?", given):
        try:
            return date.fromisoformat(match[1])
        except ValueError:
            pass
    if given:
        notes.add("unreadable_date", f"{what} is no date like 2018-03-09, and was left out.")
    return None


def _header(root: Element, notes: _Notes) -> Header:
    head = root.find("Header")
    try:
        moment = datetime.fromisoformat(_text(head, "DateTime")).replace(tzinfo=None)
    except ValueError:
        moment = None
        notes.add("unreadable_date", "The header does not say when the file was made.")
    source = head.find("SourceSchool") if head is not None else None
    return Header(
        source=_school(source),
        destination=_school(head.find("DestSchool") if head is not None else None),
        made_at=moment,
        academic_year=_text(source, "AcademicYear"),
        version=_text(head, "CTFversion", "CTFVersion"),
        qualifier=_text(head, "DocumentQualifier"),
        supplier=_text(head, "SupplierID"),
    )


def _school(element: Element | None) -> School:
    place = Place(_text(element, "LEA"), _text(element, "Estab"))
    return School(place, _text(element, "SchoolName"), _text(element, "URN"))


def _look_at_header(header: Header, name: FileName, pupils: int, version: str, notes: _Notes) -> None:
    if header.source.place.text != name.sender.text:
        notes.add("other_sender", "The name of the file and its header name different senders.")
    if header.destination.place.text != name.receiver.text:
        notes.add("other_destination", "The name of the file and its header name different destinations.")
    if name.receiver.is_lost and pupils != 1:
        notes.add("several_lost", "A lost pupil file must hold one pupil. This one holds more.")
    if _major(header.version) not in (_major(version), _major(version) - 1):
        notes.add("other_version", f"This file is of another CTF version than {version} or the one before.")


def _major(version: str) -> int:
    number = re.match(r"[0-9]{1,3}", version)
    return int(number[0]) if number else -1


def _read_pupil(element: Element, who: str, notes: _Notes) -> Pupil:
    upn = normalise_upn(_text(element, "UPN"))
    for message in _upn_notes(upn):
        notes.add("upn", who + message)
    basics = element.find("BasicDetails")
    sex = _text(element, "Sex", "Gender").upper()
    born_on = _day(element, "DOB", f"{who}The date of birth", notes)
    uln = _text(element, "UniqueLearnerNumber")
    if uln and not uln_is_valid(uln):
        notes.add("uln", f"{who}The ULN is not valid: a digit of it is wrong.")
    pupil = cleaned(
        Pupil(
            upn=upn,
            surname=_text(element, "Surname"),
            forename=_text(element, "Forename"),
            born_on=born_on,
            sex=sex,
            uln=uln,
            uci=_text(element, "UCI"),
            former_upn=normalise_upn(_text(basics, "FormerUPN")),
            preferred_surname=_text(basics, "PreferredSurname"),
            preferred_forename=_text(basics, "PreferredForename"),
            former_surname=_text(basics, "FormerSurname"),
            former_forename=_text(basics, "FormerForename"),
            middle_names=_text(basics, "MiddleNames"),
            year_group=_text(basics, "NCyearActual"),
            ethnicity=_text(basics, "Ethnicity"),
            ethnicity_source=_text(basics, "EthnicitySource"),
            languages=tuple(
                Language(_text(each, "Language"), _text(each, "LanguageType"))
                for each in _children(basics, "Languages", "Type")
            ),
            enrol_status=_text(basics, "EnrolStatus"),
            address=_address(element.find("Address")),
            phones=_phones(element),
            email=_text(element, "Email"),
            contacts=tuple(_contact(each) for each in _children(element, "Contacts", "Contact")),
            history=tuple(
                _attended(each, who, notes) for each in _children(element, "SchoolHistory", "School")
            ),
        )
    )
    for what, given in (
        ("surname", pupil.surname),
        ("forename", pupil.forename),
        ("date of birth", element.findtext("DOB")),
        ("sex", pupil.sex),
    ):
        if not given:
            notes.add("missing", f"{who}The file gives no {what}.")
    return pupil


def _upn_notes(upn: str) -> Iterator[str]:
    if not upn:
        yield "The file gives no UPN."
        return
    read = read_upn(upn)
    yield from read.errors
    note = note_on_upn(read.authority)
    if read.is_valid and note:
        yield f"{note}. Check the UPN."


def _children(parent: Element | None, list_name: str, name: str) -> Sequence[Element]:
    listed = parent.find(list_name) if parent is not None else None
    return () if listed is None else listed.findall(name)


def _phones(parent: Element) -> tuple[Phone, ...]:
    return tuple(
        Phone("".join(_text(each, "PhoneNo").split()), _text(each, "TelephoneType"))
        for each in _children(parent, "Phones", "Phone")
    )


def _address(element: Element | None) -> Address | None:
    if element is None:
        return None
    lines = element.find("AddressLines")
    parts = element.find("BS7666Address")
    if parts is not None:
        street = " ".join(filter(None, (_text(parts, "PAON"), _text(parts, "Street"))))
        given: Iterable[str] = (
            _text(parts, "SAON"),
            street,
            *(_text(parts, name) for name in ("Locality", "Town", "AdministrativeArea", "PostTown")),
        )
    else:
        given = (_text(lines, f"AddressLine{number}") for number in range(1, 6))
    return Address(
        lines=tuple(dict.fromkeys(filter(None, given))) if parts is not None else tuple(filter(None, given)),
        county=_text(element, "County"),
        postcode=_text(element, "PostCode"),
        country=_text(element, "Country"),
    )


def _contact(element: Element) -> Contact:
    order = _text(element, "Order")
    home = element.find("Address")
    with_pupil = home is not None and _flag(home, "AddressAsPupil") is True
    return Contact(
        surname=_text(element, "Surname"),
        forename=_text(element, "Forename"),
        title=_text(element, "Title"),
        order=int(order) if re.fullmatch(r"[0-9]{1,3}", order) else None,
        relationship=_text(element, "Relationship"),
        responsible=_flag(element, "Responsibility"),
        with_pupil=with_pupil,
        address=None if with_pupil else _address(home),
        phones=_phones(element),
        email=_text(element, "Email"),
    )


def _attended(element: Element, who: str, notes: _Notes) -> Attended:
    return Attended(
        authority=_text(element, "LEA"),
        school=_text(element, "Estab"),
        name=_text(element, "SchoolName"),
        entered_on=_day(element, "EntryDate", f"{who}A date of entry", notes),
        left_on=_day(element, "LeavingDate", f"{who}A leaving date", notes),
        reason=_text(element, "LeavingReason"),
        grounds=_text(element, "RemovalGrounds"),
        is_last=_flag(element, "LastSchool") is True,
    )
