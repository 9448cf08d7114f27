"""Recovery sheets: printing one, typing it back, and the end of a round's key."""

from collections.abc import Mapping
from datetime import datetime
from hmac import compare_digest
from typing import Any

from sqlalchemy import delete

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.keys import CODE, IDENTITY, make_key, make_keys_of, put_key_back
from engage.budgeting.models import (
    KeyRemoval,
    ListedVoter,
    RecoverySheet,
    Round,
    Scrutineer,
    Voter,
    VoterCode,
    VoterIdentity,
    VoterLink,
    VoterReview,
    VotingPass,
)
from engage.budgeting.queries.sheets import (
    challenge_ends,
    is_tested,
    key_names,
    key_state,
    keys_here,
    removal_of,
    sheets_of,
    sheets_to_destroy,
)
from engage.budgeting.rules.ballots import KeysRefused, key_check
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.sheets import SheetRefused, mark_of, read_sheet, sheet_of
from engage.budgeting.rules.stages import Stage
from engage.extensions import db

#: The named side of a round, in an order in which nothing is left pointing to what is gone.
REGISTER = (
    ListedVoter,
    VoterReview,
    VotingPass,
    VoterLink,
    VoterCode,
    VoterIdentity,
    Voter,
    Scrutineer,
)
OTHER_SHEET = "This is another sheet: these are not the keys that were here"


def print_sheet(
    round_: Round | None, reason: str, *, at: datetime, by: int, role: str
) -> list[str]:
    """Return the lines of a recovery sheet, and keep that it was printed; keys are made if new.

    ``round_`` None is the installation's sheet. Raises RoundRefused for a second sheet without a
    reason and for a key that is gone for good, KeysRefused for one that is lost.
    """
    if key_state(round_) == "removed":
        raise RoundRefused("The key of this fund is gone for good, so it can’t be printed")
    if sheets_of(round_) and not reason:
        raise RoundRefused("Say why you print the sheet again")
    if key_state(round_) == "missing":
        raise KeysRefused("A voting key is missing on this server")
    if round_ is None:
        keys = {name: make_key(name) for name in key_names(None)}
    else:
        make_keys_of(round_)
        keys = keys_here(key_names(round_))
    sheet = RecoverySheet(
        round_id=round_.id if round_ else None,
        mark=mark_of(keys),
        reason=reason,
        printed_at=at,
        printed_by=by,
    )
    db.session.add(sheet)
    db.session.flush()
    _record(Happening.SHEET_PRINTED, round_, at=at, by=by, role=role, sheet=sheet.id)
    return sheet_of(keys)


def type_sheet(round_: Round | None, typed: str, *, at: datetime, by: int, role: str) -> bool:
    """Take the lines of a sheet that somebody typed: test it, or bring lost keys back with it.

    True: keys were missing here, and are back. False: the sheet was only tested. Raises
    SheetRefused where the lines are wrong or another sheet's, RoundRefused where there is
    nothing to compare them with.
    """
    state = key_state(round_)
    if state == "removed":
        raise RoundRefused("The key of this fund is gone for good. Do not type its sheet")
    names = key_names(round_)
    if state == "none":
        raise RoundRefused("Print the sheet first")
    keys = read_sheet(typed, names)
    here = keys_here(names)
    wrong = [name for name in names if here.get(name) != keys[name]]
    if wrong and state == "here":
        raise SheetRefused([OTHER_SHEET])
    if not _are_ours(round_, keys):
        raise SheetRefused([OTHER_SHEET])
    for name in wrong:
        put_key_back(name, keys[name])
    happening = Happening.KEY_RESTORED if wrong else Happening.SHEET_TESTED
    _mark_tested(round_, keys, at, by)
    _record(happening, round_, at=at, by=by, role=role, keys=wrong or names)
    return bool(wrong)


def _are_ours(round_: Round | None, keys: Mapping[str, bytes]) -> bool:
    """Say whether typed keys are the ones that were here: by a sheet of theirs, or by the check."""
    if any(sheet.mark == mark_of(keys) for sheet in sheets_of(round_)):
        return True
    own = keys_here(key_names(None))
    if round_ is None or round_.key_check is None or len(own) < 2:
        return False
    (key,) = keys.values()
    found = key_check(key, round_.id, own[IDENTITY], own[CODE])
    return compare_digest(found, round_.key_check)


def _mark_tested(round_: Round | None, keys: Mapping[str, bytes], at: datetime, by: int) -> None:
    """Say of the newest sheet of these keys that it can be read."""
    standing = [
        sheet
        for sheet in sheets_of(round_)
        if sheet.mark == mark_of(keys) and sheet.destroyed_at is None
    ]
    if standing and standing[-1].tested_at is None:
        standing[-1].tested_at, standing[-1].tested_by = at, by
    db.session.flush()


def destroy_sheets(round_: Round, *, at: datetime, by: int, role: str) -> int:
    """Take note that every sheet of a round is destroyed, once its day has come; return how many.

    Raises RoundRefused before, and where none is left.
    """
    standing = sheets_to_destroy(round_, at)
    if not standing:
        early = round_.stage != Stage.DECLARED or at < challenge_ends(round_)
        raise RoundRefused(
            "Keep the sheet: the result can still be challenged"
            if early
            else "No sheet of this fund is left"
        )
    for sheet in standing:
        sheet.destroyed_at, sheet.destroyed_by = at, by
    db.session.flush()
    detail = {"sheets": [sheet.id for sheet in standing]}
    _record(Happening.SHEET_DESTROYED, round_, at=at, by=by, role=role, **detail)
    return len(standing)


# The end of a round's key ------------------------------------------------------------------------


def let_key_go(round_: Round, *, at: datetime) -> bool:
    """Decide that a declared round's key leaves this server; say whether it was decided now.

    The caller commits, and removes the file only after that. With a tested sheet outside it goes
    at once; without one it stays until the challenge is over, since nothing else leads back.
    """
    waits = not is_tested(round_) and at < challenge_ends(round_)
    if round_.stage != Stage.DECLARED or waits or removal_of(round_.id) is not None:
        return False
    db.session.add(KeyRemoval(round_id=round_.id, removed_at=at))
    db.session.flush()
    _record(Happening.KEY_REMOVED, round_, at=at)
    return True


def erase_register(round_: Round, *, at: datetime) -> bool:
    """Erase who could vote in a round, once its challenge is over and its key gone; say if done.

    The ballots stay: nothing leads from them to anybody any more.
    """
    removal = removal_of(round_.id)
    if removal is None or removal.erased_at is not None or at < challenge_ends(round_):
        return False
    for table in REGISTER:
        db.session.execute(delete(table).where(table.round_id == round_.id))
    removal.erased_at = max(at, removal.removed_at)
    db.session.flush()
    _record(Happening.REGISTER_ERASED, round_, at=at)
    return True


def _record(
    happening: Happening,
    round_: Round | None,
    *,
    at: datetime,
    by: int | None = None,
    role: str = "system",
    **detail: Any,
) -> None:
    object_ = f"round:{round_.id}" if round_ else "keys:installation"
    record(happening, object_, at=at, actor_id=by, actor_role=role, **detail)
