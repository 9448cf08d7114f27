"""A station of the vote that is open: people were marked, and Ada has entered their papers.

So Carys can enter them a second time, and see what happens where she reads one differently.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from engage.budgeting.actions.accepting import mark_voter
from engage.budgeting.actions.papers import enter_papers, finish_pass
from engage.budgeting.actions.stations import add_station
from engage.budgeting.models import PaperBatch, Round
from engage.budgeting.queries.papers import reader_of
from engage.budgeting.rules.papers import read_lines
from engage.demo.rules.story import Story
from engage.extensions import db

STATION = "Harbour library"
#: What the papers of the station say, in their order.
PAPERS = ("1 3", "2", "S blank", "1 2 4", "3", "2 4", "1")


def open_station(
    story: Story, round_: Round, uids: Sequence[bytes], *, at: datetime
) -> Iterator[None]:
    """Add a station, mark the people who came, and let Ada enter their papers.

    Yields after each act, for the caller to commit it, as a page would.
    """
    sheets = read_lines("\n".join(PAPERS), reader_of(round_))
    carys: dict[str, Any] = {"at": at, "by": story.officer, "role": "officer"}
    number = len(PAPERS)
    batch_id = add_station(round_, STATION, issued=number, declared=number, **carys).id
    yield
    for uid in uids[:number]:
        mark_voter(db.session.get_one(PaperBatch, batch_id), uid, **carys)
        yield
    enter_papers(batch_id, sheets, seen=0, by=story.accounts["Ada"])
    yield
    finish_pass(batch_id, at=at, by=story.accounts["Ada"], role="administrator")
    yield
