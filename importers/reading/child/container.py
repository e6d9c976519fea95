"""The zip of an .xlsx or .ods as it was sent, and the one that is handed on in its place.

The value reader never sees the file as it was sent: it gets a zip written here that holds only parts which
were unpacked in full, counted and checked. So the two cannot disagree about what the zip holds, and a second
copy of a part, an odd name or a lie about a size has nowhere to hide.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from .markup import Grammar, Part
from .refusal import Caps, Refusal

PIECE = 1024 * 1024
RAW_DEFLATE = -15
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
DIRECTORY_ENTRY = struct.Struct("<4s6H3I5H2I")
DIRECTORY_END = struct.Struct("<4s4H2IH")
VERSION = 20
NAME_IS_UTF8 = 0x800
MIDNIGHT, FIRST_DAY = 0, 0x21


class Container:
    """Unpacks parts one at a time and keeps, still packed, those that may be read."""

    def __init__(self, content: bytes, caps: Caps) -> None:
        self._content = content
        self._caps = caps
        self._unpacked = 0
        self._kept: list[zipfile.ZipInfo] = []
        try:
            with zipfile.ZipFile(BytesIO(content)) as archive:
                self._parts = {part.filename: part for part in archive.infolist() if not part.is_dir()}
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise Refusal("damaged_file") from None

    def names(self) -> list[str]:
        return list(self._parts)

    def check(self, name: str, grammar: Grammar, *, prove: bool = True) -> None:
        """Hold a part to a grammar. `prove=False` takes the slow path for every row."""
        part = Part(grammar, prove=prove)
        for piece in self.pieces(name):
            part.write(piece)
        part.close()

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
        self._kept.append(self._parts[name])

    def repack(self) -> BytesIO:
        """Return the zip of the kept parts, each with the packed bytes that were checked."""
        out, directory = BytesIO(), BytesIO()
        for part in self._kept:
            name, packed = part.filename.encode(), self._packed(part)
            shape = (
                NAME_IS_UTF8,
                part.compress_type,
                MIDNIGHT,
                FIRST_DAY,
                part.CRC,
                len(packed),
                part.file_size,
            )
            directory.write(
                DIRECTORY_ENTRY.pack(
                    b"PK\x01\x02", VERSION, VERSION, *shape, len(name), 0, 0, 0, 0, 0, out.tell()
                )
            )
            directory.write(name)
            out.write(LOCAL_HEADER.pack(b"PK\x03\x04", VERSION, *shape, len(name), 0))
            out.write(name)
            out.write(packed)
        listing, count = directory.getvalue(), len(self._kept)
        end = DIRECTORY_END.pack(b"PK\x05\x06", 0, 0, count, count, len(listing), out.tell(), 0)
        out.write(listing + end)
        out.seek(0)
        return out

    def _packed(self, part: zipfile.ZipInfo) -> bytes:
        start = part.header_offset
        try:
            header = LOCAL_HEADER.unpack_from(self._content, start)
        except struct.error:
            raise Refusal("damaged_file") from None
        first = start + LOCAL_HEADER.size + header[-2] + header[-1]
        packed = self._content[first : first + part.compress_size]
        if header[0] != b"PK\x03\x04" or len(packed) < part.compress_size:
            raise Refusal("damaged_file")
        return packed

    def _unpack(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        packed = self._packed(part)
        if part.compress_type == zipfile.ZIP_STORED:
            yield from (packed[at : at + PIECE] for at in range(0, len(packed), PIECE))
            return
        if part.compress_type != zipfile.ZIP_DEFLATED:
            raise Refusal("damaged_file")
        stream = zlib.decompressobj(RAW_DEFLATE)
        try:
            while piece := stream.decompress(packed, PIECE):
                packed = stream.unconsumed_tail
                yield piece
        except zlib.error:
            raise Refusal("damaged_file") from None
        if not stream.eof or stream.unused_data:
            raise Refusal("damaged_file")
