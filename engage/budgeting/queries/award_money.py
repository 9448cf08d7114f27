"""Where the money of a round's awards is: paid, spent, held, left, and what comes next."""

from collections.abc import Collection

from sqlalchemy import case, func, select

from engage.budgeting.models import (
    Award,
    AwardPayment,
    AwardSpending,
    Project,
    Round,
    Withdrawal,
)
from engage.budgeting.queries.results import tally_id
from engage.budgeting.queries.rounds import projects_of, result_of
from engage.budgeting.rules.delivery import AwardMoney, next_in_count
from engage.budgeting.rules.results import read_outcome
from engage.extensions import db


def money_of(award_ids: Collection[int]) -> dict[int, AwardMoney]:
    """Return what was paid, returned and spent under each award, by its id."""
    sums: dict[int, dict[str, int]] = {id_: {} for id_ in award_ids}
    moved = select(AwardPayment.award_id, AwardPayment.kind, func.sum(AwardPayment.amount_pence))
    for id_, kind, pence in db.session.execute(
        moved.where(AwardPayment.award_id.in_(award_ids)).group_by(
            AwardPayment.award_id, AwardPayment.kind
        )
    ):
        sums[id_][f"{kind}_pence"] = int(pence)
    spent = select(AwardSpending.award_id, func.sum(AwardSpending.amount_pence))
    for id_, pence in db.session.execute(
        spent.where(AwardSpending.award_id.in_(award_ids)).group_by(AwardSpending.award_id)
    ):
        sums[id_]["spent_pence"] = int(pence)
    return {id_: AwardMoney(**found) for id_, found in sums.items()}


#: What an award takes out of the fund: what it holds, and, once it was published that its money
#: is kept for the next fund, the whole of it.
TAKEN = case((Award.freed_decision == "kept", Award.amount_pence), else_=Award.held_pence)


def left_in_fund(round_: Round) -> int:
    """Return how much of a round's fund no award holds, and none of it was kept."""
    taken = select(func.coalesce(func.sum(TAKEN), 0)).where(Award.round_id == round_.id)
    return round_.pot_pence - int(db.session.scalar(taken) or 0)


def left_for(project: Project) -> int:
    """Return how much no award holds of the part of the fund that pays for a project, or of the
    fund where that has no parts."""
    if project.pot is None:
        return left_in_fund(project.round)
    held = (
        select(func.coalesce(func.sum(TAKEN), 0))
        .join(Project, Project.id == Award.project_id)
        .where(Project.pot_id == project.pot_id)
    )
    return project.pot.pence - int(db.session.scalar(held) or 0)


def left_by_part(round_: Round) -> list[tuple[str, int]]:
    """Return the name of each part of a fund with what no award holds of it."""
    rows = db.session.execute(
        select(Project.pot_id, func.sum(TAKEN))
        .join(Project, Project.id == Award.project_id)
        .where(Award.round_id == round_.id)
        .group_by(Project.pot_id)
    )
    held: dict[int | None, int] = {pot_id: int(taken) for pot_id, taken in rows}
    return [(row.name, row.pence - held.get(row.id, 0)) for row in round_.pot_rows]


def winners_of(round_: Round) -> list[tuple[Project, int]]:
    """Return the projects that the declared count funds, with what it gave each, in its order."""
    result = result_of(round_.id)
    if result is None:
        return []
    projects = {tally_id(project): project for project in projects_of(round_.id)}
    fates = read_outcome(result.count.outcome).fates
    return [(projects[fate.project], fate.given_pence) for fate in fates if fate.funded]


def next_project(award: Award) -> Project | None:
    """Return the project that gets an award's freed money next by the declared rule; None: it is
    kept. Money of one part of a fund stays in it, and one that its proposer withdrew is passed
    over."""
    round_ = award.round
    result = result_of(round_.id)
    if result is None:
        return None
    projects = {tally_id(project): project for project in projects_of(round_.id)}
    awarded = set(db.session.scalars(select(Award.project_id).where(Award.round_id == round_.id)))
    gone = set(db.session.scalars(select(Withdrawal.proposal_id).where(Withdrawal.kind == "late")))
    own = tally_id(award.project)
    outcome = next(
        part
        for part in read_outcome(result.count.outcome).parts
        if any(fate.project == own for fate in part.fates)
    )
    chosen = next_in_count(
        outcome,
        {id_ for id_, p in projects.items() if p.id in awarded or p.proposal_id in gone},
        left_for(award.project),
        (round_.min_award_pence, round_.max_award_pence),
    )
    return projects[chosen] if chosen is not None else None
