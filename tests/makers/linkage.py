"""Attacks that try to lead from what names somebody to a ballot, with the database but no key.

Whoever attacks reads everything that a database shows of a row beside its values: where it
stands, which transaction wrote or locked it, its times and numbers, its place in a dump or in the
file. Each gives an order of the people. Two orders, one of each side, are held against each other.
"""

import math
import random
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

#: How seldom chance alone may exceed a limit. A battery makes some hundreds of attacks.
SELDOM = 1e-7
#: How many places off still counts as near.
NEAR = 5


@dataclass(frozen=True)
class Side:
    """A table, the column that says whose a row is, and what only the test knows: who that is."""

    table: str
    owner: str
    people: Mapping[Any, int]


@dataclass(frozen=True)
class Seen:
    """One way of looking at one table: what it shows of each person's row."""

    where: str
    shown: Mapping[int, Any]


@dataclass(frozen=True)
class Link:
    """What one attack came to: how many of ``people`` it linked, and how many chance may link."""

    how: str
    people: int
    linked: float
    limit: int

    @property
    def is_more_than_chance(self) -> bool:
        return self.linked > self.limit


def chance_limit(tries: int, probability: float) -> int:
    """Return the number of hits that chance exceeds less often than ``SELDOM`` (binomial)."""
    left, hits = 1.0, 0
    while True:
        left -= math.comb(tries, hits) * probability**hits * (1 - probability) ** (tries - hits)
        if left < SELDOM:
            return hits
        hits += 1


# Looking ----------------------------------------------------------------------------------------


def looks(connection: sa.Connection, side: Side, dump: Sequence[str] = ()) -> list[Seen]:
    """Return every way of looking at a table that this database, or a dump of it, offers."""
    is_postgresql = connection.dialect.name == "postgresql"
    rows = connection.execute(sa.text(_everything(connection, side.table))).mappings().all()
    found = {"row order": _places(side, [row[side.owner] for row in rows])}
    for column in rows[0] if rows else ():
        values = {
            side.people[_key(row[side.owner])]: row[column] for row in rows if _is_ours(side, row)
        }
        if column != side.owner and _tells_order(list(values.values())):
            found[f"column {column}"] = values
    if is_postgresql:
        found["dump"] = _places(side, _in_dump(side, dump))
    else:
        found |= _in_files(connection, side)
    return [Seen(f"{side.table}: {how}", shown) for how, shown in found.items() if shown]


def _everything(connection: sa.Connection, table: str) -> str:
    if connection.dialect.name == "postgresql":
        marks = "xmin::text::bigint AS xmin, xmax::text::bigint AS xmax, ctid::text AS ctid"
        return f"SELECT {marks}, t.* FROM {table} t"
    schema = "SELECT sql FROM sqlite_master WHERE name = :n UNION ALL "
    schema += "SELECT sql FROM sqlite_temp_master WHERE name = :n"
    made = connection.execute(sa.text(schema), {"n": table}).scalar_one()
    return f"SELECT {'' if 'WITHOUT ROWID' in made else 'rowid AS row_number, '}* FROM {table}"


def _key(value: Any) -> Any:
    return bytes(value) if isinstance(value, (bytes, memoryview)) else value


def _is_ours(side: Side, row: Mapping[str, Any]) -> bool:
    return _key(row[side.owner]) in side.people


def _places(side: Side, owners: Iterable[Any]) -> dict[int, int]:
    keys = [key for key in map(_key, owners) if key in side.people]
    return {side.people[key]: place for place, key in enumerate(keys)}


def _tells_order(values: list[Any]) -> bool:
    """Say whether a column holds times, dates or numbers, and not always the same."""
    kinds = (int, datetime, date)
    dated = all(isinstance(v, str) and v[:4].isdigit() and v[4:5] == "-" for v in values)
    is_ordered = all(isinstance(v, kinds) for v in values) or dated
    return is_ordered and len(set(values)) > 1


def dumped(connection: sa.Connection) -> list[str]:
    """Return the lines of a dump of the whole database; none of a database that is a file."""
    if connection.dialect.name != "postgresql":
        return []
    url = connection.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    asked = ["pg_dump", "--data-only", url]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split("\n")


