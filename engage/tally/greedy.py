"""Greedy: projects are looked at from most votes to least, and funded while the money lasts.

The rule of most cities and of every Scottish round so far (“standard method”, Pabulib's
`greedy`). Its variants differ in the order (votes, or votes for each pound) and in what follows
when a project costs more than the money left: it is passed over, or the count ends there.
"""

from fractions import Fraction
from itertools import pairwise

from engage.tally.election import Count, Election, Project, Rule, Why
from engage.tally.eligibility import ineligible
from engage.tally.ledger import Ledger
from engage.tally.ties import settled_by, tie_keys


def greedy(election: Election, rule: Rule = Rule.GREEDY) -> Count:
    """Count by votes, or by votes for each pound; a project without a vote is never funded."""
    votes = election.votes
    ties = tie_keys(election)

    def merit(project: Project) -> Fraction | int:
        per_cost = rule is Rule.GREEDY_PER_COST
        return Fraction(votes[project.id], project.cost) if per_cost else votes[project.id]

    ranked = sorted(election.projects, key=lambda p: (-merit(p), ties[p.id]))
    settled = {
        after.id: settled_by(election, ties[before.id], ties[after.id])
        for before, after in pairwise(ranked)
        if merit(before) == merit(after)
    }
    out = ineligible(election)
    ledger = Ledger(election)
    stopped = False
    for project in ranked:
        why = out.get(project.id) or _fault(project, ledger, stopped)
        stopped = stopped or (
            rule is Rule.GREEDY_STOP and why is Why.TOO_DEAR and project.id not in out
        )
        if why is None:
            ledger.fund(project, Why.FITS, settled_by=settled.get(project.id, ""))
        else:
            ledger.refuse(project, why, settled_by=settled.get(project.id, ""))
    return ledger.close(rule)


def _fault(project: Project, ledger: Ledger, stopped: bool) -> Why | None:
    if stopped:
        return Why.AFTER_STOP
    if ledger.is_taken(project):
        return Why.SITE_TAKEN
    return Why.TOO_DEAR if project.cost > ledger.left else None
