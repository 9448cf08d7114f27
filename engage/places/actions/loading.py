"""Loading an index with its zones, and population estimates for them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert, select, text
from sqlalchemy.exc import IntegrityError

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.extensions import Model, db
from engage.places.models import (
    Council,
    DataZone,
    DeprivationIndex,
    PopulationEstimate,
    ZoneDeprivation,
    ZonePopulation,
)
from engage.places.queries import known_zones
from engage.places.rules import BANDS, Fault, ImportRefused
from engage.places.rules.deprivation import RankedZone, read_index
from engage.places.rules.files import Progress, file_hash, refuse_if
from engage.places.rules.populations import ZonePeople, read_population

CHUNK = 5000


@dataclass(frozen=True)
class Loaded:
    """What became of an import: the lines that the file holds, and whether all was there before."""

    lines: int
    already: bool = False


def unwatched(done: int, of: int) -> None:
    """Tell nobody how far it is."""


@contextmanager
def alone() -> Iterator[None]:
    """Turn a clash with somebody who loads the same thing at the same time into a refusal."""
    try:
        yield
    except IntegrityError as error:
        raise ImportRefused(
            "Nothing was loaded: somebody else was loading the same. Look at what is there now."
        ) from error


def load_index(
    data: bytes,
    *,
    name: str,
    version: str,
    vintage: int,
    at: datetime,
    by: int | None = None,
    role: str = "system",
    progress: Progress = unwatched,
) -> Loaded:
    """Load an index from its official look-up, with its zones, wards and councils.

    ``vintage`` is the year of the data zones. The same file again changes nothing; another file
    for the same name and version is refused, since figures that name the index rest on the first.
    """
    digest = file_hash(data)
    standing = db.session.scalar(
        select(DeprivationIndex).where(
            DeprivationIndex.name == name, DeprivationIndex.version == version
        )
    )
    if standing is not None:
        return _same_or_refused(standing.zones, standing, digest)
    zones = read_index(data, name, version)
    refuse_if(_faults_of_zones(zones, vintage))
    index = DeprivationIndex(
        name=name,
        version=version,
        zone_vintage=vintage,
        zones=len(zones),
        file_hash=digest,
        loaded_at=at,
    )
    with alone():
        db.session.add(index)
        db.session.flush()
        _save_zones(zones, vintage)
        insert_rows(ZoneDeprivation, _standings(index.id, zones), progress)
    record(
        Happening.INDEX_LOADED,
        f"index:{index.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        zones=len(zones),
        file=digest,
    )
    return Loaded(len(zones))


def load_population(
    data: bytes,
    *,
    year: int,
    at: datetime,
    source: str = "",
    by: int | None = None,
    role: str = "system",
    progress: Progress = unwatched,
) -> Loaded:
    """Load the mid-year estimate of ``year`` by age band, for every known zone of one vintage.

    The same file again changes nothing; another file for the same year and vintage is refused.
    """
    digest = file_hash(data)
    zones = read_population(data)
    vintage = _vintage_of(zones)
    standing = db.session.scalar(
        select(PopulationEstimate).where(
            PopulationEstimate.year == year, PopulationEstimate.zone_vintage == vintage
        )
    )
    if standing is not None:
        return _same_or_refused(len(zones), standing, digest)
    estimate = PopulationEstimate(
        year=year, zone_vintage=vintage, source=source, file_hash=digest, loaded_at=at
    )
    with alone():
        db.session.add(estimate)
        db.session.flush()
        insert_rows(ZonePopulation, _bands(estimate.id, zones), progress)
    record(
        Happening.POPULATION_LOADED,
        f"estimate:{estimate.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        zones=len(zones),
        file=digest,
    )
    return Loaded(len(zones))


def insert_rows(model: type[Model], rows: Sequence[Mapping[str, Any]], progress: Progress) -> None:
    """Insert many rows in chunks, and tell ``progress`` after each how far it is.

    PostgreSQL then counts the table anew: its planner would take it for empty until it comes round
    by itself, and read tens of thousands of rows over and over.
    """
    table = cast(Table, model.__table__)
    for start in range(0, len(rows), CHUNK):
        db.session.execute(insert(table), rows[start : start + CHUNK])
        progress(min(start + CHUNK, len(rows)), len(rows))
    if rows and db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text(f'ANALYZE "{table.name}"'))


def _same_or_refused(
    lines: int, standing: DeprivationIndex | PopulationEstimate, digest: str
) -> Loaded:
    if standing.file_hash == digest:
        return Loaded(lines, already=True)
    raise ImportRefused(
        f"Nothing was loaded: {standing.label} is loaded already, from another file. "
        "Figures that name it rest on that file."
    )


def _standings(index_id: int, zones: Sequence[RankedZone]) -> list[dict[str, int | str]]:
    return [
        {
            "index_id": index_id,
            "zone_code": zone.code,
            "rank": zone.rank,
            "quintile": zone.quintile,
            "decile": zone.decile,
            "population": zone.population,
        }
        for zone in zones
    ]


def _bands(estimate_id: int, zones: Sequence[ZonePeople]) -> list[dict[str, int | str | None]]:
    return [
        {
            "estimate_id": estimate_id,
            "zone_code": zone.code,
            "age_from": first,
            "age_to": last,
            "people": people,
        }
        for zone in zones
        for (first, last), people in zip(BANDS, zone.people, strict=True)
    ]


def _faults_of_zones(zones: Sequence[RankedZone], vintage: int) -> list[Fault]:
    """Find zones that are known as something else: of another vintage, of another council."""
    known = known_zones()
    faults = []
    for zone in zones:
        standing = known.get(zone.code)
        if standing is not None and standing.vintage != vintage:
            reason = f"{zone.code} is a zone of {standing.vintage}, not of {vintage}."
            faults.append(Fault(zone.line, reason))
        elif standing is not None and standing.council_code != zone.council_code:
            reason = f"{zone.code} lies in {standing.council_code}, not in {zone.council_code}."
            faults.append(Fault(zone.line, reason))
    return faults


def _save_zones(zones: Sequence[RankedZone], vintage: int) -> None:
    """Add councils and zones that are new; of known zones, the ward follows the newest look-up."""
    councils = {zone.council_code: zone.council_name for zone in zones}
    for code in set(db.session.scalars(select(Council.code))):
        councils.pop(code, None)
    insert_rows(
        Council, [{"code": code, "name": name} for code, name in councils.items()], unwatched
    )
    known = known_zones()
    rows: dict[str, dict[str, Any]] = {
        zone.code: {
            "code": zone.code,
            "name": zone.name,
            "vintage": vintage,
            "council_code": zone.council_code,
            "ward_code": zone.ward_code,
            "ward_name": zone.ward_name,
        }
        for zone in zones
    }
    insert_rows(DataZone, [row for code, row in rows.items() if code not in known], unwatched)
    for code in rows.keys() & known.keys():
        known[code].ward_code = rows[code]["ward_code"]
        known[code].ward_name = rows[code]["ward_name"]


def _vintage_of(zones: Sequence[ZonePeople]) -> int:
    """Return the one vintage that ``zones`` are of. Refused unless they are all its known zones."""
    vintages = {code: zone.vintage for code, zone in known_zones().items()}
    refuse_if(
        [
            Fault(zone.line, f"The zone {zone.code} is not known. Load its index first.")
            for zone in zones
            if zone.code not in vintages
        ]
    )
    vintage = vintages[zones[0].code]
    refuse_if(
        [
            Fault(zone.line, f"{zone.code} is a zone of {vintages[zone.code]}, not of {vintage}.")
            for zone in zones
            if vintages[zone.code] != vintage
        ]
    )
    there = {zone.code for zone in zones}
    refuse_if(
        [
            Fault(zones[-1].line, f"The file ends without a line for the zone {code}.")
            for code in sorted(vintages)
            if vintages[code] == vintage and code not in there
        ]
    )
    return vintage
