"""Community bodies, who speaks for them, and how far they wish to take part."""

from engage.bodies.models.areas import CouncilArea
from engage.bodies.models.bodies import (
    BodyLocality,
    CommunityBody,
    ParticipationWish,
    Representative,
)
from engage.bodies.models.communities import (
    Community,
    CommunityAction,
    CommunityLocality,
    CommunityVoice,
    CommunityZone,
)
from engage.bodies.models.keeping import (
    BodyAddress,
    BodyDistinct,
    BodyImport,
    BodyReview,
    RepresentativeInvitation,
)
from engage.bodies.models.network import InterfaceStanding, SupportLink
from engage.bodies.models.wishes import WishAsked

__all__ = [
    "BodyAddress",
    "BodyDistinct",
    "BodyImport",
    "BodyLocality",
    "BodyReview",
    "Community",
    "CommunityAction",
    "CommunityBody",
    "CommunityLocality",
    "CommunityVoice",
    "CommunityZone",
    "CouncilArea",
    "InterfaceStanding",
    "ParticipationWish",
    "Representative",
    "RepresentativeInvitation",
    "SupportLink",
    "WishAsked",
]
