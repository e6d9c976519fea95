"""One case: where it stands, what is due, what can be done, and what happened."""

from cme.web.cases.views import blueprint

__all__ = ["blueprint"]
