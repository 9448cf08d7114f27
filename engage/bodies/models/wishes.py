"""Asking groups again how far they wish to take part."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.extensions import UTCDateTime, db


class WishAsked(db.Model):
    """A body was asked how far it wishes to take part, or whether its old answer still holds (R03).

    ``after_wish_id`` is its newest wish at the time, 0 where it had none: so it is asked once, and
    again only after it has answered and that answer has grown old. ``told`` is how many addresses
    the question went to; with 0, somebody must ask in person.
    """

    __tablename__ = "wish_asked"
    __table_args__ = (UniqueConstraint("body_id", "after_wish_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"))
    after_wish_id: Mapped[int] = mapped_column(Integer)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    told: Mapped[int] = mapped_column(Integer, default=0)
