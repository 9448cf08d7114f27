"""Plans for other tests to stand on."""

from datetime import UTC, datetime
from typing import Any

from engage.plans.models import Draft, Paragraph, Plan, Priority, Section

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def make_plan(
    session: Any,
    *,
    title: str = "Mastrick plan",
    slug: str = "mastrick-plan",
    locality_id: int | None = None,
    at: datetime = NOW,
    published: bool = True,
) -> Plan:
    """A plan with draft 1 (sections 1 and 2, each of three paragraphs) and two priorities."""
    plan = Plan(
        slug=slug,
        title=title,
        kind="locality" if locality_id else "loip",
        locality_id=locality_id,
        created_at=at,
    )
    plan.drafts = [
        Draft(
            number=1,
            published_at=at if published else None,
            sections=[
                _section(1, "Getting about", ["Mend paths.", "Light paths.", "Run a night bus."]),
                _section(2, "Young people", ["Keep the hub open.", "Pay fares.", "Ask them."]),
            ],
        )
    ]
    plan.priorities = [
        Priority(
            number=1,
            title="Safer paths",
            text="Mend the paths that most people use.",
            added_value="The council and the health board pay together.",
        ),
        Priority(
            number=2,
            title="Places for young people",
            text="Keep one youth hub open in the evening.",
            added_value="Police and youth work share a building.",
        ),
    ]
    session.add(plan)
    session.commit()
    return plan


def _section(position: int, heading: str, texts: list[str]) -> Section:
    return Section(
        position=position,
        heading=heading,
        paragraphs=[Paragraph(position=n, text=text) for n, text in enumerate(texts, start=1)],
    )
