"""Single transferable vote with a pot: ranked ballots, each worth the same share of the money.

Every ballot is worth 1 and stands with its best-ranked project that is still in. A project's
quota is the share of the pot that it costs, times the number of all ballots. Turn by turn:

1. Projects that cost more than the money left, or whose site is taken, are out.
2. Where projects stand at their quota or above, the one that exceeds it most in proportion is
   funded (of equal ones, the first in the order for ties). Its ballots keep the part of their
   worth that it did not need, (value - quota) / value, and move on (Gregory's method).
3. Else, where all projects that are in cost no more than the money left and share no site, those
   on which a ballot stands are funded, most value for their cost first, and the count ends.
4. Else the project with the least value for its cost is excluded (of equal ones, the last in the
   order for ties), and its ballots move on at their worth.

Whenever a project is out its ballots move to their next choice that is in; a ballot without one
is spent, and so is one whose worth was all needed. No vote is worth more by being cast with many
others: whoever agrees on one project alone, in numbers that make up its quota, gets it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from engage.tally.election import BallotType, Count, CountRefused, Election, Project, Rule, Why
from engage.tally.eligibility import ineligible
from engage.tally.ledger import Ledger
from engage.tally.ties import settled_by, tie_keys
from engage.tally.worths import WHOLE, TooNear, Worths


class StvRefused(CountRefused):
    """The ballots can't be counted by single transferable vote; the message says why."""


def stv(election: Election) -> Count:
    """Count by single transferable vote with a pot, exactly.

    A one-choice ballot is a ranking of one. Raises StvRefused for ballots without an order, and
    where two projects stand so near to each other, after so many transfers, that even fractions
    of thousands of digits do not tell which is ahead: no known election comes near.
    """
    _check_ballots(election)
    turns = Turns(election)
    try:
        while turns.drop_beyond_reach():
            if not turns.fund_at_quota() and not turns.fund_all():
                turns.exclude_one()
    except TooNear as near:
        raise StvRefused(
            "Two projects stand too near to each other to be told apart after so many transfers. "
            "Count by another rule"
        ) from near
    return turns.close()


def _check_ballots(election: Election) -> None:
    if election.ballot_type not in (BallotType.ORDINAL, BallotType.CHOOSE_1):
        raise StvRefused(
            f"Single transferable vote counts ranked ballots, and these are {election.ballot_type}"
        )
    one = election.ballot_type is BallotType.CHOOSE_1
    if one and any(len(ballot.choices) > 1 for ballot in election.ballots):
        raise StvRefused("A one-choice ballot names several projects, and says no order")


@dataclass
class Standing:
    """The ballots that stand with one project: their numbers by what they are worth.

    ``people`` counts them, weights included.
    """

    ballots: dict[int, list[int]] = field(default_factory=dict)
    people: dict[int, int] = field(default_factory=dict)


