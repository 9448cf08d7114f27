"""Equal shares on real elections: exactly what was decided there, by every engine."""

import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engage.tally.election import (
    Ballot,
    BallotType,
    Completion,
    Election,
    Method,
    Project,
    Rule,
    Utility,
    Why,
)
from engage.tally.eligibility import ineligible
from engage.tally.equal_shares import equal_shares
from engage.tally.pabulib import PabulibFile, read_pabulib
from engage.tally.shares.arrays import Arrays
from engage.tally.shares.compiled import CompiledSearch
from engage.tally.shares.plain import Search

ENGINES = pytest.mark.parametrize("engine", [Search, CompiledSearch])
ADD1 = Method(Rule.EQUAL_SHARES, completion=Completion.ADD1)


def method(
    utility: Utility = Utility.COST,
    completion: Completion = Completion.NONE,
    comparison: bool = False,
) -> Method:
    return Method(Rule.EQUAL_SHARES, utility, completion, comparison)


def file(folder: Path, name: str) -> PabulibFile:
    with (folder / "pabulib" / name).open("rb") as stream:
        return read_pabulib(stream)


CITIES = {
    "Wieliczka 2023": ("Poland_Wieliczka_2023_Green_Budget.pb", True, None, 995_079),
    "Swiecie 2023": ("Poland_Swiecie_2023.pb", True, Fraction(1, 3), 1_040_337),
    "Assen 2024": ("Netherlands_Assen_2024.pb", False, None, 76_700),
}


@pytest.mark.requirement("R14")
@ENGINES
@pytest.mark.parametrize(("name", "comparison", "support", "spent"), CITIES.values(), ids=CITIES)
def test_cities_that_used_equal_shares_get_their_official_winners(
    shared_data: Path,
    name: str,
    comparison: bool,
    support: Fraction | None,
    spent: int,
    engine: type[Search],
) -> None:
    official = file(shared_data, name)
    election = official.election()
    election = Election(election.projects, election.ballots, election.pot, support=support)
    declared = method(completion=Completion.ADD1, comparison=comparison)
    count = equal_shares(election, declared, engine)
    assert set(count.winners) == official.official_winners
    assert (count.rule, count.cost) == ("equal-shares", spent * 100)


def test_the_early_end_of_add1e_changes_who_wins_in_wieliczka(shared_data: Path) -> None:
    official = file(shared_data, "Poland_Wieliczka_2023_Green_Budget.pb")
    count = equal_shares(official.election(), method(completion=Completion.ADD1E))
    assert len(count.winners) == 31
    assert set(count.winners) ^ official.official_winners == {"46", "66", "67"}


def test_the_story_of_a_real_count_adds_up(shared_data: Path) -> None:
    count = equal_shares(file(shared_data, "Netherlands_Assen_2024.pb").election(), ADD1)
    left = 100_000_00
    for decision in count.decisions:
        assert decision.left_before == left
        left -= decision.award
        if decision.funded:
            assert decision.payers is not None
            assert decision.share is not None
            assert decision.payers * decision.share >= decision.cost
        else:
            assert decision.why is Why.SUPPORTERS_SHORT
            assert decision.held is not None
            assert decision.held < decision.cost
    assert left == count.unspent == 23_300_00


# Small elections that can be worked out by hand -----------------------------------------------


def election(
    pot: int, costs: dict[str, int], *ballots: tuple[str, int], **more: object
) -> Election:
    """An election from ballots like ("abc", 3): three voters who chose a, b and c."""
    return Election(
        tuple(Project(name, cost) for name, cost in costs.items()),
        tuple(Ballot(tuple(choices), weight) for choices, weight in ballots),
        pot,
        **more,  # type: ignore[arg-type]
    )


