#!/usr/bin/env python3
"""A second reader of the evidence format, written from proto/evidence/v1/FORMAT.md alone ("§": its sections), and MEDIA.md.
    python3 tests/second_reader.py [--release] [--agency-key FILE] BUNDLE.zip     exit 0: valid or valid_withheld, 1: not, 2: unreadable
    python3 tests/second_reader.py [--release] --batch     for each line `BUNDLE TAB AGENCY-KEY-FILE-or-nothing` read, a line of JSON"""
import collections, hashlib, json, pathlib, re, stat, struct, sys, zipfile, zlib
from types import SimpleNamespace as Facts
from second_reader_boxes import read_fragment, read_init
from second_reader_duties import duties_of_receipt, owed
from second_reader_primitives import (
    PROTO, Object, Unreadable, attempt, check_signers, fits, key_id, known, need, public_bytes, read_line, sha, signatures, signed_by, strict_json, unbase64,
    verifies)

EFFECTS = {finding["code"]: finding["effect"] for finding in json.loads((PROTO / "evidence/v1/findings.json").read_text(encoding="utf-8"))}
ORDER = "broken unsupported incomplete unanchored withheld none".split()  # of effects, the worst first
VERDICTS = {"unanchored": "valid_unanchored", "withheld": "valid_withheld", "none": "valid"}  # the others are named as their effect
CONTINUING = set("take fragment interrupted resumed track_lost track_back".split())  # not after `ended`
ADDENDA = set("away_declared returned written_statement correction mark checklist confidential_span place officers subject opening_passage"
              " opening_excused interruption_reason filming_notice declared_mistake clock_set vouched".split())
KINDS = CONTINUING | ADDENDA | set("opened preflight activity recovered segment notice companion stage photo document service obstruction"
                                   " capture_clock ended sealed".split())
MIB, ZERO = 1 << 20, "0" * 64


# §2 The bundle
NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9]+)?(/[a-z0-9_-]+(\.[a-z0-9]+)?){0,5}")
ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, OverflowError, RuntimeError, ValueError, struct.error)


class Bundle:  # the members of a zip, each held to what the zip's directory says of it; `facts`: size and SHA-256 by name
    def __init__(self, path):
        try: self.zip = zipfile.ZipFile(path)
        except UnicodeDecodeError: raise Unreadable("member_name") from None
        except ZIP_FAULTS: raise Unreadable("container") from None
        infos, self.infos = self.zip.infolist(), {info.orig_filename: info for info in self.zip.infolist()}
        are_named = len(self.infos) == len(infos) and all(NAME.fullmatch(name) and len(name) <= 200 for name in self.infos)
        are_files = not any(stat.S_IFMT(info.external_attr >> 16) in (stat.S_IFLNK, stat.S_IFDIR) for info in infos)
        limit = lambda name: 2048 * MIB if re.fullmatch(r"records/[^/]+/files/[^/]+", name) else 64 * MIB
        are_small = all(info.file_size <= limit(info.orig_filename) and not MIB < info.file_size > 200 * info.compress_size for info in infos)
        need(all(not info.flag_bits & 1 and info.compress_type in (0, 8) for info in infos), "container", Unreadable)
        need(are_named and are_files, "member_name", Unreadable)
        need(are_small and len(infos) <= 100_000 and sum(info.file_size for info in infos) <= 64 << 30, "limit", Unreadable)
        self.facts = {name: (len(data), sha(data)) for name in self.infos for data in [self.read(name)]}

    def read(self, name):
        try: data = self.zip.read(self.infos[name])
        except ZIP_FAULTS: raise Unreadable("container") from None
        need(len(data) == self.infos[name].file_size, "container", Unreadable)
        return memoryview(data)

    def lines(self, name):  # without their LF, and what stands after the last LF; nothing of a member that is not there
        *lines, rest = bytes(self.read(name)).split(b"\n") if name in self.infos else [b""]
        return lines, rest


# §3 The agency's keys
HEAD = re.compile(r"([a-z0-9.-]+(?:/[a-z0-9.-]+)*)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\ntime (0|[1-9][0-9]{0,15})\n\n"
                  r"((?:— \1 [A-Za-z0-9+/]{91}=\n)+)")  # 43 characters and a = are 32 bytes, 91 and a = are 68


