"""The best set: against every set of small elections, and against a solver on real ones."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from engage.tally.election import (
    Ballot,
    BallotType,
    Count,
    Election,
    Method,
    Project,
    Rule,
    Utility,
    Why,
)
from engage.tally.eligibility import ineligible
from engage.tally.knapsack import MOST_SETS, KnapsackRefused, Search, knapsack
from engage.tally.pabulib import read_pabulib
from engage.tally.ties import tie_keys


def real_election(folder: Path, name: str) -> Election:
    with (folder / "pabulib" / name).open("rb") as stream:
        return read_pabulib(stream).election()


def best_set(election: Election, utility: Utility = Utility.POINTS) -> Count:
    return knapsack(election, Method(Rule.KNAPSACK, utility))


def election(pot: int, projects: dict[str, tuple[int, int]], **more: object) -> Election:
    """An election from {id: (cost, votes)}."""
    return Election(
        tuple(Project(name, cost) for name, (cost, _) in projects.items()),
        tuple(Ballot((name,), votes) for name, (_, votes) in projects.items() if votes),
        pot,
        **more,  # type: ignore[arg-type]
    )


EXAMPLES = {
    "two that get more votes together beat the one with most": (
        Utility.POINTS,
        100,
        {"pool": (100, 50), "park": (60, 40), "bench": (40, 30)},
        ["park", "bench"],
    ),
    "with the utility cost, what was dear counts for more": (
        Utility.COST,
        100,
        {"pool": (100, 50), "park": (60, 40), "bench": (40, 30)},
        ["pool"],
    ),
    "of equal sets the one with the project of more votes": (
        Utility.POINTS,
        100,
        {"a": (100, 50), "b": (50, 25), "c": (50, 25)},
        ["a"],
    ),
    "of equal sets and equal votes the one that the order for ties puts first": (
        Utility.POINTS,
        60,
        {"a": (60, 5), "b": (50, 5)},
        ["b"],
    ),
    "nothing is funded that nobody voted for": (Utility.POINTS, 100, {"a": (10, 0)}, []),
    "nothing is funded that the pot can't pay for": (Utility.POINTS, 100, {"a": (101, 9)}, []),
}


@pytest.mark.requirement("R14")
@pytest.mark.parametrize(("utility", "pot", "projects", "winners"), EXAMPLES.values(), ids=EXAMPLES)
def test_worked_examples(utility: Utility, pot: int, projects: dict, winners: list[str]) -> None:
    assert list(best_set(election(pot, projects), utility).winners) == winners


def test_of_projects_for_one_site_at_most_one_is_funded() -> None:
    projects = (
        Project("a", 60, site="park"),
        Project("b", 40, site="park"),
        Project("c", 40),
        Project("d", 30),
    )
    ballots = (Ballot(("a",), 9), Ballot(("b",), 8), Ballot(("c",), 7), Ballot(("d",), 1))
    count = best_set(Election(projects, ballots, 100))
    told = [(d.project, d.left_before, d.why) for d in count.decisions]
    assert told == [
        ("a", 100, Why.BEST_SET),
        ("c", 40, Why.BEST_SET),
        ("b", 0, Why.SITE_TAKEN),
        ("d", 0, Why.NOT_BEST_SET),
    ]


def test_a_site_is_never_reckoned_with_part_of_a_dear_project() -> None:
    """Going from the cheaper to the dearer is a bargain, but can't be had without the cheaper."""
    projects = (Project("a", 10, site="x"), Project("b", 20, site="x"), Project("c", 10))
    ballots = (Ballot(("a",), 1), Ballot(("b",), 30), Ballot(("c",), 5))
    assert best_set(Election(projects, ballots, 20)).winners == ("b",)


def test_a_project_that_may_not_be_funded_is_told_why() -> None:
    count = best_set(election(100, {"a": (60, 9), "b": (60, 1), "c": (1, 0)}, threshold=2))
    assert [d.why for d in count.decisions] == [Why.BEST_SET, Why.BELOW_THRESHOLD, Why.NO_VOTES]


def test_with_the_utility_cardinality_it_is_supporters_that_count() -> None:
    points = Election(
        (Project("a", 60), Project("b", 60)),
        (Ballot(("a",), 1, (9,)), Ballot(("b",), 2, (1,))),
        100,
        ballot_type=BallotType.CUMULATIVE,
    )
    assert best_set(points, Utility.POINTS).winners == ("a",)
    assert best_set(points, Utility.CARDINALITY).winners == ("b",)


# Every set --------------------------------------------------------------------------------------


