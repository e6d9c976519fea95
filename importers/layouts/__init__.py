"""Recognising how the sheets of a file lay out a register, by structure and never by vendor or file name."""

from importers.layouts.drafts import Known
from importers.layouts.recognition import Recognised, find_table, recognise

__all__ = ["Known", "Recognised", "find_table", "recognise"]
