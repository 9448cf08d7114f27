"""Where a locality stands on a map."""

from engage.extensions import db
from engage.places.models import LocalityPoint


def place_locality(locality_id: int, latitude: float, longitude: float) -> None:
    """Put a locality on the map, or move it there."""
    point = db.session.get(LocalityPoint, locality_id) or LocalityPoint(locality_id=locality_id)
    point.latitude, point.longitude = latitude, longitude
    db.session.add(point)
