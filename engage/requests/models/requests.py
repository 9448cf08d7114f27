"""A participation request (section 22) up to its decision notice (section 24)."""

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.bodies.models import CommunityBody
from engage.extensions import UTCDateTime, db, public_id
from engage.partners.models import Partner


class ParticipationRequest(db.Model):
    """One request of a body to one authority (R78).

    ``received_on`` is the day on which it came first. ``validated_on`` is the day on which the
    last part came that the law asks for (regulation 5); from it ``due_on`` is counted, and moved
    only by a longer time that the body agreed to. ``earlier_id`` is the request of the last two
    years whose matter this one repeats (section 27), ``reason`` why it was not considered, or
    withdrawn. Triggers hold the way of the stages, and the words once it is valid.
    """

    __tablename__ = "participation_request"
    __table_args__ = (
        CheckConstraint(
            "maker IN ('community_council','controlled','group','designated')", name="maker_known"
        ),
        CheckConstraint("source IN ('online','paper')", name="source_known"),
        CheckConstraint(
            "stage IN ('draft','sent','more_asked','valid','agreed','under_way','ended',"
            "'reported','refused','not_considered','withdrawn')",
            name="stage_known",
        ),
        CheckConstraint("(stage = 'draft') = (received_on IS NULL)", name="sent_is_received"),
        CheckConstraint(
            "stage NOT IN ('valid','agreed','under_way','ended','reported','refused') OR "
            "(validated_on IS NOT NULL AND due_on IS NOT NULL AND outcome <> '' AND reasons <> '' "
            "AND knowledge <> '' AND improvement <> '')",
            name="valid_is_whole",
        ),
        CheckConstraint("validated_on >= received_on", name="validated_after_receipt"),
        CheckConstraint("due_on > validated_on", name="due_after_validation"),
        CheckConstraint(
            "stage <> 'not_considered' OR (earlier_id IS NOT NULL AND reason <> '')",
            name="not_considered_has_reason",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True, default=public_id)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"), index=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    earlier_id: Mapped[int | None] = mapped_column(ForeignKey("participation_request.id"))
    maker: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(6), default="online")
    stage: Mapped[str] = mapped_column(String(15), default="draft", index=True)
    title: Mapped[str] = mapped_column(String(120))
    outcome: Mapped[str] = mapped_column(Text, default="")
    reasons: Mapped[str] = mapped_column(Text, default="")
    knowledge: Mapped[str] = mapped_column(Text, default="")
    improvement: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    received_on: Mapped[date | None] = mapped_column(Date, index=True)
    whole_on: Mapped[date | None] = mapped_column(Date)
    validated_on: Mapped[date | None] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer, default=1)

    body: Mapped[CommunityBody] = relationship()
    authority: Mapped[Partner] = relationship()
    others: Mapped[list["OtherAuthority"]] = relationship(
        cascade="all, delete-orphan", order_by="OtherAuthority.partner_id"
    )
    questions: Mapped[list["RequestQuestion"]] = relationship(order_by="RequestQuestion.id")
    extensions: Mapped[list["RequestExtension"]] = relationship(order_by="RequestExtension.id")
    decision: Mapped["RequestDecision | None"] = relationship(back_populates="request")


class OtherAuthority(db.Model):
    """Another authority that a body wants in the process (s.22(6)), and its answer.

    ``answer`` '' while it has not said; “no” carries its reasons (regulation 6(2)(b)).
    """

    __tablename__ = "request_authority"
    __table_args__ = (
        CheckConstraint("answer IN ('','yes','no')", name="answer_known"),
        CheckConstraint("answer <> 'no' OR reason <> ''", name="no_has_reason"),
        CheckConstraint("(answer = '') = (answered_on IS NULL)", name="answer_has_day"),
    )

    request_id: Mapped[int] = mapped_column(
        ForeignKey("participation_request.id"), primary_key=True
    )
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), primary_key=True)
    answer: Mapped[str] = mapped_column(String(3), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    answered_on: Mapped[date | None] = mapped_column(Date)

    partner: Mapped[Partner] = relationship()


class RequestQuestion(db.Model):
    """What a body was told that its request still needs (regulation 4(1))."""

    __tablename__ = "request_question"
    __table_args__ = (CheckConstraint("what <> ''", name="says_what"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("participation_request.id"), index=True)
    what: Mapped[str] = mapped_column(Text)
    asked_on: Mapped[date] = mapped_column(Date)
    answered_on: Mapped[date | None] = mapped_column(Date)


class RequestExtension(db.Model):
    """A longer time for the decision that the body agreed to: ``was``, ``until``, and why."""

    __tablename__ = "request_extension"
    __table_args__ = (
        CheckConstraint("until > was", name="is_longer"),
        CheckConstraint("reason <> ''", name="has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("participation_request.id"), index=True)
    was: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    agreed_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)


class RequestDecision(db.Model):
    """The one decision notice of a request (section 24), with how the process works (s.25).

    Nothing of it is ever changed: a trigger refuses.
    """

    __tablename__ = "request_decision"
    __table_args__ = (
        CheckConstraint("reasons <> ''", name="has_reasons"),
        CheckConstraint(
            "agreed = false OR (operation <> '' AND group_part <> '')", name="agreed_says_how"
        ),
    )

    request_id: Mapped[int] = mapped_column(
        ForeignKey("participation_request.id"), primary_key=True
    )
    agreed: Mapped[bool] = mapped_column(Boolean)
    reasons: Mapped[str] = mapped_column(Text)
    operation: Mapped[str] = mapped_column(Text, default="")
    group_part: Mapped[str] = mapped_column(Text, default="")
    others_part: Mapped[str] = mapped_column(Text, default="")
    stage_reached: Mapped[str] = mapped_column(Text, default="")
    decided_on: Mapped[date] = mapped_column(Date)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    request: Mapped[ParticipationRequest] = relationship(back_populates="decision")
    weighed: Mapped[list["DecisionGround"]] = relationship()


class DecisionGround(db.Model):
    """How the decision weighed one of the points of section 24(3)."""

    __tablename__ = "request_ground"
    __table_args__ = (
        CheckConstraint(
            "ground IN ('economic','regeneration','health','social','environment','inequality',"
            "'taking_part','services','other')",
            name="ground_known",
        ),
        CheckConstraint("answer IN ('likely','unlikely','no_bearing')", name="answer_known"),
    )

    request_id: Mapped[int] = mapped_column(
        ForeignKey("request_decision.request_id"), primary_key=True
    )
    ground: Mapped[str] = mapped_column(String(15), primary_key=True)
    answer: Mapped[str] = mapped_column(String(10))
