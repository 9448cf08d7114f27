"""Closing a round: the last seal, and nothing left in the database that tells who voted when."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.approvals import set_aside
from engage.budgeting.actions.ordering import put_in_order
from engage.budgeting.actions.reviewing import list_doubtful_voters
from engage.budgeting.actions.sealing import seal_ballots
from engage.budgeting.actions.voting import ROUND_LOCK, on_postgresql
from engage.budgeting.models import Round
from engage.budgeting.queries.approvals import waiting_of
from engage.budgeting.queries.records import is_behind, record_state
from engage.budgeting.rules.approvals import What
from engage.budgeting.rules.ballots import CLOSING_WAIT, CloseRefused
from engage.budgeting.rules.stages import Stage
from engage.extensions import db

#: Why voting isn't closed while its record outside doesn't agree, by what is wrong with it.
_HELD_UP = {
    "behind": "Votes may be missing: two officers must look into that before voting closes",
    "unreadable": "The record of seals outside can’t be read: whoever runs the server must put its "
    "file back before voting closes",
}


def close_if_due(round_: Round, at: datetime) -> bool:
    """Close the round if its time has come and nobody has done so; say whether it was closed now.

    A page that needs a closed round calls it before anything else, and commits. A round whose
    ballot box is behind the record outside waits for the officers who look into it.
    """
    due = (
        round_.stage == Stage.VOTING
        and instant_of_database(at) >= round_.voting_closes_at + CLOSING_WAIT
    )
    return due and not is_behind(round_.id) and close_voting(round_, at=at)


def close_voting(
    round_: Round, *, at: datetime, by: int | None = None, role: str = "system"
) -> bool:
    """Close voting, seal the ballots and list doubtful voters; False: it was closed already.

    Waits for the votes that are under way, and no vote gets in after it. PostgreSQL's own clock
    wins over ``at``. Raises CloseRefused before the closing instant and the wait that follows it,
    and while votes may be missing. The caller commits.
    """
    if on_postgresql():
        db.session.execute(select(func.pg_advisory_xact_lock(ROUND_LOCK, round_.id)))
    db.session.refresh(round_, ["voting_closes_at"])  # it may have moved later meanwhile
    if not round_.is_imported and instant_of_database(at) < round_.voting_closes_at + CLOSING_WAIT:
        raise CloseRefused(
            "Voting closes by the clock. Wait until a little after its closing time: "
            "votes may be under way until then"
        )
    if state := record_state(round_.id):
        raise CloseRefused(_HELD_UP[state])
    closed = db.session.execute(
        update(Round)
        .where(Round.id == round_.id, Round.stage == Stage.VOTING)
        .values(stage=Stage.CLOSED, version=Round.version + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(round_)
    if cast("CursorResult[Any]", closed).rowcount == 0:
        return False
    seal = seal_ballots(round_, "closed", at=at)
    listed = list_doubtful_voters(round_)
    late = waiting_of(round_.id, What.EXTEND)
    if late is not None:
        set_aside(late, at=at, by=by, role=role)
    put_in_order(["ballot"])
    record(
        Happening.VOTING_CLOSED,
        f"round:{round_.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        ballots=seal.ballots,
        listed=listed,
        seal=seal.hash,
    )
    return True


def instant_of_database(at: datetime) -> datetime:
    """Return the time by the clock that counts: the database's own, or the server's on SQLite."""
    if not on_postgresql():
        return at
    return cast("datetime", db.session.scalar(select(func.clock_timestamp())))
