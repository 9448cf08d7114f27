"""Engagements: how they were planned and judged, who took part, by which techniques; seats too."""

from engage.engagements.models.assessments import (
    Assessment,
)
from engage.engagements.models.calendar import (
    CalendarEntry,
    Election,
)
from engage.engagements.models.decisions import (
    EngagementDecision,
    EvidenceUse,
)
from engage.engagements.models.declinations import (
    Declination,
)
from engage.engagements.models.efforts import (
    OutreachAttempt,
    SupportNeed,
)
from engage.engagements.models.engagements import (
    Engagement,
    Invitation,
    InvitationAnswer,
    ParticipationFact,
)
from engage.engagements.models.events import (
    EngagementEvent,
    EngagementMethod,
    EventArea,
    EventPhotograph,
)
from engage.engagements.models.leap import (
    LeapIndicator,
    LeapJudgement,
    LeapRecord,
)
from engage.engagements.models.packs import (
    EngagementPartner,
    InformationPack,
)
from engage.engagements.models.place_standard import (
    PlaceStandardAnswer,
    PlaceStandardExercise,
    PlaceStandardResponse,
    PlaceStandardTheme,
    PlaceStandardVersion,
)
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
from engage.engagements.models.together import (
    Coproduction,
    PeerLink,
)

__all__ = [
    "AgendaItem",
    "Assessment",
    "CalendarEntry",
    "Coproduction",
    "Declination",
    "Election",
    "Engagement",
    "EngagementDecision",
    "EngagementEvent",
    "EngagementMethod",
    "EngagementPartner",
    "EngagementSettings",
    "EventArea",
    "EventPhotograph",
    "EvidenceUse",
    "GroupMeeting",
    "GroupSeat",
    "InformationPack",
    "Invitation",
    "InvitationAnswer",
    "LeapIndicator",
    "LeapJudgement",
    "LeapRecord",
    "MeetingBody",
    "OutreachAttempt",
    "ParticipantView",
    "ParticipationFact",
    "PartnershipGroup",
    "PeerLink",
    "PlaceStandardAnswer",
    "PlaceStandardExercise",
    "PlaceStandardResponse",
    "PlaceStandardTheme",
    "PlaceStandardVersion",
    "StandardAnswer",
    "StandardEvidence",
    "SupportNeed",
]
