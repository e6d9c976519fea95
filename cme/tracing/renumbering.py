"""Schools whose number was closed, and the number that took its place: files to the old one lie unread.

A school that becomes an academy often changes both of its numbers; schools that merge share one successor.
Source: tracing reference s.12.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cme.tracing.establishments import NotANumber, read_laestab, read_urn


@dataclass(frozen=True, slots=True)
class Link:
    """An old number and the one that took its place, both of seven digits.

    `changed_on` is the first day of the new one, None where nobody knows it. Without a `name` or a URN ''.
    """

    laestab: str
    successor: str
    name: str = ""
    changed_on: date | None = None
    urn: str = ""
    successor_urn: str = ""


Links = Callable[[str], Sequence[Link]]
"""The links from an old number."""


def shown(laestab: str) -> str:
    """A number as people write it: 841/2000."""
    return f"{laestab[:3]}/{laestab[3:]}"


def now_of(laestab: str, links: Links, today: date) -> tuple[Link, ...]:
    """The last links from an old number, through every change until today; () where it is still in use."""
    onward = list(_onward(laestab, links, today))
    left = {each.laestab for each in onward}
    return tuple({each.successor: each for each in onward if each.successor not in left}.values())


def sentence(laestab: str, links: Links, today: date) -> str:
    """What to say of a number that is closed: where the school is now; '' for one that is in use."""
    found = now_of(laestab, links, today)
    if not found:
        return ""
    now = " or ".join(f"{shown(each.successor)}{f' ({each.name})' if each.name else ''}" for each in found)
    return f"The number {shown(laestab)} is closed. The school was renumbered: now {now}."


def faults(link: Link, own: str, links: Links) -> Mapping[str, str]:
    """What is wrong with a link that an authority (its code) enters: field -> sentence; {} where nothing is.

    Its fields are as they were typed, so that a number may be 841/2000.
    """
    wrong: dict[str, str] = {}
    numbers = {}
    for field, typed, missing in (
        ("laestab", link.laestab, "Enter the number that was closed, such as 841/2000."),
        ("successor", link.successor, "Enter the number that took its place, such as 841/4001."),
    ):
        try:
            numbers[field] = read_laestab(typed).text
        except NotANumber as fault:
            wrong[field] = " ".join(fault.faults) if typed.strip() else missing
    for field, typed in (("urn", link.urn), ("successor_urn", link.successor_urn)):
        try:
            if typed.strip():
                read_urn(typed)
        except NotANumber as fault:
            wrong[field] = " ".join(fault.faults)
    if wrong:
        return wrong
    old, new = numbers["laestab"], numbers["successor"]
    if own not in (old[:3], new[:3]):
        return {"laestab": f"One of the two numbers must be of your authority and begin with {own}."}
    if old == new:
        return {"successor": "The two numbers are the same. Enter the number that took its place."}
    if any(each.successor == old for each in _onward(new, links, date.max)):
        return {"successor": f"{shown(new)} itself became {shown(old)}. Check which number is the old one."}
    return {}


def _onward(laestab: str, links: Links, today: date) -> Iterator[Link]:
    """Every link that leads on from a number until today, each number left once."""
    waiting, left = [laestab], set[str]()
    while waiting:
        number = waiting.pop()
        if number not in left:
            left.add(number)
            for each in links(number):
                if each.changed_on is None or each.changed_on <= today:
                    waiting.append(each.successor)
                    yield each
