"""Reads of one engagement's file: packs, partners, what decides whether it may open or close."""

from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ScalarSelect, Select, bindparam, func, select

from engage.engagements.models import (
    Engagement,
    EngagementDecision,
    EngagementEvent,
    EngagementPartner,
    EngagementSettings,
    EvidenceUse,
    InformationPack,
    Invitation,
    LeapIndicator,
    LeapJudgement,
    ParticipantView,
    PlaceStandardExercise,
)
from engage.engagements.queries.settings import settings
from engage.engagements.queries.standards import answers_of
from engage.engagements.rules.opening import Planned
from engage.engagements.rules.planning import public_path
from engage.engagements.rules.standards import scope_for
from engage.extensions import db
from engage.partners.models import Partner


def scope_of(engagement: Engagement) -> str:
    """Return which questions apply: as it opened, or before that by what it is worth now."""
    return engagement.standards_scope or scope_by(engagement, settings())


def scope_by(engagement: Engagement, decided: EngagementSettings) -> str:
    """Return the same, by settings that were read already."""
    return engagement.standards_scope or scope_for(
        engagement.value_pence, decided.standards_from_pence
    )


def planned(engagement: Engagement) -> Planned:
    """Return what decides whether an engagement may open or close."""
    decided = settings()
    answers = answers_of(engagement.id)
    own = [answer for answer in answers if not answer.whose]
    review = [answer for answer in own if answer.phase == "review"]
    indicators, judged, invited, views, meetings, exercises = db.session.execute(
        _planned_counts(), {"engagement_id": engagement.id}
    ).one()
    return Planned(
        kind=engagement.kind,
        scope=scope_by(engagement, decided),
        opens_at=engagement.opens_at,
        closes_at=engagement.closes_at,
        is_opened=engagement.opened_at is not None,
        has_value=engagement.value_pence is not None,
        value_needed=engagement.kind == "event" or decided.value_always_needed,
        has_lead=engagement.lead_partner_id is not None,
        has_support=bool(engagement.support_offered),
        has_notice=bool(engagement.reuse_notice),
        packs=[pack.published_on for pack in packs_of(engagement.id)],
        answered=frozenset(a.indicator for a in own if a.phase == "plan" and a.answer),
        reviewed=frozenset(a.indicator for a in review),
        scored=frozenset(a.indicator for a in review if a.score is not None),
        shown=frozenset(a.indicator[0] for a in review if a.evidence),
        invited=invited,
        indicators=indicators,
        unjudged=indicators - judged,
        views=views,
        meetings=meetings + exercises,
    )


@cache
def _planned_counts() -> Select[*tuple[Any, ...]]:
    asked: BindParameter[int] = bindparam("engagement_id")
    judged = select(func.count(LeapJudgement.indicator_id)).join(
        LeapIndicator, LeapIndicator.id == LeapJudgement.indicator_id
    )
    return select(
        _number_of(LeapIndicator),
        judged.where(LeapIndicator.engagement_id == asked).scalar_subquery(),
        _number_of(Invitation),
        _number_of(ParticipantView),
        _number_of(EngagementEvent),
        _number_of(PlaceStandardExercise),
    )


def _number_of(model: Any) -> ScalarSelect[int]:
    """How many rows of a table belong to the engagement whose id is ``engagement_id``."""
    count = select(func.count()).select_from(model)
    return count.where(model.engagement_id == bindparam("engagement_id")).scalar_subquery()


def counts_of(engagement_id: int) -> Any:
    """Return its number of ``packs``, ``invited`` groups, ``decisions`` and ``uses``, as a row."""
    return db.session.execute(_counts(), {"engagement_id": engagement_id}).one()


@cache
def _counts() -> Select[*tuple[Any, ...]]:
    models: dict[str, Any] = {
        "packs": InformationPack,
        "invited": Invitation,
        "decisions": EngagementDecision,
        "uses": EvidenceUse,
    }
    return select(*(_number_of(model).label(name) for name, model in models.items()))


def packs_of(engagement_id: int) -> list[InformationPack]:
    """Return what people are given to read, without the files, the latest first."""
    return list(db.session.scalars(_packs(), {"engagement_id": engagement_id}))


@cache
def _packs() -> Select[InformationPack]:
    return (
        select(InformationPack)
        .where(InformationPack.engagement_id == bindparam("engagement_id"))
        .order_by(InformationPack.published_on.desc(), InformationPack.id.desc())
    )


def pack_sizes(engagement_id: int) -> dict[int, int]:
    """Return how many bytes each file of an engagement's packs has."""
    query = select(InformationPack.id, func.length(InformationPack.file_pdf)).where(
        InformationPack.engagement_id == engagement_id, InformationPack.file_pdf.is_not(None)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def pack_of(engagement_id: int, pack_id: int) -> InformationPack | None:
    """Return one pack, if it is this engagement's."""
    query = select(InformationPack).where(
        InformationPack.id == pack_id, InformationPack.engagement_id == engagement_id
    )
    return db.session.scalar(query)


def lead_of(engagement: Engagement) -> Partner | None:
    """Return the partner that leads an engagement."""
    if engagement.lead_partner_id is None:
        return None
    return db.session.get(Partner, engagement.lead_partner_id)


def other_partners(engagement_id: int) -> list[Partner]:
    """Return the partners beside the one that leads, by name."""
    return list(db.session.scalars(_partners(), {"engagement_id": engagement_id}))


@cache
def _partners() -> Select[Partner]:
    return (
        select(Partner)
        .join(EngagementPartner, EngagementPartner.partner_id == Partner.id)
        .where(EngagementPartner.engagement_id == bindparam("engagement_id"))
        .order_by(Partner.name)
    )


def opened_by_slug(slug: str) -> Engagement | None:
    """Return the engagement at this public address: one that was opened, and is for everybody."""
    query = select(Engagement).where(
        Engagement.slug == slug, Engagement.opened_at.is_not(None), Engagement.is_public
    )
    return db.session.scalar(query)


def seen_path(engagement: Engagement) -> str:
    """Return where everybody reads of an engagement, '' while residents see nothing of it."""
    is_seen = engagement.opened_at is not None and engagement.is_public
    return public_path(engagement.kind, engagement.slug) if is_seen else ""
