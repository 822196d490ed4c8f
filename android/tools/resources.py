#!/usr/bin/env python3
"""Compiles manifest and resources with aapt2: resources.apk, the ids as R.java, and what Robolectric wants to know.

Called by Maven (android/pom.xml).
"""

import argparse
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import archive
import newer_elements

APP = Path(__file__).resolve().parent.parent
PROJECT = APP.parent
# aapt2 says this of every platform newer than itself; the chunk holds nothing that is linked here.
HARMLESS = "Unknown chunk type '200'"


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    for line in (done.stdout + done.stderr).splitlines():
        if HARMLESS not in line:
            print(line)
    if done.returncode:
        sys.exit(f"resources: {command[0]} {command[1]} ended with {done.returncode}")


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def version_code(version):
    """0.1.0 is 1000, 1.2.3 is 1002003: it grows with the version, as Android wants."""
    major, minor, patch = (int(part) for part in re.fullmatch(r"(\d+)\.(\d{1,3})\.(\d{1,3})", version).groups())
    return (major * 1000 + minor) * 1000 + patch


def version_of_cargo():
    return tomllib.loads((PROJECT / "Cargo.toml").read_text("utf-8"))["workspace"]["package"]["version"]


def framework(platform, into):
    """The platform's resource table, stored: aapt2 maps it."""
    names = ("AndroidManifest.xml", "resources.arsc")
    with zipfile.ZipFile(platform) as jar:
        archive.write(into, {name: archive.Stored(jar.read(name)) for name in names})


def manifest(application_id, into):
    """Gradle takes the id from the build, aapt2 from the manifest: it is put in here."""
    source = (APP / "src/main/AndroidManifest.xml").read_text("utf-8")
    into.write_text(re.sub(r"<manifest\b", f'<manifest package="{application_id}"', source, count=1), "utf-8")


def facts_of_the_build(core, into):
    """What the app says about how it was built. The native build writes which toolchain made the core; without one there is no core."""
    made_by = core / "made-by"
    is_untried = not (made_by.is_file() and made_by.read_text("utf-8").startswith("ndk "))
    (into / "values").mkdir(parents=True)
    (into / "values" / "build.xml").write_text(
        f'<?xml version="1.0" encoding="utf-8"?>\n<resources>\n    <bool name="core_is_untried">{str(is_untried).lower()}</bool>\n</resources>\n', "utf-8"
    )


def plain_elements(linked):
    with zipfile.ZipFile(linked) as package:
        entries = {entry.filename: (entry.compress_type, package.read(entry)) for entry in package.infolist()}
    compression, compiled = entries["AndroidManifest.xml"]
    entries["AndroidManifest.xml"] = compression, newer_elements.without_namespace(compiled)
    kept = {name: (archive.Stored if compression == zipfile.ZIP_STORED else archive.Deflated)(content) for name, (compression, content) in entries.items()}
    archive.write(linked, kept)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--platform", type=Path, required=True)
    parser.add_argument("--core", type=Path, required=True)
    for name in ("application-id", "version", "min-sdk", "target-sdk"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    if options.version != version_of_cargo():
        sys.exit(f"resources: android/pom.xml says version {options.version}, Cargo.toml says {version_of_cargo()}")

    build = options.build.resolve()
    # A class whose source is gone would be packed all the same.
    for compiled in ("classes", "test-classes"):
        fresh(build / compiled)
    work = fresh(build / "aapt")
    framework(options.platform, work / "framework.apk")
    manifest(options.application_id, work / "AndroidManifest.xml")
    facts_of_the_build(options.core, work / "res")
    tables = []
    for folder in (APP / "src/main/res", work / "res"):
        tables.append(work / f"compiled-{len(tables)}.zip")
        run("aapt2", "compile", "--dir", folder, "-o", tables[-1])
    run(
        "aapt2", "link", "-I", work / "framework.apk", "--manifest", work / "AndroidManifest.xml", "-o", build / "resources.apk",
        "--java", fresh(build / "generated/java"), "--auto-add-overlay", "--no-version-vectors",
        "--min-sdk-version", options.min_sdk, "--target-sdk-version", options.target_sdk,
        "--version-name", options.version, "--version-code", version_code(options.version),
        "--compile-sdk-version-code", options.target_sdk, "--compile-sdk-version-name", "14", *tables,
    )  # fmt: skip
    plain_elements(build / "resources.apk")

    for_tests = fresh(build / "robolectric") / "com/android/tools"
    for_tests.mkdir(parents=True)
    (for_tests / "test_config.properties").write_text(
        f"android_merged_manifest={work / 'AndroidManifest.xml'}\nandroid_custom_package={options.application_id}\n"
        f"android_merged_assets={fresh(work / 'assets')}\nandroid_resource_apk={build / 'resources.apk'}\n",
        "utf-8",
    )


if __name__ == "__main__":
    main()
