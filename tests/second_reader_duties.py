#!/usr/bin/env python3
"""What the regulation asks of a record (FORMAT.md, sections 8 to 10): the second reader's part that decides no verdict."""
import csv, datetime, functools, pathlib
from types import SimpleNamespace as Facts

PROTO = pathlib.Path(__file__).resolve().parent.parent / "proto"
DAY_US, CHINA_US, EPOCH = 86_400_000_000, 8 * 3_600_000_000, datetime.date(1970, 1, 1)


@functools.cache
def calendar():
    """`off` or `work`, by date."""
    with open(PROTO / "calendar/cn_holidays.csv", newline="", encoding="utf-8") as file:
        return {datetime.date.fromisoformat(row["date"]): row["kind"] for row in csv.DictReader(file)}


def deadline(trigger_us):
    """§10: (the deadline in µs, whether it is provisional)."""
    days, published = calendar(), {day.year for day in calendar()}
    day, working, is_provisional = EPOCH + datetime.timedelta((trigger_us + CHINA_US) // DAY_US), 0, False
    while working < 2:
        day += datetime.timedelta(1)
        working += days.get(day) == "work" or day.weekday() < 5 and day not in days
        is_provisional |= day.year not in published or (day.month, day.day) > (12, 25) and day.year + 1 not in published
    return ((day - EPOCH).days + 1) * DAY_US - CHINA_US, is_provisional


def duties_of_receipt(receipt):
    """§8, what it says of deadline and punctuality."""
    (first, is_first_open), (second, is_second_open) = deadline(receipt.trigger.not_before_us), deadline(receipt.trigger.not_after_us)
    must = "yes" if receipt.stored_us < first else "undetermined" if receipt.stored_us < second else "no"
    is_by_rule = any(name.startswith("special_rules/") for name in receipt.calendars)
    is_settled = not (receipt.provisional or is_first_open or is_second_open or is_by_rule)
    if receipt.on_time == "no": yield "stored_late"
    if receipt.provisional and receipt.on_time == "no" or is_settled and receipt.on_time != must: yield "receipt_on_time_wrong"
    if is_settled and receipt.deadline_us != first: yield "receipt_deadline_wrong"


def owed(entries):
    """§9, of a journal that was read in full."""
    elements, excused, films, breaks, how, in_general = set(), False, False, {}, None, False
    for kind, body, seq in ((entry.kind, entry.body, entry.seq) for entry in entries):
        about, is_statement = breaks.get(body.get("interruption")), kind == "written_statement"
        if kind == "opening_passage" and body.confirmed != "no": elements |= set(body.elements)
        if kind == "opening_excused": excused |= body.reason != "act_first"
        if kind == "filming_notice" and body.state != "told_secrets": films = body.state == "someone_films"
        if kind == "interrupted":
            breaks[seq] = last = Facts(by_hand=body.cause == "officer", gap=None, resumed=False, settled=False, written=False)
        if kind == "take" and breaks: last.resumed = True
        if kind == "resumed" and about: about.gap = body.gap_us
        if about and (is_statement or kind == "interruption_reason"): about.settled, about.written = True, about.written or is_statement
        if kind == "ended": how = body.how
        in_general |= is_statement and "interruption" not in body
    has, lasts = {entry.kind for entry in entries}, [*breaks.values()][-1:]
    is_told = set("time place officers matter party stages".split()) <= elements and elements & {"notice", "nobody_present"}
    unsaid = [b for b in breaks.values() if not (b.settled or b.by_hand) and (b.resumed if b.gap is None else b.gap > 3_000_000)]
    is_cut = how == "cut_for_good" or any(b.gap is None and not b.resumed and not b.by_hand for b in lasts)
    is_written = in_general or any(b.written for b in lasts)
    for code, is_owed in (("opening_owed", "take" in has and not excused and not is_told), ("interruption_reason_owed", unsaid),
                          ("written_statement_owed", how and (is_cut or not has & {"take", "photo", "document"}) and not is_written),
                          ("filming_notice_owed", films), ("description_owed", not has >= {"place", "officers", "subject"}),
                          ("preflight_missing", "take" in has and "preflight" not in has)):
        if is_owed: yield code
