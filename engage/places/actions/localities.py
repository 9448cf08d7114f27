"""Dividing a council area into localities (section 9 of the Act; R38)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.clock import UK
from engage.extensions import db
from engage.places.actions.loading import Loaded, insert_rows, unwatched
from engage.places.models import DataZone, Locality, LocalityZone
from engage.places.queries import (
    known_zones,
    latest_index,
    localities_of,
    people_by_zone,
)
from engage.places.rules import Fault, ImportRefused
from engage.places.rules.files import Progress, refuse_if
from engage.places.rules.localities import DefinedZone, faults_of_division, read_definitions


def define_localities(
    data: bytes,
    *,
    council_code: str | None = None,
    at: datetime,
    by: int | None = None,
    role: str = "system",
    progress: Progress = unwatched,
) -> Loaded:
    """Divide a council area as a file says, instead of how it was divided before.

    ``council_code`` None: the council of the file's first known zone. A locality that keeps its
    code keeps its id, and with it the plans and groups that name it. The same division again
    changes nothing.
    """
    defined = read_definitions(data)
    if council_code is None:
        known = known_zones()
        first = next((known[one.zone_code] for one in defined if one.zone_code in known), None)
        if first is None:
            raise ImportRefused(
                "Nothing was loaded: none of the zones is known. Load their index first.",
                [Fault(one.line, f"The zone {one.zone_code} is not known.") for one in defined],
            )
        council_code = first.council_code
    return _divide(council_code, defined, at=at, by=by, role=role, progress=progress)


def use_wards(
    council_code: str, *, at: datetime, by: int | None = None, role: str = "system"
) -> Loaded:
    """Make each electoral ward of a council area a locality, with the zones that fit it best."""
    index = latest_index()
    zones = [
        zone
        for zone in known_zones().values()
        if zone.council_code == council_code and index and zone.vintage == index.zone_vintage
    ]
    if not zones:
        raise ImportRefused("No data zones are loaded for that council area. Load an index first.")
    defined = [
        DefinedZone(line, zone.code, zone.ward_code, zone.ward_name, "ward")
        for line, zone in enumerate(zones, start=2)
    ]
    return _divide(council_code, defined, at=at, by=by, role=role, progress=unwatched)


def _divide(
    council_code: str,
    defined: Sequence[DefinedZone],
    *,
    at: datetime,
    by: int | None,
    role: str,
    progress: Progress,
) -> Loaded:
    vintage = _check_division(council_code, defined)
    wanted = {one.code: (one.name, one.kind) for one in defined}
    if _stands(council_code, wanted, defined, vintage):
        return Loaded(len(defined), already=True)
    localities = _save_localities(council_code, wanted, at)
    _clear_zones(council_code, vintage)
    rows = [{"zone_code": one.zone_code, "locality_id": localities[one.code].id} for one in defined]
    insert_rows(LocalityZone, rows, progress)
    _drop_empty(council_code)
    record(
        Happening.LOCALITIES_DEFINED,
        f"council:{council_code}",
        at=at,
        actor_id=by,
        actor_role=role,
        localities=len(wanted),
        zones=len(defined),
    )
    return Loaded(len(defined))


def _check_division(council_code: str, defined: Sequence[DefinedZone]) -> int:
    """Return the vintage of the zones. Refused unless they divide the council area lawfully."""
    known = known_zones()
    vintages = {known[one.zone_code].vintage for one in defined if one.zone_code in known}
    vintage = max(vintages, default=0)
    council_of = {
        code: zone.council_code for code, zone in known.items() if zone.vintage == vintage
    }
    if council_code not in council_of.values():
        raise ImportRefused(f"Nothing was loaded: no zone of {council_code} is known.")
    people = people_by_zone(council_code, vintage)
    if any(one.kind == "area" for one in defined) and not people:
        raise ImportRefused(
            "Nothing was loaded: a named area may have at most 30,000 people, and no population "
            "estimate is loaded to count them. Load one first."
        )
    faults = faults_of_division(defined, council_of, council_code, people)
    codes = {one.code: one for one in reversed(defined)}
    taken = db.session.scalars(
        select(Locality).where(Locality.code.in_(codes), Locality.council_code != council_code)
    )
    faults += [
        Fault(codes[other.code].line, f"{other.code} is a locality of {other.council_code}.")
        for other in taken
    ]
    refuse_if(faults)
    return vintage


def _stands(
    council_code: str,
    wanted: dict[str, tuple[str, str]],
    defined: Sequence[DefinedZone],
    vintage: int,
) -> bool:
    """Say whether the council area is divided just so already."""
    standing = localities_of(council_code)
    if {one.code: (one.name, one.kind) for one in standing} != wanted:
        return False
    placed = db.session.execute(
        select(LocalityZone.zone_code, Locality.code)
        .join(Locality, Locality.id == LocalityZone.locality_id)
        .join(DataZone, DataZone.code == LocalityZone.zone_code)
        .where(Locality.council_code == council_code, DataZone.vintage == vintage)
    )
    return dict(placed.all()) == {one.zone_code: one.code for one in defined}


def _save_localities(
    council_code: str, wanted: dict[str, tuple[str, str]], at: datetime
) -> dict[str, Locality]:
    """Add and rename localities until those of ``wanted`` stand; return them by code."""
    standing = {one.code: one for one in localities_of(council_code)}
    for number, locality in enumerate(standing.values()):
        # Two localities may swap names, or a new one take an old one's: nobody holds a name here.
        locality.name = f"({number})"
    db.session.flush()
    for code, (name, kind) in wanted.items():
        if code not in standing:
            standing[code] = Locality(
                code=code, council_code=council_code, valid_from=at.astimezone(UK).date()
            )
            db.session.add(standing[code])
        standing[code].name, standing[code].kind = name, kind
    db.session.flush()
    return standing


def _clear_zones(council_code: str, vintage: int) -> None:
    of_council = select(DataZone.code).where(
        DataZone.council_code == council_code, DataZone.vintage == vintage
    )
    db.session.execute(delete(LocalityZone).where(LocalityZone.zone_code.in_(of_council)))


def _drop_empty(council_code: str) -> None:
    """Remove localities that hold no zone any more. Refused where a plan or a group names one."""
    empty = select(Locality.id).where(Locality.council_code == council_code, ~Locality.zones.any())
    try:
        db.session.execute(
            delete(Locality)
            .where(Locality.id.in_(empty))
            .execution_options(synchronize_session="fetch")
        )
    except IntegrityError as error:
        raise ImportRefused(
            "Nothing was changed: a plan, a consultation, a vote or a group belongs to a locality "
            "that would be gone. Keep its code in the new division."
        ) from error
