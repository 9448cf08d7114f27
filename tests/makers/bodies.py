"""Groups for tests, as they stand after everything that happened to them."""

from datetime import date
from typing import Any

from sqlalchemy import select

from engage.accounts.models import Account
from engage.bodies.models import BodyLocality, CommunityBody, ParticipationWish, Representative
from engage.bodies.rules.register import name_key
from engage.web.rules import slug_for
from tests.conftest import NOW


def make_body(
    session: Any,
    name: str = "Ferryhill Community Council",
    *,
    represented_by: Account | None = None,
    part: str = "secretary",
    wish: str = "",
    stage: str = "registered",
    localities: tuple[int, ...] = (),
    **facts: Any,
) -> CommunityBody:
    """Make a group and commit it; ``wish`` '' is a group that was never asked."""
    facts = {
        "kind": "community_council",
        "basis": "place",
        "is_constituted": True,
        "purpose": "To speak for everybody who lives here.",
        "proposed_at": NOW,
        "reviewed_on": date(2026, 11, 1),
        **facts,
    }
    if stage == "declined":
        facts.setdefault("reason", "It works in another council area.")
    body = CommunityBody(
        name=name,
        slug=slug_for(name, set(session.scalars(select(CommunityBody.slug)))),
        name_key=name_key(name),
        stage=stage,
        **facts,
    )
    body.localities = [BodyLocality(locality_id=number) for number in localities]
    if represented_by is not None:
        body.representatives = [Representative(account_id=represented_by.id, part=part)]
    if wish:
        body.wishes = [ParticipationWish(level=wish, recorded_at=NOW, source="the group")]
    session.add(body)
    session.commit()
    return body
