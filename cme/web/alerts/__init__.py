"""What a person has been told."""

from cme.web.alerts.views import blueprint

__all__ = ["blueprint"]
