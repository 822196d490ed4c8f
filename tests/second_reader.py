#!/usr/bin/env python3
"""A second reader of the evidence format, written from proto/evidence/v1/{FORMAT,MEDIA}.md alone ("§": the sections of FORMAT.md).
    python3 tests/second_reader.py [--release] [--agency-key FILE] BUNDLE.zip     exit 0: valid or valid_withheld, 1: not, 2: unreadable
    python3 tests/second_reader.py [--release] --batch     for each line `BUNDLE TAB AGENCY-KEY-FILE-or-nothing` read, a line of JSON"""
import base64, collections, csv, datetime, functools, hashlib, json, pathlib, re, stat, struct, sys, unicodedata, zipfile, zlib
from types import SimpleNamespace as Facts
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

PROTO = pathlib.Path(__file__).resolve().parent.parent / "proto"
DEFS = json.loads((PROTO / "evidence/v1/entries.schema.json").read_text())["$defs"]
EFFECTS = {finding["code"]: finding["effect"] for finding in json.loads((PROTO / "evidence/v1/findings.json").read_text())}
VERDICTS = {"broken": "broken", "unsupported": "unsupported", "incomplete": "incomplete", "unanchored": "valid_unanchored",
            "withheld": "valid_withheld", "none": "valid"}  # by the worst effect, the worst first
CONTINUING = set("take fragment interrupted resumed track_lost track_back".split())  # not after `ended`
ADDENDA = set("away_declared returned written_statement correction mark checklist confidential_span place officers subject opening_passage"
              " opening_excused interruption_reason filming_notice declared_mistake vouched".split())
KINDS = CONTINUING | ADDENDA | set("opened preflight activity recovered segment notice companion stage"
                                   " photo document service obstruction clock_set ended sealed".split())
MIB, ZERO = 1 << 20, "0" * 64

class Stop(Exception): """Ends a reading with a finding; without one, "not of its form", which has another code for each thing that is read."""
class Unreadable(Exception): """§2: no verdict; the reason."""
FAULTS = (Stop, ValueError, LookupError, RecursionError, struct.error)
def need(holds, code=None, kind=Stop):
    if not holds: raise kind(code)
def attempt(otherwise, action, *arguments):
    """(What the action gives, None), or (None, the code of the finding it stopped with)."""
    try: return action(*arguments), None
    except FAULTS as fault: return None, isinstance(fault, Stop) and fault.args[0] or otherwise
def sha(data): return hashlib.sha256(data).hexdigest()

# §1 Primitives
class Object(dict):
    """A JSON object; `value.name` reads a member."""
    __getattr__ = dict.__getitem__
def strict_json(raw):
    text, refuse = raw.decode(), lambda _: need(False)
    value = json.loads(text, object_hook=Object, parse_float=refuse, parse_constant=refuse)
    need(json.dumps(value, ensure_ascii=False, separators=(",", ":")) == text and within_limits(value, 1))
    return value
def within_limits(value, depth):
    kind = type(value)
    if kind is str: return len(value.encode()) <= 16_384 and unicodedata.is_normalized("NFC", value)
    if kind not in (Object, list): return kind is bool or kind is int and abs(value) < 2**53
    return depth <= 16 and all(within_limits(item, depth + 1) for item in ([*value, *value.values()] if kind is Object else value))
TYPES = {"object": Object, "array": list, "string": str, "integer": int, "boolean": bool}
KEYWORDS = {  # of JSON Schema: (value, what the schema says, the whole schema) → whether it holds; `type` stands first in every schema
    "type": lambda value, rule, _: type(value) is TYPES[rule],
    "$ref": lambda value, rule, _: fits(value, rule.removeprefix("#/$defs/")),
    "const": lambda value, rule, _: type(value) is type(rule) and value == rule,  # true is not 1
    "enum": lambda value, rule, _: any(type(value) is type(item) and value == item for item in rule),
    "pattern": lambda value, rule, _: re.fullmatch(rule, value) is not None,
    "minimum": lambda value, rule, _: value >= rule,
    "maximum": lambda value, rule, _: value <= rule,
    "minItems": lambda value, rule, _: len(value) >= rule,
    "maxItems": lambda value, rule, _: len(value) <= rule,
    "items": lambda value, rule, _: all(fits(item, rule) for item in value),
    "required": lambda value, rule, _: value.keys() >= set(rule),
    "maxProperties": lambda value, rule, _: len(value) <= rule,
    "propertyNames": lambda value, rule, _: all(fits(name, rule) for name in value),
    "properties": lambda value, rule, _: all(fits(value[name], rule[name]) for name in value.keys() & rule.keys()),
    "additionalProperties": lambda value, rule, schema: all(rule and fits(value[name], rule) for name in value.keys() - schema["properties"].keys())}
