#!/usr/bin/env python3
"""Reads a built package with the platform's own tools, holds it to contract.toml, and says what is in it.

Usage: inspect_apk.py APK. Exit 1 if the package breaks the contract.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import archive

APP = Path(__file__).resolve().parent.parent
GATE = APP.parent / "scripts" / "android-native" / "gate.py"
NAMESPACE = "http://schemas.android.com/apk/res/android:"
UNVERIFIED = "has a signature that does not verify"
COMPONENTS = ("activity", "activity-alias", "service", "receiver", "provider")


def output(*command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout


@dataclass
class Element:
    """An element of a compiled XML file; attributes without the namespace, references as @0x…"""

    name: str
    attributes: dict = field(default_factory=dict)
    children: list = field(default_factory=list)

    def all(self, *names):
        for child in self.children:
            if child.name in names:
                yield child
            yield from child.all(*names)


def xml(apk, path):
    """The root of a compiled XML file, from the outline that aapt2 prints."""
    root, open_elements = Element(""), [(-1, Element(""))]
    open_elements[0] = (-1, root)
    for line in output("aapt2", "dump", "xmltree", "--file", path, apk).splitlines():
        indent, words = len(line) - len(line.lstrip()), line.strip()
        if words.startswith("E: "):
            while open_elements[-1][0] >= indent:
                open_elements.pop()
            element = Element(words[3:].split(" (line=")[0])
            open_elements[-1][1].children.append(element)
            open_elements.append((indent, element))
        elif words.startswith("A: "):
            name, value = re.match(r"A: (.*?)(?:\(0x[0-9a-f]+\))?=(.*)", words).groups()
            raw = re.search(r'\(Raw: "(.*)"\)$', value)
            open_elements[-1][1].attributes[name.removeprefix(NAMESPACE)] = raw.group(1) if raw else value.strip('"')
    return root.children[0]


def resource_path(apk, reference):
    """The file behind @0x7f…"""
    wanted = re.escape(reference.removeprefix("@"))
    found = re.search(rf"resource {wanted} \S+\n\s+\(\) \(file\) (\S+)", output("aapt2", "dump", "resources", apk))
    return found.group(1) if found else None


def full_name(application_id, name):
    return application_id + name if name.startswith(".") else name


def is_exported(component):
    """As the platform decides it: said, or implied by an intent filter."""
    said = component.attributes.get("exported")
    return said == "true" if said is not None else any(True for _ in component.all("intent-filter"))


def faults_of_manifest(apk, manifest, contract):
    id_ = manifest.attributes["package"]
    sdk = next(manifest.all("uses-sdk")).attributes
    application = next(manifest.all("application"))
    for what, expected, found in (
        ("application id", contract["application_id"], id_),
        ("lowest API", str(contract["min_sdk"]), sdk.get("minSdkVersion")),
        ("target API", str(contract["target_sdk"]), sdk.get("targetSdkVersion")),
        ("allowBackup", "false", application.attributes.get("allowBackup")),
        ("fullBackupContent", "false", application.attributes.get("fullBackupContent")),
        ("usesCleartextTraffic", "false", application.attributes.get("usesCleartextTraffic")),
        ("extractNativeLibs", "true", application.attributes.get("extractNativeLibs")),
        ("debuggable", "false", application.attributes.get("debuggable", "false")),
        ("testOnly", "false", application.attributes.get("testOnly", "false")),
    ):
        if expected != found:
            yield f"{what}: expected {expected}, found {found}"

    asked = {element.attributes["name"] for element in manifest.all("uses-permission", "uses-permission-sdk-23", "uses-permission-sdk-m")}
    # What the platform adds by itself for an old target or for another permission.
    asked |= set(re.findall(r"uses-implied-permission: name='([^']+)'", output("aapt2", "dump", "badging", apk)))
    for name in sorted(asked - set(contract["permissions"])):
        yield f"asks for {name}, which is not in the contract"
    for name in sorted(set(contract["permissions"]) - asked):
        yield f"does not ask for {name}, which is in the contract"

    exported = set()
    for component in manifest.all(*COMPONENTS):
        name = full_name(id_, component.attributes["name"])
        if "exported" not in component.attributes:
            yield f"{component.name} {name} does not say whether it is exported"
        if is_exported(component):
            exported.add(name)
        if component.name == "provider" and component.attributes.get("grantUriPermissions") == "true":
            yield f"provider {name} lets others pass its addresses on"
    for name in sorted(exported - set(contract["exported"])):
        yield f"exports {name}, which is not in the contract"
    for name in sorted(set(contract["exported"]) - exported):
        yield f"does not export {name}, which is in the contract"


def faults_of_rules(apk, manifest):
    """The files behind the manifest's two references."""
    application = next(manifest.all("application"))
    for attribute in ("networkSecurityConfig", "dataExtractionRules"):
        path = resource_path(apk, application.attributes.get(attribute, "@none"))
        if path is None:
            yield f"{attribute} names no file"
            continue
        rules = xml(apk, path)
        if attribute == "networkSecurityConfig":
            base = [element.attributes.get("cleartextTrafficPermitted") for element in rules.all("base-config")]
            if base != ["false"]:
                yield f"cleartext: base-config says {base}, not ['false']"
            for element in rules.all("domain-config", "debug-overrides"):
                yield f"cleartext: a {element.name} says otherwise for some"
            for element in rules.all("certificates"):
                if element.attributes.get("src") != "system":
                    yield f"trusts certificates of {element.attributes.get('src')}"
            continue
        for part in ("cloud-backup", "device-transfer"):
            excluded = {e.attributes.get("domain") for element in rules.all(part) for e in element.all("exclude")}
            for domain in sorted({"root", "file", "database", "sharedpref", "external", "device_root", "device_file", "device_database", "device_sharedpref"} - excluded):
                yield f"{part} does not exclude {domain}"
            if any(True for element in rules.all(part) for _ in element.all("include")):
                yield f"{part} includes something"


