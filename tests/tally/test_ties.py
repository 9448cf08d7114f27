"""Reading the declared order of ties."""

import pytest

from engage.tally.election import Election, Project
from engage.tally.ties import TieRefused, read_tie_order, tie_keys


@pytest.mark.parametrize(
    ("text", "order"),
    [("cost,votes,lot", ("cost", "votes", "lot")), (" lot , file ", ("lot", "file"))],
)
def test_a_tie_order_is_read(text: str, order: tuple[str, ...]) -> None:
    assert read_tie_order(text) == order


@pytest.mark.parametrize("text", ["", "chance", "cost,cost", "cost,,lot"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(TieRefused, match="Give a tie order of cost, votes, lot, file, each once"):
        read_tie_order(text)


def test_the_order_is_total_even_where_no_lot_was_drawn() -> None:
    projects = tuple(Project(name, 5) for name in "abc")
    keys = tie_keys(Election(projects, (), 10))
    assert len(set(keys.values())) == 3
