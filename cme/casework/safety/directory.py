"""Whom to tell: the directory of people and services (`data/directory.csv`).

Every entry is from a document of its time. Until an authority has checked one, it is to be checked before
use, and so it is where the documents contradict each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from cme.casework.policy.settings import is_email, is_phone
from cme.data import read_rows

NATIONAL = "national"
"""The area of entries that are for everybody."""


class Situation(StrEnum):
    """What somebody is in when they look for whom to tell, the most pressing first."""

    DANGER = "danger"
    MISSING = "missing"
    CONCERN = "concern"
    NAMED_WORKER = "named_worker"
    HONOUR = "honour"
    ABDUCTION = "abduction"
    EXPLOITATION = "exploitation"
    CME = "cme"
    RETURNED = "returned"
    YOUNG_PERSON = "young_person"
    ESCALATE = "escalate"
    READING = "reading"

    @property
    def label(self) -> str:
        """The situation as a heading."""
        return _LABELS[self]


_LABELS: Mapping[Situation, str] = MappingProxyType(
    {
        Situation.DANGER: "A child is in danger or cannot be found",
        Situation.MISSING: "A child is missing",
        Situation.CONCERN: "You fear for a child",
        Situation.NAMED_WORKER: "The child has a named worker",
        Situation.HONOUR: "Forced marriage or honour-based abuse",
        Situation.ABDUCTION: "A child is being taken away",
        Situation.EXPLOITATION: "Exploitation or trafficking",
        Situation.CME: "Referral, register and tracing",
        Situation.RETURNED: "The child is back",
        Situation.YOUNG_PERSON: "A young person or a parent asks for help",
        Situation.ESCALATE: "It happens again, or you disagree",
        Situation.READING: "To read",
    }
)


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """Somebody to tell. `area` is the id of a policy pack, or NATIONAL.

    `conflict` says where the documents contradict each other, '' where they do not; `note` any other doubt.
    `pack` names what the entry is in the area's policy, which then fills in what the documents do not give.
    `is_certain`: the number is the same everywhere, and nobody has to check 999.
    """

    id: str
    area: str
    situation: Situation
    name: str
    role: str
    phone: str
    email: str
    url: str
    hours: str
    use_when: str
    note: str
    conflict: str
    pack: str
    is_certain: bool
    source: str


@cache
def read_directory() -> Mapping[str, DirectoryEntry]:
    """Every entry by id, in the order of the catalogue."""
    return MappingProxyType({row["id"]: _entry(row) for row in read_rows("directory.csv")})


def _entry(row: Mapping[str, str]) -> DirectoryEntry:
    words = {key: value for key, value in row.items() if key not in ("situation", "certain")}
    return DirectoryEntry(situation=Situation(row["situation"]), is_certain=row["certain"] == "yes", **words)


def entries_for(area: str) -> tuple[DirectoryEntry, ...]:
    """The entries of an area and those for everybody, by situation, the area's own first."""
    own = [each for each in read_directory().values() if each.area in (area, NATIONAL)]
    order = list(Situation)
    return tuple(sorted(own, key=lambda each: (order.index(each.situation), each.area == NATIONAL)))


@dataclass(frozen=True, slots=True)
class Reached:
    """How somebody is reached, as an administrator has checked it; '' where the catalogue's words stand."""

    phone: str = ""
    email: str = ""
    url: str = ""
    hours: str = ""
    note: str = ""

    @property
    def is_reachable(self) -> bool:
        """Whether there is any way to reach them."""
        return bool(self.phone or self.email or self.url)

    @property
    def says_anything(self) -> bool:
        """Whether a check found how they are reached, or says why not."""
        return self.is_reachable or bool(self.note.strip())


LONGEST: Mapping[str, int] = MappingProxyType(
    {"phone": 80, "email": 254, "url": 400, "hours": 200, "note": 2000}
)
"""How many characters each part may have."""


def reached_faults(reached: Reached) -> Mapping[str, str]:
    """What is wrong with what was entered, by part; nothing where it can be kept."""
    found = {
        part: f"Enter this in {longest:,} characters or fewer."
        for part, longest in LONGEST.items()
        if len(getattr(reached, part)) > longest
    }
    if reached.phone and not is_phone(reached.phone):
        found.setdefault("phone", "Enter a phone number like 01325 406222.")
    if reached.email and not is_email(reached.email):
        found.setdefault("email", "Enter an e-mail address like team@council.example.")
    if reached.url and not reached.url.startswith(("https://", "http://")):
        found.setdefault("url", "Enter a web address that starts with https://.")
    return found
