"""Reads of Place Standard: versions, exercises, what may be published of results, comments."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from engage.engagements.models import (
    Engagement,
    PlaceStandardAnswer,
    PlaceStandardExercise,
    PlaceStandardResponse,
    PlaceStandardTheme,
    PlaceStandardVersion,
)
from engage.engagements.rules.place_standard import (
    KINDS,
    KindResult,
    ScoreCount,
    kind_result,
)
from engage.engagements.rules.standard_themes import VERSIONS, ThemeText, VersionText
from engage.extensions import db

#: The answers to one exercise, by its id.
_OF_EXERCISE = PlaceStandardResponse.exercise_id == bindparam("exercise_id")


@dataclass(frozen=True)
class Progress:
    """How far an exercise has come: answers, people behind them, comments that nobody has read."""

    answers: int = 0
    people: int = 0
    unread: int = 0


def versions() -> list[VersionText]:
    """Return every version, as officers worded it; those that we start with come first."""
    used = set(
        db.session.scalars(
            select(PlaceStandardExercise.version_id).where(
                PlaceStandardExercise.stage != "preparing"
            )
        )
    )
    rows = db.session.scalars(
        select(PlaceStandardVersion).options(selectinload(PlaceStandardVersion.themes))
    ).all()
    kept = {row.name: version_text(row, row.id in used) for row in rows}
    first = [kept.pop(version.name, version) for version in VERSIONS]
    return [*first, *sorted(kept.values(), key=lambda version: version.name.casefold())]


def version_text(row: PlaceStandardVersion, is_used: bool = True) -> VersionText:
    """Return a version's wording, by its row."""
    themes = tuple(ThemeText(theme.axis, theme.label, theme.prompt) for theme in row.themes)
    return VersionText(row.name, row.source, themes, is_used)


def version_row(name: str) -> PlaceStandardVersion | None:
    """Return a version that an officer used or changed."""
    return db.session.scalar(
        select(PlaceStandardVersion)
        .options(selectinload(PlaceStandardVersion.themes))
        .where(PlaceStandardVersion.name == name)
    )


def exercise_by_slug(slug: str) -> PlaceStandardExercise | None:
    """Return the exercise at this address, with what it belongs to and its themes."""
    return db.session.scalar(_by_slug(), {"slug": slug})


@cache
def _by_slug() -> Select[PlaceStandardExercise]:
    return _whole().where(PlaceStandardExercise.slug == bindparam("slug"))


def published_exercises(slugs: Collection[str]) -> list[PlaceStandardExercise]:
    """Return the published exercises at these addresses, the earliest first."""
    query = _whole().where(
        PlaceStandardExercise.slug.in_(slugs), PlaceStandardExercise.stage == "published"
    )
    return list(
        db.session.scalars(query.order_by(PlaceStandardExercise.opens_on, PlaceStandardExercise.id))
    )


def exercise_slugs() -> set[str]:
    """Return the addresses that exercises have taken."""
    return set(db.session.scalars(select(PlaceStandardExercise.slug)))


def exercises(
    stage: str = "", *, offset: int = 0, limit: int | None = None
) -> list[PlaceStandardExercise]:
    """Return the exercises at a stage ('' for all), the last to close first."""
    query = (
        _at(stage)
        .options(
            joinedload(PlaceStandardExercise.engagement), joinedload(PlaceStandardExercise.standard)
        )
        .order_by(PlaceStandardExercise.closes_on.desc(), PlaceStandardExercise.id.desc())
    )
    return list(db.session.scalars(query.offset(offset).limit(limit)))


def count_exercises(stage: str = "") -> int:
    """Return how many exercises ``exercises`` would give without a limit."""
    return db.session.scalar(select(func.count()).select_from(_at(stage).subquery())) or 0


def open_exercises(today: date) -> list[PlaceStandardExercise]:
    """Return the exercises that people can answer today, the first to close first."""
    query = (
        _at("open")
        .join(PlaceStandardExercise.engagement)
        .options(contains_eager(PlaceStandardExercise.engagement))
        .where(
            Engagement.is_public,
            PlaceStandardExercise.opens_on <= today,
            PlaceStandardExercise.closes_on >= today,
        )
        .order_by(PlaceStandardExercise.closes_on, PlaceStandardExercise.id)
    )
    return list(db.session.scalars(query))


