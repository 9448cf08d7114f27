"""Many at once: one person has one vote, whoever comes first; and what it is that keeps it so."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from engage import clock
from engage.budgeting.actions import registering, voting
from engage.budgeting.actions.voting import begin_writing, cast_ballot
from engage.budgeting.models import Ballot, Voter, VoterIdentity
from engage.budgeting.rules.ballots import ChangedRefused, Submission
from engage.extensions import db
from engage.places.rules import Placing
from tests.makers.budgeting import make_round
from tests.makers.voting import make_voter

pytestmark = pytest.mark.requirement("R76")


@pytest.fixture
def round_(session):
    return make_round(session)


def together(app, number, act):
    """Run ``act`` in ``number`` threads that start at one moment; return what each came to."""
    start = threading.Barrier(number)

    def run(n):
        with app.app_context():
            start.wait(timeout=60)
            try:
                return act(n)
            except Exception as error:
                db.session.rollback()
                return error

    with ThreadPoolExecutor(max_workers=number) as pool:
        return list(pool.map(run, range(number)))


def vote(round_, uid, submission_id=None):
    """Return what casts a vote for the n-th project, from values that every thread may read."""
    round_id, ballot_hash = round_.id, round_.ballot_hash
    projects = [project.id for project in round_.projects]

    def act(n):
        choices = [projects[n % len(projects)]]
        sent = Submission(submission_id or str(uuid.uuid4()), 0, ballot_hash, choices)
        standing = cast_ballot(round_id, uid, sent, at=clock.now())
        db.session.commit()
        return standing

    return act


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_200_votes_of_one_voter_at_once_leave_one_ballot(app, round_):
    outcomes = together(app, 200, vote(round_, make_voter(round_).uid))
    assert count(Ballot) == 1
    assert sum(not isinstance(outcome, Exception) for outcome in outcomes) == 1
    assert {type(o) for o in outcomes if isinstance(o, Exception)} == {ChangedRefused}


def test_one_page_sent_200_times_at_once_is_one_vote_with_one_receipt(app, round_):
    outcomes = together(app, 200, vote(round_, make_voter(round_).uid, str(uuid.uuid4())))
    assert len({outcome.leaf for outcome in outcomes}) == 1
    assert db.session.scalars(sa.select(Ballot.version)).all() == [1]


def test_voters_at_once_each_have_their_ballot(app, round_):
    acts = [vote(round_, make_voter(round_).uid) for _ in range(40)]
    outcomes = together(app, 40, lambda n: acts[n](n))
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert count(Ballot) == 40


def test_100_registrations_of_one_identity_make_one_voter(app, round_):
    round_id = round_.id

    def register(n):
        begin_writing()
        uid = registering.register_voter(round_id, b"i" * 32, Placing("not_given"), at=clock.now())
        db.session.commit()
        return uid

    outcomes = together(app, 100, register)
    assert len(set(outcomes)) == 1
    assert (count(Voter), count(VoterIdentity)) == (1, 1)


# The guard: what happens without it --------------------------------------------------------------


@contextmanager
def without_the_constraint():
    """Take away what keeps one key to one ballot; on PostgreSQL put it back."""
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("ALTER TABLE ballot DROP CONSTRAINT pk_ballot"))
        db.session.commit()
        try:
            yield
        finally:
            db.session.rollback()
            db.session.execute(sa.text("SET LOCAL session_replication_role = replica"))
            db.session.execute(sa.text("DELETE FROM ballot"))
            db.session.execute(
                sa.text(
                    "ALTER TABLE ballot ADD CONSTRAINT pk_ballot PRIMARY KEY (round_id, ballot_key)"
                )
            )
            db.session.commit()
        return
    db.session.execute(sa.text("ALTER TABLE ballot RENAME TO ballot_before"))
    db.session.execute(sa.text("CREATE TABLE ballot AS SELECT * FROM ballot_before"))
    db.session.commit()
    yield


@pytest.fixture
def race(app, round_, monkeypatch):
    """Two votes of one voter that both look before either writes, with no lock between them."""
    both_have_looked = threading.Barrier(2)
    look = voting._look

    def look_and_wait(*vote):
        seen = look(*vote)
        both_have_looked.wait(timeout=20)
        return seen

    monkeypatch.setattr(voting, "_look", look_and_wait)
    monkeypatch.setattr(voting, "_begin_vote", lambda round_id, key: db.session.rollback())
    act = vote(round_, make_voter(round_).uid)
    return lambda: together(app, 2, act)


def test_without_any_lock_the_constraint_still_leaves_one_ballot(race):
    outcomes = race()
    assert count(Ballot) == 1
    assert [type(o) for o in outcomes if isinstance(o, Exception)] == [ChangedRefused]


def test_without_the_constraint_the_same_race_leaves_two(race):
    with without_the_constraint():
        race()
        assert count(Ballot) == 2, "if this is 1, the test above proves nothing"
