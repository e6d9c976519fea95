"""What a viewer who may not see a child's address is shown of what people wrote with it."""

from dataclasses import replace

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.referral.answers import FIELD_BY_ID, NOT_KNOWN, Answer, ReferralDraft, Section, Shape
from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN
from cme.documents.hiding import Home
from cme.services.restrictions import homes_hidden
from cme.store import cases, cme_records, pupils
from cme.store.restrictions import read_with
from cme.store.tables import Pupil, Registration

_WRITTEN = frozenset({Shape.TEXT, Shape.LONG_TEXT, Shape.POSTCODE})


def sees_authority_notes(scope: Scope, registration: Registration) -> bool:
    """Whether the viewer reads all that the authority wrote of its own enquiries: only its own staff do.

    Housing, benefits and social care answer the authority; the school is told the result (our policy).
    """
    school = registration.school
    return scope.may(Permission.SEE_QUEUE, authority_id=school.authority_id, school_id=school.id)


def hidden_home(scope: Scope, registration: Registration) -> Home:
    """The home of a child, to be taken out of texts where the viewer may not see it."""
    return _home_of(registration.pupil) if homes_hidden(scope, (registration.id,)) else Home()


def hidden_home_of(scope: Scope, subject: str) -> Home:
    """The same by what is looked at: "registration:12", "case:7" or "spell:3"; no home for anything else."""
    kind, _, key = subject.partition(":")
    if kind == "spell":
        return _hidden_home_of_spell(scope, int(key))
    registration_id = int(key) if kind == "registration" else None
    if kind == "case":
        registration_id = cases.find_registration_id(scope, int(key))
    registration = pupils.find_registration(scope, registration_id) if registration_id else None
    return hidden_home(scope, registration) if registration else Home()


def _hidden_home_of_spell(scope: Scope, spell_id: int) -> Home:
    """By the rolls that the child was on and that the viewer reads; by all of them where there is none."""
    spell = cme_records.find_spell(scope, spell_id)
    if spell is None:
        return Home()
    rolls = cme_records.list_rolls_of(spell)
    hidden = homes_hidden(scope, read_with(scope, Permission.SEE_PUPIL, rolls) or rolls)
    return _home_of(spell.pupil) if hidden else Home()


def _home_of(pupil: Pupil) -> Home:
    return Home.protected(pupil.house, pupil.street, pupil.postcode)


def without_home(scope: Scope, registration: Registration, draft: ReferralDraft) -> ReferralDraft:
    """A referral as the viewer may read it, written or sent, before the address was protected or after.

    Where the child lives or lived is not told at all; elsewhere the home is taken out of the text.
    """
    home = hidden_home(scope, registration)
    if not home.is_protected:
        return draft
    return replace(draft, answers={key: _shown(key, each, home) for key, each in draft.answers.items()})


def _shown(field_id: str, answer: Answer, home: Home) -> Answer:
    of = FIELD_BY_ID.get(field_id)
    says_where = of is not None and (of.section is Section.ADDRESSES or of.id == "new_address")
    if not isinstance(answer, str):
        if says_where:
            return ADDRESS_NOT_SHOWN
        return [{part: home.kept_out_of(text) for part, text in row.items()} for row in answer]
    if says_where and of is not None and of.shape in _WRITTEN and answer.strip() not in ("", NOT_KNOWN):
        return ADDRESS_NOT_SHOWN
    return home.kept_out_of(answer)
