"""What the admissions team confirms: removals that schools propose."""

from cme.web.admissions.views import blueprint

__all__ = ["blueprint"]
