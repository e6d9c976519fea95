"""The pages on which a local authority's administrator reads and changes its policy."""

from cme.web.policy.views import blueprint

__all__ = ["blueprint"]
