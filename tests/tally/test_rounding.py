"""Equal shares where somebody holds just what a point costs: rounding may not decide, nor stall."""

import faulthandler
import random
from collections.abc import Iterator

import pytest

from engage.tally.election import (
    Ballot,
    BallotType,
    Completion,
    Election,
    Method,
    Project,
    Rule,
)
from engage.tally.equal_shares import equal_shares
from engage.tally.shares.compiled import CompiledSearch
from engage.tally.shares.plain import Search
from tests.tally.reference import winners

ENGINES = pytest.mark.parametrize("engine", [Search, CompiledSearch])


@pytest.fixture(autouse=True)
def _ends() -> Iterator[None]:
    """A count that never ends ends the test; machine code hears no gentler signal."""
    faulthandler.dump_traceback_later(120, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def in_points(costs: dict[str, int], pot: int, *ballots: tuple[dict[str, int], int]) -> Election:
    return Election(
        tuple(Project(name, cost, lot=n) for n, (name, cost) in enumerate(costs.items(), 1)),
        tuple(Ballot(tuple(given), n, tuple(given.values())) for given, n in ballots),
        pot,
        ballot_type=BallotType.CUMULATIVE,
    )


def drawn(seed: int) -> Election:
    """A few projects, and a few voters who give them one to three points each."""
    chance = random.Random(seed)  # noqa: S311
    names = "ABC"[: chance.randint(2, 3)]
    costs = {name: chance.randint(10, 400) * 100 for name in names}
    ballots = [
        (
            {name: chance.randint(1, 3) for name in chance.sample(names, chance.randint(1, 2))},
            chance.randint(1, 4),
        )
        for _ in range(chance.randint(3, 9))
    ]
    return in_points(costs, chance.choice([60_000, 50_000, 100_000]), *ballots)


#: Elections of which floats, left to themselves, never finished the count: the price went to and
#: fro between two neighbours. In the first, somebody holds just what a point costs.
STALLED = {
    "by one run": (
        in_points(
            {"A": 30_000, "B": 33_300},
            60_000,
            ({"B": 1}, 4),
            ({"A": 3, "B": 2}, 2),
            ({"A": 1, "B": 2}, 4),
            ({"A": 3}, 3),
            ({"A": 2}, 1),
            ({"B": 3}, 2),
            ({"B": 3, "A": 2}, 4),
            ({"A": 1}, 2),
            ({"A": 2}, 4),
        ),
        Completion.NONE,
    ),
    "with more money for each voter": (
        in_points(
            {"A": 7_100, "B": 27_900, "C": 9_900},
            42_800,
            ({"C": 2, "B": 2, "A": 3}, 1),
            ({"A": 1}, 4),
            ({"B": 3}, 2),
        ),
        Completion.ADD1,
    ),
}


@ENGINES
@pytest.mark.parametrize(("election", "completion"), STALLED.values(), ids=STALLED)
def test_a_price_that_rounding_puts_to_and_fro_ends(
    election: Election, completion: Completion, engine: type[Search]
) -> None:
    method = Method(Rule.EQUAL_SHARES, completion=completion)
    assert list(equal_shares(election, method, engine).winners) == winners(election, method)


@ENGINES
@pytest.mark.parametrize("completion", [Completion.NONE, Completion.ADD1])
def test_small_elections_in_points_all_end_and_agree_with_the_definition(
    completion: Completion, engine: type[Search]
) -> None:
    method = Method(Rule.EQUAL_SHARES, completion=completion)
    for election in map(drawn, range(150)):
        assert list(equal_shares(election, method, engine).winners) == winners(election, method)
