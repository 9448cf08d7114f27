"""Levels of participation, and when an engagement is open."""

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


def is_open(opens_at: datetime, closes_at: datetime, at: datetime) -> bool:
    """Say whether ``at`` stands within the half-open span from opening to closing."""
    return opens_at <= at < closes_at
