"""Putting messages into the outbox, in the same transaction as what they tell about."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlalchemy.dialects import postgresql, sqlite

from engage.extensions import db
from engage.messages.models import Message
from engage.messages.rules import CLAIM, next_try, one_line, reference_hash


def send(
    address: str,
    subject: str,
    body: str,
    *,
    once: str,
    at: datetime,
    channel: str = "email",
    secret: bool = False,
) -> Message | None:
    """Queue a message; it leaves after the commit. None if ``once`` was queued before.

    Two requests at once queue one message: the second waits for the first and does nothing.
    ``secret``: the body holds a one-time link; body and address are emptied once it has left.
    """
    values = {
        "once": once,
        "channel": channel,
        "address": address,
        "subject": one_line(subject)[:200],
        "body": body,
        "created_at": at,
        "due_at": at,
        "state": "waiting",
        "secret": secret,
        "attempts": 0,
    }
    if channel == "notice":  # a notice has arrived as soon as it stands on the page
        values |= {"state": "sent", "sent_at": at}
    db.session.flush()
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    made = db.session.scalar(
        dialect.insert(Message)
        .values(**values)
        .on_conflict_do_nothing(index_elements=[Message.once])
        .returning(Message.id)
    )
    return None if made is None else db.session.get_one(Message, made)


def reference_address(reference: str) -> str:
    """Return the address of notices for the holder of ``reference`` (its SHA-256)."""
    return reference_hash(reference)


# Leaving ----------------------------------------------------------------------------------------


def claim(message_id: int, *, at: datetime) -> Message | None:
    """Take a due message for this worker alone; None if another took it first.

    A claim ends after ten minutes: its worker is taken for dead then, and the message is tried
    again. Better twice, then, than never.
    """
    claimed = db.session.execute(
        update(Message)
        .where(
            Message.id == message_id,
            Message.state.in_(("waiting", "sending")),
            Message.due_at <= at,
        )
        .values(state="sending", due_at=at + CLAIM, attempts=Message.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    if not cast("CursorResult[Any]", claimed).rowcount:
        return None
    return db.session.get_one(Message, message_id, populate_existing=True)


def mark_sent(message: Message, *, at: datetime) -> None:
    """Note that a message has left; of a secret one, neither text nor address stays."""
    message.state, message.sent_at, message.failure = "sent", at, None
    _hide(message)


def mark_failed(message: Message, why: str, *, at: datetime, final: bool = False) -> None:
    """Note that a try failed and when the next one is due; the last one fails for good."""
    due = None if final else next_try(message.attempts, at)
    message.failure = why[:200]
    if due is None:
        message.state = "failed"
        _hide(message)
    else:
        message.state, message.due_at = "waiting", due


def try_again(message: Message, *, at: datetime) -> bool:
    """Put a failed message back to wait; False where its body is gone because it was secret."""
    if message.state != "failed" or message.secret:
        return False
    message.state, message.attempts, message.due_at = "waiting", 0, at
    return True


def _hide(message: Message) -> None:
    if message.secret:
        message.body = message.address = ""
