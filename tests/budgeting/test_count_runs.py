"""A count that takes long runs beside the server: one at a time, seen, and never failing unseen."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engage import clock
from engage.audit.models import AuditEvent
from engage.budgeting import jobs
from engage.budgeting.actions import counting
from engage.budgeting.actions.counting import ask_to_declare, count_round
from engage.budgeting.actions.sealing import seal_ballots
from engage.budgeting.actions.voting import begin_writing
from engage.budgeting.models import Ballot, CountRun, Round, RoundCount
from engage.budgeting.queries import count_runs
from engage.budgeting.rules.counting_time import PATIENCE, counting_seconds
from engage.budgeting.rules.refusals import CountRefused, RoundRefused
from engage.extensions import db
from tests.budgeting.test_results import closed_round, tamper
from tests.budgeting.test_voting_together import together
from tests.makers.budgeting import make_round
from tests.makers.voting import guards_aside

pytestmark = pytest.mark.requirement("R76")


@pytest.fixture
def round_(session):
    return closed_round(session)


@pytest.fixture
def long(monkeypatch):
    """Every count takes long, and what would be started beside the server is noted."""
    calls = []
    for module in (jobs, counting):
        monkeypatch.setattr(module, "takes_long", lambda round_: True)
    monkeypatch.setattr(jobs, "may_start_apart", lambda: True)
    monkeypatch.setattr(jobs, "start_apart", lambda *words: calls.append(words))
    monkeypatch.setattr("engage.budgeting.commands.os.nice", lambda steps: None)
    return calls


def runs():
    db.session.rollback()
    return db.session.execute(sa.select(CountRun.stage, CountRun.step)).all()


def silence(minutes):
    then = clock.now() - timedelta(minutes=minutes)
    db.session.execute(sa.update(CountRun).values(worked_at=then))
    db.session.commit()


@pytest.mark.parametrize(
    ("ballots", "projects", "choices", "share", "step", "is_long"),
    [
        (27, 3, 2, 22_222, None, False),
        (911, 5, 5, 16_465, None, False),
        (6_468, 60, 3, 664, None, False),
        (28_943, 175, 9, 140_000, None, True),
        (75_255, 118, 10, 9_000, 400, True),
    ],
)
def test_how_long_a_count_takes_is_known_before(ballots, projects, choices, share, step, is_long):
    assert (counting_seconds(ballots, projects, choices, share, step) > PATIENCE) is is_long


def test_a_short_count_is_done_while_the_officer_waits(round_, carys, as_person):
    assert not count_runs.takes_long(round_)
    page = as_person(carys).send(f"/desk/rounds/{round_.engagement.slug}/count/")
    assert "The votes are counted" in page.main.text
    assert runs() == [("done", "keeping")]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RoundCount)) == 1


def test_a_long_count_runs_beside_the_server_and_its_page_says_how_far_it_is(
    app, round_, carys, as_person, long, monkeypatch
):
    desk, site = f"/desk/rounds/{round_.engagement.slug}/", as_person(carys)
    page = site.send(f"{desk}count/")
    assert page.select_one("#counting")
    assert "It is about to begin" in page.main.text
    [(*words, run_id)] = long
    assert words == ["budgeting", "finish-count"]
    assert "being counted already" in site.send(f"{desk}count/").main.text
    with pytest.raises(CountRefused, match="already"):
        count_round(db.session.get_one(Round, round_.id), at=clock.now(), by=carys.id)
    seen = []
    real = jobs.note_step
    monkeypatch.setattr(
        jobs, "note_step", lambda *a, **kw: (seen.append(site.open(desk).main.text), real(*a, **kw))
    )
    site.open(f"{desk}?watch=yes")
    assert site.response.headers["Refresh"] == "20"
    done = app.test_cli_runner().invoke(args=["budgeting", "finish-count", run_id])
    assert done.exit_code == 0, done.output
    assert "Step 1 of 3" in seen[0]
    assert "Step 2 of 3" in seen[1]
    page = site.open(f"{desk}?watch=yes")
    assert "Refresh" not in site.response.headers
    assert not page.select_one("#counting")
    assert "Votes counted" in page.main.text
    told = db.session.execute(
        sa.select(AuditEvent.actor_id).where(AuditEvent.action == "round.counted")
    )
    assert told.scalars().all() == [carys.id]


def test_of_two_who_count_at_one_moment_one_does(app, round_, long):
    round_id = round_.id
    db.session.commit()
    outcomes = together(app, 4, lambda n: jobs.order_count(round_id, by=None).id)
    assert sum(isinstance(outcome, int) for outcome in outcomes) == 1
    assert {type(o) for o in outcomes if not isinstance(o, int)} == {CountRefused}
    assert runs() == [("waiting", "")]


def test_it_is_the_index_that_lets_one_count_run(session, round_, long):
    session.execute(sa.text("DROP INDEX uq_count_run_unfinished"))
    for _ in range(2):
        jobs.ask_to_count(round_, at=clock.now(), by=None)
    assert session.scalar(sa.select(sa.func.count()).select_from(CountRun)) == 2
    session.rollback()


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("UPDATE count_run SET stage = 'waiting', refusal = ''", "done"),
        ("UPDATE count_run SET id = id + 1", "counting"),
        ("DELETE FROM count_run", "counting"),
    ],
)
def test_the_database_keeps_runs(session, round_, statement, values):
    now = clock.now()
    session.add(CountRun(round_id=round_.id, stage=values, asked_at=now, worked_at=now))
    session.commit()
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(sa.text(statement))
    session.rollback()


def test_a_count_that_is_refused_says_so_to_the_officer(app, round_, carys, as_person, long):
    desk, site = f"/desk/rounds/{round_.engagement.slug}/", as_person(carys)
    site.send(f"{desk}count/")
    tamper(db.session, sa.update(Ballot).values(choices="[99]"))
    app.test_cli_runner().invoke(args=["budgeting", "finish-count", long[0][-1]])
    page = site.open(desk)
    assert "The last count failed: A ballot was changed after it was cast" in page.main.text
    assert [stage for stage, _ in runs()] == ["failed"]


def test_a_count_that_breaks_says_so_and_raises(round_, long, monkeypatch):
    run = jobs.order_count(round_.id, by=None)
    monkeypatch.setattr(jobs, "count_ballots", lambda *a, **kw: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        jobs.run_count(run.id)
    assert db.session.scalar(sa.select(CountRun.refusal)).startswith("Something went wrong")


def test_a_count_that_was_killed_is_noticed_and_gone_on_with(
    app, round_, carys, as_person, long, monkeypatch
):
    desk, site = f"/desk/rounds/{round_.engagement.slug}/", as_person(carys)
    site.send(f"{desk}count/")
    run_id = int(long[0][-1])
    begin_writing()
    assert jobs.begin_run(run_id, at=clock.now())
    db.session.commit()
    jobs.run_count(run_id)
    assert runs() == [("counting", "ballots")], "another process is at it"
    silence(4)
    assert "The count stopped before its end" in site.open(desk).main.text
    assert jobs.go_on_counting() == 1
    assert runs() == [("done", "keeping")]
    assert jobs.go_on_counting() == 0


def test_an_officer_counts_again_where_a_count_was_killed(round_, carys, as_person, long):
    desk, site = f"/desk/rounds/{round_.engagement.slug}/", as_person(carys)
    site.send(f"{desk}count/")
    silence(4)
    site.send(f"{desk}count/")
    assert [stage for stage, _ in runs()] == ["failed", "waiting"]
    jobs.run_count(int(long[1][-1]))
    assert [stage for stage, _ in runs()] == ["failed", "done"]


def test_votes_that_are_sealed_anew_meanwhile_are_counted_again(session, round_, long, monkeypatch):
    run = jobs.order_count(round_.id, by=None)
    run_id, round_id = run.id, round_.id
    real = jobs.count_ballots

    def slow(counted, seen):
        outcome = real(counted, seen)
        seal_ballots(session.get_one(Round, round_id), "removed", at=clock.now())
        session.commit()
        return outcome

    monkeypatch.setattr(jobs, "count_ballots", slow)
    jobs.run_count(run_id)
    assert "sealed anew" in session.scalar(sa.select(CountRun.refusal))
    assert session.scalar(sa.select(sa.func.count()).select_from(RoundCount)) == 0


def test_a_long_count_is_confirmed_without_counting_again(
    session, round_, carys, long, monkeypatch
):
    count_round(round_, at=clock.now(), by=carys.id)
    session.commit()
    monkeypatch.setattr(counting, "count_ballots", lambda round_: 1 / 0)
    assert ask_to_declare(round_, at=clock.now(), by=carys.id)
    session.rollback()
    tamper(session, sa.update(Ballot).values(choices="[99]"))
    with pytest.raises(CountRefused, match="changed after it was cast"):
        ask_to_declare(round_, at=clock.now(), by=carys.id)


def test_a_long_count_of_other_rules_is_not_confirmed(session, round_, carys, long):
    count_round(round_, at=clock.now(), by=carys.id)
    session.commit()
    with guards_aside("round"):
        session.execute(sa.update(Round).values(rules_hash="0" * 64))
    session.commit()
    with pytest.raises(CountRefused, match="another outcome"):
        ask_to_declare(round_, at=clock.now(), by=carys.id)


def test_nothing_is_ordered_before_the_close(session):
    with pytest.raises(RoundRefused):
        jobs.order_count(make_round(session).id, by=None)
    db.session.rollback()
    assert runs() == []
