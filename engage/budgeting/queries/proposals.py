"""Which proposals everybody may read, and finding among them."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select

from engage.budgeting.models import Proposal
from engage.extensions import db

_AWARD = func.coalesce(Proposal.checked_cost_pence, Proposal.cost_pence)
#: In which order the list may stand, and by what.
ORDERS = {
    "title": (func.lower(Proposal.title), Proposal.id),
    "cost": (_AWARD, Proposal.id),
    "dearest": (_AWARD.desc(), Proposal.id),
    "newest": (Proposal.submitted_at.desc(), Proposal.id.desc()),
}


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: words that all must stand there, a place, and the order.

    ``place`` is '' (anywhere), “whole” (the whole area) or the id of a locality as text;
    ``theme`` is '' or the id of one.
    """

    words: str = ""
    place: str = ""
    theme: str = ""
    order: str = "title"


def public_proposals(round_id: int, wanted: Wanted) -> list[Proposal]:
    """Return the proposals that passed the checks and are what is wanted."""
    query = _public(round_id)
    for word in wanted.words.lower().split():
        query = query.where(_has(word))
    if wanted.place == "whole":
        query = query.where(Proposal.locality_id.is_(None), Proposal.near == "")
    elif wanted.place:
        query = query.where(Proposal.locality_id == int(wanted.place))
    if wanted.theme:
        query = query.where(Proposal.theme_id == int(wanted.theme))
    return list(db.session.scalars(query.order_by(*ORDERS[wanted.order])))


def public_proposal(round_id: int, public_id: str) -> Proposal | None:
    """Return a proposal if everybody may read it."""
    return db.session.scalar(_public(round_id).where(Proposal.public_id == public_id))


def _public(round_id: int) -> Select[Proposal]:
    return select(Proposal).where(Proposal.round_id == round_id, Proposal.stage == "accepted")


def _has(word: str) -> ColumnElement[bool]:
    columns = (Proposal.title, Proposal.summary, Proposal.beneficiaries, Proposal.near)
    return or_(*(func.lower(column).contains(word, autoescape=True) for column in columns))
