"""The only place that asks the time; everything else is handed an instant as ``at=``."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")


def now() -> datetime:
    """Return the present instant, in UTC and aware of it."""
    return datetime.now(UTC)


def today() -> date:
    """Return the present day as people in Scotland count it."""
    return now().astimezone(UK).date()
