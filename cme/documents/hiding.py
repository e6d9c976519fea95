"""Taking a protected address out of words that people typed, before they are printed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN


@dataclass(frozen=True, slots=True)
class Home:
    """The home of a child, as documents treat it: `pattern` finds a protected one in a text."""

    is_protected: bool = False
    pattern: re.Pattern[str] | None = None

    @classmethod
    def protected(cls, house: str, street: str, postcode: str) -> Self:
        """A home that is printed nowhere: neither house and street together nor the postcode, however spaced.

        Blank parts are not known, and cannot be found.
        """
        written = (re.findall(r"\w+", f"{house} {street}"), [sign for sign in postcode if sign.isalnum()])
        patterns = [_spaced(words) for words in written if len(words) > 1]
        return cls(True, re.compile("|".join(patterns), re.IGNORECASE) if patterns else None)

    def kept_out_of(self, text: str) -> str:
        """A text without the protected home."""
        return self.pattern.sub(ADDRESS_NOT_SHOWN, text) if self.pattern else text


def _spaced(words: Sequence[str]) -> str:
    apart = r"[\W_]*"
    return rf"\b{apart.join(map(re.escape, words))}\b"
