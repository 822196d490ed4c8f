#!/usr/bin/env python3
"""Makes the APK of what Maven compiled: D8, one aligned archive, a signature of scheme 2 and 3, and a look at the result.

Called by Maven (android/pom.xml). The key: QUANJI_KEYSTORE (PKCS#12, alias `quanji`) with its password in QUANJI_KEYSTORE_PASSWORD; without them
a development key of this machine, made once below .tools/.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import archive

PROJECT = Path(__file__).resolve().parent.parent.parent
DEVELOPMENT_KEY = PROJECT / ".tools" / "android-signing" / "development.p12"
# The core is made for this one, and a phone that finds no core has no use for JNA either.
ABI = "arm64-v8a"
CORE = "libquanji_core.so"
ALIAS = "quanji"


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"package: {Path(str(command[0])).name} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def java_home():
    if "JAVA_HOME" in os.environ:
        return os.environ["JAVA_HOME"]
    return Path(shutil.which("javac")).resolve().parent.parent


def dexed(build, options, jars):
    """The classes as the phone reads them."""
    r8 = build / "tools" / "r8.jar"
    found = hashlib.sha256(r8.read_bytes()).hexdigest()
    if found != options.r8_sha256:
        sys.exit(f"package: r8.jar is not the one that was chosen: expected {options.r8_sha256}, found {found}")
    classes, out = build / "classes", fresh(build / "dex")
    names = sorted(str(path.relative_to(classes)) for path in classes.rglob("*.class"))
    own = build / "classes.jar"
    archive.write(own, {name: archive.Stored((classes / name).read_bytes()) for name in names})
    said = run(
        "java", "-Xmx2g", "-cp", r8, "com.android.tools.r8.D8", "--release", "--min-api", options.min_sdk,
        "--lib", options.platform, "--lib", java_home(), "--output", out, own, *jars,
    )  # fmt: skip
    # What D8 warns of fails on the phone, not here.
    if said.strip():
        sys.exit(f"package: D8 warns:\n{said}")
    return {path.name: archive.Deflated(path.read_bytes()) for path in sorted(out.glob("classes*.dex"))}


def services(jars):
    """What Java's service loader reads."""
    found = {}
    for jar in jars:
        with zipfile.ZipFile(jar) as opened:
            for name in opened.namelist():
                if name.startswith("META-INF/services/") and not name.endswith("/"):
                    before = found[name].content if name in found else b""
                    found[name] = archive.Deflated(before + opened.read(name))
    return found


def libraries(core, jna):
    made = core / ABI / CORE
    if not made.is_file():
        sys.exit(f"package: {made} is missing: scripts/android-native/build makes it")
    with zipfile.ZipFile(jna) as aar:
        dispatch = aar.read(f"jni/{ABI}/libjnidispatch.so")
    return {
        f"lib/{ABI}/{CORE}": archive.Deflated(made.read_bytes()),
        f"lib/{ABI}/libjnidispatch.so": archive.Deflated(dispatch),
    }


def resources(build):
    with zipfile.ZipFile(build / "resources.apk") as compiled:
        return {
            entry.filename: (archive.Stored if entry.compress_type == zipfile.ZIP_STORED else archive.Deflated)(compiled.read(entry))
            for entry in compiled.infolist()
        }


def signing_key():
    """Path of the key store, with its password in the environment."""
    given = os.environ.get("QUANJI_KEYSTORE")
    if given:
        if "QUANJI_KEYSTORE_PASSWORD" not in os.environ:
            sys.exit("package: QUANJI_KEYSTORE is set, QUANJI_KEYSTORE_PASSWORD is not")
        return Path(given)
    # Not a secret: it protects nothing but the promise that this machine's builds replace each other.
    os.environ["QUANJI_KEYSTORE_PASSWORD"] = "development"
    if not DEVELOPMENT_KEY.is_file():
        DEVELOPMENT_KEY.parent.mkdir(parents=True, exist_ok=True)
        run(
            "keytool", "-genkeypair", "-keystore", DEVELOPMENT_KEY, "-storetype", "PKCS12", "-storepass:env", "QUANJI_KEYSTORE_PASSWORD",
            "-alias", ALIAS, "-keyalg", "RSA", "-keysize", "3072", "-validity", "10950", "-dname", "CN=Quanji development",
        )  # fmt: skip
    return DEVELOPMENT_KEY


def main():
    parser = argparse.ArgumentParser()
    for name in ("build", "platform", "jna", "core"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("r8-sha256", "min-sdk"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    build = options.build.resolve()

    jars = [Path(jar) for jar in (build / "runtime.classpath").read_text().strip().split(os.pathsep)]
    with zipfile.ZipFile(options.jna) as aar:
        jna_classes = build / "jna-classes.jar"
        jna_classes.write_bytes(aar.read("classes.jar"))
    jars.append(jna_classes)

    entries = {**resources(build), **dexed(build, options, jars), **services(jars), **libraries(options.core, options.jna)}
    in_order = sorted(entries, key=lambda name: (name != "AndroidManifest.xml", name))
    unsigned, signed = build / "unsigned.apk", build / "quanji.apk"
    archive.write(unsigned, {name: entries[name] for name in in_order})
    # An older signature would be copied along.
    signed.unlink(missing_ok=True)
    run(
        "apksigner", "sign", "--ks", signing_key(), "--ks-key-alias", ALIAS, "--ks-pass", "env:QUANJI_KEYSTORE_PASSWORD", "--min-sdk-version", options.min_sdk,
        "--v1-signing-enabled", "false", "--v2-signing-enabled", "true", "--v3-signing-enabled", "true", "--v4-signing-enabled", "false",
        "--out", signed, unsigned,
    )  # fmt: skip
    if misaligned := archive.misaligned(signed):
        sys.exit(f"package: misaligned: {misaligned}")
    print(f"{signed}: {signed.stat().st_size} bytes")


if __name__ == "__main__":
    main()
