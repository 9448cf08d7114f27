"""Stations and their papers for tests."""

from typing import Any

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions.accepting import accept_papers, mark_voter
from engage.budgeting.actions.papers import enter_papers, finish_pass
from engage.budgeting.actions.stations import add_station
from engage.budgeting.models import PaperBatch, Round, Voter
from engage.budgeting.queries.papers import reader_of
from engage.budgeting.rules.papers import BatchState, read_lines
from engage.extensions import db


def as_officer(account: Account) -> dict[str, Any]:
    """What an action is told of who does it, and when."""
    return {"at": clock.now(), "by": account.id, "role": "officer"}


def make_station(
    round_: Round, carys: Account, name: str = "Library", *, issued: int = 0, declared: int = 0
) -> PaperBatch:
    """Add a station, and commit."""
    batch = add_station(round_, name, issued=issued, declared=declared, **as_officer(carys))
    db.session.commit()
    return batch


def enter(batch: PaperBatch, account: Account, *lines: str) -> BatchState:
    """Enter a pass whole, as its person would type it, finish it and commit; return the state."""
    round_ = db.session.get_one(Round, batch.round_id)
    batch_id = batch.id
    who = as_officer(account)
    if lines:
        enter_papers(
            batch_id, read_lines("\n".join(lines), reader_of(round_)), seen=0, by=who["by"]
        )
        db.session.commit()
    state = finish_pass(batch_id, **who)
    db.session.commit()
    return state


def accept(batch: PaperBatch, account: Account) -> int:
    """Accept a checked batch, and commit; return how many papers became votes."""
    number = accept_papers(batch.round_id, batch.id, **as_officer(account))
    db.session.commit()
    return number


def mark(batch: PaperBatch, voter: Voter, account: Account) -> None:
    """Mark at a station that a voter votes on paper, and commit."""
    mark_voter(batch, voter.uid, **as_officer(account))
    db.session.commit()


def count_papers(
    round_: Round,
    people: tuple[Account, Account],
    *lines: str,
    name: str = "Library",
    lost: int = 0,
) -> PaperBatch:
    """A station whose papers are in the ballot box, entered by two people; ``lost`` were given out
    and taken home. Nobody was marked."""
    first, second = people
    number = len(lines)
    batch = make_station(round_, first, name, issued=number + lost, declared=number)
    for person in (first, second):
        enter(batch, person, *lines)
    accept(batch, first)
    return batch


def mark_on_page(
    site: Any, path: str, typed: dict[str, Any], *, form: Any = None, status: int = 200
) -> Any:
    """Type who is to be marked, and say yes to what the page reads back."""
    page = site.send(path, typed, form=form)
    assert page.h1.text == "Is this right?"
    return site.send_on(page, form or path, button="sure", status=status)
