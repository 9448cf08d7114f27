"""Letters, when to try them again, and references: readable aloud, forgiving to type."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

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
    """An e-mail as a mailer gets it. ``key`` is the same whenever the same message is tried."""

    key: str
    address: str
    subject: str
    body: str
    at: datetime


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
