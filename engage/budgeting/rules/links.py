"""How long a link to vote works: until the end of the next day in the UK, never past the close."""

from datetime import date, datetime, timedelta

from engage.web.rules import day_of


def last_day(asked_at: datetime) -> date:
    """Return the last day of a link that was asked for at ``asked_at``."""
    return day_of(asked_at) + timedelta(days=1)


def outlives_voting(asked_at: datetime, closes_at: datetime) -> bool:
    """Say whether voting closes before a link would end by itself, so that the close ends it."""
    return day_of(closes_at) <= last_day(asked_at)
