#!/usr/bin/env python3
"""Writes proto/calendar/cn_statutory_to_2036.csv: the statutory holidays (全国年节及纪念日放假办法), 2018-2036.

Needs `lunar_python==1.4.8` (PyPI, MIT); with `--check` it compares the committed file instead of writing it.
The decree as amended on 2024-11-10 gives 除夕 and 2 May from 2025 on (13 days; 11 before).
"""

import datetime
import pathlib
import sys

from lunar_python import Lunar, Solar

FIRST, LAST = 2018, 2036
TABLE = pathlib.Path(__file__).resolve().parent.parent / "proto/calendar/cn_statutory_to_2036.csv"


def lunar(year, month, day):
    solar = Lunar.fromYmd(year, month, day).getSolar()
    return datetime.date(solar.getYear(), solar.getMonth(), solar.getDay())


def qingming(year):
    for day in (4, 5, 6):
        if Solar.fromYmd(year, 4, day).getLunar().getJieQi() == "清明":
            return datetime.date(year, 4, day)
    raise SystemExit(f"no 清明 on 4-6 April {year}")


def holidays(year):
    since_2025 = year >= 2025
    new_year = lunar(year, 1, 1)
    yield datetime.date(year, 1, 1), "元旦"
    for offset in range(-1 if since_2025 else 0, 3):
        yield new_year + datetime.timedelta(days=offset), "春节"
    yield qingming(year), "清明节"
    for day in (1, 2) if since_2025 else (1,):
        yield datetime.date(year, 5, day), "劳动节"
    yield lunar(year, 5, 5), "端午节"
    yield lunar(year, 8, 15), "中秋节"
    for day in (1, 2, 3):
        yield datetime.date(year, 10, day), "国庆节"


def table():
    days = {}
    for year in range(FIRST, LAST + 1):
        for date, name in holidays(year):
            days[date] = f"{name}、{days[date]}" if date in days else name
    return "date,name_zh\n" + "".join(f"{date},{days[date]}\n" for date in sorted(days))


def main():
    made = table()
    if sys.argv[1:] == ["--check"]:
        if TABLE.read_text(encoding="utf-8") != made:
            raise SystemExit(f"{TABLE.name} is not what this script makes")
        print(f"{TABLE.name}: {made.count(chr(10)) - 1} days, as committed")
    else:
        TABLE.write_text(made, encoding="utf-8")
        print(f"{TABLE.name}: {made.count(chr(10)) - 1} days")


if __name__ == "__main__":
    main()
