"""Reads of accounts, sessions, one-time links and failed tries."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from flask import current_app
from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from engage.accounts.models import Account, FailedTry, RegistrationLink, SignInLink, SignInSession
from engage.accounts.rules import (
    LIMITS,
    TRIES_KEPT,
    EmailRefused,
    Throttle,
    canonical_email,
    keyed_hash,
    throttle_of,
    token_hash,
)
from engage.extensions import db
from engage.permissions import Role


def open_session(token: str, at: datetime) -> SignInSession | None:
    """Return the session that a cookie's token opens: not ended, not expired, account open."""
    found = db.session.scalar(_session(), {"hash": token_hash(token)})
    if found is None or found.ended_at is not None or found.expires_at <= at:
        return None
    found.token = token
    return found if found.account.is_open else None


@cache
def _session() -> Select[SignInSession]:
    """Put together once: every page of somebody who is signed in asks it."""
    return (
        select(SignInSession)
        .options(joinedload(SignInSession.account))
        .where(SignInSession.token_hash == bindparam("hash"))
    )


def account_by_email(email: str) -> Account | None:
    """Return the account of the mailbox ``email``, however it is written; closed ones too."""
    try:
        canonical = canonical_email(email)
    except EmailRefused:
        return None
    return db.session.scalar(select(Account).where(Account.email == canonical))


def account_by_public_id(public_id: str) -> Account | None:
    """Return the account with this public id; None for rubbish."""
    return db.session.scalar(select(Account).where(Account.public_id == public_id))


def email_of(account_id: int) -> str:
    """Return the address that mail to an account goes to; '' if its owner closed it for good."""
    found = db.session.scalar(
        select(Account.mail_to).where(Account.id == account_id, Account.erased_at.is_(None))
    )
    return found or ""


def name_of(account_id: int) -> str:
    """Return the name on an account; '' for none."""
    return db.session.scalar(select(Account.name).where(Account.id == account_id)) or ""


def accounts_listed(role: str = "", words: str = "") -> Sequence[Account]:
    """Return the accounts that an administrator looks for, by name: of one role, or of any; with
    ``words`` in the name or the address. Accounts that their owners closed for good are left out.
    """
    wanted = select(Account).where(Account.erased_at.is_(None))
    if role:
        wanted = wanted.where(Account.role == role)
    for word in words.split():
        like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        wanted = wanted.where(
            or_(Account.name.ilike(like, escape="\\"), Account.mail_to.ilike(like, escape="\\"))
        )
    return db.session.scalars(wanted.order_by(func.lower(Account.name), Account.id)).all()


def other_administrators(account_id: int) -> int:
    """Return how many open administrators there are besides this account."""
    return db.session.execute(
        select(func.count())
        .select_from(Account)
        .where(Account.role == Role.ADMINISTRATOR, Account.is_open, Account.id != account_id)
    ).scalar_one()


# One-time links ----------------------------------------------------------------------------------


def open_link(token: str, purpose: str, at: datetime) -> SignInLink | None:
    """Return the unused link of ``token``; None if it is used, too old, or opens a closed account.

    Looking doesn't use it up: mail scanners open every link that they see.
    """
    return db.session.scalar(
        select(SignInLink)
        .join(Account)
        .where(
            SignInLink.token_hash == token_hash(token),
            SignInLink.purpose == purpose,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > at,
            Account.is_open,
        )
    )


def open_registration(token: str, at: datetime) -> RegistrationLink | None:
    """Return the unused registration of ``token``; None if it is used or too old."""
    return db.session.scalar(
        select(RegistrationLink).where(
            RegistrationLink.token_hash == token_hash(token),
            RegistrationLink.used_at.is_(None),
            RegistrationLink.expires_at > at,
        )
    )


# Throttling --------------------------------------------------------------------------------------


def throttled(kind: str, key: str, source: str, at: datetime) -> Throttle | None:
    """Return until when tries of ``kind`` at ``key`` from ``source`` are not heard; None: go on.

    ``key`` is what is tried, as plain text (a canonical address, a code's locator); ``source``
    is what rules.source_of made of the caller's address. Ask before hashing anything.
    """
    rows = db.session.execute(
        select(FailedTry.source, FailedTry.at).where(
            FailedTry.kind == kind,
            FailedTry.key == try_key(kind, key),
            FailedTry.at > at - TRIES_KEPT,
        )
    )
    tries = [(origin, tried) for origin, tried in rows]
    return throttle_of(LIMITS[kind], tries, try_source(source), at)


def is_throttled(kind: str, key: str, source: str, at: datetime) -> bool:
    """Say whether a try of ``kind`` at ``key`` from ``source`` is not heard now (``throttled``)."""
    return throttled(kind, key, source, at) is not None


def try_key(kind: str, key: str) -> str:
    """Return the keyed hash under which tries at ``key`` are kept."""
    return keyed_hash(current_app.config["SECRET_KEY"], f"try-{kind}", key)


def try_source(source: str) -> str:
    """Return the keyed hash under which tries from ``source`` are kept."""
    return keyed_hash(current_app.config["SECRET_KEY"], "try-source", source)