class Turns:
    """The count turn by turn: what is still in, and which ballots stand with it."""

    def __init__(self, election: Election) -> None:
        self.election = election
        self.ledger = Ledger(election)
        self._out = ineligible(election)
        self._ties = tie_keys(election)
        self._worths = Worths()
        self._in: dict[Project, Standing] = {
            project: Standing() for project in election.projects if project.id not in self._out
        }
        self._by_id = {project.id: project for project in election.projects}
        weights = Counter[tuple[str, ...]]()
        for ballot in election.ballots:
            weights[ballot.choices] += ballot.weight
        self._choices = list(weights)
        self._weights = list(weights.values())
        self._next = [0] * len(weights)
        self._before: Project | None = None
        self._equal: Sequence[Project] = ()
        self._move({WHOLE: list(range(len(weights)))}, {WHOLE: WHOLE})

    # The four steps of a turn -----------------------------------------------------------------

    def drop_beyond_reach(self) -> bool:
        """Drop what costs more than the money left or has no site; say whether any is still in."""
        out = {p: self._beyond_reach(p) for p in self._in}
        self._leave({project: why for project, why in out.items() if why is not None})
        return bool(self._in)

    def fund_at_quota(self) -> bool:
        """Fund the project that exceeds its quota most, if any reaches it; say whether one did."""
        reaching = [project for project in self._in if self._over_quota(project) >= 0]
        if not reaching:
            return False
        equal = self._furthest(reaching, 1)
        project = min(equal, key=lambda p: self._ties[p.id])
        over = self._over_quota(project)
        self._fund(project, equal)
        standing = self._in.pop(project)
        if over > 0:
            quota = Fraction(self.election.voters * project.cost, self.election.pot)
            self._move(standing.ballots, self._worths.transfer(standing.people, quota))
        return True

    def fund_all(self) -> bool:
        """Fund all that is in and has a ballot, if it can all be paid for; say whether so."""
        sites = [project.site for project in self._in if project.site]
        cost = sum(project.cost for project in self._in)
        if cost > self.ledger.left or len(set(sites)) < len(sites):
            return False
        waiting = [project for project in self._in if self._in[project].people]
        while waiting:
            equal = self._furthest(waiting, 1)
            project = min(equal, key=lambda p: self._ties[p.id])
            self._fund(project, equal)
            waiting.remove(project)
            del self._in[project]
        self._leave(dict.fromkeys(self._in, Why.EXCLUDED))
        return True

    def exclude_one(self) -> None:
        """Exclude the project with the least value for its cost."""
        equal = sorted(self._furthest(list(self._in), -1), key=lambda p: self._ties[p.id])
        keys = [self._ties[project.id] for project in equal[-2:]]
        settled = settled_by(self.election, *keys) if len(keys) > 1 else ""
        self._leave({equal[-1]: Why.EXCLUDED}, settled)

    def close(self) -> Count:
        """Return the count, the projects that could not be funded last."""
        for project in self._in_order(p for p in self.election.projects if p.id in self._out):
            self.ledger.refuse(project, self._out[project.id])
        return self.ledger.close(Rule.STV)

    # Who comes in and goes out ----------------------------------------------------------------

    def _beyond_reach(self, project: Project) -> Why | None:
        if self.ledger.is_taken(project):
            return Why.SITE_TAKEN
        return Why.TOO_DEAR if project.cost > self.ledger.left else None

    def _fund(self, project: Project, equal: Sequence[Project]) -> None:
        settled = ""
        if self._before is not None and project in self._equal:
            ahead, behind = self._ties[self._before.id], self._ties[project.id]
            settled = settled_by(self.election, ahead, behind)
        self.ledger.fund(project, Why.FITS, settled_by=settled)
        self._before, self._equal = project, equal

    def _leave(self, reasons: Mapping[Project, Why], settled: str = "") -> None:
        """Let projects go out unfunded; their ballots move on at their worth."""
        gone = [self._in.pop(project) for project in self._in_order(reasons)]
        for project in self._in_order(reasons):
            self.ledger.refuse(project, reasons[project], settled_by=settled)
            self._before = None
        for standing in gone:
            self._move(standing.ballots, {worth: worth for worth in standing.ballots})

    def _move(self, ballots: Mapping[int, Sequence[int]], after: Mapping[int, int]) -> None:
        """Let ballots stand with their next choice that is in; ``after`` says at what worth."""
        for worth, numbers in ballots.items():
            kept = after[worth]
            for number in numbers:
                project = self._choice(number)
                if project is not None:
                    standing = self._in[project]
                    standing.ballots.setdefault(kept, []).append(number)
                    standing.people[kept] = standing.people.get(kept, 0) + self._weights[number]

    def _choice(self, number: int) -> Project | None:
        choices = self._choices[number]
        while self._next[number] < len(choices):
            project = self._by_id[choices[self._next[number]]]
            if project in self._in:
                return project
            self._next[number] += 1
        return None

    # Which stands higher ----------------------------------------------------------------------

    def _in_order(self, projects: Iterable[Project]) -> list[Project]:
        return sorted(projects, key=lambda p: (-self.election.votes[p.id], self._ties[p.id]))

    def _over_quota(self, project: Project) -> int:
        """Return the sign of a project's value less its quota."""
        terms = {w: n * self.election.pot for w, n in self._in[project].people.items()}
        quota = self.election.voters * project.cost
        return self._worths.sign(terms | {WHOLE: terms.get(WHOLE, 0) - quota})

    def _furthest(self, projects: Sequence[Project], way: int) -> list[Project]:
        """Return the projects with the most (``way`` 1) or least (-1) value for their cost."""
        equal = [projects[0]]
        for project in projects[1:]:
            ahead = way * self._compare(project, equal[0])
            if ahead > 0:
                equal = [project]
            elif ahead == 0:
                equal.append(project)
        return equal

    def _compare(self, a: Project, b: Project) -> int:
        """Return the sign of a's value for its cost, less b's."""
        terms = Counter({w: n * b.cost for w, n in self._in[a].people.items()})
        terms.subtract({w: n * a.cost for w, n in self._in[b].people.items()})
        return self._worths.sign(terms)
