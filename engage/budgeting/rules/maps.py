"""Where projects are, as a small map: marks in their true places, drawn without anybody's tiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

#: The width of the map and its edge, and the least and most height, in its own units.
WIDE, EDGE, LOWEST, HIGHEST = 360.0, 34.0, 150.0, 360.0
#: Marks nearer to each other than this become one.
NEAR = 30.0
#: Kilometres in a degree of latitude.
DEGREE = 111.2
#: The lengths that a scale may have, in kilometres.
LENGTHS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200)


@dataclass(frozen=True)
class Spot:
    """A project with a point: its number on the ballot, where it is, and whether it is funded."""

    number: int
    latitude: float
    longitude: float
    is_funded: bool


@dataclass(frozen=True)
class Mark:
    """One mark on the map: the projects there, and how many of them are funded."""

    x: float
    y: float
    numbers: tuple[int, ...]
    funded: int

    @property
    def kind(self) -> str:
        """Which of three shapes it has: “funded”, “not” or “some” of the projects."""
        if self.funded == len(self.numbers):
            return "funded"
        return "some" if self.funded else "not"


@dataclass(frozen=True)
class Map:
    """Marks on a map of this height, and its scale: so many kilometres are so many units."""

    height: float
    marks: tuple[Mark, ...]
    kilometres: float
    scale: float


def draw_map(spots: Sequence[Spot]) -> Map | None:
    """Return a map of projects; None where fewer than two of them lie apart.

    North is at the top. Over an area as small as a council's, degrees drawn in proportion are true
    to within a few metres.
    """
    if len({(spot.latitude, spot.longitude) for spot in spots}) < 2:
        return None
    west, east = _ends([spot.longitude for spot in spots])
    south, north = _ends([spot.latitude for spot in spots])
    narrow = cos(radians((south + north) / 2))
    wide, high = (east - west) * narrow * DEGREE, (north - south) * DEGREE
    room, tallest = WIDE - 2 * EDGE, HIGHEST - 2 * EDGE
    unit = min(room / wide if wide else tallest / high, tallest / high if high else room / wide)
    height = max(LOWEST, high * unit + 2 * EDGE)
    left, top = (WIDE - wide * unit) / 2, (height - high * unit) / 2
    marks: list[Mark] = []
    for spot in sorted(spots, key=lambda spot: spot.number):
        x = left + (spot.longitude - west) * narrow * DEGREE * unit
        y = top + (north - spot.latitude) * DEGREE * unit
        _place(marks, spot, round(x, 1), round(y, 1))
    kilometres = max((km for km in LENGTHS if km * unit <= WIDE / 3), default=LENGTHS[0])
    return Map(round(height), tuple(marks), kilometres, round(kilometres * unit, 1))


def _ends(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


def _place(marks: list[Mark], spot: Spot, x: float, y: float) -> None:
    """Put a project on the map, on the mark beside it where there is one."""
    for i, mark in enumerate(marks):
        if hypot(mark.x - x, mark.y - y) < NEAR:
            marks[i] = Mark(
                mark.x, mark.y, (*mark.numbers, spot.number), mark.funded + spot.is_funded
            )
            return
    marks.append(Mark(x, y, (spot.number,), int(spot.is_funded)))
