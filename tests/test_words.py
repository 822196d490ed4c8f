"""scripts/make-words refuses what would show a wrong sentence, and writes what Android reads back unchanged."""

import importlib.machinery
import importlib.util
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "make-words"
LOADER = importlib.machinery.SourceFileLoader("make_words", str(SCRIPT))
make_words = importlib.util.module_from_spec(importlib.util.spec_from_loader("make_words", LOADER))
LOADER.exec_module(make_words)


class Words(unittest.TestCase):
    def assert_refused(self, words, chinese, english=None):
        with self.assertRaises(make_words.Mistake) as refused:
            read = [make_words.sentences(document, "x") for document in (chinese, english if english is not None else chinese)]
            make_words.tables(*read)
        self.assertIn(words, str(refused.exception))

    def test_a_key_in_one_language_only(self):
        self.assert_refused("core_gone is missing in en", {"core": {"gone": "没了", "version": "版本"}}, {"core": {"version": "version"}})

    def test_an_argument_that_one_language_lacks(self):
        self.assert_refused("core_version takes ['version'] in zh-CN and [] in en", {"core": {"version": "版本 {version}"}}, {"core": {"version": "version"}})

    def test_an_argument_that_stands_twice_in_one_language(self):
        self.assert_refused("takes", {"a": {"b": "{x}"}}, {"a": {"b": "{x} and {x}"}})

    def test_an_empty_sentence(self):
        self.assert_refused("a_b is not a sentence", {"a": {"b": "  "}})

    def test_a_brace_that_is_no_argument(self):
        self.assert_refused("a brace that is no argument", {"a": {"b": "{"}})

    def test_two_keys_that_become_one_name(self):
        self.assert_refused("a_b_c is there twice", {"a": {"b_c": "x"}, "a_b": {"c": "y"}})

    def test_a_name_that_is_none(self):
        self.assert_refused("is no name for a resource", {"a": {"B": "x"}})

    def test_arguments_are_numbered_by_the_chinese_sentence(self):
        self.assertEqual(make_words.resource("{size} in {time}", ["time", "size"]), "%2$s in %1$s")

    def test_signs_that_android_would_take_for_its_own(self):
        for sentence, written in (
            ("it's \"so\"", "it\\'s \\\"so\\\""),
            ("a & b < c", "a &amp; b &lt; c"),
            ("@home", "\\@home"),
            ("?", "\\?"),
            ("two\nlines", "two\\nlines"),
            ("a  b", '"a  b"'),
            ("back\\slash", "back\\\\slash"),
        ):
            with self.subTest(sentence):
                self.assertEqual(make_words.resource(sentence, []), written)

    def test_a_per_cent_sign_beside_an_argument_is_doubled(self):
        self.assertEqual(make_words.resource("{done} %", ["done"]), "%1$s %%")
        self.assertEqual(make_words.resource("42 %", []), "42 %")


if __name__ == "__main__":
    unittest.main()
