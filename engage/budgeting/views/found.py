"""The round that an address names, or 404."""

from flask import abort

from engage.budgeting.models import Round
from engage.budgeting.queries.rounds import public_round, round_by_slug


def round_or_404(slug: str) -> Round:
    """Return the round at this address, as officers see it."""
    return round_by_slug(slug) or abort(404)


def public_round_or_404(slug: str) -> Round:
    """Return the round at this address; 404 where residents see none."""
    return public_round(slug) or abort(404)
