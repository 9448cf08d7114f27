"""By when each step of a participation request is due, as the Act and its regulations count.

The Participation Request (Procedure) (Scotland) Regulations 2017 have a calendar of their own
(regulation 2): every day is a working day but Saturdays, Sundays, 25 and 26 December and 1 and 2
January. Bank holidays count as working days, so a calendar of bank holidays would come out late.
A period that begins with a day counts that day.
"""

from datetime import date, timedelta

from engage.web.years import ReportingYear, YearRefused, parse_year, reporting_year

#: Days on which no request is worked on, as (month, day).
HOLIDAYS = frozenset({(12, 25), (12, 26), (1, 1), (1, 2)})
#: Working days for the decision (regulation 7), alone and with other authorities (s.22(6)).
ALONE, TOGETHER = 30, 45
#: Working days in which another authority says whether it takes part (regulation 6(2)).
OTHERS_ANSWER = 15
#: Days for the group's comments on a process (s.26(3)), and to start it (s.28(a)).
COMMENTS, START = 28, 90
#: For so long a request about the same matter may be turned away (s.27).
SAME_MATTER_YEARS = 2
#: Part 3 of the Act began on 1 April of it.
FIRST_YEAR = 2017


class ReportYear(ReportingYear):
    """The reporting year of section 32: reported by 30 June after its end, and not later."""

    @property
    def due(self) -> date:
        """The last day on which the report may be published."""
        return date(self.first.year + 1, 6, 30)


def is_working_day(day: date) -> bool:
    """Say whether a day counts, by regulation 2."""
    return day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS


def working_days_from(first: date, number: int) -> date:
    """Return the last day of a period of working days that begins with ``first``.

    >>> working_days_from(date(2026, 3, 2), 5)
    datetime.date(2026, 3, 6)
    """
    day, left = first, number - is_working_day(first)
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day


def decision_due(validated_on: date, *, with_others: bool) -> date:
    """Return the last day for the decision notice (s.24(6), regulation 7)."""
    return working_days_from(validated_on, TOGETHER if with_others else ALONE)


def last_day_of(first: date, days: int) -> date:
    """Return the last day of a period of days, of any kind, that begins with ``first``."""
    return first + timedelta(days=days - 1)


def comments_until(decided_on: date) -> date:
    """Return the last day for the group's comments on a proposed process (s.26(3))."""
    return last_day_of(decided_on, COMMENTS)


def process_due(notice_on: date) -> date:
    """Return the last day on which the process must have started (s.28(a))."""
    return last_day_of(notice_on, START)


def is_within_two_years(earlier: date, later: date) -> bool:
    """Say whether an earlier request was made in the two years that end with the later (s.27)."""
    try:
        start = later.replace(year=later.year - SAME_MATTER_YEARS)
    except ValueError:  # 29 February
        start = later.replace(year=later.year - SAME_MATTER_YEARS, day=28)
    return start < earlier <= later


def report_year_of(day: date) -> ReportYear:
    """Return the reporting year that a day lies in."""
    return ReportYear(reporting_year(day).first)


def read_year(label: str) -> ReportYear | None:
    """Return the year of “2026-27”; None for any other text, and before there were requests."""
    try:
        year = ReportYear(parse_year(label).first)
    except YearRefused:
        return None
    return year if year.first.year >= FIRST_YEAR else None
