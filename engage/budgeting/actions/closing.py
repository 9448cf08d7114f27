"""Closing a round: the last seal, and nothing left in the database that tells who voted when."""

from collections import Counter
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, text, update

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.evaluation import put_evaluations_in_order
from engage.budgeting.actions.voting import ROUND_LOCK, on_postgresql
from engage.budgeting.keys import keys_of
from engage.budgeting.models import Round, Seal
from engage.budgeting.queries.voters import ballot_sources, latest_seal, leaves_of, voters_of
from engage.budgeting.rules.ballots import (
    CLOSING_WAIT,
    NO_SEAL,
    CloseRefused,
    KeysRefused,
    SealFacts,
    ballot_key,
    seal_hash,
    seal_root,
)
from engage.budgeting.rules.rounds import Stage
from engage.engagements.actions import record_ballots
from engage.extensions import db
from engage.web.rules import UK


def close_if_due(round_: Round, at: datetime) -> bool:
    """Close the round if its time has come and nobody has done so; say whether it was closed now.

    A page that needs a closed round calls it before anything else, and commits.
    """
    due = round_.stage == Stage.VOTING and _instant(at) >= round_.voting_closes_at + CLOSING_WAIT
    return due and close_voting(round_, at=at)


def close_voting(
    round_: Round, *, at: datetime, by: int | None = None, role: str = "system"
) -> bool:
    """Close voting, seal the ballots and hand on who took part; False: it was closed already.

    Waits for the votes that are under way, and no vote gets in after it. PostgreSQL's own clock
    wins over ``at``. Raises CloseRefused before the closing instant and the wait that follows it.
    The caller commits.
    """
    if not round_.is_imported and _instant(at) < round_.voting_closes_at + CLOSING_WAIT:
        raise CloseRefused(
            "Voting closes by the clock. Wait until a little after its closing time: "
            "votes may be under way until then"
        )
    if on_postgresql():
        db.session.execute(select(func.pg_advisory_xact_lock(ROUND_LOCK, round_.id)))
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
    voters = _hand_on_voters(round_)
    put_ballots_in_order()
    put_evaluations_in_order()
    record(
        Happening.VOTING_CLOSED,
        f"round:{round_.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        ballots=seal.ballots,
        voters=voters,
        seal=seal.hash,
    )
    return True


def seal_ballots(round_: Round, reason: str, *, at: datetime) -> Seal:
    """Seal all ballots of the round as they stand, chained to the seal before."""
    leaves, last = leaves_of(round_.id), latest_seal(round_.id)
    facts = SealFacts(
        round_id=round_.id,
        n=last.n + 1 if last else 1,
        at=at,
        ballots=len(leaves),
        root=seal_root(leaves),
        prev_hash=last.hash if last else NO_SEAL,
        reason=reason,
    )
    seal = Seal(**vars(facts), hash=seal_hash(facts))
    db.session.add(seal)
    db.session.flush()
    return seal


def put_ballots_in_order() -> None:
    """Write the ballots anew in the order of their keys, so that no row's place tells its time.

    SQLite gives them in that order from the first, but inside a page of its file the newest
    stands before the older ones. Begin writing before: no vote may come between.
    """
    if on_postgresql():
        db.session.execute(text("SELECT put_ballots_in_order()"))
        return
    run = db.session.connection().exec_driver_sql
    guards = run(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ballot'"
    ).all()
    for name, _sql in guards:
        run(f"DROP TRIGGER {name}")
    run("CREATE TEMPORARY TABLE ballot_kept AS SELECT * FROM ballot")
    run("DELETE FROM ballot")
    run("INSERT INTO ballot SELECT * FROM ballot_kept ORDER BY round_id, ballot_key")
    run("DROP TABLE ballot_kept")
    for _name, sql in guards:
        run(sql)


def _hand_on_voters(round_: Round) -> int | None:
    """Give the facts of who took part to the engagement, in one batch of counts.

    Without the round's key it can't be known who voted: the count stands, the facts are missing.
    """
    try:
        key = keys_of(round_.id, round_.key_check)
    except KeysRefused:
        return None
    sources = ballot_sources(round_.id)
    counts: Counter[tuple[str, str | None, str]] = Counter()
    for voter in voters_of(round_.id):
        source = sources.get(ballot_key(key, round_.id, voter.uid))
        if source is not None:
            counts[voter.place, voter.zone_code, source] += 1
    day = round_.voting_closes_at.astimezone(UK).date()
    record_ballots(round_.engagement_id, counts, on_day=day)
    return counts.total()


def _instant(at: datetime) -> datetime:
    """Return the time by the clock that counts: the database's own, or the server's on SQLite."""
    if not on_postgresql():
        return at
    return cast("datetime", db.session.scalar(select(func.clock_timestamp())))
