"""What a file of bodies would change: what is new, what stands already, what looks alike."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from engage.bodies.models import BodyImport, CommunityBody
from engage.bodies.queries.duplicates import bodies_by_id, keys_kept, names_index
from engage.bodies.rules.duplicates import NamesKept
from engage.bodies.rules.importing import Fault, Read, Row, read_bodies
from engage.bodies.rules.register import name_key
from engage.extensions import db
from engage.places.models import Locality


@dataclass(frozen=True)
class Twin:
    """A row whose group stands already, or may: as this body, or on this line of the file."""

    row: Row
    body: CommunityBody | None
    line: int = 0


@dataclass
class Preview:
    """A file before it is confirmed; with any fault nothing of it is taken."""

    new: list[Row] = field(default_factory=list)
    standing: list[Twin] = field(default_factory=list)
    alike: list[Twin] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """What tells two previews apart: which lines are new, known and alike."""
        told = [[row.line for row in self.new]]
        told += [[twin.row.line for twin in twins] for twins in (self.standing, self.alike)]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    def chosen(self, lines: set[int]) -> list[Row]:
        """Return what is added where somebody said that these lines are groups of their own."""
        rows = self.new + [twin.row for twin in self.alike if twin.row.line in lines]
        return sorted(rows, key=lambda row: row.line)


def preview(text: str) -> Preview:
    """Return what the text of a file would change now. Raises ImportRefused."""
    return _sorted_out(read_bodies(text, areas_by_name()))


def areas_by_name() -> Mapping[str, int]:
    """Return the localities by name and by code, in small letters."""
    rows = db.session.execute(select(Locality.id, Locality.name, Locality.code))
    return {key.casefold(): number for number, name, code in rows for key in (code, name)}


def import_by_id(public_id: str, account_id: int) -> BodyImport | None:
    """Return a file that waits for whoever sent it."""
    return db.session.scalar(
        select(BodyImport).where(
            BodyImport.public_id == public_id, BodyImport.sent_by == account_id
        )
    )


def _sorted_out(read: Read) -> Preview:
    result = Preview(faults=read.faults)
    standing, index = keys_kept(), names_index()
    in_file = NamesKept({row.line: row.details.name for row in read.rows})
    twins: dict[int, int] = {}
    for row in read.rows:
        name = row.details.name
        if (known := standing.get(name_key(name))) is not None:
            twins[row.line] = known
            result.standing.append(Twin(row, None))
        elif (like := index.like(name)) is not None:
            twins[row.line] = like
            result.alike.append(Twin(row, None))
        elif (line := in_file.earlier_like(name, row.line)) is not None:
            result.alike.append(Twin(row, None, line))
        else:
            result.new.append(row)
    bodies = bodies_by_id(set(twins.values()))
    for group in (result.standing, result.alike):
        group[:] = [Twin(t.row, bodies.get(twins.get(t.row.line, 0)), t.line) for t in group]
    return result
