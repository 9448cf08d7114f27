"""What hangs on a body in every room: found from the tables themselves, so that none is missed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    UniqueConstraint,
    bindparam,
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


def twice_in(column: Column[Any], gone_id: Any, kept_id: Any) -> list[ColumnElement[bool]]:
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
    columns, values = body_columns(), {"gone_id": gone_id, "kept_id": kept_id}
    rows: dict[int, int] = dict(iter(db.session.execute(_count_each(), values)))
    belonging = tuple(
        number
        for number, column in enumerate(columns)
        if rows[number] and move_of(column).twice != Twice.FORGET
    )
    twice: Counter[int] = Counter()
    question = _count_twice(belonging)
    for number, count in db.session.execute(question, values) if question is not None else ():
        twice[number] += count
    return [Held(move_of(columns[number]), rows[number], twice[number]) for number in belonging]


@cache
def _count_each() -> CompoundSelect[int, int]:
    """How many rows each column (``body_columns``, by its place) has of the body ``gone_id``."""
    return union_all(
        *(
            select(literal(number), func.count()).where(column == bindparam("gone_id"))
            for number, column in enumerate(body_columns())
        )
    )


def people_count(body_id: int) -> int:
    """Return how many people speak for a body."""
    query = select(func.count()).where(Representative.body_id == body_id)
    return db.session.scalar(query) or 0


def covers_all(body_id: int) -> bool:
    """Say whether a body belongs to the whole council area."""
    query = select(BodyLocality.body_id).where(BodyLocality.body_id == body_id).limit(1)
    return db.session.scalar(query) is None


@lru_cache(maxsize=64)
def _count_twice(numbers: tuple[int, ...]) -> CompoundSelect[int, int] | None:
    """How many rows of some columns the body ``kept_id`` has too; None: none can be there twice."""
    columns = body_columns()
    questions = [
        select(literal(number), func.count()).select_from(columns[number].table).where(condition)
        for number in numbers
        for condition in twice_in(columns[number], bindparam("gone_id"), bindparam("kept_id"))
    ]
    return union_all(*questions) if questions else None
