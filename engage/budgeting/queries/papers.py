"""Reads of stations, of what was entered for their papers, and of the paper account."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select

from engage.accounts.models import Account
from engage.budgeting.models import Ballot, PaperBatch, PaperEntry, Round
from engage.budgeting.queries.ballot_papers import line_of
from engage.budgeting.queries.rounds import projects_of
from engage.budgeting.queries.voters import desk_marks, latest_seal
from engage.budgeting.rules.ballot_types import terms_of
from engage.budgeting.rules.paper_account import (
    StationAccount,
    may_be_told,
    plain_account,
    pooled,
)
from engage.budgeting.rules.papers import (
    BatchState,
    Read,
    Sheet,
    final_sheets,
    reader,
)
from engage.extensions import db
from engage.permissions import Permission, Role, may

#: What each pass says of each paper: pass, place, paper.
Passes = dict[int, dict[int, Sheet]]


def batches_of(round_id: int) -> list[PaperBatch]:
    """Return the batches of a round's stations, by the station's name."""
    return list(
        db.session.scalars(
            select(PaperBatch)
            .where(PaperBatch.round_id == round_id)
            .order_by(PaperBatch.station, PaperBatch.id)
        )
    )


def batch_in(round_id: int, batch_id: int) -> PaperBatch | None:
    """Return the round's batch with this id."""
    return db.session.scalar(
        select(PaperBatch).where(PaperBatch.round_id == round_id, PaperBatch.id == batch_id)
    )


def sheets_of(batch_id: int) -> Passes:
    """Return what was entered for a batch, pass by pass, in the order of the papers."""
    passes: Passes = {1: {}, 2: {}, 3: {}}
    rows = db.session.execute(
        select(PaperEntry.pass_no, PaperEntry.seq, PaperEntry.choices, PaperEntry.spoilt)
        .where(PaperEntry.batch_id == batch_id)
        .order_by(PaperEntry.pass_no, PaperEntry.seq)
    )
    for pass_no, seq, choices, spoilt in rows:
        passes[pass_no][seq] = Sheet(choices, spoilt)
    return passes


def entered(batch_id: int, pass_no: int) -> int:
    """Return how many papers a pass holds."""
    number = select(func.count()).where(
        PaperEntry.batch_id == batch_id, PaperEntry.pass_no == pass_no
    )
    return db.session.scalar(number) or 0


def pass_of(batch: PaperBatch, account_id: int) -> int | None:
    """Return the pass of a batch that this person may enter now; None: it is another's turn."""
    if batch.state == BatchState.OPEN and batch.first_by in (None, account_id):
        return 1
    if (
        batch.state == BatchState.FIRST
        and batch.first_by != account_id
        and batch.second_by in (None, account_id)
    ):
        return 2
    return None


def read_back_beside(batch: PaperBatch) -> int:
    """Return how many papers of the round were read back to a witness at its other stations."""
    number = (
        select(func.count())
        .select_from(PaperEntry)
        .join(PaperBatch, PaperBatch.id == PaperEntry.batch_id)
        .where(
            PaperBatch.round_id == batch.round_id,
            PaperBatch.id != batch.id,
            PaperBatch.witness != "",
            PaperEntry.pass_no == 1,
        )
    )
    return db.session.scalar(number) or 0


def lookers_of(batch: PaperBatch) -> set[int]:
    """Return who of the two that entered a batch also looked a third time at papers of it."""
    looked = select(PaperEntry.entered_by).where(
        PaperEntry.batch_id == batch.id, PaperEntry.pass_no == 3
    )
    return set(db.session.scalars(looked)) & {batch.first_by or 0, batch.second_by or 0}


def has_third_person(batch: PaperBatch) -> bool:
    """Say whether somebody beside the two who entered a batch could look a third time."""
    may_enter = [role.value for role in Role if may(role, Permission.MANAGE_BUDGETING)]
    third = select(Account.id).where(
        Account.role.in_(may_enter),
        Account.is_open,
        Account.id.not_in([batch.first_by or 0, batch.second_by or 0]),
    )
    return db.session.scalar(third.limit(1)) is not None


