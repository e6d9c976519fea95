"""The messages of a trace as plain text to paste: the request, and what is sent after it.

`Label: value`, one line for each; an optional line without a value is left out. No subject ever holds a name:
it is made of our code and our reference alone. Source: tracing reference s.2.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from cme.tracing.details import REFERENCE, Choices, Sender, Sibling, TraceDetails

NOT_KNOWN = "not known"
TELEPHONE_FIRST = "Please telephone before replying."
STOP = "Located - please stop searching. Please delete your copy."
"""The whole body of the message that ends a search: no name, no place."""

ENDED = "This request has ended - please stop searching. Please delete your copy."
"""The whole body of the message that takes a request back."""


class Purpose(StrEnum):
    """What a message after the request is for."""

    FOLLOW_UP = "follow_up"
    ANSWER = "answer"
    REMINDER = "reminder"
    STOP = "stop"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """The purpose in the words people read."""
        return _PURPOSES[self]

    @property
    def is_own_words(self) -> bool:
        """Whether somebody writes it: the others say the same of every child."""
        return self in (Purpose.FOLLOW_UP, Purpose.ANSWER)


_PURPOSES: Mapping[Purpose, str] = MappingProxyType(
    {
        Purpose.FOLLOW_UP: "Follow-up",
        Purpose.ANSWER: "Answer to a question",
        Purpose.REMINDER: "Reminder",
        Purpose.STOP: "Located: please stop searching",
        Purpose.ENDED: "Request ended: please stop searching",
    }
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is pasted: one line of subject, and the body."""

    subject: str
    body: str

    @property
    def text(self) -> str:
        """Both, as a file for download holds them."""
        return f"Subject: {self.subject}\n\n{self.body}"


def compose(details: TraceDetails, choices: Choices, *, restricted: bool) -> Message:
    """The request. For a restricted child without address, parents, siblings, ethnicity or language.

    Raises ValueError for a reference or a code that a subject cannot be made of.
    """
    lines = (
        *_heading(details.reference, details.sender),
        *_who(details),
        *(() if restricted else _home(details)),
        *_school(details, choices, restricted=restricted),
        *_beliefs(details, choices, restricted=restricted),
    )
    body = [f"{label}: {tidy}" for label, value in lines if (tidy := tidied(value))]
    if restricted or choices.telephone_first:
        body.append(TELEPHONE_FIRST)
    body.append(f"Please reply by S2S message even if no trace{_by(details.reply_by_on)}.")
    return Message(subject_of(details.sender.code, details.reference), _lines(body))


def follow_up(details: TraceDetails, text: str) -> Message:
    """What changed after a request was sent: the sent text itself stays as it is."""
    return _further(details, "follow-up", text)


def answer(details: TraceDetails, text: str) -> Message:
    """The answer to an authority that asked for more."""
    return _further(details, "answer", text)


def reminder(details: TraceDetails) -> Message:
    """The one reminder to an authority that let the day for an answer pass."""
    asked = f"We asked for your answer{_by(details.reply_by_on)} and have none."
    return _further(details, "reminder", f"{asked} Please reply by S2S message even if no trace.")


def stop(code: str, reference: str) -> Message:
    """The message to everybody who was asked, once the child is found. `code` is our own."""
    return Message(subject_of(code, reference, "located"), _lines([STOP]))


def ended(code: str, reference: str) -> Message:
    """The message to everybody who was asked, once a request ends and the child is not located."""
    return Message(subject_of(code, reference, "ended"), _lines([ENDED]))


def subject_of(code: str, reference: str, purpose: str = "") -> str:
    """The subject of a message: CME trace - 841 - TR-2026-0042, and what it is about beside.

    Raises ValueError for a code or a reference of another shape: free text could hold a name.
    """
    if not (len(code) == 3 and code.isascii() and code.isdigit() and REFERENCE.fullmatch(reference)):
        raise ValueError("a subject is made of a three-digit code and our own reference")
    return " - ".join(filter(None, ("CME trace", code, reference, purpose)))


