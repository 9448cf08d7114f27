"""Plain rules for what people type: text, money, dates, times, and where a redirect may lead."""

from datetime import UTC, date, datetime, time

import pytest

from engage.web.rules import (
    clean_text,
    parse_date,
    parse_pounds,
    parse_time,
    safe_next,
    uk_instant,
    whole_hour_after,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Cafe\u0301 \r\n", "Café"),
        ("a\x00b", "ab"),
        ("a\ud800b", "ab"),
        ("pay \u202eeslaf", "pay eslaf"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        (None, ""),
        ("👩‍👧 families", "👩‍👧 families"),
    ],
)
def test_text_is_composed_and_loses_only_what_could_deceive(typed, kept):
    assert clean_text(typed) == kept


@pytest.mark.parametrize(
    ("typed", "pence"), [("£1,200", 120000), ("1200.50", 120050), ("0", 0), (" 7.5 ", 750)]
)
def test_pounds_become_whole_pence(typed, pence):
    assert parse_pounds(typed) == pence


@pytest.mark.parametrize("typed", ["", "-5", "1.234", "1e5", "ten", "£", "１２", "9" * 13])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(ValueError, match=r".*"):
        parse_pounds(typed)


@pytest.mark.parametrize(
    ("typed", "when"),
    [
        (("29", "3", "2026"), date(2026, 3, 29)),
        (("1", "March", "2026"), date(2026, 3, 1)),
        (("01", "dec", "2026"), date(2026, 12, 1)),
    ],
)
def test_dates_take_month_names(typed, when):
    assert parse_date(*typed) == when


@pytest.mark.parametrize("typed", [("31", "2", "2026"), ("1", "1", "26"), ("x", "1", "2026")])
def test_dates_that_do_not_exist_are_refused(typed):
    with pytest.raises(ValueError, match=r".*"):
        parse_date(*typed)


@pytest.mark.parametrize(
    ("typed", "when"),
    [
        ("9am", time(9)),
        ("11:59pm", time(23, 59)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("noon", time(12)),
        ("17:30", time(17, 30)),
        ("5.30 PM", time(17, 30)),
        ("17:30:15", time(17, 30, 15)),
    ],
)
def test_times_are_read_as_people_write_them(typed, when):
    assert parse_time(typed) == when


@pytest.mark.parametrize("typed", ["midnight", "25:00", "13pm", "9", "9:60", "", "0am"])
def test_times_that_are_unclear_are_refused(typed):
    with pytest.raises(ValueError, match=r".*"):
        parse_time(typed)


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        (date(2026, 1, 10), time(9), datetime(2026, 1, 10, 9, tzinfo=UTC)),
        (date(2026, 7, 10), time(9), datetime(2026, 7, 10, 8, tzinfo=UTC)),
        (date(2026, 3, 29), time(0, 30), datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(0, 30), datetime(2026, 10, 24, 23, 30, tzinfo=UTC)),
    ],
)
def test_a_uk_time_is_one_instant(day, at, utc):
    assert uk_instant(day, at) == utc


@pytest.mark.parametrize(
    ("day", "at"), [(date(2026, 3, 29), time(1, 30)), (date(2026, 10, 25), time(1, 30))]
)
def test_a_time_that_the_clocks_skip_or_repeat_is_refused(day, at):
    with pytest.raises(ValueError, match="clocks change"):
        uk_instant(day, at)


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "", None, "/a\nb", "/ b"],
)
def test_a_redirect_never_leads_off_the_site(target):
    assert safe_next(target) is None


def test_a_redirect_may_lead_to_a_path_here():
    assert safe_next("/group/?a=1") == "/group/?a=1"


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (datetime(2026, 6, 10, 9, tzinfo=UTC), datetime(2026, 6, 10, 9, tzinfo=UTC)),
        (datetime(2026, 6, 10, 9, 0, 0, 1, tzinfo=UTC), datetime(2026, 6, 10, 10, tzinfo=UTC)),
        (datetime(2026, 6, 10, 23, 59, tzinfo=UTC), datetime(2026, 6, 11, tzinfo=UTC)),
    ],
)
def test_an_instant_is_kept_to_the_next_whole_hour(at, told):
    assert whole_hour_after(at) == told
