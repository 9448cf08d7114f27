"""Place Standard (R13): versions of its themes, exercises in a place, and what people answered."""

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

from engage.engagements.models.engagements import Engagement
from engage.extensions import UTCDateTime, db
from engage.places.models import Locality


class PlaceStandardVersion(db.Model):
    """One version of the tool's themes, as soon as an officer used or changed it.

    Those that every installation starts with stand in rules.place_standard.VERSIONS. The themes
    of a version with an exercise that was opened stay as people saw them.
    """

    __tablename__ = "place_standard_version"
    __table_args__ = (CheckConstraint("name <> ''", name="name_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    source: Mapped[str] = mapped_column(String(300), default="")

    themes: Mapped[list["PlaceStandardTheme"]] = relationship(
        cascade="all, delete-orphan", order_by="PlaceStandardTheme.position"
    )


class PlaceStandardTheme(db.Model):
    """One of the 14 themes of a version; ``axis`` names the same theme in every version."""

    __tablename__ = "place_standard_theme"
    __table_args__ = (
        UniqueConstraint("version_id", "position"),
        UniqueConstraint("version_id", "axis"),
        CheckConstraint("position BETWEEN 1 AND 14", name="position_of_fourteen"),
        CheckConstraint(
            "axis IN ('moving','transport','traffic','streets','natural','play','facilities',"
            "'work','housing','social','identity','safe','care','influence')",
            name="axis_known",
        ),
        CheckConstraint("label <> ''", name="label_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("place_standard_version.id"))
    position: Mapped[int] = mapped_column(Integer)
    axis: Mapped[str] = mapped_column(String(12))
    label: Mapped[str] = mapped_column(String(60))
    prompt: Mapped[str] = mapped_column(String(300))


class PlaceStandardExercise(db.Model):
    """Asking about one place by the Place Standard, from one day to another, both included.

    ``place_name`` is what the place is called on the page; ``locality_id`` where it is one of our
    localities. Answers come while ``stage`` is “open” and never after.
    """

    __tablename__ = "place_standard_exercise"
    __table_args__ = (
        CheckConstraint("stage IN ('preparing','open','closed','published')", name="stage_known"),
        CheckConstraint("closes_on >= opens_on", name="closes_after_opening"),
        CheckConstraint("title <> '' AND place_name <> ''", name="said_what_and_where"),
        CheckConstraint(
            "(stage = 'published') = (published_at IS NOT NULL)", name="published_when_said"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("place_standard_version.id"))
    title: Mapped[str] = mapped_column(String(120))
    about: Mapped[str] = mapped_column(Text, default="")
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("locality.id"))
    place_name: Mapped[str] = mapped_column(String(100))
    opens_on: Mapped[date] = mapped_column(Date)
    closes_on: Mapped[date] = mapped_column(Date, index=True)
    stage: Mapped[str] = mapped_column(String(10), default="preparing")
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    edition: Mapped[int] = mapped_column(Integer, default=1)

    engagement: Mapped[Engagement] = relationship()
    standard: Mapped[PlaceStandardVersion] = relationship()
    locality: Mapped[Locality | None] = relationship()

    __mapper_args__ = {"version_id_col": edition}


class PlaceStandardResponse(db.Model):
    """One answer, of one person or of a group of ``people`` that agreed: nothing says whose.

    ``press`` is drawn when the form is shown, so that a button pressed twice counts once; of a
    file it is made of the file and its line. ``entered_by`` is the officer who typed or loaded it.
    """

    __tablename__ = "place_standard_response"
    __table_args__ = (
        UniqueConstraint("exercise_id", "press"),
        CheckConstraint(
            "(kind = 'individual' AND people = 1) OR (kind = 'group' AND people BETWEEN 2 AND 500)",
            name="of_one_or_a_group",
        ),
        CheckConstraint("channel IN ('online','paper','imported')", name="channel_known"),
        CheckConstraint("(channel = 'online') = (entered_by IS NULL)", name="entered_by_somebody"),
        CheckConstraint("press <> ''", name="press_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exercise_id: Mapped[int] = mapped_column(ForeignKey("place_standard_exercise.id"))
    press: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(10))
    people: Mapped[int] = mapped_column(Integer, default=1)
    channel: Mapped[str] = mapped_column(String(10))
    on_day: Mapped[date] = mapped_column(Date)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    answers: Mapped[list["PlaceStandardAnswer"]] = relationship(back_populates="response")


class PlaceStandardAnswer(db.Model):
    """What one answer says of one theme. ``score`` None: not answered.

    ``reading`` is “none” where nothing was written, else “waiting” until an officer read it and
    chose “shown” or “held”. All else stays as it was given.
    """

    __tablename__ = "place_standard_answer"
    __table_args__ = (
        CheckConstraint(
            "score BETWEEN 1 AND 7 AND score = CAST(score AS INTEGER)", name="score_1_to_7"
        ),
        CheckConstraint(
            "score IS NOT NULL OR good <> '' OR better <> '' OR is_priority", name="says_something"
        ),
        CheckConstraint("reading IN ('none','waiting','shown','held')", name="reading_known"),
        CheckConstraint(
            "(reading = 'none') = (good = '' AND better = '')", name="what_is_written_is_read"
        ),
        CheckConstraint(
            "(reading IN ('shown','held')) = (read_at IS NOT NULL)", name="read_by_somebody"
        ),
    )

    response_id: Mapped[int] = mapped_column(
        ForeignKey("place_standard_response.id"), primary_key=True, autoincrement=False
    )
    theme_id: Mapped[int] = mapped_column(
        ForeignKey("place_standard_theme.id"), primary_key=True, autoincrement=False
    )
    score: Mapped[int | None] = mapped_column(Integer)
    good: Mapped[str] = mapped_column(Text, default="")
    better: Mapped[str] = mapped_column(Text, default="")
    is_priority: Mapped[bool] = mapped_column(Boolean, default=False)
    reading: Mapped[str] = mapped_column(String(8), default="none", index=True)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    read_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    response: Mapped[PlaceStandardResponse] = relationship(back_populates="answers")
    theme: Mapped[PlaceStandardTheme] = relationship()
