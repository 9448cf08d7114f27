"""Casting a ballot. The order of the steps is the protection: read `cast_ballot` from the top."""

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Executable,
    Integer,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from engage.budgeting.keys import keys_of, make_keys_of
from engage.budgeting.models import Ballot, Round, Voter
from engage.budgeting.queries.ballot_papers import ballot_paper
from engage.budgeting.queries.records import refuse_gap
from engage.budgeting.queries.ways import is_on_list
from engage.budgeting.rules.ballot_types import (
    BallotKind,
    ballot_faults,
    terms_of,
    write_choices,
)
from engage.budgeting.rules.ballots import (
    HELPED_WITH_FACTS,
    ChangedRefused,
    ChoicesRefused,
    ClosedRefused,
    KeysRefused,
    NotEligibleRefused,
    OnPaperRefused,
    Standing,
    Submission,
    VotedRefused,
    ballot_key,
    desk_key,
    leaf_of,
    may_write,
)
from engage.extensions import UTCDateTime, db

#: The first number of a round's advisory lock on PostgreSQL; the second is the round's id.
ROUND_LOCK = 0x0E46A6E
#: How long one vote may wait for a lock, and for the database altogether, before it gives up.
WAITS = {
    "lock_timeout": "3s",
    "statement_timeout": "5s",
    "idle_in_transaction_session_timeout": "10s",
}


#: What makes a voter's place in the ballot box of the round's key, the round's id and their uid.
Place = Callable[[bytes, int, bytes], bytes]


@dataclass(frozen=True)
class _Seen:
    """What the vote's own transaction sees of the round, the voter and the ballot.

    ``is_in_time`` is judged by one clock; ``standing`` is None before a first vote, and
    ``voter_status`` for somebody who is no voter of this round.
    """

    ballot_hash: str
    key_check: bytes
    allow_change: bool
    kind: BallotKind
    record_name: str
    is_in_time: bool
    voter_status: str | None
    standing: Standing | None


def make_round_key(round_: Round) -> None:
    """Make the round's key, if it has none, and keep its check on the round. Raises KeysRefused."""
    make_keys_of(round_)


def on_postgresql() -> bool:
    """Say whether the database is PostgreSQL, with locks and a clock of its own."""
    return db.session.get_bind().dialect.name == "postgresql"


def begin_writing() -> None:
    """Begin a transaction that will write, and end the one that only read until now.

    On SQLite it takes the write lock at once: two that read first and write later would fail. On
    PostgreSQL the connection is kept, so that it isn't tried and given out a second time.
    """
    if on_postgresql():
        db.session.connection().connection.rollback()
        db.session.expire_all()
    else:
        db.session.rollback()
        db.session.connection().exec_driver_sql("BEGIN IMMEDIATE")


def write_from_here() -> None:
    """Let nobody else write on SQLite until the end: what is read from here on stays as it is.

    Unlike `begin_writing` it keeps what was written before. On PostgreSQL rows are locked instead.
    """
    if on_postgresql():
        return
    connection = db.session.connection()
    held: Any = connection.connection.dbapi_connection
    if not held.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def cast_ballot(
    round_id: int, uid: bytes, sent: Submission, *, at: datetime, source: str = "online"
) -> Standing:
    """Put a vote into the ballot box, or change the one that stands there; the caller commits.

    ``source`` is the channel by which it came; an assisted vote is a first vote and replaces none.
    ``at`` is the instant at which the request began; PostgreSQL's own clock wins over it. The
    choices are judged against the round's limits and projects (`ChoicesRefused`). Nothing that
    names the voter is written, not even locked. Sending the same submission again writes nothing
    and gives the ballot as it stands. Raises VoteRefused of the kind that fits.
    """
    judge_choices(round_id, sent)
    key, seen = _look_at_ballot(round_id, uid, at)
    refuse_gap(round_id, seen.record_name)
    if not seen.is_in_time:
        raise ClosedRefused("Voting is not open now")
    if seen.voter_status != "eligible":
        raise NotEligibleRefused("You cannot vote in this fund")
    standing = seen.standing
    if not may_write(
        standing,
        sent,
        seen.ballot_hash,
        allow_change=seen.allow_change,
        by_voter=source != "assisted",
    ):
        assert standing is not None  # noqa: S101 - may_write is False only for what stands
        return standing
    if standing is not None and standing.is_assisted and is_on_list(round_id, uid):
        raise VotedRefused(HELPED_WITH_FACTS)
    try:
        return _write(round_id, key, seen, sent, source)
    except IntegrityError as error:
        db.session.rollback()
        raise ChangedRefused("You have voted on another page since you opened this one") from error


def hold_for_paper(round_id: int, uid: bytes, *, at: datetime) -> None:
    """Keep a voter's place in the ballot box for a paper, so that no vote online gets in; the
    caller commits.

    The steps are those of `cast_ballot`, so that of a vote and a mark at once one is refused. Where
    voting online and in person are two contests, the place is the one in the contest in person:
    it leaves the vote online alone, and of two marks at once one is refused.
    Raises VotedRefused for somebody who has voted online, OnPaperRefused for a second mark.
    """
    apart = db.session.get_one(Round, round_id).separate_contests
    key, seen = _look_at_ballot(round_id, uid, at, desk_key if apart else ballot_key)
    refuse_gap(round_id, seen.record_name)
    if not seen.is_in_time:
        raise ClosedRefused("Voting is not open now")
    if seen.voter_status != "eligible":
        raise NotEligibleRefused("This person cannot vote in this fund")
    if seen.standing is not None and seen.standing.is_desk:
        raise OnPaperRefused("This person is marked already: give out no second paper")
    if seen.standing is not None:
        raise VotedRefused("This person has voted online already: give out no paper")
    mark = {"source": "desk", "version": 1, "submission_id": str(uuid.uuid4())}
    try:
        db.session.execute(insert(Ballot).values(round_id=round_id, ballot_key=key, **mark))
    except IntegrityError as error:
        db.session.rollback()
        raise ChangedRefused("Somebody voted or marked here at this moment: try again") from error


