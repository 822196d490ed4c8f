"""scripts/make-licences takes the licence that may be taken, and nothing that nobody has looked at."""

import importlib.machinery
import importlib.util
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "make-licences"
LOADER = importlib.machinery.SourceFileLoader("make_licences", str(SCRIPT))
make_licences = importlib.util.module_from_spec(importlib.util.spec_from_loader("make_licences", LOADER))
LOADER.exec_module(make_licences)


class Licences(unittest.TestCase):
    def test_where_apache_may_be_taken_it_is(self):
        for expression in ("MIT OR Apache-2.0", "Apache-2.0 OR MIT", "MIT/Apache-2.0", "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT", "CC0-1.0 OR MIT-0 OR Apache-2.0"):
            self.assertEqual(make_licences.chosen(expression), {"Apache-2.0"}, expression)

    def test_what_must_be_kept_together_is(self):
        self.assertEqual(make_licences.chosen("(MIT OR Apache-2.0) AND ISC"), {"Apache-2.0", "ISC"})
        self.assertEqual(make_licences.chosen("Apache-2.0 AND ISC"), {"Apache-2.0", "ISC"})
        self.assertEqual(make_licences.chosen("Unlicense OR MIT"), {"MIT"})

    def test_a_licence_that_nobody_has_looked_at_is_a_mistake(self):
        with tempfile.TemporaryDirectory() as folder, self.assertRaises(make_licences.Mistake) as refused:
            (Path(folder) / "LICENSE").write_text("GNU", "utf-8")
            make_licences.text_of("copied", *make_licences.chosen("GPL-3.0-only"), Path(folder))
        self.assertIn("GPL-3.0-only is a licence that nobody has looked at", str(refused.exception))

    def test_a_text_is_found_by_its_words_and_not_by_the_name_of_its_file(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "COPYING").write_text("Copyright (c) A\n\nPermission is hereby granted,\nfree of charge, to", "utf-8")
            (Path(folder) / "LICENSE-APACHE").write_text("Apache License", "utf-8")
            self.assertIn("Copyright (c) A", make_licences.text_of("a", "MIT", Path(folder)))
            self.assertIsNone(make_licences.text_of("a", "ISC", Path(folder)))

    def test_no_word_is_lost_where_lines_flow(self):
        text = "// Copyright (c) 2015 A.\n// Copyright (c) 2016 B.\n//\n// Permission to use, copy, modify, and distribute this software\n// for any purpose is granted.\n\n1. The origin\n2. Altered"
        flowing = make_licences.flowing(text)
        self.assertEqual(flowing.split("\n")[:2], ["Copyright (c) 2015 A.", "Copyright (c) 2016 B."])
        self.assertIn("distribute this software for any purpose is granted.", flowing)
        self.assertEqual(flowing.split(), text.replace("//", "").split())

    def test_what_is_packed_is_known_by_its_licence(self):
        self.assertEqual(len(make_licences.of_pom()), 3)


if __name__ == "__main__":
    unittest.main()
