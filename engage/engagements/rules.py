"""Levels of participation, slugs, and when an engagement is open."""

import re
import unicodedata
from collections.abc import Collection
from datetime import datetime

#: Levels of participation from least to most (IAP2), with the words that residents read.
LEVELS: dict[str, str] = {
    "inform": "We tell you what is happening",
    "consult": "We ask what you think",
    "involve": "We work with you on the choices",
    "collaborate": "We decide together",
    "empower": "You decide",
}


def level_rank(level: str) -> int:
    """Return 0 for “none”, 1 for “inform” ... 5 for “empower”."""
    return (["none", *LEVELS]).index(level)


def slug_for(title: str, taken: Collection[str]) -> str:
    """Return plain words for an address, different from all in ``taken``.

    >>> slug_for("Mastrick: locality plan!", {"mastrick-locality-plan"})
    'mastrick-locality-plan-2'
    """
    ascii_only = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")[:80] or "page"
    number, unique = 1, slug
    while unique in taken:
        number += 1
        unique = f"{slug}-{number}"
    return unique


def is_open(opens_at: datetime, closes_at: datetime, at: datetime) -> bool:
    """Say whether ``at`` stands within the half-open span from opening to closing."""
    return opens_at <= at < closes_at
