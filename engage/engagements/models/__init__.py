"""Engagements, whom they asked, what was done to reach people, and the facts of who took part."""

from engage.engagements.models.declinations import Declination
from engage.engagements.models.efforts import OutreachAttempt, SupportNeed
from engage.engagements.models.engagements import (
    Engagement,
    Invitation,
    ParticipationFact,
)
from engage.engagements.models.together import Coproduction, PeerLink

__all__ = [
    "Coproduction",
    "Declination",
    "Engagement",
    "Invitation",
    "OutreachAttempt",
    "ParticipationFact",
    "PeerLink",
    "SupportNeed",
]
