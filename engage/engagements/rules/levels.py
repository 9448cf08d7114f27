"""Decisions and the level of engagement (R80): as offered, and as people say it was reached."""

from collections.abc import Iterable

from engage.engagements.rules.planning import LEVELS
from engage.web.rules import N_

DECISIONS: dict[str, str] = {
    "invest": N_("Spend more, or begin a service"),
    "withdraw": N_("Spend less, or end a service"),
    "change": N_("Change a service"),
    "plan": N_("Adopt a plan or a policy"),
}
#: How people who took part say how far they shaped it, with the level that it stands for.
FELT: dict[str, str] = {
    "inform": N_("We were told"),
    "consult": N_("We were asked"),
    "involve": N_("We worked on the choices"),
    "collaborate": N_("We decided together"),
    "empower": N_("We decided"),
}


def is_bare_withdrawal(kind: str, level: str) -> bool:
    """Say whether something is taken away from people who were only told of it."""
    return kind == "withdraw" and level == "inform"


def level_reached(felt: dict[str, int], least: int) -> str | None:
    """Return the level that half or more of those who took part reached at least; the median.

    None where fewer than ``least`` answered. Of an even number the lower of the middle two.

    >>> level_reached({"inform": 3, "involve": 3}, 5)
    'inform'
    """
    count = sum(felt.values())
    if count < max(1, least):
        return None
    passed = 0
    for level in LEVELS:
        passed += felt.get(level, 0)
        if passed * 2 >= count:
            return level
    return None


def shares(
    decisions: Iterable[tuple[str, str]], kinds: Iterable[str] = DECISIONS
) -> dict[str, dict[str, int]]:
    """Return for each kind of decision how many were taken at each level that was offered."""
    table = {kind: dict.fromkeys(LEVELS, 0) for kind in kinds}
    for kind, level in decisions:
        table[kind][level] += 1
    return table
