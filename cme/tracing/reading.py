"""Reading requests about children from the text of a message: `Label: value`, and what stands beside it.

Every line is either read or given back as unread; none is dropped. Labels are data (`requests.read_labels`).
Source: tracing.md s.3.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cme.identity.names import compared
from cme.tracing.dates import NOT_A_DATE, read_date
from cme.tracing.details import REFERENCE
from cme.tracing.message import TELEPHONE_FIRST
from cme.tracing.requests import (
    UPN_SHAPE,
    WHO,
    Field,
    IncomingRequest,
    UnreadLine,
    read_labels,
    read_stop_phrases,
)

Parts = list[tuple[Field, str]]
"""What one line says: fields with their values."""


def read_requests(text: str) -> tuple[IncomingRequest, ...]:
    """The requests in a text, in order; () where it has nothing in it.

    A reference begins a new request once the one before says whom it is about.
    """
    blocks = _blocks(list(enumerate(text.splitlines(), 1)))
    return tuple(_Block(block).read() for block in blocks if any(line.strip() for _, line in block))


_Lines = Sequence[tuple[int, str]]


def _bare(line: str) -> str:
    """A line without the marks of a quoted message or a list; its indent stays."""
    return _BULLET.sub(r"\1", _QUOTED.sub("", line.replace("\u00a0", " ").replace("\ufeff", "")))


def _blocks(lines: _Lines) -> list[_Lines]:
    """The lines of each request: cut at references, with the sender's lines straight above them."""
    cuts = [0]
    current, names_somebody = "", False
    for place, (_, line) in enumerate(lines):
        said = _parts(_bare(line))
        found = next((value for name, value in said if name is Field.REFERENCE), "")
        if found and current and found != current and names_somebody:
            start = place
            while start - 1 > cuts[-1] and _is_heading(lines[start - 1][1]):
                start -= 1
            cuts.append(start)
            names_somebody = False
        current = found or current
        names_somebody = names_somebody or any(name in WHO and value for name, value in said)
    return [lines[start:end] for start, end in zip(cuts, [*cuts[1:], len(lines)], strict=True)]


def _is_heading(line: str) -> bool:
    said = _parts(_bare(line))
    return bool(said) and all(name in _HEADING for name, _ in said)


@dataclass
class _Block:
    """The lines of one request, and what was read of them so far."""

    lines: _Lines
    values: dict[Field, str] = field(default_factory=dict)
    unread: list[UnreadLine] = field(default_factory=list)
    open_field: Field | None = None
    """The field that the next line may go on with."""

    def read(self) -> IncomingRequest:
        for number, line in self.lines:
            if not any(sign.isalnum() for sign in line):
                self.open_field = None
            elif not self._take(_bare(line)):
                self.unread.append(UnreadLine(number, line.strip()))
        whole = " ".join(" ".join(line for _, line in self.lines).casefold().split())
        has_one = not self.values.keys().isdisjoint({Field.REFERENCE, Field.YOUR_REFERENCE})
        if not has_one and (found := _REFERENCE.search(whole.upper())):
            self.values[Field.REFERENCE] = found.group()
        is_stop = any(phrase in whole for phrase in read_stop_phrases())
        first = next(number for number, line in self.lines if line.strip())
        return IncomingRequest(self.values, tuple(self.unread), is_stop, first)

    def _take(self, line: str) -> bool:
        """Read one line; False where it, or a part of it, was not read."""
        if said := _parts(line):
            results = [self._set(*one) for one in said]
            self.open_field = said[-1][0] if results[-1] else None
            return all(results)
        if (name := self._going_on(line)) is not None:
            held = self.values[name]
            between = _BETWEEN.get(name, " ") if held and held[-1] not in ",;" else " "
            self.values[name] = (held + between + line.strip()).strip()
            return True
        self.open_field = None
        if (found := UPN_SHAPE.search(line)) and Field.UPN not in self.values:
            self.values[Field.UPN] = found.group()
        return False

    def _set(self, name: Field, value: str) -> bool:
        """Keep a value; False where the field has another one that it cannot be added to."""
        held = self.values.get(name, "")
        if not held or not value or held.casefold() == value.casefold():
            self.values[name] = held or value
            return True
        if name in SEVERAL:
            self.values[name] = f"{held}; {value}"
            return True
        return False

    def _going_on(self, line: str) -> Field | None:
        """The field above that a line without a label goes on with; None where it does not.

        It does where that field is a long one or still empty, or where the line is indented.
        """
        name = self.open_field
        if name is None or _UNKNOWN_LABEL.match(line):
            return None
        return name if name in _LONG or not self.values[name] or line[:1].isspace() else None


