"""Reads of the trail."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select

from engage.audit.models import AuditEvent, AuditHead
from engage.audit.rules import Entry, chain_faults, day_bounds
from engage.extensions import db

#: Entries read at a time on a walk along the chain.
BATCH = 1000


@dataclass(frozen=True)
class Wanted:
    """Which entries somebody looks for: '' and None are any."""

    action: str = ""
    object: str = ""
    day: date | None = None


def head() -> tuple[int, str]:
    """Return the number and hash of the last entry; 0 and zeros when there is none."""
    seq, digest = db.session.execute(select(AuditHead.seq, AuditHead.hash)).one()
    return seq, digest


def entries(wanted: Wanted, offset: int = 0, limit: int | None = None) -> Sequence[AuditEvent]:
    """Return the entries that somebody looks for, newest first."""
    found = _matching(select(AuditEvent), wanted).order_by(AuditEvent.seq.desc())
    return db.session.scalars(found.offset(offset).limit(limit)).all()


def count_entries(wanted: Wanted) -> int:
    """Return how many entries match."""
    counted = _matching(select(func.count()).select_from(AuditEvent), wanted)
    return int(db.session.execute(counted).scalar_one())


def actions_seen() -> Sequence[str]:
    """Return the actions that stand in the trail, in order of their names."""
    return db.session.scalars(
        select(AuditEvent.action).distinct().order_by(AuditEvent.action)
    ).all()


def faults(anchors: Mapping[int, str] | None = None) -> Iterator[str]:
    """Walk the whole trail in a stream and yield what is wrong with it, in words.

    The end is read before the walk, so entries that are written meanwhile don't matter; entries
    that lie beyond the end of the trail do.
    """
    end = head()
    yield from chain_faults(_stream(end[0]), end, anchors)
    beyond = db.session.scalar(
        select(func.count())
        .select_from(AuditEvent)
        .where(AuditEvent.seq > select(AuditHead.seq).scalar_subquery())
    )
    if beyond:
        yield f"{beyond} more than the trail should hold stand after its end."


def _stream(last: int) -> Iterator[tuple[Entry, str]]:
    """Yield the entries up to ``last``, read a batch at a time: a walk that is broken off leaves
    no cursor open on the server."""
    columns = [getattr(AuditEvent, name) for name in Entry.__dataclass_fields__]
    after = -1
    while True:
        batch = db.session.execute(
            select(*columns, AuditEvent.hash)
            .where(AuditEvent.seq > after, AuditEvent.seq <= last)
            .order_by(AuditEvent.seq)
            .limit(BATCH)
        ).all()
        for row in batch:
            yield Entry(*row[:-1]), row[-1]
        if len(batch) < BATCH:
            return
        after = batch[-1].seq


def _matching(statement: Select, wanted: Wanted) -> Select:  # type: ignore[type-arg]
    if wanted.action:
        statement = statement.where(AuditEvent.action == wanted.action)
    if wanted.object:
        statement = statement.where(AuditEvent.object == wanted.object)
    if wanted.day:
        start, end = day_bounds(wanted.day)
        statement = statement.where(AuditEvent.at >= start, AuditEvent.at < end)
    return statement
