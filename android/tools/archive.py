"""Zip files whose bytes depend on their content alone, with the alignment that Android asks for."""

import struct
import zipfile
import zlib
from dataclasses import dataclass

# Android maps stored libraries straight from the package; newer phones have pages of 16 KiB.
PAGE = 16384
WORD = 4
# The field in which the alignment is noted; apksigner keeps to it when it copies entries.
ALIGNMENT_FIELD = 0xD935
# 1 January 1980, the first day a zip file knows.
FIRST_DAY = 0x21
UTF8_NAMES = 0x800


@dataclass(frozen=True)
class Stored:
    """Kept as it is, beginning at a multiple of `alignment` bytes."""

    content: bytes
    alignment: int = WORD


@dataclass(frozen=True)
class Deflated:
    """Compressed, or stored where that is not longer."""

    content: bytes


def _deflate(content):
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return compressor.compress(content) + compressor.flush()


def _padding(start, alignment):
    """An extra field that moves what follows it, `start` bytes into the file, to a multiple of `alignment`."""
    empty = -(start + 6) % alignment
    return struct.pack("<HHH", ALIGNMENT_FIELD, 2 + empty, alignment) + bytes(empty)


def write(path, entries):
    """Writes entries (name → Stored or Deflated) in the order given."""
    directory = []
    with open(path, "wb") as file:
        for name, entry in entries.items():
            raw, offset, extra = name.encode(), file.tell(), b""
            method, body = 0, entry.content
            if isinstance(entry, Deflated):
                packed = _deflate(entry.content)
                if len(packed) < len(entry.content):
                    method, body = 8, packed
            if method == 0:
                alignment = entry.alignment if isinstance(entry, Stored) else WORD
                extra = _padding(offset + 30 + len(raw), alignment)
            sizes = struct.pack("<III", zlib.crc32(entry.content), len(body), len(entry.content))
            common = struct.pack("<HHHH", UTF8_NAMES, method, 0, FIRST_DAY) + sizes
            file.write(b"PK\3\4" + struct.pack("<H", 20) + common + struct.pack("<HH", len(raw), len(extra)) + raw + extra + body)
            directory.append(
                b"PK\1\2" + struct.pack("<HH", 20, 20) + common + struct.pack("<HHHHHII", len(raw), 0, 0, 0, 0, 0, offset) + raw
            )
        start = file.tell()
        file.write(b"".join(directory))
        size = file.tell() - start
        file.write(b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, len(directory), len(directory), size, start, 0))


def misaligned(path):
    """Stored entries that begin where Android cannot map them: (name, offset, alignment)."""
    found = []
    with open(path, "rb") as file, zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.compress_type != zipfile.ZIP_STORED:
                continue
            file.seek(entry.header_offset + 26)
            name_length, extra_length = struct.unpack("<HH", file.read(4))
            offset = entry.header_offset + 30 + name_length + extra_length
            alignment = PAGE if entry.filename.endswith(".so") else WORD
            if offset % alignment:
                found.append((entry.filename, offset, alignment))
    return found
