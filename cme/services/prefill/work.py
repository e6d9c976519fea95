"""What the casework answers: who refers, which school, the enquiries, the review, and what has happened."""

from cme.access.roles import Permission, Role
from cme.access.scope import Scope
from cme.casework.enquiries.enquiry import RESULTS
from cme.casework.enquiries.steps import read_steps
from cme.casework.events import EVENT_TYPES, EventKind
from cme.casework.referral.answers import FIELD_BY_ID, Answer, Section
from cme.casework.referral.fields import YES
from cme.casework.words import day
from cme.clock import LONDON, local_date
from cme.services import enquiry_records, readiness, reviews
from cme.services.enquiry_lines import what_was_found
from cme.services.enquiry_records import EnquiryRecord
from cme.store import accounts, roll
from cme.store.tables import Case


def sender(scope: Scope) -> dict[str, Answer]:
    """Who refers."""
    return {"referrer_name": scope.name, "referrer_role": scope.role_label}


def filled(scope: Scope, case: Case) -> dict[str, Answer]:
    """The case, the school, the enquiries and the chronology."""
    school = case.school
    return {
        "number": case.reference,
        "school": f"{school.name}, URN {school.urn}, LAESTAB {school.laestab}",
        "school_authority": f"{school.authority.name} ({school.authority.code})",
        "actions": [_enquiry(each) for each in _enquiries(scope, case)],
        "meter": readiness.state_of(case).readiness.text,
        "chronology": _chronology(case),
    }


def contacts_of_school(scope: Scope, case: Case) -> dict[str, Answer]:
    """Whom the authority can reach at the school: the sender's e-mail is offered to the sender only."""
    may_write = scope.may(Permission.WRITE_REFERRAL, authority_id=case.authority_id, school_id=case.school_id)
    found: dict[str, Answer] = {
        "dsl_name": ", ".join(accounts.list_staff(scope, case.school_id, Role.DSL)),
        "head_name": ", ".join(accounts.list_staff(scope, case.school_id, Role.HEAD)),
        "referrer_email": accounts.find_own_email(scope) if may_write else "",
    }
    return {key: said for key, said in found.items() if said}


def offered(scope: Scope, case: Case) -> dict[str, Answer]:
    """The latest signed review, and what the child's flags answer with yes."""
    found: dict[str, Answer] = {}
    signed = next(iter(reviews.list_of(scope, case)), None)
    if signed is not None:
        on = day(local_date(signed.signed_at))
        found["appraisal"] = f"{signed.text}\nReview signed on {on} by {signed.signed_by}."
    for kind in roll.list_flags(scope, case.registration_id) or ():
        known = FIELD_BY_ID.get(kind)
        if known is not None and known.section is Section.STATUS:
            found[kind] = YES
    return found


def _enquiries(scope: Scope, case: Case) -> tuple[EnquiryRecord, ...]:
    found = enquiry_records.list_of_case(scope, case)
    return tuple(each for each in found if not each.step.is_of_authority)


def _enquiry(record: EnquiryRecord) -> dict[str, str]:
    row = record.row
    said = [RESULTS[record.result].label, row.reason]
    return {
        "on": f"{day(local_date(row.done_at))}, {row.done_at.astimezone(LONDON):%H:%M}",
        "step": record.step.short,
        "by": ", ".join(part for part in (row.done_by, row.done_role) if part),
        "contacted": ", ".join(part for part in (row.contacted, row.relation) if part),
        "outcome": ": ".join(part for part in said if part),
        "notes": "\n".join(filter(None, (row.notes, *(line.words for line in what_was_found(record))))),
    }


def _chronology(case: Case) -> str:
    return "\n".join(
        f"{day(local_date(event.at))}: {EVENT_TYPES[EventKind(event.kind)].title}{_about(event.data)}"
        for event in case.events
    )


def _about(data: dict[str, str]) -> str:
    """Which enquiry an event tells of, '' for any other event."""
    step = read_steps().get(data.get("step", ""))
    return f" ({step.short})" if step else ""
