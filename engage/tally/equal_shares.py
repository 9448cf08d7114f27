"""The method of equal shares: the pot is divided equally, and supporters pay for their projects.

Peters, Pierczynski and Skowron, “Proportional Participatory Budgeting with Additive Utilities”,
NeurIPS 2021. Used by Wieliczka, Swiecie, Aarau and Assen, whose completion (add1) and comparison
with greedy are here too. Floats only search; whole numbers decide (see :mod:`shares`).
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec
from itertools import count as steps
from itertools import zip_longest

import numpy as np

from engage.tally.election import Completion, Count, Election, Method, Rule, Why
from engage.tally.eligibility import ineligible
from engage.tally.greedy import greedy
from engage.tally.ledger import Ledger
from engage.tally.shares.arrays import Arrays, arrays_of
from engage.tally.shares.plain import Search
from engage.tally.shares.runs import Run, Strayed, run
from engage.tally.shares.trail import NEAR, Payment, Price, Trail
from engage.tally.ties import settled_by, tie_keys

#: From so many choices on ballots the compiled search is worth the time it takes to load.
COMPILED_FROM = 50_000
#: How far a float price may be from the exact one: a tenth of what the decisions ask for.
TRUSTED = NEAR / 10

MakeSearch = Callable[[Arrays, float], Search]
ADDING = (Completion.ADD1, Completion.ADD1E, Completion.ADD1_UTILITARIAN)
UTILITARIAN = (Completion.UTILITARIAN, Completion.ADD1_UTILITARIAN)


@dataclass(frozen=True)
class Bought:
    """One project that its supporters paid for. ``is_tied``: it stood equal with the one before."""

    project: int
    payment: Payment
    is_tied: bool


#: The purchases in order, and the exact state after the last.
Story = tuple[list[Bought], Trail]


def equal_shares(election: Election, method: Method, search: MakeSearch | None = None) -> Count:
    """Count by equal shares with the method's utility, completion and comparison.

    ``search`` chooses the engine; None: the compiled one where it is installed and the election
    large. Every engine gives the same count.
    """
    arrays = arrays_of(election, method.utility)
    make = search or _engine(arrays)
    final, story = _counted(make(arrays, NEAR), method)
    if story is None:
        # Should rounding ever reach further than the margin allows for, whole numbers decide all.
        final, story = _counted(make(arrays, np.inf), method)
    if final is None or story is None:
        raise ArithmeticError("a run that whole numbers decided can't be followed")
    result = replace(_tell(election, arrays, method, *story), endowment=final.share)
    if method.comparison:
        rival = greedy(election)
        gained, lost = ballots_that_gain(election, rival.winners, result.winners)
        if gained > lost:
            return rival
    return result


def _counted(search: Search, method: Method) -> tuple[Run | None, Story | None]:
    """Return the run that stands and its exact story; None where floats strayed from it."""
    try:
        final = _last_run(search, method)
    except Strayed:
        return None, None
    return final, _follow(search.arrays, final)


def ballots_that_gain(
    election: Election, these: Collection[str], those: Collection[str]
) -> tuple[int, int]:
    """Return how many voters have strictly more of their projects in one outcome than the other.

    First those who gain by ``these``, then those who gain by ``those``.
    """
    entries = election.entries
    sign = [(project.id in these) - (project.id in those) for project in election.projects]
    supported = entries.points > 0
    difference = np.zeros(len(entries.weights), np.int64)
    chosen = np.array(sign, np.int64)[entries.projects[supported]]
    np.add.at(difference, entries.ballots[supported], chosen)
    weights = entries.weights
    return int(weights[difference > 0].sum()), int(weights[difference < 0].sum())


def _engine(arrays: Arrays) -> MakeSearch:
    if len(arrays.supporters) >= COMPILED_FROM and find_spec("numba"):
        make: MakeSearch = import_module("engage.tally.shares.compiled").CompiledSearch
        return make
    return Search


# Completion -------------------------------------------------------------------------------------


def _last_run(search: Search, method: Method) -> Run:
    """Return the run that stands: the first, or the last one of those with more for every voter."""
    arrays = search.arrays
    share = Fraction(arrays.pot, max(arrays.voters, 1))
    standing = run(search, share)
    if method.completion not in ADDING:
        return standing
    for step in steps(1):
        if _is_whole(arrays, standing):
            break
        if method.completion is Completion.ADD1E and _is_exhaustive(arrays, standing):
            break
        following = run(search, share + step * method.increment)
        if following.cost > arrays.pot:
            break
        standing = following
    return standing


def _waiting(arrays: Arrays, standing: Run) -> Iterator[int]:
    """Yield the projects that are not bought and whose site is free."""
    taken = {int(arrays.site[p]) for p in standing.bought} - {-1}
    for project in range(len(arrays.projects)):
        if project not in standing.bought and int(arrays.site[project]) not in taken:
            yield project


def _is_whole(arrays: Arrays, standing: Run) -> bool:
    """Whether nothing more could ever be bought."""
    return next(_waiting(arrays, standing), None) is None


def _is_exhaustive(arrays: Arrays, standing: Run) -> bool:
    left = arrays.pot - standing.cost
    return all(int(arrays.costs[project]) > left for project in _waiting(arrays, standing))


# The story --------------------------------------------------------------------------------------


def _follow(arrays: Arrays, final: Run) -> Story | None:
    """Go along a run with exact prices; None where the floats' prices were not near enough."""
    trail = Trail(arrays, final.share)
    story: list[Bought] = []
    is_tied = False
    pairs = zip_longest(final.bought, final.bought[1:])
    for (project, after), about in zip(pairs, final.prices, strict=True):
        price = trail.price(project)
        if price is None:
            return None
        stands_equal = after is not None and _are_equal(trail, project, price, after)
        payment = trail.buy(project, price)
        if abs(float(payment.price) - about) > TRUSTED * about:
            return None
        story.append(Bought(project, payment, is_tied))
        is_tied = stands_equal
    return story, trail


