"""The pages of the local authority's administrator."""

from cme.web.authority.views import blueprint

__all__ = ["blueprint"]
