"""How involved groups want to be, and what we offered: figures for everybody (R03)."""

from flask import Blueprint, Response
from flask_babel import gettext as _

from engage.bodies.rules.register import WISHES
from engage.disclosure.rules import THRESHOLD
from engage.engagements.queries.matrix import wishes_and_offers
from engage.engagements.rules.matrix import NEVER_ASKED, STANDS, summary
from engage.web.access import public
from engage.web.pages import csv_download, page

bp = Blueprint("matrix", __name__)
WORDS = {**WISHES, "": NEVER_ASKED}


@bp.get("/groups/wishes/")
@public
def shown() -> Response:
    """How many groups want what, and how our last offer to them stands to it."""
    found = wishes_and_offers()
    return page(
        "engagements/wishes_shown.html",
        summary=summary(found.figures, THRESHOLD),
        counted_at=found.at,
        wishes=WORDS,
        stands=STANDS,
        threshold=THRESHOLD,
    )


@bp.get("/groups/wishes/wishes.csv")
@public
def shown_csv() -> Response:
    """The same as a file for a spreadsheet."""
    found = summary(wishes_and_offers().figures, THRESHOLD)
    rows = [(_(WORDS[wish]), *map(str, cells), str(total)) for wish, cells, total in found.rows]
    totals = (_("All groups"), *map(str, found.totals), str(found.total))
    header = ("what_groups_want", *(f"groups_{name}" for name in STANDS), "groups_in_all")
    return csv_download("what-groups-want.csv", header, [*rows, totals])
