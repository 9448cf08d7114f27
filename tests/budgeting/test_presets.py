"""Ready-made rounds, and rounds that are set up like an earlier one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engage.accounts.models import Account
from engage.budgeting.queries.rounds import round_by_slug, rules_of
from engage.budgeting.rules.presets import DATES, PRESETS, dates_again, dates_of
from engage.budgeting.rules.rounds import RoundRules, round_faults
from engage.web.filters import uk_time
from engage.web.rules import UK
from tests.makers.budgeting import make_round

pytestmark = pytest.mark.requirement("R14")
#: What somebody setting up a round from a preset is asked, and nothing more.
ASKED = {"title": "Mastrick decides", "pot_pence": "200,000"}
TODAYS = [
    datetime(2026, 11, 26, 23, 30, tzinfo=UTC),
    datetime(2026, 3, 27, 12, 0, tzinfo=UTC),  # the clocks change two days later
    datetime(2026, 8, 2, 23, 30, tzinfo=UTC),  # it is Monday already in the UK
]


@pytest.mark.parametrize("at", TODAYS)
@pytest.mark.parametrize("key", PRESETS)
def test_a_preset_is_whole_and_its_dates_lie_ahead(key: str, at: datetime) -> None:
    preset = PRESETS[key]
    dates = dates_of(preset, at)
    rules = RoundRules(
        pot_pence=20_000_000, rule="greedy", tie_order="cost,votes,lot",
        **{"allow_change": True, **preset.rules, **dates},
    )  # fmt: skip
    assert round_faults(rules) == {}
    assert min(dates.values()) > at
    assert set(preset.about) == {"level", "purpose", "open_to_change", "fixed", "support_offered"}


@pytest.mark.parametrize("key", PRESETS)
def test_carys_sets_up_a_round_from_a_preset_with_five_answers(
    as_person: Any, carys: Account, key: str
) -> None:
    page = as_person(carys).send(f"/desk/rounds/new/?start={key}", ASKED)
    assert page.h1.text == "Mastrick decides"
    rules = rules_of(round_by_slug("mastrick-decides"))
    for name, value in PRESETS[key].rules.items():
        assert getattr(rules, name) == value
    assert rules.voting_closes_at.astimezone(UK).weekday() in (5, 6)


def test_only_what_a_preset_leaves_open_stands_outside_more_rules(
    as_person: Any, carys: Account
) -> None:
    page = as_person(carys).open("/desk/rounds/new/?start=small-grants")
    inside = {box["name"].split("-")[0] for box in page.select("details [name]")}
    everything = {box["name"].split("-")[0] for box in page.select("form[method=post] [name]")}
    asked = everything - inside - {"csrf_token", "version", "language"}
    left_open = {"deliver_by", "discussion_opens_at", "discussion_closes_at"}
    assert asked - left_open >= {"title", "locality", "pot_pence", "who_may_vote", "min_age"}
    assert asked - left_open <= {
        "title", "locality", "pot_pence", "who_may_vote", "min_age", "connection", *DATES,
    }  # fmt: skip
    assert page.select_one("details").get("open") is None


def test_a_fault_under_more_rules_opens_them(as_person: Any, carys: Account) -> None:
    answers = {**ASKED, "max_award_pence": "lots"}
    page = as_person(carys).send("/desk/rounds/new/?start=small-grants", answers, status=422)
    assert page.select_one("details").get("open") is not None


def test_a_round_is_set_up_like_an_earlier_one(
    as_person: Any, carys: Account, session: Any
) -> None:
    earlier = rules_of(make_round(session, "declared", threshold=5))
    page = as_person(carys).open("/desk/rounds/start/")
    assert page.find("a", string="Mastrick decides")["href"].endswith("?like=mastrick-decides")
    title = {"title": "Mastrick decides again"}
    as_person(carys).send("/desk/rounds/new/?like=mastrick-decides", title)
    again = rules_of(round_by_slug("mastrick-decides-again"))
    assert (again.threshold, again.pot_pence) == (5, earlier.pot_pence)
    assert again.voting_closes_at - earlier.voting_closes_at > timedelta(weeks=51)
    assert round_by_slug("mastrick-decides-again").stage == "preparing"


def test_a_copy_keeps_weekdays_and_times_over_a_change_of_the_clocks() -> None:
    dates = [datetime(2026, month, 30, 9, 0, tzinfo=UTC) for month in (1, 3, 6, 10)]
    rules = RoundRules(100, 1, 100, 1, 1, 8, "", "greedy", "cost", True, *dates)
    moved = dates_again(rules, datetime(2026, 11, 26, tzinfo=UTC))
    for name, day in zip(DATES, dates, strict=True):
        before, after = day.astimezone(UK), moved[name].astimezone(UK)
        assert (before.weekday(), uk_time(day)) == (after.weekday(), uk_time(moved[name]))
        assert after.year == 2027
