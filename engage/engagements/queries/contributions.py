"""What an engagement's events and exercises give findings to rest on."""

from sqlalchemy import select

from engage.disclosure.rules import THRESHOLD
from engage.engagements.models import EngagementEvent, PlaceStandardExercise
from engage.engagements.queries.place_standard import exercises_of, results_of
from engage.engagements.rules.contributions import Contribution, exercise_words
from engage.extensions import db
from engage.web.filters import long_date


def technique_contributions(engagement_id: int) -> list[Contribution]:
    """Return what was said at events, where that is published, then the published exercises."""
    events = db.session.scalars(
        select(EngagementEvent)
        .where(
            EngagementEvent.engagement_id == engagement_id,
            EngagementEvent.notes_published_at.is_not(None),
        )
        .order_by(EngagementEvent.starts_at, EngagementEvent.id)
    )
    said = [
        Contribution("event", event.id, event.title, event.notes, long_date(event.starts_at))
        for event in events
    ]
    return said + [_exercise(exercise) for exercise in exercises_of(engagement_id)]


def _exercise(exercise: PlaceStandardExercise) -> Contribution:
    text = exercise_words(results_of(exercise, THRESHOLD))
    return Contribution("exercise", exercise.id, exercise.title, text, exercise.place_name)
