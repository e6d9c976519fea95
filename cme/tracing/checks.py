"""The checks that a request says were made: short, and of a kind that tells nothing private.

Only the steps below are named. What was asked of social care, health or others who know a risk is in no
request (tracing reference s.2: never status, never health).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "E01": "calls",
        "E02": "calls",
        "E03": "calls",
        "E04": "calls",
        "E05": "messages",
        "E18": "home visits",
        "E19": "home visits",
        "E43": "home visits",
        "E20": "neighbours",
        "E21": "letters",
        "E22": "letters",
        "E09": "siblings here",
        "E10": "siblings' schools",
        "E42": "relatives",
        "E31": "previous school",
        "E33": "the authority named by the family",
        "E34": "admissions and home education lists",
        "E36": "housing",
        "E37": "council tax",
        "E44": "School to School",
        "E48": "School to School",
    }
)
"""What a step is called, by its code in the catalogue of enquiries."""

_OF_FAMILY = frozenset({"E09", "E10", "E42"})
"""Steps that tell of a family: not said of a restricted child."""


def in_short(steps: Iterable[str], *, restricted: bool) -> str:
    """Enquiries made, by their codes, as one line: "home visits x2, housing"; '' where none is named."""
    named = Counter(
        words for step in steps if (words := _WORDS.get(step)) and not (restricted and step in _OF_FAMILY)
    )
    return ", ".join(words if times == 1 else f"{words} x{times}" for words, times in named.items())
