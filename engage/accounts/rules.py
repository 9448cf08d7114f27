"""Plain rules of accounts: addresses, passwords, one-time links, throttling."""

import hashlib
import hmac
import ipaddress
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engage.permissions import Permission, Role, may
from engage.web.rules import split_email

#: How long a one-time link opens: for signing in or a forgotten password, and for a new officer
#: who may read the message on another day.
LINK_LIFE = timedelta(minutes=30)
INVITATION_LIFE = timedelta(days=3)
#: How long somebody stays signed in. People with a desk see personal data, so theirs is shorter.
SESSION_LIFE = timedelta(hours=24)
DESK_SESSION_LIFE = timedelta(hours=10)
#: How long failed tries are kept; the longest time over which they are counted.
TRIES_KEPT = timedelta(days=1)

LEAST_PASSWORD = 10
MOST_PASSWORD = 200
_COMMON = """
    password passwort passw passphrase secret letmein welcome login signin admin administrator root
    user guest test testing temp temporary changeme default master access system server computer
    internet qwerty qwertyuiop qwertyui asdfghjkl asdfgh zxcvbnm qazwsx qazwsxedc azerty iloveyou
    loveyou lovely princess sunshine football baseball basketball superman batman dragon monkey
    shadow michael jennifer charlie jordan liverpool chelsea arsenal everton rangers celtic hearts
    hibernian aberdeen dundee glasgow edinburgh inverness stirling perth scotland alba caledonia
    britain england summer autumn winter spring january february march april june july august
    september october november december monday tuesday wednesday thursday friday saturday sunday
    council community engage engagement planning partnership whatever trustno starwars pokemon
    minecraft cheese chocolate flower freedom hello hellohello helloworld abc abcd abcdef abcdefgh
    abcdefghij whiskey whisky haggis thistle highland unicorn
"""
#: What very common passwords are made of, after figures and signs at their ends are taken off and
#: the usual swaps (@ for a, 0 for o) are undone.
COMMON_WORDS = frozenset(_COMMON.split())
_SWAPS = str.maketrans("@4031!$5", "aaoeiiss")
_RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


class EmailRefused(Exception):
    """What was typed is not the address of a mailbox."""


class PasswordRefused(Exception):
    """The password is too short, too common, or says who the person is."""


class AccountRefused(Exception):
    """An account can't be made or changed like this; the message says why."""