def faults_of_libraries(apk, contract):
    with zipfile.ZipFile(apk) as opened, tempfile.TemporaryDirectory() as folder:
        names = [entry.filename for entry in opened.infolist() if entry.filename.endswith(".so")]
        expected = {f"lib/{abi}/{name}" for abi in contract["abis"] for name in contract["libraries"]}
        for name in sorted(set(names) - expected):
            yield f"holds {name}, which is not in the contract"
        for name in sorted(expected - set(names)):
            yield f"does not hold {name}, which is in the contract"
        for name in sorted(set(names) & expected):
            if opened.getinfo(name).compress_type == zipfile.ZIP_STORED:
                yield f"{name} is stored: the system unpacks it all the same, and it is twice as much to fetch"
            extracted = opened.extract(name, folder)
            options = [] if name.endswith("/libquanji_core.so") else ["--pages-only"]
            gate = subprocess.run(["python3", GATE, *options, extracted], capture_output=True, text=True)
            for line in gate.stdout.splitlines():
                if line.startswith("failed: "):
                    yield f"{name} {line.removeprefix(f'failed: {extracted} ')}"
            if gate.returncode and not gate.stdout:
                yield f"{name} cannot be read: {gate.stderr.strip()}"


def faults_of_package(apk):
    for name, offset, alignment in archive.misaligned(apk):
        yield f"{name} begins at {offset}, not at a multiple of {alignment}"
    aligned = subprocess.run(["zipalign", "-c", "-p", "4", apk], capture_output=True, text=True)
    if aligned.returncode:
        yield "zipalign finds it misaligned"
    verified = subprocess.run(["apksigner", "verify", "--verbose", "--min-sdk-version", "26", apk], capture_output=True, text=True)
    if verified.returncode:
        yield f"{UNVERIFIED}: {(verified.stdout + verified.stderr).strip().splitlines()[0]}"
    for scheme in ("v2", "v3"):
        if not re.search(rf"Verified using {scheme} scheme .*: true", verified.stdout):
            yield f"is not signed by scheme {scheme}"


def faults_of_code(apk, manifest):
    """What the manifest names is there, and nothing needs a virtual machine that phones do not have."""
    id_ = manifest.attributes["package"]
    defined, needs = set(), set()
    with zipfile.ZipFile(apk) as opened, tempfile.TemporaryDirectory() as folder:
        for name in opened.namelist():
            if re.fullmatch(r"classes\d*\.dex", name):
                listing = output("dexdump", "-d", opened.extract(name, folder))
                defined |= {found.replace("/", ".") for found in re.findall(r"Class descriptor  : 'L(.*);'", listing)}
                needs |= set(re.findall(r"(LambdaMetafactory|StringConcatFactory|invoke-polymorphic|invoke-custom)", listing))
    for element in manifest.all("application", *COMPONENTS):
        name = full_name(id_, element.attributes["name"])
        if name not in defined:
            yield f"{element.name} {name} is not in the code"
    for name in sorted(needs):
        yield f"its code needs {name}"


def read_contract(path=APP / "contract.toml"):
    return tomllib.loads(path.read_text("utf-8"))


def faults(apk, contract):
    """Everything in which a package breaks the contract, in words."""
    found = [*faults_of_package(apk)]
    # What was changed after it was signed says nothing of what we built.
    if any(fault.startswith(UNVERIFIED) for fault in found):
        return found
    manifest = xml(apk, "AndroidManifest.xml")
    found += [*faults_of_manifest(apk, manifest, contract), *faults_of_rules(apk, manifest)]
    found += [*faults_of_libraries(apk, contract), *faults_of_code(apk, manifest)]
    size = Path(apk).stat().st_size
    if size > contract["most_bytes"]:
        found.append(f"is {size} bytes, more than {contract['most_bytes']}")
    return found


def what_weighs_what(apk):
    """Bytes in the package, compressed as they are, by what they are for."""
    kinds = Counter()
    with zipfile.ZipFile(apk) as opened:
        for entry in opened.infolist():
            kinds[entry.filename if entry.filename.endswith((".so", ".dex")) else "resources, manifest, services"] += entry.compress_size
    kinds["signature, alignment, directory"] = Path(apk).stat().st_size - kinds.total()
    return kinds.most_common()


def report(apk, contract):
    manifest = xml(apk, "AndroidManifest.xml")
    print(f"{apk}: {Path(apk).stat().st_size:,} bytes of at most {contract['most_bytes']:,}")
    for kind, size in what_weighs_what(apk):
        print(f"  {size:>12,}  {kind}")
    attributes = manifest.attributes
    print(f"  id           {attributes['package']} {attributes['versionName']} ({attributes['versionCode']})")
    print(f"  permissions  {', '.join(contract['permissions']) or 'none'}")
    print(f"  exported     {', '.join(contract['exported'])}")
    print(f"  ABIs         {', '.join(contract['abis'])}")
    certificate = output("apksigner", "verify", "--print-certs", "--min-sdk-version", "26", apk)
    for label in ("certificate DN", "certificate SHA-256 digest"):
        print(f"  {re.search(rf'{label}: .*', certificate).group(0)}")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    apk, contract = sys.argv[1], read_contract()
    found = faults(apk, contract)
    for fault in found:
        print(f"failed: the package {fault}")
    if found:
        sys.exit(1)
    report(apk, contract)
    print("passed: the package keeps to android/contract.toml")


if __name__ == "__main__":
    main()
