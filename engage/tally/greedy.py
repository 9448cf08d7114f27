"""Greedy by votes: the most votes first, each project that still fits the money left is funded.

The rule of most cities and of every Scottish round so far (“standard method”, Pabulib's
`greedy`): a project that doesn't fit is passed over, and the next one is considered.
"""

from collections import Counter

from engage.tally.election import Count, Decision, Election, Project, Why
from engage.tally.ties import settled_by, tie_keys


def count_votes(election: Election) -> Counter[str]:
    """Return how many ballots chose each project; a project that nobody chose stands at 0."""
    votes = Counter({project.id: 0 for project in election.projects})
    for ballot in election.ballots:
        for choice in ballot.choices:
            votes[choice] += ballot.weight
    return votes


def greedy(election: Election) -> Count:
    """Count by votes: walk the projects from most votes to least and fund each that fits.

    A project without a vote is never funded, whatever is left.
    """
    votes = count_votes(election)
    ties = tie_keys(election, votes)
    ranked = sorted(election.projects, key=lambda p: (-votes[p.id], ties[p.id]))
    left = election.pot
    decisions: list[Decision] = []
    for before, project in zip([None, *ranked], ranked, strict=False):
        tied = before is not None and votes[before.id] == votes[project.id]
        settled = settled_by(election, ties[before.id], ties[project.id]) if tied and before else ""
        decision = _decide(project, votes[project.id], left, settled)
        left -= project.cost if decision.funded else 0
        decisions.append(decision)
    return Count(
        rule="greedy",
        winners=tuple(d.project for d in decisions if d.funded),
        cost=election.pot - left,
        unspent=left,
        ballots=sum(ballot.weight for ballot in election.ballots),
        decisions=tuple(decisions),
    )


def _decide(project: Project, votes: int, left: int, settled: str) -> Decision:
    if not votes:
        why, reason = Why.NO_VOTES, "Not funded: nobody voted for it"
    elif project.cost <= left:
        why, reason = Why.FITS, "Funded: it cost no more than the money left"
    else:
        why, reason = Why.TOO_DEAR, "Not funded: it cost more than the money left"
    return Decision(
        project=project.id,
        cost=project.cost,
        votes=votes,
        funded=why is Why.FITS,
        left_before=left,
        why=why,
        settled_by=settled,
        reason=f"{reason}.{TIES[settled]}",
    )


#: What a reason adds where the project before had the same number of votes.
TIES = {
    "": "",
    "cost": " It had the same votes as the project before it, which costs less.",
    "votes": "",
    "lot": " It had the same votes as the project before it, which a drawn lot put first.",
    "file": " It had the same votes as the project before it, which stands first on the ballot.",
}
