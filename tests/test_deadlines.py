"""The two working days of 第十七条 against the days off that PyPI `chinesecalendar` knows, for every day from 2018 on.

Our program is asked as anybody asks it: target/debug/quanji-verify deadline --json -. A difference fails unless it stands in EXPLAINED.
"""

import datetime
import json
import subprocess
import sys
import unittest
from pathlib import Path

import chinese_calendar
from chinese_calendar.constants import holidays

sys.dont_write_bytecode = True
PROGRAM = Path(__file__).resolve().parent.parent / "target" / "debug" / "quanji-verify"
FIRST = datetime.date(2018, 1, 1)
# The package knows whole years: those up to that of its last day off.
LAST = datetime.date(max(holidays).year, 12, 31)
# The day on which a deadline may differ, and which notice explains it. With chinesecalendar 1.11.0 there is none.
EXPLAINED: dict[datetime.date, str] = {}
DAY = datetime.timedelta(days=1)


def days(first, last):
    return [first + DAY * number for number in range((last - first).days + 1)]


def last_working_day(day, count):
    """The `count`th working day after `day` as the package has it; None where it knows the days no more."""
    while count:
        day += DAY
        if day > LAST:
            return None
        count -= chinese_calendar.is_workday(day)
    return day


def ours(instants):
    answers = subprocess.run([PROGRAM, "deadline", "--json", "-"], input="\n".join(instants) + "\n", capture_output=True, text=True, check=True)
    return [json.loads(line) for line in answers.stdout.splitlines()]


def differences(asked, answers):
    """Days whose deadline differs without an explanation, with both sides."""
    found = []
    for day, answer in zip(asked, answers, strict=True):
        expected = last_working_day(day, 2)
        if expected is None or day in EXPLAINED:
            continue
        seen = answer["deadline_exclusive"]
        if seen != f"{expected + DAY}T00:00:00+08:00":
            found.append((day, str(expected), seen))
    return found


class Deadlines(unittest.TestCase):
    def test_every_day_since_2018_ends_where_the_package_says(self):
        asked = days(FIRST, LAST)
        for hour in ("00:00:00", "12:00:00", "23:59:59"):
            answers = ours([f"{day}T{hour}+08:00" for day in asked])
            self.assertEqual(differences(asked, answers), [], hour)
        # Only where the walk leaves what the package knows is nothing compared.
        uncompared = [day for day in asked if last_working_day(day, 2) is None]
        self.assertLessEqual(len(uncompared), 5, uncompared)
        print(f"compared {len(asked) - len(uncompared)} days, {FIRST} to {LAST}, at three hours; {len(EXPLAINED)} explained differences")

    def test_a_day_that_differs_is_found(self):
        asked = days(FIRST, FIRST + DAY * 30)
        answers = ours([f"{day}T12:00:00+08:00" for day in asked])
        answers[7]["deadline_exclusive"] = "2018-02-01T00:00:00+08:00"
        self.assertEqual([day for day, _, _ in differences(asked, answers)], [asked[7]])


if __name__ == "__main__":
    unittest.main()
