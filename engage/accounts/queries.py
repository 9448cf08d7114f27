"""Reads of accounts and sessions."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from engage import clock
from engage.accounts.models import SignInSession
from engage.accounts.rules import token_hash
from engage.extensions import db


def open_session(token: str) -> SignInSession | None:
    """Return the session that a cookie's token opens: not ended, not expired, account open."""
    found = db.session.scalar(
        select(SignInSession)
        .options(joinedload(SignInSession.account))
        .where(SignInSession.token_hash == token_hash(token))
    )
    if found is None or found.ended_at is not None or found.expires_at <= clock.now():
        return None
    return found if found.account.is_open else None
