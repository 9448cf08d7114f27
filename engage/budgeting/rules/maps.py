"""Where projects are, as a small map: marks in their true places, drawn without anybody's tiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from engage.places.rules.maps import lay_out

#: Marks nearer to each other than this become one.
NEAR = 30.0


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

    height: int
    marks: tuple[Mark, ...]
    kilometres: float
    scale: float


def draw_map(spots: Sequence[Spot]) -> Map | None:
    """Return a map of projects; None where fewer than two of them lie apart.

    Marks near to each other become one, in the order of the ballot.
    """
    ordered = sorted(spots, key=lambda spot: spot.number)
    sheet = lay_out([(spot.latitude, spot.longitude) for spot in ordered])
    if sheet is None:
        return None
    marks: list[Mark] = []
    for spot, (x, y) in zip(ordered, sheet.places, strict=True):
        _place(marks, spot, x, y)
    return Map(sheet.height, tuple(marks), sheet.kilometres, sheet.scale)


def _place(marks: list[Mark], spot: Spot, x: float, y: float) -> None:
    """Put a project on the map, on the mark beside it where there is one."""
    for i, mark in enumerate(marks):
        if hypot(mark.x - x, mark.y - y) < NEAR:
            marks[i] = Mark(
                mark.x, mark.y, (*mark.numbers, spot.number), mark.funded + spot.is_funded
            )
            return
    marks.append(Mark(x, y, (spot.number,), int(spot.is_funded)))
