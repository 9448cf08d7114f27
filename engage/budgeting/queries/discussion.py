"""Reads of the discussion: what is public, what waits, what was decided, and how often."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import joinedload

from engage.budgeting.models import DiscussionPost, ModerationDecision, Proposal, Round
from engage.budgeting.rules.discussion import POSTS_KEPT, Reason, State
from engage.disclosure.rules import Cell, hold_back_table
from engage.engagements.models import Engagement
from engage.extensions import db
from engage.messages.actions import reference_address


@dataclass(frozen=True)
class Standing:
    """A post with the newest decision about it, None while it waits."""

    post: DiscussionPost
    decision: ModerationDecision | None

    @property
    def state(self) -> State:
        """Where the post stands."""
        return State.WAITING if self.decision is None else State(self.decision.state)

    @property
    def decided(self) -> int:
        """How many decisions there were, by which two officers at once are noticed."""
        return 0 if self.decision is None else self.decision.number


@dataclass
class Thread:
    """A published question and its published answers, the first one first."""

    question: DiscussionPost
    answers: list[DiscussionPost] = field(default_factory=list)

    @property
    def latest(self) -> tuple[bool, datetime]:
        """What threads are sorted by: answered ones after others, then by the last words."""
        return bool(self.answers), (self.answers or [self.question])[-1].at


_NEWEST = (
    select(ModerationDecision.post_id, func.max(ModerationDecision.number).label("number"))
    .group_by(ModerationDecision.post_id)
    .subquery()
)


def _standing() -> Select[DiscussionPost, ModerationDecision]:
    return (
        select(DiscussionPost, ModerationDecision)
        .outerjoin(_NEWEST, _NEWEST.c.post_id == DiscussionPost.id)
        .outerjoin(
            ModerationDecision,
            and_(
                ModerationDecision.post_id == DiscussionPost.id,
                ModerationDecision.number == _NEWEST.c.number,
            ),
        )
        .join(DiscussionPost.proposal)
        .options(
            joinedload(DiscussionPost.proposal),
            joinedload(DiscussionPost.question),
            joinedload(ModerationDecision.same_as),
        )
        .order_by(DiscussionPost.at, DiscussionPost.id)
    )


def _of_round(round_id: int) -> Select[DiscussionPost, ModerationDecision]:
    return _standing().where(Proposal.round_id == round_id, Proposal.stage == "accepted")


def threads_of(round_id: int, proposal_id: int | None = None) -> list[Thread]:
    """Return what everybody may read: the question answered last first, unanswered ones after.

    An answer is read with its question only, and both of them were looked at before.
    """
    wanted = _of_round(round_id).where(ModerationDecision.state == State.PUBLISHED)
    if proposal_id is not None:
        wanted = wanted.where(DiscussionPost.proposal_id == proposal_id)
    posts = [post for post, _ in db.session.execute(wanted).all()]
    found = {post.id: Thread(post) for post in posts if post.question_id is None}
    for post in posts:
        if post.question_id in found:
            found[post.question_id].answers.append(post)
    return sorted(found.values(), key=lambda thread: thread.latest, reverse=True)


def standings_of(round_id: int) -> list[Standing]:
    """Return every question and answer of a round with where it stands, the oldest first."""
    rows = db.session.execute(_standing().where(Proposal.round_id == round_id)).all()
    return [Standing(post, decision) for post, decision in rows]


def standing_of(round_id: int, public_id: str) -> Standing | None:
    """Return the round's post with this public id, and where it stands."""
    row = db.session.execute(
        _standing().where(Proposal.round_id == round_id, DiscussionPost.public_id == public_id)
    ).one_or_none()
    return None if row is None else Standing(row[0], row[1])


def answers_to(question_id: int) -> list[Standing]:
    """Return the answers to a question, the first one first, whatever was decided."""
    rows = db.session.execute(_standing().where(DiscussionPost.question_id == question_id)).all()
    return [Standing(post, decision) for post, decision in rows]


def question_by_reference(reference: str) -> Standing | None:
    """Return the question whose asker holds this reference (as ``read_reference`` gives it)."""
    row = db.session.execute(
        _standing().where(DiscussionPost.reference_hash == reference_address(reference))
    ).one_or_none()
    return None if row is None else Standing(row[0], row[1])


