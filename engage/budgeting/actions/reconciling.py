"""Whether the papers let a round be counted, and its count be declared."""

from dataclasses import replace

from engage.budgeting.counting import elections_of, smallest_awards
from engage.budgeting.models import Round
from engage.budgeting.queries.papers import batches_of, stations_of, votes_by_way
from engage.budgeting.queries.rounds import latest_count, rules_of
from engage.budgeting.rules.ballot_types import terms_of
from engage.budgeting.rules.paper_account import BY_VOTES, could_change, in_question
from engage.budgeting.rules.papers import BatchState
from engage.budgeting.rules.refusals import CountRefused
from engage.budgeting.rules.results import read_outcome
from engage.budgeting.rules.rounds import RoundRules, method_of
from engage.budgeting.rules.stages import Move
from engage.tally.election import Ballot, Election
from engage.tally.method import count


def paper_blockers(round_: Round, move: Move, *, trying: bool = False) -> list[str]:
    """Return what the papers put in the way of counting or declaring, in words.

    ``trying`` counts again where the rule demands it, which a page does not wait for.
    """
    if not round_.takes_paper:
        return []
    if move is Move.COUNT:
        waiting = [b.station for b in batches_of(round_.id) if b.state != BatchState.ACCEPTED]
        words = ["Enter, check and accept the papers of every station first"]
        return words if waiting else []
    return _account_blockers(round_, trying=trying) if move is Move.DECLARE else []


def check_papers(round_: Round, move: Move) -> None:
    """Raise CountRefused for what the papers put in the way."""
    for words in paper_blockers(round_, move, trying=True):
        raise CountRefused(words)


def _account_blockers(round_: Round, *, trying: bool) -> list[str]:
    stations = stations_of(round_.id)
    unexplained = [row.station for row in stations if not row.adds_up and not row.explanation]
    found = []
    if unexplained:
        found.append("Explain why the papers do not add up, at each station where they do not")
    if papers_could_change(round_, trying=trying):
        found.append(
            "The papers that do not add up could change which projects are funded. Look for them "
            "before you declare the result"
        )
    return found


def papers_could_change(round_: Round, *, trying: bool = True) -> bool:
    """Say whether the votes that the papers leave in doubt could fund other projects.

    Any of them may be a vote in any part of the fund. Where the rule does not go by votes it takes
    counts, which are made only for ``trying``.
    """
    counted = latest_count(round_.id)
    online, _paper = votes_by_way(round_.id)
    number = in_question(stations_of(round_.id), online, separate_contests=round_.separate_contests)
    if counted is None or not number:
        return False
    rules = rules_of(round_)
    if rules.rule not in BY_VOTES:
        return trying and any(
            trial_changes(election, rules, number) for election in elections_of(round_).values()
        )
    least = smallest_awards(round_)
    return any(
        could_change(
            part.fates, part.pot_pence, rules.rule, number,
            threshold=rules.threshold, most_each=terms_of(rules).most_each(len(part.fates)),
            smallest=least,
        )
        for part in read_outcome(counted.outcome).parts
    )  # fmt: skip


def trial_changes(election: Election, rules: RoundRules, number: int) -> bool:
    """Count again with the votes in doubt, as a rule that doesn't go by votes alone demands.

    With equal shares each vote changes what all voters hold, and no gap between two projects says
    what would be funded. So the votes in doubt are tried where they would help most: all of them
    for one project that was not funded, for each in turn, and all taken from one that was.
    """
    method = method_of(rules)
    funded = set(count(election, method).winners)
    trials = [
        _without(election, project.id, number)
        if project.id in funded
        else replace(election, ballots=(*election.ballots, Ballot((project.id,), number)))
        for project in election.projects
    ]
    return any(set(count(trial, method).winners) != funded for trial in trials)


def _without(election: Election, project: str, number: int) -> Election:
    """Return the election without so many of a project's votes."""
    ballots = []
    for ballot in election.ballots:
        taken = min(number, ballot.weight) if project in ballot.choices else 0
        number -= taken
        if ballot.weight > taken:
            ballots.append(replace(ballot, weight=ballot.weight - taken))
    return replace(election, ballots=tuple(ballots))
