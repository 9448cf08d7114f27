"""Taking questions and answers, and deciding whether others read them; nobody changes words."""

from datetime import datetime

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.telling import tell_of_decision
from engage.budgeting.models import DiscussionPost, ModerationDecision, Proposal
from engage.budgeting.queries.discussion import Standing, answers_to, posts_to_erase
from engage.budgeting.rules.discussion import (
    DiscussionRefused,
    State,
    check_decision,
    takes_answers,
    takes_questions,
)
from engage.extensions import db
from engage.messages.actions import reference_address
from engage.web.rules import N_


def ask(
    proposal: Proposal,
    words: str,
    reference: str,
    *,
    name: str = "",
    email: str = "",
    at: datetime,
) -> DiscussionPost:
    """Take a question about a proposal; nobody reads it before an officer has looked.

    ``name`` is what is shown beside it, '' for “A resident”. Of the ``reference`` only a hash is
    kept. Raises DiscussionRefused outside the window, and for what did not pass the checks.
    """
    round_ = proposal.round
    opens, closes = round_.discussion_opens_at, round_.discussion_closes_at
    if not takes_questions(round_.stage, opens, closes, at):
        raise DiscussionRefused(N_("Questions are closed"))
    if proposal.stage != "accepted":
        raise DiscussionRefused(N_("Choose a project that passed the checks"), "project")
    return _keep(
        DiscussionPost(
            proposal=proposal,
            words=words,
            made_by="resident",
            name=name,
            email=email,
            reference_hash=reference_address(reference),
            at=at,
        )
    )


def answer(asked: Standing, words: str, *, made_by: str, at: datetime) -> DiscussionPost:
    """Take an answer from somebody who wrote the proposal; ``made_by`` is their part in it.

    It waits for an officer as the question did. Raises DiscussionRefused from anybody else, and
    while another answer waits or stands: one is enough.
    """
    question, round_ = asked.post, asked.post.proposal.round
    if made_by not in ("author", "coauthor"):
        raise DiscussionRefused(N_("Only the people who proposed the project can answer"))
    if not takes_answers(round_.stage, round_.discussion_opens_at, round_.voting_closes_at, at):
        raise DiscussionRefused(N_("Answers are closed"))
    if question.question_id is not None or asked.state is not State.PUBLISHED:
        raise DiscussionRefused(N_("This question is not published"))
    before = answers_to(question.id)
    if any(given.state is not State.HELD_BACK for given in before):
        raise DiscussionRefused(N_("This question has an answer already"))
    return _keep(
        DiscussionPost(
            proposal=question.proposal,
            question=question,
            number=len(before) + 1,
            words=words,
            made_by=made_by,
            at=at,
        )
    )


def decide(
    standing: Standing,
    state: str,
    *,
    reason: str | None = None,
    same_as: Standing | None = None,
    at: datetime,
    by: int,
    role: str = "officer",
) -> ModerationDecision:
    """Publish a post or hold it back for a published reason, and tell whoever is concerned.

    ``same_as`` is the question that was asked before. A later decision replaces this one and both
    are kept. Raises DiscussionRefused.
    """
    post = standing.post
    wanted, is_answer = State(state), post.question_id is not None
    check_decision(
        wanted,
        reason,
        is_answer=is_answer,
        same_given=same_as is not None,
        same_fits=same_as is not None and _is_other_question(same_as, post),
    )
    if not post.words:
        raise DiscussionRefused(N_("The words are erased: nothing can be decided any more"))
    held_back = wanted is State.HELD_BACK
    decision = ModerationDecision(
        post_id=post.id,
        number=standing.decided + 1,
        state=wanted.value,
        reason=reason if held_back else None,
        same_as=same_as.post if held_back and same_as and reason == "asked_already" else None,
        at=at,
        by=by,
    )
    db.session.add(decision)
    db.session.flush()
    tell_of_decision(post, decision, at=at)
    record(
        Happening.POST_DECIDED,
        f"round:{post.proposal.round_id}",
        at=at,
        actor_id=by,
        actor_role=role,
        post=post.id,
        n=decision.number,
        state=decision.state,
        reason=decision.reason or "",
    )
    return decision


def erase_old_posts(at: datetime) -> int:
    """Erase askers' addresses, and the words of what was held back, weeks after the vote."""
    old = posts_to_erase(at)
    for standing in old:
        standing.post.email = ""
        if standing.state is State.HELD_BACK:
            standing.post.words = standing.post.name = ""
            standing.post.erased_at = at
    db.session.flush()
    return len(old)


def _keep(post: DiscussionPost) -> DiscussionPost:
    db.session.add(post)
    db.session.flush()
    return post


def _is_other_question(other: Standing, post: DiscussionPost) -> bool:
    return (
        other.state is State.PUBLISHED
        and other.post.question_id is None
        and other.post.id != post.id
        and other.post.proposal_id == post.proposal_id
    )
