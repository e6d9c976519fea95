"""What belongs to a removal on pages with one form each: a query, the pupil file, and the way back."""

from datetime import datetime

from cme.access.scope import Scope
from cme.casework.case import Action, Entry, Refused
from cme.services.removal import removals
from cme.web.cases.action_page import ActionPage, act
from cme.web.cases.removal_forms import PupilFileForm, QueryForm, ReadmitForm


def _record_ctf(scope: Scope, reference: str, entry: Entry, at: datetime, address: str) -> Refused | str:
    return removals.record_ctf(scope, reference, entry, at=at, address=address) or reference


def _readmit(scope: Scope, reference: str, entry: Entry, at: datetime, address: str) -> Refused | str:
    return removals.readmit(scope, reference, entry, at=at, address=address) or reference


REMOVAL_PAGES: tuple[ActionPage, ...] = (
    ActionPage(
        "answer-query",
        Action.ANSWER_QUERY,
        QueryForm,
        "Answer the query of admissions",
        "Admissions queried the removal, and the proposal ended with that. Their query stands in the history "
        "of the case: find out what they ask. Once it is answered the removal can be proposed again, and "
        "admissions then see your answer.",
        "The query of admissions is answered.",
        act(Action.ANSWER_QUERY),
        is_plain=True,
    ),
    ActionPage(
        "ctf",
        Action.RECORD_CTF,
        PupilFileForm,
        "Pupil file (CTF)",
        "Make the file in your own system and upload it to School to School today. Then record it here. If "
        "your system cannot make it, make it under Documents. "
        "Uploading is not searching: the authority looks for the child besides.",
        "The upload of the pupil file is recorded.",
        _record_ctf,
        is_plain=True,
    ),
    ActionPage(
        "readmit",
        Action.READMIT,
        ReadmitForm,
        "Admit again",
        "A name that came off the register comes back by a new admission, and in no other way. The child "
        "gets a new entry with a new starting day, and the old one stays. Enter the child in your own system "
        "too. The new-pupil return to the authority is due within five days.",
        "The child is admitted again. Send the new-pupil return to the authority within five days.",
        _readmit,
        is_plain=True,
    ),
)
"""The action pages of a removal that was queried or made."""
