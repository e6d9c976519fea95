"""What follows a removal, on pages with one form each: the pupil file, and the way back."""

from datetime import datetime

from cme.access.scope import Scope
from cme.casework.case import Action, Entry, Refused
from cme.services import removals
from cme.web.cases.action_page import ActionPage
from cme.web.cases.removal_forms import PupilFileForm, ReadmitForm


def _record_ctf(scope: Scope, reference: str, entry: Entry, at: datetime, address: str) -> Refused | str:
    return removals.record_ctf(scope, reference, entry, at=at, address=address) or reference


def _readmit(scope: Scope, reference: str, entry: Entry, at: datetime, address: str) -> Refused | str:
    return removals.readmit(scope, reference, entry, at=at, address=address) or reference


REMOVAL_PAGES: tuple[ActionPage, ...] = (
    ActionPage(
        "ctf",
        Action.RECORD_CTF,
        PupilFileForm,
        "Pupil file (CTF)",
        "Make the file in your own system and upload it to School to School today. Then record it here. "
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
"""The action pages of a child who was removed."""
