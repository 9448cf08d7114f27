"""Community bodies, who speaks for them, and how far they wish to take part."""

from engage.bodies.models.bodies import (
    BodyLocality,
    CommunityBody,
    ParticipationWish,
    Representative,
)

__all__ = ["BodyLocality", "CommunityBody", "ParticipationWish", "Representative"]