def sent_by(sender: Sender) -> str:
    """The line that says whom a message is from."""
    return ", ".join(
        filter(
            None,
            (
                f"{tidied(sender.authority)} ({sender.code})",
                tidied(sender.officer),
                tidied(sender.phone),
                tidied(sender.email),
            ),
        )
    )


def tidied(text: str) -> str:
    """A value on one line: without line breaks and control characters, which could pass for other lines."""
    kept = (" " if unicodedata.category(each) in _BREAKING else each for each in text)
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def school_of(name: str, number: str) -> str:
    """A school as messages name it: Example Primary School (841/2000), or what is known of it."""
    name, number = tidied(name), tidied(number)
    return f"{name} ({number})" if name and number else name or number


def shown(on: date | None) -> str:
    """A date as messages show it: 09/03/2018; '' for none."""
    return f"{on:%d/%m/}{on.year:04d}" if on else ""


_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})


def _heading(reference: str, sender: Sender) -> Iterator[tuple[str, str]]:
    yield "Our reference", reference
    yield "From", sent_by(sender)


def _who(details: TraceDetails) -> Iterator[tuple[str, str]]:
    yield "Legal surname", details.surname
    yield "Forenames", details.forenames
    yield "Known as", details.known_as
    yield "Former names", _several(details.former_names)
    yield "Preferred names", _several(details.preferred_names)
    yield "Date of birth", shown(details.born_on)
    yield "Sex", details.sex or NOT_KNOWN
    yield "UPN", details.upn.strip() or NOT_KNOWN
    yield "Former UPNs", _several(details.former_upns)
    yield "Year group", details.year_group


def _home(details: TraceDetails) -> Iterator[tuple[str, str]]:
    address = ", ".join(line for each in details.address.splitlines() if (line := tidied(each).strip(", ")))
    postcode = tidied(details.postcode)
    if _closed(postcode) not in _closed(address):
        address = ", ".join(filter(None, (address, postcode)))
    yield "Last address", address
    yield "Parents or carers", _several(details.carers)
    yield "Siblings", _several(map(_sibling, details.siblings), "; ")


def _school(details: TraceDetails, choices: Choices, *, restricted: bool) -> Iterator[tuple[str, str]]:
    if choices.last_school or not restricted:
        yield "Last school", school_of(details.school_name, details.school_number)
    yield "Last attended", shown(details.last_attended_on)
    yield "Last seen", shown(details.last_seen_on)
    yield "Removed from roll", _removal(details)
    yield "Checks made", details.checks


def _beliefs(details: TraceDetails, choices: Choices, *, restricted: bool) -> Iterator[tuple[str, str]]:
    if choices.destination or not restricted:
        destination, why = tidied(details.destination), tidied(details.destination_why)
        yield "Believed destination", f"{destination}, because {why}" if destination and why else destination
    if choices.ethnicity and not restricted:
        yield "Ethnicity", details.ethnicity
    if choices.first_language and not restricted:
        yield "First language", details.first_language


def _removal(details: TraceDetails) -> str:
    if details.off_roll_on is None:
        return ""
    rules = f"{tidied(details.regulations)} regulations" if details.regulations.strip() else ""
    ground = f"ground {tidied(details.ground)}" if details.ground.strip() else ""
    return ", ".join(filter(None, (shown(details.off_roll_on), rules, ground)))


def _sibling(sibling: Sibling) -> str:
    return ", ".join(filter(None, (tidied(sibling.name), shown(sibling.born_on), tidied(sibling.school))))


def words_of(body: str) -> str:
    """What somebody wrote of a follow-up or an answer, without the lines that stand before it."""
    return body.partition("\n\n")[2].strip()


def _further(details: TraceDetails, purpose: str, text: str) -> Message:
    heading = [f"{label}: {value}" for label, value in _heading(details.reference, details.sender)]
    said = [tidied(line) for line in text.strip().splitlines()]
    subject = subject_of(details.sender.code, details.reference, purpose)
    return Message(subject, _lines([*heading, "", *said]))


def _several(values: Iterable[str], between: str = ", ") -> str:
    return between.join(filter(None, map(tidied, values)))


def _closed(text: str) -> str:
    return "".join(text.split()).casefold()


def _by(on: date | None) -> str:
    return f", by {shown(on)}" if on else ""


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"
