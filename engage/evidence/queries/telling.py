"""Reads of how a year was told, and of what readers think (R20)."""

from dataclasses import dataclass

from sqlalchemy import case, func, select

from engage.evidence.models import Publication, ReaderReply
from engage.extensions import db
from engage.web.years import ReportingYear


@dataclass(frozen=True)
class Replies:
    """How many readers replied, how many understood and found it useful, and what they want."""

    replies: int
    understood: int
    useful: int
    wanted: dict[str, int]


def publications_of(year: ReportingYear) -> list[Publication]:
    """Return how a year was told, the latest first."""
    query = (
        select(Publication)
        .where(Publication.year_start == year.first)
        .order_by(Publication.published_on.desc(), Publication.id.desc())
    )
    return list(db.session.scalars(query))


def replies_of(year: ReportingYear) -> Replies:
    """Return what readers think of how a year was told."""
    reply = ReaderReply
    here = reply.year_start == year.first
    counts = db.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((reply.understood, 1), else_=0)), 0),
            func.coalesce(func.sum(case((reply.useful, 1), else_=0)), 0),
        ).where(here)
    ).one()
    wanted = db.session.execute(
        select(reply.wanted, func.count()).where(here).group_by(reply.wanted)
    )
    return Replies(
        int(counts[0]), int(counts[1]), int(counts[2]), {row[0]: row[1] for row in wanted}
    )
