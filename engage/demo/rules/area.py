"""The map of Strathlyle, written in the very formats of the official files.

No code can be taken for a real one: council S12000999, zones S0199xxxx, wards S139990xx, and
postcodes in the area ZZ, which the Royal Mail has not given to anybody.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

COUNCIL_CODE = "S12000999"
COUNCIL_NAME = "Strathlyle"
INDEX_NAME, INDEX_VERSION, VINTAGE = "SIMD", "2020demo", 2011
POPULATION_YEAR = 2020
#: Letters that stand at the end of postcodes; C, I, K, M, O and V never do.
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
POSTCODES_PER_ZONE = 6


@dataclass(frozen=True)
class Place:
    """One locality: how many zones it has, and how deprived they are from 0 (most) to 100."""

    code: str
    name: str
    kind: str
    ward: str
    zones: int
    score: int
    rural: bool = False


WARDS = {
    "S13999001": "Lyle Harbour",
    "S13999002": "Ardle and Castlehill",
    "S13999003": "Kirkton",
    "S13999004": "Westerfield",
    "S13999005": "Glenlyle",
    "S13999006": "Coast and Islands",
}
PLACES = (
    Place("S13999001", "Lyle Harbour", "ward", "S13999001", 10, 12),
    Place("S13999002", "Ardle and Castlehill", "ward", "S13999002", 9, 30),
    Place("S13999003", "Kirkton", "ward", "S13999003", 9, 48),
    Place("S13999004", "Westerfield", "ward", "S13999004", 10, 84),
    Place("upper-glenlyle", "Upper Glenlyle", "area", "S13999005", 6, 64, rural=True),
    Place("lower-glenlyle", "Lower Glenlyle", "area", "S13999005", 7, 72),
    Place("east-coast", "East Coast", "area", "S13999006", 7, 50, rural=True),
    Place("the-islands", "The Islands", "area", "S13999006", 6, 58, rural=True),
)


@dataclass(frozen=True)
class Zone:
    """One data zone. ``bands`` are its people at ages 0 to 7, 8 to 10, 11, 12 to 13, 14 to 15,
    16 to 17, 18 to 24, 25 to 34 ... 65 to 74, 75 and over."""

    code: str
    name: str
    place: Place
    rank: int
    bands: tuple[int, ...]
    postcodes: tuple[str, ...]

    @property
    def people(self) -> int:
        """Everybody who lives there."""
        return sum(self.bands)


@dataclass(frozen=True)
class Area:
    """All of Strathlyle."""

    zones: tuple[Zone, ...]

    def of(self, name: str) -> list[Zone]:
        """Return the zones of the locality with this name."""
        return [zone for zone in self.zones if zone.place.name == name]

    def fifth(self, zone: Zone) -> int:
        """Return the fifth of areas that a zone is in; 1 is the most deprived."""
        return -(-zone.rank * 5 // len(self.zones))


def make_area(seed: int) -> Area:
    """Return Strathlyle as ``seed`` draws it: the same seed, the same map."""
    draw = Random(f"area {seed}")  # noqa: S311 - an invented map needs no secrecy
    spots = [
        (place, number, place.score + draw.gauss(0, 11), place_number)
        for place_number, place in enumerate(PLACES, start=1)
        for number in range(1, place.zones + 1)
    ]
    order = sorted(range(len(spots)), key=lambda i: spots[i][2])
    ranks = {index: rank for rank, index in enumerate(order, start=1)}
    return Area(
        tuple(
            Zone(
                code=f"S0199{index + 1:04d}",
                name=f"{place.name} - {number:02d}",
                place=place,
                rank=ranks[index],
                bands=_people(draw, place),
                postcodes=_postcodes(draw, place_number, number),
            )
            for index, (place, number, _, place_number) in enumerate(spots)
        )
    )


def _people(draw: Random, place: Place) -> tuple[int, ...]:
    """Draw the people of one zone: older where it is rural, younger where it is poorer."""
    total = draw.randint(560, 960)
    young = 0.055 if place.rural else 0.085 - place.score / 5000
    shares = [young, 0.034, 0.011, 0.022, 0.022, 0.021, 0.075, 0.125, 0.115, 0.13, 0.14]
    shares.append(0.15 if place.rural else 0.11)
    shares.append(1 - sum(shares))
    return tuple(max(3, round(total * part * draw.uniform(0.85, 1.15))) for part in shares)


def _postcodes(draw: Random, place_number: int, number: int) -> tuple[str, ...]:
    first = _LETTERS[number - 1]
    ends = draw.sample(_LETTERS, POSTCODES_PER_ZONE)
    return tuple(f"ZZ{place_number} {number % 10}{first}{end}" for end in ends)


def index_file(area: Area) -> bytes:
    """Return the look-up of a deprivation index as the Scottish Government publishes it."""
    rank = f"{INDEX_NAME}{INDEX_VERSION}"
    header = ["DZ", "DZname", f"{rank}_Rank", f"{rank}_Vigintile", f"{rank}_Decile"]
    header += [f"{rank}_Quintile", "Population", "Working_Age_Population", "URclass", "URname"]
    header += ["IZcode", "IZname", "LAcode", "LAname", "HBcode", "HBname", "MMWcode", "MMWname"]
    header += ["SPCcode", "SPCname"]
    return _csv(header, (_index_line(area, zone) for zone in area.zones))


def _index_line(area: Area, zone: Zone) -> list[str]:
    parts = (-(-zone.rank * n // len(area.zones)) for n in (20, 10, 5))
    place = zone.place
    urban = (6, "Remote Rural") if place.rural else (2, "Other Urban Areas")
    line = (
        *(zone.code, zone.name, zone.rank, *parts, zone.people, sum(zone.bands[5:12]), *urban),
        *(f"S029990{PLACES.index(place) + 1:02d}", place.name),
        *(COUNCIL_CODE, COUNCIL_NAME, "S08999901", COUNCIL_NAME),
        *(place.ward, WARDS[place.ward], "S16999901", COUNCIL_NAME),
    )
    return [str(cell) for cell in line]


def population_file(area: Area) -> bytes:
    """Return mid-year estimates by zone and age band as National Records of Scotland's are kept."""
    header = ["dz11_code", "total", "age_8plus", "age_11plus", "age_12plus", "age_14plus"]
    header += ["age_16plus", "age_18plus", "a0_7", "a8_11", "a12_15", "a16_24", "a25_34"]
    header += ["a35_44", "a45_54", "a55_64", "a65_74", "a75plus"]
    return _csv(header, ([zone.code, *_counts(zone.bands)] for zone in area.zones))