def fits(value, schema):
    """Whether a value is valid against a schema, or against the definition of that name."""
    schema = DEFS[schema] if type(schema) is str else schema
    return all(KEYWORDS[word](value, rule, schema) for word, rule in schema.items())
def unbase64(text, padded=False):
    """base64url without padding, or standard base64 with it: one spelling for one byte string."""
    encode, decode = (base64.b64encode, base64.b64decode) if padded else (base64.urlsafe_b64encode, base64.urlsafe_b64decode)
    raw = decode(text if padded else text + "=" * (-len(text) % 4))
    need((encode(raw) if padded else encode(raw).rstrip(b"=")).decode() == text)
    return raw

PUBLIC_SIZE = {"ed25519": 32, "p256": 33}  # the suites of this edition
ED_P, ED_L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
P256_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
EIGHTH_Y = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL_ORDER_Y = {1, ED_P - 1, 0, EIGHTH_Y, ED_P - EIGHTH_Y}  # of order 1, 2, 4, 8, 8: eight points, for the last three y have two x each
def strict_point(raw):
    """Whether 32 bytes may be an A or an R: y below p and not of small order. (x = 0, the other thing with two spellings, has such a y.)"""
    y = int.from_bytes(raw, "little") % 2**255
    return y < ED_P and y not in SMALL_ORDER_Y
def verifies(suite, public, signature, message):
    try:
        if suite == "ed25519":
            need(strict_point(public) and strict_point(signature[:32]) and int.from_bytes(signature[32:], "little") < ED_L)
            ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        else:
            r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            need(0 < r < P256_N and 0 < s <= P256_N // 2)
            point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
            point.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
        return True
    except (*FAULTS, InvalidSignature): return False
def known(suite): return suite in PUBLIC_SIZE
def public_bytes(key):
    """The raw public bytes; none for a `public` that makes no key."""
    raw = attempt("", unbase64, key.public)[0] or b""
    return raw if len(raw) == PUBLIC_SIZE.get(key.suite, len(raw)) else b""
def key_id(key): return sha(key.suite.encode() + b":" + public_bytes(key))[:16]

SIGNATURE = re.compile(rb"([a-z0-9]{1,16})\.([0-9a-f]{16})\.([A-Za-z0-9_-]+)")
def read_line(raw, tag, definition, limit=65_536):
    """A signed line, without its LF, whose JSON fits a definition: `signed` {key id: (suite, signature)}, `message`, `value`."""
    head, _, text = raw.partition(b" ")
    found = [SIGNATURE.fullmatch(item) for item in head.split(b",")]
    need(len(raw) < limit and all(found) and len(found) <= 4)
    signed = {match[2].decode(): (match[1].decode(), unbase64(match[3].decode())) for match in found}
    need(len(signed) == len(found) and all(len(signature) == 64 or not known(suite) for suite, signature in signed.values()))
    line = Facts(signed=signed, message=b"quanji/1 " + tag + b"\n" + text, value=strict_json(text))
    need(fits(line.value, definition))
    return line
def signed_by(line, key):
    suite, signature = line.signed.get(key_id(key), ("", b""))
    return suite == key.suite and known(suite) and verifies(suite, public_bytes(key), signature, line.message)
def check_signers(line, required, unsupported):
    """§4.5: signed by the required keys and no other; `unsupported` is called where there are unknown suites."""
    if not all(map(known, [suite for suite, _ in line.signed.values()] + [key.suite for key in required])): unsupported("suite_unsupported")
    keys = {key_id(key): key for key in required if known(key.suite)}
    need(all(map(public_bytes, keys.values())), "signature_invalid")
    need({ident for ident, (suite, _) in line.signed.items() if known(suite)} == keys.keys(), "signer_unexpected")
    need(all(signed_by(line, key) for key in keys.values()), "signature_invalid")

# §2 The bundle
NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9]+)?(/[a-z0-9_-]+(\.[a-z0-9]+)?){0,5}")
class Bundle:
    """The members of a zip, each held to what the zip's directory says of it. `facts`: size and SHA-256 by name."""
    def __init__(self, path):
        try: self.zip = zipfile.ZipFile(path)
        except UnicodeDecodeError: raise Unreadable("member_name") from None
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, OverflowError, struct.error): raise Unreadable("container") from None
        infos, self.infos = self.zip.infolist(), {info.orig_filename: info for info in self.zip.infolist()}
        for holds, reason in (
                (all(not info.flag_bits & 1 and info.compress_type in (0, 8) for info in infos), "container"),
                (len(self.infos) == len(infos) and all(NAME.fullmatch(name) and len(name) <= 200 for name in self.infos), "member_name"),
                (all(stat.S_IFMT(info.external_attr >> 16) not in (stat.S_IFLNK, stat.S_IFDIR) for info in infos), "member_name"),
                (len(infos) <= 100_000 and sum(info.file_size for info in infos) <= 64 << 30, "limit"),
                (all(info.file_size <= 64 * MIB and not MIB < info.file_size > 200 * info.compress_size for info in infos), "limit")):
            need(holds, reason, Unreadable)
        self.facts = {name: (len(data), sha(data)) for name in self.infos for data in [self.read(name)]}
    def read(self, name):
        try: data = self.zip.read(self.infos[name])
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError, struct.error): data = b""
        need(len(data) == self.infos[name].file_size and zlib.crc32(data) == self.infos[name].CRC, "container", Unreadable)
        return memoryview(data)
    def lines(self, name):
        """The lines of a member, without their LF, and what stands after the last LF; nothing of a member that is not there."""
        *lines, rest = bytes(self.read(name)).split(b"\n") if name in self.infos else [b""]
        return lines, rest

