#!/usr/bin/env python3
"""Whether a library loads on every phone we promise, as far as that can be read from the file.

Usage: gate.py [--soname NAME] [--pages-only] LIBRARY.so …

Android's linker refuses, or a phone with 16 KiB pages does, what this refuses here: a symbol that is not public in bionic at API 26, a
library an app may not use, text relocations, segments aligned to less than 16 KiB, a run path, an executable stack. Everything is read with readelf.
`--pages-only` is for libraries of others (JNA): only machine, pages, text relocations and stack are judged.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

SYMBOLS = Path(__file__).parent / "bionic" / "symbols-api26.txt"
PAGE = 16384
# Libraries of the platform that an app may link, and that the core has a reason to.
MAY_NEED = {"libc.so", "libm.so", "libdl.so", "liblog.so"}
# What the core shows: the bindings' and JNI's entry points. Anything else could be taken for another library's symbol of that name.
MAY_SHOW = re.compile(r"^(uniffi_|ffi_|UNIFFI_META_|Java_cn_quanji_|JNI_On(L|Unl)oad$)")


def readelf(*arguments):
    return subprocess.run(["readelf", "--wide", *arguments], check=True, capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}).stdout


def public_symbols(path=SYMBOLS):
    """Library by symbol; `weak` stands for a symbol that may be missing."""
    lines = (line.split() for line in path.read_text().splitlines())
    return {words[1]: words[0] for words in lines if words and not words[0].startswith("#")}


def undefined_and_shown(library):
    """Names asked for, with their binding, and names offered."""
    undefined, shown = [], []
    for line in readelf("--dyn-syms", library).splitlines():
        words = line.split()
        if len(words) < 8 or not words[0].rstrip(":").isdigit():
            continue
        binding, section, name = words[4], words[6], words[7].split("@")[0]
        if binding in ("GLOBAL", "WEAK"):
            (undefined if section == "UND" else shown).append((binding, name))
    return undefined, shown


def faults_of_segments(library):
    """What a loader sees before any symbol."""
    header, segments, dynamic = readelf("-h", library), readelf("-l", library), readelf("-d", library)
    if "AArch64" not in header:
        yield "is not for arm64: " + next((line.strip() for line in header.splitlines() if "Machine" in line), "no machine named")
    loads = [line.split() for line in segments.splitlines() if line.split()[:1] == ["LOAD"]]
    if not loads:
        yield "has nothing to load"
    for words in loads:
        offset, address, alignment = int(words[1], 16), int(words[2], 16), int(words[-1], 16)
        if alignment < PAGE:
            yield f"a segment at {words[2]} is aligned to {alignment} bytes; phones with 16 KiB pages want {PAGE}"
        elif offset % PAGE != address % PAGE:
            yield f"a segment at {words[2]} lies at {words[1]} in the file: not congruent modulo {PAGE}"
    if not any("GNU_STACK" in line and " RW " in line for line in segments.splitlines()):
        yield "its stack is not marked as data only"
    if "TEXTREL" in dynamic:
        yield "has text relocations; Android refuses them since API 23"


def faults_of_names(library, soname):
    """What it asks of the phone, and what it shows."""
    dynamic = readelf("-d", library)
    for tag in ("RPATH", "RUNPATH"):
        if f"({tag})" in dynamic:
            yield f"carries a {tag}"
    found = re.findall(r"\(SONAME\).*\[(.*)\]", dynamic)
    if found != [soname]:
        yield f"calls itself {found}, not {soname}"
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
    for name in sorted(set(needed) - MAY_NEED):
        yield f"needs {name}, which is not one of {', '.join(sorted(MAY_NEED))}"
    public = public_symbols()
    undefined, shown = undefined_and_shown(library)
    for binding, name in sorted(undefined):
        home = public.get(name)
        if home is None:
            yield f"asks for {name}, which is not listed as public at API 26"
        elif home == "weak" and binding != "WEAK":
            yield f"asks for {name} and cannot do without; API 26 does not promise it"
        elif home != "weak" and f"lib{home}.so" not in needed:
            yield f"asks for {name} of lib{home}.so without naming that library"
    for _, name in sorted(shown):
        if not MAY_SHOW.match(name):
            yield f"shows {name}, which is neither the bindings' nor JNI's"
    if not any(name.startswith("uniffi_") for _, name in shown):
        yield "shows no function of the bindings"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--soname", default="libquanji_core.so")
    parser.add_argument("--pages-only", action="store_true")
    parser.add_argument("libraries", nargs="+")
    options = parser.parse_args()
    refused = False
    for library in options.libraries:
        faults = list(faults_of_segments(library))
        if not options.pages_only:
            faults += faults_of_names(library, options.soname)
        for fault in faults:
            print(f"failed: {library} {fault}")
        refused |= bool(faults)
        if not faults:
            asked = len(undefined_and_shown(library)[0])
            print(f"passed: {library}: {asked} symbols asked for" + (", 16 KiB pages" if options.pages_only else ", all public at API 26; 16 KiB pages"))
    sys.exit(refused)


if __name__ == "__main__":
    main()
