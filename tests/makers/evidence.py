"""A reporting year of participation for tests, on the places of ``make_places``."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from engage.engagements.actions.planning import Voters, record_ballots, record_participation
from engage.engagements.models import Engagement
from tests.conftest import NOW
from tests.makers.places import Places

TODAY = NOW.date()


def make_voters(
    session: Any,
    engagement: Engagement,
    places: Places,
    by_fifth: Mapping[int, int],
    *,
    elsewhere: Mapping[str, int] | None = None,
    on_day: date = TODAY,
) -> None:
    """Record voters by the fifth they live in (two zones each; the first is taken), and others.

    ``elsewhere`` is by place: “outside”, “unmatched”, “not_given”.
    """
    counts: dict[Voters, int] = {
        ("matched", places.zones[2 * (fifth - 1)], "online", None): people
        for fifth, people in by_fifth.items()
        if people
    }
    counts |= {(place, None, "online", None): people for place, people in (elsewhere or {}).items()}
    record_ballots(engagement.id, counts, on_day=on_day)
    session.commit()


def make_respondents(
    session: Any,
    engagement: Engagement,
    places: Places,
    by_fifth: Mapping[int, int],
    *,
    body_id: int | None = None,
    on_day: date = TODAY,
) -> None:
    """Record answers to a consultation by the fifth that each came from."""
    for fifth, people in by_fifth.items():
        for _ in range(people):
            record_participation(
                engagement.id,
                "response",
                place="matched",
                zone_code=places.zones[2 * (fifth - 1)],
                channel="online",
                on_day=on_day,
                body_id=body_id,
            )
    session.commit()
