"""Issuing voter codes, handing them over once, and opening a vote with one."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, update

from engage.accounts.actions import forget_failed_tries, note_failed_try
from engage.accounts.queries import is_throttled
from engage.accounts.rules import secret_matches
from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.batches import hash_codes, keep_codes, peppered, start_batch
from engage.budgeting.keys import CODE, keys_of, read_key
from engage.budgeting.models import CodeBatch, Round, VoterCode
from engage.budgeting.queries.voters import code_at
from engage.budgeting.rules.codes import Batch, Code, CodeRefused, codes_of
from engage.extensions import db

#: What a wrong, a void and an unknown code are told.
WRONG = "We do not know this code. Check it, or ask the people who gave it to you"
#: What is told where a batch can't be handed over again.
HANDED_OVER = "These codes cannot be downloaded again. If they are lost, make new ones"


class HandedOverRefused(CodeRefused):
    """The codes of this batch were handed over before."""


class TriesRefused(CodeRefused):
    """Too many wrong codes came from there; none is heard for some minutes."""


def issue_codes(round_: Round, number: int, *, at: datetime, by: int, role: str) -> Batch:
    """Issue ``number`` codes and return their batch, which only ``hand_over`` turns into codes.

    All of them in one unit of work: for a few. ``jobs.make_batch`` makes many, part by part. Raises
    RoundRefused once voting is over, NotUsedRefused in a round without codes, UnfinishedRefused
    where other codes wait, and KeysRefused where the keys are not the round's.
    """
    batch = start_batch(round_, number, at=at)
    codes = codes_of(read_key(CODE), round_.id, batch)
    keep_codes(round_, batch, hash_codes(round_.id, codes), at=at, by=by, role=role)
    return batch


def hand_over(
    round_: Round, batch: Batch, *, at: datetime, by: int | None, role: str
) -> list[Code]:
    """Return the codes of a batch, once: the only time that anybody can see them.

    The batch itself says whether it happened before; of two requests at once the second finds
    what the first did. Raises HandedOverRefused, for a batch that was dropped too.
    """
    handed = db.session.execute(
        update(CodeBatch)
        .where(
            CodeBatch.round_id == round_.id,
            CodeBatch.fingerprint == batch.fingerprint,
            CodeBatch.stage == "waiting",
        )
        .values(stage="handed_over")
    )
    if cast("CursorResult[Any]", handed).rowcount == 0:
        raise HandedOverRefused(HANDED_OVER)
    record(
        Happening.CODES_HANDED_OVER,
        f"codes:{batch.fingerprint}",
        at=at,
        actor_id=by,
        actor_role=role,
        round=round_.id,
        codes=batch.number,
    )
    return codes_of(read_key(CODE), round_.id, batch)


def open_code(code: Code, source: str, *, at: datetime) -> VoterCode:
    """Return the issued code that was typed, after its secret was checked.

    ``source`` is what accounts.rules.source_of made of the caller's address. Raises TriesRefused
    before anything is hashed; CodeRefused for a wrong, void or unknown code, all after the same
    time, and with a failed try noted that the caller commits.
    """
    if is_throttled("code", code.locator, source, at) or is_throttled("codes", "", source, at):
        raise TriesRefused("Too many codes were wrong. Wait 15 minutes, then try again")
    found = code_at(code.locator)
    round_id = found.round_id if found else 0
    matches = secret_matches(
        found.secret_hash if found else None, peppered(read_key(CODE), round_id, code)
    )
    if found is None or not matches or found.status != "issued":
        note_failed_try("code", code.locator, source, at)
        note_failed_try("codes", "", source, at)
        raise CodeRefused(WRONG)
    round_ = db.session.get_one(Round, found.round_id)
    keys_of(round_.id, round_.key_check)
    forget_failed_tries("code", code.locator, source)
    return found
