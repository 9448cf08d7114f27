"""The declared result of a round, as its page and its file tell it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from engage.budgeting.models import Project, Round, RoundCount
from engage.budgeting.queries.rounds import latest_count, projects_of, result_of
from engage.budgeting.rules.ballot_types import COUNTED_BY_POINTS
from engage.budgeting.rules.results import Fate, Figures, Outcome, public_fates, read_outcome
from engage.budgeting.rules.rounds import BallotLine
from engage.budgeting.rules.stages import Stage
from engage.disclosure.rules import THRESHOLD, Cell, HeldBack, hold_back, hold_back_row
from engage.extensions import db


@dataclass(frozen=True)
class ShownFigures:
    """One rule's outcome as a row beside another's. Small numbers are held back already.

    ``with_a_project`` is how many voters chose at least one project that it funds, and
    ``share`` the same as a part of all; None: held back, or nobody voted.
    """

    rule: str
    winners: tuple[str, ...]
    cost_pence: int
    unspent_pence: int
    with_a_project: Cell
    share: float | None
    projects_each: float
    gini: float | None


@dataclass(frozen=True)
class ShownResult:
    """An outcome with the projects it speaks of. ``declared_at`` None: counted, not declared.

    ``fates`` are those that may be shown; where figures are held back they stand in the order
    of the ballot paper, so that the order tells nothing either. ``in_points``: what is counted
    are points, and not how many people chose a project. ``name`` is that of a part of the fund.
    """

    outcome: Outcome
    fates: tuple[Fate, ...]
    projects: Mapping[str, Project | BallotLine]
    declared_at: datetime | None
    in_points: bool = False
    name: str = ""

    def title(self, project: str) -> str:
        """Return the title of a project by its id in the count."""
        return self.projects[project].title

    @property
    def parts(self) -> "list[ShownResult]":
        """The result part by part, where the fund has parts; else itself alone."""
        if not self.outcome.pots:
            return [self]
        found = []
        for pot, outcome in zip(self.outcome.pots, self.outcome.parts, strict=True):
            fates = tuple(fate for fate in self.fates if fate.project in pot.projects)
            found.append(replace(self, outcome=outcome, fates=fates, name=pot.name))
        return found

    @property
    def voters(self) -> list[Cell]:
        """How many voted in each part; small numbers are held back, and what gives them away."""
        return hold_back_row([part.outcome.ballots for part in self.parts])[0]

    @property
    def all_voters(self) -> Cell:
        """How many voted in all."""
        return hold_back(self.outcome.ballots)

    @property
    def compared(self) -> list[ShownFigures]:
        """The declared rule and the other one side by side; empty where figures are not told."""
        outcome = self.outcome
        if outcome.figures is None or outcome.otherwise is None or not outcome.tells_figures:
            return []
        other = outcome.otherwise
        return [
            _shown(
                outcome.rule,
                outcome.winners,
                outcome.cost_pence,
                outcome.unspent_pence,
                outcome.figures,
                outcome.ballots,
            ),
            _shown(
                other.rule,
                other.winners,
                other.cost_pence,
                other.unspent_pence,
                other.figures,
                outcome.ballots,
            ),
        ]

    @property
    def only_otherwise(self) -> list[str]:
        """The projects that only the other rule would have funded."""
        if self.outcome.otherwise is None:
            return []
        return [p for p in self.outcome.otherwise.winners if p not in self.outcome.winners]

    @property
    def not_otherwise(self) -> list[str]:
        """The funded projects that the other rule would have left out."""
        if self.outcome.otherwise is None:
            return []
        return [p for p in self.outcome.winners if p not in self.outcome.otherwise.winners]


def _shown(
    rule: str, winners: tuple[str, ...], cost: int, unspent: int, figures: Figures, voters: int
) -> ShownFigures:
    cells, _ = hold_back_row([figures.with_a_project, voters - figures.with_a_project], voters)
    told = cells[0]
    return ShownFigures(
        rule=rule,
        winners=winners,
        cost_pence=cost,
        unspent_pence=unspent,
        with_a_project=told,
        share=told / voters if isinstance(told, int) and voters else None,
        projects_each=float(Fraction(figures.projects_each)),
        gini=float(Fraction(figures.gini)) if figures.gini else None,
    )


def channels_of(outcome: Outcome) -> list[tuple[str, Cell]]:
    """Return how many voted online and on paper, with small numbers held back; empty where even
    their marks would tell, since the number of all voters stands on the same page: with marks at
    both channels, 8 voters can only be 4 and 4.

    Votes with an officer's help are told with those online, as the paper account tells them: from
    the one and the other somebody could work out how few there were.
    """
    votes = Counter[str]()
    for source, number in outcome.by_source.items():
        votes["online" if source == "assisted" else source] += number
    channels = sorted(votes, key=lambda channel: (channel != "online", channel))
    if len(channels) > 1 and votes.total() < THRESHOLD * len(channels):
        return []
    cells, total = hold_back_row([votes[channel] for channel in channels])
    return [] if isinstance(total, HeldBack) else list(zip(channels, cells, strict=True))


def declared_result(round_: Round) -> ShownResult | None:
    """Return what was declared, as the public may see it; None before the declaration."""
    result = result_of(round_.id) if round_.stage == Stage.DECLARED else None
    if result is None:
        return None
    outcome = read_outcome(result.count.outcome)
    projects = _by_tally_id(round_)
    fates = public_fates(outcome, list(projects))
    return ShownResult(outcome, fates, projects, result.declared_at, _in_points(round_))


def counted_result(round_: Round) -> ShownResult | None:
    """Return the latest count, whole, for the officer who will declare it; None before one."""
    count = latest_count(round_.id)
    return None if count is None else _shown_count(round_, count)


def result_to_confirm(round_: Round, count_id: int) -> ShownResult | None:
    """Return one count of a round, whole, for those who confirm exactly this one."""
    count = db.session.get(RoundCount, count_id)
    return None if count is None else _shown_count(round_, count)


def _shown_count(round_: Round, count: RoundCount) -> ShownResult:
    outcome = read_outcome(count.outcome)
    return ShownResult(outcome, outcome.fates, _by_tally_id(round_), None, _in_points(round_))


def _in_points(round_: Round) -> bool:
    return round_.ballot_type in COUNTED_BY_POINTS


def tally_id(project: Project) -> str:
    """Return a project's id in the count: as its file named it, or else its row's number."""
    return project.reference or str(project.id)


def _by_tally_id(round_: Round) -> dict[str, Project]:
    return {tally_id(project): project for project in projects_of(round_.id)}
