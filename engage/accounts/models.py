"""Accounts, their sessions, one-time links, and failed tries."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.extensions import UTCDateTime, db, public_id


def _as_canonical(context: Any) -> Any:
    return context.get_current_parameters()["email"]


class Account(db.Model):
    """A person who signs in.

    ``email`` is canonical and unique, so that one mailbox has one account; mail goes to
    ``mail_to``, the address as its owner typed it. ``password_hash`` is None for people who use
    one-time links only. ``erased_at`` is set when a person closed their own account: the name and
    the addresses are gone then, and it never opens again.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(
            "role IN ('resident','representative','officer','analyst','auditor','administrator')",
            name="role_known",
        ),
        CheckConstraint("erased_at IS NULL OR NOT is_open", name="erased_is_closed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True, default=public_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    mail_to: Mapped[str] = mapped_column(String(254), default=_as_canonical)
    name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SignInSession(db.Model):
    """One signed-in browser. Only the hash of its token is kept; ended sessions open nothing.

    Written at sign-in and sign-out only, never on the way, and its instants are whole hours: no
    trace of when somebody voted.
    """

    __tablename__ = "sign_in_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    account: Mapped[Account] = relationship()

    #: The token itself, known only in the request that signs somebody in; never stored.
    token = ""

    def get_id(self) -> str:
        """What Flask-Login puts into the cookie's session: the token, whose hash is the row."""
        return self.token

    # What Flask-Login and the access decorators ask of the person who is signed in.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """True while the account is open."""
        return self.account.is_open

    @property
    def id(self) -> int:
        """The account's id, for ``actor_id=current_user.id``."""
        return self.account_id

    @property
    def role(self) -> str:
        """The account's role."""
        return self.account.role

    @property
    def name(self) -> str:
        """The account's name."""
        return self.account.name

    @property
    def email(self) -> str:
        """The address that the account's mail goes to, as its owner typed it."""
        return self.account.mail_to


class SignInLink(db.Model):
    """A one-time link for signing in or setting a password; used once, and only by a POST."""

    __tablename__ = "sign_in_link"
    __table_args__ = (CheckConstraint("purpose IN ('sign_in','password')", name="purpose_known"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(10))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RegistrationLink(db.Model):
    """The way from an address that somebody typed to an account: whoever reads the mail opens it.

    No name and no password is asked for before the address is confirmed, so nobody can prepare an
    account on somebody else's address.
    """

    __tablename__ = "registration_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    mail_to: Mapped[str] = mapped_column(String(254))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class FailedTry(db.Model):
    """A failed try at a password or a voter code, for throttling.

    ``key`` is a keyed hash of what was tried (the account's address, a code's locator); ``source``
    a keyed hash of the address block that it came from. Rows are dropped after a day.
    """

    __tablename__ = "failed_try"
    __table_args__ = (Index("ix_failed_try_kind_key_at", "kind", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
