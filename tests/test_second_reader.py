#!/usr/bin/env python3
"""The second reader against the vectors, and against small bundles and hostile primitives made here.

    python3 tests/test_second_reader.py        closing line: "N passed, N failed"; exit 1 when something failed or there were no vectors
"""
import base64, hashlib, io, json, pathlib, sys, tempfile, warnings, zipfile
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
import second_reader as reader
import second_reader_boxes as boxes
import second_reader_primitives as primitive
from second_reader_duties import deadline

VECTORS = reader.PROTO / "vectors/v1"
HERE = pathlib.Path(tempfile.mkdtemp(prefix="second-reader-"))
T0 = 1_794_448_800_000_000  # 2026-11-12T02:00:00Z, a Thursday: stored by Monday is in time
RECORD, DEVICE, AGENCY, BOOT = "aa" * 16, "bb" * 16, "cc" * 16, "dd" * 16


def b64(raw): return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def text_of(value): return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def digest(raw): return {"sha256": hashlib.sha256(raw).hexdigest()}


class Signer:
    """A key made from a seed byte."""
    def __init__(self, seed, suite="ed25519"):
        self.suite = suite
        if suite == "ed25519":
            self.private = ed25519.Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
            self.public = self.private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        else:
            self.private = ec.derive_private_key(seed + 1, ec.SECP256R1())
            self.public = self.private.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
        self.key = {"suite": suite, "public": b64(self.public)}
        self.ident = hashlib.sha256(suite.encode() + b":" + self.public).hexdigest()[:16]

    def raw(self, message):
        if self.suite == "ed25519":
            return self.private.sign(message)
        r, s = utils.decode_dss_signature(self.private.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + min(s, primitive.P256_N - s).to_bytes(32, "big")

    def sign(self, message): return f"{self.suite}.{self.ident}.{b64(self.raw(message))}"


def line(tag, value, *signers):
    message = b"quanji/1 " + tag + b"\n" + text_of(value)
    return ",".join(signer.sign(message) for signer in signers).encode() + b" " + text_of(value)


ROOT, ROLES = Signer(1), {role: Signer(10 + i) for i, role in enumerate(("receipt", "head", "device", "document"))}
DEVICE_KEY, RECORD_KEY = Signer(3), Signer(4, "p256")
AGENCY_PUB = HERE / "agency.pub"
AGENCY_PUB.write_text(f"ed25519.{ROOT.ident}.{b64(ROOT.public)}\n")


class Case:
    """A bundle of one record in which everything is in order; a test changes what it is about before `make`."""
    def __init__(self, record=RECORD):
        self.record = record
        self.keyset = [("root", {"key": ROOT.key}, [ROOT])] + [
            ("key", {"role": role, "key": signer.key, "valid_from_us": 0, "valid_until_us": 2 * T0}, [ROOT]) for role, signer in ROLES.items()]
        self.head_time, self.members, self.withheld_members, self.withheld_private = T0 - 10**6, {}, [], []
        self.photo = b"\xff\xd8 a photo"
        self.certificate = {"edition": 1, "number": 1, "agency": AGENCY, "unit": AGENCY, "device": DEVICE, "key": DEVICE_KEY.key,
                            "issued_us": T0 - 10**9, "valid_from_us": T0 - 10**9, "valid_until_us": T0 + 10**12}
        self.opened = {"format": "quanji/1-draft.1", "record": self.record, "device": DEVICE, "device_key": DEVICE_KEY.key, "record_key": RECORD_KEY.key,
                       "ledger": {"epoch": AGENCY, "number": 1, "prev": {"sha256": "0" * 64}}, "software": {"name": "quanji", "version": "0.1"},
                       "started": "button"}
        self.values = {}
        self.entries = [
            ["place", {"place": self.private("p1", "某地"), "how": "typed"}],
            ["officers", {"officers": [{"officer": "o1", "name": self.private("p2", "甲"), "certificate": self.private("p3", "证001")}], "recorded_by": "o1"}],
            ["subject", {"party": "nobody_present"}], ["filming_notice", {"state": "someone_films"}], ["filming_notice", {"state": "told"}],
            ["photo", {"file": {"size_bytes": len(self.photo), "digest": digest(self.photo)}}],
            ["ended", {"how": "officer", "at_us": T0 + 60 * 10**6}],
            ["sealed", {"takes": 0, "segments": 0, "fragments": 0, "media_bytes": 0, "files": 1}], ["mark", {"mark": "late", "at_mono_us": 5}]]
        self.receipts, self.signer, self.edit_lines, self.edit_members = [{}], ROLES["document"], lambda lines: lines, lambda members: None
        self.receipt_signer, self.clock, self.certificate_signer = ROLES["receipt"], lambda seq: {}, ROLES["device"]
        self.edit_manifest, self.edition = lambda manifest: None, lambda seq: 1

    def private(self, ref, value):
        salt = hashlib.sha256(ref.encode()).digest()[:16]
        self.values[ref] = {"ref": ref, "salt": b64(salt), "value": value}
        return {"ref": ref, "digest": digest(b"quanji/1 private\n" + salt + value.encode())}

    def head(self):
        text, signer = f"quanji.example/log\n7\n{base64.b64encode(bytes(32)).decode()}\ntime {self.head_time}\n", ROLES["head"]
        hint = hashlib.sha256(b"quanji.example/log\n\1" + signer.public).digest()[:4]
        return f"{text}\n— quanji.example/log {base64.b64encode(hint + signer.raw(text.encode())).decode()}\n"

    def journal(self):
        if self.certificate: self.opened["certificate"] = line(b"certificate", self.certificate, self.certificate_signer).decode()
        if self.head_time: self.opened["anchor"] = {"head": self.head()}
        lines, prev, sealed = [], "0" * 64, False
        for seq, (kind, body) in enumerate([["opened", self.opened]] + self.entries):
            clock = {"wall_us": T0 + seq * 10**6, "mono_us": 10**6 * (seq + 9), "boot": BOOT} | self.clock(seq)
            value = {"seq": seq, "prev": {"sha256": prev}, "kind": kind, "edition": self.edition(seq), "clock": clock, "body": body}
            lines.append(line(b"line", value, *([DEVICE_KEY, RECORD_KEY] if seq == 0 else [DEVICE_KEY if sealed else RECORD_KEY])) + b"\n")
            prev, sealed = hashlib.sha256(lines[-1]).hexdigest(), sealed or kind == "sealed"
        self.digests = [hashlib.sha256(text).hexdigest() for text in lines]
        return b"".join(self.edit_lines(lines))

    def receipt(self, number, changes):
        last = len(self.digests) - 1
        closed = [body for kind, body in self.entries if kind == "segment"]
        media = {"count": len(closed), "size_bytes": sum(body["size_bytes"] for body in closed),
                 "digest": digest("".join(body["digest"]["sha256"] + "\n" for body in closed).encode())}
        value = {"edition": 1, "number": number, "agency": AGENCY, "record": self.record, "head": {"seq": last, "digest": {"sha256": self.digests[last]}},
                 "media": media, "kind": "system", "stored_us": T0 + 10**10, "issued_us": T0 + 10**10 + 1,
                 "trigger": {"kind": "completed", "not_before_us": T0, "not_after_us": T0}, "calendars": [],
                 "deadline_us": deadline(T0)[0], "provisional": False, "on_time": "yes", "log": {"origin": "quanji.example/log", "index": 0}}
        return line(b"receipt", value | changes, self.receipt_signer) + b"\n"

    def make(self, name="case"):
        home, keyset, prev = f"records/{self.record}/", [], "0" * 64
        for seq, (kind, body, signers) in enumerate(self.keyset):
            keyset.append(line(b"keyset", {"seq": seq, "prev": {"sha256": prev}, "kind": kind, "body": body}, *signers) + b"\n")
            prev = hashlib.sha256(keyset[-1]).hexdigest()
        members = {"keyset": b"".join(keyset), home + "journal": self.journal(), home + f"files/{digest(self.photo)['sha256']}": self.photo,
                   home + "private": b"".join(text_of(value) + b"\n" for value in self.values.values()),
                   home + "receipts": b"".join(self.receipt(i + 1, changes) for i, changes in enumerate(self.receipts))}
        members |= {home + where: data for where, data in self.members.items()}
        self.edit_members(members)
        listed = [{"name": name, "size_bytes": len(data), "digest": digest(data)} for name, data in members.items()]
        manifest = {"edition": 1, "created_us": T0 + 10**11, "purpose": "court", "signer": self.signer.key, "records": [self.record], "members": listed,
                    "withheld_private": self.withheld_private, "withheld_members": self.withheld_members}
        self.edit_manifest(manifest)
        members["manifest"] = line(b"manifest", manifest, self.signer) + b"\n"
        path = HERE / f"{name}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for where, data in members.items(): file.writestr(where, data)
        self.made = members
        return path

    def codes(self, agency=True, release=False):
        return reader.report(self.make(), AGENCY_PUB if agency else None, release)["codes"]


PASSED, FAILED = [], []
warnings.filterwarnings("ignore", "Duplicate name")  # one of the refused bundles is meant to have one


def check(name, found, expected):
    (PASSED if found == expected else FAILED).append(name)
    if found != expected: print(f"FAILED {name}\n   expected {expected}\n   found    {found}")


def changed(**changes):
    case = Case()
    for name, value in changes.items(): setattr(case, name, value)
    return case


def malformed(action, *arguments): return primitive.attempt("malformed", action, *arguments)[1] == "malformed"


def primitives():
    good = ['{"a":[true,-1,"é"],"b":{}}', '"\\u0001\\n\\""', "9007199254740991", "[" * 16 + "1" + "]" * 16, '"' + "x" * 16_384 + '"', '"\x7f"']
    bad = ['{"a": 1}', '{"a":1,"a":1}', "1.0", "1e3", "-0", "01", "null", "[null]", "9007199254740992", "[" * 17 + "]" * 17, '"\\u00e9"', '"\\/"', '"\\u001F"',
           '"e\u0301"', '{"e\u0301":1}', '"' + "x" * 16_385 + '"', '{"' + "x" * 16_385 + '":1}', '"\\ud800"', "NaN", "\ufeff1", "1\r", "[1,]", "9" * 5000, "[" * 10**5, ""]
    for text in good: check(f"strict JSON takes {text[:20]!r}", malformed(primitive.strict_json, text.encode()), False)
    for text in bad: check(f"strict JSON refuses {text[:20]!r}", malformed(primitive.strict_json, text.encode()), True)
    check("strict JSON refuses what is not UTF-8", malformed(primitive.strict_json, b'"\xff"'), True)
    for text, expected in (("AA", False), ("AB", True), ("AA==", True), ("A", True), ("A+", True), ("AAA", False), ("AAB", True), ("A\nA", True), ("é", True)):
        check(f"base64url {text!r}", malformed(primitive.unbase64, text), expected)
    for value, definition, expected in ((True, {"const": 1}, False), (1, {"const": 1}, True), (False, {"enum": [0, 90]}, False), (True, {"type": "integer"}, False),
                                        ("ab\n", {"type": "string", "pattern": "^[a-z]*$"}, False), (3, {"type": "integer", "maximum": 2}, False)):
        check(f"schema {definition} of {value!r}", primitive.fits(value, definition), expected)


def small_order_points():
    """All encodings of the eight points of small order, by the curve's own arithmetic: from a point of order 8, with every spelling of y and of x = 0."""
    p, d = primitive.ED_P, -121665 * pow(121666, -1, primitive.ED_P) % primitive.ED_P
    def recovered_x(y):
        xx = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
        x = pow(xx, (p + 3) // 8, p)
        x = x if x * x % p == xx else x * pow(2, (p - 1) // 4, p) % p
        return x if x * x % p == xx else None
    def add(a, b):
        t = d * a[0] * b[0] * a[1] * b[1]
        return ((a[0] * b[1] + a[1] * b[0]) * pow(1 + t, -1, p) % p, (a[1] * b[1] + a[0] * b[0]) * pow(1 - t, -1, p) % p)
    start = (recovered_x(primitive.EIGHTH_Y), primitive.EIGHTH_Y)
    points, point = [(0, 1)], start
    while point != (0, 1) and len(points) < 9: points, point = points + [point], add(point, start)
    check("the point of small order has order 8", len(points), 8)
    check("their y are those of the list", {y for _, y in points}, primitive.SMALL_ORDER_Y)
    spellings = {y + more | sign << 255 for x, y in points for more in (0, p) for sign in (0, 1) if y + more < 2**255 and (x == 0 or sign == x & 1)}
    return [value.to_bytes(32, "little") for value in sorted(spellings)]


def signatures():
    signer, message = Signer(7), b"a message"
    signature = signer.raw(message)
    check("Ed25519 verifies", primitive.verifies("ed25519", signer.public, signature, message), True)
    check("Ed25519 refuses another message", primitive.verifies("ed25519", signer.public, signature, b"another"), False)
    longer = signature[:32] + (int.from_bytes(signature[32:], "little") + primitive.ED_L).to_bytes(32, "little")
    check("Ed25519 refuses S + L", primitive.verifies("ed25519", signer.public, longer, message), False)
    spellings = small_order_points()
    check("small order has fourteen spellings", len(spellings), 14)
    for raw in spellings:
        check(f"small order {raw.hex()[:8]}…{raw.hex()[-2:]}", primitive.strict_point(raw), False)
        check(f"A of small order {raw.hex()[:8]}…{raw.hex()[-2:]}", primitive.verifies("ed25519", raw, raw + bytes(32), message), False)
    check("y = p + 3 is not canonical", primitive.strict_point((primitive.ED_P + 3).to_bytes(32, "little")), False)
    signer = Signer(7, "p256")
    signature = signer.raw(message)
    high = signature[:32] + (primitive.P256_N - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")
    check("P-256 verifies", primitive.verifies("p256", signer.public, signature, message), True)
    check("P-256 refuses the high s", primitive.verifies("p256", signer.public, high, message), False)
    check("P-256 refuses r = 0", primitive.verifies("p256", signer.public, bytes(32) + signature[32:], message), False)
    check("P-256 refuses bytes that are no point", primitive.verifies("p256", b"\x02" + b"\xff" * 32, signature, message), False)


def calendar():
    text = (reader.PROTO / "calendar/deadline-cases.csv").read_text(encoding="utf-8")
    import csv, datetime
    for row in csv.DictReader(io.StringIO(text)):
        def us(name): return int(datetime.datetime.fromisoformat(row[name]).timestamp()) * 10**6
        found, is_provisional = deadline(us("trigger"))
        check(f"deadline {row['case']}: provisional", is_provisional, row["provisional"] == "True")
        if not is_provisional: check(f"deadline {row['case']}", found, us("deadline_exclusive"))


def vectors():
    cases = sorted(path.parent for path in VECTORS.glob("*/*/bundle.zip"))
    for case in cases:
        expected = json.loads((case / "expected.json").read_text())
        agency = case / "agency.pub"
        found = reader.report(case / "bundle.zip", agency if agency.exists() else None, expected.pop("release", False))
        found.pop("findings", None)
        if "codes" in expected: expected["codes"] = sorted(set(expected["codes"]))
        check(f"vector {case.parent.name}/{case.name}", found, {name: expected[name] for name in ("verdict", "codes", "unreadable") if name in expected})
    check("there are vectors", bool(cases), True)


def bundles():
    """One change each, and the codes it must give."""
    def case(name, expected, change=lambda case: None, **options):
        made = Case()
        change(made)
        check(name, made.codes(**options), sorted(expected))
    def sets(**changes): return lambda case: vars(case).update(changes)
    def entry(kind, body, at=-3): return lambda case: case.entries.insert(len(case.entries) + at, [kind, body])
    def lines(edit): return sets(edit_lines=edit)
    def opened(**changes): return lambda case: case.opened.update(changes)
    def receipts(*changes): return sets(receipts=list(changes))
    def role(name, signer): return lambda case: case.keyset.append(("key", {"role": name, "key": signer.key, "valid_from_us": 0, "valid_until_us": 2 * T0}, [ROOT]))
    def revoked(signer, at): return lambda case: case.keyset.append(("revoked", {"keyid": signer.ident, "from_us": at}, [ROOT]))
    def both(*changes): return lambda case: [change(case) for change in changes]
    def without(member): return lambda case: case.entries.remove(next(item for item in case.entries if item[0] == member))
    def member(where, edit): return sets(edit_members=lambda members: members.update({where: edit(members[where])}))
    def manifest(**changes): return sets(edit_manifest=lambda manifest: manifest.update(changes))
    home, unknown, other = f"records/{RECORD}/", {"suite": "sm2", "public": "AAAA"}, Signer(9)
    approval = {"by": "agency_head", "number": "n1", "at_us": T0}
    case("a whole bundle", [])
    case("without an agency key", ["agency_key_absent"], agency=False)
    case("a release reader refuses a draft", ["draft_refused"] + UNREAD, release=True)
    case("no key set", ["keyset_missing"], sets(edit_members=lambda members: members.pop("keyset")))
    case("a torn key set", ["keyset_invalid"], member("keyset", lambda data: data[:-1]))
    case("an empty key set", ["keyset_invalid"], member("keyset", lambda data: b""))
    case("another agency's key set", ["keyset_foreign"], sets(keyset=[("root", {"key": other.key}, [other])]))
    case("a new root vouched by the old", [], lambda case: case.keyset.append(("root", {"key": other.key}, [ROOT, other])))
    case("a new root not vouched", ["keyset_invalid"], lambda case: case.keyset.append(("root", {"key": other.key}, [other])))
    case("a root of an unknown suite", ["suite_unsupported"], lambda case: case.keyset.append(("root", {"key": unknown}, [ROOT])))
    case("a role key of an unknown suite", [], lambda case: case.keyset.append(("key", {"role": "head", "key": unknown, "valid_from_us": 0, "valid_until_us": 1}, [ROOT])))
    case("a role key whose bytes are too short", ["keyset_invalid"], role("head", type("Short", (), {"key": {"suite": "ed25519", "public": "AAAA"}})))
    case("no certificate", ["certificate_missing"], sets(certificate=None))
    case("a certificate by another", ["certificate_invalid"], sets(certificate_signer=other))
    case("a certificate not yet valid", ["certificate_outside_validity"], lambda case: case.certificate.update(valid_from_us=T0 + 10**11))
    case("a certificate that begins within the bracket", ["certificate_validity_unproved"], lambda case: case.certificate.update(valid_from_us=T0))
    case("a device revoked before", ["certificate_revoked"], revoked(DEVICE_KEY, T0 - 2 * 10**6))
    case("a device revoked within the bracket", ["certificate_validity_unproved"], revoked(DEVICE_KEY, T0))
    case("a device revoked after", [], revoked(DEVICE_KEY, T0 + 10**12))
    case("the device signs the manifest", [], sets(signer=DEVICE_KEY))
    case("the device signs the manifest, revoked", ["certificate_revoked", "manifest_signer_unknown"], both(sets(signer=DEVICE_KEY), revoked(DEVICE_KEY, 0)))
    case("a stranger signs the manifest", ["manifest_signer_unknown"], sets(signer=other))
    case("a manifest key of another signature", ["manifest_signature_invalid"], manifest(signer=other.key))
    case("a manifest of an unknown suite", ["suite_unsupported"], manifest(signer=unknown))
    case("a manifest that is `true`", ["manifest_malformed"], manifest(edition=True))
    case("no anchor", ["anchor_missing"], sets(head_time=None))
    case("an anchor without a good signature", ["anchor_invalid"], both(sets(head_time=None), lambda case: case.opened.update(anchor={"head": "x"})))
    case("an anchor whose key is revoked", ["anchor_invalid"], revoked(ROLES["head"], T0 - 2 * 10**6))
    case("an anchor after the record", ["clock_outside_bracket"], sets(head_time=T0 + 1))
    case("another record's folder", ["record_mismatch", "receipt_malformed", "receipt_missing"],
         both(opened(record="ee" * 16), receipts({"record": "ee" * 16})))
    case("a first record with a predecessor", ["ledger_broken"], lambda case: case.opened["ledger"].update(prev={"sha256": "1" * 64}))
    case("no receipt", ["receipt_missing"], receipts())
    case("a receipt by another", ["receipt_invalid", "receipt_missing"], sets(receipt_signer=other))
    case("a receipt by a key of an unknown suite", ["receipt_missing", "suite_unsupported"], both(
        sets(receipt_signer=type("Sm2", (), {"sign": lambda self, message: f"sm2.{primitive.key_id(primitive.Object(unknown))}.AA"})()),
        role("receipt", type("Sm2", (), {"key": unknown}))))
    case("a receipt that is stored after it was issued", ["receipt_missing", "receipt_time_order"], receipts({"stored_us": T0 + 10**10 + 2}))
    case("a second receipt with the number of the first", ["receipt_time_order"], receipts({}, {"number": 1}))
    case("a receipt of another head", ["receipt_head_mismatch", "receipt_missing"], receipts({"head": {"seq": 8, "digest": digest(b"")}}))
    case("a receipt of a line that is not there", ["receipt_head_mismatch", "receipt_missing"], receipts({"head": {"seq": 80, "digest": digest(b"")}}))
    case("a receipt of other media", ["receipt_media_mismatch", "receipt_missing"], receipts({"media": {"count": 1, "size_bytes": 0, "digest": digest(b"")}}))
    case("a receipt with another deadline", ["receipt_deadline_wrong"], receipts({"deadline_us": T0}))
    case("a receipt counted by a special rule", [], receipts({"deadline_us": T0, "calendars": ["special_rules/1"]}))
    case("a receipt that says late of what was in time", ["receipt_on_time_wrong", "stored_late"], receipts({"on_time": "no"}))
    late = {"stored_us": T0 + 6 * 86_400 * 10**6, "issued_us": T0 + 6 * 86_400 * 10**6}
    case("a late receipt", ["stored_late"], receipts(late | {"on_time": "no"}))
    case("a provisional receipt is never late", ["receipt_on_time_wrong", "stored_late"], receipts(late | {"on_time": "no", "provisional": True}))
    case("a receipt whose trigger runs backwards", ["receipt_malformed", "receipt_missing"],
         receipts({"trigger": {"kind": "completed", "not_before_us": 1, "not_after_us": 0}}))
    case("a torn receipt", ["receipt_malformed", "receipt_missing"], member(home + "receipts", lambda data: data[:-1]))
    case("no journal", ["journal_missing", "manifest_signer_unknown"], both(sets(signer=DEVICE_KEY), sets(edit_members=lambda members: members.pop(home + "journal"))))
    case("an empty journal", ["line_malformed"] + UNREAD, lines(lambda lines: []))
    case("a torn line", ["line_torn"], lines(lambda lines: lines + [b"x"]))
    case("a line in another order", ["chain_broken", "receipt_missing"] , lines(lambda lines: lines[:2] + [lines[3], lines[2]] + lines[4:]))
    case("a line twice", ["chain_broken", "receipt_missing"], lines(lambda lines: lines[:2] + lines[1:]))
    case("a line left out at the end", ["not_sealed", "receipt_head_mismatch", "receipt_missing"], lines(lambda lines: lines[:-2]))
    case("a line with a space", ["line_malformed", "receipt_missing"], lines(lambda lines: [lines[0], lines[1].replace(b":", b": ", 1)] + lines[2:]))
    case("an altered line", ["receipt_missing", "signature_invalid"], lines(lambda lines: [lines[0], lines[1].replace(b"typed", b"xyped")] + lines[2:]))
    def renamed(text, old, new): return text.replace(old, new, 1)
    case("a signature of an unknown suite beside", ["chain_broken", "receipt_missing", "suite_unsupported"],
         lines(lambda lines: [lines[0], b"sm2.0123456789abcdef.AA," + lines[1]] + lines[2:]))
    case("a signature relabelled", ["receipt_missing", "signer_unexpected", "suite_unsupported"], lines(lambda lines: [lines[0], renamed(lines[1], b"p256.", b"p257.")] + lines[2:]))
    case("a signature under another known suite", ["receipt_missing", "signature_invalid"], lines(lambda lines: [lines[0], renamed(lines[1], b"p256.", b"ed25519.")] + lines[2:]))
    case("a device key of an unknown suite", ["signer_unexpected", "suite_unsupported"] + UNREAD, opened(device_key=unknown))
    case("a record key that is no key", ["signature_invalid"] + UNREAD, opened(record_key={"suite": "p256", "public": "AB"}))
    case("another format", ["format_unsupported"] + UNREAD, opened(format="quanji/1-draft.2"))
    case("an unknown kind", ["kind_unsupported", "receipt_missing"], entry("hologram", {"x": 1}))
    case("an unknown edition of the seal", ["kind_unsupported", "receipt_missing"], sets(edition=lambda seq: 2 if seq == 8 else 1))
    case("a body that is not of its kind", ["body_malformed", "receipt_missing"], entry("stage", {"stage": "lunch"}))
    case("opened twice", ["entry_misplaced", "receipt_missing"], entry("opened", {}))
    case("an act after the seal", ["entry_misplaced"], entry("stage", {"stage": "filing"}, at=0))
    case("a seal without an end", ["entry_misplaced", "receipt_missing"], without("ended"))
    case("an end twice", ["entry_misplaced", "receipt_missing"], entry("ended", {"how": "officer", "at_us": T0}))
    case("no seal", ["not_sealed", "receipt_missing"], lambda case: case.entries.__setitem__(slice(-2, None), []))
    case("a seal that counts wrong", ["seal_mismatch"], lambda case: case.entries[-2][1].update(files=2))
    case("a clock going back", ["clock_backwards", "clock_jump"], sets(clock=lambda seq: {"mono_us": 1} if seq == 4 else {}))
    case("sound 80 ms late", [], entry("capture_clock", {"at_mono_us": 0, "av_offset_us": 80_000, "set": 0}))
    case("sound later than that", ["av_offset"], entry("capture_clock", {"at_mono_us": 0, "av_offset_us": 80_001, "set": 0}))
    case("sound early", ["av_offset"], entry("capture_clock", {"at_mono_us": 0, "av_offset_us": -80_001, "set": 0}))
    case("clocks that were not measured", [], entry("capture_clock", {"at_mono_us": 0, "set": 3}))
    case("a clock that was set", ["clock_was_set"], both(entry("clock_set", {"wall_before_us": 0, "wall_after_us": 0}), sets(
        clock=lambda seq: {"wall_us": T0 + (seq + 9 * (seq >= 7)) * 10**6})))
    case("a clock that was set after the seal, before an addendum", ["clock_was_set"], both(
        lambda case: case.entries.append(["clock_set", {"wall_before_us": 0, "wall_after_us": 0}]),
        lambda case: sets(clock=lambda seq: {"wall_us": T0 + (seq + 9 * (seq >= len(case.entries))) * 10**6})(case)))
    case("a wall clock jumping unsaid", ["clock_jump"], sets(clock=lambda seq: {"wall_us": T0 + (seq + 9 * (seq >= 6)) * 10**6}))
    case("private: a changed value", ["private_mismatch"], lambda case: case.values["p1"].update(value="他"))
    case("private: a value nobody names", ["private_unreferenced"], lambda case: case.private("p9", "x"))
    case("private: a value that is not there", ["private_missing"], lambda case: case.values.pop("p1"))
    case("private: a value withheld", ["withheld"], both(lambda case: case.values.pop("p1"), sets(withheld_private=[{"record": RECORD, "ref": "p1", "approval": approval}])))
    case("private: withheld without approval, and there", ["withheld", "withheld_present", "withheld_without_approval"],
         sets(withheld_private=[{"record": RECORD, "ref": "p1"}]))
    case("private: a value twice", ["private_malformed"], member(home + "private", lambda data: data * 2))
    photo = home + f"files/{digest(Case().photo)['sha256']}"
    case("a photo withheld", ["withheld"], both(sets(withheld_members=[{"name": photo, "approval": approval}]), sets(edit_members=lambda members: members.pop(photo))))
    case("a photo withheld, and there", ["withheld", "withheld_present"], sets(withheld_members=[{"name": photo, "approval": approval}]))
    case("a photo missing", ["media_missing"], sets(edit_members=lambda members: members.pop(photo)))
    case("a photo changed", ["media_digest_mismatch"], member(photo, lambda data: data + b"x"))
    case("a member listed twice", ["manifest_malformed"], sets(edit_manifest=lambda manifest: manifest["members"].append(manifest["members"][0])))
    case("a member listed and not there", ["member_missing"], sets(edit_manifest=lambda manifest: manifest["members"].append(manifest["members"][0] | {"name": "x"})))
    case("a member that nothing lists", ["member_uncovered"], sets(edit_manifest=lambda manifest: manifest["members"].pop()))
    case("a member listed otherwise", ["member_mismatch"], sets(edit_manifest=lambda manifest: manifest["members"][-1].update(size_bytes=1)))
    case("someone films and is not told", ["filming_notice_owed"], entry("filming_notice", {"state": "someone_films"}))
    case("told later, looking back", [], entry("filming_notice", {"state": "told"}, at=0))
    case("nothing described", ["description_owed"], without("subject"))
    case("a cut for good", ["written_statement_owed"], lambda case: case.entries[-3][1].update(how="cut_for_good"))


def more():
    """What is refused before there is a verdict; several records; and the rest that `bundles` cannot say."""
    def unreadable(name, expected, edit):
        path = Case().make()
        edit(path)
        check(f"unreadable: {name}", reader.report(path, AGENCY_PUB).get("unreadable"), expected)
    def with_member(name, data=b"x", attr=0, method=zipfile.ZIP_STORED):
        def edit(path):
            info = zipfile.ZipInfo(name)
            info.external_attr, info.compress_type = attr << 16, method
            with zipfile.ZipFile(path, "a") as file: file.writestr(info, data)
        return edit
    def bytes_of(edit): return lambda path: path.write_bytes(edit(bytearray(path.read_bytes())))
    def directory(offset, value):  # in the first entry of the directory
        def edit(data):
            at = data.index(b"PK\1\2") + offset
            data[at:at + len(value)] = value
            return data
        return bytes_of(edit)
    unreadable("nothing", "container", bytes_of(lambda data: b""))
    unreadable("cut short", "container", bytes_of(lambda data: data[:-30]))
    unreadable("encrypted", "container", directory(8, b"\1"))
    unreadable("packed by an unknown method", "container", directory(10, b"\x0c"))
    unreadable("really packed by bzip2", "container", with_member("x", method=zipfile.ZIP_BZIP2))
    unreadable("a CRC that lies", "container", directory(16, b"\0\0\0\0"))
    unreadable("a size that lies", "container", directory(24, b"\1\0\0\0"))
    for name in ("../x", "/x", "a//b", "a/", "A", "a.b.c", "x" * 201, "a/b/c/d/e/f/g", "a\\b", "é", "manifest"):
        unreadable(f"a member named {name[:12]!r}", "member_name", with_member(name))
    unreadable("a link", "member_name", with_member("x", attr=0o120777))
    unreadable("a bomb", "limit", with_member("x", bytes(2 << 20), method=zipfile.ZIP_DEFLATED))
    unreadable("a member over 64 MiB", "limit", directory(24, (64 * 2**20 + 1).to_bytes(4, "little")))
    check("an agency key whose id is another's", reader.report(Case().make(), wrote("wrong.pub", f"ed25519.{'0' * 16}.{b64(ROOT.public)}\n")), {"unreadable": "agency_key"})
    def case(name, expected, change): check(name, changed_codes(change), sorted(expected))
    def changed_codes(change):
        made = Case()
        change(made)
        return made.codes()
    def remade(name, edit):
        path = Case().make()
        with zipfile.ZipFile(path) as file: members = {item: file.read(item) for item in file.namelist()}
        edit(members)
        with zipfile.ZipFile(path, "w") as file:
            for item, data in members.items(): file.writestr(item, data)
        return reader.report(path, AGENCY_PUB)["codes"]
    check("no manifest", remade("x", lambda members: members.pop("manifest")), ["manifest_missing"])
    check("two manifest lines", remade("x", lambda members: members.update(manifest=members["manifest"] * 2)), ["manifest_malformed"])
    check("a torn manifest", remade("x", lambda members: members.update(manifest=members["manifest"][:-1])), ["manifest_malformed"])
    case("a key set line left out", ["keyset_invalid"], lambda case: vars(case).update(edit_members=lambda members: members.update(
        keyset=b"".join(members["keyset"].splitlines(True)[:1] + members["keyset"].splitlines(True)[2:]))))
    case("line 0 of another edition", ["kind_unsupported", "receipt_missing"], lambda case: vars(case).update(edition=lambda seq: 2 if seq == 0 else 1))
    case("line 0 of another edition ends the reading", ["kind_unsupported", "receipt_missing"], lambda case: vars(case).update(
        edition=lambda seq: 2 if seq == 0 else 1, edit_lines=lambda lines: lines[:1] + lines[2:]))
    case("line 0 without a key", ["body_malformed", "receipt_missing"], lambda case: vars(case).update(
        opened={name: value for name, value in case.opened.items() if name != "format"}))
    case("line 0 with another member", ["body_malformed", "receipt_missing"], lambda case: case.opened.update(x=1))
    case("a certificate of another device", ["certificate_invalid"], lambda case: case.certificate.update(device=AGENCY))
    case("a certificate of another key", ["certificate_invalid"], lambda case: case.certificate.update(key=RECORD_KEY.key))
    case("private: a torn line", ["private_malformed"], lambda case: vars(case).update(edit_members=lambda members: members.update(
        {f"records/{RECORD}/private": members[f"records/{RECORD}/private"][:-1]})))
    for name, number, prev, expected in (("a second record", 2, None, []), ("a second record with another predecessor", 2, "1" * 64, ["ledger_broken"]),
                                         ("a record with a number that is taken", 1, "0" * 64, ["forked_device"]), ("a third record", 3, "1" * 64, [])):
        first, second = Case(), Case("ab" * 16)
        first.make()
        second.opened["ledger"].update(number=number, prev={"sha256": prev or first.digests[0]})
        second.edit_members = lambda members: members.update(first.made | members)
        second.edit_manifest = lambda manifest: (manifest["records"].append(RECORD), manifest.update(
            members=[item for item in manifest["members"] if item["name"] != "manifest"]))
        check(f"ledger: {name}", [code for code in second.codes() if code != "member_mismatch"], expected)
    nal = lambda *raw: len(raw).to_bytes(4, "big") + bytes(raw)
    sets, hevc = (b"avc1", {b"\x67a", b"\x68b"}), (b"hvc1", {b"\x40\1a", b"\x42\1b", b"\x44\1c"})
    for name, sample, expected in (("a key frame", nal(0x65, 1), True), ("another picture", nal(0x41, 1), False), ("sets of the init", nal(0x67, 97) + nal(0x65, 1), True),
                                   ("other sets", nal(0x67, 98) + nal(0x65, 1), None), ("no slice", nal(0x67, 97), None), ("a length that lies", nal(0x65, 1)[:-1], None),
                                   ("a length of nothing", nal(0x65, 1) + bytes(4), None), ("nothing", b"", None)):
        check(f"sample: {name}", primitive.attempt("x", boxes.is_key, sample, sets)[0], expected)
    for name, sample, expected in (("IDR", nal(0x26, 1), True), ("CRA", nal(0x2A, 1), True), ("trailing", nal(2, 1), False), ("a leading one that leans on others", nal(0x12, 1), False),
                                   ("a reserved type", nal(0x2C, 1), None), ("another layer", nal(0x26, 9), None), ("a layer above 31", nal(0x27, 1), None), ("half a header", nal(0x26), None),
                                   ("sets of the init", nal(0x40, 1, 97) + nal(0x26, 1), True), ("other sets", nal(0x42, 1, 97) + nal(0x26, 1), None),
                                   ("the forbidden bit", nal(0xA6, 1), None)):
        check(f"sample of HEVC: {name}", primitive.attempt("x", boxes.is_key, sample, hevc)[0], expected)


def wrote(name, text):
    (HERE / name).write_text(text)
    return HERE / name


def with_sound(case, clip=None):
    """Adds a take of two segments of sound (each one fragment of 20 samples of 1,024 ticks at 48 kHz) to a case."""
    config, box, u16, u32, home = b"\x11\x90", boxes.box, boxes.u16, boxes.u32, f"records/{RECORD}/takes/1/"
    entry, say, _ = boxes.sound_entry(config)
    track = boxes.trak(2, 0x100, boxes.IDENTITY + bytes(8), b"", 48_000, b"soun", box(b"smhd", bytes(8)), entry)
    head = box(b"mvhd", u32(0x1000000), bytes(16), u32(1000), bytes(8), u32(1 << 16), u16(0x100, 0), bytes(8), boxes.IDENTITY, bytes(24), u32(3))
    init = box(b"ftyp", b"iso6", bytes(4), b"iso6mp41") + box(b"moov", head, track, box(b"mvex", box(b"trex", u32(0, 2, 1, 0, 0, 0))))
    case.media = {"init.mp4": init}
    take = {"take": 1, "cause": "start", "init": {"size_bytes": len(init), "digest": digest(init)}, "rotation": 0, "mono_us": 10**7, "zero_mono_us": 10**7,
            "audio": say | {"timescale": 48_000}}
    entries = [["preflight", {"notes": []}], ["opening_excused", {"reason": "covered_by_activity"}], ["take", take]]
    for number in (1, 2):
        samples = [bytes([number, index]) for index in range(20)]
        table = b"".join(u32(1024, 2, 0x2000000, 0) for _ in samples)
        start = 20 * 1024 * (number - 1)
        traf = box(b"traf", box(b"tfhd", u32(0x20000, 2)), box(b"tfdt", u32(0x1000000, 0, start)), box(b"trun", u32(0x1000F01, 20, 24 + 64 + 320 + 8), table))
        data = box(b"moof", box(b"mfhd", u32(0, number)), traf) + box(b"mdat", *samples)
        case.media[f"{number}.m4s"] = data
        end = 10**7 + (start + 20_480) * 10**6 // 48_000
        entries.append(["fragment", {"take": 1, "segment": number, "index": 1, "size_bytes": len(data), "end_bytes": len(data), "digest": digest(data),
                                     "mono_us": end, "audio": {"from": start, "ticks": 20_480, "samples": 20, "largest": 1024}}])
        entries.append(["segment", {"take": 1, "segment": number, "fragments": 1, "size_bytes": len(data), "digest": digest(data), "cut": "take_end"}])
    case.entries[0:0] = entries
    case.members = {f"takes/1/{name}": data for name, data in case.media.items()}
    case.body = {"take": take, "fragment": entries[3][1], "second": entries[5][1], "segment": entries[4][1]}
    next(body for kind, body in case.entries if kind == "sealed").update(takes=1, segments=2, fragments=2, media_bytes=2 * len(data))


def media():
    """One change each of a record with a take of sound."""
    def case(name, expected, change=lambda case: None):
        made = Case()
        with_sound(made)
        change(made)
        check(f"media: {name}", made.codes(), sorted(expected))
    def body(which, **changes): return lambda case: case.body[which].update(changes)
    def rewritten(name, edit):  # the bytes change, and the lines say so
        def change(case):
            data = case.members[f"takes/1/{name}"] = edit(case.media[name])
            facts = {"size_bytes": len(data), "digest": digest(data)}
            if name == "init.mp4": return case.body["take"].update(init=facts)
            for kind, item in case.entries:
                if item.get("segment") == int(name[0]): item.update(facts | ({"end_bytes": len(data)} if kind == "fragment" else {}))
            next(item for kind, item in case.entries if kind == "sealed").update(media_bytes=sum(
                item["size_bytes"] for kind, item in case.entries if kind == "segment"))
        return change
    def swap(old, new): return lambda data: data.replace(old, new, 1)
    def member(name, data): return lambda case: case.members.update({f"takes/1/{name}": data(case.media[name])})
    def both(*changes): return lambda case: [change(case) for change in changes]
    def at(kind, number=1): return lambda case: [i for i, item in enumerate(case.entries) if item[0] == kind][number - 1]
    def insert(kind, body, before, number=1): return lambda case: case.entries.insert(at(before, number)(case), [kind, body])
    def drop(kind, number=1): return lambda case: case.entries.pop(at(kind, number)(case))
    case("whole", [])
    case("the init is missing", ["media_missing"], lambda case: case.members.pop("takes/1/init.mp4"))
    case("a segment is missing", ["media_missing"], lambda case: case.members.pop("takes/1/2.m4s"))
    case("a segment has one more byte", ["media_digest_mismatch"], member("1.m4s", lambda data: data + b"x"))
    case("a segment has one byte less", ["media_digest_mismatch"], member("1.m4s", lambda data: data[:-1]))
    case("an init changed", ["media_digest_mismatch"], member("init.mp4", swap(b"iso6", b"iso5")))
    case("an init of another brand", ["media_malformed"], rewritten("init.mp4", swap(b"iso6", b"iso5")))
    case("an init with a byte behind", ["media_malformed"], rewritten("init.mp4", lambda data: data + b"\0"))
    case("an init of nothing", ["media_malformed"], rewritten("init.mp4", lambda data: b""))
    case("a fragment with another box", ["media_malformed"], rewritten("1.m4s", swap(b"tfdt", b"tfdx")))
    case("a fragment with a byte behind", ["media_malformed"], rewritten("1.m4s", lambda data: data + b"\0"))
    case("a fragment out of sequence", ["media_malformed"], rewritten("1.m4s", swap(boxes.box(b"mfhd", boxes.u32(0, 1)), boxes.box(b"mfhd", boxes.u32(0, 2)))))
    begins = lambda *words: boxes.box(b"tfdt", boxes.u32(0x1000000, *words))
    case("a fragment that begins at 2^54 ticks", ["media_facts_mismatch"], rewritten("1.m4s", swap(begins(0, 0), begins(1 << 22, 0))))
    case("a fragment that begins beyond", ["media_malformed"], rewritten("1.m4s", swap(begins(0, 0), begins(1 << 22, 1))))
    case("a sample without duration", ["media_malformed"], rewritten("1.m4s", swap(boxes.u32(1024, 2), boxes.u32(0, 2))))
    case("a sample of another duration", ["media_facts_mismatch"], rewritten("1.m4s", swap(boxes.u32(1024, 2), boxes.u32(1025, 2))))
    case("another number of samples", ["media_facts_mismatch"], lambda case: case.body["fragment"]["audio"].update(samples=21))
    case("another rate", ["media_facts_mismatch"], lambda case: case.body["take"]["audio"].update(channels=1))
    case("another codec", ["media_facts_mismatch"], lambda case: case.body["take"]["audio"].update(codec="mp4a.40.5"))
    case("a track that the take has not", ["media_facts_mismatch"], body("fragment", video={"from": 0, "ticks": 0, "samples": 1, "largest": 0, "keys": 0}))
    case("decode times with a gap", ["decode_discontinuous", "media_facts_mismatch"], lambda case: case.body["second"]["audio"].update({"from": 20_481}))
    case("decode times with a gap after the track came back", ["media_facts_mismatch"], both(
        lambda case: case.body["second"]["audio"].update({"from": 20_481}), insert("track_back", {"track": "audio", "at_mono_us": 1}, "fragment", 2)))
    case("decode times that overlap after the track came back", ["decode_discontinuous", "media_facts_mismatch"], both(
        lambda case: case.body["second"]["audio"].update({"from": 20_479}), insert("track_back", {"track": "audio", "at_mono_us": 1}, "fragment", 2)))
    case("a first fragment that begins later", ["media_facts_mismatch", "decode_discontinuous"], lambda case: case.body["fragment"]["audio"].update({"from": 1}))
    case("a segment of another size", ["segment_mismatch", "seal_mismatch", "receipt_media_mismatch", "receipt_missing"][:2], body("segment", size_bytes=1))
    case("a segment of other fragments", ["segment_mismatch"], body("segment", fragments=2))
    case("a fragment that ends elsewhere", ["segment_mismatch"], body("fragment", size_bytes=1))
    def recovered(ticks, size):
        return lambda case: (case.body["second"].update(restart=1, size_bytes=size, end_bytes=size), case.body["second"]["audio"].update(ticks=ticks),
                             case.entries[5].__setitem__(0, "recovered"))
    wrong = ["media_digest_mismatch", "recovered_media", "segment_mismatch"]
    case("more than a second and 2 MiB recovered", wrong + ["recovered_too_much"], recovered(48_001, 2**21 + 1))
    case("a second recovered", wrong, recovered(48_000, 2**21 + 1))
    case("2 MiB recovered", wrong, recovered(48_001, 2**21))
    case("a track that the take has not, of a record without media", ["media_facts_mismatch", "withheld"], both(
        body("fragment", video={"from": 0, "ticks": 0, "samples": 1, "largest": 0, "keys": 0}), lambda case: case.members.pop("takes/1/1.m4s"), lambda case: vars(
            case).update(withheld_members=[{"name": f"records/{RECORD}/takes/1/1.m4s", "approval": {"by": "officer", "number": "n", "at_us": 1}}])))
    case("a fragment whose boxes are in another order", ["media_malformed"], rewritten("1.m4s", lambda data: data.replace(b"tfhd", b"tfxx").replace(b"tfdt", b"tfhd")))
    case("a clock that drifts", ["media_clock_drift"], body("second", mono_us=10**7 + 20_480 * 2 * 10**6 // 48_000 + 100_191))
    case("a clock that just does not drift", [], body("second", mono_us=10**7 + 20_480 * 2 * 10**6 // 48_000 + 100_190))
    case("a zero before the take", ["media_clock_drift"], body("take", zero_mono_us=-(10**7)))
    case("a take of another number", ["entry_misplaced", "receipt_missing"], body("take", take=2))
    case("a fragment of another index", ["entry_misplaced", "receipt_missing"], body("second", index=2))
    case("a fragment of another segment", ["entry_misplaced", "receipt_missing"], body("second", segment=3))
    case("a segment closed twice", ["entry_misplaced", "receipt_missing"], lambda case: case.entries.insert(5, ["segment", case.body["segment"]]))
    case("a segment not closed", ["seal_mismatch", "segment_unclosed"], drop("segment", 2))
    case("a take while a segment is open", ["entry_misplaced", "receipt_missing"], both(drop("segment", 2), insert("take", {}, "place"), lambda case: case.entries[at(
        "take", 2)(case)][1].update(case.body["take"] | {"take": 2})))
    case("a take after an interruption with a segment open", ["gap", "media_missing", "seal_mismatch", "segment_unclosed", "interruption_reason_owed"], both(
        drop("segment", 2), insert("interrupted", {"cause": "battery", "at_us": T0}, "place"), insert("take", {}, "place"), lambda case: case.entries[at(
            "take", 2)(case)][1].update(case.body["take"] | {"take": 2})))
    case("recovered media", ["recovered_media"], lambda case: (case.body["second"].update(restart=1), case.entries[5].__setitem__(0, "recovered")))
    case("an unexplained gap", ["gap", "interruption_reason_owed"], both(
        insert("interrupted", {"cause": "heat", "at_us": T0}, "place"), insert("resumed", {"interruption": 8, "gap_us": 3_000_001, "gap_clock": "mono"}, "place")))
    case("a gap at the threshold", ["gap"], both(
        insert("interrupted", {"cause": "heat", "at_us": T0}, "place"), insert("resumed", {"interruption": 8, "gap_us": 3_000_000, "gap_clock": "mono"}, "place")))
    case("a last interruption that is not resumed", ["gap", "written_statement_owed"], insert("interrupted", {"cause": "heat", "at_us": T0}, "place"))
    case("a last interruption by hand", ["gap"], insert("interrupted", {"cause": "officer", "at_us": T0}, "place"))
    case("no opening, no preflight", ["opening_owed", "preflight_missing"], both(drop("preflight"), drop("opening_excused")))


UNREAD = ["receipt_missing"]  # what else a record is found to lack when nothing of it was read (without agency findings, which need line 0)


if __name__ == "__main__":
    for part in (primitives, signatures, calendar, bundles, more, media, vectors): part()
    print(f"{len(PASSED)} passed, {len(FAILED)} failed")
    sys.exit(bool(FAILED))
