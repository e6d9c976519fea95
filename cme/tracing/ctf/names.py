"""The name of a Common Transfer File: from whom it comes, to whom it goes, and its number.

`8412000_CTF_XXXXXXX_001.xml`. Receivers refuse every other name, also that of a file which a browser has
renamed. Source: tracing reference s.5.
"""

import re
from dataclasses import dataclass

from cme.tracing.establishments import part_faults

LOST, OUTSIDE = "XXXXXXX", "MMMMMMM"
"""Destinations without a number: not known (the Lost Pupil Database), and outside School to School."""

AUTHORITY = "LLLL"
"""What stands for the school where an authority itself sends or receives."""

FIRST_NUMBER, LAST_NUMBER = 1, 999

_PATTERN = (
    r"(?P<sender>[0-9]{3}(?:[0-9]{4}|LLLL))_CTF_"
    r"(?P<receiver>[0-9]{3}(?:[0-9]{4}|LLLL)|XXXXXXX|MMMMMMM)_(?P<number>[0-9]{3})"
)
_NAME = re.compile(_PATTERN + r"\.xml")
_WITHIN = re.compile(rf"(?<![0-9A-Za-z]){_PATTERN}(?![0-9])")


class NotAName(ValueError):
    """What was given names no file that can be sent; the text is the sentence for people."""


@dataclass(frozen=True, slots=True)
class Place:
    """One end of a file: three characters of the authority, four of the school, all X, or all M."""

    authority: str
    school: str

    @property
    def text(self) -> str:
        """Both parts as they stand in a name."""
        return self.authority + self.school

    @property
    def is_authority(self) -> bool:
        """Whether it is an authority, and no school."""
        return self.school == AUTHORITY

    @property
    def is_lost(self) -> bool:
        """Whether nobody knows where the child is: the file goes to the Lost Pupil Database."""
        return self.text == LOST

    @property
    def is_outside(self) -> bool:
        """Whether the child went where School to School does not reach."""
        return self.text == OUTSIDE

    @property
    def has_number(self) -> bool:
        """Whether it is a real school or authority."""
        return not (self.is_lost or self.is_outside)


@dataclass(frozen=True, slots=True)
class FileName:
    """A name taken apart. `number` is from 1 to 999."""

    sender: Place
    receiver: Place
    number: int

    @property
    def text(self) -> str:
        """The name."""
        return f"{self.sender.text}_CTF_{self.receiver.text}_{self.number:03d}.xml"


def read_sender(authority: str, school: str) -> Place:
    """Who sends a file: a school, or an authority (school LLLL). Raises NotAName."""
    wrong = part_faults(authority, "0000" if school == AUTHORITY else school)
    if wrong:
        raise NotAName(" ".join(wrong))
    return Place(authority, school)


def read_destination(authority: str, school: str) -> Place:
    """Where a file goes: a real number, XXX and XXXX, or MMM and MMMM. Raises NotAName."""
    place = Place(authority.strip().upper(), school.strip().upper())
    if not place.has_number:
        return place
    if set(place.text) & set("XM"):
        raise NotAName("The destination must be all X, all M, or a real LA and school number.")
    return read_sender(place.authority, place.school)


def file_name(sender: Place, receiver: Place, number: int) -> str:
    """The name of a file. Raises NotAName where the numbers are used up, or one is out of range."""
    wrong = number_fault(number)
    if wrong:
        raise NotAName(wrong)
    return FileName(sender, receiver, number).text


def number_fault(number: int) -> str | None:
    """What is wrong with the number of a file; None where nothing is. A number is never given twice."""
    if number > LAST_NUMBER:
        return (
            "All numbers from 001 to 999 are used up for files from this school to this destination. "
            "No further file can be made: ask the School to School help desk."
        )
    return None if number >= FIRST_NUMBER else "The number of a file must be from 001 to 999."


def read_name(text: str) -> FileName:
    """A file's name taken apart. Raises NotAName, naming what to remove where that is all that is wrong."""
    found = _NAME.fullmatch(text)
    if found is None:
        raise NotAName(_not_a_name(text))
    wrong = number_fault(int(found["number"]))
    if wrong:
        raise NotAName(wrong)
    sender, receiver = found["sender"], found["receiver"]
    return FileName(Place(sender[:3], sender[3:]), Place(receiver[:3], receiver[3:]), int(found["number"]))


def _not_a_name(text: str) -> str:
    within = _WITHIN.search(text)
    if within is None:
        return f"This is not the name of a pupil file (CTF). It is like 8412000_CTF_{LOST}_001.xml."
    right = f"{within[0]}.xml"
    before, after = text[: within.start()], text[within.end() :]
    if after.endswith(".xml"):
        after = after.removesuffix(".xml")
    elif after.startswith(".xml"):
        after = after.removeprefix(".xml")
    elif not after.strip():
        return f"This is not the name of a pupil file: it must end in .xml. Call it {right}."
    parts = " and ".join(f"“{''.join(filter(str.isprintable, part))}”" for part in (before, after) if part)
    return f"This is not the name of a pupil file: remove {parts} from it. It must be {right}."
