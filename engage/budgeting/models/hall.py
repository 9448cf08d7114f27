"""A vote in a hall: who came, in which order the projects speak, how many papers were given out."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.budgeting.models.rounds import Project
from engage.extensions import UTCDateTime, db


class HallNight(db.Model):
    """The evening of a round in a hall, as it is counted at the door.

    ``came`` counts people, never who. ``pitches_over_at`` is None until the last pitch is over:
    where people must hear every pitch, no paper is given out before. ``papers`` is how many were
    given out.
    """

    __tablename__ = "hall_night"
    __table_args__ = (
        CheckConstraint("came >= 0", name="came_not_negative"),
        CheckConstraint("papers >= 0", name="papers_not_negative"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    came: Mapped[int] = mapped_column(Integer, default=0)
    papers: Mapped[int] = mapped_column(Integer, default=0)
    pitches_over_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Pitch(db.Model):
    """When a project speaks in the hall: first, second and so on, in the order that was drawn."""

    __tablename__ = "pitch"
    __table_args__ = (
        UniqueConstraint("project_id"),
        CheckConstraint("place >= 1", name="place_from_one"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))

    project: Mapped[Project] = relationship()
