"""Recognising how the sheets of a file lay out a register, by structure and never by vendor or file name."""

from importers.layouts.drafts import Known
from importers.layouts.recognition import Recognised, recognise

__all__ = ["Known", "Recognised", "recognise"]
