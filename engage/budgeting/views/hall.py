"""What stands on the screen of a hall: one project after another, in the order that was drawn."""

from flask import Blueprint, Response, abort

from engage.budgeting.queries.hall import pitches_of
from engage.budgeting.rules.hall import PITCH_SECONDS
from engage.budgeting.views.found import public_round_or_404
from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("hall", __name__)


@bp.get("/rounds/<slug>/pitches/")
@public
def pitches(slug: str) -> Response:
    """The order in which the projects speak."""
    round_ = public_round_or_404(slug)
    return page("hall/pitches.html", round=round_, pitches=pitches_of(round_.id) or abort(404))


@bp.get("/rounds/<slug>/pitches/<int:place>/")
@public
def pitch(slug: str, place: int) -> Response:
    """One project, large enough for a screen, with the next one announced."""
    round_ = public_round_or_404(slug)
    order = pitches_of(round_.id)
    if not 1 <= place <= len(order):
        abort(404)
    return page(
        "hall/pitch.html",
        round=round_,
        pitch=order[place - 1],
        after=order[place] if place < len(order) else None,
        number=len(order),
        seconds=PITCH_SECONDS,
    )
