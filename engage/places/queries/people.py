"""Who lives in which fifth of areas, by the newest index and the newest estimate."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select

from engage.extensions import db
from engage.places.models import (
    Council,
    DataZone,
    DeprivationIndex,
    Locality,
    LocalityZone,
    PopulationEstimate,
    Postcode,
    PostcodeDirectory,
    ZoneDeprivation,
    ZonePopulation,
)
from engage.places.queries.placing import localities_of
from engage.places.rules import AGE_CUTS, FIFTHS, QuintileRow, bands_from
from engage.places.rules.localities import AreaRow, ZoneRow


@dataclass(frozen=True)
class LoadedSoFar:
    """What has been loaded: newest first; ``directory`` is the postcodes' last file."""

    indices: list[DeprivationIndex]
    estimates: list[PopulationEstimate]
    postcodes: int
    live_postcodes: int
    directory: PostcodeDirectory | None
    councils: int


def latest_index() -> DeprivationIndex | None:
    """Return the newest index by its version (they start with their year); None before one."""
    return db.session.scalar(
        select(DeprivationIndex).order_by(
            DeprivationIndex.version.desc(), DeprivationIndex.id.desc()
        )
    )


def latest_estimate() -> PopulationEstimate | None:
    """Return the newest estimate on the zones of the newest index; None before one.

    An estimate on other zones than the index can't be joined to it, so it isn't offered.
    """
    wanted = select(PopulationEstimate).order_by(
        PopulationEstimate.year.desc(), PopulationEstimate.zone_vintage.desc()
    )
    index = latest_index()
    if index is not None:
        wanted = wanted.where(PopulationEstimate.zone_vintage == index.zone_vintage)
    return db.session.scalar(wanted)


def zone_quintiles(index: DeprivationIndex) -> dict[str, int]:
    """Return the fifth of each zone that ``index`` ranks, by zone code."""
    rows = db.session.execute(
        select(ZoneDeprivation.zone_code, ZoneDeprivation.quintile).where(
            ZoneDeprivation.index_id == index.id
        )
    )
    return dict(rows.all())


def quintile_rows(
    council_code: str,
    index: DeprivationIndex,
    estimate: PopulationEstimate | None,
    min_age: int = 0,
) -> list[QuintileRow]:
    """Return the five fifths of a council area, from most to least deprived, empty ones too.

    ``eligible`` counts people of ``min_age`` and over by ``estimate``; without an estimate it
    and ``population`` are 0. Raises ValueError for an age that isn't one of AGE_CUTS, since no
    sum of whole bands gives it.
    """
    if min_age not in AGE_CUTS:
        raise ValueError(f"people aged {min_age} and over are not a sum of whole age bands")
    return _fifths(DataZone.council_code == council_code, index, estimate, min_age)


def locality_quintile_rows(
    locality_id: int, index: DeprivationIndex, estimate: PopulationEstimate | None
) -> list[QuintileRow]:
    """Return the five fifths of one locality, as ``quintile_rows`` does for a council area."""
    inside = select(LocalityZone.zone_code).where(LocalityZone.locality_id == locality_id)
    return _fifths(DataZone.code.in_(inside), index, estimate, 0)


def _fifths(
    where: ColumnElement[bool],
    index: DeprivationIndex,
    estimate: PopulationEstimate | None,
    min_age: int,
) -> list[QuintileRow]:
    by_index = db.session.execute(
        select(ZoneDeprivation.quintile, func.count(), func.sum(ZoneDeprivation.population))
        .join(DataZone, DataZone.code == ZoneDeprivation.zone_code)
        .where(ZoneDeprivation.index_id == index.id, where)
        .group_by(ZoneDeprivation.quintile)
    )
    zones = {fifth: (count, people) for fifth, count, people in by_index}
    by_age = _people_by_fifth(where, index, estimate, min_age)
    return [
        QuintileRow(fifth, *zones.get(fifth, (0, 0)), *by_age.get(fifth, (0, 0)))
        for fifth in FIFTHS
    ]


def _people_by_fifth(
    where: ColumnElement[bool],
    index: DeprivationIndex,
    estimate: PopulationEstimate | None,
    min_age: int,
) -> dict[int, tuple[int, int]]:
    """Return (people, people of ``min_age`` and over) by fifth, of the zones in ``where``."""
    if estimate is None:
        return {}
    old_enough = case((ZonePopulation.age_from >= min_age, ZonePopulation.people), else_=0)
    rows = db.session.execute(
        select(ZoneDeprivation.quintile, func.sum(ZonePopulation.people), func.sum(old_enough))
        .join(DataZone, DataZone.code == ZoneDeprivation.zone_code)
        .join(ZonePopulation, ZonePopulation.zone_code == DataZone.code)
        .where(
            ZoneDeprivation.index_id == index.id,
            ZonePopulation.estimate_id == estimate.id,
            where,
        )
        .group_by(ZoneDeprivation.quintile)
    )
    return {fifth: (people, eligible) for fifth, people, eligible in rows}


def residents_by_age(
    zones: Collection[str] | None, council_code: str, estimate: PopulationEstimate, min_age: int
) -> dict[str, int]:
    """Return the residents in each age band from ``min_age`` on, by ``estimate``.

    Of these zones, or of the whole council area. ``min_age`` is one of AGE_CUTS.
    """
    where = DataZone.council_code == council_code if zones is None else DataZone.code.in_(zones)
    rows = db.session.execute(
        select(ZonePopulation.age_from, func.sum(ZonePopulation.people))
        .join(DataZone, DataZone.code == ZonePopulation.zone_code)
        .where(ZonePopulation.estimate_id == estimate.id, where)
        .group_by(ZonePopulation.age_from)
    )
    people = dict(rows.all())
    return {
        band: int(sum(n for age, n in people.items() if first <= age <= (last or age)))
        for band, (first, last) in bands_from(min_age).items()
    }


