"""Strathlyle: an invented council area, small enough to reckon by hand."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from engage.partners.models import Partnership
from engage.places.models import (
    Council,
    DataZone,
    DeprivationIndex,
    Locality,
    LocalityZone,
    PopulationEstimate,
    Postcode,
    ZoneDeprivation,
    ZonePopulation,
)
from engage.places.rules import BANDS, decile, quintile

COUNCIL = "S12000099"
NEIGHBOUR = "S12000098"
LOADED = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


@dataclass
class Places:
    """What ``make_places`` made. The ids are those of the database."""

    index_id: int
    estimate_id: int
    harbour_id: int
    glen_id: int
    council_code: str = COUNCIL
    #: S01999001 to S01999010, two zones in each fifth, from most to least deprived.
    zones: list[str] = field(default_factory=list)
    #: A postcode of each zone, by zone; typed as people type it.
    postcodes: dict[str, str] = field(default_factory=dict)
    #: A postcode of the neighbouring council area.
    outside: str = "XY9 9ZZ"
    #: A postcode that nobody knows.
    unknown: str = "XY8 8ZZ"


def make_places(session: Any) -> Places:
    """Make Strathlyle: 10 zones over five fifths, an index, an estimate, postcodes, two localities.

    Zones 1 to 5 are the ward Lyle Harbour, 6 to 10 the named area Upper Glen. Each zone has 10
    people in each of the 13 age bands (130 in all) by the estimate, and 120 by the index. The
    index ranks an eleventh zone, in the neighbouring council area of Glenfarrow.
    """
    session.add_all(
        [Council(code=COUNCIL, name="Strathlyle"), Council(code=NEIGHBOUR, name="Glenfarrow")]
    )
    index = DeprivationIndex(
        name="SIMD",
        version="2020v2",
        zone_vintage=2011,
        zones=11,
        file_hash="a" * 64,
        loaded_at=LOADED,
    )
    estimate = PopulationEstimate(
        year=2020, zone_vintage=2011, source="Invented", file_hash="b" * 64, loaded_at=LOADED
    )
    harbour = Locality(
        code="S13999001",
        name="Lyle Harbour",
        kind="ward",
        council_code=COUNCIL,
        valid_from=date(2026, 4, 1),
    )
    glen = Locality(
        code="upper-glen",
        name="Upper Glen",
        kind="area",
        council_code=COUNCIL,
        valid_from=date(2026, 4, 1),
    )
    session.flush()
    session.add_all([index, estimate, harbour, glen])
    session.flush()
    made = Places(index.id, estimate.id, harbour.id, glen.id)
    for number in range(1, 12):
        _add_zone(session, made, number)
    session.commit()
    return made


def _add_zone(session: Any, made: Places, number: int) -> None:
    inside = number <= 10
    first_ward = number <= 5
    zone = DataZone(
        code=f"S01999{number:03d}",
        name=f"Lyle - {number:02d}" if inside else "Farrow - 01",
        vintage=2011,
        council_code=COUNCIL if inside else NEIGHBOUR,
        ward_code="S13999001" if first_ward else "S13999002" if inside else "S13998001",
        ward_name="Lyle Harbour" if first_ward else "Lyle Glen" if inside else "Farrow",
    )
    session.add(zone)
    session.flush()
    typed = f"XY1 {number - 1}AA" if inside else made.outside
    session.add(Postcode(postcode=typed.replace(" ", ""), zone_code=zone.code, is_live=True))
    session.add(
        ZoneDeprivation(
            index_id=made.index_id,
            zone_code=zone.code,
            rank=number,
            quintile=quintile(number, 11),
            decile=decile(number, 11),
            population=120,
        )
    )
    session.add_all(
        ZonePopulation(
            estimate_id=made.estimate_id,
            zone_code=zone.code,
            age_from=first,
            age_to=last,
            people=10,
        )
        for first, last in BANDS
    )
    if inside:
        made.zones.append(zone.code)
        made.postcodes[zone.code] = typed
        locality = made.harbour_id if first_ward else made.glen_id
        session.add(LocalityZone(zone_code=zone.code, locality_id=locality))
    session.flush()


#: Zone, council area and postcode of Aberdeen, whose site ``make_aberdeen`` makes it, and of Moray.
HERE, ELSEWHERE = ("S01006506", "S12000033", "AB165UX"), ("S01011149", "S12000020", "IV301BX")


def make_aberdeen(session: Any) -> None:
    """Make a partnership of Aberdeen, with one postcode inside its area and one outside."""
    for zone, council, postcode in (HERE, ELSEWHERE):
        session.add(Council(code=council, name=council))
        session.flush()
        session.add(
            DataZone(
                code=zone,
                name=zone,
                vintage=2011,
                council_code=council,
                ward_code="S13002845",
                ward_name="Northfield",
            )
        )
        session.flush()
        session.add(Postcode(postcode=postcode, zone_code=zone, is_live=True))
    session.add(
        Partnership(
            id=1,
            name="Aberdeen",
            colour="#0065bd",
            council_code=HERE[1],
            contact_email="",
            contact_phone="01224 000000",
        )
    )
    session.commit()
