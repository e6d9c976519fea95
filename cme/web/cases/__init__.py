"""One case: where it stands, what is due, what can be done, its referral and documents, and what happened."""

from cme.web.cases import (
    acting,
    approving,
    documents,
    enquiries,
    family,
    found,
    gates,
    referral,
    referral_parts,
    removal,
    statement,
    status,
    traces,
    urgent,
    views,
)
from cme.web.cases.blueprint import blueprint

__all__ = [
    "acting",
    "approving",
    "blueprint",
    "documents",
    "enquiries",
    "family",
    "found",
    "gates",
    "referral",
    "referral_parts",
    "removal",
    "statement",
    "status",
    "traces",
    "urgent",
    "views",
]
