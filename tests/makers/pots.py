"""Rounds whose fund has two parts: £4,000 for Northport and £2,000 for young people's projects."""

from typing import Any

from engage.budgeting.models import Round
from engage.budgeting.rules.pots import PotRule
from tests.makers.budgeting import make_round

POTS = (
    PotRule(1, "Northport", 400_000, theme="Northport"),
    PotRule(2, "Young people", 200_000, theme="Young people"),
)
#: Shelter and club are Northport's; ramp, studio and trip are young people's.
PROJECTS = (
    ("Bike shelter", 300_000),
    ("Lunch club", 150_000),
    ("Skate ramp", 150_000),
    ("Studio", 100_000),
    ("Boat trip", 60_000),
)
POT_OF = {
    "Bike shelter": 1,
    "Lunch club": 1,
    "Skate ramp": 2,
    "Studio": 2,
    "Boat trip": 2,
}
TYPES: dict[str, dict[str, Any]] = {
    "approval": {"max_choices": 2},
    "spend": {"ballot_type": "spend", "max_choices": 1000},
    "points": {"ballot_type": "points", "points": 5, "most_points": 3, "max_choices": 3},
    "ranking": {"ballot_type": "ranking", "max_choices": 3},
    "boost": {"ballot_type": "boost", "max_choices": 3, "boost_worth": 2},
}


def make_parted(session: Any, stage: str = "voting", each: str = "all", **columns: Any) -> Round:
    """Make a round whose fund has two parts, at ``stage``; ``each`` is pots_each_voter."""
    values: dict[str, Any] = {"pots": POTS, "pots_each_voter": each, **columns}
    return make_round(session, stage, projects=PROJECTS, pot_of=POT_OF, **values)
