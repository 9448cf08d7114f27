"""Engagements, whom they asked, what was done to reach people, and the facts of who took part."""
"""Engagements, whom they asked, how they were planned and judged, and who took part."""

from engage.engagements.models.declinations import Declination
from engage.engagements.models.efforts import OutreachAttempt, SupportNeed
from engage.engagements.models.calendar import CalendarEntry, Election
from engage.engagements.models.decisions import EngagementDecision, EvidenceUse
from engage.engagements.models.engagements import (
    Engagement,
    Invitation,
    ParticipationFact,
)
from engage.engagements.models.together import Coproduction, PeerLink
from engage.engagements.models.leap import LeapIndicator, LeapJudgement, LeapRecord
from engage.engagements.models.packs import EngagementPartner, InformationPack
from engage.engagements.models.standards import (
    EngagementSettings,
    ParticipantView,
    StandardAnswer,
    StandardEvidence,
)

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
    "CalendarEntry",
    "Election",
    "EngagementDecision",
    "EngagementPartner",
    "EngagementSettings",
    "EvidenceUse",
    "InformationPack",
    "LeapIndicator",
    "LeapJudgement",
    "LeapRecord",
    "ParticipantView",
    "StandardAnswer",
    "StandardEvidence",
