"""Signing in and out, and a person's own account."""

from cme.web.accounts.views import blueprint

__all__ = ["blueprint"]
