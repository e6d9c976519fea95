"""Dates as sentences show them."""

from datetime import date


def day(on: date) -> str:
    """A date as sentences show it: 5 November 2026."""
    return f"{on.day} {on:%B %Y}"
