"""Whose work a duty of the school is: what the first page of a school asks of whom."""

from collections.abc import Mapping
from types import MappingProxyType

from cme.access.roles import Permission
from cme.casework.enquiries.steps import read_steps

_P = Permission

_DOES: Mapping[str, Permission] = MappingProxyType(
    {
        "DSL review": _P.SIGN_REVIEW,
        "Sign the DSL review": _P.SIGN_REVIEW,
        "Review again": _P.SIGN_REVIEW,
        "Review the concern that an enquiry raised": _P.SIGN_REVIEW,
        "Make the enquiry that only the DSL sees": _P.SIGN_REVIEW,
        "Send the referral, or record the decision not to refer": _P.SEND_REFERRAL,
        "Send the referral": _P.SEND_REFERRAL,
        "Answer the authority's question": _P.WRITE_MESSAGE,
        "Answer what the authority asked for": _P.SEND_REFERRAL,
        "Hold the welfare talk": _P.ENQUIRE_AT_SCHOOL,
        "Close the case, or note why it stays open": _P.CLOSE_CASE,
        "Chase a reply": _P.ENQUIRE_AT_SCHOOL,
        "Hold the joint review": _P.JOIN_REVIEW,
        "Sign the joint statement, or write a joint note": _P.JOIN_REVIEW,
        "Record the removal made today, or withdraw the proposal": _P.MAKE_REMOVAL,
        "Answer the query of admissions": _P.PROPOSE_REMOVAL,
        "Upload the pupil file (CTF)": _P.RECORD_CTF,
        "Answer the professional challenge": _P.CHALLENGE,
        "Look at the case again": _P.CLOSE_CASE,
    }
)
"""What somebody must be allowed to do for a duty to be theirs."""

FIRST = frozenset({"Review the concern that an enquiry raised"})
"""Duties about a risk to the child, whatever else is known: they come first."""

WAITING = frozenset(
    {
        "Answer the authority's question",
        "Answer what the authority asked for",
        "Answer the query of admissions",
        *FIRST,
    }
)
"""Duties that stand on the first page before their day has come: somebody waits for them."""


def is_own(what: str, held: frozenset[Permission]) -> bool:
    """Whether a duty of the school is for somebody with these permissions at it to do.

    Whoever only looks on from outside the school is shown every duty; a head teacher what a head decides.
    """
    if _P.ENQUIRE_AT_SCHOOL not in held:
        return _P.SPEAK_FOR_SCHOOL not in held or _DOES.get(what) in held
    step = _STEPS.get(what)
    if step is not None:
        return step.may_be_logged_by(held)
    return _DOES.get(what, _P.SIGN_REVIEW) in held or _P.SIGN_REVIEW in held


def rank(what: str) -> int:
    """Where a duty stands among those equally late: a referral first, an enquiry last, as in its case."""
    if what.startswith("Send the referral"):
        return 0
    return 2 if what in _STEPS else 1


def chases(held: frozenset[Permission]) -> bool:
    """Whether somebody asks the authority for what it has not done."""
    is_at_school = _P.ENQUIRE_AT_SCHOOL in held or _P.SPEAK_FOR_SCHOOL in held
    return not is_at_school or _P.WRITE_MESSAGE in held


_STEPS = {f"Make the enquiry: {step.short}": step for step in read_steps().values() if step.is_logged}