def _are_equal(trail: Trail, project: int, price: Price, other: int) -> bool:
    """Whether both cost exactly the same for a unit of utility now."""
    if not trail.is_near(project, price, other):
        return False
    rival = trail.price(other)
    scale = trail.arrays.scale
    return rival is not None and (
        price[0] * rival[1] * int(scale[other]) == rival[0] * price[1] * int(scale[project])
    )


def _tell(
    election: Election, arrays: Arrays, method: Method, story: Sequence[Bought], trail: Trail
) -> Count:
    ties = tie_keys(election)
    ledger = Ledger(election)
    before = ""
    for bought in story:
        project = arrays.projects[bought.project]
        settled = settled_by(election, ties[before], ties[project.id]) if bought.is_tied else ""
        ledger.fund(
            project,
            Why.SUPPORTERS_PAID,
            settled_by=settled,
            payers=bought.payment.payers,
            share=bought.payment.most,
        )
        before = project.id
    _tell_of_the_rest(election, arrays, method, ledger, trail)
    return ledger.close(Rule.EQUAL_SHARES)


def _tell_of_the_rest(
    election: Election, arrays: Arrays, method: Method, ledger: Ledger, trail: Trail
) -> None:
    """Decide the projects that were not bought, from most votes to least."""
    ties, out = tie_keys(election), ineligible(election)
    place = {project.id: n for n, project in enumerate(arrays.projects)}
    bought = {decision.project for decision in ledger.decisions}
    rest = [project for project in election.projects if project.id not in bought]
    for project in sorted(rest, key=lambda p: (-election.votes[p.id], ties[p.id])):
        if project.id in out:
            ledger.refuse(project, out[project.id])
        elif ledger.is_taken(project):
            ledger.refuse(project, Why.SITE_TAKEN)
        elif method.completion not in UTILITARIAN:
            ledger.refuse(project, Why.SUPPORTERS_SHORT, held=trail.held(place[project.id]))
        elif project.cost <= ledger.left:
            ledger.fund(project, Why.COMPLETED)
        else:
            ledger.refuse(project, Why.TOO_DEAR)
