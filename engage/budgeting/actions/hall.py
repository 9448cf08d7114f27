"""Running an evening in a hall: the order of the pitches, the door, the ballot papers."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.rounds import draw_lot
from engage.budgeting.models import HallNight, PaperBatch, Pitch, Round
from engage.budgeting.queries.hall import evening, hall_night
from engage.budgeting.rules.hall import (
    HallRefused,
    counted_on,
    may_draw,
    may_end_pitches,
    may_hand_out,
)
from engage.extensions import db


def draw_pitches(
    round_: Round,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
    draw: Callable[[list[int]], None] = draw_lot,
) -> None:
    """Draw in which order the projects speak, once and for good. Raises HallRefused."""
    may_draw(evening(round_, hall_night(round_.id), at))
    order = [project.id for project in round_.projects]
    draw(order)
    for place, project_id in enumerate(order, start=1):
        db.session.add(Pitch(round_id=round_.id, place=place, project_id=project_id))
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        raise HallRefused("The order was drawn already, and it stays") from error
    _record(Happening.PITCHES_DRAWN, round_, at=at, by=by, role=role, order=order)


def end_pitches(round_: Round, *, at: datetime, by: int | None, role: str = "officer") -> None:
    """Say that the last pitch is over: from now on ballot papers may be given out."""
    may_end_pitches(evening(round_, hall_night(round_.id), at))
    _locked(round_.id).pitches_over_at = at
    db.session.flush()
    _record(Happening.PITCHES_ENDED, round_, at=at, by=by, role=role)


def count_people(round_: Round, change: int) -> int:
    """Count people in or out at the door; return how many came so far. Raises HallRefused."""
    night = _locked(round_.id)
    night.came = counted_on(night.came, change, "people")
    db.session.flush()
    return night.came


def count_papers(round_: Round, change: int, *, at: datetime) -> int:
    """Count ballot papers given out, or taken back; return how many so far. Raises HallRefused."""
    night = _locked(round_.id)
    may_hand_out(evening(round_, night, at))
    night.papers = counted_on(night.papers, change, "papers")
    db.session.flush()
    return night.papers


def choose_stations(round_: Round, ids: Collection[int]) -> None:
    """Say which stations of a round stand in the hall: with their papers its own are compared."""
    stations = update(PaperBatch).where(PaperBatch.round_id == round_.id)
    db.session.execute(stations.values(in_hall=PaperBatch.id.in_(ids)))


def _locked(round_id: int) -> HallNight:
    """Return the evening's row, made first if it is absent; two counting at once wait in turn."""
    query = select(HallNight).where(HallNight.round_id == round_id).with_for_update()
    night = db.session.scalar(query.execution_options(populate_existing=True))
    if night is None:
        night = HallNight(round_id=round_id, came=0, papers=0)
        db.session.add(night)
        db.session.flush()
    return night


def _record(
    happening: Happening,
    round_: Round,
    *,
    at: datetime,
    by: int | None,
    role: str,
    **detail: object,
) -> None:
    actor_role = role if by else "system"
    record(happening, f"round:{round_.id}", at=at, actor_id=by, actor_role=actor_role, **detail)
