#!/usr/bin/env python3
"""The inspection is tried: the built package again, each time with one thing planted that it must refuse.

Needs the package that scripts/build-apk makes; run by scripts/test.
"""

import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True
import archive
import inspect_apk

PROJECT = Path(__file__).resolve().parent.parent.parent
BUILD = PROJECT / "target" / "android" / "build"
AAPT = BUILD / "aapt"
BUILT = BUILD / "quanji.apk"
ANDROID = 'xmlns:android="http://schemas.android.com/apk/res/android"'


def run(*command):
    subprocess.run([str(word) for word in command], check=True, capture_output=True)


class Inspection(unittest.TestCase):
    contract = inspect_apk.read_contract()

    @classmethod
    def setUpClass(cls):
        cls.keys = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.keys.cleanup)
        cls.key = Path(cls.keys.name) / "key.p12"
        run(
            "keytool", "-genkeypair", "-keystore", cls.key, "-storetype", "PKCS12", "-storepass", "planted", "-alias", "key",
            "-keyalg", "RSA", "-keysize", "2048", "-dname", "CN=planted",
        )  # fmt: skip

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def package(self, manifest=None, resources=None, entries=None, schemes=("v2", "v3")):
        """The built package with another manifest, another resource file, other entries, or signed otherwise."""
        with zipfile.ZipFile(BUILT) as opened:
            kept = {
                entry.filename: archive.Deflated(opened.read(entry))
                if entry.compress_type
                else archive.Stored(opened.read(entry), archive.PAGE if entry.filename.endswith(".so") else archive.WORD)
                for entry in opened.infolist()
            }
        if manifest or resources:
            kept |= self.linked(manifest or (lambda text: text), resources or {})
        kept |= entries or {}
        unsigned, signed = self.folder / "unsigned.apk", self.folder / "signed.apk"
        archive.write(unsigned, kept)
        flags = [word for scheme in ("v1", "v2", "v3") for word in (f"--{scheme}-signing-enabled", str(scheme in schemes).lower())]
        run("apksigner", "sign", "--ks", self.key, "--ks-pass", "pass:planted", "--min-sdk-version", "26", *flags, "--v4-signing-enabled", "false", "--out", signed, unsigned)
        return signed

    def linked(self, manifest, resources):
        """Manifest and resource table as aapt2 makes them of the changed sources."""
        changed = self.folder / "AndroidManifest.xml"
        changed.write_text(manifest((AAPT / "AndroidManifest.xml").read_text("utf-8")), "utf-8")
        compiled = [AAPT / "compiled-0.zip", AAPT / "compiled-1.zip"]
        for path, text in resources.items():
            source = self.folder / "res" / path
            source.parent.mkdir(parents=True, exist_ok=True)
            source.write_text(text, "utf-8")
        if resources:
            run("aapt2", "compile", "--dir", self.folder / "res", "-o", self.folder / "planted.zip")
            compiled.append(self.folder / "planted.zip")
        made = self.folder / "resources.apk"
        run(
            "aapt2", "link", "-I", AAPT / "framework.apk", "--manifest", changed, "-o", made, "--auto-add-overlay", "--no-version-vectors",
            "--min-sdk-version", "26", "--target-sdk-version", "34", "--version-name", "0.1.0", "--version-code", "1000",
            *[word for path in compiled for word in ("-R", path)],
        )  # fmt: skip
        with zipfile.ZipFile(made) as opened:
            return {entry.filename: (archive.Deflated if entry.compress_type else archive.Stored)(opened.read(entry)) for entry in opened.infolist()}

    def assert_only_fault(self, apk, *expected):
        found = inspect_apk.faults(apk, self.contract)
        self.assertEqual(len(found), len(expected), found)
        for fault, words in zip(found, expected, strict=True):
            self.assertIn(words, fault)

    def in_application(self, element):
        return lambda text: text.replace("</application>", element + "</application>")

    def test_the_package_as_it_was_built_keeps_to_the_contract(self):
        self.assertEqual(inspect_apk.faults(BUILT, self.contract), [])

    def test_the_package_put_together_again_keeps_to_it_too(self):
        self.assert_only_fault(self.package(manifest=lambda text: text))

    def test_a_permission_is_refused(self):
        planted = '<uses-permission android:name="android.permission.READ_CONTACTS"/></manifest>'
        self.assert_only_fault(self.package(manifest=lambda text: text.replace("</manifest>", planted)), "asks for android.permission.READ_CONTACTS")

    def test_a_permission_that_the_platform_implies_is_refused(self):
        planted = '<uses-permission android:name="android.permission.WRITE_EXTERNAL_STORAGE"/></manifest>'
        self.assert_only_fault(
            self.package(manifest=lambda text: text.replace("</manifest>", planted)),
            "asks for android.permission.READ_EXTERNAL_STORAGE", "asks for android.permission.WRITE_EXTERNAL_STORAGE",
        )  # fmt: skip

    def test_an_exported_component_is_refused(self):
        planted = '<activity android:name=".about.AboutView" android:exported="true"/>'
        self.assert_only_fault(self.package(manifest=self.in_application(planted)), "exports cn.quanji.recorder.about.AboutView")

    def test_a_component_exported_by_its_filter_is_refused(self):
        planted = '<activity android:name=".about.AboutView"><intent-filter><action android:name="planted"/></intent-filter></activity>'
        self.assert_only_fault(self.package(manifest=self.in_application(planted)), "does not say whether it is exported", "exports cn.quanji.recorder.about.AboutView")

    def test_backup_cleartext_and_debugging_are_refused(self):
        for attribute, planted in (("allowBackup", "true"), ("usesCleartextTraffic", "true"), ("debuggable", "true")):
            with self.subTest(attribute):
                said = f'android:{attribute}="false"'
                changed = f'android:{attribute}="{planted}"'
                self.assert_only_fault(
                    self.package(manifest=lambda text: text.replace(said, changed) if said in text else text.replace("<application", f"<application {changed}")),
                    f"{attribute}: expected false, found true",
                )

    def test_cleartext_for_one_host_is_refused(self):
        rules = (inspect_apk.APP / "src/main/res/xml/network_security_config.xml").read_text("utf-8")
        planted = '<domain-config cleartextTrafficPermitted="true"><domain>planted.example</domain></domain-config></network-security-config>'
        changed = {"xml/network_security_config.xml": rules.replace("</network-security-config>", planted)}
        self.assert_only_fault(self.package(resources=changed), "cleartext: a domain-config")

    def test_certificates_of_the_user_are_refused(self):
        rules = (inspect_apk.APP / "src/main/res/xml/network_security_config.xml").read_text("utf-8")
        self.assert_only_fault(self.package(resources={"xml/network_security_config.xml": rules.replace('src="system"', 'src="user"')}), "trusts certificates of user")

    def test_a_folder_left_to_another_phone_is_refused(self):
        rules = (inspect_apk.APP / "src/main/res/xml/data_extraction_rules.xml").read_text("utf-8")
        before, after = rules.split("<device-transfer>")
        changed = before + "<device-transfer>" + after.replace('<exclude domain="file" />', "")
        self.assert_only_fault(self.package(resources={"xml/data_extraction_rules.xml": changed}), "device-transfer does not exclude file")

    def test_a_library_for_another_processor_is_refused(self):
        planted = {"lib/armeabi-v7a/libjnidispatch.so": archive.Stored(b"\x7fELF", archive.PAGE)}
        self.assert_only_fault(self.package(entries=planted), "holds lib/armeabi-v7a/libjnidispatch.so")

    def test_a_library_of_another_machine_is_refused(self):
        source, made = self.folder / "host.c", self.folder / "host.so"
        source.write_text("int uniffi_planted(void) { return 0; }\n")
        run("cc", "-shared", "-fPIC", "-Wl,-z,max-page-size=16384", source, "-o", made)
        planted = {"lib/arm64-v8a/libjnidispatch.so": archive.Deflated(made.read_bytes())}
        self.assert_only_fault(self.package(entries=planted), "libjnidispatch.so is not for arm64")

    def test_a_library_that_lies_askew_is_refused(self):
        with zipfile.ZipFile(BUILT) as opened:
            core = opened.read("lib/arm64-v8a/libquanji_core.so")
        askew = self.package(entries={"lib/arm64-v8a/libquanji_core.so": archive.Stored(core, archive.WORD)})
        self.assertIn("not at a multiple of 16384", " ".join(inspect_apk.faults(askew, self.contract)))

    def test_a_changed_byte_is_refused(self):
        changed = self.folder / "changed.apk"
        content = bytearray(BUILT.read_bytes())
        with zipfile.ZipFile(BUILT) as opened:
            content[opened.getinfo("lib/arm64-v8a/libquanji_core.so").header_offset + 40_000] ^= 1
        changed.write_bytes(content)
        self.assertIn(inspect_apk.UNVERIFIED, " ".join(inspect_apk.faults(changed, self.contract)))

    def test_a_missing_scheme_is_refused(self):
        self.assert_only_fault(self.package(schemes=("v2",)), "is not signed by scheme v3")

    def test_a_component_without_code_is_refused(self):
        planted = '<activity android:name=".Nowhere" android:exported="false"/>'
        self.assert_only_fault(self.package(manifest=self.in_application(planted)), "activity cn.quanji.recorder.Nowhere is not in the code")


if __name__ == "__main__":
    unittest.main()
