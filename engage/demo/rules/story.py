"""What every chapter of the demo's story is handed: the seed, the map, the day, who acts."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from engage.demo.rules.area import Area
from engage.web.rules import UK, uk_instant


@dataclass
class Story:
    """The demo while it is told. ``now`` is the instant at which it began.

    The ids of accounts, localities and groups stand here by name as soon as they are made.
    """

    seed: int
    area: Area
    now: datetime
    accounts: dict[str, int] = field(default_factory=dict)
    localities: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    #: References that somebody was given, by what they sent; only hashes are in the database.
    references: dict[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day on which it began, as people in Scotland count it."""
        return self.now.astimezone(UK).date()

    @property
    def officer(self) -> int:
        """Carys, who does what officers do."""
        return self.accounts["Carys"]

    def draw(self, part: str) -> Random:
        """Return the chance for one part of the story, the same for the same seed."""
        return Random(f"{part} {self.seed}")  # noqa: S311 - an invented story needs no secrecy

    def at(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """Return the instant ``days`` from today (before it where negative), at a UK time."""
        return on_day(self.today + timedelta(days=days), hour, minute)


def on_day(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """Return the instant of a UK time on ``day``."""
    return uk_instant(day, time(hour, minute))
