"""Reading a round's sealed ballots into an election, and the count back into an outcome."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import ceil

from sqlalchemy import func, select

from engage.budgeting.models import Ballot, Round
from engage.budgeting.queries.approvals import bound_of
from engage.budgeting.queries.ballot_papers import line_of
from engage.budgeting.queries.results import ShownResult, tally_id
from engage.budgeting.queries.rounds import rules_of
from engage.budgeting.queries.voters import desk_marks, latest_seal
from engage.budgeting.rules.ballot_types import (
    COUNTED_AS,
    COUNTED_BY_POINTS,
    FOR_EQUAL_SHARES,
    BallotTerms,
    ballot_faults,
    read_choices,
    terms_of,
)
from engage.budgeting.rules.ballots import is_root, leaf_of
from engage.budgeting.rules.pots import PotRule
from engage.budgeting.rules.pots_counted import elections_by_pot
from engage.budgeting.rules.proposing import smallest_on_ballot
from engage.budgeting.rules.refusals import CountRefused
from engage.budgeting.rules.results import Fate, Figures, Otherwise, Outcome, PotOutcome
from engage.budgeting.rules.rounds import BallotLine, RoundRules, method_of
from engage.budgeting.rules.trial import Trial, invented_elections, remarks
from engage.extensions import db
from engage.tally import election as tally
from engage.tally.election import Count, Decision, Fairness, Method
from engage.tally.method import count as count_once
from engage.tally.method import count_both
from engage.tally.ties import read_tie_order

#: The count of each part of a fund by its number, with the rule that it was compared with; 0 is a
#: fund without parts.
Counted = Mapping[int, tuple[Count, Method]]


def election_of(round_: Round) -> tally.Election:
    """Gather a round's ballots, identical ones taken together, as one election over its whole fund.

    Where the fund has parts, that is not what is counted (`elections_of`), but its ballots are
    whole. Every ballot is judged once more by the limits that it was cast under. Raises
    CountRefused where one breaks them, since it can't have come through the site.
    """
    ids = {project.id: tally_id(project) for project in round_.projects}
    lines = [line_of(project) for project in round_.projects]
    costs = {line.id: line.cost_pence for line in lines}
    pot_of = {line.id: line.pot for line in lines}
    least = smallest_awards(round_)
    terms = terms_of(round_)
    ballots = []
    for text, weight in sorted(_sealed_choices(round_).items()):
        chosen, points = read_choices(terms.kind, text)
        if ballot_faults(terms, chosen, costs, points, pot_of):
            raise CountRefused("A ballot breaks the limits of the vote: check the ballot box")
        ballots.append(tally.Ballot(tuple(ids[choice] for choice in chosen), weight, points))
    return tally.Election(
        projects=tuple(
            tally.Project(ids[p.id], p.cost_pence, p.title, p.lot, smallest=least.get(ids[p.id]))
            for p in lines
        ),
        ballots=tuple(ballots),
        pot=round_.pot_pence,
        limits=terms.limits,
        tie=read_tie_order(round_.tie_order),
        ballot_type=COUNTED_AS[terms.kind],
        threshold=round_.threshold,
    )


def elections_of(round_: Round, whole: tally.Election | None = None) -> dict[int, tally.Election]:
    """Return what is counted, by the number of the part of the fund; 0 is a fund without parts.

    ``whole`` is what `election_of` gave, where that was asked already. Raises CountRefused, too.
    """
    whole = whole or election_of(round_)
    return elections_by_pot(
        whole, terms_of(round_), {tally_id(p): line_of(p).pot for p in round_.projects}
    )


def smallest_awards(round_: Round) -> dict[str, int]:
    """Return the smallest award of each project that takes less than its cost, where the round
    offers what is left; by the project's id in the count."""
    if round_.leftover == "keep":
        return {}
    least = {
        tally_id(p): smallest_on_ballot(p.smallest_pence, p.cost_pence, round_.min_award_pence)
        for p in round_.projects
    }
    return {id_: pence for id_, pence in least.items() if pence is not None}


def _sealed_choices(round_: Round) -> Counter[str]:
    """Return how many ballots hold which choices, once all of them agree with the last seal.

    Each ballot's leaf is made anew from its choices, and the leaves must give the sealed
    fingerprint: whatever was changed, added or taken away behind the site's back shows here.
    """
    seal = latest_seal(round_.id)
    if seal is None:
        raise CountRefused("The ballots are not sealed yet: close the vote first")
    choices: Counter[str] = Counter()
    leaves = []
    columns = select(Ballot.choices, Ballot.version, Ballot.salt, Ballot.leaf)
    for text, version, salt, leaf in db.session.execute(
        columns.where(Ballot.round_id == round_.id, Ballot.source != "desk")
    ):
        if leaf_of(round_.id, round_.ballot_hash or "", version, salt, text) != leaf:
            raise CountRefused("A ballot was changed after it was cast: check the ballot box")
        choices[text] += 1
        leaves.append(leaf)
    if desk_marks(round_.id) != seal.desk:
        raise CountRefused("The desk marks are not those that were sealed: check the ballot box")
    if len(leaves) != seal.ballots:
        raise CountRefused(
            f"{seal.ballots} ballots were sealed, but {len(leaves)} are there: check the ballot box"
        )
    if not is_root(seal.root, leaves, bound_of(round_)):
        raise CountRefused("The ballots are not the ones that were sealed: check the ballot box")
    return choices


