"""Making a batch of codes, all at once or part by part, and dropping one that got lost.

A part is hashed outside any transaction, because hashing is slow on purpose and no vote may wait
for it, and then kept in one. A batch that breaks off half way stays unfinished until somebody
drops it: then its codes are void, since nobody has seen them and nobody can.
"""

import fcntl
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from flask import current_app
from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError

from engage.accounts.rules import hash_secret
from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.keys import CODE, make_keys_of, read_key
from engage.budgeting.models import CodeBatch, Round, VoterCode
from engage.budgeting.queries.voters import taken_locators
from engage.budgeting.rules.ballots import keyed
from engage.budgeting.rules.codes import Batch, Code, new_batch
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.stages import Stage
from engage.budgeting.rules.ways import Way, check_uses
from engage.extensions import db


class UnfinishedRefused(RoundRefused):
    """Codes of this round are being made, or wait to be downloaded."""


class ClashRefused(RoundRefused):
    """A code of another round, made meanwhile, has the name of one of these."""


class DroppedRefused(RoundRefused):
    """The batch was dropped while it was made, or it isn't one."""


def start_batch(round_: Round, number: int, *, at: datetime) -> Batch:
    """Begin a batch of ``number`` codes: of two at one moment the database takes one.

    Raises RoundRefused once voting is over, NotUsedRefused in a round without codes,
    UnfinishedRefused where another batch is unfinished, and KeysRefused where the keys are not
    the round's.
    """
    check_uses(round_.ways, Way.CODES)
    if round_.stage in (Stage.CLOSED, Stage.DECLARED) or at >= round_.voting_closes_at:
        raise RoundRefused("Voting is over, so a new code would open nothing")
    make_keys_of(round_)
    batch = new_batch(read_key(CODE), round_.id, number, taken_locators())
    db.session.flush()
    try:
        with db.session.begin_nested():
            db.session.add(
                CodeBatch(
                    round_id=round_.id,
                    fingerprint=batch.fingerprint,
                    number=number,
                    started_at=at,
                )
            )
    except IntegrityError as error:
        raise UnfinishedRefused(
            "Codes of this fund are being made, or wait to be downloaded. "
            "Look at them before you make more"
        ) from error
    return batch


def hash_codes(round_id: int, codes: Sequence[Code]) -> list[tuple[str, str]]:
    """Return pairs of locator and hashed secret. Asks no database.

    Two at once on the whole server, however many batches are made: argon2 lets threads run beside
    each other, and those who vote need the rest.
    """
    key = read_key(CODE)
    turn = Path(current_app.config["KEY_DIRECTORY"], "hashing.lock")
    with turn.open("a") as file, ThreadPoolExecutor(max_workers=2) as pool:
        fcntl.flock(file, fcntl.LOCK_EX)
        hashes = pool.map(hash_secret, [peppered(key, round_id, code) for code in codes])
        return list(zip([code.locator for code in codes], hashes, strict=True))


def keep_codes(
    round_: Round,
    batch: Batch,
    hashed: Sequence[tuple[str, str]],
    *,
    after: int = 0,
    at: datetime,
    by: int | None,
    role: str,
) -> int:
    """Keep a part of a batch, and return how many of its codes stand now.

    With the last part the batch waits to be handed over, and the trail says that it was issued.
    ``after`` is how many stood before, so that of two processes at one batch one goes on. Raises
    DroppedRefused where the batch is no longer being made, or somebody else is at it; ClashRefused
    where a code of another round came between.
    """
    found = db.session.execute(
        update(CodeBatch)
        .where(
            CodeBatch.round_id == round_.id,
            CodeBatch.fingerprint == batch.fingerprint,
            CodeBatch.stage == "making",
            CodeBatch.made == after,
        )
        .values(made=CodeBatch.made + len(hashed), worked_at=at)
        .returning(CodeBatch.id, CodeBatch.made)
    ).one_or_none()
    if found is None:
        raise DroppedRefused("These codes were dropped, or are made by another process")
    batch_id, made = found
    try:
        with db.session.begin_nested():
            for locator, secret_hash in hashed:
                db.session.add(
                    VoterCode(
                        round_id=round_.id,
                        locator=locator,
                        secret_hash=secret_hash,
                        batch_id=batch_id,
                    )
                )
    except IntegrityError as error:
        raise ClashRefused(
            "Codes of another fund were made at the same moment. Drop these and make new ones"
        ) from error
    if made == batch.number:
        db.session.execute(
            update(CodeBatch).where(CodeBatch.id == batch_id).values(stage="waiting")
        )
        _record(Happening.CODES_ISSUED, round_, batch.number, at=at, by=by, role=role)
    return int(made)


def drop_batch(round_: Round, *, at: datetime, by: int, role: str) -> int:
    """Drop the unfinished batch of a round: its codes are void. Return how many codes stood.

    Raises DroppedRefused where there is none.
    """
    unfinished = (CodeBatch.round_id == round_.id, CodeBatch.stage.in_(("making", "waiting")))
    batch_id = db.session.scalar(select(CodeBatch.id).where(*unfinished))
    dropped = db.session.execute(
        update(CodeBatch).where(*unfinished, CodeBatch.id == batch_id).values(stage="dropped")
    )
    if cast("CursorResult[Any]", dropped).rowcount == 0:
        raise DroppedRefused("No codes wait here any more")
    void = db.session.execute(
        update(VoterCode).where(VoterCode.batch_id == batch_id).values(status="void")
    )
    number = cast("CursorResult[Any]", void).rowcount
    _record(Happening.CODES_DROPPED, round_, number, at=at, by=by, role=role)
    return number


def peppered(key: bytes, round_id: int, code: Code) -> str:
    """Return what is hashed of a code: without the server's key nobody can try one."""
    return keyed(key, "code1", round_id, code.locator, code.secret).hex()


def _record(
    happening: Happening, round_: Round, codes: int, *, at: datetime, by: int | None, role: str
) -> None:
    actor_role = role if by is not None else "system"
    record(happening, f"round:{round_.id}", at=at, actor_id=by, actor_role=actor_role, codes=codes)
