"""The queue of referrals, for the CME officer and for the front door."""

from cme.web.officer.views import blueprint

__all__ = ["blueprint"]
