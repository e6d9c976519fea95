"""Dates as sentences show them, and whether a text says anything."""

from datetime import date


def day(on: date) -> str:
    """A date as sentences show it: 5 November 2026."""
    return f"{on.day} {on:%B %Y}"


def is_named(text: str) -> bool:
    """Whether a text can name somebody: three letters or more (our policy)."""
    return sum(sign.isalpha() for sign in text) >= _FEWEST_OF_A_NAME


def is_told(text: str) -> bool:
    """Whether a text says something that others can follow: two words or more (our policy)."""
    return len(text.split()) > 1 and is_named(text)


_FEWEST_OF_A_NAME = 3
