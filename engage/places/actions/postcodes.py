"""Loading the official postcode directory, and keeping it up to date."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.extensions import db
from engage.places.actions.loading import Loaded, alone, insert_rows, unwatched
from engage.places.models import Postcode, PostcodeDirectory
from engage.places.queries import known_postcodes, known_zones
from engage.places.rules import Fault
from engage.places.rules.files import Progress, file_hash, refuse_if
from engage.places.rules.postcodes import read_directory


def load_postcodes(
    data: bytes,
    *,
    at: datetime,
    by: int | None = None,
    role: str = "system",
    progress: Progress = unwatched,
) -> Loaded:
    """Load the official postcode directory, or an extract; a newer one brings it up to date.

    Postcodes that the file doesn't hold stay: extracts may be loaded one after the other.
    """
    digest = file_hash(data)
    last = db.session.scalar(select(PostcodeDirectory).order_by(PostcodeDirectory.id.desc()))
    if last is not None and last.file_hash == digest:
        return Loaded(last.postcodes, already=True)
    read = read_directory(data)
    known = set(known_zones())
    refuse_if(
        [
            Fault(one.line, f"The zone {one.zone_code} is not known. Load its index first.")
            for one in read
            if one.zone_code not in known
        ]
    )
    rows = [
        {"postcode": one.postcode, "zone_code": one.zone_code, "is_live": one.is_live}
        for one in read
    ]
    standing = known_postcodes()
    directory = PostcodeDirectory(file_hash=digest, postcodes=len(rows), loaded_at=at)
    with alone():
        db.session.add(directory)
        db.session.flush()
        _change_postcodes(rows, standing)
        insert_rows(Postcode, [row for row in rows if row["postcode"] not in standing], progress)
    record(
        Happening.POSTCODES_LOADED,
        f"postcodes:{directory.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        postcodes=len(rows),
        file=digest,
    )
    return Loaded(len(rows))


def _change_postcodes(
    rows: Sequence[Mapping[str, Any]], standing: Mapping[str, tuple[str, bool]]
) -> None:
    """Give known postcodes the zone and the state that the newer file has for them."""
    changed = [
        {"key": row["postcode"], "zone": row["zone_code"], "live": row["is_live"]}
        for row in rows
        if row["postcode"] in standing
        and standing[row["postcode"]] != (row["zone_code"], row["is_live"])
    ]
    if changed:
        table = Postcode.__table__
        db.session.connection().execute(
            update(table)
            .where(table.c.postcode == bindparam("key"))
            .values(zone_code=bindparam("zone"), is_live=bindparam("live")),
            changed,
        )