# §3 The agency's keys
HEAD = re.compile(r"([a-z0-9.-]+(?:/[a-z0-9.-]+)*)\n(0|[1-9][0-9]{0,15})\n(\S{44})\ntime (0|[1-9][0-9]{0,15})\n\n((?:— \S+ \S{92}\n)+)")
class KeySet:
    """A key set that holds and has the agency's root among its own: the bodies of its lines, by their kind."""
    def __init__(self, bundle, agency):
        self.root, self.key, self.revoked, prev = [], [], [], ZERO
        lines, rest = bundle.lines("keyset")
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
    def check(self, line, role, otherwise):
        """The line is signed by a key of the role in force when it was issued."""
        keys = self.in_force(role, line.value.issued_us)
        unknown = any(key_id(key) in line.signed for key in keys if not known(key.suite))
        need(any(signed_by(line, key) for key in keys), "suite_unsupported" if unknown else otherwise)
    def head_time(self, note):
        """The time of a good head."""
        match = HEAD.fullmatch(note)
        need(match and max(int(match[2]), int(match[4])) < 2**53 and len(unbase64(match[3], padded=True)) == 32)
        time, signed, lines = int(match[4]), note[:match.start(5) - 1].encode(), [line.split(" ") for line in match[5].splitlines()]
        blobs = [unbase64(blob, padded=True) for _, _, blob in lines]
        need(all(name == match[1] for _, name, _ in lines) and all(len(blob) == 68 for blob in blobs))
        publics = [public_bytes(key) for key in self.in_force("head", time) if key.suite == "ed25519"]
        hints = [hashlib.sha256(match[1].encode() + b"\n\1" + public).digest()[:4] for public in publics]
        need(any(blob[:4] == hint and verifies("ed25519", public, blob[4:], signed) for hint, public in zip(hints, publics) for blob in blobs))
        return time

