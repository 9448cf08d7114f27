"""Closing: by the clock, once, with a seal; nobody in time is shut out and nobody late let in."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engage import clock
from engage.audit.models import AuditEvent
from engage.budgeting.actions.closing import close_if_due, close_voting, seal_ballots
from engage.budgeting.actions.counting import count_round
from engage.budgeting.jobs import close_before_showing, close_due_rounds
from engage.budgeting.models import Ballot, Round, Seal
from engage.budgeting.queries.approvals import bound_of
from engage.budgeting.queries.voters import leaves_of
from engage.budgeting.rules.ballots import (
    CLOSING_WAIT,
    NO_SEAL,
    ClosedRefused,
    CloseRefused,
    seal_root,
)
from engage.engagements.models import ParticipationFact
from engage.extensions import db
from engage.places.models import Council, DataZone
from tests.makers.approvals import declare
from tests.makers.budgeting import make_round
from tests.makers.voting import cast, let_voting_end, make_voter

pytestmark = pytest.mark.requirement("R76")


@pytest.fixture
def round_(session):
    return make_round(session)


@pytest.fixture
def voted(round_):
    """A round with five votes whose voting is over."""
    for _ in range(5):
        cast(round_, make_voter(round_), round_.projects[:1])
    let_voting_end(round_)
    return round_


def close(round_):
    closed = close_voting(round_, at=clock.now())
    db.session.commit()
    return closed


def test_a_closed_round_has_one_seal_over_all_its_ballots(voted):
    assert close(voted)
    (seal,) = db.session.scalars(sa.select(Seal))
    assert (seal.n, seal.ballots, seal.prev_hash) == (1, 5, NO_SEAL)
    assert seal.root == seal_root(leaves_of(voted.id), bound_of(voted))
    assert voted.stage == "closed"


def test_closing_again_changes_nothing(voted):
    close(voted)
    assert not close(voted)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Seal)) == 1
    closings = sa.select(AuditEvent).where(AuditEvent.action == "voting.closed")
    assert len(db.session.scalars(closings).all()) == 1


def test_ten_workers_that_close_at_once_close_it_once(app, voted):
    round_id, start, closed = voted.id, threading.Barrier(10), []

    def work():
        with app.app_context():
            start.wait(timeout=30)
            closed.append(close(db.session.get_one(Round, round_id)))

    workers = [threading.Thread(target=work) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(closed) == [False] * 9 + [True]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Seal)) == 1


def test_voting_does_not_close_before_its_time(round_):
    with pytest.raises(CloseRefused, match="by the clock"):
        close(round_)
    assert not close_if_due(round_, clock.now())
    assert round_.stage == "voting"


def test_closing_waits_for_votes_that_began_in_time(round_):
    let_voting_end(round_, ago=CLOSING_WAIT - timedelta(seconds=5))
    with pytest.raises(CloseRefused, match="a little after its closing time"):
        close(round_)


def test_no_vote_gets_in_after_the_close(voted):
    dev = make_voter(voted)
    close(voted)
    with pytest.raises(ClosedRefused):
        cast(voted, dev, voted.projects[:1])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ballot)) == 5


def test_a_page_finds_the_round_closed_without_waiting_for_a_job(voted):
    assert close_if_due(voted, clock.now())
    db.session.commit()
    assert not close_if_due(voted, clock.now())
    assert voted.stage == "closed"


def test_the_job_closes_what_is_due_and_leaves_the_rest(session, voted):
    other = make_round(session, title="Torry decides")
    assert close_due_rounds() == [voted.id]
    assert (voted.stage, other.stage) == ("closed", "voting")
    assert close_due_rounds() == []


def test_a_round_that_cannot_be_closed_keeps_no_other_open(session, voted, monkeypatch):
    other = make_round(session, title="Torry decides")
    let_voting_end(other)

    def fails_for_the_first(round_, at):
        if round_.id == voted.id:
            raise sa.exc.OperationalError("UPDATE round", {}, Exception("database is locked"))
        return close_if_due(round_, at)

    monkeypatch.setattr("engage.budgeting.jobs.close_if_due", fails_for_the_first)
    assert close_due_rounds() == [other.id]
    assert (voted.stage, other.stage) == ("voting", "closed")


def test_seals_are_chained(voted):
    first = seal_ballots(voted, "hourly", at=clock.now())
    close(voted)
    second = db.session.get_one(Seal, (voted.id, 2))
    assert second.prev_hash == first.hash
    open_root = seal_root(leaves_of(voted.id), bound_of(voted))
    assert first.root != second.root == open_root  # the first one is blinded


def test_the_close_stands_in_the_trail_with_counts_only(voted):
    close(voted)
    closing = sa.select(AuditEvent).where(AuditEvent.action == "voting.closed")
    event = db.session.scalars(closing).one()
    assert '"ballots":5' in event.detail
    assert event.object == f"round:{voted.id}"


def test_who_voted_reaches_the_facts_once_the_result_is_confirmed(session, round_, carys):
    session.add(Council(code="S12000033", name="Aberdeen City"))
    session.flush()
    session.add(
        DataZone(
            code="S01006506",
            name="Mastrick - 01",
            vintage=2011,
            council_code="S12000033",
            ward_code="S13002845",
            ward_name="Northfield",
        )
    )
    session.commit()
    for zone in ("S01006506", "S01006506", None):
        cast(round_, make_voter(round_, zone_code=zone), round_.projects[:1])
    make_voter(round_, zone_code="S01006506")  # registered, and did not vote
    let_voting_end(round_)
    close(round_)
    assert not db.session.scalars(sa.select(ParticipationFact)).all()
    count_round(round_, at=clock.now(), by=carys.id)
    declare(round_, carys)
    facts = db.session.scalars(sa.select(ParticipationFact)).all()
    assert sorted((f.zone_code or "", f.place, f.people, f.channel) for f in facts) == [
        ("", "not_given", 1, "online"),
        ("S01006506", "matched", 2, "online"),
    ]


def test_a_lost_key_keeps_a_round_from_neither_its_close_nor_its_result(tmp_path, voted, carys):
    (tmp_path / "keys" / f"round-{voted.id}.key").unlink()
    assert close(voted)
    assert db.session.get_one(Seal, (voted.id, 1)).ballots == 5
    count_round(voted, at=clock.now(), by=carys.id)
    declare(voted, carys)
    assert voted.stage == "declared"
    assert not db.session.scalars(sa.select(ParticipationFact)).all()


@pytest.mark.parametrize("address", ["/rounds/{}/", "/rounds/{}/results/"])
def test_the_page_of_a_round_whose_time_has_come_closes_it(site, voted, address):
    site.open(address.format(voted.engagement.slug))
    db.session.refresh(voted)
    assert voted.stage == "closed"
    assert db.session.get_one(Seal, (voted.id, 1)).ballots == 5


def test_the_officer_finds_a_round_closed_whose_time_has_come(as_person, carys, voted):
    page = as_person(carys).open(f"/desk/rounds/{voted.engagement.slug}/")
    db.session.refresh(voted)
    assert voted.stage == "closed"
    assert page.select(f'a[href$="/{voted.engagement.slug}/count/"]')


def test_a_page_of_an_open_round_writes_nothing(site, round_):
    version = round_.version
    site.open(f"/rounds/{round_.engagement.slug}/")
    db.session.refresh(round_)
    assert (round_.stage, round_.version) == ("voting", version)
    assert not db.session.scalars(sa.select(AuditEvent)).all()


def test_ten_visitors_at_once_close_it_once_and_all_see_the_page(app, voted):
    address, start, answers = f"/rounds/{voted.engagement.slug}/", threading.Barrier(10), []

    def visit():
        client = app.test_client()
        start.wait(timeout=30)
        answers.append(client.get(address).status_code)

    visitors = [threading.Thread(target=visit) for _ in range(10)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert answers == [200] * 10
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Seal)) == 1


def test_a_page_stands_where_the_round_cannot_be_closed(site, voted, monkeypatch):
    def broken(*args, **kwargs):
        raise sa.exc.OperationalError("UPDATE round", {}, Exception("database is locked"))

    monkeypatch.setattr("engage.budgeting.jobs.close_if_due", broken)
    close_before_showing(voted)
    site.open(f"/rounds/{voted.engagement.slug}/")
    assert voted.stage == "voting"