@ENGINES
def test_voters_who_agree_on_one_project_alone_get_it_with_their_share(
    engine: type[Search],
) -> None:
    """Two in three voters take all under greedy; under equal shares a third decide on a third."""
    count = equal_shares(
        election(90, {"a": 30, "b": 30, "c": 30, "z": 30}, ("abc", 2), ("z", 1)), method(), engine
    )
    assert set(count.winners) == {"a", "b", "z"}
    by_project = {d.project: d for d in count.decisions}
    assert (by_project["z"].payers, by_project["z"].share) == (1, Fraction(30))
    assert (by_project["a"].payers, by_project["a"].share) == (2, Fraction(15))
    assert by_project["c"].reason == "Not funded: its supporters had 0 left between them."


@ENGINES
def test_supporters_who_cannot_pay_in_full_pay_what_they_have(engine: type[Search]) -> None:
    """Each has 50. “a” costs 30 each; of “b”, one has 20 left and the others pay 40 each."""
    count = equal_shares(
        election(150, {"a": 30, "b": 100}, ("ab", 1), ("b", 2)),
        method(Utility.CARDINALITY),
        engine,
    )
    assert count.winners == ("a", "b")
    b = count.decisions[1]
    assert (b.payers, b.share, b.left_before) == (3, Fraction(40), 120)


@ENGINES
def test_points_decide_how_much_each_supporter_pays(engine: type[Search]) -> None:
    points = Election(
        (Project("a", 30), Project("b", 60)),
        (Ballot(("a", "b"), 1, (2, 1)), Ballot(("a", "b"), 1, (1, 5))),
        90,
        ballot_type=BallotType.CUMULATIVE,
    )
    count = equal_shares(points, method(Utility.POINTS), engine)
    assert count.winners == ("a", "b")
    assert [d.share for d in count.decisions] == [Fraction(20), Fraction(35)]


TIES = {"the cheaper": (("cost",), "cheap"), "the first on the ballot paper": (("file",), "dear")}


@ENGINES
@pytest.mark.parametrize(("tie", "first"), TIES.values(), ids=TIES)
def test_projects_that_stand_equal_are_settled_by_the_declared_order(
    tie: tuple[str, ...], first: str, engine: type[Search]
) -> None:
    costs = {"dear": 40, "cheap": 30}
    count = equal_shares(
        Election(
            tuple(Project(name, cost) for name, cost in costs.items()),
            (Ballot(("dear", "cheap"), 3),),
            100,
            tie=tie,
        ),
        method(),
        engine,
    )
    assert count.winners[0] == first
    assert count.decisions[1].settled_by == tie[0]


@ENGINES
def test_of_two_projects_for_one_site_only_the_first_bought_is_funded(
    engine: type[Search],
) -> None:
    projects = (Project("a", 30, site="park"), Project("b", 20, site="park"), Project("c", 10))
    count = equal_shares(
        Election(projects, (Ballot(("a", "b", "c"), 3), Ballot(("a",), 1)), 100), ADD1, engine
    )
    assert set(count.winners) == {"a", "c"}
    assert {d.project: d.why for d in count.decisions}["b"] is Why.SITE_TAKEN


def test_utilitarian_completion_spends_what_is_left_on_the_most_votes_that_fit() -> None:
    shared = election(100, {"a": 60, "b": 50, "c": 40}, ("a", 5), ("b", 3), ("c", 2), tie=("cost",))
    plain = equal_shares(shared, method())
    assert plain.winners == ()
    count = equal_shares(shared, method(completion=Completion.UTILITARIAN))
    assert count.winners == ("a", "c")
    assert [d.why for d in count.decisions] == [Why.COMPLETED, Why.TOO_DEAR, Why.COMPLETED]


def test_the_comparison_takes_greedy_where_more_voters_get_more_by_it() -> None:
    compared = election(100, {"b": 100, "s": 10}, ("b", 9), ("s", 1), tie=("cost",))
    assert equal_shares(compared, method()).winners == ("s",)
    preferred = equal_shares(compared, method(comparison=True))
    assert (preferred.rule, preferred.winners) == ("greedy", ("b",))


