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


@pytest.mark.parametrize(
    ("points", "limits", "faults"),
    [
        ((1, 2), Limits(), []),
        ((1, 0), Limits(), []),
        ((1, -1), Limits(), ["Give each project at least 0 points"]),
        ((1,), Limits(), ["Give points to each project that you choose"]),
        ((1, 2), Limits(min_points=2), ["Give each project at least 2 points"]),
        ((1, 2), Limits(max_points=1), ["Give each project 1 point or fewer"]),
        ((1, 2), Limits(min_points=1, max_points=2, min_sum_points=3, max_sum_points=3), []),
        ((1, 2), Limits(min_sum_points=4), ["Give at least 4 points in all"]),
        ((1, 2), Limits(max_sum_points=2), ["Give 2 points or fewer in all"]),
        (None, Limits(min_points=9, min_sum_points=9), []),
    ],
)
def test_points_are_judged_where_a_ballot_gives_them(
    points: tuple[int, ...] | None, limits: Limits, faults: list
) -> None:
    assert choice_faults(["a", "b"], limits, COSTS, points) == faults
