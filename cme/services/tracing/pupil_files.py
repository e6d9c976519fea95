"""The lost-pupil file (CTF), where a school's own system cannot make it. The content is kept nowhere.

Source: tracing reference ss.5 to 10 and 13. It is uploaded by hand, which is recorded apart.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import Refused
from cme.clock import LONDON, local_date
from cme.identity.names import split_name
from cme.services import papers
from cme.services.casework import CaseView
from cme.services.papers import Paper
from cme.services.tracing import confidence
from cme.services.tracing.school_links import destination_notes
from cme.store import audit, ctf_files, schools
from cme.store.database import transaction
from cme.store.tables import Case, CtfFile, Registration
from cme.store.tables import Contact as KeptContact
from cme.tracing.ctf import content as ctf
from cme.tracing.ctf.codes import OTHER_REASON, PREVIOUS, relationship_code
from cme.tracing.ctf.names import LOST, NotAName, Place, file_name, read_destination
from cme.tracing.ctf.writing import build, faults
from cme.tracing.details import year_in_words
from importers.roll.entries import ADDRESS, address_lines

NOT_REMOVED = "The file is made once the child is off the register. Record the removal first."
WARNED = "warned_of"
"""The need to know what is odd about a destination."""

SEXES = ("F", "M")
XML_TYPE = "application/xml"


@dataclass(frozen=True, slots=True)
class Making:
    """How files are made here: the version that is written, and the month in which the year begins."""

    version: str = ctf.DEFAULT_VERSION
    first_month: int = 9


@dataclass(frozen=True, slots=True)
class FileEntry:
    """What is entered for a file: where it goes, seven characters, and its number where the school's own
    system has given some already; None for the next one. `warned_of` is a destination that the person was
    warned of and means all the same. `sex` is F, M or '', and kept where no register has said it."""

    destination: str = LOST
    number: int | None = None
    warned_of: str = ""
    sex: str = ""


def lacking(view: CaseView, making: Making, *, at: datetime) -> tuple[str, ...]:
    """What the file of a case cannot be made without: a sentence for each; () where nothing is missing.

    The sex is asked for with the file where it `lacks_sex`.
    """
    registration = view.case.registration
    if registration.removed_on is None:
        return (NOT_REMOVED,)
    header = _header(registration, Place(LOST[:3], LOST[3:]), making, at)
    pupil = _pupil(view.case)
    return faults(header, [replace(pupil, sex=pupil.sex or SEXES[0])], local_date(at))


def lacks_sex(view: CaseView) -> bool:
    """Whether no register has said the sex of the child: whoever makes the file says it."""
    return not view.case.registration.pupil.sex


def is_restricted(view: CaseView) -> bool:
    """Whether the file leaves out where the child lives and whom to reach: it is looked for in confidence."""
    return confidence.is_of(view.case.registration.pupil_id)


def last_name(scope: Scope, view: CaseView) -> str:
    """The name of the file that was made last for a case; '' where none was."""
    last = ctf_files.last_of(scope, view.case.id)
    return last.file_name if last else ""


def make(
    scope: Scope, reference: str, entry: FileEntry, making: Making, *, at: datetime, address: str = ""
) -> Paper | Refused:
    """The file of the child of a case, or what it lacks. Raises LookupError outside the scope.

    The same file, with its number, is handed out again while nothing that it says has changed and no other
    number is asked for; otherwise it is a new file with a number of its own.
    """
    view = papers.open_case(scope, reference, Permission.MAKE_CTF, at=at)
    registration, school = view.case.registration, view.case.school
    if registration.removed_on is None:
        return Refused((NOT_REMOVED,), ("stage",))
    try:
        destination = read_destination(entry.destination[:3], entry.destination[3:])
    except NotAName as wrong:
        return Refused((str(wrong),), ("laestab",))
    notes = destination_notes(destination, local_date(at))
    if notes and entry.warned_of != destination.text:
        return Refused(notes, (WARNED,) * len(notes))
    with transaction():
        schools.lock_school(scope, school.laestab, Permission.MAKE_CTF)
        if lacks_sex(view) and entry.sex in SEXES:
            registration.pupil.sex = entry.sex
            audit.record(scope, "pupil.sex_entered", f"case:{view.case.id}", at=at, address=address)
        last = ctf_files.last_of(scope, view.case.id)
        if last and last.destination == destination.text and entry.number in (None, last.sequence):
            made = _content(view.case, destination, making, last.made_at)
            if isinstance(made, bytes) and hashlib.sha256(made).hexdigest() == last.sha256:
                return _handed_out(scope, view, last.file_name, made, at=at, address=address)
        made = _content(view.case, destination, making, at)
        if isinstance(made, Refused):
            return made
        number = entry.number or ctf_files.next_number(school.laestab, destination.text)
        if ctf_files.is_taken(school.laestab, destination.text, number):
            taken = f"A file with the number {number:03d} was made already. Enter another, or leave it empty."
            return Refused((taken,), ("number",))
        try:
            name = file_name(Place(school.laestab[:3], school.laestab[3:]), destination, number)
        except NotAName as wrong:
            return Refused((str(wrong),), ("number",))
        ctf_files.add(
            CtfFile(
                case_id=view.case.id,
                registration_id=registration.id,
                sender=school.laestab,
                destination=destination.text,
                sequence=number,
                file_name=name,
                ctf_version=making.version,
                sha256=hashlib.sha256(made).hexdigest(),
                made_at=at,
                made_by=scope.name,
            )
        )
        return _handed_out(scope, view, name, made, at=at, address=address)


def _handed_out(scope: Scope, view: CaseView, name: str, made: bytes, *, at: datetime, address: str) -> Paper:
    detail = {"file": name, "sha256": hashlib.sha256(made).hexdigest()}
    audit.record(scope, "ctf.made", f"case:{view.case.id}", at=at, address=address, detail=detail)
    return Paper(name, made, XML_TYPE)


def _content(case: Case, destination: Place, making: Making, at: datetime) -> bytes | Refused:
    header, pupil = _header(case.registration, destination, making, at), _pupil(case)
    missing = faults(header, [pupil], local_date(at))
    return (
        Refused(missing, ("content",) * len(missing)) if missing else build(header, [pupil], local_date(at))
    )


def _header(registration: Registration, destination: Place, making: Making, at: datetime) -> ctf.Header:
    school, local = registration.school, at.astimezone(LONDON).replace(tzinfo=None, microsecond=0)
    return ctf.Header(
        source=ctf.School(Place(school.laestab[:3], school.laestab[3:]), school.name, school.urn),
        destination=ctf.School(destination),
        made_at=local,
        academic_year=ctf.year_of(local.date(), making.first_month),
        version=making.version,
    )


def _pupil(case: Case) -> ctf.Pupil:
    """The child as the file gives it. Of a child who is looked for in confidence home and contacts are left
    out, and nobody can tick them: every authority reads the file (our policy)."""
    registration = case.registration
    pupil, school = registration.pupil, registration.school
    lines = address_lines([getattr(pupil, part) for part in ADDRESS[:-2]])
    whole = ctf.Pupil(
        upn=pupil.upn or "",
        surname=pupil.surname,
        forename=pupil.forename,
        born_on=pupil.born_on,
        sex=pupil.sex,
        former_upn=pupil.former_upn or "",
        year_group=_year_code(registration.year_group),
        enrol_status=PREVIOUS,
        address=ctf.Address(tuple(lines), county=pupil.county, postcode=pupil.postcode),
        contacts=tuple(_contact(each) for each in pupil.contacts if each.ended_at is None),
        history=(
            ctf.Attended(
                authority=school.laestab[:3],
                school=school.laestab[3:],
                name=school.name,
                entered_on=registration.starting_on,
                left_on=registration.removed_on,
                reason=OTHER_REASON,
                is_last=True,
            ),
        ),
    )
    return ctf.minimised(whole) if confidence.is_of(registration.pupil_id) else whole


def _contact(kept: KeptContact) -> ctf.Contact:
    surname, forename = split_name(kept.name)
    phones = tuple(ctf.Phone(number.strip()) for number in kept.phone.split(";") if number.strip())
    return ctf.Contact(
        surname=surname,
        forename=forename,
        order=kept.position,
        relationship=relationship_code(kept.relationship_),
        phones=phones,
        email=kept.email,
    )


def _year_code(year_group: str) -> str:
    """A year group as the file's list has it: "Year 3" is 3, "Reception" R, "Nursery 2" N2; '' else."""
    words = year_in_words(year_group).casefold().replace("year", " ").split()
    code = "".join(words).replace("reception", "R").replace("nursery", "N").upper()
    return code if code in _YEAR_CODES else ""


_YEAR_CODES = frozenset({"N1", "N2", "R", *map(str, range(1, 15)), "X"})
