"""What a ballot may hold."""

import pytest

from engage.tally.election import Limits
from engage.tally.limits import choice_faults

TOO_DEAR = "Choose projects that cost no more than the fund together"
COSTS = {"a": 10, "b": 20, "c": 30}


@pytest.mark.parametrize(
    ("choices", "limits", "faults"),
    [
        (["a"], Limits(), []),
        (["a", "b", "c"], Limits(max_choices=3), []),
        (["a", "b", "c"], Limits(max_choices=2), ["Choose 2 projects or fewer"]),
        (["a", "b"], Limits(max_choices=1), ["Choose 1 project or fewer"]),
        ([], Limits(), ["Choose at least 1 project"]),
        (["a"], Limits(min_choices=2), ["Choose at least 2 projects"]),
        (["a", "a"], Limits(), ["Choose each project once"]),
        (["a", "z"], Limits(), ["Choose projects from the list"]),
        (["a", "b"], Limits(max_cost=30), []),
        (
            ["b", "c"],
            Limits(max_cost=49),
            ["Choose projects that cost no more than the fund together"],
        ),
        ([], Limits(min_choices=0), []),
    ],
)
def test_a_ballot_is_judged_by_its_limits(choices: list, limits: Limits, faults: list) -> None:
    assert choice_faults(choices, limits, COSTS) == faults


def test_numbers_serve_as_ids_too() -> None:
    assert choice_faults([1, "1"], Limits(), {1: 5}) == ["Choose projects from the list"]