# §4 The journal
class Record:
    """One record of a bundle: its entries as far as they were taken, and what is to be said of them."""
    def __init__(self, ident, bundle, keyset, withheld, release, note):
        self.ident, self.bundle, self.keyset, self.withheld, self.release = ident, bundle, keyset, withheld, release
        self.home, self.entries, self.takes, self.seen, self.is_unclosed = f"records/{ident}/", [], [], set(), False
        self.note = lambda code, where="journal": note(code, self.home + str(where))
        self.is_certified, self.since, self.until = False, None, None  # the certificate counts; L and U of the time bracket
    def check(self):
        if self.home + "journal" not in self.bundle.infos: return self.note("journal_missing")
        self.is_taking, self.is_sealed, self.prev = True, False, ZERO
        self.in_full = self.read_journal() and self.is_taking
        if self.entries and self.opened.record != self.ident: self.note("record_mismatch")
        if self.keyset: self.check_bracket()
        for part in (self.check_clock, self.check_seal, self.check_private, self.check_media, self.check_time, self.check_owed): part()
    def read_journal(self):
        lines, rest = self.bundle.lines(self.home + "journal")
        for seq, text in enumerate(lines):
            _, code = attempt("line_malformed", self.read_entry, seq, text)
            if code: return self.note(code, f"journal:{seq}")
        return bool(lines and not rest) or self.note("line_torn" if rest else "line_malformed", f"journal:{len(lines)}")
    def read_entry(self, seq, text):
        line = read_line(text, b"line", "entry")
        value, kind, body = line.value, line.value.kind, line.value.body
        is_known, warn = kind in KINDS and value.edition == 1, lambda code: self.note(code, f"journal:{seq}")
        need((value.seq, value.prev.sha256) == (seq, self.prev), "chain_broken")
        need((kind == "opened") == (seq == 0), "entry_misplaced")
        if seq == 0:
            need(is_known, "kind_unsupported")
            need(fits(body, "opened"), "body_malformed")
            draft = re.fullmatch(r"quanji/1-draft\.(0|[1-9][0-9]*)", body.format)
            need(not draft or not self.release, "draft_refused")
            need(draft and draft[1] == "1", "format_unsupported")
            self.opened = body
        required = ["device_key"] * (seq == 0 or self.is_sealed) + ["record_key"] * (not self.is_sealed)
        check_signers(line, [self.opened[name] for name in required], warn)
        if not is_known: self.is_taking = warn("kind_unsupported")
        need(not is_known or fits(body, kind), "body_malformed")
        need(not self.is_taking or self.may_stand(kind, body), "entry_misplaced")
        self.prev, self.is_sealed = sha(text + b"\n"), self.is_sealed or kind == "sealed"
        if self.is_taking: self.entries.append(Facts(seq=seq, kind=kind, body=body, clock=value.clock, digest=self.prev))
    def may_stand(self, kind, body):
        """*Order*; and keeps the takes, with their segments, with their fragments."""
        if "ended" in self.seen if kind in CONTINUING | {"ended"} else kind == "sealed" and "ended" not in self.seen: return False
        if "sealed" in self.seen and kind not in ADDENDA: return False
        segments = self.takes[-1].segments if self.takes else []
        is_open = bool(segments) and segments[-1].closed is None
        if kind == "take":
            if is_open and "interrupted" not in self.seen or body.take != len(self.takes) + 1: return False
            self.is_unclosed |= is_open
            self.takes.append(Facts(body=body, segments=[]))
            self.seen.discard("interrupted")
        elif kind in ("fragment", "recovered"):
            index = len(segments[-1].fragments) + 1 if is_open else 1
            if (body.take, body.segment, body.index) != (len(self.takes), len(segments) + (not is_open), index): return False
            if not is_open: segments.append(Facts(fragments=[], closed=None))
            segments[-1].fragments.append(body)
        elif kind == "segment":
            if not is_open or (body.take, body.segment) != (len(self.takes), len(segments)): return False
            segments[-1].closed = body
        self.seen.add(kind)
        return True
    def of(self, *kinds): return [entry for entry in self.entries if entry.kind in kinds]
    def bodies(self, *kinds): return [entry.body for entry in self.of(*kinds)]
    def files(self): return [body.file for body in self.bodies("photo", "document", "service") if "file" in body]
    def check_bracket(self):
        """§4's anchor, §8's receipts, and §3's certificate, which needs the time bracket of both. Without line 0 there are only receipts."""
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
        for entry in self.of("clock_set", "interrupted", "recovered"):
            self.note({"clock_set": "clock_was_set", "interrupted": "gap", "recovered": "recovered_media"}[entry.kind], f"journal:{entry.seq}")
        is_early = self.since is not None and self.entries[0].clock.wall_us < self.since
        is_late = self.until is not None and any(entry.clock.wall_us > self.until for entry in self.of("ended"))
        if is_early or is_late: self.note("clock_outside_bracket")
    def check_seal(self):
        closed, segments = self.bodies("segment"), [segment for take in self.takes[-1:] for segment in take.segments[-1:]]
        counts = {"takes": len(self.takes), "segments": len(closed), "fragments": len(self.of("fragment", "recovered")),
                  "media_bytes": sum(body.size_bytes for body in closed), "files": len(self.files())}
        if not self.in_full: return
        if self.is_unclosed or segments and not segments[0].closed: self.note("segment_unclosed")
        if self.bodies("sealed") != [counts]: self.note("seal_mismatch" if self.of("sealed") else "not_sealed")

    # §5 Private values
    def check_private(self):
        named, values = collections.defaultdict(set), {}
        for item in private_items([entry.body for entry in self.entries]): named[item.ref].add(item.digest.sha256)
        _, malformed = attempt("private_malformed", self.read_private, values)
        if malformed: self.note(malformed, "private")
        for ref in named.keys() | values.keys():
            is_withheld = (self.ident, ref) in self.withheld
            if ref in values and named.get(ref, {values[ref]}) != {values[ref]}: self.note("private_mismatch", f"private:{ref}")
            if ref in values and is_withheld: self.note("withheld_present", f"private:{ref}")
            if ref not in named and self.in_full: self.note("private_unreferenced", f"private:{ref}")
            if ref not in values and not malformed and not is_withheld: self.note("private_missing", f"private:{ref}")
    def read_private(self, values):
        lines, rest = self.bundle.lines(self.home + "private")
        for item in map(strict_json, lines):
            need(fits(item, "private_value") and item.ref not in values and len(item.value.encode()) <= 4096)
            values[item.ref] = sha(b"quanji/1 private\n" + unbase64(item.salt) + item.value.encode())
        need(not rest)

    # §6 Media
    def check_media(self):
        for file in self.files(): self.held(f"files/{file.digest.sha256}", file)
        self.check_lines()
        for number, take in enumerate(self.takes, 1):
            place, sequence = f"takes/{number}/init.mp4", 0
            init = self.held(place, take.body.init)
            tracks = self.judge(place, read_init, init, take.body) if init is not None else None
            for count, segment in enumerate(take.segments, 1):
                place = f"takes/{number}/{count}.m4s"
                data, start = self.prefixed(segment, place), 0
                for sequence, body in enumerate(segment.fragments, sequence + 1):
                    if tracks is None or data is None: continue
                    if not self.judge(place, read_fragment, data[start:body.end_bytes], tracks, body, sequence): data = None
                    start = body.end_bytes
    def judge(self, place, read, *arguments):
        """What a reader reads; what is not as MEDIA.md says, or not as the line says, is a finding."""
        found, malformed = attempt("media_malformed", read, *arguments)
        if malformed or not found[1]: self.note(malformed or "media_facts_mismatch", place)
        return found and found[0]
    def check_lines(self):
        """What the lines say of each other."""
        following, returned = {}, set()  # of each track, where its next fragment begins; the tracks that are back since their last one
        for kind, body, where in ((entry.kind, entry.body, f"journal:{entry.seq}") for entry in self.entries):
            if kind == "take": take, following, returned = body, {}, set()
            if kind == "track_back": returned.add(body.track)
            if kind == "segment" and (body.size_bytes, body.digest, body.fragments) != (last.end_bytes, last.digest, last.index):
                self.note("segment_mismatch", where)
            if kind not in ("fragment", "recovered"): continue
            if body.end_bytes != body.size_bytes + (last.end_bytes if body.index > 1 else 0): self.note("segment_mismatch", where)
            for track in {"video", "audio"} & body.keys():
                start, due = body[track]["from"], following.get(track, body[track]["from"])
                if track not in take: self.note("media_facts_mismatch", where)
                if start < due or start > due and track not in returned: self.note("decode_discontinuous", where)
                following[track] = start + body[track].ticks
                returned.discard(track)
            last = body
    def fetch(self, where):
        if self.home + where in self.bundle.infos: return self.bundle.read(self.home + where)
        return None if self.home + where in self.withheld else self.note("media_missing", where)
    def held(self, where, file):
        """The bytes of a member that `file` gives size and digest of."""
        data = self.fetch(where)
        is_good = data is None or (len(data), sha(data)) == (file.size_bytes, file.digest.sha256)
        return data if is_good else self.note("media_digest_mismatch", where)
    def prefixed(self, segment, where):
        """The bytes of a segment whose fragments have the digests that the lines give."""
        data, done, running = self.fetch(where), 0, hashlib.sha256()
        is_good = data is None or len(data) <= segment.fragments[-1].end_bytes or not (segment.closed or self.in_full)
        for body in segment.fragments if data is not None else ():
            if body.end_bytes < done: done, running = 0, hashlib.sha256()
            running.update(data[done:body.end_bytes])
            done = body.end_bytes
            is_good = is_good and len(data) >= done and running.hexdigest() == body.digest.sha256
        return data if is_good else self.note("media_digest_mismatch", where)
    def check_time(self):
        recovered = collections.defaultdict(lambda: [0, 0])  # by restart: µs of the leading track, bytes
        for number, take in enumerate(self.takes, 1):
            lead, found = "video" if "video" in take.body else "audio", set()
            for body in (body for segment in take.segments for body in segment.fragments):
                run, scale = body.get(lead), take.body[lead].timescale if lead in take.body else 1
                if "restart" in body: recovered[body.restart][1] += body.size_bytes
                if not run or lead not in take.body: continue
                media, elapsed = (run["from"] + run.ticks) * 10**6 // scale, body.mono_us - take.body.mono_us
                if "restart" in body: recovered[body.restart][0] += run.ticks * 10**6 // scale
                elif abs(media - elapsed) > 100_000 + max(elapsed, 0) * 200 // 10**6: found.add("media_clock_drift")
                if lead == "video" and run.largest * 1000 > 200 * scale: found.add("stalled")
            for code in found: self.note(code, f"takes/{number}")
        if any(us > 1_000_000 and size > 2 * MIB for us, size in recovered.values()): self.note("recovered_too_much")

    # §8 Receipts
    def check_receipts(self):
        valid, (lines, rest) = [], self.bundle.lines(self.home + "receipts")
        for number, text in enumerate(lines + [b"torn"] * bool(rest)):
            receipt, code = attempt("receipt_malformed", self.read_receipt, text)
            codes = {code} if code else set(self.receipt_codes(receipt, valid[-1] if valid else None))
            if not codes: valid.append(receipt)
            for found in codes | set(() if code else regulation_codes(receipt)): self.note(found, f"receipts:{number}")
            if code == "receipt_malformed": break
        self.until = valid[0].stored_us if valid else None
        if not any(receipt.head.seq >= entry.seq for receipt in valid for entry in self.of("sealed")): self.note("receipt_missing", "receipts")
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

    # §9 What is owed
    def check_owed(self):
        elements, excused, films, breaks, how, in_general = set(), False, False, {}, None, False
        for kind, body, seq in ((entry.kind, entry.body, entry.seq) for entry in self.entries):
            about = breaks.get(body.get("interruption"))
            if kind == "opening_passage" and body.confirmed != "no": elements |= set(body.elements)
            if kind == "opening_excused": excused |= body.reason != "act_first"
            if kind == "filming_notice" and body.state != "told_secrets": films = body.state == "someone_films"
            if kind == "interrupted": breaks[seq] = last = Facts(by_hand=body.cause == "officer", gap=None, resumed=False, settled=False, written=False)
            if kind == "take" and breaks: last.resumed = True
            if kind == "resumed" and about: about.gap = body.gap_us
            if kind in ("interruption_reason", "written_statement") and about: about.settled = True
            if kind == "written_statement" and about: about.written = True
            if kind == "written_statement" and "interruption" not in body: in_general = True
            if kind == "ended": how = body.how
        has, lasts = {entry.kind for entry in self.entries}, [*breaks.values()][-1:]
        is_told = set("time place officers matter party stages".split()) <= elements and elements & {"notice", "nobody_present"}
        unsaid = [b for b in breaks.values() if not (b.settled or b.by_hand) and (b.resumed if b.gap is None else b.gap > 3_000_000)]
        is_cut = how == "cut_for_good" or any(b.gap is None and not b.resumed and not b.by_hand for b in lasts)
        is_written = in_general or any(b.written for b in lasts)
        for code, is_owed in {"opening_owed": "take" in has and not excused and not is_told, "interruption_reason_owed": unsaid,
                              "written_statement_owed": how and (is_cut or not has & {"take", "photo", "document"}) and not is_written,
                              "filming_notice_owed": films, "description_owed": not has >= {"place", "officers", "subject"},
                              "preflight_missing": "take" in has and "preflight" not in has}.items():
            if self.in_full and is_owed: self.note(code)

