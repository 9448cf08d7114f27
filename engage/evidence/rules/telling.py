"""Telling a year in more ways than a report, and what readers think of it (R20): plain rules."""

from collections.abc import Iterable

from engage.disclosure.rules import Cell, hold_back_linked
from engage.web.rules import N_

#: Ways of telling people what came of taking part. REPORTS are reports; the others are not.
KINDS: dict[str, str] = {
    "report": N_("Report"),
    "summary": N_("Short report"),
    "easy_read": N_("Easy-read sheet"),
    "meeting": N_("Meeting that went through it"),
    "poster": N_("Poster or notice"),
    "film": N_("Film"),
    "talk": N_("Talk to a group"),
    "social": N_("Social media"),
    "newsletter": N_("Newsletter"),
    "radio": N_("Radio or local paper"),
}
REPORTS = ("report", "summary")
#: How readers may want to be told.
WANTED: dict[str, str] = {
    "": N_("As it is now"),
    "short": N_("Shorter"),
    "easy_read": N_("In easy words with pictures"),
    "meeting": N_("At a meeting"),
    "film": N_("As a film"),
    "print": N_("On paper"),
    "gaelic": N_("In Gaelic"),
    "bsl": N_("In British Sign Language"),
    "other": N_("In another way"),
}
#: How many ways besides a report a year should be told in.
ENOUGH_WAYS = 2


def missing(kinds: Iterable[str], replies: int) -> list[str]:
    """Return what a year still lacks: other ways than reports, and replies of readers."""
    others = {kind for kind in kinds if kind not in REPORTS}
    lacks = []
    if len(others) < ENOUGH_WAYS:
        lacks.append(N_("Tell it in two ways or more that are no report"))
    if not replies:
        lacks.append(N_("Ask readers: nobody told us yet what they think"))
    return lacks


def shown_replies(
    replies: int, understood: int, useful: int, threshold: int
) -> tuple[Cell, Cell, Cell]:
    """Return how many understood it and found it useful, of how many, as it may be published.

    Both questions were put to the same readers, so one answer's total would give away what is held
    back of the other: they are held back together.
    """
    cells = hold_back_linked(
        {
            "understood": (understood, "replies", "answers"),
            "not understood": (replies - understood, "replies", "answers"),
            "useful": (useful, "answers", "total"),
            "not useful": (replies - useful, "answers", "total"),
            "total": (replies, "total", "replies"),
        },
        totals=["total"],
        threshold=threshold,
    )
    return cells["understood"], cells["useful"], cells["total"]
