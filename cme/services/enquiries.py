"""Enquiries: recording one, correcting one, and taking one back. Reading them is `enquiry_records`."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from cme.access.roles import POLICY, Permission, Role
from cme.access.scope import Scope
from cme.casework.case import Action, Entry, Refused
from cme.casework.enquiries.enquiry import (
    SETTLED_WITHOUT,
    EnquiryEntry,
    LoggedEnquiry,
    Result,
    Step,
    faults,
    in_force,
    read_steps,
)
from cme.casework.enquiries.evidence import files_faults
from cme.casework.enquiries.steps import Kind, forbidden_because
from cme.clock import local_date
from cme.services import restrictions
from cme.services.absence import recount_school
from cme.services.enquiry_records import AS_ENTERED, entry_of
from cme.services.evidence import sealed
from cme.services.judging import judge, open_for
from cme.store import audit, cases, pupils, roll
from cme.store import enquiries as store
from cme.store.database import db, transaction
from cme.store.tables import Case, Enquiry, Registration

CORRECTED = "Somebody else corrected this entry first. Look at what they wrote before you change it again."
NO_RIGHT = (
    "Enquiries are recorded by the school office, the designated safeguarding lead, the CME officer and the "
    "front door. Ask them."
)
NO_WAIVER = "Only the designated safeguarding lead waives an enquiry. Ask them."
FOR_DSL = (
    "Only the designated safeguarding lead takes back a concern, a waiver, or what they recorded themselves. "
    "Ask them."
)
FORBIDDEN = "{because}. Tell the designated safeguarding lead what you know: they record it."
WHY_FORBIDDEN = "{because}. Enter in the notes why it was done all the same, and on whose advice."
NOT_A_CONTACT = "Choose one of the contacts on record, or enter who it was."
WHY_CORRECTED = "Enter why the entry is corrected."
WHY_WITHDRAWN = "Enter why the entry is withdrawn."


def not_yours(step: Step) -> str:
    """Whose enquiry it is, to somebody who may not record it."""
    label = step.owner_label
    who = label if label[:2].isupper() else label[:1].lower() + label[1:]
    return f"This enquiry is for the {who} to record. Ask them."


Files = Sequence[tuple[str, bytes]]
"""Files as they were sent: name and content."""


def log(
    scope: Scope,
    registration_id: int,
    entry: EnquiryEntry,
    files: Files = (),
    *,
    at: datetime,
    address: str = "",
) -> int | Refused:
    """Record an enquiry; its id, or Refused with what is missing by the field of the entry.

    The same form, sent again, is the enquiry that it was kept as. A sighting in person counts the school
    again. Raises LookupError outside the scope.
    """
    with transaction():
        registration = _locked(scope, registration_id)
        token = _form_key(registration_id, entry.form_token)
        kept = store.find_by_form(scope, registration_id, token) if token else None
        if kept is not None:
            return kept.id
        entry = _completed(scope, registration, replace(entry, form_token=token))
        refused = _refused(
            scope, registration, entry, files, at=at, standing=_standing(scope, registration_id)
        )
        if refused is not None:
            return refused
        row = _add(scope, registration_id, entry, files, at=at)
        _after(scope, registration, row, entry, Action.LOG_ENQUIRY, at=at, address=address)
        return row.id


def correct(
    scope: Scope,
    enquiry_id: int,
    entry: EnquiryEntry,
    reason: str,
    files: Files = (),
    *,
    at: datetime,
    address: str = "",
) -> int | Refused:
    """Put a corrected entry in the place of one, which stays on record; the new id, or Refused.

    An entry is corrected once: after that its correction is. Raises LookupError outside the scope.
    """
    return _supersede(scope, enquiry_id, entry, reason, files, WHY_CORRECTED, at=at, address=address)


def withdraw(scope: Scope, enquiry_id: int, reason: str, *, at: datetime, address: str = "") -> int | Refused:
    """Take back an entry that should not have been made; it stays on record. As `correct`."""
    return _supersede(scope, enquiry_id, None, reason, (), WHY_WITHDRAWN, at=at, address=address)


def _supersede(
    scope: Scope,
    enquiry_id: int,
    entry: EnquiryEntry | None,
    reason: str,
    files: Files,
    why: str,
    *,
    at: datetime,
    address: str,
) -> int | Refused:
    with transaction():
        old = store.find_enquiry(scope, enquiry_id)
        if old is None or not _is_shown(scope, old):
            raise LookupError("the enquiry is not within the scope")
        registration, before = _locked(scope, old.registration_id), entry_of(old)
        token = _form_key(registration.id, entry.form_token if entry else None)
        kept = store.find_by_form(scope, registration.id, token) if token else None
        if kept is not None:
            return kept.id
        if store.find_correction(scope, old.id) is not None or before.result is Result.WITHDRAWN:
            return Refused((CORRECTED,), ("stage",))
        standing = [each for each in _standing(scope, registration.id) if each.id != old.id]
        new = replace(before, result=Result.WITHDRAWN, form_token=token)
        if entry is not None:
            corrected = replace(entry, step=old.step, form_token=token)
            new = _completed(scope, registration, _of_whom_it_names(corrected, before))
        if _is_for_dsl(old, before, new) and Permission.SIGN_REVIEW not in _held(scope, registration):
            return Refused((FOR_DSL,), ("permission",))
        refused = _refused(scope, registration, new, files, at=at, standing=standing, was=before)
        if not reason.strip():
            refused = _joined(refused, Refused((why,), ("correction_reason",)))
        if refused is not None:
            return refused
        row = _add(scope, registration.id, new, files, at=at, supersedes=old, reason=reason.strip())
        _after(
            scope,
            registration,
            row,
            new,
            Action.CORRECT_ENQUIRY,
            at=at,
            address=address,
            reason=reason,
            was_sighting=before.is_sighting,
        )
        return row.id


def _is_for_dsl(old: Enquiry, before: EnquiryEntry, new: EnquiryEntry) -> bool:
    """Whether taking an entry back would end what is for the DSL to end."""
    ends_concern = before.raises_concern and not new.raises_concern
    return ends_concern or before.result is Result.WAIVED or POLICY[Role.DSL].label in old.entered_role


def _held(scope: Scope, registration: Registration) -> frozenset[Permission]:
    school = registration.school
    return scope.permissions_at(authority_id=school.authority_id, school_id=school.id)


def _is_shown(scope: Scope, row: Enquiry) -> bool:
    return not store.is_restricted(scope, row) or store.may_see_restricted(scope, row.registration_id)


def _locked(scope: Scope, registration_id: int) -> Registration:
    registration = pupils.lock_registration(scope, registration_id)
    if registration is None:
        raise LookupError("the pupil is not within the scope")
    return registration


def _form_key(registration_id: int, form_token: str | None) -> str | None:
    """What a form is known by: its token together with the child, so that no form speaks of two children."""
    if not form_token:
        return None
    digest = hashlib.sha256(f"{registration_id}:{form_token}".encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _standing(scope: Scope, registration_id: int) -> tuple[LoggedEnquiry, ...]:
    return in_force(store.read_logged(scope, (registration_id,))[registration_id])


def _completed(scope: Scope, registration: Registration, entry: EnquiryEntry) -> EnquiryEntry:
    """The entry with what the step and the contact on record say of it."""
    step = read_steps().get(entry.step)
    contact = _contacts(scope, registration).get(entry.contact_id or 0)
    if contact is not None:
        entry = replace(
            entry,
            contacted=entry.contacted or contact.name,
            relation=entry.relation or contact.relationship_,
            used=entry.used or contact.phone,
        )
    return replace(entry, restricted=True) if step is not None and step.is_restricted else entry


def _of_whom_it_names(entry: EnquiryEntry, before: EnquiryEntry) -> EnquiryEntry:
    """A correction without what it still says of the person whom it no longer names."""
    if entry.contact_id == before.contact_id:
        return entry
    rings = read_steps()[entry.step].kind in (Kind.CALL, Kind.MESSAGE)
    return replace(
        entry,
        contacted="" if entry.contacted == before.contacted else entry.contacted,
        relation="" if entry.relation == before.relation else entry.relation,
        used="" if rings and entry.used == before.used else entry.used,
    )


def _contacts(scope: Scope, registration: Registration) -> Mapping[int, Any]:
    return {contact.id: contact for contact in roll.list_contacts(scope, registration.id)}


def _refused(
    scope: Scope,
    registration: Registration,
    entry: EnquiryEntry,
    files: Files,
    *,
    at: datetime,
    standing: Sequence[LoggedEnquiry],
    was: EnquiryEntry | None = None,
) -> Refused | None:
    held = _held(scope, registration)
    step = read_steps().get(entry.step)
    if Permission.LOG_ENQUIRY not in held:
        return Refused((NO_RIGHT,), ("permission",))
    if step is not None and step.is_logged and not step.may_be_logged_by(held):
        return Refused((not_yours(step),), ("permission",))
    if entry.result is Result.WAIVED and Permission.WAIVE_ENQUIRY not in held:
        return Refused((NO_WAIVER,), ("permission",))
    if entry.result is Result.WITHDRAWN:
        return None
    began_on = _began_on(scope, registration, was)
    found = [
        (fault.sentence, fault.field) for fault in faults(entry, at=at, began_on=began_on, before=standing)
    ]
    because = _forbidden_because(scope, registration, entry)
    if because and Permission.RESTRICT_CONTACT not in held:
        return Refused((FORBIDDEN.format(because=because),), ("permission",))
    if because and not entry.notes.strip():
        found.append((WHY_FORBIDDEN.format(because=because), "notes"))
    if entry.contact_id is not None and entry.contact_id not in _contacts(scope, registration):
        found.append((NOT_A_CONTACT, "contact_id"))
    found += [(sentence, "files") for sentence in files_faults(files)]
    return Refused(tuple(each[0] for each in found), tuple(each[1] for each in found)) if found else None


def _joined(one: Refused | None, other: Refused) -> Refused:
    if one is None:
        return other
    return Refused((*one.sentences, *other.sentences), (*one.missing, *other.missing))


def _open_case(scope: Scope, registration_id: int) -> Case | None:
    """The open case of a child, as far as the scope reaches."""
    history = cases.list_case_history(scope, registration_id)
    return next((case for case in history if case.closed_at is None), None)


def _began_on(scope: Scope, registration: Registration, was: EnquiryEntry | None) -> date | None:
    """The first day of an enquiry of the open case; a correction may keep an earlier day that stood."""
    case = _open_case(scope, registration.id)
    began_on = cases.state_of(case).absence_since_on if case else None
    return min(began_on, was.done_on) if began_on and was and was.done_on else began_on


def _forbidden_because(scope: Scope, registration: Registration, entry: EnquiryEntry) -> str:
    """Why an enquiry ought not to have been made; '' where nothing was recorded against it by then."""
    step = read_steps().get(entry.step)
    if step is None or entry.done_at is None or entry.result in SETTLED_WITHOUT:
        return ""
    held = restrictions.in_force(scope, registration.id).recorded_by(entry.done_at)
    return forbidden_because(step, held, entry.contact_id, entry.contacted)


def _add(
    scope: Scope,
    registration_id: int,
    entry: EnquiryEntry,
    files: Files,
    *,
    at: datetime,
    supersedes: Enquiry | None = None,
    reason: str = "",
) -> Enquiry:
    if entry.result is None or entry.done_at is None:
        raise ValueError("an enquiry without a result or an instant cannot be kept")
    row = Enquiry(
        **{name: getattr(entry, name) for name in AS_ENTERED},
        registration_id=registration_id,
        method=entry.method.value if entry.method else "",
        outcome=entry.result.value,
        visit=entry.visit.stored() if entry.visit else None,
        entered_at=at,
        entered_by=scope.name,
        entered_role=scope.role_label,
        supersedes_id=supersedes.id if supersedes else None,
        correction_reason=reason,
        form_token=entry.form_token,
        evidence=[sealed(name, content, scope, at) for name, content in files],
    )
    db.session.add(row)
    db.session.flush()
    return row


def _after(
    scope: Scope,
    registration: Registration,
    row: Enquiry,
    entry: EnquiryEntry,
    action: Action,
    *,
    at: datetime,
    address: str,
    reason: str = "",
    was_sighting: bool = False,
) -> None:
    """What follows from an entry: a case for a concern, an event of the case, the audit, and a count where
    the child was seen or a case was opened."""
    entered = Entry(reason=reason, enquiry=entry, enquiry_id=row.id, replaces_id=row.supersedes_id)
    case = _open_case(scope, registration.id)
    is_new = case is None and entry.raises_concern
    if is_new:
        opened = open_for(scope, registration, Action.OPEN_FOR_CONCERN, entered, at=at, address=address)
        case = None if isinstance(opened, Refused) else opened
    if case is not None and cases.state_of(case).covers(local_date(row.done_at)):
        judge(scope, case, action, entered, None, at=at, address=address)
    if is_new or was_sighting or (entry.is_sighting and entry.result is not Result.WITHDRAWN):
        recount_school(registration.school, at=at)
    audit.record(
        scope,
        "enquiry.entered",
        f"enquiry:{row.id}",
        at=at,
        address=address,
        detail={
            "registration": row.registration_id,
            "step": row.step,
            "supersedes": row.supersedes_id,
            "files": len(row.evidence),
        },
    )
