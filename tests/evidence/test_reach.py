"""Measures of reach against the reference calculation, exact limits, and the trap."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2

from engage.evidence.rules.reach import (
    byar,
    fifths,
    least_reached,
    rate_per_1000,
    share_ratio,
    wilson,
)

#: Moray residents aged 14 and over by national fifth (mid-2020), and an invented split of votes.
ELIGIBLE = {1: 2135, 2: 11350, 3: 26096, 4: 31344, 5: 10896}
VOTES = {1: 60, 2: 520, 3: 1400, 4: 1100, 5: 379}


@pytest.mark.requirement("R31")
def test_the_least_reached_fifth_shows_where_a_single_index_reports_success():
    rows = fifths(ELIGIBLE, VOTES)
    assert [round(row.rate.value, 1) for row in rows] == [28.1, 45.8, 53.6, 35.1, 34.8]
    assert (round(rows[0].rate.low, 1), round(rows[0].rate.high, 1)) == (21.4, 36.2)
    assert round(rows[0].ratio.value, 3) == 0.665
    # The relative index of inequality is -0.49 here: “more from deprived areas”.
    assert least_reached(rows) == [1, 4, 5]


@pytest.mark.requirement("R31")
def test_every_figure_agrees_with_the_reference_calculation(shared_data):
    printed = (shared_data / "reach" / "reach_measures_expected.txt").read_text()
    lines = [
        [float(n) for n in re.findall(r"[=(,](\d+(?:\.\d+)?)", line)]
        for line in printed.splitlines()
        if re.match(r"Q[1-5] elig=", line)
    ]
    assert len(lines) == 5
    total, everybody = sum(VOTES.values()), sum(ELIGIBLE.values())
    for row, expected in zip(fifths(ELIGIBLE, VOTES), lines, strict=True):
        ends = wilson(row.people, total)
        assert [
            row.eligible,
            row.people,
            round(row.rate.value, 2),
            round(row.rate.low, 2),
            round(row.rate.high, 2),
            round(row.people / total, 4),
            round(ends[0], 4),
            round(ends[1], 4),
            round(row.eligible / everybody, 4),
            round(row.ratio.value, 3),
        ] == expected[:10]


@given(st.integers(0, 20_000))
def test_byars_limits_are_close_to_the_exact_ones(count):
    low, high = byar(count)
    exact_low = chi2.ppf(0.025, 2 * count) / 2 if count else 0
    assert low == pytest.approx(exact_low, abs=0.1)
    assert high == pytest.approx(chi2.ppf(0.975, 2 * count + 2) / 2, abs=0.1)
    assert low <= count <= high


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_limits_are_scipys(pair):
    part, whole = pair
    exact = binomtest(part, whole).proportion_ci(method="wilson")
    assert wilson(part, whole) == pytest.approx((exact.low, exact.high), abs=1e-6)


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (3, 2), (-1, 4)])
def test_a_share_of_nothing_is_a_mistake(part, whole):
    with pytest.raises(ValueError, match="a part"):
        wilson(part, whole)


def test_a_count_below_nought_is_a_mistake():
    with pytest.raises(ValueError, match="0 or more"):
        byar(-1)


def test_nothing_is_said_of_a_fifth_where_nobody_lives():
    row = fifths({2: 100}, {2: 10})[0]
    assert (row.eligible, row.people, row.rate, row.ratio) == (0, 0, None, None)


def test_nothing_is_said_of_shares_when_nobody_took_part():
    assert share_ratio(0, 0, 100, 500) is None
    assert rate_per_1000(0, 100).low == 0


def test_a_fifth_is_not_called_low_beside_so_few_others_that_the_intervals_overlap():
    rows = fifths({1: 6203, 2: 592}, {1: 25, 2: 6})
    assert rows[0].rate.high < rows[1].rate.value
    assert rows[0].rate.high > rows[1].rate.low
    assert least_reached(rows) == []


def test_a_low_rate_that_may_be_chance_is_not_called_low():
    assert (
        least_reached(fifths(dict.fromkeys(range(1, 6), 1000), {1: 6, 2: 10, 3: 9, 4: 11, 5: 8}))
        == []
    )
