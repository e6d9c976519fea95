"""Streaming one XML part through expat, with the rows that are proven harmless cut out before it.

A school year is 640,000 cells, and a Python call for each takes longer than reading them. So a grammar may
offer a pattern for the one way in which common programs write a row. A row that matches in full is well
formed and within the caps by what the pattern allows; it is counted and not shown to expat. Everything else
is, and meets every check. Cutting is sound only where a whole element may stand: `_feed` watches that the
bytes before end in a complete tag, and the grammar that the open element is one that holds rows. A comment,
a CDATA section or an attribute that merely looks like a row is therefore never cut.

For the same reason a part may be divided where such a row begins: see `Cuts`.
"""

from __future__ import annotations

from typing import Protocol
from xml.parsers import expat

from .refusal import Refusal

DEEPEST = 100
LONGEST_ROW = 4 * 1024 * 1024
BLOCK = 64 * 1024
SPACE = b" \t\r\n"
SHOWN = 40
"""Characters kept of an error's text."""
TEXT = rb"[^<>&\x00-\x08\x0b-\x1f]{0,%d}+"
"""Text without markup, entities, carriage returns or control characters, as long as a cell may be."""


class Grammar(Protocol):
    """The checks for one kind of part. Names arrive without their prefix."""

    row_opens: bytes
    row_closes: bytes

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, data: str) -> None: ...

    def may_hold_row(self) -> bool:
        """Whether a row may stand where the parser is now, directly after a complete tag."""

    def prove_row(self, data: bytes, position: int) -> int:
        """Count the row that begins at `position` and return where it ends, or -1 if it is not proven."""


class Cuts:
    """Where a part may be divided into blocks, so that a reader of values need not hold all of it at once.

    `at` are offsets in bytes, `BLOCK` or more apart, each the start of a proven row. `opens` and `closes` are
    the tags, without attributes, that make a block with whole rows a part in itself.
    """

    def __init__(self) -> None:
        self.at: list[int] = []
        self.opens = self.closes = b""


class Part:
    """One XML part, fed in pieces of any size."""

    def __init__(self, grammar: Grammar, *, prove: bool = True) -> None:
        """`prove=False` shows every byte to expat: the slow path alone, against which the other is tested."""
        self.cuts = Cuts()
        self._grammar = grammar
        self._prove = prove and bool(grammar.row_opens)
        self._pending = b""
        self._passed = 0
        self._begun = False
        self._open: list[str] = []
        self._tags = 0
        self._after_tag = False
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = grammar.text
        parser.XmlDeclHandler = self._declare
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.EntityDeclHandler = self._refuse_doctype
        parser.ExternalEntityRefHandler = self._refuse_doctype
        # Newer expat may hold a finished tag back; the proof of where a row stands needs its event at once.
        if hasattr(parser, "SetReparseDeferralEnabled"):
            parser.SetReparseDeferralEnabled(False)
        self._parser = parser

    def write(self, data: bytes) -> None:
        """Take the next bytes of the part. Raises Refusal."""
        if not self._begun:
            data = self._pending + data
            if len(data) < 4:
                self._pending = data
                return
            self._begin(data)
        if not self._prove:
            self._parse(data)
            return
        data = self._pending + data if self._pending else data
        self._pending = self._cut(data)
        self._passed += len(data) - len(self._pending)

    def close(self) -> None:
        """The part is complete. Raises Refusal if it is cut short."""
        if not self._begun:
            raise Refusal("damaged_file")
        self._parse(self._pending, final=True)

    def _begin(self, data: bytes) -> None:
        # UTF-16 hides from any look at the bytes, and every program that writes workbooks uses UTF-8.
        if data[:2] in (b"\xff\xfe", b"\xfe\xff") or 0 in data[:4]:
            raise Refusal("unusual_encoding")
        self._begun = True
        self._pending = b""

    def _cut(self, data: bytes) -> bytes:
        """Prove or parse as much as can be decided, and return the rest."""
        grammar = self._grammar
        position, opens = 0, grammar.row_opens
        while True:
            at_row = data.startswith(opens, position)
            if at_row and self._after_tag and grammar.may_hold_row():
                end = grammar.prove_row(data, position)
                if end > position:
                    self._note_cut(self._passed + position)
                    position = end
                    continue
                if data.find(grammar.row_closes, position) < 0 and len(data) - position < LONGEST_ROW:
                    return data[position:]
            following = data.find(opens, position + 1 if at_row else position)
            if following < 0:
                last = data.rfind(b"<", position)
                # Keep back a tag that may not be complete, unless it is absurdly long.
                stop = last if last > position and len(data) - last < LONGEST_ROW else position
                if stop == position and len(data) - position >= LONGEST_ROW:
                    stop = len(data)
                self._feed(data[position:stop])
                return data[stop:]
            self._feed(data[position:following])
            position = following

    def _note_cut(self, at: int) -> None:
        cuts = self.cuts
        if at - (cuts.at[-1] if cuts.at else 0) >= BLOCK:
            cuts.at.append(at)
            cuts.opens = "".join(f"<{name}>" for name in self._open).encode()
            cuts.closes = "".join(f"</{name}>" for name in reversed(self._open)).encode()

    def _feed(self, data: bytes) -> None:
        """Parse, and note whether the parser now stands directly after a complete tag."""
        tag = data.rfind(b"<")
        if tag < 0:
            self._after_tag = self._after_tag and not data.strip(SPACE)
            self._parse(data)
            return
        self._parse(data[:tag])
        before = self._tags
        self._parse(data[tag:])
        closed = data[tag:].rstrip(SPACE)
        self._after_tag = (
            self._tags > before and closed[1:2] not in (b"!", b"?") and closed.find(b">") == len(closed) - 1
        )

    def _parse(self, data: bytes, *, final: bool = False) -> None:
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError:
            raise Refusal("damaged_file") from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._tags += 1
        self._open.append(name)
        if len(self._open) > DEEPEST:
            raise Refusal("damaged_file")
        self._grammar.start(name.rpartition(":")[2], attributes)

    def _end(self, name: str) -> None:
        self._tags += 1
        self._open.pop()
        self._grammar.end(name.rpartition(":")[2])

    def _declare(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "us-ascii"):
            raise Refusal("unusual_encoding")

    def _refuse_doctype(self, *_declaration: object) -> int:
        raise Refusal("malicious_xml")


def is_xml_text(data: bytes) -> bool:
    """Whether bytes free of control characters are UTF-8 that XML allows."""
    if data.isascii():
        return True
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return "\ufffe" not in text and "\uffff" not in text


def without_groups(pattern: bytes) -> bytes:
    """Return the pattern with its capturing groups made plain ones."""
    return pattern.replace(b"(", b"(?:").replace(b"(?:?", b"(?")
