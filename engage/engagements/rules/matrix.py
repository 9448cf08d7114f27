"""The matrix of wish against offer (R03, R04): what an officer may look for, and its summary."""

from collections.abc import Iterable
from dataclasses import dataclass

from engage.bodies.rules.register import WISHES
from engage.disclosure.rules import Cell, hold_back_table
from engage.engagements.rules.planning import is_below
from engage.web.rules import N_

#: What an officer may look for, with the words of the filter.
SHOWN: dict[str, str] = {
    "all": N_("Every group"),
    "below": N_("Offered less than it wants"),
    "to_tell": N_("Our reason not told yet"),
    "not_asked": N_("Wants to take part, not asked"),
    "again": N_("To ask how involved it wants to be"),
    "regard": N_("Groups we must hear from"),
}
#: Columns of the summary: how the last offer stands to the wish.
STANDS: dict[str, str] = {
    "enough": N_("Offered as much or more"),
    "below": N_("Offered less"),
    "none": N_("Not asked to take part"),
}
#: Rows of the summary, from least to most; '' was never asked.
ROWS = (*WISHES, "")
NEVER_ASKED = N_("We have not asked yet")


@dataclass(frozen=True)
class Summary:
    """How many groups wish what, and how the last offer to each stands to it; with totals."""

    rows: list[tuple[str, list[Cell], Cell]]
    totals: list[Cell]
    total: Cell


def stands(wish: str, offer: str | None) -> str:
    """Return how an offer (None: there was none) stands to a wish, as a key of STANDS."""
    if offer is None:
        return "none"
    return "below" if is_below(offer, wish) else "enough"


def summary(counts: Iterable[tuple[str, str | None, int]], threshold: int) -> Summary:
    """Return the summary of counts by wish and last offer, with small numbers held back.

    ``threshold`` 1 holds nothing back, for officers. A wish that no group has gets no row.
    """
    cells = {(wish, column): 0 for wish in ROWS for column in STANDS}
    for wish, offer, n in counts:
        cells[wish, stands(wish, offer)] += n
    shown = [wish for wish in ROWS if any(cells[wish, column] for column in STANDS)]
    rows, row_totals, totals, total = hold_back_table(
        [[cells[wish, column] for column in STANDS] for wish in shown], threshold
    )
    return Summary(list(zip(shown, rows, row_totals, strict=True)), totals, total)