def private_items(value):
    """Every {ref, digest} in a body."""
    if type(value) is Object and value.keys() == {"ref", "digest"}: yield value
    for inner in value.values() if type(value) is Object else value if type(value) is list else (): yield from private_items(inner)

# MEDIA.md
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
def shown(sps):
    """(Width, height, chroma format, luma and chroma depth less 8) of a sequence parameter set."""
    raw, at = bytes(sps).replace(b"\0\0\3", b"\0\0"), 32
    bits = "".join(f"{byte:08b}" for byte in raw)
    def u(count):
        nonlocal at
        at += count
        need(at <= len(bits))
        return int("0" + bits[at - count:at], 2)
    def ue():
        zeros = 0
        while not u(1): zeros += 1
        return (1 << zeros) - 1 + u(zeros)
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
def picture_entry(config):
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
    entry = box(b"avc1", bytes(6), u16(1), bytes(16), u16(width, height), u32(0x480000, 0x480000, 0), u16(1), bytes(32), u16(0x18, 0xFFFF), box(b"avcC", config))
    return entry, {"codec": "avc1." + config[1:4].hex(), "width": width, "height": height}, set(sets)
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
    table = box(b"stbl", box(b"stsd", u32(0, 1), entry), *(box(kind, bytes(size)) for kind, size in ((b"stts", 8), (b"stsc", 8), (b"stsz", 12), (b"stco", 8))))
    media = box(b"minf", header, box(b"dinf", box(b"dref", u32(0, 1), box(b"url ", u32(1)))), table)
    return box(b"trak", box(b"tkhd", u32(0x1000007), bytes(16), u32(number), bytes(24), u16(volume, 0), place), edit, box(b"mdia", box(
        b"mdhd", u32(0x1000000), bytes(16), u32(scale), bytes(8), u16(0x55C4, 0)), box(b"hdlr", bytes(8), handler, bytes(13)), media))
