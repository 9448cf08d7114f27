"""Participation requests and their yearly report as rows of a file."""

from collections.abc import Iterable, Iterator
from typing import Any

from engage.requests.models import ParticipationRequest, YearReport

PUBLIC_HEADER = ("request", "group", "authority", "received_on", "stage", "decided_on", "agreed")
OFFICER_HEADER = (
    "request", "group", "authority", "received_on", "validated_on", "decision_due_on", "stage",
    "decided_on", "agreed", "source",
)  # fmt: skip
YEAR_HEADER = (
    "authority", "year_from", "edition", "received", "agreed", "refused",
    "changed_a_service", "promoted", "supported", "published_at_utc", "reason_for_edition",
)  # fmt: skip


def _decided(one: ParticipationRequest) -> tuple[Any, str]:
    if one.decision is None:
        return None, ""
    return one.decision.decided_on, "yes" if one.decision.agreed else "no"


def public_rows(found: Iterable[ParticipationRequest]) -> Iterator[tuple[Any, ...]]:
    """Yield what everybody may know of a request."""
    for one in found:
        yield (
            one.title, one.body.name, one.authority.name, one.received_on, one.stage,
            *_decided(one),
        )  # fmt: skip


def officer_rows(found: Iterable[ParticipationRequest]) -> Iterator[tuple[Any, ...]]:
    """Yield the officers' register, a row for each request."""
    for one in found:
        yield (
            one.title, one.body.name, one.authority.name, one.received_on, one.validated_on,
            one.due_on, one.stage, *_decided(one), one.source,
        )  # fmt: skip


def year_rows(editions: Iterable[YearReport]) -> Iterator[tuple[Any, ...]]:
    """Yield the editions of a yearly report."""
    for one in editions:
        yield (
            one.partner.name, one.year_start, one.edition, one.received, one.agreed, one.refused,
            one.changed, one.promoted, one.supported, one.published_at, one.reason,
        )  # fmt: skip
