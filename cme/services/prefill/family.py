"""What the school's records answer of the child, the home, the family, and who must not be contacted."""

from cme.access.scope import Scope
from cme.casework.enquiries.applicability import KnownContact
from cme.casework.referral.answers import NOT_KNOWN, Answer, Row
from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN
from cme.casework.words import day
from cme.services.restrictions import homes_hidden, in_force
from cme.services.tracing.siblings import Sibling, Whereabouts, siblings_of
from cme.store import roll
from cme.store.tables import Case, Contact, Registration
from importers.roll.entries import ADDRESS, address_lines

SCHOOL_RECORDS = "School records"

_WHEREABOUTS = {
    Whereabouts.PRESENT: "present on {on}",
    Whereabouts.UNEXPLAINED: "absent without a reason on {on}",
    Whereabouts.ABSENT: "absent on {on}",
    Whereabouts.UNMARKED: "no mark on {on}",
}


def filled(scope: Scope, case: Case) -> dict[str, str]:
    """What is on record of child and family and typed by nobody.

    A home that the reader may not be shown is filled, too: nobody types over it what must not be written.
    """
    registration = case.registration
    pupil = registration.pupil
    group = registration.year_group
    place = (f"Year {group}" if group.isdigit() else group, registration.class_name)
    found = {
        "child_name": f"{pupil.forename} {pupil.surname}",
        "date_of_birth": day(pupil.born_on) if pupil.born_on else NOT_KNOWN,
        "upn": pupil.upn or NOT_KNOWN,
        "year_group": ", ".join(part for part in place if part),
        "restrictions": "\n".join(one.heading for one in in_force(scope, registration.id).each) or "None",
        "siblings_here": "\n".join(_sibling(one) for one in siblings_of(scope, registration.id)) or "Nobody",
    }
    if _is_hidden(scope, registration):
        found |= {"last_known_address": ADDRESS_NOT_SHOWN, "last_known_postcode": ADDRESS_NOT_SHOWN}
    return found


def offered(scope: Scope, case: Case) -> dict[str, Answer]:
    """What is on record of child and family and may be corrected in the form."""
    registration = case.registration
    carers, others = _contacts(scope, registration)
    found: dict[str, Answer] = {"sex": registration.pupil.sex, "carers": carers, "emergency_contacts": others}
    return {key: said for key, said in (found | _home(scope, registration)).items() if said}


def _home(scope: Scope, registration: Registration) -> dict[str, str]:
    pupil = registration.pupil
    lines = address_lines([getattr(pupil, part) for part in ADDRESS if part != "postcode"])
    if not lines or _is_hidden(scope, registration):
        return {}
    return {
        "last_known_address": "\n".join(lines),
        "last_known_postcode": pupil.postcode,
        "last_known_source": SCHOOL_RECORDS,
    }


def _is_hidden(scope: Scope, registration: Registration) -> bool:
    return bool(homes_hidden(scope, (registration.id,)))


def _contacts(scope: Scope, registration: Registration) -> tuple[list[Row], list[Row]]:
    """The contacts in call order: those who are or may be a parent or carer, and the others."""
    carers: list[Row] = []
    others: list[Row] = []
    for contact in roll.list_contacts(scope, registration.id):
        known = KnownContact(contact.id, contact.name, contact.relationship_)
        row = {
            "name": contact.name,
            "relation": contact.relationship_,
            "phones": ", ".join(part.strip() for part in contact.phone.split(";")),
        }
        if known.may_be_parent:
            carers.append(row | {"email": contact.email})
        else:
            others.append(row | _if_no_phone(contact))
    return carers, others


def _if_no_phone(contact: Contact) -> dict[str, str]:
    """An emergency contact has no field for an e-mail: it stands beside the name where it is all there is."""
    return (
        {} if contact.phone or not contact.email else {"relation": f"{contact.relationship_} {contact.email}"}
    )


def _sibling(one: Sibling) -> str:
    pupil, school = one.registration.pupil, one.registration.school.name
    ties = " and ".join(tie.label for tie in one.ties)
    said = _WHEREABOUTS[one.whereabouts].format(on=day(one.on)) if one.on else "no register yet"
    return f"{pupil.forename} {pupil.surname}, {school}: {said} ({ties})"
