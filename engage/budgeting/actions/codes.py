"""Issuing voter codes, handing them over once, and opening a vote with one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from engage.accounts.actions import forget_failed_tries, note_failed_try
from engage.accounts.queries import is_throttled
from engage.accounts.rules import hash_secret, secret_matches
from engage.audit.actions import record
from engage.audit.queries import Wanted, count_entries
from engage.audit.rules import Happening
from engage.budgeting.keys import CODE, keys_of, make_keys_of, read_key
from engage.budgeting.models import Round, VoterCode
from engage.budgeting.queries.voters import code_at, taken_locators
from engage.budgeting.rules.ballots import keyed
from engage.budgeting.rules.codes import Batch, Code, CodeRefused, codes_of, new_batch
from engage.budgeting.rules.rounds import RoundRefused, Stage
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

    Raises RoundRefused once voting is over, and KeysRefused where the keys are not the round's.
    """
    if round_.stage in (Stage.CLOSED, Stage.DECLARED) or at >= round_.voting_closes_at:
        raise RoundRefused("Voting is over, so a new code would open nothing")
    make_keys_of(round_)
    key = read_key(CODE)
    batch = new_batch(key, round_.id, number, taken_locators())
    codes = codes_of(key, round_.id, batch)
    with ThreadPoolExecutor(max_workers=2) as pool:  # hashing is slow on purpose
        hashes = pool.map(hash_secret, [_peppered(key, round_.id, code) for code in codes])
    for code, secret_hash in zip(codes, hashes, strict=True):
        db.session.add(VoterCode(round_id=round_.id, locator=code.locator, secret_hash=secret_hash))
    record(
        Happening.CODES_ISSUED,
        f"round:{round_.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        codes=number,
    )
    return batch


def hand_over(round_: Round, batch: Batch, *, at: datetime, by: int, role: str) -> list[Code]:
    """Return the codes of a batch, once: the only time that anybody can see them.

    The trail says that it happened, and so whether it happened before: its writers queue, so of
    two requests at once the second finds the first. Raises HandedOverRefused, to be rolled back.
    """
    object_ = f"codes:{batch.fingerprint}"
    record(
        Happening.CODES_HANDED_OVER,
        object_,
        at=at,
        actor_id=by,
        actor_role=role,
        round=round_.id,
        codes=batch.number,
    )
    if count_entries(Wanted(object=object_)) > 1:
        raise HandedOverRefused(HANDED_OVER)
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
        found.secret_hash if found else None, _peppered(read_key(CODE), round_id, code)
    )
    if found is None or not matches or found.status != "issued":
        note_failed_try("code", code.locator, source, at)
        note_failed_try("codes", "", source, at)
        raise CodeRefused(WRONG)
    round_ = db.session.get_one(Round, found.round_id)
    keys_of(round_.id, round_.key_check)
    forget_failed_tries("code", code.locator, source)
    return found


def _peppered(key: bytes, round_id: int, code: Code) -> str:
    return keyed(key, "code1", round_id, code.locator, code.secret).hex()
