"""What is published: held back where it is small, and nothing that gives it away."""

import pytest

from engage.disclosure.rules import HeldBack
from engage.evidence.rules.figures import (
    Measure,
    YearFigures,
    bars,
    cell,
    plain,
    shown_figures,
    shown_measure,
    small_differences,
)

ELIGIBLE = dict.fromkeys(range(1, 6), 1000)


def measure(people, elsewhere=None):
    return Measure("ballot", 14, 1, ELIGIBLE, people, elsewhere or {})


@pytest.mark.requirement("R74")
def test_a_small_fifth_takes_another_and_every_rate_of_theirs_with_it():
    shown = shown_measure(measure({1: 3, 2: 20, 3: 30, 4: 40, 5: 50}), 5)
    assert [row["people"] for row in shown["fifths"]] == ["fewer than 5", "held back", 30, 40, 50]
    assert [row["rate"] is None for row in shown["fifths"]] == [True, True, False, False, False]
    assert [row["ratio"] is None for row in shown["fifths"]] == [True, True, False, False, False]
    assert (shown["matched"], shown["total"]) == (143, 143)
    assert shown["least_reached"] is None


@pytest.mark.requirement("R74")
def test_few_without_a_postcode_cannot_be_worked_out_from_the_matched_and_the_total():
    shown = shown_measure(measure(dict.fromkeys(range(1, 6), 20), {"not_given": 2}), 5)
    assert shown["not_given"] == "fewer than 5"
    hidden = [shown["matched"], shown["total"], *(row["people"] for row in shown["fifths"])]
    assert "held back" in hidden


AGES = {"12-15": 800, "16-17": 500, "18-24": 900, "25-44": 2000, "45-64": 2100, "65+": 1500}


def aged(people, **numbers):
    return Measure("ballot", 14, 1, ELIGIBLE, people, {}, ages=AGES, aged=numbers)


@pytest.mark.requirement("R31", "R74")
def test_a_small_age_takes_another_so_that_the_matched_do_not_give_it_away():
    people = dict.fromkeys(range(1, 6), 20)
    numbers = {"12-15": 3, "18-24": 20, "45-64": 50, "65+": 17}
    ages = shown_measure(aged(people, **numbers), 5)["ages"]
    told = {row["band"]: row["people"] for row in ages["groups"]}
    assert (told["12-15"], told["16-17"], told["18-24"]) == ("fewer than 5", 0, 20)
    assert "held back" in [ages["unsaid"], *told.values()]
    assert all(row["rate"] is None for row in ages["groups"] if isinstance(row["people"], str))
    assert ages["least_reached"] is None


@pytest.mark.requirement("R31")
def test_an_age_that_is_missing_more_than_chance_explains_is_named():
    people = dict.fromkeys(range(1, 6), 40)
    numbers = {"12-15": 20, "16-17": 5, "18-24": 5, "25-44": 60, "45-64": 60, "65+": 50}
    ages = shown_measure(aged(people, **numbers), 5)["ages"]
    names = [row["band"] for row in ages["groups"]]
    assert [names[place - 1] for place in ages["least_reached"]] == ["18-24"]
    assert ages["unsaid"] == 0


def test_editions_from_before_ages_come_out_as_they_did():
    assert "ages" not in shown_measure(measure({1: 40}), 5)


@pytest.mark.requirement("R74")
def test_a_ratio_never_gives_a_held_back_number_of_matched_away():
    shown = shown_measure(measure({1: 40}, {"not_given": 2}), 5)
    assert (shown["matched"], shown["total"]) != (40, 42)
    if not isinstance(shown["matched"], int):
        assert all(row["ratio"] is None for row in shown["fifths"])


def test_officers_see_every_number():
    shown = shown_measure(measure({1: 3, 2: 1}, {"outside": 2}), 1)
    assert [row["people"] for row in shown["fifths"]] == [3, 1, 0, 0, 0]
    assert (shown["matched"], shown["outside"], shown["total"]) == (4, 2, 6)
    assert [round(end, 1) for end in shown["fifths"][0]["rate"]] == [3.0, 0.6, 8.8]


@pytest.mark.requirement("R74")
def test_counts_of_groups_are_shown_as_far_as_the_register_shows_them():
    figures = YearFigures(
        year="2025-26",
        first="2025-04-01",
        until="2026-03-31",
        groups={"registered": 2, "place": 1, "particular_regard": 1, "took_part": 2},
        group_responses=2,
        proposals=(3, 0),
        measures=[],
        findings={"changed": 1},
        coverage=(260, 1300),
    )
    shown = shown_figures(figures, 5)
    assert shown["groups"] == {
        "registered": 2,
        "place": 1,
        "particular_regard": "fewer than 5",
        "took_part": "fewer than 5",
    }
    assert (shown["group_responses"], shown["proposals"]["people"]) == ("fewer than 5",) * 2
    assert shown["proposals"]["groups"] == 0
    assert shown["findings"] == {"changed": 1}


@pytest.mark.parametrize("count", [0, 17, HeldBack(), HeldBack(True, 10), HeldBack(False)])
def test_a_published_count_can_be_read_again(count):
    assert cell(plain(count)) == count


@pytest.mark.requirement("R74")
@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        ({"a": 10}, {"a": 10}, 0),
        ({"a": 10, "b": [{"c": 7}]}, {"a": 12, "b": [{"c": 3}]}, 2),
        ({"a": 10}, {"a": 15}, 0),
        ({"a": "fewer than 5"}, {"a": 5}, 0),
        ({"a": 1}, {"b": 2}, 0),
    ],
)
def test_editions_that_differ_by_a_few_people_are_noticed(before, after, count):
    assert small_differences(before, after, 5) == count


def test_the_chart_draws_every_bar_to_the_scale_of_the_longest_whisker():
    drawn = bars(shown_measure(measure({1: 10, 2: 20, 5: 3}), 5)["fifths"])
    assert max(bar.high for bar in drawn) == 360
    assert drawn[4].width is None
    assert all(0 <= bar.low <= (bar.width or 0) <= bar.high <= 360 for bar in drawn)


def test_a_chart_of_nobody_has_no_bars_to_divide_by():
    assert [
        bar.width for bar in bars(shown_measure(Measure("x", 0, 0, {}, {}, {}), 5)["fifths"])
    ] == [None] * 5