def count_ballots(round_: Round, seen: Callable[[str], object] = lambda step: None) -> Outcome:
    """Count a closed round by its declared rule and return the outcome; nothing is written.

    ``seen`` is told “rule” once the ballots are read. Raises CountRefused where the ballots are not
    the ones that were sealed at the close.
    """
    method, terms = method_of(rules_of(round_)), terms_of(round_)
    whole = election_of(round_)
    seen("rule")
    counted = {n: _count(e, method, terms) for n, e in elections_of(round_, whole).items()}
    return _outcome(round_, counted, whole.voters)


def check_sealed(round_: Round) -> None:
    """Raise CountRefused where the ballots are not exactly those of the last seal."""
    _sealed_choices(round_)


def _count(election: tally.Election, method: Method, terms: BallotTerms) -> tuple[Count, Method]:
    """Count, and by another rule too where the type of the ballot goes with more than one kind."""
    if terms.kind in FOR_EQUAL_SHARES:
        return count_both(election, method)
    return count_once(election, method), method


def _outcome(round_: Round, counted: Counted, ballots: int) -> Outcome:
    seal = latest_seal(round_.id)
    return replace(
        _outcome_of(rules_of(round_), counted, ballots),
        by_source=_by_source(round_.id),
        lots=tuple(tally_id(p) for p in sorted(round_.projects, key=lambda p: p.lot)),
        rules_hash=round_.rules_hash or "",
        ballot_hash=round_.ballot_hash or "",
        seal_hash=seal.hash if seal else "",
    )


def _outcome_of(rules: RoundRules, counted: Counted, ballots: int) -> Outcome:
    """Return what the counts of all parts make together; without parts there is one count."""
    counts = [count for count, _other in counted.values()]
    whole = counted.get(0)
    cost = sum(count.cost for count in counts)
    return Outcome(
        rule=whole[0].rule if whole else rules.rule,
        tie=rules.tie_order,
        pot_pence=rules.pot_pence,
        cost_pence=cost,
        unspent_pence=rules.pot_pence - cost,
        ballots=ballots,
        by_source={},
        winners=tuple(winner for count in counts for winner in count.winners),
        fates=tuple(_fate(decision) for count in counts for decision in count.decisions),
        lots=(),
        rules_hash="",
        ballot_hash="",
        seal_hash="",
        figures=_figures(whole[0].fairness) if whole and whole[0].fairness else None,
        otherwise=_otherwise(whole[0].other, whole[1]) if whole and whole[0].other else None,
        pots=tuple(_pot_outcome(pot, *counted[pot.number]) for pot in rules.pots),
    )


def _pot_outcome(pot: PotRule, count: Count, other: Method) -> PotOutcome:
    return PotOutcome(
        number=pot.number,
        name=pot.name,
        rule=count.rule,
        pence=pot.pence,
        cost_pence=count.cost,
        unspent_pence=count.unspent,
        ballots=count.ballots,
        projects=tuple(decision.project for decision in count.decisions),
        figures=_figures(count.fairness) if count.fairness else None,
        otherwise=_otherwise(count.other, other) if count.other else None,
    )


def _fate(decision: Decision) -> Fate:
    share = decision.share
    return Fate(
        project=decision.project,
        votes=decision.votes,
        cost_pence=decision.cost,
        funded=decision.funded,
        left_before_pence=decision.left_before,
        why=decision.why,
        settled_by=decision.settled_by,
        reason=decision.reason,
        payers=decision.payers,
        share_pence=None if share is None else ceil(share),
        held_pence=decision.held,
        award_pence=decision.award if decision.funded and decision.award < decision.cost else None,
    )


def _otherwise(count: Count, method: Method) -> Otherwise | None:
    if count.fairness is None:
        return None
    return Otherwise(
        rule=method.rule.value,
        completion=method.completion.value,
        increment_pence=method.increment,
        winners=count.winners,
        cost_pence=count.cost,
        unspent_pence=count.unspent,
        figures=_figures(count.fairness),
    )


def _figures(fairness: Fairness) -> Figures:
    gini = "" if fairness.gini is None else str(fairness.gini)
    return Figures(fairness.with_a_project, str(fairness.projects_each), gini)


def _by_source(round_id: int) -> dict[str, int]:
    rows = db.session.execute(
        select(Ballot.source, func.count())
        .where(Ballot.round_id == round_id, Ballot.source != "desk")
        .group_by(Ballot.source)
    )
    return dict(rows.all())


def try_rules(rules: RoundRules, trial: Trial) -> tuple[ShownResult, list[str]]:
    """Count invented votes by a round's rules; return what would come out, and what it shows.

    Nothing is read and nothing is kept: the same trial gives the same result.
    """
    invented, method = invented_elections(rules, trial), method_of(rules)
    counted = {n: _count(e, method, terms_of(rules)) for n, e in invented.items()}
    projects = [project for election in invented.values() for project in election.projects]
    outcome = replace(
        _outcome_of(rules, counted, trial.voters),
        by_source={"invented": trial.voters},
        lots=tuple(project.id for project in projects),
    )
    lines = {
        project.id: BallotLine(number, number, project.name, project.cost, number)
        for number, project in enumerate(projects, 1)
    }
    in_points = rules.ballot_type in COUNTED_BY_POINTS
    shown = ShownResult(outcome, outcome.fates, lines, None, in_points)
    return shown, remarks(rules, {n: count for n, (count, _other) in counted.items()})