def _in_dump(side: Side, dump: Sequence[str]) -> Iterator[Any]:
    """Yield the owners of a table's rows in the order in which they stand in a dump."""
    lines = iter(dump)
    columns = next((line for line in lines if line.startswith(f"COPY public.{side.table} (")), "")
    names = columns[columns.find("(") + 1 : columns.find(")")].split(", ")
    for line in lines:
        if line == "\\.":
            break
        yield _read(line.split("\t")[names.index(side.owner)], side)


def _read(cell: str, side: Side) -> Any:
    if cell.startswith("\\\\x"):
        return bytes.fromhex(cell[3:])
    return int(cell) if isinstance(next(iter(side.people)), int) else cell


def _in_files(connection: sa.Connection, side: Side) -> dict[str, dict[int, int]]:
    """Return where each owner stands in SQLite's file and in its log: first, and last."""
    found = {}
    database = connection.engine.url.database
    for name in (database, f"{database}-wal"):
        data = Path(name).read_bytes() if name and Path(name).exists() else b""
        for word, find in (("first", data.find), ("last", data.rfind)):
            places = {
                person: find(key if isinstance(key, bytes) else key.encode())
                for key, person in side.people.items()
                if isinstance(key, (bytes, str))
            }
            ending = "log" if (name or "").endswith("-wal") else "file"
            found[f"{word} in the {ending}"] = {p: at for p, at in places.items() if at >= 0}
    return found


# Linking ----------------------------------------------------------------------------------------


def attacks(connection: sa.Connection, named: Sequence[Side], ballots: Side) -> Iterator[Link]:
    """Try every look at the named side against every look at the ballots."""
    dump = dumped(connection)
    boxes = looks(connection, ballots, dump)
    for side in named:
        for seen in looks(connection, side, dump):
            for box in boxes:
                how = f"{seen.where} against {box.where}"
                yield from _by_rank(how, seen.shown, box.shown)
                yield from _by_value(how, seen.shown, box.shown)


def _by_rank(how: str, one: Mapping[int, Any], other: Mapping[int, Any]) -> Iterator[Link]:
    """Take the n-th of one order for the n-th of the other, from the front and from the back."""
    both = one.keys() & other.keys()
    size = len(both)
    if size < 2 * NEAR:
        return
    first = _ordered(both, one)
    for words, second in (("", _ordered(both, other)), (", reversed", _ordered(both, other)[::-1])):
        place = {person: n for n, person in enumerate(second)}
        off = [abs(place[person] - n) for n, person in enumerate(first)]
        exact = chance_limit(size, 1 / size)
        yield Link(f"{how}{words}, same rank", size, sum(d == 0 for d in off), exact)
        window = sum(min(n, NEAR) + 1 + min(size - 1 - n, NEAR) for n in range(size)) / size**2
        near = chance_limit(size, window)
        yield Link(f"{how}{words}, near rank", size, sum(d <= NEAR for d in off), near)


def _ordered(people: Any, shown: Mapping[int, Any]) -> list[int]:
    """Return people in the order of what is shown; what shows the same is in no order."""
    mixed = sorted(people)
    random.shuffle(mixed)
    return sorted(mixed, key=lambda person: _sortable(shown[person]))


def _sortable(value: Any) -> Any:
    """A value to sort by; a place like “(3,17)” is a page and a number on it."""
    if isinstance(value, str) and value.startswith("("):
        return tuple(map(int, value.strip("()").split(",")))
    return value


def _by_value(how: str, one: Mapping[int, Any], other: Mapping[int, Any]) -> Iterator[Link]:
    """Take rows that show the same value for one person's: of several, one by chance."""
    both = one.keys() & other.keys()
    if not how.endswith(("xmin", "xmax")) or not both:
        return
    holders = defaultdict(set)
    for person, value in one.items():
        holders[value].add(person)
    linked = sum(1 / len(holders[other[p]]) for p in both if other[p] and one[p] == other[p])
    yield Link(f"{how}, same value", len(both), linked, chance_limit(len(both), 1 / len(both)))


def beyond_chance(links: Iterator[Link]) -> dict[str, str]:
    """Return the attacks that linked more people than chance does, to be read in a failure."""
    return {
        link.how: f"{link.linked:g} of {link.people}, by chance no more than {link.limit}"
        for link in links
        if link.is_more_than_chance
    }
