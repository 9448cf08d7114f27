"""Reads of runs of a count, and of how long one would take."""

from sqlalchemy import func, select

from engage.budgeting.models import Ballot, CountRun, Round
from engage.budgeting.rules.counting_time import PATIENCE, counting_seconds
from engage.extensions import db


def unfinished_run(round_id: int) -> CountRun | None:
    """Return the run of a round that waits or counts."""
    return db.session.scalar(
        select(CountRun).where(
            CountRun.round_id == round_id, CountRun.stage.in_(("waiting", "counting"))
        )
    )


def unfinished_runs() -> list[int]:
    """Return the ids of all runs that wait or count."""
    waiting = select(CountRun.id).where(CountRun.stage.in_(("waiting", "counting")))
    return list(db.session.scalars(waiting.order_by(CountRun.id)))


def latest_run(round_id: int) -> CountRun | None:
    """Return the newest run of a round."""
    return db.session.scalar(
        select(CountRun).where(CountRun.round_id == round_id).order_by(CountRun.id.desc()).limit(1)
    )


def takes_long(round_: Round) -> bool:
    """Say whether a count of this round would keep somebody waiting at a page."""
    ballots = db.session.scalar(
        select(func.count()).select_from(Ballot).where(Ballot.round_id == round_.id)
    )
    projects = len(round_.projects)
    step = round_.increment_pence if round_.completion != "none" else None
    seconds = counting_seconds(
        ballots or 0,
        projects,
        min(round_.max_choices or projects, projects),
        round_.pot_pence // (ballots or 1),
        step,
    )
    return seconds > PATIENCE
