"""What waits on the desk of events, of Place Standard and of communities' own plans."""

from dataclasses import dataclass
from datetime import datetime

from engage.engagements.queries.events import events_waiting
from engage.engagements.queries.place_standard import comments_unread
from engage.plans.queries.community import PlanFilter, count_community_plans


@dataclass(frozen=True)
class HeardWork:
    """Events that nobody counted, comments that nobody read, plans that nobody checked."""

    uncounted: int
    unread: int
    plans: int


def heard_work(at: datetime) -> HeardWork:
    """Return how much of each waits."""
    return HeardWork(
        uncounted=events_waiting(at),
        unread=comments_unread(),
        plans=count_community_plans(PlanFilter(stage="waiting")),
    )
