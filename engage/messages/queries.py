"""Reads of the outbox."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from engage.extensions import db
from engage.messages.models import Correspondent, Errand, Message
from engage.messages.rules import Letter, Wish, mail_holder, read_reference, reference_hash

#: What makes an address one from which mail comes back, and an errand one that is still to do.
IS_FAILING, IS_OPEN = Correspondent.failed_at.is_not(None), Errand.done_at.is_(None)


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


def letter_of(message: Message, *, stop: str = "", foot: str = "") -> Letter:
    """Return a message as a mailer takes it; ``foot`` stands below its text."""
    return Letter(
        key=message.once,
        address=message.address,
        subject=message.subject,
        body=f"{message.body}\n\n{foot}" if foot else message.body,
        at=message.created_at,
        stop=stop,
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


def correspondent(holder: str) -> Correspondent | None:
    """Return what is known of a reader; None for one who never chose anything."""
    return db.session.get(Correspondent, holder)


def wish_of_reader(holder: str) -> Wish:
    """Return what a reader wants; without a choice, everything, by e-mail, in plain English."""
    found = correspondent(holder)
    if found is None:
        return Wish()
    return Wish(
        way=found.way,
        form=found.form,
        language=found.language,
        postal=found.postal,
        phone=found.phone,
        unwanted=frozenset(filter(None, found.unwanted.split(","))),
    )


def is_failing(address: str) -> bool:
    """Say whether mail to an address comes back, so that none is sent to it."""
    found = correspondent(mail_holder(address))
    return found is not None and found.failed_at is not None


def failing(limit: int = 50) -> Sequence[Correspondent]:
    """Return the addresses from which mail comes back, the latest first."""
    return db.session.scalars(
        select(Correspondent)
        .where(IS_FAILING)
        .order_by(Correspondent.failed_at.desc(), Correspondent.holder)
        .limit(limit)
    ).all()


def count_failing() -> int:
    """Return from how many addresses mail comes back."""
    query = select(func.count()).where(IS_FAILING)
    return db.session.scalar(query.select_from(Correspondent)) or 0


def open_errands(kind: str = "", limit: int = 50) -> Sequence[Errand]:
    """Return what a person must still do, of one kind or of any, the oldest first."""
    query = select(Errand).where(IS_OPEN).order_by(Errand.id).limit(limit)
    return db.session.scalars(query.where(Errand.kind == kind) if kind else query).all()


def errand_counts() -> dict[str, int]:
    """Return how many errands of each kind are open; a kind without any is absent."""
    query = select(Errand.kind, func.count()).where(IS_OPEN).group_by(Errand.kind)
    return {row[0]: row[1] for row in db.session.execute(query)}
