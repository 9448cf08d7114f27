"""Every counting rule once more, slowly and plainly, as its definition reads: what tests trust.

Nothing here is clever: no rule shares a line with the project's own, money is a fraction held in
a dictionary for each run, and every project is reckoned anew in every round. For small elections.
"""

from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations

from engage.tally.election import (
    Ballot,
    BallotType,
    Completion,
    Election,
    Method,
    Project,
    Rule,
    Utility,
)


def winners(election: Election, method: Method) -> list[str]:
    """Return the ids of the funded projects, in the order in which the rule chose them."""
    projects = eligible(election)
    if method.rule is Rule.GREEDY:
        chosen = greedy(election, projects)
    elif method.rule is Rule.GREEDY_STOP:
        chosen = greedy_stop(election, projects)
    elif method.rule is Rule.GREEDY_PER_COST:
        chosen = greedy_per_cost(election, projects)
    elif method.rule is Rule.PHRAGMEN:
        chosen = phragmen(election, projects)
    elif method.rule is Rule.EQUAL_SHARES:
        chosen = equal_shares_completed(election, projects, method)
        if method.comparison:
            chosen = preferred(election, chosen, greedy(election, projects))
    else:
        raise NotImplementedError(method.rule)
    return [project.id for project in chosen]


# What ballots say -------------------------------------------------------------------------------


def points(election: Election, ballot: Ballot, project: Project) -> int:
    """Return the points that one ballot gives a project; 0 where it doesn't name it."""
    if project.id not in ballot.choices:
        return 0
    place = ballot.choices.index(project.id)
    if ballot.points is not None:
        return ballot.points[place]
    if election.ballot_type is BallotType.ORDINAL:
        return len(ballot.choices) - place
    return 1


def voters(election: Election) -> int:
    """Return the number of voters, those of empty ballots too."""
    return sum(ballot.weight for ballot in election.ballots)


def votes(election: Election, project: Project) -> int:
    """Return all points for a project."""
    return sum(ballot.weight * points(election, ballot, project) for ballot in election.ballots)


def supporters(election: Election, project: Project) -> list[int]:
    """Return the places of the ballots that give a project points."""
    return [i for i, b in enumerate(election.ballots) if points(election, b, project) > 0]


def number_of(election: Election, places: Iterable[int]) -> int:
    """Return how many voters stand behind these ballots."""
    return sum(election.ballots[i].weight for i in places)


def tie(election: Election, project: Project) -> list[int]:
    """Return what settles a tie: the smaller goes first, and the ballot paper decides last."""
    parts = {
        "cost": project.cost,
        "votes": -votes(election, project),
        "lot": -1 if project.lot is None else project.lot,
        "file": election.projects.index(project),
    }
    return [parts[part] for part in (*election.tie, "file")]


def eligible(election: Election) -> list[Project]:
    """Return the projects that any rule may consider."""
    return [project for project in election.projects if is_eligible(election, project)]


def is_eligible(election: Election, project: Project) -> bool:
    """Whether a project has votes, enough of them, enough supporters, and fits the pot."""
    number = votes(election, project)
    if number == 0 or number < election.threshold or project.cost > election.pot:
        return False
    if election.support is None:
        return True
    share_of_voters = Fraction(number_of(election, supporters(election, project)), voters(election))
    return share_of_voters >= election.support * Fraction(project.cost, election.pot)


def site_is_taken(project: Project, funded: list[Project]) -> bool:
    """Whether a project of the same site is funded already."""
    return project.site != "" and project.site in [other.site for other in funded]


def cost(projects: list[Project]) -> int:
    """Return what projects cost together."""
    return sum(project.cost for project in projects)


# Greedy -----------------------------------------------------------------------------------------


def greedy(election: Election, projects: list[Project]) -> list[Project]:
    """Most votes first; what doesn't fit is passed over."""
    ranked = sorted(projects, key=lambda p: (-votes(election, p), tie(election, p)))
    return fill(election, ranked, [])


