"""Letters to a family: what may be written now, what is known for it, and making one to print."""

from datetime import date, datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework import letters as rules
from cme.casework.case import Refused
from cme.casework.letters import Letter, LetterEntry
from cme.clock import local_date
from cme.documents.letters import Occasion, set_letter
from cme.services import restrictions
from cme.services.absence import calendar_of
from cme.services.casework import CaseView
from cme.services.drafts import draft_of
from cme.services.judging import permissions_on
from cme.services.papers import Paper, full_name, hand_out, open_case
from cme.store import cases, removals

_WHY = {
    "contact_failed": "We did this because we have not been able to reach you.",
    "moved_no_destination": "We did this because we hear that {first} has moved, and know of no new school.",
    "never_took_up_place": "We did this because {first} has not started at {school}.",
}
"""Criterion of the referral -> how it is told to a family."""


def barred(scope: Scope, view: CaseView) -> str:
    """Why nothing at all may be written to the family, and whom to ask; '' where it may."""
    held = restrictions.in_force(scope, view.case.registration_id)
    return rules.barred_because(held, whom_to_ask(scope, view))


def not_now(scope: Scope, view: CaseView, letter: Letter) -> str:
    """Why a letter cannot be made as the case stands, and what to do instead; '' where it can."""
    because = rules.not_now(letter, view.state, view.case.registration.removed_on)
    if because or letter is not Letter.REFERRAL_MADE:
        return because
    sent = cases.find_sent_referral(scope, view.case.id)
    told = sent.form["answers"].get("parent_told", "") if sent else ""
    writes = Permission.WRITE_REFERRAL in permissions_on(scope, view.case)
    return "" if writes else rules.not_told_because(told)


def cannot_write(scope: Scope, view: CaseView, letter: Letter) -> str:
    """Both of these, what must not be sent before anything else; '' where the letter can be made."""
    return barred(scope, view) or not_now(scope, view, letter)


def whom_to_ask(scope: Scope, view: CaseView) -> str:
    """Who says what to do instead of a letter: the DSL; for whoever decides at the school, the front door."""
    if Permission.RESTRICT_CONTACT in permissions_on(scope, view.case):
        return f"the {view.facts.pack.front_door.name}"
    return "the designated safeguarding lead"


def begin(scope: Scope, view: CaseView, letter: Letter) -> LetterEntry:
    """A letter as far as the records can fill it in. The home is that of the register, the role of the user.

    Only for a letter that `cannot_write` has nothing against: the address stands in it.
    """
    case, pack = view.case, view.facts.pack
    pupil, draft = case.registration.pupil, draft_of(scope, case)
    to_parent = letter.has_address and letter is not Letter.SECOND_ADDRESS
    why = _WHY.get(draft.answer("criterion"), _WHY["contact_failed"])
    return LetterEntry(
        signed_by=scope.name,
        role=scope.role_label,
        phone=draft.answer("referrer_phone"),
        to=rules.parent_of(full_name(case)) if to_parent else "",
        address="\n".join(restrictions.home_of(scope, case.registration)) if to_parent else "",
        why=why.format(first=pupil.forename or full_name(case), school=case.school.name),
        ground=_ground(scope, view) if letter is Letter.OFF_ROLL else "",
        who_will_call=f"the {pack.labels['investigator']} of {rules.council_of(case.school.authority.name)}",
    )


def _ground(scope: Scope, view: CaseView) -> str:
    """The ground on which the child was removed, as it is on record."""
    made = removals.find_latest(scope, view.case.id)
    return made.ground if made and made.removed_on else ""


def reply_by(view: CaseView, letter: Letter, today: date) -> date:
    """The school day until which a letter that is made today asks for an answer."""
    calendar, pack = calendar_of(view.case.school), view.facts.pack
    began_on = view.facts.standing.run_started_on
    refer_on = calendar.nth_school_day_after(began_on, pack.days("cme_referral") - 1) if began_on else None
    return rules.reply_by(letter, today, calendar, refer_on)


def make(
    scope: Scope, reference: str, letter: Letter, entry: LetterEntry, *, at: datetime, address: str = ""
) -> Paper | Refused:
    """A letter to print and sign, or Refused with what is in the way, by field of the entry or "letter".

    Nothing is sent and nothing is kept but the record that it was made. Raises LookupError outside the scope.
    """
    view = open_case(scope, reference, Permission.MAKE_LETTER, at=at)
    because = cannot_write(scope, view, letter)
    if because:
        return Refused((because,), ("letter",))
    held = restrictions.in_force(scope, view.case.registration_id)
    found = rules.faults(letter, entry, held, whom_to_ask(scope, view))
    if found:
        return Refused(tuple(found.values()), tuple(found))
    made = set_letter(letter, _occasion(view, letter, local_date(at)), entry)
    return hand_out(scope, view.case, f"letter-{letter.value}", made, at=at, address=address)


def _occasion(view: CaseView, letter: Letter, today: date) -> Occasion:
    case, standing = view.case, view.facts.standing
    return Occasion(
        reference=case.reference,
        school=case.school.name,
        council=rules.council_of(case.school.authority.name),
        child=full_name(case),
        first=case.registration.pupil.forename or full_name(case),
        made_on=today,
        reply_by_on=reply_by(view, letter, today),
        absent_from_on=standing.run_started_on,
        sent_on=view.state.referral_sent_on,
        removed_on=case.registration.removed_on,
    )
