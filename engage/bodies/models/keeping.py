"""What keeps the register true: who was invited, yearly reviews, imports, groups that were one."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engage.extensions import UTCDateTime, db, public_id

#: An invitation that nobody has answered, withdrawn or let run out.
_OPEN = text("outcome IS NULL")


class RepresentativeInvitation(db.Model):
    """Somebody was asked by e-mail to speak for a body, through a one-time link.

    Only the link's hash is kept. ``email`` is canonical (accounts.rules), ``mail_to`` as it was
    typed; both are emptied as soon as the invitation has an ``outcome``.
    """

    __tablename__ = "representative_invitation"
    __table_args__ = (
        Index(
            "uq_representative_invitation_open",
            "body_id",
            "email",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        CheckConstraint("part IN ('secretary','member','reader')", name="part_known"),
        CheckConstraint(
            "outcome IN ('accepted','declined','withdrawn','expired')", name="outcome_known"
        ),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended_has_time"),
        CheckConstraint("outcome IS NULL OR (email = '' AND mail_to = '')", name="ended_is_wiped"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    mail_to: Mapped[str] = mapped_column(String(254))
    part: Mapped[str] = mapped_column(String(10))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    invited_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(String(10))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class BodyReview(db.Model):
    """A body was asked in ``year`` whether what the register says of it is right: once (R01).

    ``told`` is how many addresses it went to; 0: nobody could be asked. ``note`` is what the body
    says is wrong, for officers only. ``settled_at``: an officer has dealt with it.
    """

    __tablename__ = "body_review"
    __table_args__ = (
        CheckConstraint("answer IN ('right','changed','ended')", name="answer_known"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_has_time"),
        CheckConstraint("told >= 0", name="told_not_negative"),
        CheckConstraint("answer IS NULL OR answer <> 'changed' OR note <> ''", name="says_what"),
    )

    body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    told: Mapped[int] = mapped_column(Integer, default=0)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    answer: Mapped[str | None] = mapped_column(String(8))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    note: Mapped[str] = mapped_column(Text, default="")
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class BodyImport(db.Model):
    """A file of bodies that somebody looks at before it is confirmed; gone after that, or a day."""

    __tablename__ = "body_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True, default=public_id)
    name: Mapped[str] = mapped_column(String(200))
    data: Mapped[str] = mapped_column(Text)
    sent_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)


class BodyAddress(db.Model):
    """The address and name of a body that was merged into another: it leads there for ever."""

    __tablename__ = "body_address"

    slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    name: Mapped[str] = mapped_column(String(150))
    name_key: Mapped[str] = mapped_column(String(150), index=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"), index=True)
    merged_at: Mapped[datetime] = mapped_column(UTCDateTime)


class BodyDistinct(db.Model):
    """Two bodies look alike and are not the same: an officer decided so."""

    __tablename__ = "body_distinct"
    __table_args__ = (CheckConstraint("low_id < high_id", name="in_order"),)

    low_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"), primary_key=True)
    high_id: Mapped[int] = mapped_column(
        ForeignKey("community_body.id"), primary_key=True, index=True
    )
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
