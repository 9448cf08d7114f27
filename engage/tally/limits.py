"""What a ballot may hold: one judge for a ballot that is cast and for one that came in a file."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from engage.tally.election import Limits

#: An id of a project: text in a file, a number in the database.
Id = TypeVar("Id", bound=Hashable)


def choice_faults(choices: Sequence[Id], limits: Limits, costs: Mapping[Id, int]) -> list[str]:
    """Return what is wrong with a ballot, in words that its voter follows; none: an empty list.

    ``costs`` holds every project on the ballot paper by id, in minor units.

    >>> choice_faults(["a", "b", "c"], Limits(max_choices=2), {"a": 1, "b": 1, "c": 1})
    ['Choose 2 projects or fewer']
    """
    faults = []
    if any(choice not in costs for choice in choices):
        faults.append("Choose projects from the list")
    if len(set(choices)) < len(choices):
        faults.append("Choose each project once")
    if len(choices) < limits.min_choices:
        faults.append(f"Choose at least {_projects(limits.min_choices)}")
    if limits.max_choices is not None and len(choices) > limits.max_choices:
        faults.append(f"Choose {_projects(limits.max_choices)} or fewer")
    cost = sum(costs.get(choice, 0) for choice in choices)
    if limits.max_cost is not None and cost > limits.max_cost:
        faults.append("Choose projects that cost no more than the fund together")
    return faults


def _projects(number: int) -> str:
    return f"{number} project" if number == 1 else f"{number} projects"
