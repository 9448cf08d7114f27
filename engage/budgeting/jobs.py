"""What happens to rounds when nobody looks, or takes longer than somebody would."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions.batches import hash_codes, keep_codes, start_batch
from engage.budgeting.actions.closing import close_if_due
from engage.budgeting.actions.count_runs import (
    BROKE,
    ask_to_count,
    begin_run,
    end_run,
    note_step,
)
from engage.budgeting.actions.counting import check_countable, count_round
from engage.budgeting.actions.delivery import remind_late, wipe_details
from engage.budgeting.actions.discussion import erase_old_posts
from engage.budgeting.actions.drafts import erase_old_drafts
from engage.budgeting.actions.ordering import GROUPS, put_group_in_order
from engage.budgeting.actions.sealing import seal_ballots
from engage.budgeting.actions.sheets import REGISTER, erase_register, let_key_go
from engage.budgeting.actions.turnout import hand_on_voters
from engage.budgeting.actions.voting import ROUND_LOCK, begin_writing, on_postgresql
from engage.budgeting.anchors import note_seals, record_of
from engage.budgeting.counting import count_ballots
from engage.budgeting.keys import CODE, read_key, remove_key, round_key_name
from engage.budgeting.models import CountRun, Round, Seal
from engage.budgeting.queries.count_runs import takes_long, unfinished_runs
from engage.budgeting.queries.records import gap_of, is_behind, sealed_rounds, seals_of
from engage.budgeting.queries.rounds import open_rounds
from engage.budgeting.queries.sheets import declared_rounds, removal_of
from engage.budgeting.queries.voters import (
    codes_made,
    handed_on_day,
    latest_seal,
    rounds_in_voting,
)
from engage.budgeting.rules.ballots import KeysRefused
from engage.budgeting.rules.codes import PART, Batch, codes_of
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.seals import RecordDamaged, seal_is_due
from engage.budgeting.rules.stages import Stage, takes_votes
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.web.apart import is_silent, may_start_apart, start_apart
from engage.web.rules import UK

#: How long a page waits for the votes under way, before it shows the round as it stands.
PAGE_WAIT = "2s"
#: How often the rewriting of rows tries again where somebody is busy, and after how many seconds.
TRIES, PAUSE = 10, 0.2


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
        note_all_seals()
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
    """Make a batch of codes while somebody waits. Raises what ``begin_batch`` and ``finish_batch``
    do; ``seen`` is told how many were made with each part.
    """
    batch = begin_batch(round_id, number)
    finish_batch(round_id, batch, by=by, role=role, seen=seen)
    return batch


def begin_batch(round_id: int, number: int) -> Batch:
    """Begin a batch of which no code stands yet, and commit. Raises what ``start_batch`` does."""
    begin_writing()
    batch = start_batch(db.session.get_one(Round, round_id), number, at=clock.now())
    db.session.commit()
    return batch


def finish_batch(
    round_id: int,
    batch: Batch,
    *,
    by: int | None,
    role: str,
    seen: Callable[[int], object] = lambda made: None,
) -> None:
    """Make what is missing of a batch in parts, each committed, so that pages show how far it is.

    What breaks off half way stays unfinished until somebody goes on with it who holds its name,
    or drops it. Raises what ``keep_codes`` does.
    """
    codes = codes_of(read_key(CODE), round_id, batch)
    for start in range(codes_made(round_id, batch.fingerprint), batch.number, PART):
        hashed = hash_codes(round_id, codes[start : start + PART])
        begin_writing()
        round_ = db.session.get_one(Round, round_id)
        keep_codes(round_, batch, hashed, after=start, at=clock.now(), by=by, role=role)
        db.session.commit()
        seen(len(hashed))


def order_count(round_id: int, *, by: int | None) -> CountRun:
    """Count the votes of a round, or have it done beside the server where it takes long.

    Return the run, which says what came of it. Raises RoundRefused where the votes can't be
    counted now, or are being counted already.
    """
    begin_writing()
    round_ = db.session.get_one(Round, round_id)
    check_countable(round_)
    run = ask_to_count(round_, at=clock.now(), by=by)
    run_id, is_long = run.id, takes_long(round_)
    db.session.commit()
    if is_long and may_start_apart():
        start_apart("budgeting", "finish-count", str(run_id))
    else:
        run_count(run_id)
    return db.session.get_one(CountRun, run_id)


def run_count(run_id: int) -> None:
    """Do a count that was asked for, without holding anybody up, and keep what came out.

    What refuses it or breaks is kept with the run for the officer who asked. Does nothing where
    the run ended, or another process is at it.
    """
    begin_writing()
    if not begin_run(run_id, at=clock.now()):
        db.session.rollback()
        return
    db.session.commit()
    run = db.session.get_one(CountRun, run_id)
    round_id, by = run.round_id, run.asked_by
    account = db.session.get(Account, by) if by else None
    role = account.role if account else "officer"
    try:
        outcome = count_ballots(
            db.session.get_one(Round, round_id), seen=lambda step: _note_step(run_id, step)
        )
        _note_step(run_id, "keeping")
        begin_writing()
        round_ = db.session.get_one(Round, round_id)
        count_round(round_, at=clock.now(), by=by, role=role, counted=outcome)
        end_run(run_id, at=clock.now())
        db.session.commit()
    except RoundRefused as refusal:
        _fail(run_id, str(refusal))
    except Exception:
        _fail(run_id, BROKE)
        raise


def _note_step(run_id: int, step: str) -> None:
    """Say how far a run is, in a unit of its own: then nothing is held while it counts."""
    note_step(run_id, step, at=clock.now())
    db.session.commit()


def _fail(run_id: int, refusal: str) -> None:
    db.session.rollback()
    end_run(run_id, at=clock.now(), refusal=refusal)
    db.session.commit()


def go_on_counting() -> int:
    """Do counts that wait, and those of which nothing was heard for minutes; return how many."""
    gone_on = 0
    for run_id in unfinished_runs():
        if is_silent(db.session.get_one(CountRun, run_id).worked_at, clock.now()):
            run_count(run_id)
            gone_on += 1
    return gone_on


def close_due_rounds() -> list[int]:
    """Close every round whose time has come; return their ids. Each is a unit of its own.

    While a round is open, and once one was closed, rows are put in the order of their keys as
    well, so that the database shows who voted when for no longer than the time between two runs.
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
    if closed or any(round_.stage == "voting" for round_ in open_rounds(clock.now())):
        put_rows_in_order()
    note_all_seals()
    return closed