@st.composite
def elections(draw: st.DrawFn) -> Election:
    """Few different costs and votes, so that many sets are equally good."""
    costs = draw(st.lists(st.integers(1, draw(st.sampled_from([5, 60]))), min_size=1, max_size=12))
    factor = draw(st.sampled_from([1, 100, 10**14]))
    most = draw(st.sampled_from([2, 30]))
    lots = draw(st.permutations(range(len(costs))))
    projects = [
        Project(f"p{n}", cost * factor, lot=lot, site=draw(st.sampled_from(["", "", "", "x", "y"])))
        for n, (cost, lot) in enumerate(zip(costs, lots, strict=True))
    ]
    weights = draw(st.lists(st.integers(0, most), min_size=len(costs), max_size=len(costs)))
    ballots = [Ballot((p.id,), weight) for p, weight in zip(projects, weights, strict=True)]
    tie = draw(st.sampled_from([("lot",), ("cost", "lot"), ("file",)]))
    pot = draw(st.integers(1, 150)) * factor + draw(st.integers(0, 1))
    return Election(tuple(projects), tuple(ballots), pot, tie=tie)


def sets_in_order(e: Election) -> Iterator[list[Project]]:
    """Every set that the pot pays for: those that take the project earlier in the order first."""
    out, ties = ineligible(e), tie_keys(e)
    ranked = sorted(e.projects, key=lambda p: (-e.votes[p.id], ties[p.id]))
    open_ = [p for p in ranked if p.id not in out]
    for takes in product([True, False], repeat=len(open_)):
        chosen = [p for p, taken in zip(open_, takes, strict=True) if taken]
        sites = [p.site for p in chosen if p.site]
        if len(set(sites)) == len(sites) and sum(p.cost for p in chosen) <= e.pot:
            yield chosen


def worth(e: Election, project: Project, utility: Utility) -> int:
    return e.votes[project.id] * (project.cost if utility is Utility.COST else 1)


@settings(max_examples=300, deadline=None)
@given(elections(), st.sampled_from(Utility))
def test_no_set_is_better_and_none_as_good_comes_earlier(e: Election, utility: Utility) -> None:
    expected = max(sets_in_order(e), key=lambda chosen: sum(worth(e, p, utility) for p in chosen))
    count = best_set(e, utility)
    assert count.winners == tuple(p.id for p in expected)
    assert count.cost == sum(p.cost for p in expected) == e.pot - count.unspent
    assert sorted(d.project for d in count.decisions) == sorted(p.id for p in e.projects)


# Real elections ---------------------------------------------------------------------------------

CITIES = [
    "Poland_Lodz_2022.pb",
    "poland_warszawa_2024_.pb",
    "Poland_Krakow_2024_Zwierzyniec.pb",
    "France_Toulouse_2019.pb",
    "Hungary_Budapest_2024.pb",
]


@pytest.mark.parametrize("name", CITIES)
def test_a_solver_finds_nothing_better_in_a_real_city(shared_data: Path, name: str) -> None:
    """The solver reckons in floats, so its set is judged anew in whole numbers."""
    city = real_election(shared_data, name)
    open_ = [p for p in city.projects if p.id not in ineligible(city)]
    costs = np.array([p.cost for p in open_])
    for utility in (Utility.POINTS, Utility.COST):
        values = [worth(city, p, utility) for p in open_]
        solved = milp(
            -np.array(values) / max(values),
            constraints=LinearConstraint(costs[None, :] / city.pot, ub=1),
            integrality=np.ones(len(open_)),
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 1e-9},
        )
        taken = [n for n, part in enumerate(solved.x) if part > 0.5]
        count = best_set(city, utility)
        won = set(count.winners)
        ours = sum(value for p, value in zip(open_, values, strict=True) if p.id in won)
        assert ours == pytest.approx(-solved.fun * max(values), rel=1e-8)
        if sum(int(costs[n]) for n in taken) <= city.pot:
            assert ours >= sum(values[n] for n in taken)
        assert count.cost <= city.pot


def test_a_real_city_is_far_from_the_bound_of_the_work(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches: list[Search] = []
    begin = Search.__init__
    monkeypatch.setattr(
        Search, "__init__", lambda search: (begin(search), searches.append(search))[0]
    )
    city = real_election(shared_data, "Poland_Lodz_2022.pb")
    for utility in Utility:
        best_set(city, utility)
    assert len(searches) == len(Utility)
    assert all(MOST_SETS - search.left < MOST_SETS / 10 for search in searches)


def test_a_search_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every set has a sum of its own, and with the utility cost its value is its cost."""
    monkeypatch.setattr("engage.tally.knapsack.MOST_SETS", 10_000)
    costs = [2**70 + 2**n for n in range(20)]
    projects = {f"p{n}": (cost, 3) for n, cost in enumerate(costs)}
    with pytest.raises(KnapsackRefused, match="Count by another rule"):
        best_set(election(sum(costs) // 2, projects), Utility.COST)
