"""The enquiries that can be made for a child: the catalogue `data/enquiry_steps.csv`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from cme.access.roles import POLICY, Permission, Role
from cme.casework.safety.restrictions import RestrictionKind, Restrictions
from cme.data import read_rows


class Kind(StrEnum):
    """What sort of thing a step is: it decides which form records it.

    REVIEW and STATEMENT are signed on a page of their own and are not logged as an enquiry.
    """

    CALL = "call"
    MESSAGE = "message"
    LETTER = "letter"
    VISIT = "visit"
    AGENCY = "agency"
    RECORDS = "records"
    PANEL = "panel"
    REVIEW = "review"
    STATEMENT = "statement"


class Requirement(StrEnum):
    """Whether a step has to be made."""

    MANDATORY = "mandatory"
    RECOMMENDED = "recommended"
    IF_INDICATED = "if_indicated"


class Phase(StrEnum):
    """The part of the work that a step belongs to, in the order of the page."""

    CONTACT = "contact"
    KNOWLEDGE = "knowledge"
    SAFEGUARDING = "safeguarding"
    URGENT = "urgent"
    VISITS = "visits"
    AGENCIES = "agencies"
    REFERRAL = "referral"
    AUTHORITY = "authority"

    @property
    def label(self) -> str:
        """The part in the words people read."""
        return {
            Phase.CONTACT: "First contact",
            Phase.KNOWLEDGE: "What the school knows",
            Phase.SAFEGUARDING: "Safeguarding and named workers",
            Phase.URGENT: "Police and specialist advice",
            Phase.VISITS: "Visits and letters",
            Phase.AGENCIES: "Other settings and agencies",
            Phase.REFERRAL: "With the referral and after",
            Phase.AUTHORITY: "The local authority",
        }[self]


RECHECK_STEP = "E48"
"""The step that records that the authority looked for the child again."""

DO_NOT: Mapping[RestrictionKind, str] = MappingProxyType(
    {
        RestrictionKind.ADVICE_FIRST: "Do not do this: specialist advice first",
        RestrictionKind.NO_CONTACT: "Do not do this: no contact with the family",
        RestrictionKind.NO_LETTERS: "Do not do this: no letters to the home",
        RestrictionKind.PROTECTED_ADDRESS: "Do not do this: the address is protected",
    }
)
"""A restriction -> what is said in place of a step that it forbids."""


class DueRule(StrEnum):
    """What the due date of a step is counted from."""

    DAY = "day"
    AT_ONCE = "at_once"
    SAME_DAY = "same_day"
    AFTER_REFERRAL = "after_referral"
    AFTER_REMOVAL = "after_removal"
    AFTER_LEAVE = "after_leave"
    BEFORE_REFERRAL = "before_referral"
    WITH_REFERRAL = "with_referral"
    BEFORE_OUTCOME = "before_outcome"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Due:
    """When a step is due.

    `values` are the day of absence (DAY), working days (AFTER_REFERRAL), school days (AFTER_LEAVE), or the
    weeks of each re-check (AFTER_REMOVAL, then once a term); () for a rule that counts nothing.
    """

    rule: DueRule
    values: tuple[int, ...] = ()


class CatalogueUnreadable(ValueError):
    """An entry of the catalogue that cannot be used; the message says which."""


_COUNTED = (
    (re.compile(r"D(\d+)"), DueRule.DAY),
    (re.compile(r"R\+(\d+)wd"), DueRule.AFTER_REFERRAL),
    (re.compile(r"leave_end\+(\d+)sd"), DueRule.AFTER_LEAVE),
)
_RECHECKS = re.compile(r"X\+(\d+)w")
_UNCOUNTED = frozenset(
    {
        DueRule.AT_ONCE,
        DueRule.SAME_DAY,
        DueRule.BEFORE_REFERRAL,
        DueRule.WITH_REFERRAL,
        DueRule.BEFORE_OUTCOME,
        DueRule.WEEKLY,
    }
)


def parse_due(text: str) -> Due:
    """A due day as the catalogue writes it: D5, same_day, R+2wd, leave_end+1sd, X+4w|X+8w|termly.

    Raises CatalogueUnreadable for anything else.
    """
    for pattern, rule in _COUNTED:
        if found := pattern.fullmatch(text):
            return Due(rule, (int(found[1]),))
    *weeks, last = text.split("|")
    rechecks = [_RECHECKS.fullmatch(week) for week in weeks]
    if last == "termly" and rechecks and all(rechecks):
        return Due(DueRule.AFTER_REMOVAL, tuple(int(each[1]) for each in rechecks if each))
    if text in _UNCOUNTED:
        return Due(DueRule(text))
    raise CatalogueUnreadable(f"There is no due day {text!r}. Write D5, same_day, R+2wd or leave_end+1sd.")


@dataclass(frozen=True, slots=True)
class Step:
    """One enquiry of the catalogue.

    `short` is its name in the meter. `owners` are the roles that make it. `clock` names the clock of the
    pack that sets its due day, '' where `due` stands as it is. `barred_by` are the restrictions under which
    it must not be made. `needs_reply`: asking is not enough, it is done once there is an answer.
    `is_restricted`: its entries are risk notes. `evidence` is what counts as proof.
    """

    code: str
    name: str
    short: str
    owners: frozenset[Role]
    due: Due
    clock: str
    requirement: Requirement
    phase: Phase
    kind: Kind
    barred_by: frozenset[RestrictionKind]
    needs_reply: bool
    is_restricted: bool
    evidence: str
    side: str
    source: str

    @property
    def is_logged(self) -> bool:
        """Whether it is recorded as an enquiry, rather than signed on a page of its own."""
        return self.kind not in (Kind.REVIEW, Kind.STATEMENT)

    @property
    def is_of_authority(self) -> bool:
        """Whether only the authority makes it."""
        return self.side == "la"

    @property
    def is_for_dsl(self) -> bool:
        """Whether only the DSL makes it."""
        return self.owners == frozenset({Role.DSL})

    @property
    def is_metered(self) -> bool:
        """Whether the readiness meter asks for it of itself: every mandatory step of the school."""
        return (
            self.side != "la"
            and self.kind is not Kind.STATEMENT
            and self.requirement is Requirement.MANDATORY
            and self.due.rule is not DueRule.BEFORE_OUTCOME
        )

    @property
    def owner_label(self) -> str:
        """Who makes it, in words."""
        return " or ".join(policy.label for role, policy in POLICY.items() if role in self.owners)

    def may_be_logged_by(self, permissions: frozenset[Permission]) -> bool:
        """Whether somebody with these permissions about the child records it.

        The school makes its own enquiries and the authority its own; those of both sides either side makes.
        DSL steps only the DSL; of the authority's steps the front door has only its own.
        """
        is_ours = Permission.ENQUIRE_AT_SCHOOL in permissions and (
            not self.is_for_dsl or Permission.SIGN_REVIEW in permissions
        )
        is_theirs = Permission.SPEAK_FOR_AUTHORITY in permissions or (
            Role.FRONT_DOOR in self.owners and Permission.SEE_QUEUE in permissions
        )
        by_side = {"school": is_ours, "la": is_theirs, "joint": is_ours or is_theirs}
        return self.is_logged and Permission.LOG_ENQUIRY in permissions and by_side[self.side]


def forbidden_because(
    step: Step, restrictions: Restrictions, contact_id: int | None = None, name: str = ""
) -> str:
    """What is said where a restriction forbids a step, or contact with one person; '' where none does.

    Of several the furthest-reaching is named.
    """
    held = restrictions.on_everybody & step.barred_by
    if held:
        return next(DO_NOT[kind] for kind in RestrictionKind if kind in held)
    is_contact = RestrictionKind.NO_CONTACT in step.barred_by and (contact_id is not None or name)
    return _NOT_THIS_PERSON if is_contact and restrictions.bars(contact_id, name) else ""


_NOT_THIS_PERSON = "Do not do this: this person may not be contacted"


@cache
def read_steps() -> Mapping[str, Step]:
    """Every step by code, in the order of the page."""
    return MappingProxyType({row["code"]: _step(row) for row in read_rows("enquiry_steps.csv")})


def _step(row: Mapping[str, str]) -> Step:
    return Step(
        code=row["code"],
        name=row["step"],
        short=row["short"],
        owners=frozenset(Role(role) for role in row["owner"].split("+")),
        due=parse_due(row["due"]),
        clock=row["clock"],
        requirement=Requirement(row["requirement"]),
        phase=Phase(row["phase"]),
        kind=Kind(row["kind"]),
        barred_by=frozenset(RestrictionKind(bar) for bar in row["barred_by"].split()),
        needs_reply=row["reply"] == "yes",
        is_restricted=row["restricted"] == "yes",
        evidence=row["evidence"],
        side=row["side"],
        source=row["source"],
    )
