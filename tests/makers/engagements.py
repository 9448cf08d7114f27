"""Engagements for tests."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from engage.engagements.models import Engagement
from engage.web.rules import slug_for
from tests.conftest import NOW


def make_engagement(
    session: Any, title: str = "Mastrick locality plan", kind: str = "consultation", **facts: Any
) -> Engagement:
    """Make an engagement, open from yesterday for thirty days unless ``facts`` say otherwise."""
    facts = {
        "slug": slug_for(title, set(session.scalars(select(Engagement.slug)))),
        "purpose": "To agree what comes first.",
        "level": "involve",
        "open_to_change": "The order of priorities.",
        "fixed": "The budget.",
        "opens_at": NOW - timedelta(days=1),
        "closes_at": NOW + timedelta(days=30),
        **facts,
    }
    engagement = Engagement(title=title, kind=kind, **facts)
    session.add(engagement)
    session.commit()
    return engagement
