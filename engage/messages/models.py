"""The outbox: every message is a row before it is sent, and once sent says when."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engage.extensions import UTCDateTime, db


class Message(db.Model):
    """One message to one address.

    ``channel`` ``email``: ``address`` is an e-mail address. ``channel`` ``notice``: for somebody
    without e-mail; ``address`` is the hash of the reference that they were given, and the message
    is read on the page that the reference opens. ``once`` is a key that keeps anything from being
    sent twice, like “finding-told:12:ab34”. ``secret``: the body holds a one-time link; it and
    the address are emptied as soon as it has left, so that the outbox is no list of who voted. A
    sending worker claims a message (``sending``) until ``due_at``; a message that waits is not
    tried again before ``due_at``.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("channel IN ('email','notice')", name="channel_known"),
        CheckConstraint("state IN ('waiting','sending','sent','failed')", name="state_known"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    once: Mapped[str] = mapped_column(String(200), unique=True)
    channel: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(254), index=True)
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(10), default="waiting", index=True)
    secret: Mapped[bool] = mapped_column(Boolean, default=False)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failure: Mapped[str | None] = mapped_column(String(200))
