"""Where a case stands: its stages, and the overlays that can lie on any of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Stage(StrEnum):
    """Where a case stands. WATCHING is a pupil who is being counted and has no case yet."""

    WATCHING = "watching"
    ENQUIRIES = "enquiries"
    REFERRAL_DRAFT = "referral_draft"
    REFERRED = "referred"
    RETURNED = "returned"
    LA_ENQUIRIES = "la_enquiries"
    JOINT_REVIEW = "joint_review"
    DECISION = "decision"
    REMOVAL_PROPOSED = "removal_proposed"
    REMOVED = "removed"
    TRACE = "trace"
    VERIFYING = "verifying"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The stage in the words people read."""
        return STAGES[self].label

    @property
    def is_open(self) -> bool:
        """Whether there is a case and it still asks for somebody's work."""
        return STAGES[self].is_open


class Overlay(StrEnum):
    """Something true of a case beside its stage."""

    FAST_TRACK = "fast_track"
    MISSING_NOW = "missing_now"
    SAFEGUARDING = "safeguarding"
    SUPERSEDED = "superseded"
    CLOSING_PROPOSED = "closing_proposed"

    @property
    def label(self) -> str:
        """The overlay in the words people read."""
        return _OVERLAY_LABELS[self]


@dataclass(frozen=True, slots=True)
class StageRule:
    """What a stage is called, what it means, and whether a case in it is open."""

    label: str
    meaning: str
    is_open: bool = True


STAGES: Mapping[Stage, StageRule] = MappingProxyType(
    {
        Stage.WATCHING: StageRule(
            "Watching", "Absence is being counted. There is no case yet.", is_open=False
        ),
        Stage.ENQUIRIES: StageRule("School enquiries", "The school is finding out where the child is."),
        Stage.REFERRAL_DRAFT: StageRule(
            "Referral to send", "A referral is ready for the DSL to check and send."
        ),
        Stage.REFERRED: StageRule("Referred", "The front door and the CME officer have the referral."),
        Stage.RETURNED: StageRule(
            "Returned to the school",
            "The authority asked the school for more. Safeguarding and the count go on meanwhile.",
        ),
        Stage.LA_ENQUIRIES: StageRule(
            "Authority's enquiries", "The authority has accepted the referral and is making its enquiries."
        ),
        Stage.JOINT_REVIEW: StageRule(
            "Joint review", "School and authority conclude together where the child is, or go on looking."
        ),
        Stage.DECISION: StageRule(
            "Eligible for decision",
            "The days that the law asks for are counted. The child stays on roll until all conditions hold.",
        ),
        Stage.REMOVAL_PROPOSED: StageRule(
            "Removal proposed",
            "The child is on roll. Admissions check the removal, and the head teacher decides.",
        ),
        Stage.REMOVED: StageRule(
            "Removed: CTF to upload", "The child is off this school's roll. The school sends the pupil file."
        ),
        Stage.TRACE: StageRule(
            "Being traced", "The child is on no roll that is known. The authority looks for the child."
        ),
        Stage.VERIFYING: StageRule(
            "Location to verify", "Somebody said where the child may be. The authority finds out."
        ),
        Stage.CLOSED: StageRule("Closed", "The case ended with an outcome.", is_open=False),
    }
)
"""Every stage. A later stage is a row here, its rows in `TRANSITIONS`, and a duty in `DUTIES`."""

REMOVAL_STAGES: tuple[Stage, ...] = (Stage.REMOVAL_PROPOSED, Stage.REMOVED, Stage.TRACE)
"""Stages at which a removal is proposed or made: what the admissions team sees."""

WITH_AUTHORITY: tuple[Stage, ...] = (
    Stage.REFERRED,
    Stage.RETURNED,
    Stage.LA_ENQUIRIES,
    Stage.JOINT_REVIEW,
)
"""Stages between a sent referral and the decision: both sides work, and the count can end them."""

OFF_ROLL: tuple[Stage, ...] = (Stage.REMOVED, Stage.TRACE)
"""Stages after the removal: the register of the school tells nothing of the child any more."""

OPEN_STAGES = tuple(stage for stage, rule in STAGES.items() if rule.is_open)

_OVERLAY_LABELS: Mapping[Overlay, str] = MappingProxyType(
    {
        Overlay.FAST_TRACK: "Fast-track",
        Overlay.MISSING_NOW: "Missing now",
        Overlay.SAFEGUARDING: "Safeguarding concern",
        Overlay.SUPERSEDED: "Referral superseded",
        Overlay.CLOSING_PROPOSED: "Closing proposed",
    }
)