def judge_choices(round_id: int, sent: Submission) -> None:
    """Raise ChoicesRefused where a vote breaks the round's limits."""
    round_ = db.session.get_one(Round, round_id)
    ids = set(sent.choices)
    chosen = [line for line in ballot_paper(round_) if line.id in ids]
    costs = {line.id: line.cost_pence for line in chosen}
    pot_of = {line.id: line.pot for line in chosen}
    faults = ballot_faults(terms_of(round_), sent.choices, costs, sent.points, pot_of)
    if faults:
        raise ChoicesRefused(faults[0])


def _look_at_ballot(
    round_id: int, uid: bytes, at: datetime, place: Place = ballot_key
) -> tuple[bytes, _Seen]:
    """Begin the vote's transaction at a voter's place in the ballot box; return its key and what
    stands there. Raises KeysRefused where the keys aren't the round's."""
    check = db.session.get_one(Round, round_id).key_check
    key = place(keys_of(round_id, check), round_id, uid)
    _begin_vote(round_id, key)
    seen = _look(round_id, uid, key, at)
    if seen.key_check != check:
        raise KeysRefused("The voting keys on this server are not the ones of this round")
    return key, seen


def _begin_vote(round_id: int, key: bytes) -> None:
    """Begin the vote's transaction; share the round with other votes, but not with its close, and
    queue behind whatever else touches this ballot. The locks leave no trace in any row.

    They are a statement of their own: one that also read would see what was there before it
    waited. The waits stand before the locks, and are set when these are asked for.
    """
    begin_writing()
    if on_postgresql():
        number = int.from_bytes(key[:8], "big", signed=True)
        db.session.execute(_LOCKS, {"round_id": round_id, "number": number})


def _look(round_id: int, uid: bytes, key: bytes, at: datetime) -> _Seen:
    """Read all that decides about the vote. On PostgreSQL the transaction's begin is the time."""
    values: dict[str, Any] = {"round_id": round_id, "uid": uid, "key": key}
    if on_postgresql():
        row = db.session.execute(_LOOK_BY_ITS_CLOCK, values).one()
    else:
        row = db.session.execute(_LOOK_BY_OURS, {**values, "at": at}).one()
    version, submission_id, leaf, source = row[7:]
    standing = None
    if version is not None:
        standing = Standing(
            version, submission_id, leaf or b"", source == "desk", source == "assisted"
        )
    return _Seen(
        ballot_hash=row[0] or "",
        key_check=row[1] or b"",
        allow_change=row[2],
        kind=BallotKind(row[3]),
        record_name=row[4],
        is_in_time=bool(row[5]),
        voter_status=row[6],
        standing=standing,
    )


def _looking(instant: Any) -> Any:
    round_, voter, ballot = (m.__table__.c for m in (Round, Voter, Ballot))
    in_time = case(
        (
            (round_.stage == literal_column("'voting'"))
            & (round_.voting_opens_at <= instant)
            & (instant < round_.voting_closes_at)
            & round_.is_imported.is_(False),
            literal_column("1"),
        ),
        else_=literal_column("0"),
    )
    is_voter = (voter.uid == bindparam("uid")) & (voter.round_id == round_.id)
    is_theirs = (ballot.round_id == round_.id) & (ballot.ballot_key == bindparam("key"))
    return (
        select(
            round_.ballot_hash,
            round_.key_check,
            round_.allow_change,
            round_.ballot_type,
            round_.record_name,
            in_time,
            voter.status,
            ballot.version,
            ballot.submission_id,
            ballot.leaf,
            ballot.source,
        )
        .select_from(Round.__table__)
        .outerjoin(Voter.__table__, is_voter)
        .outerjoin(Ballot.__table__, is_theirs)
        .where(round_.id == bindparam("round_id"))
    )


# What every vote asks is put together once: that takes longer than asking it.
_LOCKS: Executable = select(
    *(
        literal_column(f"set_config('{setting}', '{value}', true)")
        for setting, value in WAITS.items()
    ),
    func.pg_advisory_xact_lock_shared(
        literal_column(str(ROUND_LOCK)), bindparam("round_id", type_=Integer)
    ),
    func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger)),
)
_LOOK_BY_ITS_CLOCK = _looking(func.transaction_timestamp())
_LOOK_BY_OURS = _looking(bindparam("at", type_=UTCDateTime))
_INSERT = insert(Ballot.__table__)


def _write(round_id: int, key: bytes, seen: _Seen, sent: Submission, source: str) -> Standing:
    standing = seen.standing
    version = standing.version + 1 if standing else 1
    choices = write_choices(seen.kind, sent.choices, sent.points)
    salt = secrets.token_bytes(16)
    leaf = leaf_of(round_id, seen.ballot_hash, version, salt, choices)
    values: dict[str, Any] = {
        "source": source,
        "version": version,
        "submission_id": sent.submission_id,
        "choices": choices,
        "salt": salt,
        "leaf": leaf,
    }
    if standing is None:
        db.session.execute(_INSERT, {**values, "round_id": round_id, "ballot_key": key})
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
