"""Where a postcode lies, which council area this site is for, which localities it has."""

from collections.abc import Collection
from functools import cache

from flask import current_app
from sqlalchemy import Select, bindparam, select

from engage.extensions import db
from engage.places.models import Council, DataZone, Locality, LocalityZone, Postcode
from engage.places.rules import Placing, tidy_postcode


def find_place(postcode_typed: str, council_code: str | None) -> Placing:
    """Say where a postcode lies, seen from the council area ``council_code`` (None: any known).

    The postcode is looked up and forgotten: only the placing may be kept. A postcode that has
    ended still names its zone. Raises PostcodeRefused where the text hasn't a postcode's shape.
    """
    if not postcode_typed.strip():
        return Placing("not_given")
    found = db.session.execute(
        select(DataZone.code, DataZone.council_code, LocalityZone.locality_id)
        .join(Postcode, Postcode.zone_code == DataZone.code)
        .outerjoin(LocalityZone, LocalityZone.zone_code == DataZone.code)
        .where(Postcode.postcode == tidy_postcode(postcode_typed))
    ).one_or_none()
    if found is None:
        return Placing("unmatched")
    zone, council, locality_id = found
    if council_code is not None and council != council_code:
        return Placing("outside", zone)
    return Placing("matched", zone, locality_id)


def find_places(postcodes: Collection[str], council_code: str | None) -> dict[str, Placing]:
    """Say where each of many tidy postcodes lies, as ``find_place`` does, in one read."""
    rows = db.session.execute(
        select(Postcode.postcode, DataZone.code, DataZone.council_code, LocalityZone.locality_id)
        .join(DataZone, Postcode.zone_code == DataZone.code)
        .outerjoin(LocalityZone, LocalityZone.zone_code == DataZone.code)
        .where(Postcode.postcode.in_(postcodes))
    )
    found = dict.fromkeys(postcodes, Placing("unmatched"))
    for postcode, zone, council, locality_id in rows:
        inside = council_code is None or council == council_code
        found[postcode] = (
            Placing("matched", zone, locality_id) if inside else Placing("outside", zone)
        )
    return found


def knows_postcodes() -> bool:
    """Say whether any postcode is loaded: before that, none can be told from an unknown one."""
    return db.session.scalar(select(Postcode.postcode).limit(1)) is not None


def localities_of(council_code: str | None) -> list[Locality]:
    """Return the localities of a council area by name; none before a council is chosen."""
    return list(
        db.session.scalars(
            select(Locality).where(Locality.council_code == council_code).order_by(Locality.name)
        )
    )


def locality_choices(council_code: str | None) -> list[tuple[str, str]]:
    """Return (id as text, name) of each locality, for a form's list."""
    rows = db.session.execute(_choices(), {"council_code": council_code})
    return [(str(number), name) for number, name in rows]


@cache
def _choices() -> Select[int, str]:
    query = select(Locality.id, Locality.name)
    return query.where(Locality.council_code == bindparam("council_code")).order_by(Locality.name)


def zones_of_locality(locality_id: int) -> set[str]:
    """Return the codes of the data zones that a locality is made of."""
    return set(
        db.session.scalars(
            select(LocalityZone.zone_code).where(LocalityZone.locality_id == locality_id)
        )
    )


def localities_by_zone(council_code: str | None) -> dict[str, str]:
    """Return the name of the locality of each data zone of a council area."""
    rows = db.session.execute(
        select(LocalityZone.zone_code, Locality.name)
        .join(Locality, Locality.id == LocalityZone.locality_id)
        .where(Locality.council_code == council_code)
    )
    return dict(rows.all())


def locality_by_code(code: str) -> Locality | None:
    """Return the locality with this code in the council area of this site, if there is one."""
    council = own_council()
    if council is None:
        return None
    return db.session.scalar(
        select(Locality).where(Locality.code == code, Locality.council_code == council.code)
    )


def own_council() -> Council | None:
    """Return the council area that this site is for; None before one is chosen.

    It is the partnership's. Before the partnership is set up, it is the council area that is
    divided into localities, where there is just one.
    """
    code: str | None = current_app.extensions["own_council_code"]()
    if code is not None:
        return db.session.get(Council, code)
    divided = select(Locality.council_code).distinct()
    found = db.session.scalars(select(Council).where(Council.code.in_(divided))).all()
    return found[0] if len(found) == 1 else None


def council_named(typed: str) -> Council | None:
    """Return the council area with this code or name, in any capitals; None without one."""
    text = typed.strip().casefold()
    return next(
        (
            council
            for council in db.session.scalars(select(Council))
            if text in (council.code.casefold(), council.name.casefold())
        ),
        None,
    )


def known_zones() -> dict[str, DataZone]:
    """Return every zone that is loaded, of all vintages, by code."""
    return {
        zone.code: zone for zone in db.session.scalars(select(DataZone).order_by(DataZone.code))
    }


def known_postcodes() -> dict[str, tuple[str, bool]]:
    """Return the zone of every postcode that is loaded, and whether it is in use."""
    rows = db.session.execute(select(Postcode.postcode, Postcode.zone_code, Postcode.is_live))
    return {postcode: (zone, live) for postcode, zone, live in rows}
