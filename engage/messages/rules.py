"""Letters, when to try them again, and references: readable aloud, forgiving to type."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage, Message
from typing import Any

from engage.web.rules import N_

#: Crockford's base 32: no I, L, O or U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def crockford(data: bytes) -> str:
    """Return ``data`` in Crockford's base 32, most significant bit first, padded with zero bits.

    >>> crockford(b"\\xff\\xff\\xff\\xff\\xff")
    'ZZZZZZZZ'
    """
    length = -(-len(data) * 8 // 5)
    value = int.from_bytes(data, "big") << (length * 5 - len(data) * 8)
    return "".join(ALPHABET[value >> (5 * i) & 31] for i in reversed(range(length)))


def in_fours(text: str) -> str:
    """Return ``text`` in groups of four: “ABCD-EF12”."""
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))


def new_reference() -> str:
    """Return a new reference of 80 random bits: “XXXX-XXXX-XXXX-XXXX”. Only its hash is kept."""
    return in_fours(crockford(secrets.token_bytes(10)))


def tidy_code(typed: str) -> str:
    """Return what was typed without spaces and dashes, in capitals, with O read as 0, I and L as 1.

    >>> tidy_code(" ab0o-1il ")
    'AB00111'
    """
    text = "".join(c for c in typed.upper() if c.isalnum())
    return text.translate(str.maketrans("OIL", "011"))


def read_reference(typed: str) -> str | None:
    """Return the reference that was typed, as it was given out, or None if it can't be one."""
    text = tidy_code(typed)
    if len(text) != 16 or any(c not in ALPHABET for c in text):
        return None
    return in_fours(text)


def reference_hash(reference: str) -> str:
    """Return the SHA-256 of a reference as it was given out; only this is kept."""
    return hashlib.sha256(reference.encode()).hexdigest()


# Letters -----------------------------------------------------------------------------------------

#: How long after a failed try the next one is made; after the last of them a message has failed.
RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
MOST_ATTEMPTS = len(RETRY_AFTER) + 1
#: How long a worker may take over one message before another believes that it died.
CLAIM = timedelta(minutes=10)


@dataclass(frozen=True)
class Letter:
    """An e-mail as a mailer gets it. ``key`` is the same whenever the same message is tried.

    ``stop`` is where one click ends mail about its topic (RFC 8058); '' for one that always goes.
    """

    key: str
    address: str
    subject: str
    body: str
    at: datetime
    stop: str = ""


class MailRefused(Exception):
    """The provider won't take this message, now or later. Its text names no address."""


def one_line(text: str) -> str:
    """Return ``text`` on one line, so that no heading of a message can bring another with it.

    >>> one_line("Vote\\r\\nBcc: all@example.org")
    'Vote Bcc: all@example.org'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def next_try(attempts: int, at: datetime) -> datetime | None:
    """Return when a message that failed ``attempts`` times is due again; None: it has failed."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return at + RETRY_AFTER[attempts - 1]


def message_ref(once: str) -> str:
    """Return what a mail server and a provider know a message by: no part of it says who reads."""
    return hashlib.sha256(once.encode()).hexdigest()[:24]


# What people hear about, and how -----------------------------------------------------------------

#: What may be refused. Decisions on somebody's own request, award or registration always go.
TOPICS: dict[str, str] = {
    "invitations": N_("When we ask you to take part"),
    "decisions": N_("What we decided about what you said"),
    "rounds": N_("Funds that people vote on"),
    "reviews": N_("When your details are due for a look"),
}
WAYS: dict[str, str] = {
    "email": N_("By email"),
    "post": N_("By letter in the post"),
    "phone": N_("By phone"),
}
FORMS: dict[str, str] = {
    "plain": N_("Plain text"),
    "easy_read": N_("Easy read, with pictures"),
    "large_print": N_("Large print"),
    "bsl": N_("British Sign Language"),
    "audio": N_("Sound recording"),
}
#: So many soft failures (a full box, a server that is away) count as a hard one.
SOFT_FAILURES = 3


@dataclass(frozen=True)
class Wish:
    """What a reader wants: which topics not, how, in which form and language ('' is English)."""

    way: str = "email"
    form: str = "plain"
    language: str = ""
    postal: str = ""
    phone: str = ""
    unwanted: frozenset[str] = frozenset()

    @property
    def needs_a_person(self) -> bool:
        """Say whether somebody must make the form or translate: what we write is plain English."""
        printed = self.form == "large_print" and self.way == "post"
        return bool(self.language) or (self.form != "plain" and not printed)


def mail_holder(address: str) -> str:
    """Return the key of an address's own wish, from which nobody reads the address.

    >>> mail_holder("Bryn@example.org") == mail_holder("bryn@example.org")
    True
    """
    return "mail:" + hashlib.sha256(address.strip().casefold().encode()).hexdigest()


def body_holder(body_id: int) -> str:
    """Return the key of a community body's wish."""
    return f"body:{body_id}"


# What comes back ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bounce:
    """One message that did not arrive: its ref, the address, whether for good, and a code."""

    ref: str
    address: str
    is_hard: bool
    code: str


def read_notify(data: Any) -> Bounce | None:
    """Return what a callback of GOV.UK Notify reports; None for a delivery or anything else."""
    kinds = {"permanent-failure": True, "temporary-failure": False}
    status = data.get("status") if isinstance(data, dict) else None
    if not isinstance(status, str) or status not in kinds:
        return None
    return Bounce(
        ref=str(data.get("reference") or "")[:24],
        address=str(data.get("to") or "")[:254],
        is_hard=kinds[status],
        code=status,
    )


def read_report(mail: EmailMessage) -> list[Bounce]:
    """Return the bounces in a delivery report (RFC 3464); none for any other mail.

    A report that doesn't name a message of ours can't be told from an invented one, so its bounces
    have no ref and count for nothing.
    """
    if mail.get_content_type() != "multipart/report":
        return []
    parts = list(mail.walk())
    refs = [_ref_in(part) for part in parts]
    ref = next(filter(None, refs), "")
    told = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    groups: list[Any] = [group for part in told for group in part.get_payload()]
    return [
        _bounce(group, ref) for group in groups if isinstance(group, Message) and _failed(group)
    ]


def _failed(group: Message) -> bool:
    return str(group.get("Action", "")).strip().lower() == "failed"


def _bounce(group: Message, ref: str) -> Bounce:
    address = str(group.get("Original-Recipient") or group.get("Final-Recipient") or "")
    status = str(group.get("Status", "")).strip()[:10]
    return Bounce(
        ref=ref,
        address=address.rpartition(";")[2].strip()[:254],
        is_hard=not status.startswith("4"),
        code=status or "failed",
    )


def _ref_in(part: Message) -> str:
    """Return the ref of the message that came back, from its own headings."""
    kind = part.get_content_type()
    text = ""
    if kind == "text/rfc822-headers":
        raw = part.get_payload(decode=True)
        text = raw.decode("ascii", "replace") if isinstance(raw, bytes) else ""
    elif kind == "message/rfc822":
        inner = part.get_payload(0) if part.is_multipart() else None
        text = f"Message-ID: {inner.get('Message-ID', '')}" if isinstance(inner, Message) else ""
    match = re.search(r"^Message-ID:\s*<([0-9a-f]{24})@", text, re.IGNORECASE | re.MULTILINE)
    return match[1] if match else ""
