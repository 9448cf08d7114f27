"""What the findings of an engagement ask before its file is closed."""

from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, func, select

from engage.engagements.gates import CLOSING, Check
from engage.engagements.models import Engagement
from engage.engagements.rules.opening import Hurdle
from engage.extensions import db
from engage.influence.models import Finding, Influence


def _findings_decided(engagement: Engagement, at: datetime) -> list[Hurdle]:
    waiting = db.session.scalar(_undecided(), {"engagement_id": engagement.id})
    if not waiting:
        return []
    words = "1 finding waits" if waiting == 1 else f"{waiting} findings wait"
    return [
        Hurdle(
            f"{words} for a decision: people have not been told what came of it.",
            "Decide on the findings",
            "influence_manage.engagement",
        )
    ]


@cache
def _undecided() -> Select[int]:
    decided = select(Influence.id).where(Influence.finding_id == Finding.id).exists()
    here = Finding.engagement_id == bindparam("engagement_id")
    return select(func.count()).where(here, ~decided)


CHECKS = (Check("findings decided", CLOSING, _findings_decided),)
