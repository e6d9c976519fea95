"""Recognising how the sheets of a file lay out a register, by structure and never by vendor or file name."""