def read_init(data, take):
    """((Parameter sets by track number), whether all is as the `take` says): takes the parameters out, writes the init of them, compares."""
    need(len(data) <= 65_536)
    data, traks, tracks, say = bytes(data), [], {}, {"rotation": take.rotation}
    for body in [body for kind, body in boxes(inside(bytes(data), b"moov")) if kind == b"trak"]:
        scale = int.from_bytes(inside(body, b"mdia", b"mdhd")[20:24], "big")
        (kind, entry), = boxes(inside(body, b"mdia", b"minf", b"stbl", b"stsd")[8:])
        if kind == b"avc1":
            config = inside(entry[78:], b"avcC")
            entry, video, tracks[1] = picture_entry(config)
            stated, size = inside(body, b"tkhd")[52:88], (video["width"], video["height"])
            say["rotation"] = {matrix(rotation, *size): rotation for rotation in (0, 90, 180, 270)}[stated]
            traks.append(trak(1, 0, stated + u32(size[0] << 16, size[1] << 16), b"", scale, b"vide", box(b"vmhd", u32(1, 0, 0)), entry))
            say["video"] = video | {"timescale": scale}
        else:
            esds = inside(entry[28:], b"esds")
            config = esds[26:-3]
            entry, audio, rate = sound_entry(config)
            edits = [inside(body, b"edts", b"elst")[12:16]] if b"edts" in dict(boxes(body)) else []
            need(rate == scale and edits != [bytes(4)])
            edit = b"".join(box(b"edts", box(b"elst", u32(0, 1, 0), priming, u32(1 << 16))) for priming in edits)
            traks.append(trak(2, 0x100, IDENTITY + bytes(8), edit, scale, b"soun", box(b"smhd", bytes(8)), entry))
            tracks[2], say["audio"] = None, audio | {"timescale": scale}
    head = box(b"mvhd", u32(0x1000000), bytes(16), u32(1000), bytes(8), u32(1 << 16), u16(0x100, 0), bytes(8), IDENTITY, bytes(24), u32(3))
    extends = box(b"mvex", *(box(b"trex", u32(0, number, 1, 0, 0, 0)) for number in tracks))
    whole = box(b"ftyp", b"iso6", bytes(4), b"iso6mp41") + box(b"moov", head, *traks, extends)
    need(data == whole and tracks and list(tracks) == sorted(tracks) and len(traks) == len(tracks))
    return tracks, say == {name: take[name] for name in ("rotation", "video", "audio") if name in take}
