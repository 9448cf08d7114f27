"""The figures of fairness, worked out by hand and by their definitions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.tally.election import Area, Ballot, Election, Project
from engage.tally.fairness import fairness


def election(*ballots: tuple[str, int]) -> Election:
    return Election(
        (
            Project("a", 30, area="North"),
            Project("b", 10, area="South"),
            Project("c", 5, area="North"),
        ),
        tuple(Ballot(tuple(choices), weight) for choices, weight in ballots),
        100,
    )


def test_figures_of_a_small_election_worked_out_by_hand() -> None:
    figures = fairness(election(("ab", 1), ("b", 2), ("c", 1)), {"a", "b"})
    assert (figures.voters, figures.with_a_project) == (4, 3)
    assert figures.projects_each == Fraction(1)
    # 0, 10, 10 and 40: the differences of all pairs add up to 240, over 2 * 4 * 4 * 15.
    assert figures.gini == Fraction(240, 2 * 16 * 15)
    assert figures.areas == (Area("North", 30, 1, 2), Area("South", 10, 1, 1))


def test_everybody_alike_is_a_gini_of_nought() -> None:
    assert fairness(election(("a", 7)), {"a"}).gini == 0


@pytest.mark.parametrize("winners", [set(), {"c"}])
def test_where_nobody_has_anything_there_is_no_gini(winners: set[str]) -> None:
    figures = fairness(election(("a", 2), ("b", 1)), winners)
    assert (figures.with_a_project, figures.gini) == (0, None)


def test_no_ballots_and_no_figures() -> None:
    figures = fairness(election(), {"a"})
    assert (figures.voters, figures.projects_each, figures.gini) == (0, 0, None)


@given(
    st.lists(
        st.tuples(st.sets(st.sampled_from("abc")).map("".join), st.integers(1, 4)), max_size=8
    ),
    st.sets(st.sampled_from("abc")),
)
def test_gini_is_the_mean_difference_of_two_voters_over_twice_the_mean(
    ballots: list[tuple[str, int]], winners: set[str]
) -> None:
    voted = election(*ballots)
    each = [
        sum(voted.costs[c] for c in choices if c in winners)
        for choices, weight in ballots
        for _ in range(weight)
    ]
    expected = None
    if sum(each):
        apart = sum(abs(x - y) for x in each for y in each)
        expected = Fraction(apart, 2 * len(each) * sum(each))
    assert fairness(voted, winners).gini == expected