class KeySet:  # one that holds and has the agency's root among its own: the bodies of its lines, by their kind
    def __init__(self, bundle, agency):
        need(agency, "agency_key_absent")
        need("keyset" in bundle.infos, "keyset_missing")
        self.root, self.key, self.revoked, prev, (lines, rest) = [], [], [], ZERO, bundle.lines("keyset")
        for seq, text in enumerate(lines):
            line = read_line(text, b"keyset", "keyset_line")
            value, kind, body = line.value, line.value.kind, line.value.body
            need((value.seq, value.prev.sha256) == (seq, prev) and fits(body, "keyset_" + kind) and (self.root or kind == "root"))
            need(kind != "root" or known(body.key.suite), "suite_unsupported")
            need(kind == "revoked" or not known(body.key.suite) or public_bytes(body.key))
            check_signers(line, [root.key for root in self.root[-1:] + [body] * (kind == "root")], lambda code: need(False))
            getattr(self, kind).append(body)
            prev = sha(text + b"\n")
        need(lines and not rest)
        need(any((root.key.suite, public_bytes(root.key)) == agency for root in self.root), "keyset_foreign")

    def in_force(self, role, at):
        return [body.key for body in self.key if body.role == role and body.valid_from_us <= at < body.valid_until_us
                and not any(revoked.from_us <= at for revoked in self.revoked if revoked.keyid == key_id(body.key))]

    def check(self, line, role, otherwise):  # the line is signed by a key of the role in force when it was issued
        keys = self.in_force(role, line.value.issued_us)
        if any(key_id(key) in line.signed for key in keys if not known(key.suite)): otherwise = "suite_unsupported"
        need(any(signed_by(line, key) for key in keys), otherwise)

    def head_time(self, note):  # of a good head
        match = HEAD.fullmatch(note)
        need(match and max(int(match[2]), int(match[4])) < 2**53 and unbase64(match[3], padded=True))
        signed, blobs = note[:match.start(5) - 1].encode(), [unbase64(line[-92:], padded=True) for line in match[5].splitlines()]
        for public in (public_bytes(key) for key in self.in_force("head", int(match[4])) if key.suite == "ed25519"):
            hint = hashlib.sha256(match[1].encode() + b"\n\1" + public).digest()[:4]
            if any(blob[:4] == hint and verifies("ed25519", public, blob[4:], signed) for blob in blobs): return int(match[4])
        return need(False)