def exercise_choices() -> list[tuple[str, str]]:
    """Return (address, title with its year) of each published exercise, by title."""
    rows = db.session.execute(
        select(
            PlaceStandardExercise.slug, PlaceStandardExercise.title, PlaceStandardExercise.opens_on
        )
        .where(PlaceStandardExercise.stage == "published")
        .order_by(PlaceStandardExercise.title, PlaceStandardExercise.opens_on)
    )
    return [(slug, f"{title} ({opens.year})") for slug, title, opens in rows]


def exercises_of(engagement_id: int) -> list[PlaceStandardExercise]:
    """Return the published exercises of an engagement, the earliest first."""
    query = _whole().where(
        PlaceStandardExercise.engagement_id == engagement_id,
        PlaceStandardExercise.stage == "published",
    )
    return list(
        db.session.scalars(query.order_by(PlaceStandardExercise.opens_on, PlaceStandardExercise.id))
    )


def exercises_seen(engagement_id: int) -> list[PlaceStandardExercise]:
    """Return the exercises of an engagement that everybody may see, the earliest first."""
    query = select(PlaceStandardExercise).where(
        PlaceStandardExercise.engagement_id == engagement_id,
        PlaceStandardExercise.stage != "preparing",
    )
    return list(db.session.scalars(query.order_by(PlaceStandardExercise.opens_on)))


def progress_of(exercise_ids: Sequence[int]) -> dict[int, Progress]:
    """Return how far exercises have come; one without answers is absent."""
    answered = db.session.execute(
        select(
            PlaceStandardResponse.exercise_id, func.count(), func.sum(PlaceStandardResponse.people)
        )
        .where(PlaceStandardResponse.exercise_id.in_(exercise_ids))
        .group_by(PlaceStandardResponse.exercise_id)
    )
    unread = dict(
        db.session.execute(
            select(PlaceStandardResponse.exercise_id, func.count())
            .join(PlaceStandardAnswer, PlaceStandardAnswer.response_id == PlaceStandardResponse.id)
            .where(
                PlaceStandardResponse.exercise_id.in_(exercise_ids),
                PlaceStandardAnswer.reading == "waiting",
            )
            .group_by(PlaceStandardResponse.exercise_id)
        ).all()
    )
    return {key: Progress(n, int(people), unread.get(key, 0)) for key, n, people in answered}


def comments_unread() -> int:
    """Return how many comments of all exercises nobody has read."""
    query = select(func.count()).where(PlaceStandardAnswer.reading == "waiting")
    return db.session.scalar(query) or 0


def is_answered(exercise_id: int, press: str) -> bool:
    """Say whether an answer of this press of the button is kept already."""
    query = select(PlaceStandardResponse.id).where(
        PlaceStandardResponse.exercise_id == exercise_id, PlaceStandardResponse.press == press
    )
    return db.session.scalar(query) is not None


def results_of(exercise: PlaceStandardExercise, threshold: int) -> list[KindResult]:
    """Return an exercise's results as they may be published: of people alone, then of groups."""
    themes = version_text(exercise.standard).themes
    scores = _score_counts(exercise.id)
    totals, chosen = _totals(exercise.id), _priorities(exercise.id)
    return [
        kind_result(
            kind,
            themes,
            scores,
            {axis: n for (of, axis), n in chosen.items() if of == kind},
            totals.get(kind, (0, 0)),
            threshold,
        )
        for kind in KINDS
    ]


def comments_of(
    exercise_id: int, reading: str, *, offset: int = 0, limit: int | None = None
) -> list[PlaceStandardAnswer]:
    """Return what was written in answers, by theme, at one stage of reading."""
    query = _comments_in_order().offset(offset).limit(limit)
    return list(db.session.scalars(query, {"exercise_id": exercise_id, "reading": reading}))


@cache
def _comments_in_order() -> Select[PlaceStandardAnswer]:
    answer = PlaceStandardAnswer
    return (
        _comments()
        .join(answer.theme)
        .options(contains_eager(answer.theme), contains_eager(answer.response))
        .order_by(PlaceStandardTheme.position, answer.response_id)
    )


