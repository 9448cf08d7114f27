"""Putting messages into the outbox, in the same transaction as what they tell about."""

import hashlib
from datetime import datetime

from sqlalchemy import select

from engage.extensions import db
from engage.messages.models import Message


def send(
    address: str, subject: str, body: str, *, once: str, at: datetime, channel: str = "email"
) -> Message | None:
    """Queue a message; it leaves after the commit. None if ``once`` was queued before."""
    if db.session.scalar(select(Message.id).where(Message.once == once)) is not None:
        return None
    message = Message(
        once=once, channel=channel, address=address, subject=subject, body=body, created_at=at
    )
    if channel == "notice":  # a notice has arrived as soon as it stands on the page
        message.state, message.sent_at = "sent", at
    db.session.add(message)
    db.session.flush()
    return message


def reference_address(reference: str) -> str:
    """Return the address of notices for the holder of ``reference`` (its SHA-256)."""
    return hashlib.sha256(reference.encode()).hexdigest()
