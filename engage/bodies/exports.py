"""The register as open data: never a person's name, never an e-mail address."""

from collections.abc import Sequence
from typing import Any

from engage.bodies.queries.areas import AreaShown
from engage.bodies.queries.communities import Heard
from engage.bodies.queries.register import area_names, wishes_of
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


def register_rows(bodies: Sequence[Any], site: str) -> list[dict[str, Any]]:
    """Return the public facts of each body (``body_facts``) by the names in ``HEADER``.

    ``site`` is our address. ``areas`` empty is the whole council area; ``how_involved`` None:
    never asked.
    """
    areas, wishes = area_names(), wishes_of()
    return [
        {
            "name": body.name,
            "kind": KINDS[body.kind],
            "place_or_interest": BASES[body.basis],
            "constituted": body.is_constituted,
            "purpose": body.purpose,
            "areas": areas.get(body.id, []),
            "interests": body.interests,
            "how_involved": WISHES.get(wishes.get(body.id, "")),
            "registered_on": day_of(body.decided_at).isoformat() if body.decided_at else None,
            "page": f"{site}/groups/{body.slug}/",
        }
        for body in bodies
    ]


def flat(row: dict[str, Any]) -> list[Any]:
    """Return a row of ``register_rows`` as the cells of a CSV file."""
    cells = {**row, "areas": "; ".join(row["areas"]), "constituted": _yes(row["constituted"])}
    return [cells[name] for name in HEADER]


def officer_rows(bodies: Sequence[Any]) -> list[list[Any]]:
    """Return what officers keep of each body, as cells in the order of ``OFFICER_HEADER``."""
    areas, wishes = area_names(), wishes_of()
    return [
        [
            body.name,
            STAGES[body.stage],
            KINDS[body.kind],
            BASES[body.basis],
            _yes(body.is_constituted),
            "; ".join(areas.get(body.id, [])),
            body.interests,
            WISHES.get(wishes.get(body.id, ""), "Not asked"),
            _yes(body.represents_disadvantage),
            body.evidence,
            body.regard_decided_on,
            day_of(body.proposed_at),
            day_of(body.decided_at) if body.decided_at else None,
            body.reviewed_on,
        ]
        for body in bodies
    ]


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


def area_rows(areas: Sequence[AreaShown]) -> list[list[Any]]:
    """Return each community council area as cells in the order of ``AREA_HEADER``."""
    return [
        [
            shown.area.name,
            shown.locality,
            AREA_STATES[shown.state],
            shown.body.name if shown.body is not None else "",
            shown.area.reason,
            shown.area.answered_on,
        ]
        for shown in areas
    ]


NETWORK_HEADER = ("interface", "group", "what", "since", "until")
