"""Asking, answering and deciding: it works, it refuses, people are told, and it leaves a trace."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engage import clock
from engage.accounts.models import Account
from engage.audit.models import AuditEvent
from engage.budgeting.actions.discussion import answer, ask
from engage.budgeting.jobs import erase_due_posts
from engage.budgeting.models import DiscussionPost, Proposal
from engage.budgeting.queries.discussion import decisions_of, reason_counts, threads_of
from engage.budgeting.rules.discussion import POSTS_KEPT, DiscussionRefused, State
from engage.messages.models import Message
from engage.messages.queries import notices_for
from engage.messages.rules import new_reference
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.discussion import answered, asked, found, make_accepted, make_discussed, published


@pytest.fixture
def proposal(session: Any) -> Proposal:
    return make_accepted(session, make_discussed(session))


def test_nothing_is_public_before_an_officer_looked(proposal: Proposal, carys: Account) -> None:
    question = asked(proposal)
    assert question.state is State.WAITING
    assert threads_of(proposal.round_id) == []
    question = published(question, carys.id)
    given = answered(question)
    [thread] = threads_of(proposal.round_id)
    assert (thread.question.words, thread.answers) == ("Is it lit?", [])
    published(given, carys.id)
    [thread] = threads_of(proposal.round_id)
    assert [post.words for post in thread.answers] == ["Yes, by solar lamps."]


def test_questions_are_refused_outside_the_window_and_about_what_did_not_pass(session: Any) -> None:
    at = clock.now()
    late = make_discussed(session, discussion_closes_at=at - timedelta(hours=1))
    without = make_round(session, "screening", title="Torry decides")
    waiting = make_proposal(session, make_discussed(session, title="Kirk decides"))
    for proposal in (make_accepted(session, late), make_accepted(session, without), waiting):
        with pytest.raises(DiscussionRefused):
            ask(proposal, "Is it lit?", new_reference(), at=at)


def test_only_authors_answer_and_only_once_at_a_time(proposal: Proposal, carys: Account) -> None:
    waiting = asked(proposal, "Who keeps it clean?")
    question = published(asked(proposal), carys.id)
    for standing, made_by in ((waiting, "author"), (question, "")):
        with pytest.raises(DiscussionRefused):
            answer(standing, "Yes", made_by=made_by, at=clock.now())
    first = answered(question)
    with pytest.raises(DiscussionRefused, match="has an answer"):
        answered(question)
    published(first, carys.id, "held_back", reason="insulting")
    second = answered(question, "Yes, all night.")
    assert (second.post.number, second.state) == (2, State.WAITING)


def test_two_answers_at_the_same_moment_are_one(
    session: Any, proposal: Proposal, carys: Account
) -> None:
    question = published(asked(proposal), carys.id)
    answered(question)
    copy = DiscussionPost(
        proposal=proposal, question=question.post, number=1, words="No", made_by="coauthor",
        at=clock.now(),
    )  # fmt: skip
    session.add(copy)
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_asker_reads_the_reason_by_their_reference(
    session: Any, proposal: Proposal, carys: Account
) -> None:
    reference, other = new_reference(), new_reference()
    published(asked(proposal, "Is it lit?", reference=other), carys.id)
    question = asked(proposal, "Are there lamps?", reference=reference, email="aisha@example.org")
    [before] = [thread.question for thread in threads_of(proposal.round_id)]
    published(question, carys.id, "held_back", reason="asked_already", same_as=found(before))
    [notice] = notices_for(reference)
    assert "Somebody has asked the same before." in notice.body
    assert "“Is it lit?”" in notice.body
    assert f"#q-{before.public_id}" in notice.body
    by_mail = session.scalars(select(Message).where(Message.channel == "email")).all()
    assert [(m.address, m.subject) for m in by_mail] == [
        ("aisha@example.org", "Your question is not published")
    ]


def test_both_sides_are_told_once_of_what_is_published(session: Any, carys: Account) -> None:
    owner, reference = new_reference(), new_reference()
    proposal = make_accepted(session, make_discussed(session), reference=owner)
    question = asked(proposal, reference=reference)
    assert notices_for(owner) == []
    question = published(question, carys.id)
    assert [n.subject for n in notices_for(owner)] == [
        "Somebody asked about your project: Bike shelter"
    ]
    published(answered(question), carys.id)
    assert [n.subject for n in notices_for(reference)] == [
        "Your question is answered",
        "Your question is published",
    ]
    assert notices_for(owner)[0].subject == "Your answer is published"


def test_an_officer_may_decide_anew_and_every_decision_stays(
    session: Any, proposal: Proposal, carys: Account
) -> None:
    question = published(asked(proposal), carys.id)
    question = published(question, carys.id, "held_back", reason="personal")
    assert threads_of(proposal.round_id) == []
    assert [(d.number, d.state) for d in decisions_of(question.post.id)] == [
        (1, "published"),
        (2, "held_back"),
    ]
    trail = session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
    assert [event.action for event in trail] == ["discussion.decided"] * 2
    assert json.loads(trail[1].detail)["reason"] == "personal"
    assert not any("lit" in event.detail for event in trail)


def test_counts_by_reason_hold_small_numbers_back(proposal: Proposal, carys: Account) -> None:
    for number in range(6):
        question = asked(proposal, f"Buy at shop {number}")
        published(question, carys.id, "held_back", reason="advertising")
    published(asked(proposal, "You fool"), carys.id, "held_back", reason="insulting")
    counts = {reason.value: str(n) for reason, n, _ in reason_counts(proposal.round_id).rows}
    assert counts["insulting"] == "fewer than 5"
    assert counts["off_subject"] == "0"
    assert str(reason_counts(proposal.round_id).questions) != "7" or counts["advertising"] != "6"


def test_weeks_after_the_vote_addresses_go_and_words_that_were_held_back(
    session: Any, proposal: Proposal, carys: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = asked(proposal, name="Aisha", email="aisha@example.org").post
    published(found(kept), carys.id)
    gone = asked(proposal, "My neighbour owes me", name="Dev").post
    published(found(gone), carys.id, "held_back", reason="personal")
    session.commit()
    assert erase_due_posts() == 0
    later = proposal.round.voting_closes_at + POSTS_KEPT
    monkeypatch.setattr(clock, "now", lambda: later)
    assert erase_due_posts() == 2
    assert (kept.email, kept.name, kept.words) == ("", "Aisha", "Is it lit?")
    assert (gone.words, gone.name, gone.erased_at) == ("", "", later)
    with pytest.raises(DiscussionRefused, match="erased"):
        published(found(gone), carys.id)
    assert erase_due_posts() == 0
