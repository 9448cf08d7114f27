"""The declared result of a round, as its page and its file tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engage.budgeting.models import Project, Round
from engage.budgeting.queries.rounds import latest_count, projects_of, result_of
from engage.budgeting.rules.results import Fate, Outcome, public_fates, read_outcome
from engage.budgeting.rules.rounds import Stage


@dataclass(frozen=True)
class ShownResult:
    """An outcome with the projects it speaks of. ``declared_at`` None: counted, not declared.

    ``fates`` are those that may be shown; where figures are held back they stand in the order
    of the ballot paper, so that the order tells nothing either.
    """

    outcome: Outcome
    fates: tuple[Fate, ...]
    projects: Mapping[str, Project]
    declared_at: datetime | None

    def title(self, project: str) -> str:
        """Return the title of a project by its id in the count."""
        return self.projects[project].title


def declared_result(round_: Round) -> ShownResult | None:
    """Return what was declared, as the public may see it; None before the declaration."""
    result = result_of(round_.id) if round_.stage == Stage.DECLARED else None
    if result is None:
        return None
    outcome = read_outcome(result.count.outcome)
    projects = _by_tally_id(round_)
    fates = public_fates(outcome, list(projects))
    return ShownResult(outcome, fates, projects, result.declared_at)


def counted_result(round_: Round) -> ShownResult | None:
    """Return the latest count, whole, for the officer who will declare it; None before one."""
    count = latest_count(round_.id)
    if count is None:
        return None
    outcome = read_outcome(count.outcome)
    return ShownResult(outcome, outcome.fates, _by_tally_id(round_), None)


def tally_id(project: Project) -> str:
    """Return a project's id in the count: as its file named it, or else its row's number."""
    return project.reference or str(project.id)


def _by_tally_id(round_: Round) -> dict[str, Project]:
    return {tally_id(project): project for project in projects_of(round_.id)}
