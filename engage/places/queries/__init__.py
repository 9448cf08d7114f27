"""Reads of places: where somebody is, and who lives there."""

from engage.places.queries.people import (
    LoadedSoFar,
    area_rows,
    everything_loaded,
    latest_estimate,
    latest_index,
    locality_quintile_rows,
    people_by_zone,
    quintile_rows,
    ward_rows,
    zone_quintiles,
    zone_rows,
)
from engage.places.queries.placing import (
    council_named,
    find_place,
    known_postcodes,
    known_zones,
    localities_of,
    locality_by_code,
    locality_choices,
    own_council,
    zones_of_locality,
)

__all__ = [
    "LoadedSoFar",
    "area_rows",
    "council_named",
    "everything_loaded",
    "find_place",
    "known_postcodes",
    "known_zones",
    "latest_estimate",
    "latest_index",
    "localities_of",
    "locality_by_code",
    "locality_choices",
    "locality_quintile_rows",
    "own_council",
    "people_by_zone",
    "quintile_rows",
    "ward_rows",
    "zone_quintiles",
    "zone_rows",
    "zones_of_locality",
]
