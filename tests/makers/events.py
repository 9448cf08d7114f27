"""Events of an engagement, for tests, planned by the actions themselves."""

from datetime import timedelta
from typing import Any

from engage.engagements.actions.events import plan_event
from engage.engagements.models import Engagement, EngagementEvent
from engage.engagements.rules.events import EventFacts
from tests.conftest import NOW


def make_event(
    session: Any, engagement: Engagement, title: str = "Tea and maps", **facts: Any
) -> EngagementEvent:
    """Plan a drop-in of two hours that ended an hour ago, unless ``facts`` say otherwise."""
    facts = {
        "method": "drop_in",
        "starts_at": NOW - timedelta(hours=3),
        "ends_at": NOW - timedelta(hours=1),
        "place": "Kirkton hall",
        **facts,
    }
    event = plan_event(engagement.id, EventFacts(title=title, **facts), at=NOW, by=None)
    session.commit()
    return event
