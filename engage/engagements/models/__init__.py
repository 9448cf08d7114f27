"""Engagements: how they were planned and judged, who took part; and seats and assessments."""
"""Engagements, whom they asked, the facts of who took part, and the techniques they used."""

from engage.engagements.models.assessments import Assessment
from engage.engagements.models.calendar import CalendarEntry, Election
from engage.engagements.models.decisions import EngagementDecision, EvidenceUse
from engage.engagements.models.declinations import Declination
from engage.engagements.models.efforts import OutreachAttempt, SupportNeed
from engage.engagements.models.engagements import Engagement, Invitation, ParticipationFact
from engage.engagements.models.leap import LeapIndicator, LeapJudgement, LeapRecord
from engage.engagements.models.packs import EngagementPartner, InformationPack
from engage.engagements.models.seats import (
    AgendaItem,
    GroupMeeting,
    GroupSeat,
    MeetingBody,
    PartnershipGroup,
)
from engage.engagements.models.standards import (
    EngagementSettings,
    ParticipantView,
    StandardAnswer,
    StandardEvidence,
)
from engage.engagements.models.together import Coproduction, PeerLink
from engage.engagements.models.events import (
    EngagementEvent,
    EngagementMethod,
    EventArea,
    EventPhotograph,
from engage.engagements.models.place_standard import (
    StandardExercise,
    StandardResponse,
    StandardTheme,
    StandardVersion,

__all__ = [
    "AgendaItem",
    "Assessment",
    "CalendarEntry",
    "Coproduction",
    "Declination",
    "Election",
    "Engagement",
    "EngagementDecision",
    "EngagementPartner",
    "EngagementSettings",
    "EvidenceUse",
    "GroupMeeting",
    "GroupSeat",
    "InformationPack",
    "Invitation",
    "LeapIndicator",
    "LeapJudgement",
    "LeapRecord",
    "MeetingBody",
    "OutreachAttempt",
    "ParticipantView",
    "ParticipationFact",
    "PartnershipGroup",
    "PeerLink",
    "StandardAnswer",
    "StandardEvidence",
    "SupportNeed",
]
    "EngagementEvent",
    "EngagementMethod",
    "EventArea",
    "EventPhotograph",
    "StandardExercise",
    "StandardResponse",
    "StandardTheme",
    "StandardVersion",
