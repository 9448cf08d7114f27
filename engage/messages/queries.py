"""Reads of the outbox."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from engage.extensions import db
from engage.messages.models import Message
from engage.messages.rules import Letter, read_reference, reference_hash


def notices_for(reference: str) -> Sequence[Message]:
    """Return the notices for the holder of ``reference`` as it was typed, newest first."""
    tidy = read_reference(reference)
    if tidy is None:
        return []
    return db.session.scalars(
        select(Message)
        .where(Message.channel == "notice", Message.address == reference_hash(tidy))
        .order_by(Message.created_at.desc(), Message.id.desc())
    ).all()


def due_ids(at: datetime, limit: int) -> Sequence[int]:
    """Return the ids of e-mails to try now, oldest first, those of a worker that died included."""
    return db.session.scalars(
        select(Message.id)
        .where(
            Message.channel == "email",
            Message.state.in_(("waiting", "sending")),
            Message.due_at <= at,
        )
        .order_by(Message.id)
        .limit(limit)
    ).all()


def letter_of(message: Message) -> Letter:
    """Return a message as a mailer takes it."""
    return Letter(
        key=message.once,
        address=message.address,
        subject=message.subject,
        body=message.body,
        at=message.created_at,
    )


def messages_in(state: str = "", limit: int = 50) -> Sequence[Message]:
    """Return the newest messages, of one state or of any, newest first."""
    wanted = select(Message).order_by(Message.id.desc()).limit(limit)
    if state:
        wanted = wanted.where(Message.state == state)
    return db.session.scalars(wanted).all()


def counts_by_state() -> dict[str, int]:
    """Return how many messages are in each state that any is in."""
    rows = db.session.execute(select(Message.state, func.count()).group_by(Message.state))
    return {str(state): int(count) for state, count in rows}