def is_key(sample, sets):
    """Whether a sample is a key frame; one of sound (that has no parameter sets) is."""
    kinds, at = set(), 0
    need(0 < len(sample) <= (8 * MIB if sets else 16_384))
    while sets and at < len(sample):
        size = int.from_bytes(sample[at:at + 4], "big")
        need(0 < size <= len(sample) - at - 4)
        kinds.add(sample[at + 4] & 31)
        need(sample[at + 4] & 31 not in (7, 8) or bytes(sample[at + 4:at + 4 + size]) in sets)
        at += 4 + size
    need(not sets or kinds & {1, 2, 5})
    return not sets or 5 in kinds
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
        need(flags == 0x20000 and version == 0x1000000 and number > before and number in tracks)
        flags, count, offset = struct.unpack_from(">IIi", parts[2][1])
        samples = list(struct.iter_unpack(">IIIi", parts[2][1][12:]))
        need(flags == 0x1000F01 and 1 <= count == len(samples) <= 512 and offset == len(moof) + 16 + at)
        keys = 0
        for duration, size, flags, _ in samples:
            key = is_key(mdat[at:at + size], tracks[number])
            need(duration and at + size <= len(mdat) and flags == (0x2000000 if key else 0x1010000))
            at, keys = at + size, keys + key
        durations = [sample[0] for sample in samples]
        runs[number] = {"from": start, "ticks": sum(durations), "samples": count, "largest": max(durations)} | ({"keys": keys} if number == 1 else {})
    need(at == len(mdat))
    return True, runs == {number: line[track] for number, track in ((1, "video"), (2, "audio")) if track in line}

# §10 The deadline
DAY_US, CHINA_US, EPOCH = 86_400_000_000, 8 * 3_600_000_000, datetime.date(1970, 1, 1)
@functools.cache
def calendar():
    """`off` or `work`, by date."""
    with open(PROTO / "calendar/cn_holidays.csv", newline="", encoding="utf-8") as file:
        return {datetime.date.fromisoformat(row["date"]): row["kind"] for row in csv.DictReader(file)}
