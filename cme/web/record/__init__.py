"""The record of children missing education, and the termly return to the DfE."""

from cme.web.record.views import blueprint

__all__ = ["blueprint"]
