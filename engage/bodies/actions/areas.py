"""Keeping community council areas: added by name, each answered by a group or a reason."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.bodies.models import CommunityBody, CouncilArea
from engage.bodies.queries.areas import area_keys
from engage.bodies.rules.areas import AreaRefused, AreaRow
from engage.bodies.rules.register import name_key
from engage.extensions import db
from engage.web.rules import N_


def add_areas(
    rows: Iterable[AreaRow], *, at: datetime, by: int | None, role: str = "officer"
) -> int:
    """Add areas that are not on the list yet; return how many. Raises AreaRefused."""
    known, added = area_keys(), 0
    for row in rows:
        key = name_key(row.name)
        if key not in known:
            db.session.add(CouncilArea(name=row.name, name_key=key, locality_id=row.locality_id))
            known.add(key)
            added += 1
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise AreaRefused(N_("Somebody added one of these areas a moment ago")) from None
    if added:
        _record(Happening.COUNCIL_AREAS_ADDED, "council_areas", at, by, role, count=added)
    return added


def answer_area(
    area: CouncilArea,
    answer: str,
    body: CommunityBody | None,
    reason: str,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> None:
    """Say which group speaks for an area, or why there is none. Raises AreaRefused."""
    if answer == "body" and (body is None or body.stage != "registered"):
        raise AreaRefused(N_("Name a group that is on the register"))
    if answer != "body" and not reason:
        raise AreaRefused(N_("Enter why there is none"))
    area.answer, area.answered_on, area.answered_by = answer, today, by
    area.body_id = body.id if answer == "body" and body is not None else None
    area.reason = "" if answer == "body" else reason
    _record(
        Happening.COUNCIL_AREA_ANSWERED,
        f"council_area:{area.id}",
        at,
        by,
        role,
        answer=answer,
        body=area.body_id,
    )


def drop_area(area: CouncilArea, *, at: datetime, by: int | None, role: str = "officer") -> None:
    """Take an area off the list that was entered by mistake."""
    area_id = area.id
    db.session.delete(area)
    _record(
        Happening.COUNCIL_AREA_ANSWERED, f"council_area:{area_id}", at, by, role, answer="dropped"
    )


def _record(
    happening: Happening, object_: str, at: datetime, by: int | None, role: str, **detail: Any
) -> None:
    actor = role if by is not None else "system"
    record(happening, object_, at=at, actor_id=by, actor_role=actor, **detail)
