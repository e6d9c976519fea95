"""The zip of an .xlsx or .ods as it was sent, and the one that is handed on in its place.

The value reader never sees the file as it was sent: it gets a zip written here that holds only parts which
were unpacked in full, counted and checked. So the two cannot disagree about what the zip holds, and a second
copy of a part, an odd name or a lie about a size has nowhere to hide.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import BinaryIO, NamedTuple

from .markup import Cuts, Grammar, Part
from .refusal import Caps, Refusal

PIECE = 64 * 1024
RAW_DEFLATE = -15
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
DIRECTORY_ENTRY = struct.Struct("<4s6H3I5H2I")
DIRECTORY_END = struct.Struct("<4s4H2IH")
VERSION = 20
NAME_IS_UTF8 = 0x800
MIDNIGHT, FIRST_DAY = 0, 0x21


class PackedPart(NamedTuple):
    """A part as it stands in a zip. `method` is the zip's own number for how it is packed."""

    name: str
    method: int
    checksum: int
    size: int
    packed: bytes


class Container:
    """Unpacks parts one at a time and keeps, still packed, those that may be read."""

    def __init__(self, file: BinaryIO, caps: Caps) -> None:
        """`file` is the zip, open for reading at any place: no more of it is held than is needed."""
        self._file = file
        self._caps = caps
        self._unpacked = 0
        self._kept: list[PackedPart] = []
        try:
            with zipfile.ZipFile(file) as archive:
                self._parts = {part.filename: part for part in archive.infolist() if not part.is_dir()}
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise Refusal("damaged_file") from None

    def names(self) -> list[str]:
        return list(self._parts)

    def check(self, name: str, grammar: Grammar, *, prove: bool = True) -> Cuts:
        """Hold a part to a grammar and return where it may be divided.

        `prove=False` takes the slow path for every row, and then it may not be.
        """
        part = Part(grammar, prove=prove)
        for piece in self.pieces(name):
            part.write(piece)
        part.close()
        return part.cuts

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a part. Raises Refusal at the cap, or where the zip is wrong about them."""
        part = self._parts[name]
        size = checksum = 0
        for piece in self._unpack(part):
            size += len(piece)
            self._unpacked += len(piece)
            if self._unpacked > self._caps.unpacked_bytes:
                raise Refusal("unpacked_too_large")
            checksum = zlib.crc32(piece, checksum)
            yield piece
        if size != part.file_size or checksum != part.CRC:
            raise Refusal("damaged_file")

    def start_of(self, name: str) -> bytes:
        """Return up to 64 bytes of a part without counting them."""
        return next(self._unpack(self._parts[name]), b"")[:64]

    def keep(self, name: str) -> None:
        """Hand this part on. To be called when its `pieces` have run to their end."""
        self._kept.append(self.whole(name))

    def size(self, name: str) -> int:
        """Return the bytes of a part when unpacked."""
        return self._parts[name].file_size

    @property
    def kept_bytes(self) -> int:
        """The bytes of all kept parts when unpacked."""
        return sum(part.size for part in self._kept)

    def repack(self, *more: PackedPart) -> BytesIO:
        """Return the zip of the kept parts, each with the packed bytes that were checked, and some more."""
        return _zipped((*self._kept, *more))

    def whole(self, name: str) -> PackedPart:
        """Return a part with its bytes as they were sent."""
        part = self._parts[name]
        packed = b"".join(self._packed(part))
        return PackedPart(name, part.compress_type, part.CRC, part.file_size, packed)

    def blocks(self, name: str, cuts: Cuts) -> Iterator[PackedPart]:
        """Yield a checked part in blocks of whole rows, each under the part's own name.

        With every block the kept parts are read again, so none but the last is smaller than all of them.
        """
        least, places = self.kept_bytes, deque(cuts.at)
        held, reached, opens = bytearray(), 0, b""
        for piece in self._unpack(self._parts[name]):
            held += piece
            while places and places[0] - reached <= len(held):
                end = places.popleft() - reached
                if end >= least:
                    yield _stored(name, b"".join((opens, held[:end], cuts.closes)))
                    del held[:end]
                    reached, opens = reached + end, cuts.opens
        yield _stored(name, opens + held)

    def _packed(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield the bytes of a part as they were sent."""
        self._file.seek(part.header_offset)
        try:
            header = LOCAL_HEADER.unpack(self._file.read(LOCAL_HEADER.size))
        except struct.error:
            raise Refusal("damaged_file") from None
        if header[0] != b"PK\x03\x04":
            raise Refusal("damaged_file")
        place = part.header_offset + LOCAL_HEADER.size + header[-2] + header[-1]
        end = place + part.compress_size
        while place < end:
            self._file.seek(place)
            piece = self._file.read(min(PIECE, end - place))
            if not piece:
                raise Refusal("damaged_file")
            place += len(piece)
            yield piece

    def _unpack(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        if part.compress_type == zipfile.ZIP_STORED:
            yield from self._packed(part)
            return
        if part.compress_type != zipfile.ZIP_DEFLATED:
            raise Refusal("damaged_file")
        stream = zlib.decompressobj(RAW_DEFLATE)
        try:
            for packed in self._packed(part):
                given = packed
                while piece := stream.decompress(given, PIECE):
                    given = stream.unconsumed_tail
                    yield piece
        except zlib.error:
            raise Refusal("damaged_file") from None
        if not stream.eof or stream.unused_data:
            raise Refusal("damaged_file")


def _stored(name: str, content: bytes) -> PackedPart:
    return PackedPart(name, zipfile.ZIP_STORED, zlib.crc32(content), len(content), content)


def _zipped(parts: Sequence[PackedPart]) -> BytesIO:
    out, directory = BytesIO(), BytesIO()
    for part in parts:
        name = part.name.encode()
        shape = (
            NAME_IS_UTF8,
            part.method,
            MIDNIGHT,
            FIRST_DAY,
            part.checksum,
            len(part.packed),
            part.size,
        )
        places = (len(name), 0, 0, 0, 0, 0, out.tell())
        directory.write(DIRECTORY_ENTRY.pack(b"PK\x01\x02", VERSION, VERSION, *shape, *places))
        directory.write(name)
        out.write(LOCAL_HEADER.pack(b"PK\x03\x04", VERSION, *shape, len(name), 0))
        out.write(name)
        out.write(part.packed)
    listing, count = directory.getvalue(), len(parts)
    end = DIRECTORY_END.pack(b"PK\x05\x06", 0, 0, count, count, len(listing), out.tell(), 0)
    out.write(listing + end)
    out.seek(0)
    return out
