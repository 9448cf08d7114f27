"""How fairly an outcome treats its voters: who got something, how evenly, and where it is.

The figures of the literature (Faliszewski and others, “Participatory Budgeting: Data, Tools, and
Analysis”, IJCAI 2023). All are exact; none takes part in any decision.
"""

from collections.abc import Collection
from fractions import Fraction

import numpy as np

from engage.tally.election import Area, Election, Fairness, Whole


def fairness(election: Election, winners: Collection[str]) -> Fairness:
    """Return the figures for an outcome of ``election``, whatever rule it came from."""
    entries = election.entries
    won = np.array([project.id in winners for project in election.projects], np.bool_)
    costs = np.array([project.cost for project in election.projects], np.int64)
    kept = won[entries.projects] & (entries.points > 0)
    voters, projects = entries.ballots[kept], entries.projects[kept]
    number = np.bincount(voters, minlength=len(entries.weights))
    worth = np.zeros(len(entries.weights), np.int64)
    np.add.at(worth, voters, costs[projects])
    weights, people = entries.weights, election.voters
    return Fairness(
        voters=people,
        with_a_project=int(weights[number > 0].sum()),
        projects_each=Fraction(int(np.dot(number, weights)), people or 1),
        gini=_gini(worth, weights),
        areas=_areas(election, winners),
    )


def _gini(worth: Whole, weights: Whole) -> Fraction | None:
    """Return the Gini coefficient of ``worth``, each as often as its weight says.

    With people in order of worth, G = sum of (2r - n - 1) x / (n * sum of x) over all ranks r.
    """
    people = int(weights.sum())
    total = sum(int(w) * int(x) for w, x in zip(weights, worth, strict=True))
    if not total:
        return None
    spread, before = 0, 0
    for n in np.argsort(worth, kind="stable"):
        weight = int(weights[n])
        # The ranks of these people are before + 1 to before + weight.
        spread += weight * (2 * before + weight - people) * int(worth[n])
        before += weight
    return Fraction(spread, people * total)


def _areas(election: Election, winners: Collection[str]) -> tuple[Area, ...]:
    names = dict.fromkeys(project.area for project in election.projects)
    found = []
    for name in names:
        here = [project for project in election.projects if project.area == name]
        funded = [project for project in here if project.id in winners]
        found.append(Area(name, sum(p.cost for p in funded), len(funded), len(here)))
    return tuple(found)
