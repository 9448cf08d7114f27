"""Writing an engagement down as Analyse, Plan, Do, Review (R79)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.engagements.actions.details import touch
from engage.engagements.models import Engagement, LeapIndicator, LeapJudgement, LeapRecord
from engage.engagements.queries.leap import indicators_of
from engage.engagements.rules.leap import PARTS, LeapRefused
from engage.extensions import db
from engage.web.rules import N_


def write_stage(
    engagement: Engagement,
    stage: str,
    words: Mapping[str, str],
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Keep what one stage says. Raises LeapRefused once the engagement is closed."""
    if engagement.closed_at is not None:
        raise LeapRefused(N_("It is closed: its record is fixed"))
    kept = db.session.get(LeapRecord, engagement.id) or LeapRecord(engagement_id=engagement.id)
    for part in PARTS[stage]:
        setattr(kept, part.name, words.get(part.name, ""))
    kept.changed_at, kept.changed_by = at, by
    db.session.add(kept)
    db.session.flush()
    record(
        Happening.LEAP_WRITTEN,
        f"engagement:{engagement.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        stage=stage,
    )


def set_indicators(engagement: Engagement, indicators: Sequence[tuple[str, str]]) -> None:
    """Set how we will know that it worked: pairs of words and target, in order.

    Raises LeapRefused once the engagement is open: what is judged last is what was set first.
    """
    standing = [(i.words, i.target) for i, _judged in indicators_of(engagement.id)]
    if standing == list(indicators):
        return
    if engagement.opened_at is not None:
        raise LeapRefused(N_("It is open: the indicators of the plan are fixed"))
    touch(engagement.id)
    db.session.execute(delete(LeapIndicator).where(LeapIndicator.engagement_id == engagement.id))
    for position, (words, target) in enumerate(indicators, start=1):
        db.session.add(
            LeapIndicator(
                engagement_id=engagement.id, position=position, words=words, target=target
            )
        )
    db.session.flush()


def judge_indicators(
    engagement: Engagement,
    judged: Mapping[int, tuple[str, str]],
    *,
    at: datetime,
    by: int | None,
) -> None:
    """Keep the result of indicators: pairs of how far each was met and what shows it, by id.

    Raises LeapRefused before the engagement is open and for an indicator that its plan had not set.
    """
    if not judged:
        return
    if engagement.opened_at is None:
        raise LeapRefused(N_("Judge the indicators once it is open"))
    standing = {i.id: j for i, j in indicators_of(engagement.id)}
    for number, (met, result) in judged.items():
        if number not in standing:
            raise LeapRefused(N_("Judge the indicators that the plan set"))
        row = standing[number] or LeapJudgement(indicator_id=number, engagement_id=engagement.id)
        row.met, row.result, row.at, row.by = met, result, at, by
        db.session.add(row)
    db.session.flush()
