"""Place Standard exercises for tests, with answers, by the actions themselves."""

from datetime import date, timedelta
from typing import Any

from engage.engagements.actions.place_standard import move_exercise, plan_exercise
from engage.engagements.actions.standard_answers import answer_online
from engage.engagements.models import Engagement, PlaceStandardExercise
from engage.engagements.rules.place_standard import Said
from engage.engagements.rules.standard_themes import AXES
from tests.conftest import NOW

TODAY = NOW.date()


def make_exercise(
    session: Any,
    engagement: Engagement,
    title: str = "How good is Kirkton?",
    *,
    stage: str = "open",
    version: str = "2022",
    opens_on: date = TODAY - timedelta(days=9),
    closes_on: date = TODAY + timedelta(days=9),
    **facts: Any,
) -> PlaceStandardExercise:
    """Plan an exercise that is open for nine days more, at ``stage`` “preparing” or “open”."""
    facts = {"about": "", "locality_id": None, "place_name": "Kirkton", **facts}
    told = {"title": title, "version": version, "opens_on": opens_on, "closes_on": closes_on}
    exercise = plan_exercise(engagement.id, {**told, **facts}, at=NOW, by=None)
    if stage == "open":
        exercise.stage = "open"
    session.commit()
    return exercise


def answer(
    session: Any,
    exercise: PlaceStandardExercise,
    score: int | None = 4,
    *,
    kind: str = "individual",
    people: int = 1,
    times: int = 1,
    **changed: Said,
) -> None:
    """Let somebody give every theme ``score``, but for the themes that are named."""
    for number in range(times):
        answer_online(
            exercise,
            kind,
            people,
            {axis: Said(score) for axis in AXES} | changed,
            press=f"{kind}-{people}-{score}-{len(changed)}-{number}-{exercise.id}-{id(changed)}",
            at=NOW,
        )
    session.commit()


def close_and_publish(session: Any, exercise: PlaceStandardExercise, to: str = "published") -> None:
    """Move an open exercise on, the day after its last."""
    after = NOW + (exercise.closes_on - TODAY) + timedelta(days=1)
    for stage in ("closed", "published"):
        move_exercise(exercise, stage, at=after, by=None)
        if stage == to:
            break
    session.commit()
