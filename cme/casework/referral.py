"""The CME referral: its sections and fields, which of them must be there to send, and what is missing.

A field left blank is not the same as one answered "not known": the second is an answer. A safeguarding
referral is never held back by a missing field (casework reference s.8).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

NOT_KNOWN = "not known"
"""The answer that something was asked and nobody knows it."""


class Section(StrEnum):
    """The sections of the form, with the headings people read."""

    HEADER = "Referral"
    REFERRER = "Who is referring"
    CHILD = "The child"
    ADDRESSES = "Addresses"
    FAMILY = "Family and contacts"
    ATTENDANCE = "Attendance"
    BELIEF = "What is believed to have happened"
    STATUS = "Support and vulnerabilities"
    APPRAISAL = "DSL appraisal"
    ACTIONS = "What has been done so far"
    DECLARATIONS = "Declarations"


TYPES: Mapping[str, str] = MappingProxyType(
    {
        "whereabouts_unknown": "Whereabouts unknown",
        "left_destination_incomplete": "Left, destination incomplete",
        "no_show": "Never took up the place",
        "not_back_from_leave": "Not back from leave",
        "fast_track": "Fast-track",
        "update": "Update to an earlier referral",
    }
)
"""Kinds of referral -> label."""

CRITERIA: Mapping[str, str] = MappingProxyType(
    {
        "contact_failed": "Contact with the family has failed",
        "moved_no_destination": "Moved, no confirmed destination",
        "never_took_up_place": "Never took up the place",
    }
)
"""What is believed -> label."""


@dataclass(frozen=True, slots=True)
class ReferralField:
    """One field of the form.

    `starred` fields must be answered before the referral is sent. `may_be_unknown` fields accept
    NOT_KNOWN. `filled` fields come from the register and the school's records, and are not typed.
    `choices` maps the values a field can take to their labels; empty for free text.
    """

    id: str
    label: str
    section: Section
    starred: bool = False
    may_be_unknown: bool = False
    filled: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)


def _starred(
    id_: str, label: str, section: Section, *, may_be_unknown: bool = False, filled: bool = False
) -> ReferralField:
    return ReferralField(id_, label, section, starred=True, may_be_unknown=may_be_unknown, filled=filled)


FIELDS: tuple[ReferralField, ...] = (
    ReferralField("type", "Kind of referral", Section.HEADER, starred=True, choices=TYPES),
    _starred("school", "School, URN and LAESTAB", Section.HEADER, filled=True),
    _starred("school_authority", "Local authority of the school", Section.HEADER, filled=True),
    _starred("home_authority", "Local authority where the child lives", Section.HEADER, may_be_unknown=True),
    _starred("referrer_name", "Name of the referrer", Section.REFERRER, filled=True),
    _starred("referrer_role", "Role of the referrer", Section.REFERRER, filled=True),
    _starred("referrer_phone", "Phone of the referrer", Section.REFERRER),
    ReferralField("referrer_email", "E-mail of the referrer", Section.REFERRER),
    ReferralField("holiday_contact", "Contact during school holidays", Section.REFERRER),
    _starred("child_name", "Legal name", Section.CHILD, filled=True),
    ReferralField("known_as", "Known as", Section.CHILD),
    _starred("date_of_birth", "Date of birth", Section.CHILD, may_be_unknown=True, filled=True),
    _starred("sex", "Sex", Section.CHILD, may_be_unknown=True),
    _starred("upn", "UPN", Section.CHILD, may_be_unknown=True, filled=True),
    ReferralField("language", "Language, and interpreter needed", Section.CHILD, may_be_unknown=True),
    _starred(
        "last_known_address", "Last known address, with postcode", Section.ADDRESSES, may_be_unknown=True
    ),
    ReferralField("other_addresses", "Other and suspected addresses", Section.ADDRESSES, may_be_unknown=True),
    _starred("carers", "Parents and carers, with all phone numbers", Section.FAMILY, may_be_unknown=True),
    _starred("emergency_contacts", "Emergency contacts", Section.FAMILY, may_be_unknown=True),
    ReferralField("siblings", "Brothers and sisters, and their schools", Section.FAMILY, may_be_unknown=True),
    _starred("last_attended", "Last attended", Section.ATTENDANCE, may_be_unknown=True, filled=True),
    _starred(
        "last_seen", "Last seen, where and by whom", Section.ATTENDANCE, may_be_unknown=True, filled=True
    ),
    _starred("counts", "First counted day and the three counts", Section.ATTENDANCE, filled=True),
    ReferralField("criterion", "Criterion", Section.BELIEF, starred=True, choices=CRITERIA),
    ReferralField("likely_place", "Likely place, and how sure", Section.BELIEF, may_be_unknown=True),
    ReferralField("who_said_what", "Who said what", Section.BELIEF),
    _starred(
        "status",
        "Child protection, child in need, looked after, social worker, Early Help, EHC plan",
        Section.STATUS,
        may_be_unknown=True,
    ),
    _starred("appraisal", "Risks seen, rating and reasons", Section.APPRAISAL),
    ReferralField("references", "Police, front-door and social care references", Section.APPRAISAL),
    _starred("actions", "Enquiries made, with dates and results", Section.ACTIONS),
    _starred("chronology", "Chronology", Section.ACTIONS, filled=True),
    ReferralField("parent_told", "Parent told of this referral, or why not", Section.DECLARATIONS),
)
"""The form, in its order. Later fields are added here and nowhere else."""

FIELD_BY_ID: Mapping[str, ReferralField] = MappingProxyType({each.id: each for each in FIELDS})


@dataclass(frozen=True, slots=True)
class ReferralDraft:
    """A referral being written: field id -> answer, NOT_KNOWN where nobody knows.

    `safeguarding` marks a referral that must not wait for its fields: the DSL fears harm.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    safeguarding: bool = False

    def answer(self, field_id: str) -> str:
        """The answer to a field, '' when blank."""
        return self.answers.get(field_id, "").strip()


def missing_fields(draft: ReferralDraft) -> tuple[ReferralField, ...]:
    """The starred fields that still lack an answer, in the order of the form."""
    return tuple(each for each in FIELDS if each.starred and not _answers(each, draft.answer(each.id)))


def _answers(of: ReferralField, answer: str) -> bool:
    if of.choices:
        return answer in of.choices
    return bool(answer) and (of.may_be_unknown or answer.casefold() != NOT_KNOWN)
