"""How people found the vote: answers that belong to nobody, and what was learned from them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from engage.budgeting.models.columns import exactly
from engage.extensions import UTCDateTime, db

_YES_NO = "IN ('','yes','no','not_sure')"
_SCALE = "IN ('','1','2','3','4','5')"


class EvaluationForm(db.Model):
    """One form about how the vote was. ``form_key`` is drawn at random and means nothing.

    People fill it in minutes after they vote. So it has no time, no number and no account, and
    the rows are written anew in the order of their keys whenever the ballots are. '' is a question
    that was not answered. ``better_state``: “waiting” until an officer has read the text, then
    “shown” or “not_shown”.
    """

    __tablename__ = "evaluation_form"
    __table_args__ = (
        exactly("form_key", 16),
        CheckConstraint(f"first_time {_YES_NO}", name="first_time_known"),
        CheckConstraint(f"easy {_SCALE}", name="easy_known"),
        CheckConstraint(f"fair {_SCALE}", name="fair_known"),
        CheckConstraint(f"learned {_YES_NO}", name="learned_known"),
        CheckConstraint(f"again {_YES_NO}", name="again_known"),
        CheckConstraint(
            "better_state IN ('waiting','shown','not_shown')", name="better_state_known"
        ),
        {"sqlite_with_rowid": False, "sqlite_strict": True},
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    form_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    first_time: Mapped[str] = mapped_column(Text)
    easy: Mapped[str] = mapped_column(Text)
    fair: Mapped[str] = mapped_column(Text)
    learned: Mapped[str] = mapped_column(Text)
    again: Mapped[str] = mapped_column(Text)
    better: Mapped[str] = mapped_column(Text)
    better_state: Mapped[str] = mapped_column(Text)


class Evaluation(db.Model):
    """What was learned from a round, and what changes: published once, with the answers."""

    __tablename__ = "evaluation"
    __table_args__ = (CheckConstraint("learned <> '' AND changes <> ''", name="says_something"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    learned: Mapped[str] = mapped_column(Text)
    changes: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
