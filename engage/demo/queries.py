"""What stands in the database before the demo is told."""

from sqlalchemy import select

from engage.accounts.models import Account
from engage.audit.models import AuditEvent
from engage.audit.rules import Happening
from engage.extensions import db
from engage.places.models import DataZone, Postcode


def is_told() -> bool:
    """Say whether the demo stands here, whole."""
    told = select(AuditEvent.seq).where(AuditEvent.action == Happening.DEMO_FILLED.value)
    return db.session.scalar(told.limit(1)) is not None


def is_empty() -> bool:
    """Say whether nothing was ever done here: no entry in the trail, no account, no place."""
    return all(
        db.session.scalar(select(column).limit(1)) is None
        for column in (AuditEvent.seq, Account.id, DataZone.code)
    )


def a_postcode() -> str:
    """Return a postcode that is in use, as people type it; '' before any is loaded."""
    first = select(Postcode.postcode).where(Postcode.is_live).order_by(Postcode.postcode)
    found = db.session.scalar(first.limit(1)) or ""
    return f"{found[:-3]} {found[-3:]}".strip()
