"""What a round offers when, what is open in which order, and which year is over."""

from datetime import UTC, date, datetime, timedelta

import pytest

from engage.home.rules import (
    Opening,
    RoundDates,
    beginning,
    last_full_year,
    now_and_coming,
    round_span,
)

DAY = timedelta(days=1)
START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
DATES = RoundDates(START, START + 10 * DAY, START + 20 * DAY, START + 30 * DAY)


@pytest.mark.parametrize(
    ("stage", "days", "offers"),
    [
        ("preparing", 5, None),
        ("proposals", -1, "propose"),
        ("proposals", 0, "propose"),
        ("proposals", 9, "propose"),
        ("proposals", 10, "vote"),
        ("screening", 12, "vote"),
        ("voting", 25, "vote"),
        ("voting", 30, None),
        ("closed", 31, None),
        ("declared", 31, None),
    ],
)
def test_a_round_offers_proposing_then_voting_then_nothing(stage, days, offers):
    span = round_span(stage, DATES, START + days * DAY)
    assert (span and span[0]) == offers


def test_the_span_of_a_vote_is_when_votes_are_taken():
    assert round_span("screening", DATES, START) == (
        "vote",
        DATES.voting_opens_at,
        DATES.voting_closes_at,
    )


def opening(title: str, opens: int, closes: int) -> Opening:
    return Opening("vote", title, title, "", "", START + opens * DAY, START + closes * DAY)


def test_what_closes_soonest_comes_first_and_what_opens_soonest_is_next():
    now, coming = now_and_coming(
        [
            opening("later", -1, 9),
            opening("soon", -5, 2),
            opening("over", -9, 0),
            opening("far", 8, 20),
            opening("near", 1, 30),
        ],
        START,
    )
    assert [o.title for o in now] == ["soon", "later"]
    assert [o.title for o in coming] == ["near", "far"]


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Two\n lines.", "Two lines."),
        ("word " * 50, ("word " * 4).strip() + " …"),
        ("One, two, three, four, five", "One, two, three …"),
    ],
)
def test_a_card_shows_whole_words_of_a_long_purpose(text, short):
    assert beginning(text, most=20) == short


@pytest.mark.parametrize(
    ("today", "start"),
    [
        (date(2026, 3, 31), date(2024, 4, 1)),
        (date(2026, 4, 1), date(2025, 4, 1)),
        (date(2026, 11, 22), date(2025, 4, 1)),
    ],
)
def test_a_reporting_year_is_over_on_the_first_of_april(today, start):
    assert last_full_year(today) == start
