"""Reads INIT SEGMENT... from proto/evidence/v1/MEDIA.md alone: standard library, no knowledge of the writer. Prints one fact a line."""
import struct, sys

def boxes(data, at, end):
    while at < end:
        size, kind = struct.unpack_from(">I4s", data, at)
        assert 8 <= size <= end - at, (at, size)
        yield kind.decode(), at + 8, at + size
        at += size

def path(data, at, end, *kinds):
    for kind in kinds:
        at, end = next((a, e) for k, a, e in boxes(data, at, end) if k == kind)
        if kind in ("stsd",): at += 8
        if kind in ("avc1", "hvc1"): at += 78
        if kind == "mp4a": at += 28
    return at, end

init = open(sys.argv[1], "rb").read()
assert [kind for kind, _, _ in boxes(init, 0, len(init))] == ["ftyp", "moov"]
moov = path(init, 0, len(init), "moov")
for kind, at, end in boxes(init, *moov):
    if kind != "trak": continue
    tkhd, _ = path(init, at, end, "tkhd")
    track = struct.unpack_from(">I", init, tkhd + 20)[0]
    mdhd, _ = path(init, at, end, "mdia", "mdhd")
    scale = struct.unpack_from(">I", init, mdhd + 20)[0]
    stbl = path(init, at, end, "mdia", "minf", "stbl")
    if track == 1:
        width, height = (n >> 16 for n in struct.unpack_from(">II", init, tkhd + 88))
        turn = {(1, 0): 0, (0, 1): 90, (-1, 0): 180, (0, -1): 270}
        a, b = (n >> 16 for n in struct.unpack_from(">ii", init, tkhd + 52))
        (entry, _, _), = boxes(init, *path(init, *stbl, "stsd"))
        if entry == "avc1":
            avcc, _ = path(init, *stbl, "stsd", "avc1", "avcC")
            said = init[avcc + 1:avcc + 4].hex()
        else:
            hvcc, _ = path(init, *stbl, "stsd", "hvc1", "hvcC")
            said = init[hvcc + 1:hvcc + 2].hex() + init[hvcc + 12:hvcc + 13].hex()
        print("video", scale, width, height, turn[a, b], said)
    else:
        priming = 0
        if any(k == "edts" for k, _, _ in boxes(init, at, end)):
            elst, _ = path(init, at, end, "edts", "elst")
            priming = struct.unpack_from(">I", init, elst + 12)[0]
        esds, esds_end = path(init, *stbl, "stsd", "mp4a", "esds")
        config = init.index(b"\x05", esds + 24)
        print("sound", scale, priming, init[config + 2:config + 2 + init[config + 1]].hex())

for name in sys.argv[2:]:
    data, at = open(name, "rb").read(), 0
    walk = list(boxes(data, 0, len(data)))
    assert [kind for kind, _, _ in walk] == ["moof", "mdat"] * (len(walk) // 2)
    for (_, moof, moof_end), (_, mdat, mdat_end) in zip(walk[::2], walk[1::2]):
        inner = list(boxes(data, moof, moof_end))
        sequence = struct.unpack_from(">II", data, inner[0][1])[1]
        print("fragment", sequence, mdat_end - moof + 8)
        place = mdat
        for kind, at, end in inner[1:]:
            (_, tfhd, _), (_, tfdt, _), (_, trun, trun_end) = boxes(data, at, end)
            flags, track = struct.unpack_from(">II", data, tfhd)
            version, first = struct.unpack_from(">IQ", data, tfdt)
            shape, count, offset = struct.unpack_from(">IIi", data, trun)
            assert (flags, version, shape) == (0x20000, 0x1000000, 0x1000F01) and moof - 8 + offset == place
            assert trun_end - trun == 12 + 16 * count
            samples = [struct.unpack_from(">IIIi", data, trun + 12 + 16 * n) for n in range(count)]
            place += sum(sample[1] for sample in samples)
            keys = [sample[2] == 0x02000000 for sample in samples]
            print("track", track, first, sum(s[0] for s in samples), count, sum(keys), keys[0], max(s[0] for s in samples))
        assert place == mdat_end
