"""What a viewer who may not see a child's address is shown of what people wrote with it."""

from dataclasses import replace

from cme.access.scope import Scope
from cme.casework.referral.answers import FIELD_BY_ID, NOT_KNOWN, Answer, ReferralDraft, Section, Shape
from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN
from cme.documents.hiding import Home
from cme.services.restrictions import homes_hidden
from cme.store.tables import Registration

_WRITTEN = frozenset({Shape.TEXT, Shape.LONG_TEXT, Shape.POSTCODE})


def hidden_home(scope: Scope, registration: Registration) -> Home:
    """The home of a child, to be taken out of texts where the viewer may not see it."""
    if not homes_hidden(scope, (registration.id,)):
        return Home()
    pupil = registration.pupil
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
