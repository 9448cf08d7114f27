"""Stations of a round: added, taken away, and the numbers of their papers."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.voting import begin_writing
from engage.budgeting.models import PaperBatch, Round
from engage.budgeting.queries.papers import entered
from engage.budgeting.queries.rounds import latest_count
from engage.budgeting.rules.papers import BatchState, PapersRefused
from engage.budgeting.rules.stages import Stage
from engage.extensions import db

COUNTED = "The votes are counted, so no paper can be added or changed"
MEANWHILE = "Somebody changed this station before you. Look at what is there now"


def add_station(
    round_: Round, station: str, *, issued: int, declared: int, at: datetime, by: int, role: str
) -> PaperBatch:
    """Add a station of a round that takes paper, with the papers that it gave out and found.

    Raises PapersRefused for a round that takes none now, and for a name that another one has.
    """
    if not round_.takes_paper or round_.stage not in (Stage.VOTING, Stage.CLOSED):
        raise PapersRefused("This fund takes no papers now")
    if latest_count(round_.id) is not None:
        raise PapersRefused(COUNTED)
    batch = PaperBatch(
        round_id=round_.id, station=station, issued=issued, declared=declared, numbers_by=by
    )
    try:
        with db.session.begin_nested():
            db.session.add(batch)
            db.session.flush()
    except IntegrityError as error:
        raise PapersRefused("There is a station with this name already") from error
    record_papers(
        Happening.STATION_ADDED, batch, at=at, by=by, role=role, issued=issued, declared=declared
    )
    return batch


def remove_station(batch_id: int, *, at: datetime, by: int, role: str) -> None:
    """Take away a station that was added by mistake: nothing was entered and nobody marked."""
    batch = locked(batch_id)
    if batch.state != BatchState.OPEN or batch.marks or entered(batch.id, 1):
        raise PapersRefused("A station with papers or with desk marks stays")
    record_papers(Happening.STATION_REMOVED, batch, at=at, by=by, role=role)
    db.session.delete(batch)
    db.session.flush()


def change_numbers(
    batch_id: int,
    *,
    issued: int,
    declared: int,
    explanation: str,
    version: int,
    at: datetime,
    by: int,
    role: str,
) -> None:
    """Correct what a station gave out and found, and explain what does not add up.

    Once the papers are accepted, somebody else than whoever gave the numbers corrects them: or one
    person could make a difference go away. Raises PapersRefused, and for a stale ``version``.
    """
    batch = locked(batch_id)
    if batch.version != version:
        raise PapersRefused(MEANWHILE)
    refuse_declared(batch)
    if (issued, declared) != (batch.issued, batch.declared):
        if batch.state == BatchState.ACCEPTED and batch.numbers_by == by:
            raise PapersRefused(
                "You gave these numbers, and the papers are accepted since: another person must "
                "correct them"
            )
        batch.issued, batch.declared, batch.numbers_by = issued, declared, by
    batch.explanation = explanation
    db.session.flush()
    record_papers(
        Happening.PAPER_NUMBERS_CHANGED,
        batch,
        at=at,
        by=by,
        role=role,
        issued=issued,
        declared=declared,
        explained=bool(explanation),
    )


def locked(batch_id: int) -> PaperBatch:
    """Begin writing, and return the batch with nobody else at it until the end of the unit."""
    begin_writing()
    batch: PaperBatch | None = db.session.scalar(
        select(PaperBatch)
        .where(PaperBatch.id == batch_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if batch is None:
        raise PapersRefused(MEANWHILE)
    return batch


def refuse_counted(batch: PaperBatch) -> None:
    """Raise PapersRefused once the votes are counted, or the result is declared."""
    refuse_declared(batch)
    if latest_count(batch.round_id) is not None:
        raise PapersRefused(COUNTED)


def refuse_declared(batch: PaperBatch) -> None:
    """Raise PapersRefused once the result is declared."""
    if db.session.get_one(Round, batch.round_id).stage == Stage.DECLARED:
        raise PapersRefused("The result is declared, so the paper account stays as it is")


def record_papers(
    happening: Happening, batch: PaperBatch, *, at: datetime, by: int, role: str, **detail: Any
) -> None:
    """Note in the trail what was done to a batch: numbers, and nothing that a paper says."""
    record(
        happening,
        f"papers:{batch.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        round=batch.round_id,
        **detail,
    )
