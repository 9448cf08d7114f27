"""What hangs on a body in every room: found from the tables themselves, so that none is missed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    UniqueConstraint,
    func,
    literal,
    select,
    true,
    tuple_,
    union_all,
)

from engage.bodies.models import BodyLocality, Representative
from engage.bodies.rules.merging import MOVES, Move, Twice
from engage.extensions import db


@dataclass(frozen=True)
class Held:
    """So many rows of one column belong to a body; ``twice`` of them the other body has too."""

    move: Move
    rows: int
    twice: int

    @property
    def is_refused(self) -> bool:
        """Whether this stands in the way of merging."""
        return bool(self.twice) and self.move.twice == Twice.REFUSE


@cache
def body_columns() -> list[Column[Any]]:
    """Return every column of every room that names a body, but the bodies' own."""
    return sorted(
        (
            key.parent
            for table in db.metadata.tables.values()
            for key in table.foreign_keys
            if key.target_fullname == "community_body.id"
        ),
        key=lambda column: (column.table.name, column.name),
    )


def move_of(column: Column[Any]) -> Move:
    """Return what to do with a column; one that nobody described moves, and never breaks a rule."""
    known = MOVES.get((column.table.name, column.name))
    if known is not None:
        return known
    words = column.table.name.replace("_", " ").capitalize()
    return Move(words, Twice.REFUSE if unique_with(column) else Twice.MOVE)


def unique_with(column: Column[Any]) -> list[tuple[list[Column[Any]], ColumnElement[bool]]]:
    """Return with which other columns a body may stand once only, and among which rows."""
    found: list[tuple[list[Column[Any]], ColumnElement[bool]]] = []
    table = column.table
    groups: list[tuple[Sequence[Any], Any]] = [(list(table.primary_key.columns), None)]
    groups += [
        (list(rule.columns), None)
        for rule in table.constraints
        if isinstance(rule, UniqueConstraint)
    ]
    groups += [
        (list(index.columns), index.dialect_options["sqlite"]["where"])
        for index in table.indexes
        if index.unique
    ]
    for columns, where in groups:
        if column in columns:
            others = [other for other in columns if other is not column]
            found.append((others, true() if where is None else where))
    return found


def twice_in(column: Column[Any], gone_id: int, kept_id: int) -> list[ColumnElement[bool]]:
    """Return, as conditions on its table, which rows of ``gone_id`` the other body has too."""
    conditions: list[ColumnElement[bool]] = []
    for others, among in unique_with(column):
        kept = select(*others) if others else select(column)
        kept = kept.where(column == kept_id, among)
        same = tuple_(*others).in_(kept) if others else kept.exists()
        conditions.append((column == gone_id) & among & same)
    return conditions


def what_moves(gone_id: int, kept_id: int) -> list[Held]:
    """Return what belongs to a body and would go to the other, where there is any of it."""
    columns = body_columns()
    counts = union_all(
        *(
            select(literal(number), func.count()).where(column == gone_id)
            for number, column in enumerate(columns)
        )
    )
    rows: dict[int, int] = {row[0]: row[1] for row in db.session.execute(counts)}
    belonging = {
        number: column
        for number, column in enumerate(columns)
        if rows[number] and move_of(column).twice != Twice.FORGET
    }
    twice = _count_twice(belonging, gone_id, kept_id)
    return [
        Held(move_of(column), rows[number], twice[number]) for number, column in belonging.items()
    ]


def people_count(body_id: int) -> int:
    """Return how many people speak for a body."""
    query = select(func.count()).where(Representative.body_id == body_id)
    return db.session.scalar(query) or 0


def covers_all(body_id: int) -> bool:
    """Say whether a body belongs to the whole council area."""
    query = select(BodyLocality.body_id).where(BodyLocality.body_id == body_id).limit(1)
    return db.session.scalar(query) is None


def _count_twice(columns: Mapping[int, Column[Any]], gone_id: int, kept_id: int) -> Counter[int]:
    """Return, by number, how many rows of each column the other body has too, in one question."""
    questions = [
        select(literal(number), func.count()).select_from(column.table).where(condition)
        for number, column in columns.items()
        for condition in twice_in(column, gone_id, kept_id)
    ]
    twice: Counter[int] = Counter()
    for number, count in db.session.execute(union_all(*questions)) if questions else ():
        twice[number] += count
    return twice
