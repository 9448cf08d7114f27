"""Published examples and published figures of real counts, each named by where it stands."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from engage.tally.election import (
    Ballot,
    Completion,
    Count,
    Election,
    Method,
    Project,
    Rule,
    Utility,
    Why,
)
from engage.tally.equal_shares import ballots_that_gain
from engage.tally.method import count
from engage.tally.pabulib import read_pabulib

ADD1 = Method(Rule.EQUAL_SHARES, completion=Completion.ADD1)


# Lackner and Skowron, “Multi-Winner Voting with Approval Preferences” (2023): the running example,
# a committee of four from seven; every member costs one, so that the pot is four.


@pytest.fixture
def running_example() -> Election:
    profile = {"ab": 3, "ac": 3, "ad": 2, "bcf": 1, "e": 1, "f": 1, "g": 1}
    return Election(
        tuple(Project(name, 1) for name in "abcdefg"),
        tuple(Ballot(tuple(choices), weight) for choices, weight in profile.items()),
        pot=4,
        tie=("file",),
    )


def test_lackner_skowron_2023_running_example_approval_voting(running_example: Election) -> None:
    counted = count(running_example, Method())
    assert counted.winners == ("a", "b", "c", "d")
    assert [d.votes for d in counted.decisions] == [8, 4, 4, 2, 2, 1, 1]


def test_lackner_skowron_2023_running_example_phragmen(running_example: Election) -> None:
    whole = replace(running_example, pot=7)
    order = count(whole, Method(Rule.PHRAGMEN)).winners
    assert order[0] == "a"
    assert set(order[1:3]) == {"b", "c"}
    assert order[3:5] == ("d", "f")
    assert set(order[5:]) == {"e", "g"}


def test_lackner_skowron_2023_running_example_equal_shares(running_example: Election) -> None:
    """Everybody has a third; after “a”, for an eighth each, b's four supporters have 23/24."""
    hundred = replace(
        running_example,
        projects=tuple(replace(p, cost=2400) for p in running_example.projects),
        pot=4 * 2400,
    )
    counted = count(hundred, Method(Rule.EQUAL_SHARES, Utility.CARDINALITY))
    assert counted.winners == ("a",)
    assert counted.decisions[0].share == 300
    held = {d.project: d.held for d in counted.decisions if d.why is Why.SUPPORTERS_SHORT}
    assert held == {"b": 2300, "c": 2300, "d": 1000, "e": 800, "f": 1600, "g": 800}


# What was published of the counts in Wieliczka, Swiecie and Assen (equalshares.net): who was left
# without a project by each rule, whom each would have suited, and what each voter had in the end.


def counted_officially(folder: Path, name: str, support: Fraction | None) -> tuple[Election, Count]:
    with (folder / "pabulib" / name).open("rb") as stream:
        election = replace(read_pabulib(stream).election(), support=support)
    return election, count(election, ADD1)


PUBLISHED = {
    "Wieliczka 2023": ("Poland_Wieliczka_2023_Green_Budget.pb", None, 18, 28, (1615, 873)),
    "Swiecie 2023": ("Poland_Swiecie_2023.pb", Fraction(1, 3), 0.2, 9.1, (1245, 363)),
    "Assen 2024": ("Netherlands_Assen_2024.pb", None, 6, 0, (21, 21)),
}


@pytest.mark.parametrize(
    ("name", "support", "without", "without_greedy", "gain"),
    PUBLISHED.values(),
    ids=PUBLISHED,
)
def test_published_figures_come_out(
    shared_data: Path,
    name: str,
    support: Fraction | None,
    without: float,
    without_greedy: float,
    gain: tuple[int, int],
) -> None:
    election, shares = counted_officially(shared_data, name, support)
    greedy = count(election, Method())
    assert percentage_without(shares) == pytest.approx(without, abs=0.5)
    assert percentage_without(greedy) == pytest.approx(without_greedy, abs=0.5)
    assert ballots_that_gain(election, shares.winners, greedy.winners) == gain


def percentage_without(counted: Count) -> float:
    assert counted.fairness is not None
    return 100 * (1 - counted.fairness.with_a_project / counted.fairness.voters)


def test_swiecies_last_endowment_to_the_grosz(shared_data: Path) -> None:
    _, shares = counted_officially(shared_data, "Poland_Swiecie_2023.pb", Fraction(1, 3))
    assert shares.endowment is not None
    assert round(float(shares.endowment) / 100, 2) == 661.11
