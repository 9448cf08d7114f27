"""Putting an accepted batch of papers into the ballot box, and marking who votes on paper."""

import secrets
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.sealing import seal_ballots
from engage.budgeting.actions.voting import (
    ROUND_LOCK,
    begin_writing,
    hold_for_paper,
    on_postgresql,
)
from engage.budgeting.keys import keys_of
from engage.budgeting.models import Ballot, PaperBatch, Round
from engage.budgeting.queries.papers import lookers_of, read_back_beside, sheets_of
from engage.budgeting.queries.rounds import latest_count
from engage.budgeting.rules.ballots import leaf_of, paper_key
from engage.budgeting.rules.papers import (
    BatchState,
    PapersRefused,
    check_accepter,
    check_read_back,
    differences,
    final_sheets,
    spoilt_counts,
)
from engage.budgeting.rules.stages import Stage
from engage.extensions import db


def accept_papers(round_id: int, batch_id: int, *, at: datetime, by: int, role: str) -> int:
    """Put the papers of a checked batch into the ballot box and seal it anew; return how many.

    All of them or none. A paper has one place in the box, so accepting twice adds nothing. Waits
    for votes under way, since the seal is over all of them. Nobody who entered papers settles where
    the two differed and accepts as well. Raises PapersRefused for that, before both passes agree,
    before voting opens and once the votes are counted. The caller commits.
    """
    begin_writing()
    if on_postgresql():
        db.session.execute(select(func.pg_advisory_xact_lock(ROUND_LOCK, round_id)))
    round_ = db.session.get_one(Round, round_id, populate_existing=True)
    batch = db.session.get_one(PaperBatch, batch_id, populate_existing=True, with_for_update=True)
    _refuse_wrong_time(round_, batch, at)
    passes = sheets_of(batch.id)
    is_twice = batch.witness == ""
    if is_twice and differences(passes[1], passes[2], passes[3]):
        raise PapersRefused("The two people entered different papers: settle the differences first")
    if not is_twice:
        check_read_back(len(passes[1]), read_back_beside(batch), needs_two=batch.needs_two)
    check_accepter(by, lookers_of(batch))
    sheets = final_sheets(passes[1], passes[3])
    ballots = _ballots(round_, batch.id, {n: s.choices for n, s in sheets.items() if s.choices})
    batch.state, batch.valid = BatchState.ACCEPTED.value, len(ballots)
    batch.accepted_by = by
    db.session.flush()
    if ballots:
        # Returning something makes SQLAlchemy write many rows with each statement.
        db.session.execute(insert(Ballot).returning(Ballot.version), ballots)
    seal = seal_ballots(round_, "paper", at=at)
    record(
        Happening.PAPERS_ACCEPTED,
        f"papers:{batch.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        round=round_.id,
        accepted=len(ballots),
        spoilt=sum(spoilt_counts(sheets).values()),
        seal=seal.hash,
    )
    return len(ballots)


def _refuse_wrong_time(round_: Round, batch: PaperBatch, at: datetime) -> None:
    if batch.state == BatchState.ACCEPTED:
        raise PapersRefused("These papers are in the ballot box already")
    if batch.state != BatchState.SECOND:
        raise PapersRefused("These papers are not checked yet")
    if round_.stage not in (Stage.VOTING, Stage.CLOSED) or at < round_.voting_opens_at:
        raise PapersRefused("Papers are taken once voting is open, and until the votes are counted")
    if latest_count(round_.id) is not None:
        raise PapersRefused("The votes are counted, so no paper can be added")


def _ballots(round_: Round, batch_id: int, papers: dict[int, str]) -> list[dict[str, Any]]:
    """Make the ballots of papers, in the order of their keys, which tells nothing of the pile."""
    key, ballots = keys_of(round_.id, round_.key_check), []
    for place, choices in papers.items():
        salt = secrets.token_bytes(16)
        ballots.append(
            {
                "round_id": round_.id,
                "ballot_key": paper_key(key, round_.id, batch_id, place),
                "source": "paper",
                "version": 1,
                "submission_id": str(uuid.uuid4()),
                "choices": choices,
                "salt": salt,
                "leaf": leaf_of(round_.id, round_.ballot_hash or "", 1, salt, choices),
            }
        )
    return sorted(ballots, key=lambda ballot: bytes(ballot["ballot_key"]))


def mark_voter(batch: PaperBatch, uid: bytes, *, at: datetime, by: int, role: str) -> None:
    """Mark at a station that a voter votes on paper, so that no vote of theirs online gets in.

    The trail says that a station marked somebody, and nothing of whom. Raises VoteRefused of the
    kind that fits: for somebody who has voted online, or is marked already. The caller commits.
    """
    batch_id, round_id = batch.id, batch.round_id
    hold_for_paper(round_id, uid, at=at)
    db.session.execute(
        update(PaperBatch)
        .where(PaperBatch.id == batch_id)
        .values(marks=PaperBatch.marks + 1)
        .execution_options(synchronize_session=False)
    )
    record(
        Happening.DESK_MARKED,
        f"papers:{batch_id}",
        at=at,
        actor_id=by,
        actor_role=role,
        round=round_id,
    )
