#!/usr/bin/env python3
"""The boxes of init and media segments, read strictly: the second reader's part that is written from proto/evidence/v1/MEDIA.md alone.

What is not in the one shape that MEDIA.md gives is a ValueError, LookupError or struct.error.
"""
import struct

MIB = 1 << 20


def need(holds):
    if not holds: raise ValueError


HIGH_PROFILES = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}
RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350]


def boxes(data):
    """(Kind, body) of the boxes that fill the data."""
    found, at = [], 0
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        need(8 <= size <= len(data) - at)
        found.append((kind, data[at + 8:at + size]))
        at += size
    return found


def box(kind, *parts): return struct.pack(">I4s", 8 + sum(map(len, parts)), kind) + b"".join(parts)
def u16(*values): return struct.pack(f">{len(values)}H", *values)
def u32(*values): return struct.pack(f">{len(values)}I", *(value % 2**32 for value in values))


def inside(data, *path):
    for kind in path: data = dict(boxes(data))[kind]
    return data


def matrix(rotation, width, height):
    a, b, x, y = {0: (1, 0, 0, 0), 90: (0, 1, height, 0), 180: (-1, 0, width, height), 270: (0, -1, 0, width)}[rotation]
    return u32(a << 16, b << 16, 0, -b << 16, a << 16, 0, x << 16, y << 16, 1 << 30)


IDENTITY = matrix(0, 0, 0)


def unescaped(nal, at):
    """A NAL unit without what keeps start codes out, and readers of its bits from `at`: so many, and an Exp-Golomb code."""
    raw = bytes(nal).replace(b"\0\0\3", b"\0\0")
    bits = "".join(f"{byte:08b}" for byte in raw)
    def u(count):
        nonlocal at
        at += count
        need(at <= len(bits))
        return int("0" + bits[at - count:at], 2)
    def ue():
        zeros = 0
        while not u(1): zeros += 1
        need(zeros < 32)
        return (1 << zeros) - 1 + u(zeros)
    return raw, u, ue


