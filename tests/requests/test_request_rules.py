"""What a request must say, and by when each step of it is due (R78)."""

from datetime import date

import pytest

from engage.requests.rules.deadlines import (
    ReportYear,
    comments_until,
    decision_due,
    is_within_two_years,
    is_working_day,
    process_due,
    read_year,
    report_year_of,
    working_days_from,
)
from engage.requests.rules.requests import (
    GROUNDS,
    Decision,
    RequestRefused,
    RequestText,
    check_decision,
    maker_of,
    missing_parts,
)

pytestmark = pytest.mark.requirement("R78")
WEIGHED = dict.fromkeys(GROUNDS, "no_bearing")


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), False),
        (date(2028, 12, 26), False),
        (date(2026, 1, 1), False),
        (date(2026, 1, 2), False),
        (date(2026, 1, 5), True),
        (date(2026, 3, 7), False),
        (date(2026, 3, 8), False),
        # no bank holiday but these four is named in regulation 2
        (date(2026, 4, 3), True),
        (date(2026, 5, 4), True),
        (date(2026, 11, 30), True),
        # and none is given in place of one that falls on a weekend
        (date(2027, 12, 27), True),
        (date(2027, 1, 4), True),
    ],
)
def test_r78_working_days_are_those_of_regulation_2(day, counts):
    assert is_working_day(day) is counts


@pytest.mark.parametrize(
    ("validated", "with_others", "due"),
    [
        (date(2026, 3, 2), False, date(2026, 4, 10)),
        (date(2026, 3, 2), True, date(2026, 5, 1)),
        (date(2026, 3, 7), False, date(2026, 4, 17)),  # a Saturday: Monday is the first day
        (date(2026, 12, 1), False, date(2027, 1, 13)),  # two days at Christmas, one at New Year
        (date(2027, 12, 1), False, date(2028, 1, 11)),  # both Christmas days on a weekend
    ],
)
def test_r78_a_decision_is_due_in_30_working_days_or_45_with_others(validated, with_others, due):
    assert decision_due(validated, with_others=with_others) == due


def test_r78_other_periods_count_their_first_day():
    assert working_days_from(date(2026, 3, 2), 15) == date(2026, 3, 20)
    assert comments_until(date(2026, 3, 1)) == date(2026, 3, 28)
    assert process_due(date(2026, 3, 1)) == date(2026, 5, 29)


@pytest.mark.parametrize(
    ("earlier", "later", "within"),
    [
        (date(2024, 3, 3), date(2026, 3, 2), True),
        (date(2024, 3, 2), date(2026, 3, 2), False),
        (date(2026, 3, 2), date(2026, 3, 2), True),
        (date(2026, 3, 3), date(2026, 3, 2), False),
        (date(2026, 3, 1), date(2028, 2, 29), True),
        (date(2026, 2, 28), date(2028, 2, 29), False),
    ],
)
def test_r78_the_same_matter_may_be_turned_away_for_two_years(earlier, later, within):
    assert is_within_two_years(earlier, later) is within


def test_r78_the_year_runs_from_april_and_is_reported_by_june():
    year = report_year_of(date(2027, 3, 31))
    assert (year.first, year.last, year.due) == (
        date(2026, 4, 1), date(2027, 3, 31), date(2027, 6, 30),
    )  # fmt: skip
    assert report_year_of(date(2027, 4, 1)).label == "2027-28"
    assert read_year("2026-27") == year
    assert ReportYear(date(2099, 4, 1)).label == "2099-00"


@pytest.mark.parametrize("text", ["", "2026", "2026-28", "26-27", "2015-16", "x026-27", "9999-00"])
def test_r78_other_texts_are_no_year(text):
    assert read_year(text) is None


def test_r78_a_request_lacks_what_it_does_not_say():
    text = RequestText("Safer crossing", "group", 1, outcome="Safe ways", knowledge="We count cars")
    assert missing_parts(text) == [
        "why you should take part", "how the outcome would get better if you take part",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "constituted", "maker"),
    [
        ("community_council", True, "community_council"),
        ("informal", False, "group"),
        ("residents", True, "controlled"),
    ],
)
def test_r78_the_register_says_who_likely_asks(kind, constituted, maker):
    assert maker_of(kind, constituted) == maker


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (Decision(False, "", WEIGHED), "Enter the reasons"),
        (Decision(False, "No money", {"health": "likely"}), "Weigh each"),
        (Decision(False, "No money", dict.fromkeys(GROUNDS, "perhaps")), "Weigh each"),
        (Decision(True, "Good", WEIGHED), "Enter how the process works"),
        (Decision(True, "Good", WEIGHED, operation="Meetings"), "Enter how the process works"),
    ],
)
def test_r78_a_notice_says_what_sections_24_and_25_ask_for(decision, words):
    with pytest.raises(RequestRefused, match=words):
        check_decision(decision)


def test_r78_a_whole_notice_is_let_through():
    check_decision(Decision(False, "Not ours to decide", WEIGHED))
    check_decision(Decision(True, "Good", WEIGHED, operation="Meetings", group_part="A seat"))
