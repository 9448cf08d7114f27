"""What waits on the desk of events, of Place Standard and of communities' own plans."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from engage.engagements.models import EngagementEvent, PlaceStandardAnswer
from engage.extensions import db
from engage.plans.models import CommunityPlan


@dataclass(frozen=True)
class HeardWork:
    """Events that nobody counted, comments that nobody read, plans that nobody checked."""

    uncounted: int
    unread: int
    plans: int


def heard_work(at: datetime) -> HeardWork:
    """Return how much of each waits, in one read."""
    counts = (
        select(func.count(EngagementEvent.id)).where(
            EngagementEvent.ends_at <= at,
            EngagementEvent.cancelled_at.is_(None),
            EngagementEvent.attended.is_(None),
        ),
        select(func.count()).where(PlaceStandardAnswer.reading == "waiting"),
        select(func.count(CommunityPlan.id)).where(CommunityPlan.stage == "waiting"),
    )
    row = db.session.execute(select(*(count.scalar_subquery() for count in counts))).one()
    return HeardWork(*row)
