"""How the work goes: measures, and what each school leaves undone."""

from cme.web.insight.views import blueprint

__all__ = ["blueprint"]
