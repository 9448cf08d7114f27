"""Casting a ballot. The order of the steps is the protection: read `cast_ballot` from the top."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from engage.budgeting.keys import keys_of, make_keys_of
from engage.budgeting.models import Ballot, Project, Round, Voter
from engage.budgeting.queries.voters import limits_of, standing_ballot
from engage.budgeting.rules.ballots import (
    ChangedRefused,
    ChoicesRefused,
    ClosedRefused,
    NotEligibleRefused,
    Standing,
    Submission,
    ballot_key,
    canonical_choices,
    leaf_of,
    may_write,
)
from engage.extensions import db
from engage.tally.limits import choice_faults

#: The first number of a round's advisory lock on PostgreSQL; the second is the round's id.
ROUND_LOCK = 0x0E46A6E
#: How long one vote may wait for a lock, and for the database altogether, before it gives up.
WAITS = {
    "lock_timeout": "3s",
    "statement_timeout": "5s",
    "idle_in_transaction_session_timeout": "10s",
}


@dataclass(frozen=True)
class _Open:
    """A round as the vote's own transaction sees it. ``is_in_time`` is judged by one clock."""

    ballot_hash: str
    key_check: bytes
    allow_change: bool
    is_in_time: bool


def make_round_key(round_: Round) -> None:
    """Make the round's key, if it has none, and keep its check on the round. Raises KeysRefused."""
    make_keys_of(round_)


def on_postgresql() -> bool:
    """Say whether the database is PostgreSQL, with locks and a clock of its own."""
    return db.session.get_bind().dialect.name == "postgresql"


def begin_writing() -> None:
    """Begin a transaction that will write, and end the one that only read until now.

    On SQLite it takes the write lock at once: two that read first and write later would fail.
    """
    db.session.rollback()
    if not on_postgresql():
        db.session.connection().exec_driver_sql("BEGIN IMMEDIATE")


def cast_ballot(
    round_id: int, uid: bytes, sent: Submission, *, at: datetime, source: str = "online"
) -> Standing:
    """Put a vote into the ballot box, or change the one that stands there; the caller commits.

    ``source`` is the channel by which it came, of a changed vote the last one.
    ``at`` is the instant at which the request began; PostgreSQL's own clock wins over it. The
    choices are judged against the round's limits and projects (`ChoicesRefused`). Nothing that
    names the voter is written, not even locked. Sending the same submission again writes nothing
    and gives the ballot as it stands. Raises VoteRefused of the kind that fits.
    """
    judge_choices(round_id, sent)
    _begin_vote(round_id)
    round_ = _open_round(round_id, at)
    key = ballot_key(keys_of(round_id, round_.key_check), round_id, uid)
    _lock_ballot(key)
    if not round_.is_in_time:
        raise ClosedRefused("Voting is not open now")
    if db.session.scalar(select(Voter.status).where(Voter.uid == uid)) != "eligible":
        raise NotEligibleRefused("You cannot vote in this round")
    standing = standing_ballot(round_id, key)
    if not may_write(standing, sent, round_.ballot_hash, allow_change=round_.allow_change):
        assert standing is not None  # noqa: S101 - may_write is False only for what stands
        return standing
    try:
        return _write(round_id, key, round_.ballot_hash, standing, sent, source)
    except IntegrityError as error:
        db.session.rollback()
        raise ChangedRefused("You have voted on another page since you opened this one") from error


def judge_choices(round_id: int, sent: Submission) -> None:
    """Raise ChoicesRefused where a vote breaks the round's limits."""
    round_ = db.session.get_one(Round, round_id)
    projects = select(Project.id, Project.cost_pence).where(Project.round_id == round_id)
    costs = dict(iter(db.session.execute(projects)))
    faults = choice_faults(sent.choices, limits_of(round_), costs)
    if faults:
        raise ChoicesRefused(faults[0])


def _begin_vote(round_id: int) -> None:
    """Begin the vote's transaction and share the round with other votes, but not with its close.

    The lock is a statement of its own: one that also read would see the round as it was before
    it waited.
    """
    begin_writing()
    if on_postgresql():
        for setting, value in WAITS.items():
            db.session.execute(select(func.set_config(setting, value, True)))
        db.session.execute(select(func.pg_advisory_xact_lock_shared(ROUND_LOCK, round_id)))


def _open_round(round_id: int, at: datetime) -> _Open:
    """Read the round in this transaction. On PostgreSQL the transaction's own begin is the time."""
    instant: Any = func.transaction_timestamp() if on_postgresql() else literal(at, _instant_type())
    in_time = case(
        (
            (Round.stage == "voting")
            & (Round.voting_opens_at <= instant)
            & (instant < Round.voting_closes_at)
            & Round.is_imported.is_(False),
            1,
        ),
        else_=0,
    )
    row = db.session.execute(
        select(Round.ballot_hash, Round.key_check, Round.allow_change, in_time).where(
            Round.id == round_id
        )
    ).one()
    return _Open(row[0] or "", row[1] or b"", row[2], bool(row[3]))


def _instant_type() -> Any:
    return Round.__table__.c.voting_opens_at.type


def _lock_ballot(key: bytes) -> None:
    """Queue behind whatever else touches this ballot; the lock leaves no trace in any row."""
    if on_postgresql():
        number = int.from_bytes(key[:8], "big", signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(number)))


def _write(
    round_id: int,
    key: bytes,
    ballot_hash: str,
    standing: Standing | None,
    sent: Submission,
    source: str,
) -> Standing:
    version = standing.version + 1 if standing else 1
    choices, salt = canonical_choices(sent.choices), secrets.token_bytes(16)
    leaf = leaf_of(round_id, ballot_hash, version, salt, choices)
    values = {
        "source": source,
        "version": version,
        "submission_id": sent.submission_id,
        "choices": choices,
        "salt": salt,
        "leaf": leaf,
    }
    if standing is None:
        db.session.execute(insert(Ballot).values(round_id=round_id, ballot_key=key, **values))
    else:
        db.session.execute(
            update(Ballot)
            .where(
                Ballot.round_id == round_id,
                Ballot.ballot_key == key,
                Ballot.version == standing.version,
            )
            .values(**values)
        )
    return Standing(version, sent.submission_id, leaf)
