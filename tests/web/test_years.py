"""Reporting years start on 1 April, and are due six months after their end."""

from datetime import date

import pytest

from engage.web.years import ReportingYear, YearRefused, parse_year, reporting_year


@pytest.mark.requirement("R22")
@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2026, 3, 31), "2025-26"),
        (date(2026, 4, 1), "2026-27"),
        (date(2025, 12, 31), "2025-26"),
        (date(2099, 5, 1), "2099-00"),
    ],
)
def test_a_reporting_year_starts_on_1_april(day, label):
    assert reporting_year(day).label == label
    assert parse_year(label) == reporting_year(day)


@pytest.mark.requirement("R22")
def test_a_year_is_due_six_months_after_its_end():
    year = parse_year("2025-26")
    assert (year.first, year.last, year.due) == (
        date(2025, 4, 1),
        date(2026, 3, 31),
        date(2026, 9, 30),
    )


def test_ministers_may_direct_another_date():
    year = reporting_year(date(2026, 1, 5), month=8)
    assert (year.first, year.last, year.due) == (
        date(2025, 8, 1),
        date(2026, 7, 31),
        date(2027, 1, 31),
    )


@pytest.mark.parametrize(
    "label", ["", "2025", "2025-27", "2025-2026", "1999-00", "9999-00", "٢٠٢٥-٢٦", "x"]
)
def test_a_label_that_names_no_year_is_refused(label):
    with pytest.raises(YearRefused):
        parse_year(label)


def test_years_stand_in_order():
    assert parse_year("2024-25") < parse_year("2025-26") == ReportingYear(date(2025, 4, 1))
