"""The register as open data: never a person's name, never an e-mail address."""

from collections.abc import Iterator, Sequence
from typing import Any

from engage.bodies.models import CommunityBody
from engage.bodies.queries.communities import Heard
from engage.bodies.queries.register import RegisterFilter, area_names, body_columns, wishes_of
from engage.bodies.rules.areas import STATES as AREA_STATES
from engage.bodies.rules.communities import KINDS as COMMUNITY_KINDS
from engage.bodies.rules.communities import STANDINGS
from engage.bodies.rules.register import BASES, KINDS, STAGES, WISHES
from engage.web.rules import day_of

HEADER = (
    "name",
    "kind",
    "place_or_interest",
    "constituted",
    "purpose",
    "areas",
    "interests",
    "how_involved",
    "registered_on",
    "page",
)
OFFICER_HEADER = (
    "name",
    "stage",
    "kind",
    "place_or_interest",
    "constituted",
    "areas",
    "interests",
    "how_involved",
    "speaks_for_disadvantage",
    "evidence",
    "regard_decided_on",
    "proposed_on",
    "decided_on",
    "reviewed_on",
)


def register_rows(site: str) -> list[dict[str, Any]]:
    """Return the public facts of each body on the register by the names in ``HEADER``, by name.

    ``site`` is our address. ``areas`` empty is the whole council area; ``how_involved`` None:
    never asked.
    """
    return [dict(zip(HEADER, row, strict=True)) for row in _public(site)]


def register_cells(site: str) -> list[list[Any]]:
    """Return the same as the cells of a CSV file."""
    return [
        [name, kind, basis, _yes(is_constituted), purpose, "; ".join(areas), *rest]
        for name, kind, basis, is_constituted, purpose, areas, *rest in _public(site)
    ]


def _public(site: str) -> Iterator[tuple[Any, ...]]:
    areas, wishes, one = area_names(), wishes_of(), CommunityBody
    for id_, name, kind, basis, is_constituted, purpose, interests, decided_at, slug in (
        body_columns(
            RegisterFilter(), one.id, one.name, one.kind, one.basis, one.is_constituted,
            one.purpose, one.interests, one.decided_at, one.slug,
        )
    ):  # fmt: skip
        yield (
            name,
            KINDS[kind],
            BASES[basis],
            is_constituted,
            purpose,
            areas.get(id_, []),
            interests,
            WISHES.get(wishes.get(id_, "")),
            day_of(decided_at).isoformat() if decided_at else None,
            f"{site}/groups/{slug}/",
        )


def officer_cells() -> list[list[Any]]:
    """Return what officers keep of each body at any stage, in the order of ``OFFICER_HEADER``."""
    areas, wishes, one = area_names(), wishes_of(), CommunityBody
    columns = (
        one.id, one.name, one.stage, one.kind, one.basis, one.is_constituted, one.interests,
        one.represents_disadvantage, one.evidence, one.regard_decided_on, one.proposed_at,
        one.decided_at, one.reviewed_on,
    )  # fmt: skip
    return [
        [
            name,
            STAGES[stage],
            KINDS[kind],
            BASES[basis],
            _yes(is_constituted),
            "; ".join(areas.get(id_, [])),
            interests,
            WISHES.get(wishes.get(id_, ""), "Not asked"),
            _yes(speaks),
            evidence,
            regard_on,
            day_of(proposed_at),
            day_of(decided_at) if decided_at else None,
            reviewed_on,
        ]
        for (
            id_, name, stage, kind, basis, is_constituted, interests, speaks, evidence, regard_on,
            proposed_at, decided_at, reviewed_on,
        ) in body_columns(RegisterFilter(stage=""), *columns)
    ]  # fmt: skip


def _yes(value: bool) -> str:
    return "yes" if value else "no"


COMMUNITY_HEADER = (
    "community",
    "kind",
    "who_belongs",
    "poorer_outcomes",
    "evidence",
    "decided_on",
    "spoken_for_by",
    "open_actions",
    "standing",
)


def community_rows(communities: Sequence[Heard]) -> list[list[Any]]:
    """Return each community as cells in the order of ``COMMUNITY_HEADER``."""
    return [
        [
            heard.community.name,
            COMMUNITY_KINDS[heard.community.kind],
            heard.community.definition,
            _yes(heard.community.disadvantaged),
            heard.community.evidence,
            heard.community.decided_on,
            "; ".join(body.name for body in heard.voices),
            "; ".join(f"{a.what} ({a.who}, {a.due_on})" for a in heard.actions),
            STANDINGS[heard.standing],
        ]
        for heard in communities
    ]


AREA_HEADER = ("area", "locality", "standing", "group", "reason", "answered_on")


def area_rows(areas: Sequence[Any]) -> list[list[Any]]:
    """Return each area of ``council_areas`` as cells in the order of ``AREA_HEADER``."""
    return [
        [name, locality, AREA_STATES[state], group, reason, answered_on]
        for _id, name, reason, answered_on, locality, group, _slug, state in areas
    ]


NETWORK_HEADER = ("interface", "group", "what", "since", "until")
