"""The gates of an engagement: what must be done before it opens, and before its file is closed.

This room owns the gates; ``app.py`` registers the checks of the rooms above in them, since those
may import this room and not the other way round.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app

from engage.engagements.models import Engagement
from engage.engagements.queries.calendar import around
from engage.engagements.queries.file import planned
from engage.engagements.rules import opening
from engage.engagements.rules.opening import Hurdle

OPENING, CLOSING = "opening", "closing"


@dataclass(frozen=True)
class Check:
    """One named question before a gate. ``find`` returns what is in the way; [] for nothing."""

    name: str
    gate: str
    find: Callable[[Engagement, datetime], list[Hurdle]]


def register(app: Flask, checks: Iterable[Check]) -> None:
    """Put checks into the gates of an application; a name stands there once."""
    gates = app.extensions.setdefault("engagement_gates", {})
    for check in checks:
        gates[check.name] = check


def hurdles(gate: str, engagement: Engagement, at: datetime) -> list[Hurdle]:
    """Return what stands before a gate: what blocks first, then advice."""
    found: list[Hurdle] = []
    for check in current_app.extensions["engagement_gates"].values():
        if check.gate == gate:
            found += check.find(engagement, at)
    return sorted(found, key=lambda hurdle: not hurdle.blocks)


def _plan_before_opening(engagement: Engagement, at: datetime) -> list[Hurdle]:
    return opening.before_opening(planned(engagement), at)


def _calendar_before_opening(engagement: Engagement, at: datetime) -> list[Hurdle]:
    return opening.from_calendar(bool(engagement.changed_since), *around(engagement))


def _review_before_closing(engagement: Engagement, at: datetime) -> list[Hurdle]:
    return opening.before_closing(planned(engagement), at)


CHECKS = (
    Check("engagement planned", OPENING, _plan_before_opening),
    Check("calendar looked at", OPENING, _calendar_before_opening),
    Check("engagement reviewed", CLOSING, _review_before_closing),
)
