"""What people ask about proposals, what proposers answer, and what was decided about each text."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.budgeting.models.proposals import Proposal
from engage.extensions import UTCDateTime, db, public_id


class DiscussionPost(db.Model):
    """A question about a proposal, or an answer to one (``question_id``).

    Its words are never changed, which triggers hold too: an officer publishes a post or holds it
    back. It has no column that says which: the newest ModerationDecision does, and without one it
    waits. ``number`` counts the answers to a question from 1, and is 0 for a question.
    ``reference_hash`` is the SHA-256 of what the asker follows the question by. ``name`` is kept
    only where the asker wants it shown. ``made_by`` is “resident”, “author” or “coauthor”.
    Some weeks after the vote the address goes, and so do the words of what was held back
    (``erased_at``).
    """

    __tablename__ = "discussion_post"
    __table_args__ = (
        CheckConstraint(
            "(question_id IS NULL) = (number = 0) AND number >= 0", name="answers_are_counted"
        ),
        CheckConstraint(
            "(question_id IS NULL) = (reference_hash IS NOT NULL)", name="questions_are_followed"
        ),
        CheckConstraint(
            "(question_id IS NULL AND made_by = 'resident') OR (question_id IS NOT NULL "
            "AND made_by IN ('author','coauthor') AND name = '' AND email = '')",
            name="made_by_known",
        ),
        CheckConstraint("length(trim(words)) > 0 OR erased_at IS NOT NULL", name="words_given"),
        UniqueConstraint("question_id", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True, default=public_id)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("discussion_post.id"))
    number: Mapped[int] = mapped_column(Integer, default=0)
    words: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    reference_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    proposal: Mapped[Proposal] = relationship()
    question: Mapped["DiscussionPost | None"] = relationship(remote_side="DiscussionPost.id")


class ModerationDecision(db.Model):
    """What an officer decided about a post: kept for good, a change of mind is the next one.

    ``reason`` is one of rules.discussion.Reason where the post is held back, and None where it is
    published. ``same_as_id`` is the question that had been asked already.
    """

    __tablename__ = "moderation_decision"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("state IN ('published','held_back')", name="state_known"),
        CheckConstraint(
            "(state = 'published' AND reason IS NULL) OR (state = 'held_back' "
            "AND reason IS NOT NULL AND reason IN ('off_subject','personal','insulting',"
            "'unlawful','asked_already','advertising'))",
            name="reason_known",
        ),
        CheckConstraint(
            "(same_as_id IS NOT NULL) = (reason IS NOT NULL AND reason = 'asked_already')",
            name="same_question_named",
        ),
        CheckConstraint("same_as_id <> post_id", name="not_its_own_copy"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("discussion_post.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(20))
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("discussion_post.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))

    same_as: Mapped[DiscussionPost | None] = relationship(foreign_keys=[same_as_id])
