"""One case: where it stands, what is due, what can be done, its referral, and what happened."""

from cme.web.cases import referral, views
from cme.web.cases.blueprint import blueprint

__all__ = ["blueprint", "referral", "views"]
