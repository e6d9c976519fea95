"""What other authorities answer: kinds, what each must capture, and what it does to the trace and the case.

No reply alters the roll or closes a case: an effect has no place for either. Source: tracing reference s.2.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import combinations
from types import MappingProxyType
from typing import Any, Self

from cme.tracing.authorities import named, recognised
from cme.tracing.details import PLACE, speaks_of_a_place
from cme.tracing.establishments import NotANumber, read_laestab


class Kind(StrEnum):
    """The kinds of a reply."""

    NO_TRACE = "no_trace"
    FOUND_ON_ROLL = "found_on_roll"
    FOUND_NOT_ON_ROLL = "found_not_on_roll"
    FOUND_EHE = "found_ehe"
    PREVIOUSLY_KNOWN = "previously_known"
    MORE_INFO_NEEDED = "more_info_needed"
    DUPLICATE = "duplicate"

    @property
    def label(self) -> str:
        """The kind in the words people read."""
        return _LABELS[self]

    @property
    def is_find(self) -> bool:
        """Whether it says where the child is."""
        return self in _FINDS


_FINDS = frozenset({Kind.FOUND_ON_ROLL, Kind.FOUND_NOT_ON_ROLL, Kind.FOUND_EHE})

_LABELS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.NO_TRACE: "No trace",
        Kind.FOUND_ON_ROLL: "Found, on the roll of a school",
        Kind.FOUND_NOT_ON_ROLL: "Found, on no roll",
        Kind.FOUND_EHE: "Found, home-educated",
        Kind.PREVIOUSLY_KNOWN: "Known there before, and gone",
        Kind.MORE_INFO_NEEDED: "More information needed",
        Kind.DUPLICATE: "Already asked under another reference",
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a reply says, by its kind; '' and None for what it does not ask for.

    `laestab` and `started_on` are of the school, or `started_on` the day since which the child is educated at
    home, with that team's `contact`. `onward_code` is the authority a child went on to, `onward` that or
    another country in words.
    """

    kind: Kind
    laestab: str = ""
    school_name: str = ""
    started_on: date | None = None
    address: str = ""
    seen_by: str = ""
    contact: str = ""
    known_from_on: date | None = None
    known_until_on: date | None = None
    onward: str = ""
    onward_code: str = ""
    question: str = ""
    other_reference: str = ""

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """As it was stored."""
        dates = {name: date.fromisoformat(data[name]) for name in _DATES if data.get(name)}
        return cls(**{**data, **dict.fromkeys(_DATES), **dates, "kind": Kind(data["kind"])})

    def masked(self) -> Self:
        """As somebody sees it who may not know where a restricted child lives."""
        return replace(self, address="")


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply of one authority: its code, the officer there, and the day of the answer."""

    code: str
    officer: str
    replied_on: date | None
    finding: Finding


@dataclass(frozen=True, slots=True)
class Effect:
    """What a reply leads to. `note` is the result in words, '' where it changes none.

    `located`: the trace goes on to verifying, and the case gets a possible location. `drafts_stop`: the
    message to stop searching is drafted, not sent. `task` is what the officer does next, `confirms` what the
    case may be closed on, in words.
    """

    note: str
    task: str
    located: bool = False
    drafts_stop: bool = False
    drafts_answer: bool = False
    confirms: str = ""
    links_to: str = ""


def faults(
    reply: Reply, today: date, *, sent_on: date | None = None, restricted: bool = False
) -> dict[str, str]:
    """What is missing from a reply or wrong in it: field -> sentence; {} when nothing is.

    The address of a restricted child need not be given, and no other field may say it: it is told by
    telephone alone (our policy).
    """
    found = dict(_about_sender(reply, today, sent_on))
    found.update(_CAPTURED[reply.finding.kind](reply.finding))
    if restricted and reply.finding.kind is Kind.FOUND_NOT_ON_ROLL:
        found.pop("address", None)
    if restricted:
        found.update(_places(reply.finding))
    return found


def finding_faults(finding: Finding) -> dict[str, str]:
    """What is missing from what a reply says, or wrong in it, whoever says it: field -> sentence."""
    return dict(_CAPTURED[finding.kind](finding))


def effect_of(reply: Reply) -> Effect:
    """What a reply does to the trace and to the case."""
    return _EFFECTS[reply.finding.kind](reply)


def finds(replies: Sequence[Reply]) -> tuple[Reply, ...]:
    """The replies that say where the child is, without those that their authority took back with "no trace".

    `replies` are in the order in which they were recorded.
    """
    return tuple(
        each
        for at, each in enumerate(replies)
        if each.finding.kind.is_find
        and not any(
            later.code == each.code and later.finding.kind is Kind.NO_TRACE for later in replies[at + 1 :]
        )
    )


def doubts(reply: Reply, today: date, last_attended_on: date | None) -> tuple[str, ...]:
    """What is odd about a find and may mean another child, a sentence for each. It holds nothing back."""
    found = reply.finding
    authority = found.laestab.replace("/", "").strip()[:3]
    told = []
    if authority and authority != reply.code:
        told.append(f"The school's number is one of {named(authority)}. Check it with them.")
    if found.started_on is not None and found.started_on > today:
        told.append("The start lies ahead: the child is not in education yet.")
    if last_attended_on and found.started_on is not None and found.started_on < last_attended_on:
        told.append("The child was still at school here after that start. It may be another child: ask them.")
    return tuple(told)


def conflict(replies: Sequence[Reply]) -> str:
    """The task for somebody to resolve where two finds differ; '' where they do not."""
    found = finds(replies)
    if all(_agree(one, other) for one, other in combinations(found, 2)):
        return ""
    where = " and ".join(dict.fromkeys(named(each.code) for each in found))
    return f"Two answers say that the child is in different places: {where}. Find out which is right."


def _about_sender(reply: Reply, today: date, sent_on: date | None) -> Iterator[tuple[str, str]]:
    if not recognised(reply.code):
        yield "code", "Choose the local authority that answered."
    if not reply.officer.strip():
        yield "officer", "Enter the name of the officer who answered."
    if reply.replied_on is None:
        yield "replied_on", "Enter the date of the answer."
    elif reply.replied_on > today:
        yield "replied_on", "The date of the answer must be today or earlier."
    elif sent_on is not None and reply.replied_on < sent_on:
        yield "replied_on", "The date of the answer must be on or after the day the request was sent."


def _places(found: Finding) -> Iterator[tuple[str, str]]:
    for name in ("seen_by", "contact", "onward", "question"):
        if speaks_of_a_place(getattr(found, name)):
            yield name, PLACE


def _on_roll(found: Finding) -> Iterator[tuple[str, str]]:
    try:
        read_laestab(found.laestab)
    except NotANumber as wrong:
        given = found.laestab.strip()
        yield "laestab", " ".join(wrong.faults) if given else "Enter the school's LAESTAB, such as 8404123."
    if found.started_on is None:
        yield "started_on", "Enter the date on which the child started there."


def _not_on_roll(found: Finding) -> Iterator[tuple[str, str]]:
    if not found.address.strip():
        yield "address", "Enter the address where the child is."
    if not found.seen_by.strip():
        yield "seen_by", "Enter who saw the child."


def _at_home(found: Finding) -> Iterator[tuple[str, str]]:
    if not found.contact.strip():
        yield "contact", "Enter whom to reach in the home education team."
    if found.started_on is None:
        yield "started_on", "Enter the date since which the child is home-educated."


def _gone(found: Finding) -> Iterator[tuple[str, str]]:
    if found.known_from_on is None:
        yield "known_from_on", "Enter from when the child was known there."
    if found.known_until_on is None:
        yield "known_until_on", "Enter until when the child was known there."
    elif found.known_from_on is not None and found.known_until_on < found.known_from_on:
        yield "known_until_on", "The child cannot have left before it was known there. Check both dates."
    if not (found.onward.strip() or found.onward_code):
        yield "onward", "Enter the authority or country the child went on to, or “not known”."


def _asks(found: Finding) -> Iterator[tuple[str, str]]:
    if not found.question.strip():
        yield "question", "Enter what they ask."


def _doubled(found: Finding) -> Iterator[tuple[str, str]]:
    if not found.other_reference.strip():
        yield "other_reference", "Enter the reference of the other request."


_CAPTURED: Mapping[Kind, Callable[[Finding], Iterable[tuple[str, str]]]] = MappingProxyType(
    {
        Kind.NO_TRACE: lambda _found: (),
        Kind.FOUND_ON_ROLL: _on_roll,
        Kind.FOUND_NOT_ON_ROLL: _not_on_roll,
        Kind.FOUND_EHE: _at_home,
        Kind.PREVIOUSLY_KNOWN: _gone,
        Kind.MORE_INFO_NEEDED: _asks,
        Kind.DUPLICATE: _doubled,
    }
)
"""What each kind must capture beside the authority, its officer and the date."""


def _located(reply: Reply, confirms: str, task: str) -> Effect:
    return Effect(
        note=f"located, confirm with LA {reply.code}",
        task=task,
        located=True,
        drafts_stop=True,
        confirms=confirms,
    )


def _went_on(reply: Reply) -> Effect:
    finding = reply.finding
    onward = named(finding.onward_code) if finding.onward_code else finding.onward.strip()
    if finding.onward_code:
        task = f"Ask {onward} about the child."
    else:
        task = f"Enquire onward: {onward}. A move abroad needs evidence, from the school there or of travel."
    return Effect(note="", task=task)


_EFFECTS: Mapping[Kind, Callable[[Reply], Effect]] = MappingProxyType(
    {
        Kind.NO_TRACE: lambda _reply: Effect(note="", task=""),
        Kind.FOUND_ON_ROLL: lambda reply: _located(
            reply,
            f"LA {reply.code} or the school confirms that the child is on its roll",
            f"Confirm with LA {reply.code} or the school. The last school then sends it the pupil file.",
        ),
        Kind.FOUND_NOT_ON_ROLL: lambda reply: _located(
            reply,
            f"a named officer of LA {reply.code} accepts the child",
            f"Hand the child over to a named officer of LA {reply.code}. The child is still missing from "
            "education.",
        ),
        Kind.FOUND_EHE: lambda reply: _located(
            reply,
            f"LA {reply.code} confirms the home education in writing",
            f"Ask LA {reply.code} to confirm the home education in writing.",
        ),
        Kind.PREVIOUSLY_KNOWN: _went_on,
        Kind.MORE_INFO_NEEDED: lambda reply: Effect(
            note="",
            task=f"Answer the question of LA {reply.code}, with no more than it needs.",
            drafts_answer=True,
        ),
        Kind.DUPLICATE: lambda reply: Effect(
            note="", task="Link the two requests.", links_to=reply.finding.other_reference.strip()
        ),
    }
)


def _agree(one: Reply, other: Reply) -> bool:
    """Whether two finds can both be right: one school, or one authority that says nothing else."""
    schools = {_school(each) for each in (one, other)} - {""}
    if len(schools) > 1:
        return False
    if all(each.finding.kind is Kind.FOUND_ON_ROLL for each in (one, other)):
        return True
    kinds = {one.finding.kind, other.finding.kind}
    return one.code == other.code and kinds != {Kind.FOUND_ON_ROLL, Kind.FOUND_EHE}


def _school(reply: Reply) -> str:
    if reply.finding.kind is not Kind.FOUND_ON_ROLL:
        return ""
    return "".join(sign for sign in reply.finding.laestab if sign.isdigit())


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


_DATES = ("started_on", "known_from_on", "known_until_on")
