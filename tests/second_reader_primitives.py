#!/usr/bin/env python3
"""FORMAT.md section 1, the second reader's way: strict JSON and its schema, base64url, keys, signatures, signed lines."""
import base64, hashlib, json, pathlib, re, struct, unicodedata
from types import SimpleNamespace as Facts
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

PROTO = pathlib.Path(__file__).resolve().parent.parent / "proto"
DEFS = json.loads((PROTO / "evidence/v1/entries.schema.json").read_text(encoding="utf-8"))["$defs"]


class Stop(Exception): """Ends a reading with a finding; without one, "not of its form", which has another code for each thing read."""


class Unreadable(Exception): """Section 2: no verdict; the reason."""


FAULTS = (Stop, ValueError, LookupError, RecursionError, struct.error)


def need(holds, code=None, kind=Stop):
    if not holds: raise kind(code)


def attempt(otherwise, action, *arguments):  # (what the action gives, None), or (None, the code of the finding it stopped with)
    try: return action(*arguments), None
    except FAULTS as fault: return None, isinstance(fault, Stop) and fault.args[0] or otherwise


def sha(data): return hashlib.sha256(data).hexdigest()


# §1 Primitives
class Object(dict): __getattr__ = dict.__getitem__  # a JSON object; `value.name` reads a member


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
KEYWORDS = {  # of JSON Schema: (a value, what the schema says, the whole schema) → whether it holds; `type` stands first in every schema
    "type": lambda it, says, _: type(it) is TYPES[says], "$ref": lambda it, says, _: fits(it, says.removeprefix("#/$defs/")),
    "const": lambda it, says, _: type(it) is type(says) and it == says,  # true is not 1
    "enum": lambda it, says, _: any(type(it) is type(item) and it == item for item in says),
    "pattern": lambda it, says, _: re.fullmatch(says, it) is not None,
    "minimum": lambda it, says, _: it >= says, "maximum": lambda it, says, _: it <= says,
    "minItems": lambda it, says, _: len(it) >= says, "maxItems": lambda it, says, _: len(it) <= says,
    "items": lambda it, says, _: all(fits(item, says) for item in it), "required": lambda it, says, _: it.keys() >= set(says),
    "propertyNames": lambda it, says, _: all(fits(name, says) for name in it), "maxProperties": lambda it, says, _: len(it) <= says,
    "properties": lambda it, says, _: all(fits(it[name], says[name]) for name in it.keys() & says.keys()),
    "additionalProperties": lambda it, says, whole: all(says and fits(it[name], says) for name in it.keys() - whole["properties"])}


def fits(value, schema):  # against a schema, or against the definition of that name
    schema = DEFS[schema] if type(schema) is str else schema
    return all(KEYWORDS[word](value, rule, schema) for word, rule in schema.items())


def unbase64(text, padded=False):  # base64url without padding, or standard base64 with it: one spelling for one byte string
    encode, decode = (base64.b64encode, base64.b64decode) if padded else (base64.urlsafe_b64encode, base64.urlsafe_b64decode)
    raw = decode(text if padded else text + "=" * (-len(text) % 4))
    need((encode(raw) if padded else encode(raw).rstrip(b"=")).decode() == text)
    return raw


PUBLIC_SIZE = {"ed25519": 32, "p256": 33}  # the suites of this edition
ED_P, ED_L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
P256_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
EIGHTH_Y = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL_ORDER_Y = {1, ED_P - 1, 0, EIGHTH_Y, ED_P - EIGHTH_Y}  # of order 1, 2, 4, 8, 8: eight points, for the last three y have two x each


def strict_point(raw):  # an A or an R: y below p, and not of small order (as are the y of x = 0, whose sign could be either)
    y = int.from_bytes(raw, "little") % 2**255
    return y < ED_P and y not in SMALL_ORDER_Y


def verifies(suite, public, signature, message):
    first, second = signature[:32], signature[32:]
    try:
        if suite == "ed25519":
            need(strict_point(public) and strict_point(first) and int.from_bytes(second, "little") < ED_L)
            return ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message) is None
        r, s = int.from_bytes(first, "big"), int.from_bytes(second, "big")
        need(0 < r < P256_N and 0 < s <= P256_N // 2)
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
        return point.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256())) is None
    except (*FAULTS, InvalidSignature): return False


def known(suite): return suite in PUBLIC_SIZE


def public_bytes(key):  # none for a `public` that makes no key
    raw = attempt("", unbase64, key.public)[0] or b""
    return raw if len(raw) == PUBLIC_SIZE.get(key.suite, len(raw)) else b""


def key_id(key): return sha(key.suite.encode() + b":" + public_bytes(key))[:16]
SIGNATURE = re.compile(rb"([a-z0-9]{1,16})\.([0-9a-f]{16})\.([A-Za-z0-9_-]+)")


def signatures(text):  # joined by commas → {key id: (suite, signature)}
    found = [SIGNATURE.fullmatch(item) for item in text.split(b",")]
    need(all(found))
    signed = {match[2].decode(): (match[1].decode(), unbase64(match[3].decode())) for match in found}
    need(len(signed) == len(found) and all(len(signature) == 64 or not known(suite) for suite, signature in signed.values()))
    return signed


def read_line(raw, tag, definition, limit=65_536):  # without its LF → signed {key id: (suite, signature)}, message, value
    head, _, text = raw.partition(b" ")
    signed = signatures(head)
    need(len(raw) < limit and len(signed) <= 4)
    need(fits(value := strict_json(text), definition))
    return Facts(signed=signed, message=b"quanji/1 " + tag + b"\n" + text, value=value)


def signed_by(line, key):
    suite, signature = line.signed.get(key_id(key), ("", b""))
    return suite == key.suite and known(suite) and verifies(suite, public_bytes(key), signature, line.message)


def check_signers(line, required, unsupported):  # §4.5: signed by the required keys and no other
    if not all(map(known, [suite for suite, _ in line.signed.values()] + [key.suite for key in required])): unsupported("suite_unsupported")
    keys = {key_id(key): key for key in required if known(key.suite)}
    need(all(map(public_bytes, keys.values())), "signature_invalid")
    need({ident for ident, (suite, _) in line.signed.items() if known(suite)} == keys.keys(), "signer_unexpected")
    need(all(signed_by(line, key) for key in keys.values()), "signature_invalid")
