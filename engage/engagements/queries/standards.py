"""Reads of answers to the National Standards, of one engagement and of a year (R09, R80)."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import selectinload

from engage.disclosure.rules import THRESHOLD
from engage.engagements.models import Engagement, ParticipantView, StandardAnswer
from engage.engagements.rules.levels import level_reached
from engage.engagements.rules.standards import STANDARDS, Row, profile
from engage.extensions import db


def answers_of(engagement_id: int) -> list[StandardAnswer]:
    """Return all answers to an engagement's Standards, with what shows them."""
    return list(db.session.scalars(_answers(), {"engagement_id": engagement_id}))


@cache
def _answers() -> Select[StandardAnswer]:
    return (
        select(StandardAnswer)
        .options(selectinload(StandardAnswer.evidence))
        .where(StandardAnswer.engagement_id == bindparam("engagement_id"))
        .order_by(StandardAnswer.id)
    )


def profiles_of(engagement_ids: Collection[int]) -> dict[int, list[Row]]:
    """Return the profile of each engagement's review; what few people said is held back."""
    scores: dict[int, dict[str, dict[str, int]]] = {
        number: {"officer": {}, "partner": {}} for number in engagement_ids
    }
    query = select(
        StandardAnswer.engagement_id,
        StandardAnswer.whose,
        StandardAnswer.indicator,
        StandardAnswer.score,
    ).where(
        StandardAnswer.engagement_id.in_(engagement_ids),
        StandardAnswer.phase == "review",
    )
    for number, whose, indicator, score in db.session.execute(query):
        if score is not None:
            kind = "partner" if whose else "officer"
            scores[number][kind][f"{indicator}@{whose}"] = score
    people = _said(engagement_ids)
    return {
        number: profile(scores[number], people.get(number, {}), THRESHOLD)
        for number in engagement_ids
    }


def _said(engagement_ids: Collection[int]) -> dict[int, dict[str, tuple[int, int]]]:
    """For each engagement and Standard the sum of scores of those who took part, and how many."""
    return {
        number: {
            letter: (int(figures[2 * place] or 0), int(figures[2 * place + 1]))
            for place, letter in enumerate(STANDARDS)
        }
        for number, *figures in db.session.execute(_sums(), {"ids": list(engagement_ids)})
    }


@cache
def _sums() -> Select[*tuple[Any, ...]]:
    columns = [getattr(ParticipantView, f"score_{letter.lower()}") for letter in STANDARDS]
    return (
        select(
            ParticipantView.engagement_id,
            *(function(column) for column in columns for function in (func.sum, func.count)),
        )
        .where(ParticipantView.engagement_id.in_(bindparam("ids", expanding=True)))
        .group_by(ParticipantView.engagement_id)
    )


def views_counted(engagement_id: int) -> int:
    """Return how many people said how it was."""
    query = select(func.count()).where(ParticipantView.engagement_id == engagement_id)
    return db.session.scalar(query) or 0


def levels_reached(engagement_ids: Collection[int]) -> dict[int, str | None]:
    """Return the level that people say each engagement reached; None where too few said so."""
    felt: dict[int, Counter[str]] = {number: Counter() for number in engagement_ids}
    query = (
        select(ParticipantView.engagement_id, ParticipantView.felt, func.count())
        .where(ParticipantView.engagement_id.in_(engagement_ids), ParticipantView.felt != "")
        .group_by(ParticipantView.engagement_id, ParticipantView.felt)
    )
    for number, level, count in db.session.execute(query):
        felt[number][level] = count
    return {number: level_reached(dict(counts), THRESHOLD) for number, counts in felt.items()}


def ended_between(first: datetime, last: datetime) -> Sequence[Any]:
    """Return the engagements that were opened and ended after ``first``, up to ``last``.

    Rows of ``id``, ``slug`` and ``title``. What ends with the last stroke of a year is of that
    year, and not of the next one too.
    """
    return db.session.execute(_ended(), {"first": first, "last": last}).all()


@cache
def _ended() -> Select[int, str, str]:
    return (
        select(Engagement.id, Engagement.slug, Engagement.title)
        .where(
            Engagement.closes_at > bindparam("first"),
            Engagement.closes_at <= bindparam("last"),
            Engagement.opened_at.is_not(None),
        )
        .order_by(Engagement.closes_at, Engagement.id)
    )


def engagement_by_view_code(slug: str, code: str) -> Engagement | None:
    """Return the engagement whose form for those who took part this link opens."""
    query = select(Engagement).where(Engagement.slug == slug, Engagement.view_code == code)
    return db.session.scalar(query)
