"""Working days as Scotland counts them, for every promise that is made in them.

The bank holidays are those of the Banking and Financial Dealings Act 1971, Schedule 1, for
Scotland, each moved off the weekend as it is by custom and proclamation. Easter Monday is none.
What a council closes for besides is a setting, and comes in as `local`.
"""

from collections.abc import Collection
from datetime import date, timedelta
from functools import cache

_SATURDAY = 5
#: Days given once, by proclamation, that no rule foretells: coronation, football World Cup.
PROCLAIMED = frozenset({date(2023, 5, 8), date(2026, 6, 15)})


def is_working_day(day: date, local: Collection[date] = frozenset()) -> bool:
    """Return whether it is neither a weekend nor a bank holiday nor one of the local holidays.

    >>> is_working_day(date(2024, 12, 2))  # Saint Andrew's Day fell on the Saturday before
    False
    """
    return day.weekday() < _SATURDAY and day not in bank_holidays(day.year) and day not in local


def add_working_days(day: date, n: int, local: Collection[date] = frozenset()) -> date:
    """Return the n-th working day after a day, which is not counted itself, whatever it is.

    >>> add_working_days(date(2026, 12, 24), 1)
    datetime.date(2026, 12, 29)
    """
    if n < 0:
        raise ValueError(n)
    while n:
        day += timedelta(days=1)
        n -= is_working_day(day, local)
    return day


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """Return the days of a year on which Scotland's banks are closed, weekends apart."""
    return frozenset(
        [
            *_off_the_weekend(date(year, 1, 1), date(year, 1, 2)),
            _easter(year) - timedelta(days=2),
            _monday_from(date(year, 5, 1)),
            _monday_from(date(year, 5, 25)),
            _monday_from(date(year, 8, 1)),
            *_off_the_weekend(date(year, 11, 30)),
            *_off_the_weekend(date(year, 12, 25), date(year, 12, 26)),
            *(day for day in PROCLAIMED if day.year == year),
        ]
    )


def _off_the_weekend(*days: date) -> list[date]:
    """Return the days, each one on a weekend moved to the next weekday that is still free."""
    kept = [day for day in days if day.weekday() < _SATURDAY]
    for day in days:
        if day.weekday() < _SATURDAY:
            continue
        while day.weekday() >= _SATURDAY or day in kept:
            day += timedelta(days=1)
        kept.append(day)
    return kept


def _monday_from(day: date) -> date:
    """Return the first Monday on or after a day: from the 25th of May, the last of the month."""
    return day + timedelta(days=-day.weekday() % 7)


def _easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876)."""
    golden, (century, of_century) = year % 19, divmod(year, 100)
    leaps, odd = divmod(century, 4)
    moved = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leaps - moved + 15) % 30
    quads, rest = divmod(of_century, 4)
    to_sunday = (32 + 2 * odd + 2 * quads - moon - rest) % 7
    late = (golden + 11 * moon + 22 * to_sunday) // 451
    month, day = divmod(moon + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)