def comments_shown(exercise_id: int, *, offset: int, limit: int) -> Sequence[Any]:
    """Return what everybody may read, as rows of ``theme``, ``good``, ``better`` and ``kind``."""
    asked = {"exercise_id": exercise_id, "reading": "shown"}
    return db.session.execute(_comments_read().offset(offset).limit(limit), asked).all()


@cache
def _comments_read() -> Select[*tuple[Any, ...]]:
    answer = PlaceStandardAnswer
    return (
        _comments()
        .join(answer.theme)
        .with_only_columns(
            PlaceStandardTheme.label.label("theme"), answer.good, answer.better,
            PlaceStandardResponse.kind,
        )
        .order_by(PlaceStandardTheme.position, answer.response_id)
    )  # fmt: skip


def count_comments(exercise_id: int, reading: str) -> int:
    """Return how many comments ``comments_of`` would give without a limit."""
    query = _comments().with_only_columns(func.count())
    asked = {"exercise_id": exercise_id, "reading": reading}
    return db.session.scalar(query, asked) or 0


def _whole() -> Select[PlaceStandardExercise]:
    return select(PlaceStandardExercise).options(
        joinedload(PlaceStandardExercise.engagement),
        joinedload(PlaceStandardExercise.locality),
        joinedload(PlaceStandardExercise.standard).selectinload(PlaceStandardVersion.themes),
    )


def _at(stage: str) -> Select[PlaceStandardExercise]:
    query = select(PlaceStandardExercise)
    return query.where(PlaceStandardExercise.stage == stage) if stage else query


@cache
def _comments() -> Select[PlaceStandardAnswer]:
    return (
        select(PlaceStandardAnswer)
        .join(PlaceStandardAnswer.response)
        .where(
            PlaceStandardResponse.exercise_id == bindparam("exercise_id"),
            PlaceStandardAnswer.reading == bindparam("reading"),
        )
    )


def _score_counts(exercise_id: int) -> list[ScoreCount]:
    return [
        ScoreCount(axis, kind, people, score, answers)
        for axis, kind, people, score, answers in db.session.execute(
            _scores(), {"exercise_id": exercise_id}
        )
    ]


@cache
def _scores() -> Select[*tuple[Any, ...]]:
    group = (
        PlaceStandardTheme.axis,
        PlaceStandardResponse.kind,
        PlaceStandardResponse.people,
        PlaceStandardAnswer.score,
    )
    return (
        select(*group, func.count())
        .join(PlaceStandardAnswer, PlaceStandardAnswer.response_id == PlaceStandardResponse.id)
        .join(PlaceStandardTheme, PlaceStandardTheme.id == PlaceStandardAnswer.theme_id)
        .where(_OF_EXERCISE, PlaceStandardAnswer.score.is_not(None))
        .group_by(*group)
    )


def _priorities(exercise_id: int) -> dict[tuple[str, str], int]:
    rows = db.session.execute(_chosen(), {"exercise_id": exercise_id})
    return {(kind, axis): int(people) for kind, axis, people in rows}


@cache
def _chosen() -> Select[str, str, int]:
    return (
        select(
            PlaceStandardResponse.kind,
            PlaceStandardTheme.axis,
            func.sum(PlaceStandardResponse.people),
        )
        .join(PlaceStandardAnswer, PlaceStandardAnswer.response_id == PlaceStandardResponse.id)
        .join(PlaceStandardTheme, PlaceStandardTheme.id == PlaceStandardAnswer.theme_id)
        .where(_OF_EXERCISE, PlaceStandardAnswer.is_priority)
        .group_by(PlaceStandardResponse.kind, PlaceStandardTheme.axis)
    )


def _totals(exercise_id: int) -> dict[str, tuple[int, int]]:
    rows = db.session.execute(_people(), {"exercise_id": exercise_id})
    return {kind: (answers, int(people)) for kind, answers, people in rows}


@cache
def _people() -> Select[str, int, int]:
    return (
        select(PlaceStandardResponse.kind, func.count(), func.sum(PlaceStandardResponse.people))
        .where(_OF_EXERCISE)
        .group_by(PlaceStandardResponse.kind)
    )
