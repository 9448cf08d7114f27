"""Where the bodies of a place are: each locality with how many of them, and its point on a map."""

from dataclasses import dataclass
from math import sqrt

from sqlalchemy import exists, func, select

from engage.bodies.models import BodyLocality, CommunityBody
from engage.bodies.queries.register import RegisterFilter, matching
from engage.extensions import db
from engage.places.models import Locality, LocalityPoint
from engage.places.rules.maps import Sheet, lay_out
from engage.web.kept import Counted, counted

#: The least and the most radius of a mark, in the map's units.
SMALLEST, LARGEST = 5.0, 16.0


@dataclass(frozen=True)
class Spot:
    """A locality, the bodies found in it, and its point where it has one."""

    locality_id: int
    name: str
    bodies: int
    point: tuple[float, float] | None


@dataclass(frozen=True)
class Mark:
    """A locality on the map, by its number in the table; its circle grows with its bodies."""

    number: int
    spot: Spot
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class BodyPlaces:
    """The localities by name, those bodies that belong to the whole area, and a map, if any."""

    spots: tuple[Spot, ...]
    whole: int
    sheet: Sheet | None
    marks: tuple[Mark, ...]


def register_places(count: int) -> Counted[BodyPlaces]:
    """Return where all the ``count`` bodies on the register are, and when that was counted."""
    return counted(lambda: body_places(RegisterFilter()), "places of bodies", count)


def body_places(wanted: RegisterFilter) -> BodyPlaces:
    """Return where the bodies are that were asked for, in every locality."""
    found = matching(wanted).order_by(None).with_only_columns(CommunityBody.id).subquery()
    counts = (
        select(BodyLocality.locality_id, func.count().label("bodies"))
        .join(found, found.c.id == BodyLocality.body_id)
        .group_by(BodyLocality.locality_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Locality.id,
            Locality.name,
            func.coalesce(counts.c.bodies, 0),
            LocalityPoint.latitude,
            LocalityPoint.longitude,
        )
        .outerjoin(counts, counts.c.locality_id == Locality.id)
        .outerjoin(LocalityPoint, LocalityPoint.locality_id == Locality.id)
        .order_by(Locality.name)
    )
    spots = tuple(
        Spot(number, name, bodies, None if south is None else (south, east))
        for number, name, bodies, south, east in rows
    )
    everywhere = select(func.count()).select_from(found)
    placed = exists().where(BodyLocality.body_id == found.c.id)
    whole = db.session.scalar(everywhere.where(~placed)) or 0
    on_map = [spot for spot in spots if spot.point is not None]
    sheet = lay_out([spot.point for spot in on_map if spot.point is not None])
    most = max((spot.bodies for spot in on_map), default=0)
    marks = tuple(
        Mark(1 + spots.index(spot), spot, x, y, _radius(spot.bodies, most))
        for spot, (x, y) in zip(on_map, sheet.places if sheet else (), strict=False)
        if spot.bodies
    )
    return BodyPlaces(spots, whole, sheet, marks)


def locality_points() -> list[tuple[Locality, LocalityPoint | None]]:
    """Return every locality with its point on the map, by name."""
    rows = db.session.execute(
        select(Locality, LocalityPoint)
        .outerjoin(LocalityPoint, LocalityPoint.locality_id == Locality.id)
        .order_by(Locality.name)
    )
    return [(locality, point) for locality, point in rows]


def _radius(bodies: int, most: int) -> float:
    return round(SMALLEST + (LARGEST - SMALLEST) * sqrt(bodies / most), 1) if most else SMALLEST
