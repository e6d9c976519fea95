"""Whom to tell: the directory, the urgent cards, and what an administrator checks and keeps."""

from cme.web.directory import school_numbers
from cme.web.directory.views import blueprint

__all__ = ["blueprint", "school_numbers"]
