"""An election as arrays: the projects that may be funded, and who supports each of them.

Only whole numbers: weights of ballots, points, costs. The supporters of project ``p`` are
``supporters[start[p]:start[p + 1]]``, numbers of groups of identical ballots, and ``points``
stand beside them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engage.tally.election import Election, Project, Utility, Whole
from engage.tally.eligibility import ineligible
from engage.tally.ties import tie_keys

Real = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Arrays:
    """What equal shares needs of an election, in the order of ``projects``.

    ``scale`` is what one point for the project is worth to a voter by the utility used, ``rank``
    the place of the project in the order of ties, ``site`` its site's number (-1: none).
    ``points`` is None where every supporter gives one point. ``voters`` counts all ballots, those
    without an eligible project too.
    """

    projects: tuple[Project, ...]
    voters: int
    pot: int
    costs: Whole
    scale: Whole
    rank: Whole
    site: Whole
    weights: Whole
    start: Whole
    supporters: npt.NDArray[np.int32]
    points: Whole | None


def arrays_of(election: Election, utility: Utility) -> Arrays:
    """Return the arrays of an election's eligible projects under a utility."""
    out = ineligible(election)
    projects = tuple(p for p in election.projects if p.id not in out)
    ties = tie_keys(election)
    ranked = sorted(range(len(projects)), key=lambda p: ties[projects[p].id])
    rank = np.empty(len(projects), np.int64)
    rank[ranked] = np.arange(len(projects))
    sites = {site: n for n, site in enumerate(sorted({p.site for p in projects if p.site}))}
    costs = np.array([p.cost for p in projects], np.int64)
    start, supporters, points = _supporters(election, [p.id not in out for p in election.projects])
    return Arrays(
        projects=projects,
        voters=election.voters,
        pot=election.pot,
        costs=costs,
        scale=costs if utility is Utility.COST else np.ones_like(costs),
        rank=rank,
        site=np.array([sites.get(p.site, -1) for p in projects], np.int64),
        weights=election.entries.weights,
        start=start,
        supporters=supporters,
        points=None if utility is Utility.CARDINALITY else points,
    )


def _supporters(
    election: Election, eligible: Sequence[bool]
) -> tuple[Whole, npt.NDArray[np.int32], Whole | None]:
    """Return who supports each project: where its part starts, the ballots, and the points."""
    entries = election.entries
    kept = np.array(eligible, np.bool_)[entries.projects] & (entries.points > 0)
    column = np.cumsum(eligible) - 1
    projects = column[entries.projects[kept]]
    start = np.searchsorted(projects, np.arange(sum(eligible) + 1))
    points = entries.points[kept]
    voters = entries.ballots[kept]
    return start.astype(np.int64), voters, points if np.any(points != 1) else None
