"""Reads of who speaks for a body, and of who was asked to."""

from datetime import datetime

from sqlalchemy import select

from engage.accounts.models import Account
from engage.accounts.rules import token_hash
from engage.bodies.models import CommunityBody, Representative, RepresentativeInvitation
from engage.extensions import db


def open_invitations(body_id: int) -> list[RepresentativeInvitation]:
    """Return the invitations of a body that nobody has answered, oldest first; old ones too."""
    return list(
        db.session.scalars(
            select(RepresentativeInvitation)
            .where(
                RepresentativeInvitation.body_id == body_id,
                RepresentativeInvitation.outcome.is_(None),
            )
            .order_by(RepresentativeInvitation.id)
        )
    )


def invitation_by_token(token: str, at: datetime) -> RepresentativeInvitation | None:
    """Return the invitation that a link opens; None if it is answered, withdrawn or too old.

    Nor does it open while the body is off the register.
    """
    return db.session.scalar(
        select(RepresentativeInvitation)
        .join(CommunityBody, CommunityBody.id == RepresentativeInvitation.body_id)
        .where(
            RepresentativeInvitation.token_hash == token_hash(token),
            RepresentativeInvitation.outcome.is_(None),
            RepresentativeInvitation.expires_at > at,
            CommunityBody.stage == "registered",
        )
    )


def secretaries_of(body_id: int) -> list[Account]:
    """Return the open accounts of a body's secretaries."""
    return list(
        db.session.scalars(
            select(Account)
            .join(Representative, Representative.account_id == Account.id)
            .where(
                Representative.body_id == body_id,
                Representative.part == "secretary",
                Account.is_open,
            )
            .order_by(Account.id)
        )
    )
