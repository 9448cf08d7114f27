"""Recovery sheets and old copies of the database, for tests."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import sqlalchemy as sa

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions.sheets import print_sheet, type_sheet
from engage.budgeting.models import Ballot, Round, Seal
from engage.extensions import db
from tests.makers.voting import guards_aside


def keep_sheets(round_: Round, officer: Account) -> list[str]:
    """Print and test the two sheets that a ballot needs; return the lines of the round's."""
    who: dict[str, Any] = {"at": clock.now(), "by": officer.id, "role": officer.role}
    lines: list[str] = []
    for of in (None, round_):
        lines = print_sheet(of, "again", **who)
        type_sheet(of, "\n".join(lines), **who)
    db.session.commit()
    return lines


@contextmanager
def past_guards(*tables: str) -> Iterator[None]:
    """Set the guards of some tables aside for what follows, as an old copy put back does."""
    with ExitStack() as stack:
        for table in tables:
            stack.enter_context(guards_aside(table))
        yield


def put_old_copy_back(round_: Round, *, seals: int, ballots: int) -> None:
    """Leave only the first ``seals`` and so many ballots of a round, as an old copy would."""
    keys = db.session.scalars(
        sa.select(Ballot.ballot_key).where(Ballot.round_id == round_.id).order_by(Ballot.ballot_key)
    ).all()
    gone = keys[ballots:]
    with past_guards("seal", "ballot"):
        db.session.execute(sa.delete(Seal).where(Seal.round_id == round_.id, Seal.n > seals))
        db.session.execute(sa.delete(Ballot).where(Ballot.ballot_key.in_(gone)))
    db.session.commit()
    db.session.expire_all()
