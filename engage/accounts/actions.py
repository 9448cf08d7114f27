"""Writing accounts, sessions, one-time links and failed tries. Nothing here commits."""

import secrets
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, update

from engage.accounts.models import Account, FailedTry, RegistrationLink, SignInLink, SignInSession
from engage.accounts.queries import account_by_email, other_administrators, try_key, try_source
from engage.accounts.rules import (
    LINK_LIFE,
    TRIES_KEPT,
    AccountRefused,
    canonical_email,
    check_password,
    has_desk,
    hash_secret,
    needs_rehash,
    secret_matches,
    session_life,
    token_hash,
)
from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.extensions import db
from engage.messages.actions import forget_reader
from engage.permissions import Role
from engage.web.rules import whole_hour_after


def create_account(
    email: str,
    name: str,
    role: Role | str,
    *,
    at: datetime,
    password: str | None = None,
    by: int | None = None,
    by_role: str = "system",
) -> Account:
    """Make an open account. ``password`` None: its owner signs in by links or sets one later.

    The trail records accounts that work for the partnership, and those that somebody else made
    (``by``); a resident who registers leaves no entry. Raises EmailRefused, PasswordRefused, and
    AccountRefused where the mailbox has an account; two at once end in an IntegrityError.
    """
    role = Role(role)
    if account_by_email(email) is not None:
        raise AccountRefused("This email address has an account already")
    account = Account(
        email=canonical_email(email),
        mail_to=email.strip(),
        name=name,
        role=role.value,
        is_open=True,
        password_hash=hash_secret(check_password(password, email, name)) if password else None,
        created_at=at,
    )
    db.session.add(account)
    db.session.flush()
    if by is not None or has_desk(role):
        record(
            Happening.ACCOUNT_CREATED,
            f"account:{account.id}",
            at=at,
            actor_id=by,
            actor_role=by_role,
            role=role.value,
        )
    return account


# Passwords and sessions --------------------------------------------------------------------------


def password_opens(account: Account | None, typed: str) -> bool:
    """Say whether ``typed`` is the password of an open account; as slow for nobody's account.

    A hash made with older settings is made anew.
    """
    kept = account.password_hash if account is not None and account.is_open else None
    matches = secret_matches(kept, typed)
    if matches and account is not None and kept is not None and needs_rehash(kept):
        account.password_hash = hash_secret(typed)
    return matches


def start_session(account: Account, *, at: datetime) -> SignInSession:
    """Sign an account in: a session with a new token (``.token``), known to this request only."""
    token = secrets.token_urlsafe(32)
    started = SignInSession(
        token_hash=token_hash(token),
        account_id=account.id,
        account=account,
        expires_at=whole_hour_after(at + session_life(account.role)),
    )
    started.token = token
    db.session.add(started)
    db.session.flush()
    return started


def end_session(ended: SignInSession, *, at: datetime) -> None:
    """Sign out: the cookie that names this session opens nothing any more."""
    ended.ended_at = whole_hour_after(at)


def end_sessions(account_id: int, *, at: datetime, keep: str = "") -> int:
    """End every session of an account but the one whose token hash is ``keep``; how many ended."""
    return _changed(
        update(SignInSession)
        .where(
            SignInSession.account_id == account_id,
            SignInSession.ended_at.is_(None),
            SignInSession.token_hash != keep,
        )
        .values(ended_at=whole_hour_after(at))
    )


def set_password(account: Account, password: str, *, at: datetime, keep: str = "") -> None:
    """Set a password, end every other session and every link. Raises PasswordRefused."""
    account.password_hash = hash_secret(check_password(password, account.mail_to, account.name))
    end_sessions(account.id, at=at, keep=keep)
    end_links(account.id, at=at)
    if has_desk(account.role):
        record(
            Happening.ACCOUNT_PASSWORD_CHANGED,
            f"account:{account.id}",
            at=at,
            actor_id=account.id,
            actor_role=account.role,
        )


# One-time links ----------------------------------------------------------------------------------


def make_link(account: Account, purpose: str, *, at: datetime, life: timedelta = LINK_LIFE) -> str:
    """Make a one-time link (``sign_in`` or ``password``) and return its token; a hash is kept."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        SignInLink(
            token_hash=token_hash(token),
            account_id=account.id,
            purpose=purpose,
            expires_at=at + life,
        )
    )
    return token


def use_link(link: SignInLink, *, at: datetime) -> bool:
    """Use a link up, and every other one of its account. False if another request was first."""
    if not _changed(
        update(SignInLink)
        .where(SignInLink.token_hash == link.token_hash, SignInLink.used_at.is_(None))
        .values(used_at=at)
    ):
        return False
    end_links(link.account_id, at=at)
    return True


def end_links(account_id: int, *, at: datetime) -> None:
    """Make every unused link of an account useless."""
    db.session.execute(
        update(SignInLink)
        .where(SignInLink.account_id == account_id, SignInLink.used_at.is_(None))
        .values(used_at=at)
    )


def make_registration(mail_to: str, *, at: datetime) -> str:
    """Make the one-time link that opens an account for ``mail_to``; return its token."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        RegistrationLink(token_hash=token_hash(token), mail_to=mail_to, expires_at=at + LINK_LIFE)
    )
    return token


