"""Consultations and what people answered."""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.bodies.models import CommunityBody
from engage.engagements.models import Engagement
from engage.extensions import UTCDateTime, db, public_id
from engage.plans.models import Draft, Paragraph


class Consultation(db.Model):
    """A consultation on one draft of a plan (s.6(3), s.10(4); R64, R69, R72).

    It is open while its stage is “open” and the server's clock stands within the engagement's
    dates. ``short_notice_reason`` is given where it runs for less than the custom;
    ``responses_published_at`` is None until an officer published the responses. ``version`` rises
    with each change of what it asks, and with its opening.
    """

    __tablename__ = "consultation"
    __table_args__ = (
        CheckConstraint("stage IN ('preparing','open','closed')", name="stage_known"),
        CheckConstraint(
            "responses_published_at IS NULL OR stage = 'closed'", name="published_once_closed"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), unique=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    stage: Mapped[str] = mapped_column(String(10), default="preparing")
    short_notice_reason: Mapped[str] = mapped_column(Text, default="")
    responses_published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    engagement: Mapped[Engagement] = relationship()
    draft: Mapped[Draft] = relationship()
    questions: Mapped[list["Question"]] = relationship(
        cascade="all, delete-orphan", order_by="Question.position", back_populates="consultation"
    )


class Question(db.Model):
    """One question. ``kind`` agreement has the answers of consultations.rules.AGREEMENT."""

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("consultation_id", "position"),
        CheckConstraint("kind IN ('agreement','text')", name="kind_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(10))
    prompt: Mapped[str] = mapped_column(String(300))
    is_needed: Mapped[bool] = mapped_column(Boolean, default=False)

    consultation: Mapped[Consultation] = relationship(back_populates="questions")


class Response(db.Model):
    """One answer to a consultation, by a body or by a person, with or without an account.

    A draft is saved under its ``reference_hash`` (SHA-256 of the reference that the writer was
    given) or the account; one submitted or draft response for each body and account. ``zone_code``
    is looked up and the postcode forgotten. ``publish`` None: not asked yet. ``version`` rises
    with each save, so that a page which stood open in another tab doesn't write over newer words.
    """

    __tablename__ = "response"
    __table_args__ = (
        CheckConstraint("stage IN ('draft','submitted')", name="stage_known"),
        CheckConstraint("publish IN ('with_name','without_name','no')", name="publish_known"),
        CheckConstraint(
            "(stage = 'submitted') = (submitted_at IS NOT NULL)", name="submitted_has_time"
        ),
        CheckConstraint(
            "stage <> 'submitted' OR publish IS NOT NULL", name="submitted_says_publish"
        ),
        CheckConstraint(
            "place IN ('matched','outside','unmatched','not_given')", name="place_known"
        ),
        Index("uq_response_body", "consultation_id", "body_id", unique=True),
        Index(
            "uq_response_account",
            "consultation_id",
            "account_id",
            unique=True,
            sqlite_where=text("body_id IS NULL"),
            postgresql_where=text("body_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True, default=public_id)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    body_id: Mapped[int | None] = mapped_column(ForeignKey("community_body.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reference_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    zone_code: Mapped[str | None] = mapped_column(ForeignKey("data_zone.code"))
    place: Mapped[str] = mapped_column(String(10), default="not_given")
    publish: Mapped[str | None] = mapped_column(String(12))
    stage: Mapped[str] = mapped_column(String(10), default="draft")
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    consultation: Mapped[Consultation] = relationship()
    body: Mapped[CommunityBody | None] = relationship()
    answers: Mapped[list["Answer"]] = relationship(cascade="all, delete-orphan")
    comments: Mapped[list["Comment"]] = relationship(
        cascade="all, delete-orphan", back_populates="response"
    )

    __mapper_args__ = {"version_id_col": version}


class Answer(db.Model):
    """The answer to one question; an answer left empty has no row."""

    __tablename__ = "answer"

    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)

    question: Mapped[Question] = relationship()


class Comment(db.Model):
    """A comment on one named paragraph of the draft."""

    __tablename__ = "comment"
    __table_args__ = (UniqueConstraint("response_id", "paragraph_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"))
    paragraph_id: Mapped[int] = mapped_column(ForeignKey("paragraph.id"))
    text: Mapped[str] = mapped_column(Text)

    paragraph: Mapped[Paragraph] = relationship()
    response: Mapped[Response] = relationship(back_populates="comments")