def hourly(round_: Round, at: datetime) -> Seal | None:
    """Do what is due once an hour while people vote: seal the ballots. The caller commits.

    None where this hour's seal stands already. Waits for the votes that are under way.
    """
    begin_writing()
    if on_postgresql():
        db.session.execute(select(func.pg_advisory_xact_lock(ROUND_LOCK, round_.id)))
    db.session.refresh(round_)
    is_open = takes_votes(round_.stage, round_.voting_opens_at, round_.voting_closes_at, at)
    last = latest_seal(round_.id)
    if not is_open or not seal_is_due(last.at if last else None, at):
        return None
    return seal_ballots(round_, "hourly", at=at)


def seal_open_rounds() -> tuple[list[int], list[int]]:
    """Seal every round in which people vote, and note the seals outside.

    Returns the ids of the rounds that were sealed, and of those that could not be. Each is a unit
    of its own, and running it twice in an hour seals once.
    """
    sealed, failed = [], []
    for round_id in [round_.id for round_ in rounds_in_voting()]:
        try:
            if hourly(db.session.get_one(Round, round_id), clock.now()) is not None:
                sealed.append(round_id)
            db.session.commit()
        except (SQLAlchemyError, KeysRefused) as error:  # the other rounds are sealed all the same
            db.session.rollback()
            failed.append(round_id)
            current_app.logger.error("a round was not sealed: %s", type(error).__name__)
    failed += note_all_seals()
    deliver_waiting()
    _empty_write_ahead_log()
    return sealed, sorted(set(failed))