# §4 The journal
class Record:  # its entries as far as they were taken, and what is to be said of them
    def __init__(self, ident, bundle, keyset, withheld, release, note):
        self.ident, self.home, self.bundle, self.keyset, self.withheld = ident, f"records/{ident}/", bundle, keyset, withheld
        self.note = lambda code, where="journal": note(code, self.home + where)
        self.entries, self.takes, self.seen, self.prev, self.release = [], [], set(), ZERO, release
        self.is_taking, self.is_sealed, self.is_unclosed, self.is_certified = True, False, False, False
        self.since = self.until = None  # L and U of the time bracket
        self.hardware = None  # the key that a certificate of the agency names, () for none
        if self.home + "journal" not in self.bundle.infos: return self.note("journal_missing")
        self.in_full = self.read_journal() and self.is_taking
        if self.entries and self.opened.record != self.ident: self.note("record_mismatch")
        if self.keyset: self.check_bracket()
        for part in (self.check_clock, self.check_seal, self.check_vouching, self.check_private, self.check_lines, self.check_media, self.check_time): part()
        for code in owed(self.entries) if self.in_full else (): self.note(code)

    def read_journal(self):
        lines, rest = self.bundle.lines(self.home + "journal")
        for seq, text in enumerate(lines):
            if code := attempt("line_malformed", self.read_entry, seq, text)[1]: return self.note(code, f"journal:{seq}")
        return bool(lines and not rest) or self.note("line_torn" if rest else "line_malformed")

    def read_entry(self, seq, text):
        line = read_line(text, b"line", "entry")
        value, kind, body, warn = line.value, line.value.kind, line.value.body, lambda code: self.note(code, f"journal:{seq}")
        is_known = kind in KINDS and value.edition == 1
        need((value.seq, value.prev.sha256) == (seq, self.prev), "chain_broken")
        need((kind == "opened") == (seq == 0), "entry_misplaced")
        if seq == 0:
            need(is_known, "kind_unsupported")
            need(fits(body, "opened"), "body_malformed")
            draft, self.opened = re.fullmatch(r"quanji/1-draft\.(0|[1-9][0-9]*)", body.format), body
            need(not draft or not self.release, "draft_refused")
            need(draft and draft[1] == "1", "format_unsupported")
        required = ["device_key"] * (seq == 0 or self.is_sealed) + ["record_key"] * (not self.is_sealed)
        check_signers(line, [self.opened[name] for name in required], warn)
        if not is_known: self.is_taking = warn("kind_unsupported")
        need(not is_known or fits(body, kind), "body_malformed")
        need(not self.is_taking or self.may_stand(kind, body), "entry_misplaced")
        self.prev, self.is_sealed = sha(text + b"\n"), self.is_sealed or kind == "sealed"
        if self.is_taking: self.entries.append(Facts(seq=seq, kind=kind, body=body, clock=value.clock, digest=self.prev))

    def may_stand(self, kind, body):  # *Order*; and keeps the takes, with their segments: (fragments, [the `segment` that closed them])
        segments, has_ended = self.takes[-1].segments if self.takes else [], "ended" in self.seen
        tail = [fragments for fragments, closed in segments[-1:] if not closed]  # the open segment
        if kind in CONTINUING | {"ended"} and has_ended or kind == "sealed" and not has_ended: return False
        if "sealed" in self.seen and kind not in ADDENDA: return False
        if kind == "take":
            if tail and "interrupted" not in self.seen or body.take != len(self.takes) + 1: return False
            self.is_unclosed, self.seen = self.is_unclosed or bool(tail), self.seen - {"interrupted"}
            self.takes.append(Facts(body=body, segments=[]))
        if kind in ("fragment", "recovered", "segment"):
            if (body.take, body.segment) != (len(self.takes), len(segments) + (not tail)): return False
            if not (tail if kind == "segment" else body.index == len(tail and tail[0]) + 1): return False
            if not tail: segments.append(([], []))
            segments[-1][kind == "segment"].append(body)
        self.seen.add(kind)
        return True

    def of(self, *kinds): return [entry for entry in self.entries if entry.kind in kinds]

    def bodies(self, *kinds): return [entry.body for entry in self.of(*kinds)]

    def files(self): return [body.file for body in self.bodies("photo", "document", "service") if "file" in body]

    def check_bracket(self):  # §4's anchor, §8's receipts and, by their instants, §3's certificate; without a line 0 only the receipts
        opened = self.opened if self.entries else Object()
        if "anchor" in opened: self.since, _ = attempt("", self.keyset.head_time, opened.anchor.head)
        if opened and self.since is None: self.note("anchor_invalid" if "anchor" in opened else "anchor_missing")
        self.check_receipts()
        codes, code = attempt("certificate_invalid", self.certificate_codes) if opened else (None, None)
        for code in codes or {code} - {None}: self.note(code)
        self.is_certified = codes is not None and codes <= {"certificate_validity_unproved"}

    def certificate_codes(self):
        need("certificate" in self.opened, "certificate_missing")
        line = read_line(self.opened.certificate.encode(), b"certificate", "certificate")
        self.keyset.check(line, "device", None)
        need((line.value.key, line.value.device) == (self.opened.device_key, self.opened.device))
        self.hardware = line.value.get("hardware", ())
        since, until, first, last, codes = self.since, self.until, line.value.valid_from_us, line.value.valid_until_us, set()
        if until is not None and until < first or since is not None and since >= last: codes.add("certificate_outside_validity")
        elif None not in (since, until) and not (first <= since and until < last): codes.add("certificate_validity_unproved")
        for at in (revoked.from_us for revoked in self.keyset.revoked if revoked.keyid == key_id(line.value.key)):
            if since is not None and since >= at: codes.add("certificate_revoked")
            elif until is None or until >= at: codes.add("certificate_validity_unproved")
        return codes

    def check_clock(self):
        for before, after in zip(self.entries, self.entries[1:]):
            mono, wall = after.clock.mono_us - before.clock.mono_us, after.clock.wall_us - before.clock.wall_us
            if before.clock.boot != after.clock.boot: continue
            if mono < 0: self.note("clock_backwards", f"journal:{after.seq}")
            if abs(wall - mono) > 2_000_000 and after.kind != "clock_set": self.note("clock_jump", f"journal:{after.seq}")
        for kind, code in (("clock_set", "clock_was_set"), ("interrupted", "gap"), ("recovered", "recovered_media")):
            for entry in self.of(kind): self.note(code, f"journal:{entry.seq}")
        for entry in self.of("capture_clock"):
            if abs(entry.body.get("av_offset_us", 0)) > 80_000: self.note("av_offset", f"journal:{entry.seq}")
        is_early = self.since is not None and self.entries[0].clock.wall_us < self.since
        is_late = self.until is not None and any(entry.clock.wall_us > self.until for entry in self.of("ended"))
        if is_early or is_late: self.note("clock_outside_bracket")

    def check_seal(self):
        closed, last = self.bodies("segment"), [closed for take in self.takes[-1:] for _, closed in take.segments[-1:]]
        counts = {"takes": len(self.takes), "segments": len(closed), "fragments": len(self.of("fragment", "recovered")),
                  "media_bytes": sum(body.size_bytes for body in closed), "files": len(self.files())}
        if self.in_full and (self.is_unclosed or last == [[]]): self.note("segment_unclosed")
        if self.in_full and self.bodies("sealed") != [counts]: self.note("seal_mismatch" if self.of("sealed") else "not_sealed")

    def check_vouching(self):
        for entry in self.of("vouched"):
            code = attempt("vouched_signature_invalid", self.read_vouched, entry.seq, entry.body)[1]
            if not code and self.hardware not in (None, entry.body.key): code = "vouched_key_unnamed"
            if code: self.note(code, f"journal:{entry.seq}")

    def read_vouched(self, own, body):
        need(body.seq < own and self.entries[body.seq].digest == body.over.sha256, "vouched_line_mismatch")
        need(known(body.key.suite), "suite_unsupported")
        message = f"quanji/1 vouched\n{self.opened.record}\n{body.seq}\n{body.over.sha256}\n".encode()
        need(public_bytes(body.key) and signed_by(Facts(signed=signatures(body.signature.encode()), message=message), body.key))

    # §5 Private values
    def check_private(self):
        named, values = collections.defaultdict(set), {}
        for item in private_items([entry.body for entry in self.entries]): named[item.ref].add(item.digest.sha256)
        if malformed := attempt("private_malformed", self.read_private, values)[1]: self.note(malformed, "private")
        for ref in named.keys() | values.keys():
            value, is_withheld, place = values.get(ref), (self.ident, ref) in self.withheld, f"private:{ref}"
            if value and is_withheld: self.note("withheld_present", place)
            if value and ref in named and named[ref] != {value}: self.note("private_mismatch", place)
            if not value and not malformed and not is_withheld: self.note("private_missing", place)
            if ref not in named and self.in_full: self.note("private_unreferenced", place)

    def read_private(self, values):
        lines, rest = self.bundle.lines(self.home + "private")
        for item in map(strict_json, lines):
            need(fits(item, "private_value") and item.ref not in values and len(item.value.encode()) <= 4096)
            values[item.ref] = sha(b"quanji/1 private\n" + unbase64(item.salt) + item.value.encode())
        need(not rest)

    # §6 Media
    def check_lines(self):  # that what the lines say of decode times meets
        following, returned = {}, set()  # where each track's next fragment begins; the tracks that came back since their last fragment
        for kind, body, where in ((entry.kind, entry.body, f"journal:{entry.seq}") for entry in self.entries):
            if kind == "take": take, following, returned = body, {}, set()
            if kind == "track_back": returned.add(body.track)
            for track, run in ((track, body[track]) for track in ("video", "audio") if kind in ("fragment", "recovered") and track in body):
                late = run["from"] - following.get(track, run["from"])
                if track not in take: self.note("media_facts_mismatch", where)
                if late < 0 or late > 0 and track not in returned: self.note("decode_discontinuous", where)
                following[track], returned = run["from"] + run.ticks, returned - {track}

    def check_media(self):
        for file in self.files(): self.held(f"files/{file.digest.sha256}", [(file.size_bytes, file.digest.sha256)])
        for take in self.takes:
            home, file, sequence = f"takes/{take.body.take}/", take.body.init, 0
            init = self.held(home + "init.mp4", [(file.size_bytes, file.digest.sha256)])
            tracks = self.judge(home + "init.mp4", read_init, init, take.body) if init is not None else None
            for number, (fragments, closed) in enumerate(take.segments, 1):
                place, prefixes = f"{home}{number}.m4s", [(body.end_bytes, body.digest.sha256) for body in fragments]
                starts, whole = [0] + [end for end, _ in prefixes], (*prefixes[-1], len(prefixes))
                is_sum = all(body.end_bytes == start + body.size_bytes for start, body in zip(starts, fragments))
                is_whole = all((body.size_bytes, body.digest.sha256, body.fragments) == whole for body in closed)
                if not is_sum or not is_whole: self.note("segment_mismatch", place)
                data = self.held(place, prefixes, closed or self.in_full)
                for sequence, (start, body) in enumerate(zip(starts, fragments), sequence + 1):
                    piece = data and data[start:body.end_bytes]
                    if tracks and data and not self.judge(place, read_fragment, piece, tracks, body, sequence): data = None

    def judge(self, place, read, *arguments):  # what is not as MEDIA.md says, or not as the line says, is a finding
        found, malformed = attempt("media_malformed", read, *arguments)
        if malformed or not found[1]: self.note(malformed or "media_facts_mismatch", place)
        return found and found[0]

    def held(self, where, prefixes, is_whole=True):  # the bytes of a member of whose beginnings `prefixes` give length and digest
        if self.home + where in self.withheld.keys() - self.bundle.infos.keys(): return None
        if self.home + where not in self.bundle.infos: return self.note("media_missing", where)
        data, done, running = self.bundle.read(self.home + where), 0, hashlib.sha256()
        is_good = len(data) <= prefixes[-1][0] or not is_whole
        for end, digest in prefixes:
            if end < done: done, running = 0, hashlib.sha256()
            running.update(data[done:end])
            done, is_good = end, is_good and len(data) >= end and running.hexdigest() == digest
        return data if is_good else self.note("media_digest_mismatch", where)

    def check_time(self):
        recovered, found = collections.defaultdict(lambda: [0, 0]), set()  # by restart: µs of the leading track, bytes
        for take, body in ((take.body, body) for take in self.takes for fragments, _ in take.segments for body in fragments):
            lead = "video" if "video" in take else "audio"
            if "restart" in body: recovered[body.restart][1] += body.size_bytes
            if lead not in body or lead not in take: continue
            run, scale, bound = body[lead], take[lead].timescale, 100_000 + max(body.mono_us - take.mono_us, 0) * 200 // 10**6
            drift = abs((run["from"] + run.ticks) * 10**6 // scale - (body.mono_us - take.zero_mono_us))
            if "restart" in body: recovered[body.restart][0] += run.ticks * 10**6 // scale
            elif drift > bound: found.add(("media_clock_drift", f"takes/{take.take}"))
            if lead == "video" and run.largest * 1000 > 200 * scale: found.add(("stalled", f"takes/{take.take}"))
        for finding in found: self.note(*finding)
        if any(us > 1_000_000 and size > 2 * MIB for us, size in recovered.values()): self.note("recovered_too_much")

    # §8 Receipts
    def check_receipts(self):
        valid, (lines, rest) = [], self.bundle.lines(self.home + "receipts")
        for number, text in enumerate(lines + [b"torn"] * bool(rest)):
            receipt, code = attempt("receipt_malformed", self.read_receipt, text)
            codes = {code} if code else set(self.receipt_codes(receipt, valid[-1] if valid else None))
            if not codes: valid.append(receipt)
            for found in codes | set(() if code else duties_of_receipt(receipt)): self.note(found, f"receipts:{number}")
            if code == "receipt_malformed": break
        self.until, sealed = valid[0].stored_us if valid else None, [entry.seq for entry in self.of("sealed")]
        if not any(receipt.head.seq >= seq for receipt in valid for seq in sealed): self.note("receipt_missing", "receipts")

    def read_receipt(self, text):
        line = read_line(text, b"receipt", "receipt")
        need(line.value.record == self.ident and line.value.trigger.not_before_us <= line.value.trigger.not_after_us)
        self.keyset.check(line, "receipt", "receipt_invalid")
        return line.value

    def receipt_codes(self, receipt, before):
        seq, media = receipt.head.seq, receipt.media
        is_after = not before or receipt.number > before.number and all(receipt[at] >= before[at] for at in ("issued_us", "stored_us"))
        if not is_after or not (self.since or 0) <= receipt.stored_us <= receipt.issued_us: yield "receipt_time_order"
        if seq < len(self.entries) and self.entries[seq].digest == receipt.head.digest.sha256:
            closed = [entry.body for entry in self.of("segment") if entry.seq <= seq]
            listed = sha("".join(body.digest.sha256 + "\n" for body in closed).encode())
            facts = len(closed), sum(body.size_bytes for body in closed), listed
            if facts != (media.count, media.size_bytes, media.digest.sha256): yield "receipt_media_mismatch"
        elif seq < len(self.entries) or self.in_full: yield "receipt_head_mismatch"


def private_items(value):  # every {ref, digest} in a body
    if type(value) is Object and value.keys() == {"ref", "digest"}: yield value
    for inner in value.values() if type(value) is Object else value if type(value) is list else (): yield from private_items(inner)


# The whole


def read_manifest(bundle):
    need("manifest" in bundle.infos, "manifest_missing")
    lines, rest = bundle.lines("manifest")
    need(len(lines) == 1 and not rest)
    line = read_line(lines[0], b"manifest", "manifest", 64 * MIB)
    need(signed_by(line, line.value.signer), "manifest_signature_invalid" if known(line.value.signer.suite) else "suite_unsupported")
    need(len({item.name for item in line.value.members}) == len(line.value.members))
    return line.value


def examine(bundle, agency, release, note):  # §2, in its order, and each record
    manifest, code = attempt("manifest_malformed", read_manifest, bundle)
    if code: return note(code, "manifest")
    listed = {item.name: (item.size_bytes, item.digest.sha256) for item in manifest.members}
    for name in listed.keys() | bundle.facts.keys() - {"manifest"}:
        found, stated = bundle.facts.get(name), listed.get(name)
        if found != stated: note("member_missing" if not found else "member_mismatch" if stated else "member_uncovered", name)
    withheld = {item.get("name") or (item.record, item.ref): item for item in manifest.withheld_private + manifest.withheld_members}
    for item in manifest.withheld_private + manifest.withheld_members:
        note("withheld", item.get("name") or item.record)
        if "approval" not in item: note("withheld_without_approval", item.get("name") or item.record)
        if item.get("name") in bundle.infos: note("withheld_present", item.name)
    keyset, code = attempt("keyset_invalid", KeySet, bundle, agency)
    if code: note("keyset_invalid" if code in ("signer_unexpected", "signature_invalid") else code, "keyset")
    records = [Record(ident, bundle, keyset, withheld, release, note) for ident in dict.fromkeys(manifest.records)]
    vouched = [record.opened.device_key for record in records if record.is_certified]
    is_vouched = not keyset or manifest.signer in vouched + keyset.in_force("document", manifest.created_us)
    if not is_vouched: note("manifest_signer_unknown", "manifest")
    numbered = collections.defaultdict(list)  # §4, Ledger
    for record in (record for record in records if record.entries):
        key, ledger = record.opened.device_key, record.opened.ledger
        numbered[key.suite, key.public, ledger.epoch, ledger.number].append((record.entries[0].digest, ledger.prev.sha256))
    for (*where, number), here in numbered.items():
        before = [(ZERO, "")] if number == 1 else numbered.get((*where, number - 1), ())
        if len(here) > 1: note("forked_device", f"ledger:{number}")
        if any(prev != digest for _, prev in here for digest, _ in before): note("ledger_broken", f"ledger:{number}")


def agency_key(path):  # (suite, public bytes)
    match = re.fullmatch(r"([a-z0-9]{1,16})\.([0-9a-f]{16})\.([A-Za-z0-9_-]+)\n", pathlib.Path(path).read_bytes().decode("latin-1"))
    key = Object(suite=match[1], public=match[3]) if match else None
    need(key and public_bytes(key) and key_id(key) == match[2], "agency_key", Unreadable)
    return key.suite, public_bytes(key)


def report(path, key_path=None, release=False):  # what is printed of one bundle
    found = []
    try: examine(Bundle(path), key_path and agency_key(key_path), release, lambda code, place: found.append({"code": code, "place": place}))
    except (Unreadable, OSError) as reason: return {"unreadable": str(reason)}
    codes = sorted({finding["code"] for finding in found})
    worst = min((EFFECTS[code] for code in codes), key=ORDER.index, default="none")
    return {"verdict": VERDICTS.get(worst, worst), "codes": codes, "findings": found}


def main(arguments):
    is_release, arguments = "--release" in arguments, [argument for argument in arguments if argument != "--release"]
    is_batch, has_key = arguments == ["--batch"], len(arguments) == 3 and arguments[0] == "--agency-key"
    if not (is_batch or has_key or len(arguments) == 1): return print(__doc__, file=sys.stderr) or 2
    for job in (line.rstrip("\n").split("\t") for line in sys.stdin) if is_batch else [arguments[:-3:-1]]:
        print(json.dumps(result := report(*job[:2], release=is_release), ensure_ascii=False), flush=True)
    return 0 if is_batch else 2 if "unreadable" in result else 0 if result["verdict"] in ("valid", "valid_withheld") else 1


if __name__ == "__main__": sys.exit(main(sys.argv[1:]))
