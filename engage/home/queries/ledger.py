"""What became of one contribution, as its writer reads it."""

from sqlalchemy import select

from engage.consultations.models import Comment
from engage.extensions import db
from engage.influence.models import Influence
from engage.influence.queries import influences_on


def influences_of_response(response_id: int) -> list[Influence]:
    """Return what became of a response and of each comment in it."""
    comments = db.session.scalars(select(Comment.id).where(Comment.response_id == response_id))
    return influences_of([("response", response_id), *(("comment", key) for key in comments)])


def influences_of(sources: list[tuple[str, int]]) -> list[Influence]:
    """Return what became of any of ``sources`` (kind and id), each decision once."""
    found = {one.id: one for kind, key in sources for one in influences_on(kind, key)}
    return sorted(found.values(), key=lambda one: (one.finding.number, one.id))
