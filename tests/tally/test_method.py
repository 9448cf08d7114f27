"""Counting by a declared method: leftovers, the figures, and the other rule beside it."""

from dataclasses import replace
from fractions import Fraction

import pytest

from engage.tally.election import (
    Ballot,
    BallotType,
    Completion,
    Election,
    Leftover,
    Method,
    Project,
    Rule,
    Why,
)
from engage.tally.method import count, count_both, rules_for, sensible_increment


def small(smallest: int | None, *, site: str = "") -> Election:
    """A pot of 100: “a” takes 70, and 30 are left for “b” at 50 and “c” at 40."""
    projects = (
        Project("a", 70, site=site),
        Project("b", 50, smallest=smallest, site=site),
        Project("c", 40, smallest=10),
    )
    ballots = (Ballot(("a",), 9), Ballot(("b",), 5), Ballot(("c",), 4))
    return Election(projects, ballots, 100, tie=("cost",))


PART = Method(Rule.GREEDY, leftover=Leftover.SMALLER_AWARD)


@pytest.mark.requirement("R14")
def test_what_is_left_goes_to_the_next_project_whose_proposer_takes_so_little() -> None:
    counted = count(small(30), PART)
    assert counted.winners == ("a", "b")
    assert (counted.cost, counted.unspent) == (100, 0)
    last = counted.decisions[-1]
    assert (last.project, last.award, last.left_before, last.why) == (
        "b",
        30,
        30,
        Why.PART_FUNDED,
    )
    assert [d.project for d in counted.decisions if not d.funded] == ["c"]


@pytest.mark.parametrize(
    ("smallest", "site"), [(31, ""), (None, ""), (30, "park")], ids=["too little", "all", "site"]
)
def test_whoever_would_not_or_could_not_take_it_is_passed_over(
    smallest: int | None, site: str
) -> None:
    counted = count(small(smallest, site=site), PART)
    assert counted.winners == ("a", "c")
    assert counted.decisions[-1].award == 30


@pytest.mark.parametrize("rule", [Rule.GREEDY, Rule.GREEDY_STOP, Rule.GREEDY_PER_COST])
def test_what_costs_more_than_the_whole_pot_is_offered_nothing_smaller(rule: Rule) -> None:
    """No rule considers it, however many are for it; recount.py, which is published, says so."""
    dear = Project("d", 101, smallest=10)
    whole = replace(
        small(30),
        projects=(dear, *small(30).projects),
        ballots=(Ballot(("d",), 20), *small(30).ballots),
    )
    counted = count(whole, Method(rule, leftover=Leftover.SMALLER_AWARD))
    assert "d" not in counted.winners
    assert counted.decisions[-1].why is Why.PART_FUNDED


def test_unless_it_was_declared_nothing_is_given_in_part() -> None:
    assert count(small(30), Method()).unspent == 30


def test_the_other_rule_is_told_beside_the_declared_one() -> None:
    both, _ = count_both(small(None), Method())
    assert both.other is not None
    assert (both.rule, both.other.rule) == ("greedy", "equal-shares")
    turned, _ = count_both(small(None), Method(Rule.EQUAL_SHARES))
    assert turned.other is not None
    assert (turned.rule, turned.other.rule) == ("equal-shares", "greedy")
    assert both.fairness is not None
    assert turned.other.winners == both.winners


def test_where_the_comparison_took_greedy_the_equal_shares_beside_it_are_told() -> None:
    preferred = Election(
        (Project("b", 100), Project("s", 10)), (Ballot(("b",), 9), Ballot(("s",))), 100
    )
    method = Method(Rule.EQUAL_SHARES, comparison=True)
    counted, other = count_both(preferred, method)
    assert counted.other is not None
    assert (counted.rule, counted.winners) == ("greedy", ("b",))
    assert (counted.other.rule, counted.other.winners) == ("equal-shares", ("s",))
    assert (other.rule, other.comparison) == (Rule.EQUAL_SHARES, False)


def test_every_rule_keeps_to_the_pot() -> None:
    for method in rules_for(small(None)):
        assert count(small(None), method).cost <= 100


@pytest.mark.parametrize(
    ("pot", "voters", "step"),
    [(1_000_000_00, 6_586, 200), (100_000_00, 84, 1_200), (1_000_000_000_00, 28_942, 34_600)],
    ids=["Wieliczka", "Assen", "Budapest"],
)
def test_add1_steps_are_a_pound_or_a_hundredth_of_a_share(pot: int, voters: int, step: int) -> None:
    election = Election((Project("a", 1),), (Ballot(("a",), voters),), pot)
    assert sensible_increment(election) == step


def test_the_endowment_of_the_run_that_stands_is_told() -> None:
    counted = count(
        Election((Project("a", 1500),), (Ballot(("a",)), Ballot(())), 2000),
        Method(Rule.EQUAL_SHARES, completion=Completion.ADD1),
    )
    assert counted.winners == ("a",)
    assert counted.endowment == Fraction(1500)


def test_a_project_named_twice_on_a_ballot_counts_once_and_its_points_add_up() -> None:
    def of(kind: BallotType, points: tuple[int, ...] | None) -> Election:
        ballot = Ballot(("b", "a", "a"), 2, points)
        return Election((Project("a", 5), Project("b", 5)), (ballot,), 10, ballot_type=kind)

    approval, points = of(BallotType.APPROVAL, None), of(BallotType.CUMULATIVE, (1, 2, 3))
    assert approval.votes == {"a": 2, "b": 2}
    assert points.votes == {"a": 10, "b": 2}
    assert approval.supporters == points.supporters == {"a": 2, "b": 2}
    assert count(approval, Method(Rule.EQUAL_SHARES)).winners == ("a", "b")