def shown(sps):
    """(Width, height, chroma format, luma and chroma depth less 8) of a sequence parameter set of H.264."""
    raw, u, ue = unescaped(sps, 32)
    def skip_scaling(size):
        last = following = 8
        for _ in range(size if u(1) else 0):
            if following: code = ue(); following = (last + (code + 1) // 2 * (1 if code % 2 else -1)) % 256
            last = following or last
    ue()
    chroma, luma_depth, chroma_depth = 1, 0, 0
    if raw[1] in HIGH_PROFILES:
        chroma = ue()
        if chroma == 3: u(1)
        luma_depth, chroma_depth, _ = ue(), ue(), u(1)
        for number in range((12 if chroma == 3 else 8) if u(1) else 0): skip_scaling(16 if number < 6 else 64)
    ue()
    order = ue()
    if order == 0: ue()
    if order == 1:
        u(1), ue(), ue()
        for _ in range(ue()): ue()
    ue(), u(1)
    width, height, fields = 16 * (ue() + 1), 16 * (ue() + 1), 2 - u(1)
    if fields == 2: u(1)
    u(1)
    left, right, top, bottom = (ue(), ue(), ue(), ue()) if u(1) else (0, 0, 0, 0)
    x, y = {1: (2, 2), 2: (2, 1)}.get(chroma, (1, 1))
    return width - x * (left + right), fields * (height - y * (top + bottom)), chroma, luma_depth, chroma_depth


def visual_entry(kind, width, height, config):
    return box(kind, bytes(6), u16(1), bytes(16), u16(width, height), u32(0x480000, 0x480000, 0), u16(1), bytes(32), u16(0x18, 0xFFFF), config)


def avc1(config):
    """The sample entry of an avcC, what a `take` says of it, and its parameter sets."""
    need(config[0] == 1 and config[4] == 0xFF and config[5] == 0xE1)
    at = 8 + int.from_bytes(config[6:8], "big")
    sets, count, at = [config[8:at]], config[at], at + 1
    for _ in range(count):
        end = at + 2 + int.from_bytes(config[at:at + 2], "big")
        sets, at = sets + [config[at + 2:end]], end
    need(1 <= count <= 8)
    width, height, chroma, luma, depth = shown(sets[0])
    tail = bytes([0xFC | chroma, 0xF8 | luma, 0xF8 | depth, 0]) if config[1] in HIGH_PROFILES else b""
    need(config[at:] == tail and sets[0][1:4] == config[1:4] and sets[0][0] & 31 == 7 and all(pps[0] & 31 == 8 for pps in sets[1:]))
    entry = visual_entry(b"avc1", width, height, box(b"avcC", config))
    return entry, {"codec": "avc1." + config[1:4].hex(), "width": width, "height": height}, set(sets)


def hvc1(config):
    """The same of an hvcC: its sets are taken out, all else is made of them."""
    sets, at = {}, 23
    while at < len(config):
        kind, count = struct.unpack_from(">BH", config, at)
        sets[kind], at = [], at + 3
        for _ in range(count):
            size, = struct.unpack_from(">H", config, at)
            need(1 <= size <= 1024 and at + 2 + size <= len(config))
            sets[kind].append(config[at + 2:at + 2 + size])
            at += 2 + size
    (vps,), (sps,), pictures = sets[0xA0], sets[0xA1], sets[0xA2]
    need(1 <= len(pictures) <= 8 and vps[:2] == b"\x40\1" and sps[:2] == b"\x42\1" and all(pps[:2] == b"\x44\1" for pps in pictures))
    raw, u, ue = unescaped(sps, 16)
    number, layers, nested = u(4), u(3), u(1)
    need(number == unescaped(vps, 16)[1](4) and layers <= 6)
    head = bytes(u(8) for _ in range(12))
    need(head[0] < 64)
    if layers:
        pairs = [u(2) for _ in range(8)]
        u(sum(88 * (pair >> 1) + 8 * (pair & 1) for pair in pairs[:layers]))
    own, chroma = ue(), ue()
    need(own <= 15 and chroma <= 3)
    if chroma == 3: u(1)
    width, height = ue(), ue()
    left, right, top, bottom = (ue(), ue(), ue(), ue()) if u(1) else (0, 0, 0, 0)
    x, y = {1: (2, 2), 2: (2, 1)}.get(chroma, (1, 1))
    width, height, luma, depth = width - x * (left + right), height - y * (top + bottom), ue(), ue()
    need(1 <= width <= 16384 and 1 <= height <= 16384 and luma <= 7 and depth <= 7)
    for pps in pictures:
        _, _, code = unescaped(pps, 16)
        need(code() <= 63 and code() == own)
    arrays = [bytes([kind]) + u16(len(group)) + b"".join(u16(len(one)) + one for one in group) for kind, group in ((0xA0, [vps]), (0xA1, [sps]), (0xA2, pictures))]
    made = [b"\1", head, u16(0xF000), bytes([0xFC, 0xFC | chroma, 0xF8 | luma, 0xF8 | depth, 0, 0, 8 * layers + 8 + 4 * nested + 3, 3]), *arrays]
    mirrored = int(f"{int.from_bytes(head[1:5], 'big'):032b}"[::-1], 2)
    constraints = "".join(f".{byte:X}" for byte in head[5:11].rstrip(b"\0"))
    codec = f"hvc1.{head[0] & 31}.{mirrored:X}.{'H' if head[0] & 32 else 'L'}{head[11]}{constraints}"
    entry = visual_entry(b"hvc1", width, height, box(b"hvcC", *made))
    return entry, {"codec": codec, "width": width, "height": height}, {vps, sps, *pictures}


def sound_entry(config):
    bits = int.from_bytes(config[:5].ljust(5, b"\0"), "big")
    kind, index, channels = bits >> 35, bits >> 31 & 15, bits >> 27 & 15
    rate, channels = (bits >> 7 & 0xFFFFFF, bits >> 3 & 15) if index == 15 else (RATES[index], channels)
    channels = 8 if channels == 7 else channels
    need(0 < channels <= 8 and len(config) >= 2)
    decoder = b"\4" + bytes([15 + len(config)]) + b"\x40\x15" + bytes(11) + b"\5" + bytes([len(config)]) + config
    esds = box(b"esds", bytes(4), b"\3" + bytes([6 + len(decoder)]) + bytes(3) + decoder + b"\6\1\2")
    entry = box(b"mp4a", bytes(6), u16(1), bytes(8), u16(channels, 16), bytes(4), u16(rate if rate < 65536 else 0, 0), esds)
    return entry, {"codec": f"mp4a.40.{kind}", "channels": channels}, rate


def trak(number, volume, place, edit, scale, handler, header, entry):
    empty = [box(kind, bytes(size)) for kind, size in ((b"stts", 8), (b"stsc", 8), (b"stsz", 12), (b"stco", 8))]
    table = box(b"stbl", box(b"stsd", u32(0, 1), entry), *empty)
    media = box(b"minf", header, box(b"dinf", box(b"dref", u32(0, 1), box(b"url ", u32(1)))), table)
    return box(b"trak", box(b"tkhd", u32(0x1000007), bytes(16), u32(number), bytes(24), u16(volume, 0), place), edit, box(b"mdia", box(
        b"mdhd", u32(0x1000000), bytes(16), u32(scale), bytes(8), u16(0x55C4, 0)), box(b"hdlr", bytes(8), handler, bytes(13)), media))


def read_init(data, take):
    """(Sample entry and parameter sets by track number, whether all is as the `take` says): takes the parameters out, writes the init of them, compares."""
    need(len(data) <= 65_536)
    data, traks, tracks, say = bytes(data), [], {}, {"rotation": take["rotation"]}
    for body in [body for kind, body in boxes(inside(bytes(data), b"moov")) if kind == b"trak"]:
        scale = int.from_bytes(inside(body, b"mdia", b"mdhd")[20:24], "big")
        need(1 <= scale <= 10_000_000)
        edits = [inside(body, b"edts", b"elst")[12:16]] if b"edts" in dict(boxes(body)) else []
        edit = b"".join(box(b"edts", box(b"elst", u32(0, 1, 0), skipped, u32(1 << 16))) for skipped in edits)
        need(edits != [bytes(4)])
        (kind, entry), = boxes(inside(body, b"mdia", b"minf", b"stbl", b"stsd")[8:])
        if kind in (b"avc1", b"hvc1"):
            name, read = {b"avc1": (b"avcC", avc1), b"hvc1": (b"hvcC", hvc1)}[kind]
            entry, video, sets = read(inside(entry[78:], name))
            tracks[1] = (kind, sets)
            stated, size = inside(body, b"tkhd")[52:88], (video["width"], video["height"])
            say["rotation"] = {matrix(rotation, *size): rotation for rotation in (0, 90, 180, 270)}[stated]
            traks.append(trak(1, 0, stated + u32(size[0] << 16, size[1] << 16), edit, scale, b"vide", box(b"vmhd", u32(1, 0, 0)), entry))
            say["video"] = video | {"timescale": scale}
        else:
            esds = inside(entry[28:], b"esds")
            config = esds[26:-3]
            entry, audio, rate = sound_entry(config)
            need(rate == scale)
            traks.append(trak(2, 0x100, IDENTITY + bytes(8), edit, scale, b"soun", box(b"smhd", bytes(8)), entry))
            tracks[2], say["audio"] = None, audio | {"timescale": scale}
    head = box(b"mvhd", u32(0x1000000), bytes(16), u32(1000), bytes(8), u32(1 << 16), u16(0x100, 0), bytes(8), IDENTITY, bytes(24), u32(3))
    extends = box(b"mvex", *(box(b"trex", u32(0, number, 1, 0, 0, 0)) for number in tracks))
    whole = box(b"ftyp", b"iso6", bytes(4), b"iso6mp41") + box(b"moov", head, *traks, extends)
    need(data == whole and tracks and list(tracks) == sorted(tracks) and len(traks) == len(tracks))
    return tracks, say == {name: take[name] for name in ("rotation", "video", "audio") if name in take}


def kind_of(nal, entry):
    """The type of a NAL unit; of HEVC -1 for another layer."""
    need(nal[0] < 128)
    if entry == b"avc1": return nal[0] & 31
    need(len(nal) >= 2)
    return -1 if nal[0] & 1 or nal[1] >> 3 else nal[0] >> 1 & 63


SLICES = {b"avc1": {1, 2, 5}, b"hvc1": {*range(10), *range(16, 22)}}
KEYS = {b"avc1": {5}, b"hvc1": {*range(16, 22)}}
SETS = {b"avc1": {7, 8}, b"hvc1": {32, 33, 34}}


def is_key(sample, picture):
    """Whether a sample is a key frame; one of sound (that has no sample entry here) is."""
    need(0 < len(sample) <= (8 * MIB if picture else 16_384))
    if not picture: return True
    (entry, sets), kinds, at = picture, set(), 0
    while at < len(sample):
        size = int.from_bytes(sample[at:at + 4], "big")
        need(0 < size <= len(sample) - at - 4)
        nal, at = bytes(sample[at + 4:at + 4 + size]), at + 4 + size
        kind = kind_of(nal, entry)
        need(kind not in SETS[entry] or nal in sets)
        kinds.add(kind)
    need(kinds & SLICES[entry])
    return bool(kinds & KEYS[entry])


def read_fragment(data, tracks, line, sequence):
    """(True, whether its tracks are as the line says.)"""
    (first, moof), (second, mdat) = boxes(data)
    (third, header), *trafs = boxes(moof)
    need((first, second, third, header) == (b"moof", b"mdat", b"mfhd", u32(0, sequence)) and trafs)
    runs, at, number = {}, 0, 0
    for kind, traf in trafs:
        before, parts = number, boxes(traf)
        need([kind] + [kind for kind, _ in parts] == [b"traf", b"tfhd", b"tfdt", b"trun"])
        (flags, number), (version, start) = struct.unpack(">II", parts[0][1]), struct.unpack(">IQ", parts[1][1])
        need(flags == 0x20000 and version == 0x1000000 and start <= 1 << 54 and number > before and number in tracks)
        flags, count, offset = struct.unpack_from(">IIi", parts[2][1])
        samples = list(struct.iter_unpack(">IIIi", parts[2][1][12:]))
        need(flags == 0x1000F01 and 1 <= count == len(samples) <= 512 and offset == len(moof) + 16 + at)
        keys = 0
        for duration, size, flags, _ in samples:
            key = is_key(mdat[at:at + size], tracks[number])
            need(duration and at + size <= len(mdat) and flags == (0x2000000 if key else 0x1010000))
            at, keys = at + size, keys + key
        durations = [sample[0] for sample in samples]
        runs[number] = {"from": start, "ticks": sum(durations), "samples": count, "largest": max(durations)}
        if number == 1: runs[number]["keys"] = keys
    need(at == len(mdat))
    return True, runs == {number: line[track] for number, track in ((1, "video"), (2, "audio")) if track in line}
