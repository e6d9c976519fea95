"""What a trace request says to begin with: taken from the record, for the officer to correct.

The details are a copy of the trace's own: correcting them changes nothing of the pupil. Source: tracing
reference s.2, after the removal return (SI 2024/208 reg 13).
"""

from dataclasses import replace
from datetime import date

from cme import bank_holidays
from cme.access.scope import Scope
from cme.attendance.calendar import SchoolCalendar
from cme.casework.enquiries.applicability import KnownContact
from cme.casework.policy.clocks import due_on
from cme.casework.policy.pack import PolicyPack
from cme.casework.referral.answers import NOT_KNOWN
from cme.casework.removal.returning import RemovalReturn
from cme.identity.names import compared
from cme.services import enquiry_records
from cme.services.policies import pack_of
from cme.services.tracing import confidence, siblings
from cme.store import cases, removals, traces
from cme.store.pupils import standing_of
from cme.store.tables import Case, CmeSpell, LocalAuthority, Pupil, Registration
from cme.tracing.checks import in_short
from cme.tracing.details import Sender, Sibling, TraceDetails, year_in_words
from importers.roll.entries import ADDRESS, address_lines

LAW = "2024"
"""The year of the regulations that a removal recorded here rests on (SI 2024/208)."""


def begun_for_case(
    scope: Scope, case: Case, reference: str, today: date, *, restricted: bool
) -> TraceDetails:
    """The request about the child of a case, as far as the records fill it in."""
    registration, school = case.registration, case.school
    standing, removal = standing_of(registration), removals.find_latest(scope, case.id)
    made = removal if removal is not None and removal.removed_on else None
    answers = RemovalReturn.from_json(removal.answers) if removal is not None else RemovalReturn()
    details = replace(
        _about(registration.pupil, reference, sender_of(scope, school.authority, pack_of(case))),
        reply_by_on=reply_by(pack_of(case), today),
        known_as=_told(scope, case, "known_as"),
        year_group=year_in_words(registration.year_group),
        school_name=school.name,
        school_number=f"{school.laestab[:3]}/{school.laestab[3:]}",
        last_attended_on=standing.last_attended_on,
        last_seen_on=standing.last_seen_on,
        off_roll_on=registration.removed_on,
        regulations=LAW if made else "",
        ground=made.ground.upper() if made else "",
        checks=_checks(scope, case, restricted=restricted),
        destination=_known(answers.future_school) or _known(answers.future_address),
        ethnicity=_told(scope, case, "ethnicity"),
        first_language=_told(scope, case, "language"),
    )
    if restricted:
        return replace(details, destination="")
    return replace(
        _at_home(details, registration.pupil),
        carers=_carers(registration.pupil, answers),
        siblings=_siblings(scope, registration),
    )


def begun_for_spell(
    scope: Scope,
    spell: CmeSpell,
    authority: LocalAuthority,
    pack: PolicyPack,
    reference: str,
    today: date,
    *,
    restricted: bool,
) -> TraceDetails:
    """The request about a child on the CME record who has no case."""
    details = replace(
        _about(spell.pupil, reference, sender_of(scope, authority, pack)),
        reply_by_on=reply_by(pack, today),
        year_group=year_in_words(_known(spell.year_group)),
    )
    if restricted:
        return details
    return replace(_at_home(details, spell.pupil), carers=_carers(spell.pupil, RemovalReturn()))


def of_record(pupil: Pupil) -> TraceDetails:
    """What a text about a restricted child must not give away, as the records have it now."""
    nobody = Sender("", "", "", "")
    details = _at_home(_about(pupil, "", nobody), pupil)
    return replace(details, carers=_carers(pupil, RemovalReturn()))


def reply_by(pack: PolicyPack, today: date) -> date:
    """The last day for an answer that is proposed: by the clock of the authority's policy."""
    england = bank_holidays.england()
    return due_on(pack.clocks["trace_reply"], today, SchoolCalendar(bank_holidays=england), england)


def _about(pupil: Pupil, reference: str, sender: Sender) -> TraceDetails:
    return TraceDetails(
        reference=reference,
        sender=sender,
        reply_by_on=None,
        surname=pupil.surname,
        forenames=pupil.forename,
        born_on=pupil.born_on,
        sex=pupil.sex,
        upn=pupil.upn or "",
        former_upns=(pupil.former_upn,) if pupil.former_upn else (),
    )


def sender_of(scope: Scope, authority: LocalAuthority, pack: PolicyPack) -> Sender:
    """Who asks, with the phone and e-mail of their last request: an account here has no phone."""
    last = traces.last_written_by(scope, scope.user_id)
    said = TraceDetails.from_json(last.details).sender if last is not None else None
    if said is not None and said.code == authority.code:
        return replace(said, authority=authority.name, officer=scope.name)
    email = pack.contacts.get("cme_officer_email", "")
    return Sender(authority.name, authority.code, scope.name, "", email)


def _at_home(details: TraceDetails, pupil: Pupil) -> TraceDetails:
    lines = address_lines([getattr(pupil, part) for part in ADDRESS if part != "postcode"])
    return replace(details, address="\n".join(lines), postcode=pupil.postcode)


def _carers(pupil: Pupil, answers: RemovalReturn) -> tuple[str, ...]:
    """Those named in the removal return, else whoever is or may be a parent: names, and never a phone."""
    named = tuple(each.name.strip() for each in answers.parents if each.name.strip())
    contacts = [each for each in pupil.contacts if each.ended_at is None and each.name.strip()]
    may_be = (KnownContact(each.id, each.name, each.relationship_) for each in contacts)
    return named or tuple(each.name for each in may_be if each.may_be_parent)


def _siblings(scope: Scope, registration: Registration) -> tuple[Sibling, ...]:
    """The brothers and sisters of the same surname whom nobody has to keep quiet about.

    Neighbours and friends share a home or a number too: who has another name is for the officer to add.
    """
    surname = compared(registration.pupil.surname)
    found = [
        each
        for each in siblings.siblings_of(scope, registration.id)
        if compared(each.registration.pupil.surname) == surname
    ]
    quiet = confidence.of_children([each.registration.pupil_id for each in found])
    return tuple(
        Sibling(
            f"{each.registration.pupil.forename} {each.registration.pupil.surname}",
            each.registration.pupil.born_on,
            each.registration.school.name,
        )
        for each in found
        if each.registration.pupil_id not in quiet
    )


def _checks(scope: Scope, case: Case, *, restricted: bool) -> str:
    records = enquiry_records.list_of_case(scope, case)
    made = (each.step.code for each in records if not each.row.restricted and each.row.method)
    return in_short(made, restricted=restricted)


def _told(scope: Scope, case: Case, field_id: str) -> str:
    """What the latest referral answers to a field of one line."""
    said = cases.read_draft_answers(scope, (case.id,), field_id).get(case.id, "")
    return _known(said) if isinstance(said, str) else ""


def _known(text: str) -> str:
    text = " ".join(text.split())
    return "" if text.casefold().strip(" .") in ("", NOT_KNOWN.casefold()) else text
