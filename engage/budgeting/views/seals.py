"""The seals of a round, for everybody: they show later that no vote was changed or taken away."""

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response as Answer

from engage.budgeting.queries.records import acknowledged_gaps, record_state, seals_of
from engage.budgeting.queries.sheets import challenge_ends
from engage.budgeting.rules.seals import shown
from engage.budgeting.views.found import public_round_or_404
from engage.disclosure.rules import hold_back
from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("seals", __name__)


@bp.get("/rounds/<slug>/seals/")
@public
def seals(slug: str) -> Answer:
    """Every seal of a round, the newest first, and what was ever lost."""
    round_ = public_round_or_404(slug)
    listed = shown(seals_of(round_.id), round_.voting_closes_at)
    return page(
        "rounds/seals.html",
        round=round_,
        seals=listed[::-1],
        gaps=[(gap, hold_back(gap.lost)) for gap in acknowledged_gaps(round_.id)],
        record_state=record_state(round_.id),
        ends=challenge_ends(round_),
    )


@bp.get("/rounds/<slug>/seals.json")
@public
def seals_json(slug: str) -> Answer:
    """The same for other programs, the oldest first."""
    round_ = public_round_or_404(slug)
    listed = shown(seals_of(round_.id), round_.voting_closes_at)
    return jsonify({"round": round_.id, "seals": [seal.plain for seal in listed]})