def test_nobody_voted_and_nothing_is_bought() -> None:
    count = equal_shares(election(100, {"a": 10}), ADD1)
    assert (count.winners, count.unspent, count.ballots) == ((), 100, 0)


# Where floats could go wrong --------------------------------------------------------------------


class Ask(Search):
    """A search that never trusts a float: every purchase is decided in whole numbers."""

    def __init__(self, arrays: Arrays, margin: float) -> None:
        super().__init__(arrays, np.inf)


@ENGINES
@pytest.mark.parametrize("name", ["Netherlands_Assen_2024.pb", "Poland_Swiecie_2023.pb"])
def test_whole_numbers_alone_give_the_same_count(
    shared_data: Path, name: str, engine: type[Search]
) -> None:
    real = file(shared_data, name).election()
    for utility in Utility:
        declared = method(utility)
        assert equal_shares(real, declared, engine) == equal_shares(real, declared, Ask)


@ENGINES
def test_a_difference_far_below_what_a_float_can_hold_decides(engine: type[Search]) -> None:
    """Once the shared project is bought, the two prices differ by one part in 10^17 or so."""
    near = 10**8
    projects = (
        Project("shared", 3 * near),
        Project("x", near * near + 1),
        Project("y", near * near),
    )
    ballots = (
        Ballot(("shared", "x"), 3),
        Ballot(("shared", "y"), 3),
    )
    contest = Election(projects, ballots, 3 * near * near, tie=("file",))
    count = equal_shares(contest, method(Utility.CARDINALITY), engine)
    assert count.winners == ("shared", "y", "x")


# Edges ------------------------------------------------------------------------------------------


def test_an_outcome_that_costs_the_whole_pot_still_stands() -> None:
    """With 50 each nobody can pay 60; with 60 each both can, and the pot of 120 is just enough."""
    exact = election(120, {"a": 60, "b": 60}, ("a", 1), ("b", 1))
    assert equal_shares(exact, method()).cost == 120
    short = election(119, {"a": 60, "b": 60}, ("a", 1), ("b", 1))
    step = Method(Rule.EQUAL_SHARES, completion=Completion.ADD1, increment=1)
    assert equal_shares(short, step).winners == ()
    enough = election(122, {"a": 61, "b": 61, "c": 1}, ("a", 1), ("b", 1))
    assert equal_shares(enough, step).cost == 122


def test_a_third_of_the_support_that_a_share_of_the_pot_would_need_is_enough() -> None:
    """Of nine voters, three for a project of the whole pot are just a third; two are not."""
    for supporters, out in ((3, False), (2, True)):
        asked = election(
            90, {"a": 90}, ("a", supporters), ("", 9 - supporters), support=Fraction(1, 3)
        )
        assert (asked.voters, "a" in ineligible(asked)) == (9, out)


def test_hundreds_of_purchases_are_decided_exactly_too() -> None:
    """Prices over a common denominator of thousands of binary places, far beyond any float."""
    draw = random.Random(7)  # noqa: S311 - an invented election, not a secret
    names = [f"p{n}" for n in range(180)]
    many = Election(
        tuple(Project(name, draw.randint(500, 900)) for name in names),
        tuple(
            Ballot(tuple(draw.sample(names, draw.randint(30, 90))), draw.randint(1, 5))
            for _ in range(60)
        ),
        80_000,
    )
    asked = equal_shares(many, method(), Ask)
    assert len(asked.winners) > 100
    assert equal_shares(many, method(), Search) == asked


class Drunk(Search):
    """A search whose floats stray: once it is past the first purchase, its prices are off."""

    def buy(self, project: int, price: float) -> None:
        off = 1.4 if self.margin < np.inf and self.bought else 1
        super().buy(project, price * off)


def test_should_floats_ever_stray_whole_numbers_count_again(shared_data: Path) -> None:
    real = file(shared_data, "Netherlands_Assen_2024.pb").election()
    assert equal_shares(real, method(), Drunk) == equal_shares(real, method(), Search)