def _counts(b: tuple[int, ...]) -> list[int]:
    over = (sum(b[start:]) for start in range(7))
    return [*over, b[0], b[1] + b[2], b[3] + b[4], b[5] + b[6], *b[7:]]


def postcode_file(area: Area) -> bytes:
    """Return the postcodes as the National Statistics Postcode Lookup lists them.

    The last postcode of each locality's first zone has ended; it still names its zone.
    """
    header = ["pcds", "doterm", "usertype", "laua", "ward", "ctry", "lsoa11", "ru11ind"]
    return _csv(
        header,
        (_postcode_line(zone, postcode) for zone in area.zones for postcode in zone.postcodes),
    )


def _postcode_line(zone: Zone, postcode: str) -> list[str]:
    has_ended = zone.name.endswith("- 01") and postcode == zone.postcodes[-1]
    place = zone.place
    parts = (postcode, "201906" if has_ended else "", "0", COUNCIL_CODE, place.ward, "S92000003")
    return [*parts, zone.code, "6" if place.rural else "2"]


def localities_file(area: Area) -> bytes:
    """Return which zone belongs to which locality, as officers write it down."""
    return _csv(
        ["data_zone", "locality_code", "locality_name", "kind"],
        ([z.code, z.place.code, z.place.name, z.place.kind] for z in area.zones),
    )


def _csv(header: Sequence[str], lines: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    return out.getvalue().encode()