def _parts(line: str) -> Parts:
    """The fields that a line gives by itself; [] for a line without a label that is known."""
    bare = line.strip()
    if len(bare) > _LONGEST_LINE:
        return []
    if match := _SUBJECT.fullmatch(bare):
        return [(Field.SUBJECT, bare), (Field.REFERENCE, match["reference"])]
    if any(phrase in bare.casefold() for phrase in (*read_stop_phrases(), _TELEPHONE_FIRST)):
        return [(Field.NOTES, bare)]
    if (match := _REPLY_BY.fullmatch(bare)) and read_date(match["on"]).fault != NOT_A_DATE:
        return [(Field.REPLY_BY, match["on"])]
    if bare.casefold().startswith(_REPLY_ANYWAY):
        return [(Field.NOTES, bare)]
    if match := _UPN_ALONE.fullmatch(bare):
        return [(Field.UPN, match["upn"])]
    return _labelled(bare)


def _labelled(line: str) -> Parts:
    """Label and value, or several of both in one line as long as the values are short ones."""
    match = _LABEL.match(line)
    name = _field_of(match["label"]) if match else None
    if match is None or name is None:
        return []
    value, said = line[match.end() :], []
    while name not in _LONG and (found := _next_label(value)):
        said.append((name, value[: found.start].strip(" ,;|\t")))
        name, value = found.name, value[found.end :]
    return [*said, (name, value.strip())]


class _Label(NamedTuple):
    """A label inside a line: what it is of, and from where to where it stands with its colon."""

    name: Field
    start: int
    end: int


def _next_label(text: str) -> _Label | None:
    """The first label with a colon in a text: of the words before the colon, as many as make one."""
    begun = 0
    for colon in _COLON.finditer(text):
        for word in [word.start() for word in _WORD.finditer(text, begun, colon.start())][-_MOST_WORDS:]:
            if name := _field_of(text[word : colon.start()]):
                return _Label(name, word, colon.end())
        begun = colon.end()
    return None


def _field_of(label: str) -> Field | None:
    return read_labels().get(compared(label))


_QUOTED = re.compile(r"^(?:> ?)+")
_BULLET = re.compile(r"^(\s*)(?:[-*\u2022\u00b7]|[0-9]{1,2}[.)])\s+(?=\S)")
_LONGEST_LINE = 2000
_LABEL = re.compile(r"(?P<label>[^:=\t]{1,60}?)\s*(?:[:=\t]| [-\u2013\u2014] )")
_UNKNOWN_LABEL = re.compile(r"\s*[A-Z][^:]{0,40}:(?:\s|$)")
_COLON = re.compile(":")
_WORD = re.compile(r"[^\s,;|]+")
_MOST_WORDS = 5
_SUBJECT = re.compile(
    r"(?:subject\s*:\s*)?(?:(?:re|fwd?)\s*:\s*)*CME trace - [0-9]{3} - (?P<reference>\S+)(?: - [\w\- ]+)?",
    re.IGNORECASE,
)
_REPLY_BY = re.compile(
    r"(?:please )?(?:reply|respond|answer)\b.*?\bby:? (?P<on>(?!S2S)[^,]+?)\.?", re.IGNORECASE
)
_UPN_ALONE = re.compile(rf"(?:UPN\W*)?(?P<upn>{UPN_SHAPE.pattern})\W*", re.IGNORECASE)
_REFERENCE = re.compile(rf"(?<![A-Z0-9-]){REFERENCE.pattern}(?![A-Z0-9-])")
_TELEPHONE_FIRST = TELEPHONE_FIRST.rstrip(".").casefold()
_REPLY_ANYWAY = "please reply by s2s message"

_HEADING = frozenset(
    {Field.SUBJECT, Field.REFERENCE, Field.YOUR_REFERENCE, Field.SENDER, Field.OFFICER, Field.PHONE}
    | {Field.EMAIL, Field.ASKED_ON}
)
_LONG = frozenset(
    {Field.ADDRESS, Field.PARENTS, Field.SIBLINGS, Field.LAST_SCHOOL, Field.CHECKS, Field.DESTINATION}
    | {Field.NOTES}
)
"""Fields of several lines, in which a colon is no label."""
SEVERAL = _LONG | {Field.OTHER_SURNAMES, Field.OTHER_FORENAMES, Field.OTHER_NAMES, Field.FORMER_UPNS}
"""Fields that may be given more than once."""
_BETWEEN = {Field.ADDRESS: ", ", Field.PARENTS: "; ", Field.SIBLINGS: "; "}
