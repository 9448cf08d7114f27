"""What happens to rounds when nobody looks, or takes longer than somebody would."""

from collections.abc import Callable

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from engage import clock
from engage.budgeting.actions.batches import hash_codes, keep_codes, start_batch
from engage.budgeting.actions.closing import close_if_due, put_ballots_in_order
from engage.budgeting.actions.voting import begin_writing, on_postgresql
from engage.budgeting.keys import CODE, read_key
from engage.budgeting.models import Round
from engage.budgeting.queries.rounds import open_rounds
from engage.budgeting.queries.voters import rounds_in_voting
from engage.budgeting.rules.codes import PART, Batch, codes_of
from engage.budgeting.rules.rounds import Stage
from engage.extensions import db

#: How long a page waits for the votes under way, before it shows the round as it stands.
PAGE_WAIT = "2s"


def close_before_showing(round_: Round) -> None:
    """Close a round whose time has come before its page is shown: nothing waits for the job.

    A unit of its own, before anything else is read. Any other round costs no write. Never raises:
    where the database refuses or another request is at it, the next page or the job closes it.
    """
    if round_.stage != Stage.VOTING or clock.now() < round_.voting_closes_at:
        return
    try:
        if on_postgresql():
            db.session.execute(select(func.set_config("lock_timeout", PAGE_WAIT, True)))
        close_if_due(round_, clock.now())
        db.session.commit()
    except SQLAlchemyError as error:
        db.session.rollback()
        current_app.logger.error("a round was not closed: %s", type(error).__name__)


def make_batch(
    round_id: int,
    number: int,
    *,
    by: int | None,
    role: str,
    seen: Callable[[int], object] = lambda made: None,
) -> Batch:
    """Make a batch of codes in parts, each committed, so that pages show how far it is.

    ``seen`` is told how many were made with each part. What breaks off half way stays unfinished
    until it is dropped. Raises what ``start_batch`` and ``keep_codes`` do.
    """
    begin_writing()
    batch = start_batch(db.session.get_one(Round, round_id), number, at=clock.now())
    db.session.commit()
    codes = codes_of(read_key(CODE), round_id, batch)
    for start in range(0, number, PART):
        hashed = hash_codes(round_id, codes[start : start + PART])
        begin_writing()
        round_ = db.session.get_one(Round, round_id)
        keep_codes(round_, batch, hashed, at=clock.now(), by=by, role=role)
        db.session.commit()
        seen(len(hashed))
    return batch


def close_due_rounds() -> list[int]:
    """Close every round whose time has come; return their ids. Each is a unit of its own.

    While a round is open its ballots are put in the order of their keys as well, so that the
    database shows who voted when for no longer than the time between two runs.
    """
    closed = []
    for round_id in [round_.id for round_ in rounds_in_voting()]:
        try:
            if close_if_due(db.session.get_one(Round, round_id), clock.now()):
                closed.append(round_id)
            db.session.commit()
        except SQLAlchemyError as error:  # the other rounds close all the same
            db.session.rollback()
            current_app.logger.error("a round was not closed: %s", type(error).__name__)
    if any(round_.stage == "voting" for round_ in open_rounds(clock.now())):
        begin_writing()
        put_ballots_in_order()
        db.session.commit()
    _empty_write_ahead_log()
    return closed


def _empty_write_ahead_log() -> None:
    """On SQLite, empty the log beside the database, which holds what was written in its order.

    A reader who is busy keeps it for now: the next run tries again.
    """
    if not on_postgresql():
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
