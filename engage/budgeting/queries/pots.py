"""Reads of the parts of a fund: who asks for their money, and where too few do."""

from sqlalchemy import func, select, union

from engage.budgeting.models import Pot, Proposal, ProposalCheck, Round
from engage.extensions import db


def pots_in_use(round_id: int) -> set[int]:
    """Return the numbers of the parts that proposals ask, or that a check put one to."""
    asked = union(
        select(Pot.number)
        .join(Proposal, Proposal.pot_id == Pot.id)
        .where(Pot.round_id == round_id),
        select(Pot.number)
        .join(ProposalCheck, ProposalCheck.pot_id == Pot.id)
        .where(Pot.round_id == round_id),
    )
    return set(db.session.scalars(asked))


def short_pot(round_: Round) -> str:
    """Return the name of a part whose accepted proposals are fewer than a voter must choose."""
    if not round_.pots:
        return ""
    rows = db.session.execute(
        select(Proposal.pot_id, func.count())
        .where(Proposal.round_id == round_.id, Proposal.stage == "accepted")
        .group_by(Proposal.pot_id)
    )
    accepted = dict(rows.all())
    return next(
        (row.name for row in round_.pot_rows if 0 < accepted.get(row.id, 0) < round_.min_choices),
        "",
    )
