"""What a ballot may hold: one judge for a ballot that is cast and for one that came in a file."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from engage.tally.election import Limits

#: An id of a project: text in a file, a number in the database.
Id = TypeVar("Id", bound=Hashable)


def choice_faults(
    choices: Sequence[Id],
    limits: Limits,
    costs: Mapping[Id, int],
    points: Sequence[int] | None = None,
    fund: str = "the fund",
) -> list[str]:
    """Return what is wrong with a ballot, in words that its voter follows; none: an empty list.

    ``costs`` holds every project on the ballot paper by id, in minor units. ``points`` are
    parallel to the choices; None: voters give none, and the limits on points judge nothing.
    ``fund`` is what the words call the money.

    >>> choice_faults(["a", "b", "c"], Limits(max_choices=2), {"a": 1, "b": 1, "c": 1})
    ['Choose 2 projects or fewer']
    """
    faults = []
    chosen = set(choices)
    if not chosen <= costs.keys():
        faults.append("Choose projects from the list")
    if len(chosen) < len(choices):
        faults.append("Choose each project once")
    if len(choices) < limits.min_choices:
        faults.append(f"Choose at least {_projects(limits.min_choices)}")
    if limits.max_choices is not None and len(choices) > limits.max_choices:
        faults.append(f"Choose {_projects(limits.max_choices)} or fewer")
    if limits.max_cost is not None:
        cost = sum(costs.get(choice, 0) for choice in choices)
        if cost > limits.max_cost:
            faults.append(f"Choose projects that cost no more than {fund} together")
    return faults if points is None else faults + _point_faults(len(choices), points, limits)


def _point_faults(choices: int, points: Sequence[int], limits: Limits) -> list[str]:
    faults = []
    if len(points) != choices:
        faults.append("Give points to each project that you choose")
    least = limits.min_points or 0  # no points below 0, which would buy more for another project
    if any(given < least for given in points):
        faults.append(f"Give each project at least {_points(least)}")
    if limits.max_points is not None and any(given > limits.max_points for given in points):
        faults.append(f"Give each project {_points(limits.max_points)} or fewer")
    if limits.min_sum_points is not None and sum(points) < limits.min_sum_points:
        faults.append(f"Give at least {_points(limits.min_sum_points)} in all")
    if limits.max_sum_points is not None and sum(points) > limits.max_sum_points:
        faults.append(f"Give {_points(limits.max_sum_points)} or fewer in all")
    return faults


def _projects(number: int) -> str:
    return f"{number} project" if number == 1 else f"{number} projects"


def _points(number: int) -> str:
    return f"{number} point" if number == 1 else f"{number} points"
