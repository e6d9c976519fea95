"""What a field of the referral is: its section, its shape, and the answers it can be chosen from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from cme.data import read_rows

NOT_KNOWN = "not known"
"""The answer that something was asked and nobody knows it. A blank is no answer."""

YES, NO = "yes", "no"


class Section(StrEnum):
    """The sixteen sections of the form, with the headings people read. Source: casework reference s.8."""

    HEADER = "Referral"
    REFERRER = "Who is referring"
    CHILD = "The child"
    ADDRESSES = "Addresses"
    FAMILY = "Family and contacts"
    SIBLINGS = "Brothers and sisters"
    ATTENDANCE = "Attendance"
    BELIEF = "What is believed to have happened"
    STATUS = "Support and vulnerabilities"
    APPRAISAL = "DSL appraisal"
    ACTIONS = "What has been done so far"
    AGENCIES = "Other agencies"
    CHRONOLOGY = "Chronology"
    LEAVER = "If the child has left"
    DECLARATIONS = "Declarations"
    AUTHORITY_USE = "For the local authority"

    @property
    def slug(self) -> str:
        """The section as an address names it."""
        return self.name.lower().replace("_", "-")


SECTION_BY_SLUG: Mapping[str, Section] = MappingProxyType({each.slug: each for each in Section})


class Shape(StrEnum):
    """What an answer looks like.

    PHONES is one number or several, separated by commas. DATE is an ISO text, PAST_DATE one that is not
    after today. KNOWN is yes, no or not known. DECLARATION is "yes" or blank. ROWS is several answers to the
    same small form, one for each person or place.
    """

    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    PAST_DATE = "past_date"
    PHONE = "phone"
    PHONES = "phones"
    EMAIL = "email"
    POSTCODE = "postcode"
    CHOICE = "choice"
    KNOWN = "known"
    DECLARATION = "declaration"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class ReferralField:
    """One field of the form.

    `starred` fields must be answered before the referral is sent; one with `only_if` (another field, and the
    answer it must have) only then. `may_be_unknown` fields accept NOT_KNOWN. `filled` fields come from the
    register and the school's records, and are not typed. `choices` maps the values that a field can take to
    their labels; empty for free text. `rows` are the fields of one row, `row_name` what a row is about.
    """

    id: str
    label: str
    section: Section
    shape: Shape = Shape.TEXT
    starred: bool = False
    may_be_unknown: bool = False
    filled: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""
    only_if: tuple[str, str] | None = None
    rows: tuple["ReferralField", ...] = ()
    row_name: str = ""


KNOWN_CHOICES: Mapping[str, str] = MappingProxyType({YES: "Yes", NO: "No", NOT_KNOWN: "Not known"})

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

UPDATE = "update"

CRITERIA: Mapping[str, str] = MappingProxyType(
    {
        "contact_failed": "Contact with the family has failed",
        "moved_no_destination": "Moved, no confirmed destination",
        "never_took_up_place": "Never took up the place",
    }
)
"""What is believed -> label."""

SEXES: Mapping[str, str] = MappingProxyType({"F": "Female", "M": "Male"})

ADDRESS_KINDS: Mapping[str, str] = MappingProxyType(
    {"other": "Another address on record", "suspected": "Suspected address"}
)

CONFIDENCE: Mapping[str, str] = MappingProxyType(
    {"told": "Told by the family", "likely": "Likely", "possible": "Possible", "rumour": "A rumour"}
)

SHARING_BASES: Mapping[str, str] = MappingProxyType(
    {
        "public_task": "To find and safeguard a child: a public task, for which no consent is needed",
        "legal_duty": "The law requires it",
        "consent": "The parent agreed to it",
    }
)
"""On what the school shares what it knows -> label. Source: UK GDPR article 6(1)(a), (c) and (e)."""

PARENT_TOLD: Mapping[str, str] = MappingProxyType({YES: "Yes", NO: "No"})

OUTSIDE_ENGLAND = "outside"


@cache
def home_authorities() -> Mapping[str, str]:
    """Where a child can live: the authorities of England by DfE code, by name, and outside England."""
    current = [row for row in read_rows("local_authorities.csv") if row["status"] == "current"]
    by_name = sorted(current, key=lambda row: row["name"].removeprefix("City of "))
    names = {row["code"]: row["name"] for row in by_name}
    return MappingProxyType({**names, OUTSIDE_ENGLAND: "Outside England"})
