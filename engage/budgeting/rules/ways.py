"""The ways by which people are let into a vote, and what links somebody with its area.

A round declares both with its other rules. They are kept as text, the chosen words in a fixed
order with commas between them: “email,codes”. A round on paper alone has no way: “”.
"""

from collections.abc import Collection
from enum import StrEnum


class Way(StrEnum):
    """How somebody shows that they may vote. Whatever the way, one person has one ballot."""

    EMAIL = "email"
    ACCOUNT = "account"
    CODES = "codes"
    LIST = "list"
    DESK = "desk"
    ASSISTED = "assisted"


class Connection(StrEnum):
    """What makes somebody a part of the area, so that they may vote."""

    LIVE = "live"
    WORK = "work"
    STUDY = "study"
    VOLUNTEER = "volunteer"


#: What a round declares unless it says otherwise; rounds from before there was a choice used it.
USUAL_WAYS = "email,codes"
USUAL_CONNECTION = "live"


class NotUsedRefused(Exception):
    """The round doesn't use this way of voting."""


def in_order(chosen: Collection[str], words: type[StrEnum]) -> str:
    """Return the chosen ``words`` as they are kept: each once, in their own order.

    >>> in_order(["codes", "email"], Way)
    'email,codes'
    """
    return ",".join(word.value for word in words if word.value in chosen)


def uses(ways: str, way: Way) -> bool:
    """Say whether a round that declares ``ways`` lets people in by ``way``."""
    return way.value in ways.split(",")


def check_uses(ways: str, way: Way) -> None:
    """Raise NotUsedRefused where a round that declares ``ways`` doesn't use ``way``."""
    if not uses(ways, way):
        raise NotUsedRefused("This fund does not use this way of voting")


def ways_fault(ways: str, *, takes_paper: bool = False) -> str:
    """Return what is wrong with the declared ways; '' where they fit together.

    A round that takes paper needs none of them: then people vote in the hall alone.

    >>> ways_fault("", takes_paper=True)
    ''
    """
    if not ways:
        return "" if takes_paper else "Choose at least one way to vote online"
    shown = {Way.CODES, Way.LIST, Way.DESK}
    if uses(ways, Way.ASSISTED) and not shown & {Way(way) for way in ways.split(",")}:
        return (
            "With help from an officer, people need a code, facts on a list or a check at the "
            "desk: choose one of these too"
        )
    return ""


def known_words(column: str, words: type[StrEnum]) -> str:
    """Return SQL that holds where ``column`` has one or more of the ``words``, each once."""
    rest = f"',' || {column} || ','"
    for word in words:
        rest = f"replace({rest}, ',{word.value},', ',')"
    return f"{column} <> '' AND {rest} = ','"
