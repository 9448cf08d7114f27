"""Which projects may be funded at all, judged before any rule starts."""

from engage.tally.election import Election, Project, Why


def ineligible(election: Election) -> dict[str, Why]:
    """Return the projects that no rule may fund, each with the reason.

    Judged before the count because a project that can never be funded would otherwise still draw
    money from equal shares: in its completion even one dearer than the whole pot comes within
    reach of its supporters.
    """
    reasons = ((project.id, _fault(project, election)) for project in election.projects)
    return {project: why for project, why in reasons if why is not None}


def _fault(project: Project, election: Election) -> Why | None:
    votes = election.votes[project.id]
    if votes <= 0:
        return Why.NO_VOTES
    if votes < election.threshold:
        return Why.BELOW_THRESHOLD
    if project.cost > election.pot:
        return Why.TOO_DEAR
    if election.support is not None:
        needed = election.support * election.voters * project.cost
        if election.supporters[project.id] * election.pot < needed:
            return Why.BELOW_SUPPORT
    return None
