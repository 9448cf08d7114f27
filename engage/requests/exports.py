"""Participation requests and their yearly report as rows of a file."""

from collections.abc import Iterable, Iterator
from typing import Any

from engage.requests.models import YearReport

PUBLIC_HEADER = ("request", "group", "authority", "received_on", "stage", "decided_on", "agreed")
OFFICER_HEADER = (
    "request", "group", "authority", "received_on", "validated_on", "decision_due_on", "stage",
    "decided_on", "agreed", "source",
)  # fmt: skip
YEAR_HEADER = (
    "authority", "year_from", "edition", "received", "agreed", "refused",
    "changed_a_service", "promoted", "supported", "published_at_utc", "reason_for_edition",
)  # fmt: skip


def public_rows(found: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield what everybody may know of each request (queries.request_rows)."""
    for one in found:
        yield (
            one.title, one.group, one.authority, one.received_on, one.stage,
            one.decided_on, _yes(one.agreed),
        )  # fmt: skip


def officer_rows(found: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the officers' register, a row for each request (queries.request_rows)."""
    for one in found:
        yield (*one[:8], _yes(one.agreed), one.source)


def _yes(agreed: bool | None) -> str:
    return {True: "yes", False: "no", None: ""}[agreed]


def year_rows(editions: Iterable[YearReport]) -> Iterator[tuple[Any, ...]]:
    """Yield the editions of a yearly report."""
    for one in editions:
        yield (
            one.partner.name, one.year_start, one.edition, one.received, one.agreed, one.refused,
            one.changed, one.promoted, one.supported, one.published_at, one.reason,
        )  # fmt: skip
