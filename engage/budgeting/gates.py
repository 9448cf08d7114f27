"""What a round asks before the file of its engagement is closed."""

from datetime import datetime

from engage.budgeting.queries.rounds import round_by_slug
from engage.budgeting.rules.stages import Stage
from engage.engagements.gates import CLOSING, Check
from engage.engagements.models import Engagement
from engage.engagements.rules.opening import Hurdle


def _result_declared(engagement: Engagement, at: datetime) -> list[Hurdle]:
    if engagement.kind != "round":
        return []
    found = round_by_slug(engagement.slug)
    if found is None or found.stage == Stage.DECLARED:
        return []
    return [Hurdle("The result is not declared yet.", "Go to the vote", "rounds_manage.round_")]


CHECKS = (Check("result declared", CLOSING, _result_declared),)
