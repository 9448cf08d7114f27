"""Writing a proposal: drafts that nobody else sees, its versions, who writes it, what is asked.

A draft is never a proposal: nothing that counts or lists proposals can come upon one.
"""

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.budgeting.models.proposals import Proposal
from engage.budgeting.models.rounds import Round
from engage.extensions import UTCDateTime, db, public_id
from engage.web.kept_pictures import Picture


class ProposalDraft(db.Model):
    """What somebody is still writing: a new proposal, or changes to one (``proposal_id``).

    It opens by the account, the body, or the reference, of which ``reference_hash`` is the
    SHA-256; changes open by those of the proposal. ``content`` is canonical JSON
    (rules.proposing.Content). The postcode was looked up and forgotten. ``received_on`` is the
    day on which something written on paper came in, which an officer types.
    """

    __tablename__ = "proposal_draft"
    __table_args__ = (
        CheckConstraint("channel IN ('online','paper')", name="channel_known"),
        CheckConstraint(
            "place IN ('matched','outside','unmatched','not_given')", name="place_known"
        ),
        CheckConstraint(
            "(proposal_id IS NULL) = (reference_hash IS NOT NULL)", name="new_has_reference"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True, default=public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), unique=True)
    reference_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    body_id: Mapped[int | None] = mapped_column(ForeignKey("community_body.id"), index=True)
    channel: Mapped[str] = mapped_column(String(10), default="online")
    received_on: Mapped[date | None] = mapped_column(Date)
    name: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    place: Mapped[str] = mapped_column(String(10), default="not_given")
    zone_code: Mapped[str | None] = mapped_column(ForeignKey("data_zone.code"))
    content: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    round: Mapped[Round] = relationship()
    proposal: Mapped[Proposal | None] = relationship()
    pictures: Mapped[list["DraftPicture"]] = relationship(
        cascade="all, delete-orphan", order_by="DraftPicture.position"
    )

    __mapper_args__ = {"version_id_col": version}


class DraftPicture(db.Model):
    """A photograph of a draft: at most three."""

    __tablename__ = "draft_picture"
    __table_args__ = (CheckConstraint("position BETWEEN 1 AND 3", name="at_most_three"),)

    draft_id: Mapped[int] = mapped_column(ForeignKey("proposal_draft.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    picture_id: Mapped[int] = mapped_column(ForeignKey("picture.id"), index=True)

    picture: Mapped[Picture] = relationship(lazy="joined")


class ProposalVersion(db.Model):
    """A proposal as it was sent, or changed afterwards: never altered, which triggers hold too.

    ``made_by`` is “author”, “coauthor” or “officer”.
    """

    __tablename__ = "proposal_version"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("made_by IN ('author','coauthor','officer')", name="made_by_known"),
        UniqueConstraint("proposal_id", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)

    pictures: Mapped[list["VersionPicture"]] = relationship(order_by="VersionPicture.position")


class VersionPicture(db.Model):
    """A photograph of a version: at most three."""

    __tablename__ = "version_picture"
    __table_args__ = (CheckConstraint("position BETWEEN 1 AND 3", name="at_most_three"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("proposal_version.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    picture_id: Mapped[int] = mapped_column(ForeignKey("picture.id"), index=True)

    picture: Mapped[Picture] = relationship(lazy="joined")


class CoAuthor(db.Model):
    """Somebody who may write too, by a reference of their own: no name, no address, no account."""

    __tablename__ = "co_author"
    __table_args__ = (
        CheckConstraint("number BETWEEN 1 AND 5", name="at_most_five"),
        CheckConstraint("(draft_id IS NULL) <> (proposal_id IS NULL)", name="of_one_thing"),
        UniqueConstraint("draft_id", "number"),
        UniqueConstraint("proposal_id", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("proposal_draft.id"))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))
    number: Mapped[int] = mapped_column(Integer)
    reference_hash: Mapped[str] = mapped_column(String(64), unique=True)


class RoundQuestion(db.Model):
    """A question that a round adds to every proposal; fixed once proposals open."""

    __tablename__ = "round_question"
    __table_args__ = (
        CheckConstraint("position BETWEEN 1 AND 10", name="at_most_ten"),
        CheckConstraint("kind IN ('short','long')", name="kind_known"),
        CheckConstraint("length(trim(prompt)) > 0", name="prompt_given"),
        UniqueConstraint("round_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    position: Mapped[int] = mapped_column(Integer)
    prompt: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(10))
    is_needed: Mapped[bool] = mapped_column(Boolean)
