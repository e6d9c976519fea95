"""Registers and roll data from upload to record, and back: one function a verb."""
