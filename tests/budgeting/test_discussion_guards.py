"""The database itself keeps words and decisions; each guard is taken out too.

Raw SQL stands for a script, a bug or an officer with a console.
"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engage import clock
from engage.budgeting.models import DiscussionPost, ModerationDecision, RoundEvent
from engage.extensions import db
from tests.budgeting.test_ballot_guards import is_guarded, refused
from tests.makers.discussion import asked, make_accepted, make_discussed, published

POST, DECISION = DiscussionPost.__table__, ModerationDecision.__table__
EVENT = RoundEvent.__table__


@pytest.fixture
def question(session, carys):
    proposal = make_accepted(session, make_discussed(session))
    asked_ = published(asked(proposal, name="Aisha"), carys.id)
    session.commit()
    return asked_.post


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE discussion_post SET words = 'Is it dark?'",
        "UPDATE discussion_post SET words = ''",
        "UPDATE discussion_post SET name = 'Bryn'",
        "UPDATE discussion_post SET email = 'b@example.org'",
        "UPDATE discussion_post SET reference_hash = 'abc'",
    ],
)
def test_words_stay_as_they_were_written(question, statement):
    erased = statement.endswith("words = ''")
    if erased:
        statement += f", erased_at = '{clock.now():%Y-%m-%d %H:%M:%S}'"
    assert is_guarded("discussion_post", sa.text(statement))


def put(question, **columns):
    values = {"public_id": "w", "proposal_id": question.proposal_id, "number": 0, "words": "?",
              "made_by": "resident", "name": "", "email": "", "at": clock.now()}  # fmt: skip
    return sa.insert(POST).values(values | columns)


def test_what_is_asked_and_decided_is_never_deleted(question):
    assert is_guarded("moderation_decision", sa.text("DELETE FROM moderation_decision"))
    assert refused(sa.text("DELETE FROM discussion_post"))
    db.session.execute(put(question, reference_hash="w"))
    db.session.commit()
    assert is_guarded(
        "discussion_post", sa.text("DELETE FROM discussion_post WHERE public_id = 'w'")
    )


def test_a_decision_is_never_changed(question):
    assert is_guarded(
        "moderation_decision",
        sa.text("UPDATE moderation_decision SET state = 'held_back', reason = 'personal'"),
    )


@pytest.mark.parametrize("number", [3, 7])
def test_decisions_follow_one_another(question, carys, number):
    values = {"post_id": question.id, "number": number, "at": clock.now(), "by": carys.id}
    statement = sa.insert(DECISION).values(state="published", **values)
    assert is_guarded("moderation_decision", statement)


def test_a_reason_of_ones_own_is_refused(question, carys):
    values = {"post_id": question.id, "number": 2, "at": clock.now(), "by": carys.id}
    for state, reason in (("held_back", "dislike"), ("held_back", None), ("published", "personal")):
        assert refused(sa.insert(DECISION).values(state=state, reason=reason, **values))
    assert not refused(sa.insert(DECISION).values(state="held_back", reason="personal", **values))


def test_an_answer_is_to_a_question_about_the_same_proposal(session, question, carys):
    other = make_accepted(session, make_discussed(session, title="Torry decides"))
    answer = {"number": 1, "made_by": "author", "question_id": question.id}
    assert not refused(put(question, **answer))
    assert is_guarded("discussion_post", put(question, proposal_id=other.id, **answer))


def test_no_row_takes_the_place_of_another(session, question):
    if db.engine.dialect.name == "postgresql":
        pytest.skip("only SQLite has INSERT OR REPLACE")
    copy = (
        "INSERT OR REPLACE INTO discussion_post SELECT id, public_id, proposal_id, question_id, "
        "number, 'Is it dark?', made_by, name, email, reference_hash, at, erased_at "
        "FROM discussion_post"
    )
    assert is_guarded("discussion_post", sa.text(copy))


def event_values(round_id, **columns):
    at = clock.now()
    return {
        "public_id": "e", "round_id": round_id, "kind": "pitches", "title": "Pitches",
        "starts_at": at - timedelta(hours=3), "ends_at": at - timedelta(hours=1), "place": "Hall",
        "access": "", "access_note": "", "support": "", "ask_for_support": "",
        "cancel_reason": "", "changed_at": at, "version": 1, **columns,
    }  # fmt: skip


def test_a_cancelled_event_stays_and_none_of_a_public_round_is_deleted(session):
    round_ = make_discussed(session)
    at = clock.now()
    session.execute(
        sa.insert(EVENT).values(event_values(round_.id, cancelled_at=at, cancel_reason="Snow"))
    )
    session.commit()
    undone = sa.text("UPDATE round_event SET cancelled_at = NULL, cancel_reason = ''")
    assert is_guarded("round_event", undone)
    assert is_guarded("round_event", sa.text("DELETE FROM round_event"))


def test_people_are_counted_after_the_event_and_not_where_it_was_cancelled(session):
    round_ = make_discussed(session)
    at = clock.now()
    counted = {"attended": 12, "counted_at": at}
    assert not refused(sa.insert(EVENT).values(event_values(round_.id, **counted)))
    for wrong in (
        {"ends_at": at + timedelta(hours=1)},
        {"attended": -1},
        {"counted_at": None},
        {"cancelled_at": at, "cancel_reason": "Snow"},
    ):
        values = event_values(round_.id, **(counted | wrong))
        assert refused(sa.insert(EVENT).values(values))


@pytest.mark.parametrize(
    "change",
    [
        "discussion_closes_at = NULL",
        "discussion_opens_at = proposals_open_at",
        "discussion_closes_at = '2999-01-01 00:00:00+00:00'",
        "discussion_closes_at = discussion_opens_at",
    ],
)
def test_the_window_of_a_round_lies_within_it(session, change):
    make_discussed(session, "preparing", proposals_open_at=clock.now() - timedelta(days=9))
    assert refused(sa.text(f"UPDATE round SET {change}"))


def test_only_questions_have_references_and_answers_count_from_one(question):
    assert not refused(put(question, reference_hash="y"))
    for wrong in ({}, {"reference_hash": "y", "number": 1}, {"reference_hash": "y", "words": " "}):
        assert refused(put(question, **wrong))