def deadline(trigger_us):
    """(The deadline in µs, whether it is provisional.)"""
    days, published = calendar(), {day.year for day in calendar()}
    day, working, is_provisional = EPOCH + datetime.timedelta((trigger_us + CHINA_US) // DAY_US), 0, False
    while working < 2:
        day += datetime.timedelta(1)
        working += days.get(day) == "work" or day.weekday() < 5 and day not in days
        is_provisional |= day.year not in published or (day.month, day.day) > (12, 25) and day.year + 1 not in published
    return ((day - EPOCH).days + 1) * DAY_US - CHINA_US, is_provisional
def regulation_codes(receipt):
    (first, is_first_open), (second, is_second_open) = deadline(receipt.trigger.not_before_us), deadline(receipt.trigger.not_after_us)
    must = "yes" if receipt.stored_us < first else "undetermined" if receipt.stored_us < second else "no"
    if receipt.on_time == "no": yield "stored_late"
    if receipt.provisional and receipt.on_time == "no": yield "receipt_on_time_wrong"
    if receipt.provisional or is_first_open or is_second_open: return
    if receipt.on_time != must: yield "receipt_on_time_wrong"
    if receipt.deadline_us != first: yield "receipt_deadline_wrong"

# The whole
def read_manifest(bundle):
    need("manifest" in bundle.infos, "manifest_missing")
    lines, rest = bundle.lines("manifest")
    need(len(lines) == 1 and not rest)
    line = read_line(lines[0], b"manifest", "manifest", 64 * MIB)
    need(signed_by(line, line.value.signer), "manifest_signature_invalid" if known(line.value.signer.suite) else "suite_unsupported")
    need(len({item.name for item in line.value.members}) == len(line.value.members))
    return line.value
def read_keyset(bundle, agency):
    need(agency, "agency_key_absent")
    need("keyset" in bundle.infos, "keyset_missing")
    return KeySet(bundle, agency)
def examine(bundle, agency, release, note):
    """§2, in its order, and each record."""
    manifest, code = attempt("manifest_malformed", read_manifest, bundle)
    if code: return note(code, "manifest")
    listed = {item.name: (item.size_bytes, item.digest.sha256) for item in manifest.members}
    for name in listed.keys() | bundle.facts.keys() - {"manifest"}:
        found, stated = bundle.facts.get(name), listed.get(name)
        if found != stated: note("member_missing" if not found else "member_mismatch" if stated else "member_uncovered", name)
    withheld = {item.get("name") or (item.record, item.ref): item for item in manifest.withheld_private + manifest.withheld_members}
    for thing, item in withheld.items():
        note("withheld", str(thing))
        if "approval" not in item: note("withheld_without_approval", str(thing))
        if thing in bundle.infos: note("withheld_present", str(thing))
    keyset, code = attempt("keyset_invalid", read_keyset, bundle, agency)
    if code: note("keyset_invalid" if code in ("signer_unexpected", "signature_invalid") else code, "keyset")
    records = [Record(ident, bundle, keyset, withheld, release, note) for ident in dict.fromkeys(manifest.records)]
    for record in records: record.check()
    vouched = [record.opened.device_key for record in records if record.is_certified]
    if keyset and manifest.signer not in keyset.in_force("document", manifest.created_us) + vouched: note("manifest_signer_unknown", "manifest")
    numbered = collections.defaultdict(list)  # §4, Ledger
    for record in (record for record in records if record.entries):
        key, ledger = record.opened.device_key, record.opened.ledger
        numbered[key.suite, key.public, ledger.epoch, ledger.number].append((record.entries[0].digest, ledger.prev.sha256))
    for (*where, number), here in numbered.items():
        before = [(ZERO, "")] if number == 1 else numbered.get((*where, number - 1), ())
        if len(here) > 1: note("forked_device", f"ledger:{number}")
        if any(prev != digest for _, prev in here for digest, _ in before): note("ledger_broken", f"ledger:{number}")
def verify(path, agency=None, release=False):
    """What is printed of one bundle; `agency`: (suite, public bytes)."""
    found = []
    try: examine(Bundle(path), agency, release, lambda code, place: found.append({"code": code, "place": place}))
    except Unreadable as reason: return {"unreadable": reason.args[0]}
    worst = min([list(VERDICTS).index(EFFECTS[finding["code"]]) for finding in found], default=-1)
    return {"verdict": list(VERDICTS.values())[worst], "codes": sorted({finding["code"] for finding in found}), "findings": found}
def agency_key(path):
    match = re.fullmatch(r"([a-z0-9]{1,16})\.([0-9a-f]{16})\.([A-Za-z0-9_-]+)\n", pathlib.Path(path).read_bytes().decode("latin-1"))
    key = match and Object(suite=match[1], public=match[3])
    need(match and public_bytes(key) and key_id(key) == match[2])
    return key.suite, public_bytes(key)
def report(path, key_path, release):
    agency, misuse = attempt("agency_key", agency_key, key_path) if key_path else (None, None)
    return {"unreadable": misuse} if misuse else verify(path, agency, release)
def main(arguments):
    is_release, arguments = "--release" in arguments, [argument for argument in arguments if argument != "--release"]
    if arguments == ["--batch"]:
        for path, _, key_path in (line.rstrip("\n").partition("\t") for line in sys.stdin):
            print(json.dumps(report(path, key_path, is_release), ensure_ascii=False), flush=True)
        return 0
    key_path = arguments[1] if len(arguments) == 3 and arguments[0] == "--agency-key" else ""
    if len(arguments) != (3 if key_path else 1): return print(__doc__, file=sys.stderr) or 2
    result = report(arguments[-1], key_path, is_release)
    print(json.dumps(result, ensure_ascii=False))
    return 2 if "unreadable" in result else 0 if result["verdict"] in ("valid", "valid_withheld") else 1
if __name__ == "__main__": sys.exit(main(sys.argv[1:]))
