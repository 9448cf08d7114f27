"""Writing to the trail, in the same transaction as the act itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from engage.audit.models import AuditEvent, AuditHead
from engage.audit.rules import Entry, Happening, entry_hash, plain_detail
from engage.extensions import db


def record(
    happening: Happening,
    object_: str,
    *,
    at: datetime,
    actor_id: int | None,
    actor_role: str = "system",
    **detail: Any,
) -> AuditEvent:
    """Append one entry. ``object_`` names what it happened to, like “round:12”.

    ``actor_id`` None means the system (a command or a job). ``detail`` holds ids, counts, stages
    and hashes: no names, no addresses, nothing that a voter chose. Taking the head's row first
    makes writers queue, so the chain can't fork (on SQLite it takes the write lock).
    """
    db.session.flush()
    db.session.execute(update(AuditHead).values(seq=AuditHead.seq + 1))
    seq, previous = db.session.execute(select(AuditHead.seq, AuditHead.hash)).one()
    entry = Entry(
        seq=seq,
        at=at,
        actor_id=actor_id,
        actor_role=actor_role,
        action=happening.value,
        object=object_,
        detail=plain_detail(detail),
        prev_hash=previous,
    )
    digest = entry_hash(entry)
    event = AuditEvent(**vars(entry), hash=digest)
    db.session.add(event)
    db.session.flush()
    db.session.execute(update(AuditHead).values(hash=digest))
    return event
