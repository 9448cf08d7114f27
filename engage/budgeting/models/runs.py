"""Counts on their way: each is a run, and of one round there is one at a time."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engage.extensions import UTCDateTime, db


class CountRun(db.Model):
    """A count that somebody asked for: waiting, counting, and then done or failed for good.

    ``step`` is what it is at: the ballots, the rule, or keeping what came out. ``worked_at`` is
    when something was last heard of it, and ``refusal`` why it failed, '' for none. The index lets
    a round have one unfinished run.
    """

    __tablename__ = "count_run"
    __table_args__ = (
        CheckConstraint("stage IN ('waiting','counting','done','failed')", name="stage_known"),
        CheckConstraint("step IN ('','ballots','rule','keeping')", name="step_known"),
        CheckConstraint("(stage = 'failed') = (refusal <> '')", name="failure_told"),
        Index(
            "uq_count_run_unfinished",
            "round_id",
            unique=True,
            sqlite_where=text("stage IN ('waiting','counting')"),
            postgresql_where=text("stage IN ('waiting','counting')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    stage: Mapped[str] = mapped_column(String(10), default="waiting")
    step: Mapped[str] = mapped_column(String(10), default="")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    worked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    refusal: Mapped[str] = mapped_column(String(500), default="")

    @property
    def is_finished(self) -> bool:
        """Whether it ended, well or not."""
        return self.stage in ("done", "failed")
