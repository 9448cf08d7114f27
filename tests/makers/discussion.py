"""Questions and answers for tests, on a round in which people may ask."""

from datetime import timedelta
from typing import Any

from engage import clock
from engage.budgeting.actions.discussion import answer, ask, decide
from engage.budgeting.models import DiscussionPost, Proposal, Round
from engage.budgeting.queries.discussion import Standing, standing_of
from engage.messages.rules import new_reference
from tests.makers.budgeting import make_proposal, make_round

ROUND = "/rounds/mastrick-decides/"
PAGE = f"{ROUND}discussion/"
DESK = "/desk/rounds/mastrick-decides/discussion/"


def make_discussed(session: Any, stage: str = "screening", **columns: Any) -> Round:
    """Make a round in which people ask since yesterday and for three more days; commit it."""
    at = clock.now()
    window = {
        "discussion_opens_at": at - timedelta(hours=12),
        "discussion_closes_at": at + timedelta(days=3),
        "proposals_close_at": at - timedelta(days=1),
    }
    return make_round(session, stage, **(window | columns))


def make_accepted(
    session: Any, round_: Round, title: str = "Bike shelter", **more: Any
) -> Proposal:
    """Make a proposal that passed the checks."""
    return make_proposal(session, round_, title, stage="accepted", **more)


def asked(proposal: Proposal, words: str = "Is it lit?", **more: Any) -> Standing:
    """Ask about a proposal and commit; ``reference`` may be given."""
    reference = more.pop("reference", new_reference())
    post = ask(proposal, words, reference, at=more.pop("at", clock.now()), **more)
    return found(post)


def published(standing: Standing, by: int, state: str = "published", **more: Any) -> Standing:
    """Decide about a post: publish it, unless ``state`` says otherwise."""
    decide(standing, state, at=clock.now(), by=by, **more)
    return found(standing.post)


def answered(question: Standing, words: str = "Yes, by solar lamps.") -> Standing:
    """Answer a published question as its proposer."""
    return found(answer(question, words, made_by="author", at=clock.now()))


def found(post: DiscussionPost) -> Standing:
    """Where a post stands now."""
    standing = standing_of(post.proposal.round_id, post.public_id)
    assert standing is not None
    return standing
