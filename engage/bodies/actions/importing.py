"""Taking a file of bodies: it waits for a look, then all of it comes in, or nothing."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.bodies.actions.register import new_body, taken_slugs
from engage.bodies.models import BodyImport, CommunityBody, ParticipationWish
from engage.bodies.rules.importing import Row
from engage.bodies.rules.register import BodyRefused
from engage.extensions import db
from engage.web.rules import N_

#: How long a file waits: it may hold addresses, so it doesn't stay.
WAITS = timedelta(days=1)


def keep_import(name: str, text: str, *, at: datetime, by: int) -> BodyImport:
    """Keep a file that was read until somebody has looked at what it would change."""
    drop_old_imports(at)
    kept = BodyImport(name=name[:200], data=text, sent_by=by, sent_at=at)
    db.session.add(kept)
    db.session.flush()
    return kept


def drop_old_imports(at: datetime) -> None:
    """Forget files that nobody confirmed in time."""
    db.session.execute(delete(BodyImport).where(BodyImport.sent_at <= at - WAITS))


def import_bodies(
    rows: Sequence[Row], *, at: datetime, today: date, by: int | None, role: str = "officer"
) -> list[CommunityBody]:
    """Put every group of a file on the register. Raises BodyRefused where one of them came since.

    The trail keeps one entry, with the groups' ids.
    """
    taken, made = taken_slugs(), []
    for row in rows:
        body = new_body(row.details, at, taken)
        taken.add(body.slug)
        body.stage, body.decided_at, body.reviewed_on = "registered", at, today
        if row.wish:
            body.wishes = [
                ParticipationWish(level=row.wish, topic="", recorded_at=at, source="import")
            ]
        made.append(body)
    db.session.add_all(made)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise BodyRefused(
            N_("Somebody registered one of these groups a moment ago. Look at the list again")
        ) from None
    record(
        Happening.BODIES_IMPORTED,
        "bodies:import",
        at=at,
        actor_id=by,
        actor_role=role if by is not None else "system",
        count=len(made),
        bodies=[body.id for body in made],
    )
    return made


def drop_import(kept: BodyImport) -> None:
    """Forget a file that was confirmed or given up."""
    db.session.delete(kept)
