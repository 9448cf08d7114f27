"""Counting by votes: worked examples as tables, and laws that hold for every election."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.tally.election import Ballot, Count, Election, Project, Why
from engage.tally.greedy import greedy


def election(
    pot: int, projects: dict[str, tuple[int, int]], tie: str = "cost,votes,lot"
) -> Election:
    """An election from {id: (cost, votes)}; lots run against the order of the ballot paper."""
    return Election(
        projects=tuple(
            Project(id=name, cost=cost, lot=len(projects) - place)
            for place, (name, (cost, _)) in enumerate(projects.items())
        ),
        ballots=tuple(Ballot((name,), votes) for name, (_, votes) in projects.items() if votes),
        pot=pot,
        tie=tuple(tie.split(",")),
    )


EXAMPLES = {
    "Dundee Decides 2018, Strathmartine: all four use up the fund": (
        150_000,
        {"A": (30_000, 911), "B": (65_000, 742), "C": (35_000, 609), "D": (20_000, 403)},
        ["A", "B", "C", "D"],
        0,
    ),
    "a project that does not fit is passed over, a cheaper one behind it is funded": (
        100,
        {"pool": (60, 50), "park": (50, 40), "bench": (40, 30)},
        ["pool", "bench"],
        0,
    ),
    "a project that costs exactly what is left is funded": (
        100,
        {"pool": (60, 50), "park": (40, 40)},
        ["pool", "park"],
        0,
    ),
    "one unit short is short": (99, {"pool": (60, 50), "park": (40, 40)}, ["pool"], 39),
    "a project without a vote is not funded, whatever is left": (
        100,
        {"pool": (10, 1), "park": (10, 0)},
        ["pool"],
        90,
    ),
    "nobody voted: nothing is funded": (100, {"pool": (10, 0)}, [], 100),
    "a project dearer than the whole fund takes nothing from the others": (
        100,
        {"palace": (101, 99), "bench": (40, 1)},
        ["bench"],
        60,
    ),
}


@pytest.mark.requirement("R14")
@pytest.mark.parametrize(("pot", "projects", "winners", "unspent"), EXAMPLES.values(), ids=EXAMPLES)
def test_worked_examples(pot: int, projects: dict, winners: list[str], unspent: int) -> None:
    count = greedy(election(pot, projects))
    assert list(count.winners) == winners
    assert (count.cost, count.unspent) == (pot - unspent, unspent)


TIES = {
    "the cheaper goes first": ("cost,votes,lot", {"a": (60, 5), "b": (50, 5)}, ["b"], "cost"),
    "of equal cost the lot decides": ("cost,votes,lot", {"a": (60, 5), "b": (60, 5)}, ["b"], "lot"),
    "the lot alone": ("lot", {"a": (50, 5), "b": (60, 5)}, ["b"], "lot"),
    "the order of the ballot paper": ("file", {"a": (60, 5), "b": (50, 5)}, ["a"], "file"),
}


@pytest.mark.parametrize(("tie", "projects", "winners", "by"), TIES.values(), ids=TIES)
def test_ties_are_settled_by_the_declared_order_and_the_count_says_so(
    tie: str, projects: dict, winners: list[str], by: str
) -> None:
    count = greedy(election(60, projects, tie))
    assert list(count.winners) == winners
    assert [decision.settled_by for decision in count.decisions] == ["", by]


def test_every_decision_tells_the_money_left_and_why() -> None:
    projects = {"pool": (60, 50), "park": (50, 40), "bench": (40, 30), "sign": (1, 0)}
    told = [(d.project, d.left_before, d.why) for d in greedy(election(100, projects)).decisions]
    assert told == [
        ("pool", 100, Why.FITS),
        ("park", 40, Why.TOO_DEAR),
        ("bench", 40, Why.FITS),
        ("sign", 0, Why.NO_VOTES),
    ]


def test_a_reason_is_said_in_plain_words() -> None:
    count = greedy(election(60, {"a": (60, 5), "b": (50, 5)}))
    assert [d.reason for d in count.decisions] == [
        "Funded: it cost no more than the money left.",
        "Not funded: it cost more than the money left. "
        "It tied with the project before it, which costs less.",
    ]


# Laws -------------------------------------------------------------------------------------------


@st.composite
def elections(draw: st.DrawFn) -> Election:
    costs = draw(st.lists(st.integers(1, 50), min_size=1, max_size=8))
    lots = draw(st.permutations(range(len(costs))))
    ids = [f"p{n}" for n in range(len(costs))]
    choices = st.lists(st.sampled_from(ids), unique=True, max_size=4).map(tuple)
    ballots = draw(st.lists(st.builds(Ballot, choices, st.integers(1, 3)), max_size=20))
    projects = [Project(i, c, lot=n) for i, c, n in zip(ids, costs, lots, strict=True)]
    return Election(tuple(projects), tuple(ballots), draw(st.integers(1, 120)))


@given(elections())
def test_never_over_the_pot_and_every_penny_is_accounted_for(e: Election) -> None:
    count = greedy(e)
    costs = {project.id: project.cost for project in e.projects}
    assert sum(costs[w] for w in count.winners) == count.cost <= e.pot
    assert count.cost + count.unspent == e.pot


@given(elections(), st.randoms())
def test_the_order_of_ballots_and_projects_does_not_matter(
    e: Election, chance: random.Random
) -> None:
    projects, ballots = list(e.projects), list(e.ballots)
    chance.shuffle(projects)
    chance.shuffle(ballots)
    shuffled = Election(tuple(projects), tuple(ballots), e.pot)
    assert greedy(shuffled) == greedy(e)


@given(elections())
def test_grouping_identical_ballots_does_not_matter(e: Election) -> None:
    single = tuple(Ballot(b.choices) for b in e.ballots for _ in range(b.weight))
    assert greedy(Election(e.projects, single, e.pot)) == greedy(e)


@given(elections())
def test_each_project_is_decided_once_with_no_fewer_votes_than_the_next(e: Election) -> None:
    count: Count = greedy(e)
    assert sorted(d.project for d in count.decisions) == sorted(p.id for p in e.projects)
    votes = [d.votes for d in count.decisions]
    assert votes == sorted(votes, reverse=True)


@given(elections())
def test_whoever_is_left_out_had_no_vote_or_cost_more_than_was_left(e: Election) -> None:
    for d in greedy(e).decisions:
        assert d.funded == (d.votes > 0 and d.cost <= d.left_before)
