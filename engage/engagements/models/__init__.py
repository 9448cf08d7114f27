"""Engagements, whom they asked, and the facts of who took part."""

from engage.engagements.models.engagements import (
    Engagement,
    Invitation,
    ParticipationFact,
)

__all__ = ["Engagement", "Invitation", "ParticipationFact"]
