"""The tag of each stage and overlay: its words, and the tone that repeats them (scss/_tags.scss)."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from cme.casework.stages import Overlay, Stage

STAGE_TONES: Mapping[Stage, str] = MappingProxyType(
    {
        Stage.WATCHING: "watching",
        Stage.ENQUIRIES: "enquiries",
        Stage.REFERRAL_DRAFT: "referral-draft",
        Stage.REFERRED: "referred",
        Stage.RETURNED: "referral-draft",
        Stage.LA_ENQUIRIES: "referred",
        Stage.JOINT_REVIEW: "referred",
        Stage.DECISION: "decision",
        Stage.REMOVAL_PROPOSED: "decision",
        Stage.REMOVED: "stopped",
        Stage.TRACE: "missing-now",
        Stage.VERIFYING: "fast-track",
        Stage.CLOSED: "closed",
    }
)

OVERLAY_TONES: Mapping[Overlay, str] = MappingProxyType(
    {
        Overlay.SAFEGUARDING: "overdue",
        Overlay.FAST_TRACK: "fast-track",
        Overlay.MISSING_NOW: "missing-now",
        Overlay.SUPERSEDED: "stopped",
        Overlay.CLOSING_PROPOSED: "done",
    }
)


def stage_tag(stage: str) -> dict[str, str]:
    """The tag of a stage, given as it is stored: {text, tone}. Raises ValueError for no stage of ours."""
    known = Stage(stage)
    return {"text": known.label, "tone": STAGE_TONES[known]}


RISKS = frozenset({Overlay.SAFEGUARDING})
"""Overlays that are risk notes: shown to those who may see such notes, and to nobody else."""


def overlay_tags(overlays: Iterable[str], *, with_risks: bool = False) -> list[dict[str, str]]:
    """The tags of what lies on a stage, given as stored, the most pressing first: [{text, tone}]."""
    present = {Overlay(overlay) for overlay in overlays} - (frozenset() if with_risks else RISKS)
    return [
        {"text": overlay.label, "tone": tone} for overlay, tone in OVERLAY_TONES.items() if overlay in present
    ]
