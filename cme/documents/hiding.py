"""Taking a protected address out of words that people typed, before they are printed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Self

from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN


@dataclass(frozen=True, slots=True)
class Home:
    """The home of a child, as documents treat it: `pattern` finds a protected one in a text, `in_page` in
    the HTML of one."""

    is_protected: bool = False
    pattern: re.Pattern[str] | None = None
    in_page: re.Pattern[str] | None = None

    @classmethod
    def protected(cls, house: str, street: str, postcode: str) -> Self:
        """A home that is printed nowhere: neither house and street together nor the postcode, however spaced.

        Blank parts are not known, and cannot be found.
        """
        signs = [sign for sign in postcode if sign.isalnum()]
        written, escaped = (
            re.findall(r"\w+", text) for text in (f"{house} {street}", escape(f"{house} {street}"))
        )
        return cls(
            True,
            _finding(r"[\W_]*", written, signs),
            _finding(r"(?:<br ?/?>|[\W_])*", written, escaped, signs),
        )

    def kept_out_of(self, text: str) -> str:
        """A text without the protected home."""
        return self.pattern.sub(ADDRESS_NOT_SHOWN, text) if self.pattern else text

    def kept_out_of_page(self, html: str) -> str:
        """The HTML of a page without it, with signs escaped and lines broken as pages do."""
        return self.in_page.sub(ADDRESS_NOT_SHOWN, html) if self.in_page else html


def _finding(apart: str, *written: Sequence[str]) -> re.Pattern[str] | None:
    """What finds any of these, whatever stands between the words of each."""
    known = (words for words in written if len(words) > 1)
    spaced = dict.fromkeys(rf"\b{apart.join(map(re.escape, words))}\b" for words in known)
    return re.compile("|".join(spaced), re.IGNORECASE) if spaced else None
