"""A whole council area at once: thousands of bodies, hundreds of engagements."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from engage.accounts.models import Account
from engage.bodies.models import (
    BodyLocality,
    BodyReview,
    Community,
    CommunityAction,
    CommunityBody,
    CommunityVoice,
    CouncilArea,
    ParticipationWish,
    Representative,
    SupportLink,
)
from engage.bodies.rules.register import name_key
from engage.engagements.models import Engagement, Invitation, ParticipationFact
from engage.engagements.rules.planning import LEVELS, is_below
from tests.conftest import NOW
from tests.makers.crowded_rooms import TOKEN, fill_rooms
from tests.makers.places import Places

#: What a large partnership may come to in some years.
BODIES, ENGAGEMENTS = 5000, 500
#: How many bodies one engagement asks.
ASKED = 20

#: The rooms whose pages list bodies and engagements.
ROOMS = (
    "engage.bodies",
    "engage.engagements",
    "engage.partners",
    "engage.requests",
    "engage.plans",
    "engage.evidence",
    "engage.messages",
    "engage.home",
)
#: What stands for a name in an address, by the address's beginning.
NAMES = {
    "/desk/groups/communities/": "community-1",
    "/desk/groups/network/": "interface-1",
    "/desk/groups/": "group-1",
    "/groups/": "group-1",
    "/group/": "group-1",
    "/desk/engagements/": "engagement-1",
    "/engagements/": "engagement-1",
    "/desk/events/": "event-1",
    "/events/": "event-1",
    "/desk/place-standard/": "exercise-1",
    "/place-standard/<slug>/results": "exercise-2",
    "/place-standard/<slug>/comments": "exercise-2",
    "/place-standard/": "exercise-1",
    "/desk/community-plans/": "made-1",
    "/community-plans/": "made-1",
    "/desk/plans/": "plan-1",
    "/plans/": "plan-1",
    "/participation-requests/": "request-1",
}
#: The same by the name of the parameter, where it says what is meant.
VALUES = {
    "label": "2025-26",
    "plan": "made-1",
    "into": "group-2",
    "number": "request-1",
    "key": "crowded-method",
    "name": "2022",
    "token": TOKEN,
    "code": "as-it-was",
}
KINDS = ("community_council", "residents", "youth", "informal")
WISHES = ("none", *LEVELS)


def fill_area(
    session: Any,
    places: Places,
    secretary: Account,
    *,
    bodies: int = BODIES,
    engagements: int = ENGAGEMENTS,
) -> tuple[str, str]:
    """Write the bodies, what they wish, the engagements and whom they asked; commit.

    Every body is told apart by its number. ``secretary`` speaks for the first. Returns the address
    (slug) of the first body and of the first engagement.
    """
    wishes = [WISHES[n % len(WISHES)] for n in range(bodies)]
    numbers = range(1, bodies + 1)
    session.execute(sa.insert(CommunityBody), [_body(n) for n in numbers])
    localities = (places.glen_id, places.harbour_id)
    session.execute(
        sa.insert(BodyLocality),
        [{"body_id": n, "locality_id": localities[n % 2]} for n in numbers if n % 5],
    )
    session.execute(
        sa.insert(ParticipationWish),
        [
            {"body_id": n, "level": wish, "recorded_at": NOW, "source": "the group"}
            for n, wish in zip(numbers, wishes, strict=True)
            if n % 3
        ],
    )
    session.add(Representative(body_id=1, account_id=secretary.id, part="secretary"))
    session.execute(
        sa.insert(Engagement), [_engagement(n, localities) for n in range(1, engagements + 1)]
    )
    invitations = [
        _invitation(n, 1 + (n * ASKED + place) % bodies, wishes)
        for n in range(1, engagements + 1)
        for place in range(ASKED)
    ]
    session.execute(sa.insert(Invitation), invitations)
    session.execute(
        sa.insert(ParticipationFact),
        [
            {
                "engagement_id": n, "act": "response", "place": "not_given", "channel": "online",
                "people": 1, "on_day": date(2026, 10, 1), "body_id": 1 + n % bodies,
            }
            for n in range(1, engagements + 1)
        ],
    )  # fmt: skip
    _keep_register(session, localities)
    fill_rooms(session, localities, secretary.id)
    session.commit()
    return "group-1", "engagement-1"


def _body(n: int) -> dict[str, Any]:
    speaks = n % 50 == 0
    return {
        "id": n,
        "name": f"Group {n}",
        "slug": f"group-{n}",
        "name_key": name_key(f"Group {n}"),
        "kind": KINDS[n % len(KINDS)],
        "basis": "place" if n % 2 else "interest",
        "is_constituted": bool(n % 3),
        "purpose": "To speak for everybody who lives here.",
        "represents_disadvantage": speaks,
        "evidence": "They told us." if speaks else "",
        "regard_decided_on": date(2026, 10, 1) if speaks else None,
        "stage": "proposed" if n % 100 == 7 else "registered",
        "proposed_at": NOW,
        "reviewed_on": date(2025, 6, 1) if n % 4 == 0 else date(2026, 11, 1),
    }


def _keep_register(session: Any, localities: tuple[int, int]) -> None:
    """Write what keeps the register: communities, council areas, reviews, support."""
    session.execute(
        sa.insert(CommunityBody),
        [{**_body(1), "id": 99_999, "name": "Interface 1", "slug": "interface-1",
          "name_key": "interface 1", "kind": "interface", "stage": "registered"}],
    )  # fmt: skip
    session.execute(
        sa.insert(Community),
        [
            {
                "id": n, "name": f"Community {n}", "name_key": f"community {n}",
                "slug": f"community-{n}", "kind": "interest", "definition": "People.",
                "disadvantaged": True, "evidence": "A survey.", "decided_on": NOW.date(),
            }
            for n in range(1, 101)
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(CommunityVoice),
        [
            {"community_id": n, "body_id": n * 2, "evidence": "So.", "decided_on": NOW.date()}
            for n in range(1, 61)
        ],
    )
    session.execute(
        sa.insert(CommunityAction),
        [
            {"community_id": n, "what": "Visit.", "who": "Carys", "due_on": NOW.date(),
             "planned_at": NOW}
            for n in range(50, 90)
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(CouncilArea),
        [
            {"name": f"Area {n}", "name_key": f"area {n}", "locality_id": localities[n % 2],
             "answer": "body" if n % 3 else None, "body_id": n if n % 3 else None,
             "answered_on": NOW.date() if n % 3 else None}
            for n in range(1, 301)
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(BodyReview),
        [
            {"body_id": n, "year": 2026, "asked_at": NOW - timedelta(days=60), "told": 1,
             "token_hash": str(n)}
            for n in range(1, 1001)
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(SupportLink),
        [
            {"interface_id": 99_999, "body_id": n, "what": "Funding", "since_on": NOW.date()}
            for n in range(1, 201)
        ],
    )


def _engagement(n: int, localities: tuple[int, int]) -> dict[str, Any]:
    opens = NOW - timedelta(days=3 * n - 30)
    return {
        "id": n,
        "slug": f"engagement-{n}",
        "kind": "event",
        "title": f"Engagement {n}",
        "purpose": "To agree what comes first.",
        "level": "involve",
        "open_to_change": "The order of priorities.",
        "fixed": "The budget.",
        "locality_id": localities[n % 2],
        "reuse_notice": "plans",
        "view_code": "as-it-was" if n == 1 else f"code-{n}",
        "opened_at": opens,
        "opens_at": opens,
        "closes_at": opens + timedelta(days=30),
    }


def _invitation(engagement: int, body: int, wishes: list[str]) -> dict[str, Any]:
    wish = wishes[body - 1] if body % 3 else ""
    return {
        "engagement_id": engagement,
        "body_id": body,
        "level": "involve",
        "wish": wish,
        "reason": "The law fixes the rest." if is_below("involve", wish) else "",
        "invited_at": NOW - timedelta(days=3 * engagement),
    }


def crowded_paths(app: Flask, account_id: int) -> Iterator[str]:
    """Return the address of every page of these rooms, each with something for its parameters."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if "GET" not in (rule.methods or ()) or not view.__module__.startswith(ROOMS):
            continue
        values = {name: _some(rule, name, account_id) for name in rule.arguments}
        yield adapter.build(rule.endpoint, values)


def _some(rule: Rule, name: str, account_id: int) -> Any:
    """Return something that stands in this place of an address; a KeyError where nothing does."""
    if name == "account_id":
        return account_id
    match rule._converters[name]:
        case AnyConverter() as converter:
            return min(converter.items)
        case IntegerConverter():
            return 1
    if name in VALUES:
        return VALUES[name]
    return next(found for start, found in NAMES.items() if rule.rule.startswith(start))