def greedy_stop(election: Election, projects: list[Project]) -> list[Project]:
    """Most votes first; the first that doesn't fit ends the count."""
    ranked = sorted(projects, key=lambda p: (-votes(election, p), tie(election, p)))
    funded: list[Project] = []
    for project in ranked:
        if site_is_taken(project, funded):
            continue
        if project.cost > election.pot - cost(funded):
            return funded
        funded.append(project)
    return funded


def greedy_per_cost(election: Election, projects: list[Project]) -> list[Project]:
    """Most votes per cost first; what doesn't fit is passed over."""
    ranked = sorted(
        projects, key=lambda p: (-Fraction(votes(election, p), p.cost), tie(election, p))
    )
    return fill(election, ranked, [])


def fill(election: Election, ranked: list[Project], funded: list[Project]) -> list[Project]:
    """Return what is funded and, in order, what still fits."""
    funded = list(funded)
    for project in ranked:
        fits = project.cost <= election.pot - cost(funded)
        if fits and project not in funded and not site_is_taken(project, funded):
            funded.append(project)
    return funded


# Equal shares -----------------------------------------------------------------------------------


def gain(election: Election, ballot: Ballot, project: Project, utility: Utility) -> int:
    """Return u_i(p): what a voter of this ballot gains if the project is funded."""
    given = points(election, ballot, project)
    if utility is Utility.COST:
        return given * project.cost
    if utility is Utility.CARDINALITY:
        return 1 if given > 0 else 0
    return given


def least_rho(
    election: Election, money: dict[int, Fraction], project: Project, utility: Utility
) -> Fraction | None:
    """Return the least rho at which supporters who pay min(b_i, rho u_i) pay the cost exactly.

    Sweeps over the supporters, those first who run out of money first. None: their money
    together is less than the cost.
    """
    behind = supporters(election, project)
    gains = {i: gain(election, election.ballots[i], project, utility) for i in behind}
    if sum(money[i] * election.ballots[i].weight for i in behind) < project.cost:
        return None
    behind.sort(key=lambda i: money[i] / gains[i])
    for place, i in enumerate(behind):
        all_they_have = sum(money[j] * election.ballots[j].weight for j in behind[:place])
        gains_of_others = sum(gains[j] * election.ballots[j].weight for j in behind[place:])
        rho = (project.cost - all_they_have) / Fraction(gains_of_others)
        if rho * gains[i] <= money[i]:
            return rho
    raise AssertionError("supporters who can pay together must do so at some rho")


def equal_shares(
    election: Election, projects: list[Project], utility: Utility, start: Fraction
) -> list[Project]:
    """Return what the method of equal shares buys if each voter starts with ``start``."""
    money = dict.fromkeys(range(len(election.ballots)), start)
    bought: list[Project] = []
    while True:
        rhos = {
            project: rho
            for project in projects
            if project not in bought
            and not site_is_taken(project, bought)
            and (rho := least_rho(election, money, project, utility)) is not None
        }
        if not rhos:
            return bought
        best = min(rhos, key=lambda p: (rhos[p], tie(election, p)))
        for i in supporters(election, best):
            money[i] -= min(
                money[i], rhos[best] * gain(election, election.ballots[i], best, utility)
            )
        bought.append(best)


def equal_shares_completed(
    election: Election, projects: list[Project], method: Method
) -> list[Project]:
    """Return the outcome of equal shares with its completion."""
    if not projects:
        return []
    if method.completion in (Completion.NONE, Completion.UTILITARIAN):
        start = Fraction(election.pot, voters(election))
        outcome = equal_shares(election, projects, method.utility, start)
    else:
        outcome = add1(election, projects, method)
    if method.completion in (Completion.UTILITARIAN, Completion.ADD1_UTILITARIAN):
        ranked = sorted(projects, key=lambda p: (-votes(election, p), tie(election, p)))
        outcome = fill(election, ranked, outcome)
    return outcome