def people_by_zone(council_code: str, vintage: int) -> dict[str, int]:
    """Return the people of each zone of a council area by the newest estimate on its zones."""
    newest = (
        select(PopulationEstimate.id)
        .where(PopulationEstimate.zone_vintage == vintage)
        .order_by(PopulationEstimate.year.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(DataZone.code, func.sum(ZonePopulation.people))
        .join(ZonePopulation, ZonePopulation.zone_code == DataZone.code)
        .where(DataZone.council_code == council_code, ZonePopulation.estimate_id == newest)
        .group_by(DataZone.code)
    )
    return dict(rows.all())


def area_rows(
    council_code: str, index: DeprivationIndex | None, estimate: PopulationEstimate | None
) -> list[AreaRow]:
    """Return each locality of a council area by name, with its people and zones by fifth."""
    zones = _zones_by_locality(council_code, index)
    people = _people_by_locality(council_code, estimate)
    return [
        AreaRow(
            code=locality.code,
            name=locality.name,
            kind=locality.kind,
            people=people.get(locality.id) if estimate else None,
            fifths=tuple(zones.get((locality.id, fifth), 0) for fifth in FIFTHS),
        )
        for locality in localities_of(council_code)
    ]


def _zones_by_locality(
    council_code: str, index: DeprivationIndex | None
) -> dict[tuple[int, int], int]:
    if index is None:
        return {}
    rows = db.session.execute(
        select(LocalityZone.locality_id, ZoneDeprivation.quintile, func.count())
        .join(Locality, Locality.id == LocalityZone.locality_id)
        .join(ZoneDeprivation, ZoneDeprivation.zone_code == LocalityZone.zone_code)
        .where(Locality.council_code == council_code, ZoneDeprivation.index_id == index.id)
        .group_by(LocalityZone.locality_id, ZoneDeprivation.quintile)
    )
    return {(locality, fifth): count for locality, fifth, count in rows}


def _people_by_locality(council_code: str, estimate: PopulationEstimate | None) -> dict[int, int]:
    if estimate is None:
        return {}
    rows = db.session.execute(
        select(LocalityZone.locality_id, func.sum(ZonePopulation.people))
        .join(Locality, Locality.id == LocalityZone.locality_id)
        .join(ZonePopulation, ZonePopulation.zone_code == LocalityZone.zone_code)
        .where(Locality.council_code == council_code, ZonePopulation.estimate_id == estimate.id)
        .group_by(LocalityZone.locality_id)
    )
    return dict(rows.all())


def zone_rows(
    locality_id: int, index: DeprivationIndex, estimate: PopulationEstimate | None
) -> list[ZoneRow]:
    """Return the data zones of a locality, the most deprived first."""
    people = (
        select(func.sum(ZonePopulation.people))
        .where(
            ZonePopulation.zone_code == DataZone.code,
            ZonePopulation.estimate_id == (estimate.id if estimate else None),
        )
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(DataZone.code, DataZone.name, ZoneDeprivation.rank, ZoneDeprivation.quintile, people)
        .join(LocalityZone, LocalityZone.zone_code == DataZone.code)
        .join(ZoneDeprivation, ZoneDeprivation.zone_code == DataZone.code)
        .where(LocalityZone.locality_id == locality_id, ZoneDeprivation.index_id == index.id)
        .order_by(ZoneDeprivation.rank)
    )
    return [ZoneRow(*row) for row in rows]


def ward_rows(council_code: str) -> list[tuple[str, str, int, int]]:
    """Return (code, name, zones, people) of each ward, on the zones of the newest index."""
    index, estimate = latest_index(), latest_estimate()
    if index is None:
        return []
    inside = (DataZone.council_code == council_code, DataZone.vintage == index.zone_vintage)
    rows = db.session.execute(
        select(DataZone.ward_code, DataZone.ward_name, func.count())
        .where(*inside)
        .group_by(DataZone.ward_code, DataZone.ward_name)
        .order_by(DataZone.ward_name)
    ).all()
    people = dict(
        db.session.execute(
            select(DataZone.ward_code, func.sum(ZonePopulation.people))
            .join(ZonePopulation, ZonePopulation.zone_code == DataZone.code)
            .where(*inside, ZonePopulation.estimate_id == (estimate.id if estimate else None))
            .group_by(DataZone.ward_code)
        ).all()
    )
    return [(code, name, zones, people.get(code, 0)) for code, name, zones in rows]


def everything_loaded() -> LoadedSoFar:
    """Return what has been loaded, for the officer who loads the rest."""
    return LoadedSoFar(
        indices=list(
            db.session.scalars(select(DeprivationIndex).order_by(DeprivationIndex.version.desc()))
        ),
        estimates=list(
            db.session.scalars(select(PopulationEstimate).order_by(PopulationEstimate.year.desc()))
        ),
        postcodes=db.session.scalar(select(func.count()).select_from(Postcode)) or 0,
        live_postcodes=db.session.scalar(
            select(func.count()).select_from(Postcode).where(Postcode.is_live)
        )
        or 0,
        directory=db.session.scalar(
            select(PostcodeDirectory).order_by(PostcodeDirectory.id.desc())
        ),
        councils=db.session.scalar(select(func.count()).select_from(Council)) or 0,
    )
