"""Runs of a count: asking for one, saying how far it is, ending it."""

from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError

from engage.budgeting.models import CountRun, Round
from engage.budgeting.queries.count_runs import unfinished_run
from engage.budgeting.rules.refusals import CountRefused
from engage.extensions import db
from engage.web.apart import SILENT, is_silent
from engage.web.rules import N_

COUNTING = N_("The votes are being counted already: look how far that is")
STOPPED = N_("The count stopped before its end. Nothing is lost: count again")
BROKE = N_("Something went wrong while we counted. Count again; if it happens again, tell us")


def ask_to_count(round_: Round, *, at: datetime, by: int | None) -> CountRun:
    """Ask for a count. Of two at one moment the database takes one.

    A run that nothing was heard of for minutes has failed. Raises CountRefused for the second.
    """
    before = unfinished_run(round_.id)
    if before is not None and is_silent(before.worked_at, at):
        end_run(before.id, at=at, refusal=STOPPED)
    run = CountRun(round_id=round_.id, asked_at=at, asked_by=by, worked_at=at)
    try:
        with db.session.begin_nested():
            db.session.add(run)
    except IntegrityError as error:
        raise CountRefused(COUNTING) from error
    return run


def begin_run(run_id: int, *, at: datetime) -> bool:
    """Take a run on; False where it ended, or another process is at it."""
    taken = db.session.execute(
        update(CountRun)
        .where(
            CountRun.id == run_id,
            or_(
                CountRun.stage == "waiting",
                (CountRun.stage == "counting") & (CountRun.worked_at < at - SILENT),
            ),
        )
        .values(stage="counting", step="ballots", worked_at=at)
        .returning(CountRun.id)
    ).one_or_none()
    return taken is not None


def note_step(run_id: int, step: str, *, at: datetime) -> None:
    """Say what a run is at now."""
    db.session.execute(
        update(CountRun).where(CountRun.id == run_id).values(step=step, worked_at=at)
    )


def end_run(run_id: int, *, at: datetime, refusal: str = "") -> None:
    """End a run, well or with what its officer reads of why not."""
    stage = "failed" if refusal else "done"
    db.session.execute(
        update(CountRun)
        .where(CountRun.id == run_id, CountRun.stage.in_(("waiting", "counting")))
        .values(stage=stage, refusal=refusal[:500], worked_at=at)
    )
