"""Putting points on a flat map that fits a page: true directions and distances, no tiles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

from engage.web.rules import N_

#: The width of a map and its edge, and the least and most height, in its own units.
WIDE, EDGE, LOWEST, HIGHEST = 360.0, 34.0, 150.0, 360.0
#: Kilometres in a degree of latitude.
DEGREE = 111.2
#: The lengths that a scale may have, in kilometres.
LENGTHS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200)
#: Scotland with its islands: south, north, west, east.
BOUNDS = (54.5, 61.0, -9.0, 0.0)
_POINT = re.compile(
    r"(-?[0-9]{1,3}(?:\.[0-9]{1,9})?)[°\s]*[,; ]\s*(-?[0-9]{1,3}(?:\.[0-9]{1,9})?)°?"
)


class PointRefused(Exception):
    """What was typed is no point in Scotland; the message says why."""


@dataclass(frozen=True)
class Sheet:
    """A map of this height with every point in its place, and its scale in kilometres and units."""

    height: int
    places: tuple[tuple[float, float], ...]
    kilometres: float
    scale: float


def read_place(typed: str) -> tuple[float, float]:
    """Return the point that was typed as latitude and longitude. Raises PointRefused.

    >>> read_place("57.1497, -2.0943")
    (57.1497, -2.0943)
    """
    match = _POINT.fullmatch(typed.strip())
    if not match:
        raise PointRefused(N_("Enter two numbers, like 57.1497, -2.0943"))
    latitude, longitude = round(float(match[1]), 5), round(float(match[2]), 5)
    south, north, west, east = BOUNDS
    if not (south <= latitude <= north and west <= longitude <= east):
        raise PointRefused(N_("Enter a point in Scotland, like 57.1497, -2.0943"))
    return latitude, longitude


def lay_out(points: Sequence[tuple[float, float]]) -> Sheet | None:
    """Return a map of points (latitude, longitude); None where fewer than two lie apart.

    North is at the top. Over an area as small as a council's, degrees drawn in proportion are true
    to within a few metres.
    """
    if len(set(points)) < 2:
        return None
    south, north = min(p[0] for p in points), max(p[0] for p in points)
    west, east = min(p[1] for p in points), max(p[1] for p in points)
    narrow = cos(radians((south + north) / 2))
    wide, high = (east - west) * narrow * DEGREE, (north - south) * DEGREE
    room, tallest = WIDE - 2 * EDGE, HIGHEST - 2 * EDGE
    unit = min(room / wide if wide else tallest / high, tallest / high if high else room / wide)
    height = max(LOWEST, high * unit + 2 * EDGE)
    left, top = (WIDE - wide * unit) / 2, (height - high * unit) / 2
    places = tuple(
        (
            round(left + (longitude - west) * narrow * DEGREE * unit, 1),
            round(top + (north - latitude) * DEGREE * unit, 1),
        )
        for latitude, longitude in points
    )
    kilometres = max((km for km in LENGTHS if km * unit <= WIDE / 3), default=LENGTHS[0])
    return Sheet(round(height), places, kilometres, round(kilometres * unit, 1))