def token_hash(token: str) -> str:
    """Return the SHA-256 of a random token, hexadecimal; only this is kept."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def keyed_hash(secret: str, kind: str, value: str) -> str:
    """Return a hash that only the holder of ``secret`` can recompute, for values that are few
    enough to be guessed (addresses). The lengths keep two fields from being read as others."""
    fields = f"{len(kind)}:{kind}|{len(value)}:{value}".encode("utf-8", "replace")
    return hmac.new(secret.encode(), fields, hashlib.sha256).hexdigest()


def canonical_email(email: str) -> str:
    """Return the one way of writing the mailbox behind ``email``, for a unique key.

    Mail goes to the address as it was typed. Raises EmailRefused for what is no address.

    >>> canonical_email("Ai.Sha+vote@GoogleMail.com.")
    'aisha@gmail.com'
    """
    parts = split_email(email)
    if parts is None:
        raise EmailRefused("Enter an email address, like name@example.org")
    name, host = parts[0].casefold(), parts[1]
    name = name.split("+")[0] or name
    if host in ("gmail.com", "googlemail.com"):
        name, host = name.replace(".", "") or name, "gmail.com"
    return f"{name}@{host}"


def check_password(password: str, email: str = "", name: str = "") -> str:
    """Return ``password`` if it is good enough for an account of that address and name.

    Length is what counts (NCSC, NIST 800-63B): nothing about capitals, figures or signs. Raises
    PasswordRefused with what to do instead.
    """
    if len(password) < LEAST_PASSWORD:
        raise PasswordRefused(
            f"Your password must have {LEAST_PASSWORD} characters or more. "
            "Three words that do not belong together make a good one"
        )
    if len(password) > MOST_PASSWORD:
        raise PasswordRefused(f"Your password must have {MOST_PASSWORD} characters or fewer")
    text = _letters(password)
    own = {_letters(part) for part in (email, email.split("@")[0], name, *name.split())}
    if text in own or _letters(_core(password)) in own - {""}:
        raise PasswordRefused("Choose a password that is not your name or email address")
    if _is_common(password):
        raise PasswordRefused(
            "Too many people use this password. "
            "Three words that do not belong together make a good one"
        )
    return password


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _core(password: str) -> str:
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password.casefold())


def _is_common(password: str) -> bool:
    text = _letters(password) or password
    core = _letters(_core(password).translate(_SWAPS))
    halves = len(core) // 2
    if len(set(text)) < 4 or core in COMMON_WORDS or core[:halves] * 2 == core != "":
        return True
    return any(text in run or text in run[::-1] for run in _RUNS) or _is_date(password)


def _is_date(password: str) -> bool:
    return bool(re.fullmatch(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{2,4}", password.strip()))


# Hashing -----------------------------------------------------------------------------------------

#: OWASP's and ASVS's setting for a small machine: 19 MiB, two passes, one lane (40 ms or so).
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
#: A rush of people signing in must not keep those who are already voting waiting for a processor.
_AT_ONCE = threading.BoundedSemaphore(2)


def hash_secret(secret: str) -> str:
    """Return the Argon2id hash of a password or code, with its own salt and settings."""
    with _AT_ONCE:
        return _HASHER.hash(secret)


def secret_matches(kept: str | None, typed: str) -> bool:
    """Say whether ``typed`` is the secret behind the hash ``kept``.

    None (nobody has this address, or no password) takes as long as a wrong one.
    """
    with _AT_ONCE:
        try:
            return _HASHER.verify(kept or _nobodys_hash(), typed) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(kept: str) -> bool:
    """Say whether a hash was made with settings that are no longer ours."""
    return _HASHER.check_needs_rehash(kept)


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")


# Throttling --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Limit:
    """At most ``most`` failed tries within ``within``; ``each_source`` counts each apart."""

    most: int
    within: timedelta
    each_source: bool


#: For each kind of secret. Never by source alone: a whole library may stand behind one address. A
#: password also has a limit over all sources, since its owner can still use a link by e-mail; a
#: voter's code has none, since its owner could be locked out. “codes” counts wrong codes whatever
#: they were, so that nobody tries one after the other; typing errors are not counted, and five
#: minutes later a library votes on. “fact” and “facts” are the same for somebody on a list, whose
#: second fact has few values (a date of birth): so tries at one person are limited over all
#: sources as well. Whoever is kept out by somebody else's tries is let in by an officer, whose own
#: tries (“deskfact”) are counted apart. The limit on links is as long as a
#: link lives, so whoever asks too often has one that works.
LIMITS: dict[str, tuple[Limit, ...]] = {
    "password": (
        Limit(5, timedelta(minutes=15), each_source=True),
        Limit(50, timedelta(days=1), each_source=False),
    ),
    "code": (Limit(5, timedelta(minutes=15), each_source=True),),
    "codes": (Limit(10, timedelta(minutes=5), each_source=True),),
    "fact": (
        Limit(5, timedelta(minutes=15), each_source=True),
        Limit(20, timedelta(days=1), each_source=False),
    ),
    "deskfact": (Limit(5, timedelta(minutes=15), each_source=True),),
    "facts": (Limit(10, timedelta(minutes=5), each_source=True),),
    "link": (Limit(5, LINK_LIFE, each_source=False),),
}


@dataclass(frozen=True)
class Throttle:
    """Until when no further try is heard, and whether that holds for everybody's tries."""

    until: datetime
    for_all: bool


def throttle_of(
    limits: Sequence[Limit], tries: Sequence[tuple[str, datetime]], source: str, at: datetime
) -> Throttle | None:
    """Return what the failed ``tries`` (source, instant) at one key mean for ``source`` at ``at``.

    None: the next try is heard. The limit that waits longest wins.
    """
    stops = []
    for limit in limits:
        counted = sorted(
            tried
            for origin, tried in tries
            if at - tried < limit.within and (origin == source or not limit.each_source)
        )
        if len(counted) >= limit.most:
            until = counted[-limit.most] + limit.within
            stops.append(Throttle(until=until, for_all=not limit.each_source))
    return max(stops, key=lambda stop: stop.until, default=None)


def source_of(remote_addr: str | None) -> str:
    """Return the block of addresses that one subscriber has: an IPv4 address, an IPv6 /64."""
    try:
        address = ipaddress.ip_address((remote_addr or "").split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


# Roles -------------------------------------------------------------------------------------------

ROLE_NAMES: dict[Role, str] = {
    Role.RESIDENT: "Resident",
    Role.REPRESENTATIVE: "Group representative",
    Role.OFFICER: "Officer",
    Role.ANALYST: "Analyst",
    Role.AUDITOR: "Auditor",
    Role.ADMINISTRATOR: "Administrator",
}


def session_life(role: str) -> timedelta:
    """Return how long somebody of ``role`` stays signed in."""
    return DESK_SESSION_LIFE if has_desk(role) else SESSION_LIFE


def has_desk(role: str) -> bool:
    """Say whether ``role`` works for the partnership; the trail records what happens to these."""
    return may(role, Permission.VIEW_DESK)