def register(
    link: RegistrationLink, name: str, password: str | None, *, at: datetime
) -> Account | None:
    """Make the account of a confirmed address; None if another request used the link first.

    Raises PasswordRefused and AccountRefused.
    """
    if password:
        check_password(password, link.mail_to, name)
    if not _changed(
        update(RegistrationLink)
        .where(RegistrationLink.token_hash == link.token_hash, RegistrationLink.used_at.is_(None))
        .values(used_at=at)
    ):
        return None
    return create_account(link.mail_to, name, Role.RESIDENT, at=at, password=password)


# Roles and closing -------------------------------------------------------------------------------


def change_role(account: Account, role: Role | str, *, at: datetime, by: int, by_role: str) -> None:
    """Give an account another role and sign it out everywhere.

    Raises AccountRefused for one's own account and for the last administrator.
    """
    role = Role(role)
    if account.id == by:
        raise AccountRefused("You cannot change your own role. Ask another administrator")
    if account.role == role:
        return
    # The trail's head is a lock: changes queue here, so the count below is the true one.
    record(
        Happening.ACCOUNT_ROLE_CHANGED,
        f"account:{account.id}",
        at=at,
        actor_id=by,
        actor_role=by_role,
        before=account.role,
        after=role.value,
    )
    if role is not Role.ADMINISTRATOR:
        _keep_an_administrator(account)
    account.role = role.value
    _lock_out(account, at)


def close_account(account: Account, *, at: datetime, by: int, by_role: str) -> None:
    """Close an account, so that it can be opened again; sign it out everywhere.

    Raises AccountRefused for one's own account (``erase_account``) and the last administrator.
    """
    if account.id == by:
        raise AccountRefused("Close your own account from your account page")
    if not account.is_open:
        return
    _record_closing(account, at, by, by_role)
    account.is_open = False
    _lock_out(account, at)


def reopen_account(account: Account, *, at: datetime, by: int, by_role: str) -> None:
    """Open a closed account again. Raises AccountRefused where its owner closed it for good."""
    if account.erased_at is not None:
        raise AccountRefused("The owner closed this account. They can register again")
    if account.is_open:
        return
    account.is_open = True
    record(
        Happening.ACCOUNT_REOPENED,
        f"account:{account.id}",
        at=at,
        actor_id=by,
        actor_role=by_role,
    )


def erase_account(account: Account, *, at: datetime) -> None:
    """Close one's own account for good: name, addresses and password are erased, the mailbox may
    register again. Raises AccountRefused for the last administrator."""
    if has_desk(account.role):
        _record_closing(account, at, account.id, account.role)
    forget_reader(account.mail_to)
    account.is_open, account.erased_at = False, at
    account.name, account.password_hash = "Closed account", None
    account.email = account.mail_to = f"{account.public_id}@erased.invalid"
    _lock_out(account, at)


def _record_closing(account: Account, at: datetime, by: int, by_role: str) -> None:
    record(
        Happening.ACCOUNT_CLOSED, f"account:{account.id}", at=at, actor_id=by, actor_role=by_role
    )
    _keep_an_administrator(account)


def _keep_an_administrator(account: Account) -> None:
    db.session.refresh(account)
    if account.role == Role.ADMINISTRATOR and not other_administrators(account.id):
        raise AccountRefused("This is the last administrator. Make somebody else one first")


def _lock_out(account: Account, at: datetime) -> None:
    end_sessions(account.id, at=at)
    end_links(account.id, at=at)


# Throttling and tidying --------------------------------------------------------------------------


def note_failed_try(kind: str, key: str, source: str, at: datetime) -> None:
    """Remember a failed try of ``kind`` at ``key`` from ``source``; drop those of other days."""
    db.session.execute(delete(FailedTry).where(FailedTry.at <= at - TRIES_KEPT))
    db.session.add(FailedTry(kind=kind, key=try_key(kind, key), source=try_source(source), at=at))


def forget_failed_tries(kind: str, key: str, source: str | None = None) -> None:
    """Forget the failed tries of ``kind`` at ``key`` from ``source``, or from everywhere (None):
    the owner got in."""
    gone = delete(FailedTry).where(FailedTry.kind == kind, FailedTry.key == try_key(kind, key))
    if source is not None:
        gone = gone.where(FailedTry.source == try_source(source))
    db.session.execute(gone)


def drop_old_rows(at: datetime) -> None:
    """Delete sessions and links that can't open anything any more."""
    for table in (SignInSession, SignInLink, RegistrationLink):
        db.session.execute(delete(table).where(table.expires_at <= at - TRIES_KEPT))


def _changed(statement: Any) -> int:
    return cast("CursorResult[Any]", db.session.execute(statement)).rowcount
