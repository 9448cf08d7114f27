"""Place Standard: wording versions, and asking about a place."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.clock import UK
from engage.engagements.models import (
    PlaceStandardExercise,
    PlaceStandardTheme,
    PlaceStandardVersion,
)
from engage.engagements.queries.place_standard import (
    exercise_slugs,
    version_row,
    versions,
)
from engage.engagements.rules.place_standard import (
    FOLLOWS,
    ExerciseRefused,
    check_span,
)
from engage.engagements.rules.standard_themes import AXES, ThemeText
from engage.extensions import db
from engage.web.rules import N_, slug_for

#: Addresses below /place-standard/ that are no exercise's.
TAKEN = frozenset({"compare", "new", "versions"})


def keep_version(name: str) -> PlaceStandardVersion:
    """Return a version as a row of its own. Raises ExerciseRefused for one that isn't there."""
    row = version_row(name)
    if row is not None:
        return row
    known = {version.name: version for version in versions()}
    if name not in known:
        raise ExerciseRefused(N_("Choose a version from the list"), "version")
    row = PlaceStandardVersion(
        name=name, source=known[name].source, themes=_theme_rows(known[name].themes)
    )
    db.session.add(row)
    db.session.flush()
    return row


def word_version(
    name: str,
    source: str,
    themes: Sequence[ThemeText],
    *,
    is_new: bool,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> PlaceStandardVersion:
    """Word the themes of a version that no opened exercise uses, or of a new one.

    Raises ExerciseRefused: people compare what they saw, so a used version stays.
    """
    known = {version.name.casefold(): version for version in versions()}
    if is_new and name.casefold() in known:
        raise ExerciseRefused(N_("A version of this name is there: choose another name"), "name")
    if not is_new and known[name.casefold()].is_used:
        raise ExerciseRefused(N_("People answered this version: add a new one instead"))
    if {theme.axis for theme in themes} != set(AXES):
        raise ExerciseRefused(N_("A version has the same 14 themes as the others"))
    if is_new:
        row = PlaceStandardVersion(name=name, themes=_theme_rows(themes))
        db.session.add(row)
    else:
        row = keep_version(name)
        worded = {theme.axis: theme for theme in themes}
        for theme in row.themes:
            theme.label, theme.prompt = worded[theme.axis].label, worded[theme.axis].prompt
    row.source = source
    db.session.flush()
    _trail(Happening.STANDARD_WORDED, f"place_standard_version:{row.id}", at, by, role)
    return row


def _theme_rows(themes: Sequence[ThemeText]) -> list[PlaceStandardTheme]:
    return [
        PlaceStandardTheme(position=n, axis=theme.axis, label=theme.label, prompt=theme.prompt)
        for n, theme in enumerate(themes, start=1)
    ]


def plan_exercise(
    engagement_id: int,
    facts: Mapping[str, Any],
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> PlaceStandardExercise:
    """Plan asking about a place; nobody can answer before it is opened.

    ``facts`` are title, about, locality_id, place_name, opens_on, closes_on and version (a name).
    Raises ExerciseRefused.
    """
    check_span(facts["opens_on"], facts["closes_on"])
    told = dict(facts)
    exercise = PlaceStandardExercise(
        engagement_id=engagement_id,
        standard=keep_version(told.pop("version")),
        slug=slug_for(told["title"], exercise_slugs() | TAKEN),
        stage="preparing",
        **told,
    )
    db.session.add(exercise)
    db.session.flush()
    _record(Happening.EXERCISE_PLANNED, exercise, at, by, role, engagement=engagement_id)
    return exercise


def change_exercise(
    exercise: PlaceStandardExercise,
    facts: Mapping[str, Any],
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Change what is said of an exercise. Raises ExerciseRefused.

    Once it was opened only its words change, and its last day to a later one.
    """
    check_span(facts["opens_on"], facts["closes_on"])
    told = dict(facts)
    version = told.pop("version")
    fixed = {name: told[name] for name in ("locality_id", "place_name", "opens_on")}
    was = {name: getattr(exercise, name) for name in fixed}
    if exercise.stage != "preparing" and (was != fixed or version != exercise.standard.name):
        raise ExerciseRefused(N_("It was opened: its place, first day and version stay"))
    if exercise.stage in ("closed", "published") and told["closes_on"] != exercise.closes_on:
        raise ExerciseRefused(N_("It is closed: its last day stays"), "closes_on")
    if exercise.stage == "open" and told["closes_on"] < exercise.closes_on:
        raise ExerciseRefused(N_("It is open: its last day can only be later"), "closes_on")
    exercise.standard = keep_version(version)
    for name, value in told.items():
        setattr(exercise, name, value)
    db.session.flush()
    _record(Happening.EXERCISE_CHANGED, exercise, at, by, role)


def move_exercise(
    exercise: PlaceStandardExercise, to: str, *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Open, close or publish an exercise; there is no way back. Raises ExerciseRefused."""
    if FOLLOWS.get(exercise.stage) != to:
        raise ExerciseRefused(N_("Somebody moved this on before you. Look at it as it is now"))
    today = at.astimezone(UK).date()
    if to == "open" and today > exercise.closes_on:
        raise ExerciseRefused(N_("Its last day has passed. Change its days first"))
    if to == "closed" and today <= exercise.closes_on:
        raise ExerciseRefused(N_("People may still answer today: close it after its last day"))
    exercise.stage = to
    exercise.published_at = at if to == "published" else None
    db.session.flush()
    _record(Happening.EXERCISE_MOVED, exercise, at, by, role, stage=to)


def _record(
    happening: Happening,
    exercise: PlaceStandardExercise,
    at: datetime,
    by: int | None,
    role: str,
    **detail: Any,
) -> None:
    _trail(happening, f"place_standard_exercise:{exercise.id}", at, by, role, **detail)


def _trail(
    happening: Happening, object_: str, at: datetime, by: int | None, role: str, **detail: Any
) -> None:
    record(happening, object_, at=at, actor_id=by, actor_role=role if by else "system", **detail)