def reader_of(round_: Round) -> Read:
    """Return what reads the papers of this round."""
    lines = [line_of(project) for project in projects_of(round_.id)]
    return reader(
        {line.number: line.id for line in lines},
        terms_of(round_),
        {line.id: line.cost_pence for line in lines},
        {line.id: line.pot for line in lines},
    )


def project_numbers(round_: Round) -> dict[int, int]:
    """Return the number on the ballot of each project, by its id."""
    return {project.id: project.number for project in projects_of(round_.id)}


def stations_of(round_id: int) -> list[StationAccount]:
    """Return the paper account of a round, station by station."""
    entries: dict[int, Passes] = defaultdict(lambda: {1: {}, 2: {}, 3: {}})
    rows = db.session.execute(
        select(
            PaperEntry.batch_id,
            PaperEntry.pass_no,
            PaperEntry.seq,
            PaperEntry.choices,
            PaperEntry.spoilt,
        )
        .join(PaperBatch, PaperBatch.id == PaperEntry.batch_id)
        .where(PaperBatch.round_id == round_id, PaperBatch.state == BatchState.ACCEPTED)
    )
    for batch_id, pass_no, seq, choices, spoilt in rows:
        entries[batch_id][pass_no][seq] = Sheet(choices, spoilt)
    ways = db.session.scalar(select(Round.ways).where(Round.id == round_id))
    return [
        _station(batch, entries[batch.id], is_marked=ways != "") for batch in batches_of(round_id)
    ]


def _station(batch: PaperBatch, passes: Passes, *, is_marked: bool) -> StationAccount:
    sheets = final_sheets(passes[1], passes[3]).values()
    accepted = sum(sheet.choices is not None for sheet in sheets)
    return StationAccount(
        station=batch.station,
        issued=batch.issued,
        declared=batch.declared,
        accepted=accepted,
        spoilt=len(sheets) - accepted,
        marks=batch.marks,
        read_back=batch.witness != "",
        explanation=batch.explanation,
        is_marked=is_marked,
    )


def votes_by_way(round_id: int) -> tuple[int, int]:
    """Return how many votes in the ballot box were cast on the site, and how many on paper.

    Whoever had an officer's help voted on the site, too: told apart, few of them would show.
    """
    is_paper = func.sum(case((Ballot.source == "paper", 1), else_=0))
    votes, paper = db.session.execute(
        select(func.count(), func.coalesce(is_paper, 0)).where(
            Ballot.round_id == round_id, Ballot.source != "desk"
        )
    ).one()
    return votes - paper, paper


def sealed_marks(round_id: int) -> int:
    """Return how many desk marks the last seal says there are; before one, how many there are."""
    seal = latest_seal(round_id)
    return desk_marks(round_id) if seal is None else seal.desk


@dataclass(frozen=True)
class PublicAccount:
    """The paper account as residents see it, with small stations together; ``rows`` None: too few
    voted on paper, or online, for the numbers to be told. ``adds_up`` says that nothing differs."""

    rows: list[StationAccount] | None
    adds_up: bool
    marks: int


def public_account(round_: Round) -> PublicAccount | None:
    """Return the paper account of a round that takes paper; None for any other."""
    if not round_.takes_paper:
        return None
    stations = stations_of(round_.id)
    told = may_be_told(*votes_by_way(round_.id))
    return PublicAccount(
        rows=pooled(stations) if told else None,
        adds_up=all(row.adds_up for row in stations),
        marks=sealed_marks(round_.id),
    )


def account_of(round_: Round) -> dict[str, Any] | None:
    """Return the paper account as it is published in the bundle; None where none is told."""
    online, paper = votes_by_way(round_.id)
    if not round_.takes_paper or not may_be_told(online, paper):
        return None
    return plain_account(stations_of(round_.id), online, online + paper, sealed_marks(round_.id))
