"""Elements of the manifest that Debian's aapt2 does not know yet.

It refuses what it does not know, but passes over what has a namespace. So such an element stands in the manifest as `newer:queries`, is compiled as it is,
and loses the namespace here: no element of an Android manifest has one.
"""

import struct

START, END = 0x0102, 0x0103
NONE = 0xFFFFFFFF
HEADER = struct.Struct("<HHI")


def without_namespace(compiled):
    """The compiled manifest, in which no element has a namespace."""
    manifest = bytearray(compiled)
    at = HEADER.size
    while at < len(manifest):
        kind, _, size = HEADER.unpack_from(manifest, at)
        if kind in (START, END):
            # Header, line and comment come before it.
            struct.pack_into("<I", manifest, at + 16, NONE)
        at += size
    return bytes(manifest)
