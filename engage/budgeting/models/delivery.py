"""What becomes of the money: awards, who holds them, what was paid, spent, done and reported."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.budgeting.models.rounds import Project, Round
from engage.extensions import UTCDateTime, db, public_id
from engage.web.kept_pictures import Picture


class Award(db.Model):
    """Money for one project that won, from the offer to the report (R14).

    ``amount_pence`` is what the count gave; ``held_pence`` is how much of the fund it takes now:
    all of it while it runs, and what was paid and not returned once it has ended. The sum of what
    is held is never more than the fund, by triggers too. ``conditions`` are those that were sent.
    ``holder_kind`` and what goes with it are those of rules.delivery.Holder; the names are wiped
    with the bank details. ``report_reply`` is why a report was sent back, until the next one.
    ``freed_decision`` says what became of the money of an award that ended
    early, and ``instead_of_id`` which one this award came after.
    """

    __tablename__ = "award"
    __table_args__ = (
        CheckConstraint("amount_pence > 0", name="amount_positive"),
        CheckConstraint("held_pence BETWEEN 0 AND amount_pence", name="held_within_amount"),
        CheckConstraint(
            "stage IN ('offered','accepted','under_way','reported','finished','declined',"
            "'withdrawn','failed')",
            name="stage_known",
        ),
        CheckConstraint(
            "stage NOT IN ('offered','accepted','under_way','reported') "
            "OR held_pence = amount_pence",
            name="held_while_it_runs",
        ),
        CheckConstraint(
            "stage NOT IN ('declined','withdrawn','failed') OR reason <> ''", name="reason_given"
        ),
        CheckConstraint(
            "stage NOT IN ('accepted','under_way','reported','finished') "
            "OR (holder_kind IS NOT NULL AND accepted_at IS NOT NULL)",
            name="accepted_by_a_holder",
        ),
        CheckConstraint("holder_kind IN ('body','host','adult','person')", name="holder_known"),
        CheckConstraint(
            "holder_kind IS NULL OR NOT (is_under_16 AND holder_kind = 'person')",
            name="under_16_has_a_holder",
        ),
        CheckConstraint(
            "holder_kind IS NULL OR holder_kind <> 'host' OR agreement_on IS NOT NULL",
            name="host_agreed",
        ),
        CheckConstraint(
            "holder_kind IS NULL OR holder_kind <> 'body' OR constitution_on IS NOT NULL",
            name="body_is_constituted",
        ),
        CheckConstraint(
            "stage NOT IN ('reported','finished') OR (reported_at IS NOT NULL "
            "AND report_text <> '' AND report_people >= 0 AND report_left_pence >= 0)",
            name="report_is_whole",
        ),
        CheckConstraint("freed_decision IN ('offered','kept')", name="freed_decision_known"),
        CheckConstraint(
            "freed_decision IS NULL OR (stage IN ('declined','withdrawn','failed') "
            "AND freed_reason <> '')",
            name="freed_with_reason",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True, default=public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), unique=True)
    instead_of_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"), unique=True)
    amount_pence: Mapped[int] = mapped_column(BigInteger)
    held_pence: Mapped[int] = mapped_column(BigInteger)
    stage: Mapped[str] = mapped_column(String(10), default="offered", index=True)
    conditions: Mapped[str] = mapped_column(Text)
    answer_by: Mapped[date] = mapped_column(Date)
    deliver_by: Mapped[date] = mapped_column(Date)
    report_by: Mapped[date] = mapped_column(Date)
    offered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    holder_kind: Mapped[str | None] = mapped_column(String(6))
    holder_name: Mapped[str] = mapped_column(String(150), default="")
    constitution_on: Mapped[date | None] = mapped_column(Date)
    agreement_on: Mapped[date | None] = mapped_column(Date)
    is_under_16: Mapped[bool] = mapped_column(Boolean, default=False)
    accepted_name: Mapped[str] = mapped_column(String(100), default="")
    accepted_role: Mapped[str] = mapped_column(String(100), default="")
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    report_text: Mapped[str] = mapped_column(Text, default="")
    report_people: Mapped[int | None] = mapped_column(Integer)
    report_left_pence: Mapped[int | None] = mapped_column(BigInteger)
    report_reply: Mapped[str] = mapped_column(Text, default="")
    reported_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    freed_decision: Mapped[str | None] = mapped_column(String(8))
    freed_reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)

    round: Mapped[Round] = relationship()
    project: Mapped[Project] = relationship()

    __mapper_args__ = {"version_id_col": version}

    @property
    def freed_pence(self) -> int:
        """What went back to the fund from this award."""
        return self.amount_pence - self.held_pence


class AwardBank(db.Model):
    """Where an award is paid to, sealed with a key that is kept outside the database."""

    __tablename__ = "award_bank"
    __table_args__ = (
        # a nonce of 12 bytes, a mark of 16, and more than nothing between
        CheckConstraint("length(sealed) > 28", name="sealed_size"),
        CheckConstraint("length(last_two) = 2", name="last_two_size"),
    )

    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    last_two: Mapped[str] = mapped_column(String(2))
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)


class AwardCheck(db.Model):
    """That an officer checked who holds an award's money, and its papers. Stays as it was made;
    ``note`` is wiped with the bank details, since it may name somebody."""

    __tablename__ = "award_check"

    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), primary_key=True)
    note: Mapped[str] = mapped_column(Text, default="")
    checked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    checked_by: Mapped[int] = mapped_column(ForeignKey("account.id"))


class AwardPayment(db.Model):
    """Money that moved: “paid” to the holder, or “returned” by it. Never changed, never deleted."""

    __tablename__ = "award_payment"
    __table_args__ = (
        CheckConstraint("kind IN ('paid','returned')", name="kind_known"),
        CheckConstraint("amount_pence > 0", name="amount_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    amount_pence: Mapped[int] = mapped_column(BigInteger)
    on_day: Mapped[date] = mapped_column(Date)
    reference: Mapped[str] = mapped_column(String(60))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class AwardSpending(db.Model):
    """What the group bought. The sums are public; the items are not, nor is ``receipt``."""

    __tablename__ = "award_spending"
    __table_args__ = (CheckConstraint("amount_pence > 0", name="amount_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    what: Mapped[str] = mapped_column(String(120))
    amount_pence: Mapped[int] = mapped_column(BigInteger)
    on_day: Mapped[date] = mapped_column(Date)
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("picture.id"), unique=True)


class AwardPhoto(db.Model):
    """A photograph of the project. Everybody sees it once an officer has looked at it."""

    __tablename__ = "award_photo"

    picture_id: Mapped[int] = mapped_column(ForeignKey("picture.id"), primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    is_shown: Mapped[bool] = mapped_column(Boolean, default=False)

    picture: Mapped[Picture] = relationship()


class AwardMilestone(db.Model):
    """A step of a project, as the officer agreed it with the group: by when, and when done."""

    __tablename__ = "award_milestone"

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    what: Mapped[str] = mapped_column(String(120))
    due_on: Mapped[date] = mapped_column(Date)
    done_on: Mapped[date | None] = mapped_column(Date)
