"""Figures that cost much to count: each process counts them once a minute at the most.

The page that shows them says when they were counted. What is published for good, and what anybody
acts on, is always counted anew.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar, cast

from flask import current_app

from engage import clock

Figures = TypeVar("Figures")


@dataclass(frozen=True)
class Counted(Generic[Figures]):
    """Figures, and when they were counted."""

    figures: Figures
    at: datetime


def counted(count: Callable[[], Figures], *what: Hashable) -> Counted[Figures]:
    """Return what ``count`` gave less than FIGURES_KEPT_SECONDS ago for the same ``what``.

    ``what`` names the figures and all that they must follow at once; whatever else they rest on
    shows a little later. Else they are counted now.
    """
    kept: dict[tuple[Hashable, ...], Counted[object]]
    kept = current_app.extensions.setdefault("figures", {})
    now = clock.now()
    since = now - timedelta(seconds=current_app.config["FIGURES_KEPT_SECONDS"])
    found = kept.get(what)
    if found is None or not since < found.at <= now:  # a clock may be put back
        for old in [key for key, one in list(kept.items()) if not since < one.at <= now]:
            kept.pop(old, None)
        found = kept[what] = Counted(count(), now)
    return cast(Counted[Figures], found)
