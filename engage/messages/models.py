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

    ``topic`` '' is a notice that always goes; any other may be refused (rules.TOPICS). ``form``
    and ``language`` are those that its reader asked for. ``ref`` is what a mail server or provider
    names it by when it comes back, ``bounced_at`` when it did.
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
    topic: Mapped[str] = mapped_column(String(20), default="")
    form: Mapped[str] = mapped_column(String(12), default="plain")
    language: Mapped[str] = mapped_column(String(40), default="")
    ref: Mapped[str] = mapped_column(String(24), default="", index=True)
    bounced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Correspondent(db.Model):
    """What one reader wants to hear about, how, and whether mail comes back.

    ``holder`` is “body:12”, or “mail:” with the SHA-256 of an address (rules.mail_holder): no
    address stands here but one that fails, so that officers can mend it. ``unwanted`` are topics,
    with commas. Mail goes to it no more from ``failed_at`` on.
    """

    __tablename__ = "correspondent"
    __table_args__ = (
        CheckConstraint("way IN ('email','post','phone')", name="way_known"),
        CheckConstraint(
            "form IN ('plain','easy_read','large_print','bsl','audio')", name="form_known"
        ),
        CheckConstraint("way <> 'post' OR postal <> ''", name="post_has_address"),
        CheckConstraint("way <> 'phone' OR phone <> ''", name="phone_has_number"),
        CheckConstraint("failed_at IS NULL OR address <> ''", name="failing_is_named"),
        CheckConstraint("failures >= 0", name="failures_counted"),
    )

    holder: Mapped[str] = mapped_column(String(80), primary_key=True)
    way: Mapped[str] = mapped_column(String(5), default="email")
    form: Mapped[str] = mapped_column(String(12), default="plain")
    language: Mapped[str] = mapped_column(String(40), default="")
    postal: Mapped[str] = mapped_column(String(250), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    unwanted: Mapped[str] = mapped_column(String(200), default="")
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    address: Mapped[str] = mapped_column(String(254), default="")
    failures: Mapped[int] = mapped_column(Integer, default=0)
    failed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    failure: Mapped[str] = mapped_column(String(60), default="")


class Errand(db.Model):
    """What a person must do so that a message arrives as it was asked for.

    ``kind`` ``post``: print and post it to ``reader``. ``phone``: tell it to them. ``form``: make
    the form or language that they asked for, since what left was plain English. ``reader`` is
    emptied when it is done.
    """

    __tablename__ = "errand"
    __table_args__ = (
        CheckConstraint("kind IN ('post','phone','form')", name="kind_known"),
        CheckConstraint("(done_at IS NOT NULL) = (reader = '')", name="done_forgets_the_reader"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    once: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(5))
    reader: Mapped[str] = mapped_column(String(400))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    topic: Mapped[str] = mapped_column(String(20), default="")
    form: Mapped[str] = mapped_column(String(12), default="plain")
    language: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    done_by: Mapped[int | None] = mapped_column(Integer)
