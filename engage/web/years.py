"""Reporting years: when one starts, what it is called, and by when it is to be reported."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

_YEAR = re.compile(r"([0-9]{4})-([0-9]{2})")
#: The years that a label may name: the Act is of 2015, and a year has one after it.
_YEARS = range(2015, 2200)


class YearRefused(ValueError):
    """The text names no reporting year."""


@dataclass(frozen=True, order=True)
class ReportingYear:
    """A reporting year (s.8(3)), by default from 1 April. ``last`` is its last day."""

    first: date

    @property
    def last(self) -> date:
        """The year's last day."""
        return self.next().first - timedelta(days=1)

    @property
    def label(self) -> str:
        """How people and addresses name it: “2025-26”."""
        return f"{self.first.year}-{(self.first.year + 1) % 100:02d}"

    @property
    def due(self) -> date:
        """The day by which it is to be reported: six months after its end (guidance G65, R22)."""
        start = self.next().first
        year, month = divmod(start.year * 12 + start.month - 1 + 6, 12)
        return date(year, month + 1, start.day) - timedelta(days=1)

    def next(self) -> Self:
        """Return the year after it."""
        return type(self)(self.first.replace(year=self.first.year + 1))

    def before(self) -> Self:
        """Return the year before it."""
        return type(self)(self.first.replace(year=self.first.year - 1))


def reporting_year(day: date, month: int = 4, start_day: int = 1) -> ReportingYear:
    """Return the reporting year that ``day`` falls in, which starts on 1 April unless said."""
    first = date(day.year, month, start_day)
    return ReportingYear(first if day >= first else first.replace(year=day.year - 1))


def parse_year(label: str, month: int = 4, start_day: int = 1) -> ReportingYear:
    """Return the reporting year for a label like “2025-26”. Raises YearRefused for other texts.

    >>> parse_year("2025-26").last
    datetime.date(2026, 3, 31)
    """
    match = _YEAR.fullmatch(label)
    if not match or int(match[1]) not in _YEARS or (int(match[1]) + 1) % 100 != int(match[2]):
        raise YearRefused(label)
    return ReportingYear(date(int(match[1]), month, start_day))
