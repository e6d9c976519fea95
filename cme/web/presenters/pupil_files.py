"""A pupil file (CTF) that was read, as its page shows it: what it says, and who may be meant."""

from typing import Any

from flask import url_for

from cme.clock import local_date
from cme.services.tracing.child_lists import ListKind
from cme.services.tracing.ctf_reading import Candidate, PupilRead, Reading, sender_named
from cme.tracing.ctf import content as ctf
from cme.tracing.ctf.names import Place
from cme.tracing.renumbering import shown
from cme.web.presenters.dates import day
from cme.web.presenters.incoming import GRID_TAGS, grid_rows
from cme.web.presenters.words import capitalised, counted

MOST_SHOWN = 50
"""Children of one file on its page; a lost-pupil file has one."""

HIDDEN = "A restricted child may be meant. Ask a CME officer of the authority to read this file."
NOBODY = "Nobody on record here, whom you may see, is like this child."


def page(reading: Reading) -> dict[str, Any]:
    """What the page of a file shows. Of many children those of whom somebody is like come first."""
    header, name, number = reading.transfer.header, reading.transfer.name, len(reading.pupils)
    first = sorted(reading.pupils, key=lambda each: not each.candidates)[:MOST_SHOWN]
    like = sum(bool(each.candidates) for each in reading.pupils)
    return {
        "name": name.text,
        "rows": _rows(
            ("Sent by", ", ".join(filter(None, (sender_named(name.sender), header.source.name)))),
            ("Sent to", _receiver(name.receiver)),
            ("Made", day(header.made_at.date()) if header.made_at else ""),
            ("Version", header.version),
        ),
        "notes": reading.notes,
        "summary": f"{counted(number, 'child', 'children')} in the file; somebody on record here is like "
        f"{like} of them."
        if number > 1
        else "",
        "left_out": f"The first {MOST_SHOWN} are shown." if number > MOST_SHOWN else "",
        "children": [_child(each, name.sender) for each in first],
    }


def _receiver(place: Place) -> str:
    if place.is_lost:
        return "The Lost Pupil Database (XXXXXXX)"
    return "Outside School to School (MMMMMMM)" if place.is_outside else sender_named(place)


def _child(read: PupilRead, sender: Place) -> dict[str, Any]:
    pupil = read.pupil
    return {
        "name": f"{pupil.forename} {pupil.surname}".strip() or "No name given",
        "rows": _rows(
            ("Date of birth", day(pupil.born_on) if pupil.born_on else ""),
            ("Sex", pupil.sex),
            ("UPN", pupil.upn),
            ("Former UPN", pupil.former_upn),
            ("Other surnames", "; ".join(filter(None, (pupil.preferred_surname, pupil.former_surname)))),
            ("Other forenames", "; ".join(filter(None, (pupil.preferred_forename, pupil.former_forename)))),
            ("Year group", pupil.year_group),
            ("Address", _address(pupil.address)),
            ("Phones", ", ".join(each.number for each in pupil.phones)),
            ("E-mail", pupil.email),
            ("Contacts", "; ".join(map(_contact, pupil.contacts))),
            ("Schools", "; ".join(map(_attended, pupil.history))),
        ),
        "is_withheld": read.is_withheld,
        "candidates": [_candidate(each, sender) for each in read.candidates],
        "nobody": NOBODY,
    }


def _candidate(candidate: Candidate, sender: Place) -> dict[str, Any]:
    found, case = candidate.found, candidate.case
    if found.is_restricted:
        return {"hidden": HIDDEN}
    return {
        "name": candidate.name,
        "label": capitalised(found.finding.label),
        "rule": found.finding.words,
        "places": [*map(_roll, candidate.registrations), *_elsewhere(candidate)],
        "grid": grid_rows(found.finding.grid, GRID_TAGS),
        "case": case.reference if case else "",
        "case_url": url_for("cases.show", case_reference=case.reference) if case else "",
        "sender": sender.text,
    }


def _roll(registration: Any) -> str:
    school = registration.school.name
    if registration.removed_on is None:
        return f"On the roll of {school}"
    return f"Left the roll of {school} on {day(registration.removed_on)}"


def _elsewhere(candidate: Candidate) -> list[str]:
    found = []
    if candidate.case:
        closed = candidate.case.closed_at
        state = f"closed on {day(local_date(closed))}" if closed else "open"
        found.append(f"Case {candidate.case.reference}, {state}")
    if candidate.is_recorded:
        found.append("On the record of children missing education")
    if candidate.found.listed:
        found.append(f"In the {ListKind(candidate.found.listed.kind).label.lower()} list; on no roll here")
    return found


def _address(address: ctf.Address | None) -> str:
    parts = (*address.lines, address.county, address.postcode, address.country) if address else ()
    return ", ".join(filter(None, parts))


def _contact(contact: ctf.Contact) -> str:
    return ", ".join(
        filter(
            None,
            (
                f"{contact.forename} {contact.surname}".strip(),
                *(each.number for each in contact.phones),
                contact.email,
                _address(contact.address),
            ),
        )
    )


def _attended(one: ctf.Attended) -> str:
    number = shown(one.authority + one.school)
    dates = [day(each) if each else "?" for each in (one.entered_on, one.left_on)]
    return f"{one.name or 'School'} ({number}), {dates[0]} to {dates[1]}"


def _rows(*pairs: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in pairs if value]