def note_all_seals() -> list[int]:
    """Note outside every committed seal that isn't there yet; return the rounds where it failed.

    After each commit that sealed something. Never raises: the next run notes what this one could
    not. Where the database is behind the record nothing is noted: the record stays as it is.
    """
    failed = []
    for round_id, name, newest in sealed_rounds():
        try:
            record = record_of(name)
            last = record[-1].facts.n if record else 0
            if newest > last and gap_of(round_id) is None:
                note_seals(name, seals_of(round_id, after=last))
        except (RecordDamaged, OSError) as error:
            failed.append(round_id)
            current_app.logger.error("a seal was not noted outside: %s", type(error).__name__)
    return failed


def let_keys_go() -> tuple[list[int], list[int]]:
    """End the keys of declared rounds, and the registers of those whose challenge is over.

    Returns the rounds whose key went now, and those whose register was erased now. Before a key
    goes, who took part is handed on a last time. A crash between the commit and the end of the
    file is made good by the next run.
    """
    removed, erased = [], []
    for round_id in [round_.id for round_ in declared_rounds()]:
        begin_writing()
        round_, at = db.session.get_one(Round, round_id), clock.now()
        if let_key_go(round_, at=at):
            hand_on_voters(round_, at)
            removed.append(round_id)
        db.session.commit()
        if removal_of(round_id) is not None:
            remove_key(round_key_name(round_id))
        if erase_register(round_, at=at):
            erased.append(round_id)
        db.session.commit()
    if erased:
        _leave_no_traces()
    return removed, erased


def hand_on_turnout() -> list[int]:
    """Hand on who has voted so far in each open round, once a day; return their ids.

    Who comes twice in a day changes nothing: the batch of the day stands.
    """
    handed_on = []
    for round_id in [round_.id for round_ in rounds_in_voting()]:
        begin_writing()
        round_, at = db.session.get_one(Round, round_id), clock.now()
        if is_behind(round_id) or not round_.voting_opens_at <= at < round_.voting_closes_at:
            continue
        if handed_on_day(round_) != at.astimezone(UK).date() and hand_on_voters(round_, at):
            handed_on.append(round_id)
        db.session.commit()
    return handed_on


def _leave_no_traces() -> None:
    """Write the tables of the register anew, so that no erased row is left in their files."""
    if on_postgresql():
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in REGISTER:
                connection.exec_driver_sql(f"VACUUM (FULL) {table.__tablename__}")
    _empty_write_ahead_log()


def put_rows_in_order() -> bool:
    """Write the ballots, and what people write near a vote, anew in the order of their keys.

    Say whether all of it was done. Each group of tables is a unit of its own, and none is waited
    for longer than a voter would notice: what is left is for the next run.
    """
    left = [names for names in GROUPS if not _put_in_order(names)]
    _empty_write_ahead_log()
    return not left


def _put_in_order(names: Sequence[str]) -> bool:
    for _ in range(TRIES):
        try:
            put_group_in_order(names)
            db.session.commit()
            return True
        except OperationalError:
            db.session.rollback()
            time.sleep(PAUSE)
    current_app.logger.error("rows were not put in order: %s", ", ".join(names))
    return False


def erase_due_drafts() -> int:
    """Erase the drafts that nobody can send any more, after a while; return how many."""
    erased = erase_old_drafts(clock.now())
    db.session.commit()
    return erased


def wipe_old_details() -> int:
    """Delete the bank details of awards that ended long ago; return of how many."""
    wiped = wipe_details(at=clock.now())
    db.session.commit()
    return wiped


def remind_late_awards() -> int:
    """Remind people with awards of what is overdue, each thing once; return of how many."""
    late = remind_late(at=clock.now())
    db.session.commit()
    return late


def erase_due_posts() -> int:
    """Erase what the discussion keeps of people only for a while; return of how many posts."""
    erased = erase_old_posts(clock.now())
    db.session.commit()
    return erased


def _empty_write_ahead_log() -> None:
    """On SQLite, empty the log beside the database, which holds what was written in its order.

    A reader who is busy keeps it for now: the next run tries again.
    """
    if not on_postgresql():
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
