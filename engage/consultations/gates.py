"""What a consultation asks before the file of its engagement is closed."""

from datetime import datetime

from engage.consultations.queries import consultation_by_slug
from engage.engagements.gates import CLOSING, Check
from engage.engagements.models import Engagement
from engage.engagements.rules.opening import Hurdle


def _responses_published(engagement: Engagement, at: datetime) -> list[Hurdle]:
    if engagement.kind != "consultation":
        return []
    found = consultation_by_slug(engagement.slug)
    if found is None or found.responses_published_at is not None:
        return []
    return [
        Hurdle(
            "The answers are not published yet.",
            "Publish the answers",
            "consultations_manage.consultation",
            blocks=False,
        )
    ]


CHECKS = (Check("responses published", CLOSING, _responses_published),)
