"""Reads of the yearly review: who is due, who was asked, what an officer must look into."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from engage.accounts.rules import token_hash
from engage.bodies.models import BodyReview, CommunityBody
from engage.bodies.rules.reviews import ANSWER_TIME, Asked, cause, year_before
from engage.extensions import db
from engage.web.rules import UK


@dataclass(frozen=True)
class ToSettle:
    """A request that an officer must look into, and why (rules.CAUSES).

    ``note`` is what the body wrote; ``reviewed_on`` None: it was never reviewed.
    """

    name: str
    slug: str
    reviewed_on: date | None
    asked_at: datetime
    note: str
    cause: str


def bodies_to_ask(today: date) -> list[int]:
    """Return the ids of the bodies that are due and were not asked this year or in twelve months.

    Those whose last review is longest ago come first.
    """
    began = datetime(today.year - 1, today.month, min(today.day, 28), tzinfo=UK)
    asked = select(BodyReview.body_id).where(
        or_(BodyReview.year == today.year, BodyReview.asked_at > began)
    )
    return list(
        db.session.scalars(
            select(CommunityBody.id)
            .where(
                CommunityBody.stage == "registered",
                _is_due(today),
                CommunityBody.id.not_in(asked),
            )
            .order_by(CommunityBody.reviewed_on.asc().nulls_first(), CommunityBody.id)
        )
    )


def count_due(today: date) -> int:
    """Return how many bodies on the register were not reviewed for twelve months (R01)."""
    query = select(func.count()).select_from(CommunityBody)
    return db.session.scalar(query.where(CommunityBody.stage == "registered", _is_due(today))) or 0


def review_by_token(token: str) -> BodyReview | None:
    """Return the unanswered request that a link opens, while its body is on the register."""
    return db.session.scalar(
        select(BodyReview)
        .join(CommunityBody, CommunityBody.id == BodyReview.body_id)
        .where(
            BodyReview.token_hash == token_hash(token),
            BodyReview.answer.is_(None),
            BodyReview.settled_at.is_(None),
            CommunityBody.stage == "registered",
        )
    )


def review_of(body_id: int, year: int) -> BodyReview | None:
    """Return the request of a year to a body, answered or not."""
    return db.session.get(BodyReview, (body_id, year))


def unsettled(at: datetime, today: date, *, offset: int, limit: int) -> list[ToSettle]:
    """Return what an officer must look into, oldest request first."""
    body, review = CommunityBody, BodyReview
    query = (
        _to_settle()
        .with_only_columns(
            body.name, body.slug, body.reviewed_on, review.asked_at, review.note, review.told,
            review.answer,
        )
        .order_by(review.asked_at, review.body_id)
    )  # fmt: skip
    rows = db.session.execute(query.offset(offset).limit(limit), {"silent_since": at - ANSWER_TIME})
    return [
        ToSettle(name, slug, reviewed_on, asked_at, note, _cause(asked_at, told, answer, today))
        for name, slug, reviewed_on, asked_at, note, told, answer in rows
    ]


def count_unsettled(at: datetime) -> int:
    """Return how many requests ``unsettled`` would give."""
    query = _to_settle().with_only_columns(func.count())
    return db.session.scalar(query, {"silent_since": at - ANSWER_TIME}) or 0


@cache
def _to_settle() -> Any:
    silent = and_(
        BodyReview.answer.is_(None),
        or_(BodyReview.told == 0, BodyReview.asked_at <= bindparam("silent_since")),
    )
    return (
        select(CommunityBody)
        .join(BodyReview, BodyReview.body_id == CommunityBody.id)
        .where(
            CommunityBody.stage == "registered",
            BodyReview.settled_at.is_(None),
            or_(BodyReview.answer.in_(("changed", "ended")), silent),
        )
    )


def _cause(asked_at: datetime, told: int, answer: str | None, today: date) -> str:
    return cause(Asked(asked_at.astimezone(UK).date(), told, answer), today) or "silent"


def _is_due(today: date) -> ColumnElement[bool]:
    day = CommunityBody.reviewed_on
    return or_(day.is_(None), day < year_before(today))
