"""Whom to tell: the directory, the urgent cards, and the administrator's checks."""

from cme.web.directory.views import blueprint

__all__ = ["blueprint"]
