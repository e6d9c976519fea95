"""Why a school decides not to refer: the reasons to choose from, so that the authority can count them."""

from collections.abc import Mapping
from types import MappingProxyType

DECLINE_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "located": "The child is seen and safe, and we know where",
        "family_in_touch": "The family is in touch and a return date is agreed",
        "known_absence": "The absence is explained: the register is being corrected",
        "social_care_leads": "Social care or another service leads and knows of the absence",
        "other_route": "Another route fits better: attendance support or an EHC review",
        "other": "Another reason",
    }
)
"""Reason code -> label (our policy; casework reference s.6 asks for a code beside the words)."""
