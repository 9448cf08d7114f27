"""Sending what waits: called after a page's commit, and every minute by `engage messages send`."""

from datetime import timedelta

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from engage import clock
from engage.extensions import db
from engage.messages.actions import claim, mark_failed, mark_sent
from engage.messages.mailers import Mailer, mailer_for
from engage.messages.models import Message
from engage.messages.queries import due_ids, letter_of
from engage.messages.rules import TOPICS, Letter, MailRefused
from engage.web.pages import absolute_url

#: How long a run goes on starting messages. A slow provider costs a page this and one time-out.
PATIENCE = timedelta(seconds=5)


def mailer() -> Mailer:
    """Return this application's mailer, made at first use."""
    kept: dict[str, Mailer] = current_app.extensions
    if "mailer" not in kept:
        kept["mailer"] = mailer_for(current_app.config)
    return kept["mailer"]


def deliver_waiting(limit: int = 20) -> int:
    """Try to send up to ``limit`` e-mails that are due; return how many left. Never raises.

    Call it after the commit, never inside a unit of work: it commits. Each message is claimed and
    committed before it is tried, so two workers never send it twice. A provider that is down ends
    the run, and so does one that is slow; what waits is tried again later.
    """
    sent, began = 0, clock.now()
    try:
        for message_id in due_ids(began, limit):
            if clock.now() - began > PATIENCE:
                break
            outcome = _deliver(message_id)
            sent += outcome is True
            if outcome is False:
                break
    except Exception as error:
        db.session.rollback()
        current_app.logger.error("messages could not be sent: %s", type(error).__name__)
    return sent


def _deliver(message_id: int) -> bool | None:
    """Send one message: True if it left, False if the provider is down, None if it is not ours."""
    at = clock.now()
    message = claim(message_id, at=at)
    db.session.commit()
    if message is None:
        return None
    letter = _letter(message)
    outcome: bool | None = True
    db.session.commit()  # no connection is held while the provider takes its time
    try:
        mailer().deliver(letter)
        mark_sent(message, at=clock.now())
    except MailRefused as refusal:
        mark_failed(message, str(refusal), at=at, final=True)
        outcome = None
    except Exception as error:
        mark_failed(message, _words(error), at=at)
        current_app.logger.warning("message %s was not sent: %s", message_id, _words(error))
        outcome = False
    db.session.commit()
    return outcome


def _letter(message: Message) -> Letter:
    """A message as it leaves: one that may be refused says how, and lets a click do it."""
    if not message.topic:
        return letter_of(message)
    token = reader_token(message.id)
    foot = (
        f"You get this because you hear from us about: {TOPICS[message.topic].lower()}.\n"
        f"Choose what you hear about, and how: {absolute_url('messages.choose', token=token)}"
    )
    return letter_of(message, stop=absolute_url("messages.stop", token=token), foot=foot)


def reader_token(message_id: int) -> str:
    """Return what opens a reader's own choices from a message, and says nothing of the reader."""
    return str(_signer().dumps(message_id))


def read_token(token: str) -> int | None:
    """Return the message that a token was sent with; None for one that is not ours."""
    try:
        return int(_signer().loads(token))
    except BadSignature:
        return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="what a reader hears about")


def _words(error: Exception) -> str:
    """What went wrong, without what the provider said: that may hold the address."""
    text = str(error) if type(error) is ConnectionError else ""
    return f"{type(error).__name__} {text}".strip()
