"""School numbers: LAESTAB (authority and school) and URN, as text, with one sentence for each thing wrong.

A school number is unique within its authority only, a URN in the country. Leading zeros count, so neither is
ever an integer. Source: tracing reference s.12.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = frozenset("0123456789")
_IN_TEXT = re.compile(r"(?<![0-9/-])([0-9]{3}) ?[/-]? ?([0-9]{4})(?![0-9/-])")
_APART = re.compile(r"\s*[/\- ]\s*")


class NotANumber(ValueError):
    """What was given is no number of a school; `faults` has a sentence for each thing wrong."""

    def __init__(self, *faults: str) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Laestab:
    """The number of a school: three digits of the authority, four of the school."""

    authority: str
    school: str

    @property
    def text(self) -> str:
        """As programs write it: 8412000."""
        return self.authority + self.school

    @property
    def shown(self) -> str:
        """As people write it: 841/2000."""
        return f"{self.authority}/{self.school}"


def part_faults(authority: str, school: str) -> tuple[str, ...]:
    """What is wrong with the two parts of a school's number; () where nothing is."""
    return tuple(_part_faults(authority, school))


def read_laestab(text: str) -> Laestab:
    """A school's number from 8412000, 841/2000, 841-2000 or 841 2000. Raises NotANumber."""
    apart = _APART.split(text.strip(), maxsplit=1)
    if len(apart) == 1:
        whole = apart[0]
        if len(whole) != 7 or not set(whole) <= _DIGITS:
            raise NotANumber(
                "A LAESTAB must be 7 digits, such as 8412000: the LA number and then the school number."
            )
        apart = [whole[:3], whole[3:]]
    faults = part_faults(*apart)
    if faults:
        raise NotANumber(*faults)
    return Laestab(*apart)


def numbers_in(text: str) -> tuple[str, ...]:
    """The numbers of schools in a text, of seven digits each: those that are written as one."""
    return tuple(dict.fromkeys(f"{one}{other}" for one, other in _IN_TEXT.findall(text)))


def read_urn(text: str) -> str:
    """A URN from text. Raises NotANumber."""
    urn = text.strip()
    if len(urn) != 6 or not set(urn) <= _DIGITS:
        raise NotANumber(f"A URN must be 6 digits, such as 100001; {_this(urn)}.")
    return urn


def _part_faults(authority: str, school: str) -> Iterator[str]:
    for name, part, length, example in (("LA", authority, 3, "841"), ("school", school, 4, "2000")):
        if len(part) != length or not set(part) <= _DIGITS:
            yield f"The {name} number must be {length} digits, such as {example}; {_this(part)}."


def _this(given: str) -> str:
    """What is wrong with a number, without showing what was given: it may be anything."""
    if given and set(given) <= _DIGITS:
        return f"this has {len(given)}"
    return "this has other characters" if given else "this is empty"
