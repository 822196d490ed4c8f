#!/usr/bin/env python3
"""Every statement of the valid vectors fits entries.schema.json, in the eyes of a JSON Schema library that knows nothing of us.

    python3 tests/schema_vectors.py        closing line: "N statements fit"; exit 1 at the first that does not
"""
import json, pathlib, sys, zipfile
import jsonschema

PROTO = pathlib.Path(__file__).resolve().parent.parent / "proto"
SCHEMA = json.loads((PROTO / "evidence/v1/entries.schema.json").read_text())
jsonschema.Draft202012Validator.check_schema(SCHEMA)
VALIDATORS = {name: jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]}) for name in SCHEMA["$defs"]}
fitting, met = 0, set()


def fits(name, value, place):
    global fitting
    for fault in VALIDATORS[name].iter_errors(value):
        sys.exit(f"{place}: not {name}: {fault.json_path}: {fault.message}")
    fitting += 1
    met.add(name)


def lines(data): return [line.partition(b" ")[2] for line in data.splitlines()]


for path in sorted((PROTO / "vectors/v1/valid").glob("*/bundle.zip")):
    bundle = zipfile.ZipFile(path)
    for member in bundle.namelist():
        data, last = bundle.read(member), member.rpartition("/")[2]
        for number, text in enumerate(lines(data) if last in ("journal", "receipts", "keyset", "manifest") else data.splitlines() if last == "private" else ()):
            value, place = json.loads(text), f"{path.parent.name} {member}:{number}"
            if last == "journal":
                fits("entry", value, place)
                fits(value["kind"], value["body"], place)
                if "certificate" in value["body"] and value["kind"] == "opened":
                    fits("certificate", json.loads(value["body"]["certificate"].partition(" ")[2]), place)
            elif last == "keyset":
                fits("keyset_line", value, place)
                fits("keyset_" + value["kind"], value["body"], place)
            else:
                fits({"receipts": "receipt", "manifest": "manifest", "private": "private_value"}[last], value, place)

kinds = {"entry", "certificate", "receipt", "manifest", "private_value", "keyset_line"}
unmet = (kinds | {name for name in SCHEMA["$defs"] if name.startswith("keyset_")}) - met
if unmet:
    sys.exit(f"no statement met of {sorted(unmet)}")
print(f"{fitting} statements of {len(met)} definitions fit")