def add1(election: Election, projects: list[Project], method: Method) -> list[Project]:
    """Count again and again with an increment more, and return the last outcome within the pot."""
    start = Fraction(election.pot, voters(election))
    outcome: list[Project] = []
    while True:
        following = equal_shares(election, projects, method.utility, start)
        if cost(following) > election.pot:
            return outcome
        outcome = following
        rest = [p for p in projects if p not in outcome and not site_is_taken(p, outcome)]
        if not rest or start > cost(projects):
            return outcome
        left = election.pot - cost(outcome)
        if method.completion is Completion.ADD1E and all(p.cost > left for p in rest):
            return outcome
        start += method.increment


def preferred(election: Election, shares: list[Project], other: list[Project]) -> list[Project]:
    """Return greedy's outcome if more voters have more of their projects in it, else the first."""
    for_shares = for_other = 0
    for ballot in election.ballots:
        in_shares = sum(points(election, ballot, p) > 0 for p in shares)
        in_other = sum(points(election, ballot, p) > 0 for p in other)
        if in_shares > in_other:
            for_shares += ballot.weight
        if in_other > in_shares:
            for_other += ballot.weight
    return other if for_other > for_shares else shares


# Phragmén ---------------------------------------------------------------------------------------


def phragmen(election: Election, projects: list[Project]) -> list[Project]:
    """Return what sequential Phragmén funds: each time what burdens its supporters least."""
    load = {i: Fraction(0) for i in range(len(election.ballots))}
    remaining, funded = list(projects), list[Project]()
    while remaining := [p for p in remaining if not site_is_taken(p, funded)]:
        after = {}
        for project in remaining:
            behind = supporters(election, project)
            carried = sum(load[i] * election.ballots[i].weight for i in behind)
            after[project] = (project.cost + carried) / Fraction(number_of(election, behind))
        best = min(remaining, key=lambda p: (after[p], tie(election, p)))
        remaining.remove(best)
        if best.cost <= election.pot - cost(funded):
            funded.append(best)
            for i in supporters(election, best):
                load[i] = after[best]
    return funded


# What equal shares promises ---------------------------------------------------------------------


def violates_ejr_up_to_one(
    election: Election, chosen: Iterable[str], utility: Utility
) -> tuple[tuple[int, ...], tuple[str, ...]] | None:
    """Return a group of voters and the projects it was wrongly denied; None: there is none.

    Extended justified representation up to one project: D. Peters, G. Pierczyński and P. Skowron,
    “Proportional Participatory Budgeting with Additive Utilities”, NeurIPS 2021 (arXiv 2008.13276).
    A group S that could pay for the projects T from its share of the pot, cost(T) <= |S|/n B, and
    of which each member gains alpha(p) or more from each p in T, must have a member i who gains
    the sum of alpha over T from the winners, or more than that from the winners and one p of T.
    Tries every S and every T, with the largest alpha: the least that a member of S gains. Holds
    for elections without sites, threshold and support, which deny what the definition grants.
    """
    people = [ballot for ballot in election.ballots for _ in range(ballot.weight)]
    gains = [{p.id: gain(election, b, p, utility) for p in election.projects} for b in people]
    won = set(chosen)
    for size in range(1, len(people) + 1):
        for group in combinations(range(len(people)), size):
            for wanted in sets_of(election.projects):
                if cost(wanted) * len(people) > size * election.pot:
                    continue
                ids = [p.id for p in wanted]
                due = sum(min(gains[i][p] for i in group) for p in ids)
                if not any(is_content(gains[i], ids, won, due) for i in group):
                    return group, tuple(ids)
    return None


def sets_of(projects: tuple[Project, ...]) -> list[list[Project]]:
    """Return every set of projects but the empty one."""
    return [
        list(some) for size in range(1, len(projects) + 1) for some in combinations(projects, size)
    ]


def is_content(gains: dict[str, int], wanted: list[str], won: set[str], due: int) -> bool:
    """Whether a voter gains what is due from the winners, or more than that with one project."""
    has = sum(gains[p] for p in won)
    return has >= due or any(has + gains[p] > due for p in wanted if p not in won)
