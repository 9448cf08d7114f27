"""The wheel of a Place Standard: where its lines and points stand, as numbers for a drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, pi, sin

#: The drawing is a square of this side; the outermost ring (7) has this radius.
SIDE, RADIUS = 400, 160
#: How far the numbers of the themes stand from the middle.
NUMBERS_AT = 182
MOST = 7


@dataclass(frozen=True)
class Spot:
    """A point of the drawing, with what is written or known there."""

    x: float
    y: float
    text: str = ""


@dataclass(frozen=True)
class Shape:
    """What one exercise draws: its points, and lines between neighbours that both have one.

    ``path`` is SVG; a theme without a mean leaves a gap, so that nothing is made up.
    """

    name: str
    points: tuple[Spot, ...]
    path: str
    is_whole: bool


def spot(place: int, of: int, distance: float, text: str = "") -> Spot:
    """Return the point at ``distance`` from the middle on axis ``place`` (from 0, clockwise)."""
    angle = 2 * pi * place / of - pi / 2
    middle = SIDE / 2
    x, y = middle + distance * cos(angle), middle + distance * sin(angle)
    return Spot(round(x, 1), round(y, 1), text)


def rings(axes: int) -> list[str]:
    """Return the outline of each ring, 1 to 7, as the points of a polygon."""
    return [
        " ".join(
            f"{one.x},{one.y}"
            for one in (spot(place, axes, RADIUS * ring / MOST) for place in range(axes))
        )
        for ring in range(1, MOST + 1)
    ]


def spokes(axes: int) -> list[Spot]:
    """Return the outer end of each axis."""
    return [spot(place, axes, RADIUS) for place in range(axes)]


def numbers(axes: int) -> list[Spot]:
    """Return where the number of each theme is written."""
    return [spot(place, axes, NUMBERS_AT, str(place + 1)) for place in range(axes)]


def shape(name: str, means: Sequence[Decimal | None]) -> Shape:
    """Return what an exercise with these means draws.

    >>> shape("Kirkton", [Decimal(7), None, Decimal(7)]).is_whole
    False
    """
    of = len(means)
    spots = [
        None if mean is None else spot(place, of, RADIUS * float(mean) / MOST, f"{mean}")
        for place, mean in enumerate(means)
    ]
    steps = []
    for place, here in enumerate(spots):
        there = spots[(place + 1) % of] if of else None
        if here is not None and there is not None:
            steps.append(f"M{here.x} {here.y}L{there.x} {there.y}")
    whole = all(one is not None for one in spots)
    return Shape(name, tuple(one for one in spots if one is not None), "".join(steps), whole)
