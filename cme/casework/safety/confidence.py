"""Which children other authorities are asked about in confidence: no address, no parents, no siblings.

Source: tracing reference s.2: refuge, domestic abuse, abduction or forced-marriage risk, witness protection.
"""

from collections.abc import Collection

from cme.casework.safety.restrictions import RestrictionKind, Restrictions

INDICATORS = frozenset(
    {"abduction", "forced_marriage", "forced_marriage_risk", "honour_based_violence", "fgm"}
)
"""Risks found in a review that make it so, by their codes in the catalogue of indicators."""


def is_in_confidence(restrictions: Restrictions, indicators: Collection[str] = ()) -> bool:
    """Whether a child is looked for in confidence, by what is on record of the child and of the home.

    Somebody who must not be contacted may be who the family fled from, so it counts (our policy).
    `indicators` are the risks that the latest review answered with yes.
    """
    barred = any(one.kind is RestrictionKind.NO_CONTACT for one in restrictions.each)
    return (
        restrictions.address_is_protected
        or restrictions.advice_first
        or barred
        or not INDICATORS.isdisjoint(indicators)
    )
