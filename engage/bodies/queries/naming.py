"""Finding the one body that somebody means by its name."""

from engage.bodies.models import CommunityBody
from engage.bodies.queries.register import RegisterFilter, body_by_key, find_bodies
from engage.bodies.rules.register import name_key

#: How many names are offered where several bodies fit.
MOST_OFFERED = 5


def bodies_named(typed: str) -> list[CommunityBody]:
    """Return the registered bodies that ``typed`` may mean: the one of that name, or else a few.

    One more than MOST_OFFERED means that there are more.
    """
    exact = body_by_key(name_key(typed))
    if exact is not None and exact.stage == "registered":
        return [exact]
    return find_bodies(RegisterFilter(words=typed), limit=MOST_OFFERED + 1)
