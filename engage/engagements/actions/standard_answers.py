"""Place Standard: taking answers, each once, and reading what was written in them.

Nobody is asked where they live, so answers are no facts of participation: reach would only see
people without a postcode.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.clock import UK
from engage.engagements.models import (
    PlaceStandardAnswer,
    PlaceStandardExercise,
    PlaceStandardResponse,
)
from engage.engagements.queries.place_standard import is_answered
from engage.engagements.rules.answer_files import FiledAnswer
from engage.engagements.rules.place_standard import (
    ExerciseRefused,
    Said,
    check_answer,
    takes_answers,
)
from engage.extensions import db
from engage.web.rules import N_


def answer_online(
    exercise: PlaceStandardExercise,
    kind: str,
    people: int,
    said: Mapping[str, Said],
    *,
    press: str,
    at: datetime,
) -> bool:
    """Keep an answer that somebody sent. False where this press of the button is kept already.

    Raises ExerciseRefused outside the exercise's days, and for an answer that can't be kept.
    """
    today = at.astimezone(UK).date()
    if is_answered(exercise.id, press):
        return False
    if not takes_answers(exercise.stage, exercise.opens_on, exercise.closes_on, today):
        raise ExerciseRefused(N_("It is closed: answers are not taken any more"))
    _keep(exercise, kind, people, said, press=press, channel="online", on_day=today, by=None)
    return True


def answer_on_paper(
    exercise: PlaceStandardExercise,
    kind: str,
    people: int,
    said: Mapping[str, Said],
    *,
    press: str,
    on_day: date,
    at: datetime,
    by: int,
    role: str = "officer",
) -> bool:
    """Keep an answer that was written on paper, until the exercise is closed.

    False where this press of the button is kept already. Raises ExerciseRefused.
    """
    if is_answered(exercise.id, press):
        return False
    _refuse_closed(exercise)
    if not exercise.opens_on <= on_day <= exercise.closes_on:
        raise ExerciseRefused(N_("Enter a day on which people were asked"), "on_day")
    _keep(exercise, kind, people, said, press=press, channel="paper", on_day=on_day, by=by)
    _record(Happening.EXERCISE_ENTERED, exercise, at, by, role, answers=1, way="paper")
    return True


def load_answers(
    exercise: PlaceStandardExercise,
    answers: Sequence[FiledAnswer],
    file_hash: str,
    *,
    at: datetime,
    by: int,
    role: str = "officer",
) -> int:
    """Keep the answers of a file, all of them or none; return how many.

    Raises ExerciseRefused after the close, and for a file that was loaded before.
    """
    _refuse_closed(exercise)
    if answers and is_answered(exercise.id, _press(file_hash, answers[0].line)):
        raise ExerciseRefused(N_("This file was loaded before: its answers are here"), "file")
    for one in answers:
        _keep(
            exercise,
            one.kind,
            one.people,
            one.said,
            press=_press(file_hash, one.line),
            channel="imported",
            on_day=one.on_day,
            by=by,
        )
    _record(
        Happening.EXERCISE_ENTERED, exercise, at, by, role, answers=len(answers), way="imported"
    )
    return len(answers)


def _press(file_hash: str, line: int) -> str:
    return f"{file_hash[:50]}:{line}"


def _refuse_closed(exercise: PlaceStandardExercise) -> None:
    if exercise.stage != "open":
        raise ExerciseRefused(N_("Answers are entered while it is open, and never after"))


def _keep(
    exercise: PlaceStandardExercise,
    kind: str,
    people: int,
    said: Mapping[str, Said],
    *,
    press: str,
    channel: str,
    on_day: date,
    by: int | None,
) -> None:
    check_answer(kind, people, said)
    response = PlaceStandardResponse(
        exercise_id=exercise.id,
        press=press,
        kind=kind,
        people=people,
        channel=channel,
        on_day=on_day,
        entered_by=by,
    )
    db.session.add(response)
    db.session.flush()
    db.session.add_all(
        PlaceStandardAnswer(
            response_id=response.id,
            theme_id=theme.id,
            score=one.score,
            good=one.good,
            better=one.better,
            is_priority=one.is_priority,
            reading="waiting" if one.good or one.better else "none",
        )
        for theme in exercise.standard.themes
        if not (one := said.get(theme.axis, Said())).is_empty
    )
    db.session.flush()


def read_comments(
    exercise: PlaceStandardExercise,
    comments: Sequence[PlaceStandardAnswer],
    decisions: Mapping[tuple[int, int], str],
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> int:
    """Show or hold back what was written, as an officer decided; return how many were decided.

    ``decisions`` are “shown” or “held” by (response, theme); a comment without one waits on.
    """
    decided = 0
    for comment in comments:
        decision = decisions.get((comment.response_id, comment.theme_id))
        if decision in ("shown", "held"):
            comment.reading, comment.read_at, comment.read_by = decision, at, by
            decided += 1
    if decided:
        _record(Happening.EXERCISE_READ, exercise, at, by, role, comments=decided)
    return decided


def _record(
    happening: Happening,
    exercise: PlaceStandardExercise,
    at: datetime,
    by: int | None,
    role: str,
    **detail: Any,
) -> None:
    record(
        happening,
        f"place_standard_exercise:{exercise.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        **detail,
    )
