"""Voters, codes and cast votes for tests; and a clock that lets voting end."""

import secrets
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engage import clock
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.codes import hand_over, issue_codes
from engage.budgeting.actions.voting import cast_ballot
from engage.budgeting.models import Project, Round, Voter
from engage.budgeting.queries.voters import ballot_of
from engage.budgeting.rules.ballots import Standing, Submission
from engage.budgeting.rules.codes import Code
from engage.extensions import db

#: What the clock moves back when time passes.
DATES = (
    "proposals_open_at", "proposals_close_at", "discussion_opens_at", "discussion_closes_at",
    "voting_opens_at", "voting_closes_at",
)  # fmt: skip


def make_voter(
    round_: Round, *, zone_code: str | None = None, place: str = "not_given", **columns: Any
) -> Voter:
    """Make somebody who may vote in ``round_``, and commit."""
    voter = Voter(
        uid=secrets.token_bytes(16),
        round_id=round_.id,
        zone_code=zone_code,
        place="matched" if zone_code and place == "not_given" else place,
        registered_on=clock.today(),
        **columns,
    )
    db.session.add(voter)
    db.session.commit()
    return voter


def make_codes(round_: Round, number: int = 1, by: int = 1) -> list[Code]:
    """Issue voter codes for ``round_`` as an officer, and commit; ``.text`` is what is printed."""
    who: dict[str, Any] = {"at": clock.now(), "by": by, "role": "officer"}
    codes = hand_over(round_, issue_codes(round_, number, **who), **who)
    db.session.commit()
    return codes


def make_code(round_: Round) -> str:
    """Issue one voter code, as it is printed."""
    return make_codes(round_)[0].text


def cast(
    round_: Round,
    voter: Voter | bytes,
    projects: Sequence[Project | int],
    source: str = "online",
    **sent: Any,
) -> Standing:
    """Cast a vote for ``projects`` as the vote page would, over any earlier one, and commit."""
    uid = voter if isinstance(voter, bytes) else voter.uid
    round_id = round_.id
    earlier = ballot_of(round_, uid)
    values: dict[str, Any] = {
        "submission_id": str(uuid.uuid4()),
        "base_version": earlier.version if earlier else 0,
        "ballot_hash": round_.ballot_hash,
        "choices": [p if isinstance(p, int) else p.id for p in projects],
        **sent,
    }
    standing = cast_ballot(round_id, uid, Submission(**values), at=clock.now(), source=source)
    db.session.commit()
    return standing


def some_votes(round_: Round, number: int = 3) -> list[Voter]:
    """Let some people vote for the first project; return them."""
    voters = [make_voter(round_) for _ in range(number)]
    for voter in voters:
        cast(round_, voter, round_.projects[:1])
    return voters


def let_voting_end(round_: Round, ago: timedelta = timedelta(hours=1)) -> None:
    """Let time pass until voting has been over for ``ago``, and commit.

    Nobody can wait for days in a test: instead of the clock the round's dates move, past the
    guards of the database, which are set aside for this one statement and stand again after it.
    """
    db.session.commit()
    shift = round_.voting_closes_at - (clock.now() - ago)
    move_dates(round_, -shift)


def let_it_close(round_: Round) -> Round:
    """Let voting end, and have the round closed and its votes sealed; return it."""
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    db.session.commit()
    return round_


def move_dates(round_: Round, by: timedelta) -> None:
    """Move all dates of a round past the guards of the database, and commit."""
    dates = {name: at + by for name in DATES if (at := getattr(round_, name)) is not None}
    with guards_aside("round"):
        db.session.execute(sa.update(Round).where(Round.id == round_.id).values(**dates))
    db.session.commit()
    db.session.refresh(round_)


@contextmanager
def guards_aside(table: str) -> Iterator[None]:
    """Set the triggers of a table aside (on PostgreSQL all triggers), and put them back."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("SET LOCAL session_replication_role = replica"))
        yield
        db.session.flush()
        db.session.execute(sa.text("SET LOCAL session_replication_role = origin"))
        return
    guards = db.session.execute(
        sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"),
        {"table": table},
    ).all()
    for name, _ in guards:
        db.session.execute(sa.text(f"DROP TRIGGER {name}"))
    yield
    for _, sql in guards:
        db.session.connection().exec_driver_sql(sql)
