"""Small pieces of wording that several pages share."""

from collections.abc import Sequence


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: 1 pupil, 1,600 pupils, 2 enquiries (give the plural where it is not -s)."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def school_days(number: int) -> str:
    """A length of a run: 1 school day, 11 school days."""
    return counted(number, "school day")


def listed(items: Sequence[str]) -> str:
    """Items as a sentence lists them: a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def capitalised(text: str) -> str:
    """The text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends as a sentence does."""
    return text if text.endswith((".", "?", "!")) else f"{text}."
