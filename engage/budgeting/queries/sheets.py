"""Reads of recovery sheets, and of where a key stands."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from engage.budgeting.keys import (
    CODE,
    IDENTITY,
    installation_is_keyed,
    keys_of,
    read_key,
    round_key_name,
)
from engage.budgeting.models import KeyRemoval, RecoverySheet, Round
from engage.budgeting.rules.ballots import KeysRefused
from engage.budgeting.rules.sheets import mark_of
from engage.budgeting.rules.stages import Stage
from engage.extensions import db


def key_names(round_: Round | None) -> list[str]:
    """Return the names of the keys on a sheet: the installation's two, or a round's one."""
    return [IDENTITY, CODE] if round_ is None else [round_key_name(round_.id)]


def keys_here(names: Sequence[str]) -> dict[str, bytes]:
    """Return those of some keys that are on this server, by name."""
    found = {}
    for name in names:
        try:
            found[name] = read_key(name)
        except KeysRefused:
            continue
    return found


def sheets_of(round_: Round | None) -> list[RecoverySheet]:
    """Return every sheet that was printed of a round, or of the installation: oldest first."""
    round_id = None if round_ is None else round_.id
    return list(
        db.session.scalars(
            select(RecoverySheet)
            .where(RecoverySheet.round_id.is_not_distinct_from(round_id))
            .order_by(RecoverySheet.id)
        )
    )


def is_tested(round_: Round | None) -> bool:
    """Say whether the keys that are here stand on a sheet that was typed back, and is kept."""
    mark = mark_of(keys_here(key_names(round_)))
    return any(
        sheet.mark == mark and sheet.tested_at and not sheet.destroyed_at
        for sheet in sheets_of(round_)
    )


def removal_of(round_id: int) -> KeyRemoval | None:
    """Return when a round's key was removed and its register erased; None: the key may be here."""
    return db.session.get(KeyRemoval, round_id, populate_existing=True)


def key_state(round_: Round | None) -> str:
    """Return where keys stand: “none” yet, “here”, “missing” (lost or wrong) or “removed”."""
    if round_ is not None and removal_of(round_.id) is not None:
        return "removed"
    is_relied_on = installation_is_keyed() if round_ is None else round_.key_check is not None
    return state_by_sheets(round_, {sheet.mark for sheet in sheets_of(round_)}, is_relied_on)


def state_by_sheets(round_: Round | None, marks: Collection[str], is_relied_on: bool) -> str:
    """Return where keys stand that were not removed. ``marks`` are those of their sheets.

    Keys of which a sheet was printed are known by it; without one, by the round's check.
    """
    names = key_names(round_)
    here = keys_here(names)
    if len(here) < len(names):
        return "missing" if is_relied_on else "none"
    is_right = mark_of(here) in marks if marks else _meets_check(round_)
    return "here" if is_right or not is_relied_on else "missing"


def _meets_check(round_: Round | None) -> bool:
    if round_ is None or len(keys_here(key_names(None))) < 2:
        return True
    try:
        keys_of(round_.id, round_.key_check)
    except KeysRefused:
        return False
    return True


def challenge_ends(round_: Round) -> datetime:
    """Return until when the sheet of a round is kept outside."""
    return round_.voting_closes_at + timedelta(days=round_.challenge_days)


def sheets_to_destroy(round_: Round, at: datetime) -> list[RecoverySheet]:
    """Return the sheets of a round whose day has come, and that nobody has destroyed yet."""
    if round_.stage != Stage.DECLARED or at < challenge_ends(round_):
        return []
    return [sheet for sheet in sheets_of(round_) if sheet.destroyed_at is None]


def declared_rounds() -> list[Round]:
    """Return the rounds whose result is declared, in the order of their ids."""
    wanted = select(Round).where(Round.stage == Stage.DECLARED).order_by(Round.id)
    return list(db.session.scalars(wanted))
