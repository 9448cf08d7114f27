"""Reads of the money that people decided in a year."""

from collections import Counter
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from engage.budgeting.models import Result, Round
from engage.budgeting.queries.results import tally_id
from engage.budgeting.queries.rounds import projects_of
from engage.budgeting.rules.results import read_outcome
from engage.clock import UK
from engage.evidence.models import BudgetBase
from engage.evidence.rules.money import Award, Base, RoundMoney, why_not_counted
from engage.extensions import db
from engage.partners.models import Partner
from engage.places.models import DeprivationIndex, PopulationEstimate
from engage.places.queries import locality_quintile_rows


def money_of(
    first: date, last: date, index: DeprivationIndex, estimate: PopulationEstimate
) -> list[RoundMoney]:
    """Return what the rounds declared from ``first`` to ``last`` decided, in that order.

    Rounds that were held elsewhere and came in as files decided nothing here.
    """
    results = db.session.execute(
        select(Result, Round)
        .join(Round, Round.id == Result.round_id)
        .where(
            Result.declared_at >= datetime.combine(first, time(), UK),
            Result.declared_at < datetime.combine(last + timedelta(days=1), time(), UK),
            Round.is_imported.is_(False),
        )
        .order_by(Result.declared_at, Result.round_id)
    )
    kinds: dict[int | None, str] = dict(db.session.execute(select(Partner.id, Partner.kind)).all())
    found = []
    for result, round_ in results:
        engagement = round_.engagement
        awards = _awards(round_, result, index, estimate)
        found.append(
            RoundMoney(
                title=engagement.title,
                slug=engagement.slug,
                pence=sum(award.pence for award in awards),
                money_kind=round_.money_kind,
                money_source=round_.money_source,
                why_not=why_not_counted(engagement.level, kinds.get(engagement.lead_partner_id)),
                awards=awards,
            )
        )
    return found


def _awards(
    round_: Round, result: Result, index: DeprivationIndex, estimate: PopulationEstimate
) -> list[Award]:
    """Return a result's awards by place: the project's own, or else the round's."""
    given = {f.project: f.given_pence for f in read_outcome(result.count.outcome).fates}
    pence: Counter[int | None] = Counter()
    for project in projects_of(round_.id):
        proposal, amount = project.proposal, given.get(tally_id(project), 0)
        own = proposal.locality_id if proposal is not None else None
        if amount:
            pence[own or round_.engagement.locality_id] += amount
    return [
        Award(amount, None if place is None else _people(place, index, estimate))
        for place, amount in pence.items()
    ]


def _people(
    locality_id: int, index: DeprivationIndex, estimate: PopulationEstimate
) -> dict[int, int]:
    rows = locality_quintile_rows(locality_id, index, estimate)
    return {row.quintile: row.population for row in rows}


def owes_a_statement() -> bool:
    """Say whether a council is among the partners: it alone reports on the 1%."""
    return (
        db.session.scalar(select(Partner.id).where(Partner.kind == "council").limit(1)) is not None
    )


def base_of(year_first: date) -> Base | None:
    """Return the newest base of the 1% for a reporting year; None before one is entered."""
    row = latest_base(year_first)
    return Base(row.pence, row.source) if row else None


def latest_base(year_first: date) -> BudgetBase | None:
    """Return the newest entry of a year's base."""
    return db.session.scalar(
        select(BudgetBase)
        .where(BudgetBase.year_start == year_first)
        .order_by(BudgetBase.edition.desc())
        .limit(1)
    )
