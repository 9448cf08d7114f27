"""Communities whose outcomes are poorer: what one is, and whether anybody speaks for it (R02)."""

import re
from dataclasses import dataclass
from datetime import date

from engage.web.rules import N_

#: Of place or of interest (section 4(9)), in an officer's words.
KINDS: dict[str, str] = {
    "place": N_("People of a place"),
    "interest": N_("People who share something"),
}

#: Whether a community with poorer outcomes is heard (R02), from worst to best.
STANDINGS: dict[str, str] = {
    "nobody": N_("Nobody speaks for it"),
    "reaching": N_("An action is open"),
    "heard": N_("Spoken for"),
}

ZONE = re.compile(r"S01\d{6}\Z")


class CommunityRefused(Exception):
    """What was asked of a community can't be done; the message says why."""


class CommunityNameRefused(CommunityRefused):
    """A community of this name is kept already."""


class ZoneRefused(CommunityRefused):
    """A data zone that was typed is not one that is loaded."""


class ActionDayRefused(CommunityRefused):
    """An action is due on a day that is over."""


@dataclass(frozen=True)
class CommunityDetails:
    """What the partnership says of a community; places are for one of place only."""

    name: str
    kind: str
    definition: str
    locality_ids: tuple[int, ...] = ()
    zone_codes: tuple[str, ...] = ()
    disadvantaged: bool = False
    evidence: str = ""


def zone_codes(typed: str) -> tuple[str, ...]:
    """Return the codes of data zones in a text, each once and in order, whatever parts them.

    Raises ZoneRefused for a word that hasn't a code's shape.

    >>> zone_codes("S01006506, s01006507 S01006506")
    ('S01006506', 'S01006507')
    """
    codes = set()
    for word in re.split(r"[\s,;]+", typed.strip().upper()):
        if word and not ZONE.match(word):
            raise ZoneRefused(f"“{word[:20]}” is not a code of a data zone, like S01006506")
        codes.add(word)
    return tuple(sorted(codes - {""}))


def standing(voices: int, open_actions: int) -> str:
    """Return whether a community is heard: by a group on the register, or by an open action."""
    if voices:
        return "heard"
    return "reaching" if open_actions else "nobody"


def is_late(due_on: date, done_on: date | None, today: date) -> bool:
    """Say whether an action should have been done by now."""
    return done_on is None and due_on < today
