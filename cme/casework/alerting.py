"""Who is told of what happens in a case, and in which words: a reference and what to do, never a child.

Nothing here decides what happens; it only says whom it concerns (casework reference s.16, our policy).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from cme.access.roles import Role
from cme.casework.events import EventKind
from cme.casework.outcomes import Side

LINES: Mapping[Side, frozenset[Role]] = MappingProxyType(
    {Side.SCHOOL: frozenset({Role.DSL}), Side.AUTHORITY: frozenset({Role.CME_OFFICER})}
)
"""Who answers for each side of a case: whoever is told of its duties."""

_DSL, _OFFICER = LINES[Side.SCHOOL], LINES[Side.AUTHORITY]
_RECEIVERS = _OFFICER | {Role.FRONT_DOOR}
_DECIDERS = _DSL | _OFFICER | {Role.HEAD}


@dataclass(frozen=True, slots=True)
class Telling:
    """Roles that are told, and what: a sentence or two that follow the reference.

    `is_urgent`: by e-mail too. `once_referred`: only where the referral was sent. `said_by`: only where that
    side did it, as its event says. `where`: only where the event has this key.
    """

    roles: frozenset[Role]
    what: str
    is_urgent: bool = False
    once_referred: bool = False
    said_by: Side | None = None
    where: str = ""

    def concerns(self, data: Mapping[str, Any], *, is_referred: bool) -> bool:
        """Whether anybody is told of an event with this data."""
        by = self.said_by is None or data.get("side") == self.said_by.value
        is_so = not self.where or bool(data.get(self.where))
        return by and is_so and (is_referred or not self.once_referred)


def _said(what: str) -> tuple[Telling, ...]:
    """What one side says, told to the other."""
    return (Telling(_OFFICER, what, said_by=Side.SCHOOL), Telling(_DSL, what, said_by=Side.AUTHORITY))


_CONCERN = Telling(_DSL, "An enquiry raised a concern. Review it today.", is_urgent=True, where="concern")

TELLINGS: Mapping[EventKind, tuple[Telling, ...]] = MappingProxyType(
    {
        EventKind.ENQUIRY_LOGGED: (_CONCERN,),
        EventKind.ENQUIRY_CORRECTED: (_CONCERN,),
        EventKind.CASE_OPENED: (Telling(_DSL, "A case has opened. Sign the DSL review."),),
        EventKind.CASE_FAST_TRACKED: (
            Telling(_DSL, "The case is fast-tracked. Act within the hour.", is_urgent=True),
        ),
        EventKind.REFERRAL_DRAFTED: (Telling(_DSL, "A referral is drafted. Check it and send it."),),
        EventKind.REFERRAL_APPROVED: (
            Telling(_DSL, "The head teacher has approved the referral. Send it.", is_urgent=True),
        ),
        EventKind.REFERRAL_SENT: (
            Telling(_RECEIVERS, "A referral has arrived. Acknowledge it.", is_urgent=True),
        ),
        EventKind.REFERRAL_UPDATED: (
            Telling(_RECEIVERS, "The school has sent an update to its referral. Read it.", is_urgent=True),
        ),
        EventKind.REFERRAL_ACKNOWLEDGED: (Telling(_DSL, "The authority has acknowledged the referral."),),
        EventKind.REFERRAL_SUPERSEDED: (
            Telling(_RECEIVERS, "The register was corrected and no longer counts ten days.", is_urgent=True),
            Telling(_DSL, "The register was corrected and no longer counts ten days. The referral is kept."),
        ),
        EventKind.REFERRAL_RESTORED: (
            Telling(_RECEIVERS | _DSL, "The referral stands again: the register is back at ten days."),
        ),
        EventKind.ELIGIBILITY_REACHED: (
            Telling(_DECIDERS, "The days of the law are counted. The child stays on roll until you decide."),
        ),
        EventKind.ELIGIBILITY_LOST: (
            Telling(_DECIDERS, "The case is no longer eligible for decision. Read why."),
        ),
        EventKind.CLOSING_PROPOSED: (
            Telling(_DSL, "The register suggests that the case be closed. Hold the welfare talk and decide."),
            Telling(_RECEIVERS, "The register suggests that the case be closed.", once_referred=True),
        ),
        EventKind.CLOSING_WITHDRAWN: (
            Telling(_DSL, "The absence goes on: closing is no longer suggested."),
            Telling(_RECEIVERS, "The absence goes on: closing is no longer suggested.", once_referred=True),
        ),
        EventKind.CASE_CLOSED: (
            Telling(_DSL, "The case is closed."),
            Telling(_RECEIVERS, "The case is closed.", once_referred=True),
        ),
        EventKind.QUESTION_ASKED: (
            Telling(_DSL, "The authority asks a question. Answer it.", True, said_by=Side.AUTHORITY),
            Telling(_OFFICER, "The school asks a question. Answer it.", True, said_by=Side.SCHOOL),
        ),
        EventKind.QUESTION_ANSWERED: _said("Your question is answered."),
        EventKind.MISSING_NOTICED: (
            Telling(_DSL | _OFFICER, "A child is missing now. Act at once.", is_urgent=True),
        ),
        EventKind.MISSING_ENDED: (
            Telling(_DSL | _OFFICER, "The child is no longer missing. Read what is to be done now."),
        ),
        EventKind.REFERRAL_ACCEPTED: (Telling(_DSL, "The authority has accepted the referral."),),
        EventKind.REFERRAL_RETURNED: (
            Telling(_DSL, "The authority asks for more. Answer it and send it again.", is_urgent=True),
        ),
        EventKind.REFERRAL_RESENT: (
            Telling(_RECEIVERS, "The school has answered what was asked for.", is_urgent=True),
        ),
        EventKind.REFERRAL_REJECTED: (
            Telling(_DSL, "The authority has rejected the referral. Read its advice.", is_urgent=True),
        ),
        EventKind.REFERRAL_REVOKED: (Telling(_RECEIVERS | _DSL, "The referral is revoked. Read why."),),
        EventKind.CASE_TRANSFERRED: (Telling(_DSL, "Another authority has taken the case on."),),
        EventKind.CASE_HANDED_OVER: (Telling(_DSL, "The authority has handed over to another one."),),
        EventKind.RESULT_GIVEN: (Telling(_DSL, "The authority has given its first result. Read it."),),
        EventKind.CHALLENGE_RAISED: (
            Telling(
                _OFFICER, "The school raises a professional challenge.", is_urgent=True, said_by=Side.SCHOOL
            ),
            Telling(
                _DSL, "The authority raises a professional challenge.", is_urgent=True, said_by=Side.AUTHORITY
            ),
        ),
        EventKind.CHALLENGE_ANSWERED: _said("The professional challenge is answered. Read it."),
        EventKind.MEETING_REQUESTED: (
            Telling(
                _OFFICER, "The school requests a multi-agency meeting.", is_urgent=True, said_by=Side.SCHOOL
            ),
            Telling(
                _DSL, "The authority requests a multi-agency meeting.", is_urgent=True, said_by=Side.AUTHORITY
            ),
        ),
        EventKind.JOINT_OPENED: (Telling(_DECIDERS, "The joint review is open. Write the statement."),),
        EventKind.JOINT_CONTINUED: (Telling(_DSL | _OFFICER, "A joint note: the enquiries go on."),),
        EventKind.JOINT_SIGNED: (
            Telling(_OFFICER, "The school has signed the joint statement.", said_by=Side.SCHOOL),
            Telling(
                _DSL | {Role.HEAD}, "The authority has signed the joint statement.", said_by=Side.AUTHORITY
            ),
        ),
        EventKind.REMOVAL_PROPOSED: (
            Telling(
                _OFFICER | {Role.HEAD, Role.ADMISSIONS}, "A removal is proposed. Check it.", is_urgent=True
            ),
        ),
        EventKind.REMOVAL_CONFIRMED: (
            Telling(_DSL | {Role.HEAD}, "Admissions have answered on the removal. Read it.", is_urgent=True),
        ),
        EventKind.REMOVAL_QUERIED: (
            Telling(_DSL | {Role.HEAD}, "Admissions query the removal. Read why and answer.", is_urgent=True),
        ),
        EventKind.QUERY_ANSWERED: (Telling(_OFFICER, "The school has answered the query of admissions."),),
        EventKind.REMOVAL_WITHDRAWN: (Telling(_DECIDERS, "The proposal to remove is withdrawn."),),
        EventKind.REMOVAL_MADE: (
            Telling(_DSL | _OFFICER, "The removal is recorded. Upload the pupil file today.", is_urgent=True),
        ),
        EventKind.CTF_UPLOADED: (Telling(_OFFICER, "The pupil file is uploaded."),),
        EventKind.PUPIL_READMITTED: (Telling(_DSL | _OFFICER, "The child is admitted again."),),
        EventKind.LOCATION_REPORTED: (
            Telling(_DSL | _OFFICER, "Somebody says where the child may be. Find out.", is_urgent=True),
        ),
        EventKind.LOCATION_VERIFIED: (Telling(_DSL | _OFFICER, "A possible location was looked into."),),
        # A request goes to 152 authorities: "no trace" is read in the trace, and "nobody found" is told once.
        EventKind.TRACE_REPLIED: (
            Telling(_OFFICER, "Another authority has answered the trace request.", where="says"),
        ),
        EventKind.RECORDS_REQUESTED: (
            Telling(
                _DSL | _OFFICER,
                "Somebody has asked for the child's records. Find out whether the child is there.",
                is_urgent=True,
            ),
        ),
    }
)
"""What is told of each kind of event, and to whom."""

UNTOLD = frozenset(
    {
        EventKind.REVIEW_SIGNED,
        EventKind.REFERRAL_DECLINED,
        EventKind.CASE_REOPENED,
        EventKind.WELFARE_TALK_HELD,
        EventKind.FOUND_ITEM_DONE,
        EventKind.FOUND_ITEM_UNDONE,
        EventKind.CASE_ALLOCATED,
        EventKind.STATEMENT_REOPENED,
        EventKind.FACT_RECORDED,
        EventKind.TRACE_SENT,
        EventKind.TRACE_ENDED,
        EventKind.RECORDS_REQUEST_WITHDRAWN,
        EventKind.MATCH_DECIDED,
    }
)
"""Kinds that nobody is told of: whoever works on the case did it, or finds it there."""


SILENT = "Admissions have not answered the proposed removal in time. The head teacher may go on without."
"""What managers are told each day while a removal is not answered (casework reference s.11)."""


ENTERED: Mapping[frozenset[Role], str] = MappingProxyType(
    {
        _DSL: "Another school has entered the name on its roll. Send it the pupil file and the CP file.",
        _OFFICER: "Another school has entered the name on its roll. Make sure of it, and close the case.",
    }
)
"""What is told to whom when a child who was removed turns up on another roll (attendance reference, L36)."""


MATCHED = "A register has a child who may be this one. Look at the two records and decide."
MATCHED_RECORD = "Its register has a child who may be on the CME record. Look at the two records and decide."
"""What CME officers are told when a child who is looked for may have turned up (tracing reference s.1)."""

LISTED = "A list of children has one who may be this one. Look at the two records and decide."
LISTED_RECORD = "One of them may be on the CME record. Look at the two records and decide."
"""The same of a list of home-educated children or applications that is used from now on."""

ASKED_FOR_LISTED = "A list of children has one whom another authority may be asking about. Look and decide."
ASKED_FOR = "A register has a child whom another authority may be asking about. Look and decide."


def holiday_tellings(open_cases: int) -> tuple[Telling, ...]:
    """Who is told that a school breaks up while so many cases are open, and what: it follows the school."""
    cases = f"{open_cases} open case goes on" if open_cases == 1 else f"{open_cases} open cases go on"
    begins = f"The holiday begins and {cases}."
    return (
        Telling(_DSL, f"{begins} Read what falls due in it, and say who covers.", is_urgent=True),
        Telling(_OFFICER, f"{begins} Read what falls due in it, and who covers."),
    )


def tellings(kind: EventKind, data: Mapping[str, Any], *, is_referred: bool) -> Iterator[Telling]:
    """Who is told of an event, and what."""
    return (each for each in TELLINGS.get(kind, ()) if each.concerns(data, is_referred=is_referred))
