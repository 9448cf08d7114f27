"""Communities for tests."""

from datetime import date
from typing import Any

from engage.bodies.models import Community
from engage.bodies.rules.register import name_key
from engage.web.rules import slug_for


def make_community(session: Any, name: str = "Young carers", **facts: Any) -> Community:
    """Make a community whose outcomes are poorer, and commit it."""
    facts = {
        "kind": "interest",
        "definition": "People under 18 who look after somebody at home.",
        "disadvantaged": True,
        "evidence": "The schools' survey of 2025.",
        "decided_on": date(2026, 1, 5),
        **facts,
    }
    made = Community(name=name, name_key=name_key(name), slug=slug_for(name, ()), **facts)
    session.add(made)
    session.commit()
    return made
