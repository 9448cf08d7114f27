"""Scotland's working days against its published bank holidays, 2024 to 2028."""

from datetime import date

import pytest

from engage.web.working_days import (
    add_working_days,
    bank_holidays,
    is_working_day,
)

PUBLISHED = {
    2024: "01-01 01-02 03-29 05-06 05-27 08-05 12-02 12-25 12-26",
    2025: "01-01 01-02 04-18 05-05 05-26 08-04 12-01 12-25 12-26",
    2026: "01-01 01-02 04-03 05-04 05-25 06-15 08-03 11-30 12-25 12-28",
    2027: "01-01 01-04 03-26 05-03 05-31 08-02 11-30 12-27 12-28",
    2028: "01-03 01-04 04-14 05-01 05-29 08-07 11-30 12-25 12-26",
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_bank_holidays_are_the_published_ones(year):
    assert sorted(f"{day:%m-%d}" for day in bank_holidays(year)) == PUBLISHED[year].split()


def test_easter_monday_is_a_working_day_in_scotland_and_a_weekend_is_none():
    assert is_working_day(date(2026, 4, 6))
    assert not is_working_day(date(2026, 4, 3))
    assert not is_working_day(date(2026, 4, 4))


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (date(2026, 11, 27), 0, date(2026, 11, 27)),
        (date(2026, 11, 27), 1, date(2026, 12, 1)),
        (date(2026, 11, 28), 1, date(2026, 12, 1)),
        (date(2026, 12, 24), 4, date(2027, 1, 5)),
    ],
)
def test_days_are_added_without_the_first(start, n, end):
    assert add_working_days(start, n) == end


def test_thirty_working_days_over_the_turn_of_the_year():
    assert add_working_days(date(2026, 12, 1), 30) == date(2027, 1, 18)


def test_local_holidays_count_as_closed():
    autumn = frozenset({date(2026, 10, 5)})
    assert not is_working_day(date(2026, 10, 5), autumn)
    assert add_working_days(date(2026, 10, 2), 1, autumn) == date(2026, 10, 6)


def test_days_cannot_be_taken_away():
    with pytest.raises(ValueError, match="-1"):
        add_working_days(date(2026, 3, 2), -1)