def decisions_of(post_id: int) -> list[ModerationDecision]:
    """Return what was decided about a post, the first decision first."""
    return list(
        db.session.scalars(
            select(ModerationDecision)
            .where(ModerationDecision.post_id == post_id)
            .order_by(ModerationDecision.number)
        )
    )


def askable(round_id: int) -> list[Proposal]:
    """Return the proposals that can be asked about, by title: those that passed the checks."""
    return list(
        db.session.scalars(
            select(Proposal)
            .where(Proposal.round_id == round_id, Proposal.stage == "accepted")
            .order_by(func.lower(Proposal.title), Proposal.id)
        )
    )


def waiting_posts(round_id: int) -> int:
    """Return how many questions and answers wait for an officer."""
    return sum(standing.state is State.WAITING for standing in standings_of(round_id))


@dataclass(frozen=True)
class WaitingPosts:
    """How many questions and answers of one round wait for an officer."""

    slug: str
    title: str
    number: int


def posts_waiting() -> list[WaitingPosts]:
    """Return each round in which questions or answers wait, the one with the oldest first."""
    rows = db.session.execute(_posts_waiting())
    return [WaitingPosts(slug, title, number) for slug, title, number in rows]


@cache
def _posts_waiting() -> Select[str, str, int]:
    return (
        select(Engagement.slug, Engagement.title, func.count())
        .select_from(DiscussionPost)
        .join(DiscussionPost.proposal)
        .join(Proposal.round)
        .join(Round.engagement)
        .where(DiscussionPost.id.not_in(select(ModerationDecision.post_id)))
        .group_by(Engagement.id, Engagement.slug, Engagement.title)
        .order_by(func.min(DiscussionPost.at), Engagement.id)
    )


@dataclass(frozen=True)
class ReasonCounts:
    """How many questions and answers are held back for each reason, as the public may see it."""

    rows: list[tuple[Reason, Cell, Cell]]
    questions: Cell
    answers: Cell


def reason_counts(round_id: int) -> ReasonCounts:
    """Return the counts by reason, small ones held back (R74)."""
    counts = {reason: [0, 0] for reason in Reason}
    for standing in standings_of(round_id):
        if standing.decision is not None and standing.decision.reason is not None:
            is_answer = standing.post.question_id is not None
            counts[Reason(standing.decision.reason)][is_answer] += 1
    cells, _, columns, _ = hold_back_table(list(counts.values()))
    rows = [(reason, row[0], row[1]) for reason, row in zip(counts, cells, strict=True)]
    return ReasonCounts(rows, columns[0], columns[1])


def posts_to_erase(at: datetime) -> Sequence[Standing]:
    """Return the posts of votes that ended long ago with an address or words that are to go."""
    rows = db.session.execute(
        _standing()
        .join(Round, Round.id == Proposal.round_id)
        .where(Round.voting_closes_at <= at - POSTS_KEPT)
        .where(
            (DiscussionPost.email != "")
            | ((ModerationDecision.state == State.HELD_BACK) & DiscussionPost.erased_at.is_(None))
        )
    ).all()
    return [Standing(post, decision) for post, decision in rows]


def matching(threads: Collection[Thread], words: str) -> list[Thread]:
    """Return the threads in which every one of ``words`` stands, in question or answers."""
    wanted = words.casefold().split()
    return [thread for thread in threads if all(word in _text(thread) for word in wanted)]


def by_project(threads: Collection[Thread]) -> list[tuple[Proposal, list[Thread]]]:
    """Return threads by the project that they are about, in the order in which they stand."""
    groups: dict[int, tuple[Proposal, list[Thread]]] = {}
    for thread in threads:
        proposal = thread.question.proposal
        groups.setdefault(proposal.id, (proposal, []))[1].append(thread)
    return list(groups.values())


def _text(thread: Thread) -> str:
    posts = [thread.question, *thread.answers]
    return " ".join([thread.question.proposal.title, *(p.words for p in posts)]).casefold()
