#!/usr/bin/env python3
"""The gate is tried: small libraries made by the same compiler, each with one thing planted that the gate must refuse.

Needs what scripts/android-native/build unpacks; run by scripts/test.
"""

import os
import struct
import subprocess
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent
COMPILER = HERE / "lib" / "android-clang"
LINKER = PROJECT / ".tools" / "android-native" / "root" / "usr" / "lib" / "llvm-22" / "bin" / "ld.lld"
ENVIRONMENT = {
    **os.environ,
    "QUANJI_NATIVE": str(PROJECT / ".tools" / "android-native"),
    "QUANJI_SYSROOT": str(PROJECT / "target" / "android-native" / "sysroot"),
    "LD_LIBRARY_PATH": str(PROJECT / ".tools" / "android-native" / "root" / "usr" / "lib" / "x86_64-linux-gnu"),
}
PT_LOAD = 1
GOOD = "#include <stdlib.h>\nvoid uniffi_planted_free(void *p) { free(p); }\n"


class Gate(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def library(self, source, *flags, name="libquanji_core.so"):
        """A real arm64 library made of this C, linked as the core is unless the flags say otherwise."""
        code, made = self.folder / "planted.c", self.folder / "libplanted.so"
        code.write_text(source)
        command = [COMPILER, "-O2", "-fPIC", "-c", code, "-o", self.folder / "planted.o"]
        subprocess.run(command, check=True, env=ENVIRONMENT)
        command = [COMPILER, "-shared", f"-Wl,-soname,{name}", self.folder / "planted.o", "-o", made, *flags, "-lc", "-ldl"]
        subprocess.run(command, check=True, env=ENVIRONMENT)
        return made

    def stub(self, name, source):
        """A library of the platform that offers more than ours may ask for. It stands in place of the one of that name."""
        (self.folder / "stub.c").write_text(source + "void __cxa_finalize(void *library) {}\n")
        subprocess.run([COMPILER, "-c", self.folder / "stub.c", "-o", self.folder / "stub.o"], check=True, env=ENVIRONMENT)
        subprocess.run([LINKER, "-shared", "-soname", name, self.folder / "stub.o", "-o", self.folder / name], check=True, env=ENVIRONMENT)
        return self.folder / name

    def judged(self, library, *options):
        return subprocess.run(["python3", HERE / "gate.py", *options, library], capture_output=True, text=True)

    def assert_refused(self, library, why, *options):
        verdict = self.judged(library, *options)
        self.assertEqual(verdict.returncode, 1, verdict.stdout + verdict.stderr)
        self.assertIn(why, verdict.stdout)
        # One thing was planted, and nothing else is blamed.
        self.assertEqual(verdict.stdout.count("failed:"), 1, verdict.stdout)

    def test_a_library_with_nothing_planted_passes(self):
        verdict = self.judged(self.library(GOOD))
        self.assertEqual(verdict.returncode, 0, verdict.stdout + verdict.stderr)

    def test_a_symbol_newer_than_api_26_does_not_link(self):
        newer = "int memfd_create(const char *, unsigned);\nint uniffi_planted(void) { return memfd_create(\"x\", 0); }\n"
        with self.assertRaises(subprocess.CalledProcessError):
            self.library(newer)

    def test_a_symbol_newer_than_api_26_is_refused_if_it_links(self):
        newer = "int memfd_create(const char *, unsigned);\nint uniffi_planted(void) { return memfd_create(\"x\", 0); }\n"
        newer_phone = self.stub("libc.so", "int memfd_create(const char *n, unsigned f) { return 0; }\n")
        self.assert_refused(self.library(newer, newer_phone), "asks for memfd_create, which is not listed")

    def test_a_symbol_that_may_be_missing_must_be_asked_for_weakly(self):
        strong = "long getrandom(void *, unsigned long, unsigned);\nlong uniffi_planted(void) { return getrandom(0, 0, 0); }\n"
        newer_phone = self.stub("libc.so", "long getrandom(void *b, unsigned long n, unsigned f) { return 0; }\n")
        self.assert_refused(self.library(strong, newer_phone), "asks for getrandom and cannot do without")
        self.assertEqual(self.judged(self.library("__attribute__((weak)) " + strong + GOOD)).returncode, 0)

    def test_a_library_an_app_may_not_use_is_refused(self):
        private = self.stub("libssl.so", "int SSL_new(void) { return 0; }\n")
        public = "__attribute__((weak)) int SSL_new(void);\n"
        self.assert_refused(self.library(GOOD + public, "-Wl,--no-as-needed", private), "needs libssl.so")

    def test_four_kilobyte_pages_are_refused(self):
        library = self.library(GOOD, "-Wl,-z,max-page-size=4096", "-Wl,-z,common-page-size=4096")
        verdict = self.judged(library)
        self.assertEqual(verdict.returncode, 1)
        self.assertIn("aligned to 4096 bytes", verdict.stdout)
        self.assertEqual(self.judged(library, "--pages-only").returncode, 1)

    def test_text_relocations_are_refused(self):
        address = "__asm__(\".text\\n.balign 8\\n.globl uniffi_where\\nuniffi_where: .8byte uniffi_planted_free\\n\");\n"
        self.assert_refused(self.library(GOOD + address, "-Wl,-z,notext"), "has text relocations")

    def test_an_executable_stack_is_refused(self):
        self.assert_refused(self.library(GOOD, "-Wl,-z,execstack"), "its stack is not marked")

    def test_a_run_path_is_refused(self):
        self.assert_refused(self.library(GOOD, "-Wl,-rpath,/data/local/tmp"), "carries a RUNPATH")

    def test_another_name_is_refused(self):
        self.assert_refused(self.library(GOOD, name="libother.so"), "calls itself ['libother.so']")

    def test_a_symbol_shown_that_is_not_ours_is_refused(self):
        self.assert_refused(self.library(GOOD + "int sqlite3_open(void) { return 0; }\n"), "shows sqlite3_open")

    def test_a_symbol_whose_library_is_not_named_is_refused(self):
        elsewhere = self.stub("libc.so", "double pow(double x, double y) { return 0; }\nvoid free(void *p) {}\n")
        self.assert_refused(self.library(GOOD + "double pow(double, double);\ndouble uniffi_pow(double x) { return pow(x, x); }\n", elsewhere), "asks for pow of libm.so")

    def test_a_library_without_the_bindings_is_refused(self):
        self.assert_refused(self.library("int JNI_OnLoad(void *vm, void *reserved) { return 0x10006; }\n"), "shows no function of the bindings")

    def test_a_segment_that_cannot_be_mapped_is_refused(self):
        library = self.library(GOOD)
        content = bytearray(library.read_bytes())
        table, size, count = struct.unpack_from("<Q", content, 32)[0], *struct.unpack_from("<HH", content, 54)
        loads = [table + i * size for i in range(count) if struct.unpack_from("<I", content, table + i * size)[0] == PT_LOAD]
        offset = struct.unpack_from("<Q", content, loads[-1] + 8)[0]
        struct.pack_into("<Q", content, loads[-1] + 8, offset + 16)
        library.write_bytes(content)
        verdict = self.judged(library, "--pages-only")
        self.assertEqual(verdict.returncode, 1)
        self.assertIn("not congruent", verdict.stdout)

    def test_a_library_of_this_machine_is_refused(self):
        (self.folder / "host.c").write_text("int uniffi_planted(void) { return 0; }\n")
        subprocess.run(["cc", "-shared", "-fPIC", "-Wl,-z,max-page-size=16384", self.folder / "host.c", "-o", self.folder / "host.so"], check=True)
        self.assert_refused(self.folder / "host.so", "is not for arm64", "--pages-only")


if __name__ == "__main__":
    unittest.main()
