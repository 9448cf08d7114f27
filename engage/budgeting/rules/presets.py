"""Ready-made rounds: what a hall night, a small-grants round and a ward vote usually declare.

A preset fills the form; whoever sets up the round gives its name, place, fund, dates and who may
vote, and may change anything else. Dates are whole weeks ahead, at times that people keep.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from engage.budgeting.rules.rounds import RoundRules
from engage.web.rules import N_, UK, uk_instant

#: The names of the dates that a round declares, in their order.
DATES = ("proposals_open_at", "proposals_close_at", "voting_opens_at", "voting_closes_at")
#: The dates that a round may leave out.
OPEN_DATES = ("discussion_opens_at", "discussion_closes_at")
#: How far a copy of an earlier round is moved at a time: whole weeks, so that weekdays stay.
A_YEAR_OF_WEEKS = timedelta(weeks=52)


@dataclass(frozen=True)
class Moment:
    """An instant so many weeks after the next Monday, on a weekday (0 is Monday), UK time."""

    weeks: int
    weekday: int
    at: time


@dataclass(frozen=True)
class Preset:
    """What a kind of round usually declares. ``rules`` and ``about`` are answers of the form."""

    key: str
    name: str
    words: str
    about: Mapping[str, str]
    rules: Mapping[str, Any]
    dates: Mapping[str, Moment] = field(default_factory=dict)


_OPENS, _NIGHT = time(9), time(23, 59)
_ABOUT = {
    "level": "empower",
    "purpose": N_("People in the area decide together which projects this money pays for."),
    "open_to_change": N_("Which projects get the money."),
    "fixed": N_("How much money there is, and what the rules say an award may be."),
    "support_offered": N_("Help to write a proposal, and to vote. Ask us."),
}
_DATES = {
    "proposals_open_at": Moment(0, 0, _OPENS),
    "proposals_close_at": Moment(4, 6, _NIGHT),
    "voting_opens_at": Moment(8, 0, _OPENS),
    "voting_closes_at": Moment(10, 6, _NIGHT),
}

PRESETS: dict[str, Preset] = {
    preset.key: preset
    for preset in (
        Preset(
            "small-grants",
            N_("Small grants"),
            N_(
                "Local groups and residents ask for small sums, and everybody in the area votes "
                "online for up to three projects."
            ),
            _ABOUT,
            {
                "min_award_pence": 10_000,
                "max_award_pence": 100_000,
                "min_choices": 1,
                "max_choices": 3,
                "min_age": 8,
                "who_may_vote": N_("Everybody who lives, works, studies or volunteers in the area"),
                "connection": "live,work,study,volunteer",
            },
            _DATES,
        ),
        Preset(
            "ward-vote",
            N_("Ward vote"),
            N_(
                "Residents of one area decide on a larger sum of the council's own budget. "
                "Officers check each proposal and its cost before the vote."
            ),
            {**_ABOUT, "support_offered": N_("Help to vote online, by phone or at the library.")},
            {
                "min_award_pence": 500_000,
                "max_award_pence": 15_000_000,
                "min_choices": 1,
                "max_choices": 5,
                "min_age": 11,
                "who_may_vote": N_("Everybody who lives in the area"),
                "money_source": "mainstream",
            },
            {
                "proposals_open_at": Moment(0, 0, _OPENS),
                "proposals_close_at": Moment(5, 6, _NIGHT),
                "voting_opens_at": Moment(12, 0, _OPENS),
                "voting_closes_at": Moment(15, 6, _NIGHT),
            },
        ),
        Preset(
            "hall-night",
            N_("Hall night"),
            N_(
                "One evening in a hall: each project has two minutes to speak, then people vote "
                "on paper. The winners are known the same evening."
            ),
            {
                **_ABOUT,
                "support_offered": N_("A hall without steps, a hearing loop, and help to vote."),
            },
            {
                "min_award_pence": 20_000,
                "max_award_pence": 500_000,
                "min_choices": 1,
                "max_choices": 10,
                "min_age": 14,
                "who_may_vote": N_("Everybody who lives in the area and comes to the hall"),
                "allow_change": False,
                "must_hear_pitches": True,
                "takes_paper": True,
                "ways": "",
            },
            {
                "proposals_open_at": Moment(0, 0, _OPENS),
                "proposals_close_at": Moment(4, 6, _NIGHT),
                "voting_opens_at": Moment(8, 5, time(18)),
                "voting_closes_at": Moment(8, 5, time(20, 30)),
            },
        ),
    )
}


def dates_of(preset: Preset, at: datetime) -> dict[str, datetime]:
    """Return the dates that a preset proposes, seen from ``at``; all of them in the future."""
    today = at.astimezone(UK).date()
    monday = today + timedelta(days=7 - today.weekday())
    return {
        name: uk_instant(monday + timedelta(weeks=m.weeks, days=m.weekday), m.at)
        for name, m in preset.dates.items()
    }


def dates_again(rules: RoundRules, at: datetime) -> dict[str, datetime]:
    """Return the dates of an earlier round, moved on by years of 52 weeks until none is past.

    Weekdays and times of day in the UK stay as they were.
    """
    kept = {name: getattr(rules, name) for name in (*DATES, *OPEN_DATES)}
    earlier = {name: instant.astimezone(UK) for name, instant in kept.items() if instant}
    years, moved = 0, dict(earlier)
    while min(moved.values()) <= at:
        years += 1
        moved = {
            name: uk_instant((instant + A_YEAR_OF_WEEKS * years).date(), instant.time())
            for name, instant in earlier.items()
        }
    return moved
