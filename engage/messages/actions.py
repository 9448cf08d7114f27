"""Putting messages into the outbox, in the same transaction as what they tell about."""

from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engage.extensions import db
from engage.messages.models import Correspondent, Errand, Message
from engage.messages.queries import correspondent, is_failing, wish_of_reader
from engage.messages.rules import (
    CLAIM,
    SOFT_FAILURES,
    Bounce,
    Wish,
    mail_holder,
    message_ref,
    next_try,
    one_line,
    reference_hash,
)

#: Why a message did not leave at all.
COMES_BACK = "not sent: mail to this address comes back"


def send(
    address: str,
    subject: str,
    body: str,
    *,
    once: str,
    at: datetime,
    channel: str = "email",
    secret: bool = False,
    topic: str = "",
    form: str = "plain",
    language: str = "",
) -> Message | None:
    """Queue a message; it leaves after the commit. None if ``once`` was queued before.

    Two requests at once queue one message: the second waits for the first and does nothing.
    ``secret``: the body holds a one-time link; body and address are emptied once it has left.
    ``topic``: one of rules.TOPICS, which its reader may refuse; '' always goes. A reader who chose
    letters or the telephone gets an errand instead, and None comes back. To an address from which
    mail comes back goes nothing but one-time links: what was meant for it is kept as failed.
    """
    may_refuse = channel == "email" and (topic or not secret)
    reader = correspondent(mail_holder(address)) if may_refuse else None
    if reader is not None:
        wish = wish_of_reader(reader.holder)
        if topic in wish.unwanted:
            return None
        if not secret and leave_to_a_person(
            wish, address, subject, body, once=once, at=at, topic=topic
        ):
            return None
        if not secret and wish.needs_a_person:
            form, language = wish.form, wish.language
    values = {
        "topic": topic,
        "form": form,
        "language": language,
        "ref": message_ref(once),
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
    elif reader is not None and reader.failed_at is not None:
        values |= {"state": "failed", "failure": COMES_BACK}
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


# What a reader wants -----------------------------------------------------------------------------


def choose(holder: str, wish: Wish, *, at: datetime) -> None:
    """Keep what a reader wants to hear about, and how."""
    row = correspondent(holder) or Correspondent(holder=holder, changed_at=at)
    row.way, row.form, row.language = wish.way, wish.form, wish.language
    row.postal = wish.postal if wish.way == "post" else ""
    row.phone = wish.phone if wish.way == "phone" else ""
    row.unwanted, row.changed_at = ",".join(sorted(wish.unwanted)), at
    db.session.add(row)
    db.session.flush()


def stop_topic(holder: str, topic: str, *, at: datetime) -> None:
    """Send a reader no more about a topic; once or twice is the same."""
    wish = wish_of_reader(holder)
    choose(holder, replace(wish, unwanted=wish.unwanted | {topic}), at=at)


def leave_to_a_person(
    wish: Wish, name: str, subject: str, body: str, *, once: str, at: datetime, topic: str = ""
) -> bool:
    """Leave to a person what no machine does as ``wish`` asks; True where no e-mail goes as well.

    ``name`` is who reads it, as it stands on a letter. Each errand is made once.
    """
    by_hand = wish.way in ("post", "phone")
    if not by_hand and not wish.needs_a_person:
        return False
    reached = {"post": wish.postal, "phone": wish.phone, "email": ""}[wish.way]
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    db.session.execute(
        dialect.insert(Errand)
        .values(
            once=f"{once}:{wish.way}"[:200],
            kind=wish.way if by_hand else "form",
            reader="\n".join(filter(None, (name, reached))),
            subject=one_line(subject)[:200],
            body=body,
            topic=topic,
            form=wish.form,
            language=wish.language,
            created_at=at,
        )
        .on_conflict_do_nothing(index_elements=[Errand.once])
    )
    return by_hand


def do_errand(errand: Errand, *, at: datetime, by: int | None) -> None:
    """Note that a letter was posted, a call made, a form produced; who it was for is forgotten."""
    if errand.done_at is None:
        errand.done_at, errand.done_by, errand.reader = at, by, ""


# Coming back -------------------------------------------------------------------------------------


def take_back(bounce: Bounce, *, at: datetime) -> bool:
    """Note that a message came back, and send no more there if it is for good.

    False for a message that is not ours, or one that is known to have come back: the same report
    read twice counts once.
    """
    message = db.session.scalar(select(Message).where(Message.ref == bounce.ref).limit(1))
    if not bounce.ref or message is None or message.bounced_at is not None:
        return False
    address = message.address or bounce.address
    if message.address and bounce.address and not _same(message.address, bounce.address):
        return False
    message.bounced_at, message.failure = at, f"came back: {bounce.code}"[:200]
    if address:
        _count_failure(address, bounce, at)
    return True


def mend(row: Correspondent, *, at: datetime) -> None:
    """Try an address again from now on."""
    row.failures, row.failed_at, row.failure, row.address = 0, None, "", ""
    row.changed_at = at


def hand_on(old: str, new: str | None) -> None:
    """Let another holder have what one wanted, if it chose nothing itself; None: nobody has it."""
    row = correspondent(old)
    if row is None:
        return
    if new is None or correspondent(new) is not None:
        db.session.delete(row)
    else:
        row.holder = new
    db.session.flush()


def forget_reader(address: str) -> None:
    """Drop what an address wanted, when its owner's account is erased."""
    row = correspondent(mail_holder(address))
    if row is not None:
        db.session.delete(row)


def _count_failure(address: str, bounce: Bounce, at: datetime) -> None:
    holder = mail_holder(address)
    row = correspondent(holder) or Correspondent(holder=holder, changed_at=at, failures=0)
    row.failures += 1
    row.failure, row.address = bounce.code[:60], address
    if bounce.is_hard or row.failures >= SOFT_FAILURES:
        row.failed_at = row.failed_at or at
    db.session.add(row)


def _same(one: str, other: str) -> bool:
    return mail_holder(one) == mail_holder(other)


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
    if message.channel == "email" and is_failing(message.address):
        return False
    message.state, message.attempts, message.due_at = "waiting", 0, at
    return True


def _hide(message: Message) -> None:
    if message.secret:
        message.body = message.address = ""
