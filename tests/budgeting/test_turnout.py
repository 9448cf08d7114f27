"""Who voted, never what, reaches the facts of who took part in whole batches."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engage import clock
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.turnout import hand_on_voters
from engage.budgeting.jobs import hand_on_turnout
from engage.engagements.actions.planning import record_participation
from engage.engagements.models import ParticipationFact
from engage.extensions import db
from engage.places.models import Council, DataZone
from engage.web.rules import UK
from tests.makers.budgeting import make_round
from tests.makers.voting import cast, let_voting_end, make_voter

pytestmark = pytest.mark.requirement("R31", "R76")
ZONES = ("S01006506", "S01006507")


@pytest.fixture
def round_(session):
    session.add(Council(code="S12000033", name="Aberdeen City"))
    session.flush()
    for zone in ZONES:
        row = {"code": zone, "name": zone, "vintage": 2011, "council_code": "S12000033"}
        session.add(DataZone(**row, ward_code="S13002845", ward_name="Northfield"))
    session.commit()
    return make_round(session)


def vote(round_, *zones):
    for zone in zones:
        cast(round_, make_voter(round_, zone_code=zone), round_.projects[:1])


def facts():
    found = db.session.scalars(sa.select(ParticipationFact).order_by(ParticipationFact.id))
    return [(f.zone_code, f.people) for f in found if f.act == "ballot"]


def test_the_night_hands_on_counts_by_area(round_):
    vote(round_, ZONES[1], ZONES[0], ZONES[1], None)
    make_voter(round_, zone_code=ZONES[0])  # registered, and did not vote
    assert hand_on_turnout() == [round_.id]
    assert set(facts()) == {(None, 1), (ZONES[0], 1), (ZONES[1], 2)}


def test_a_second_run_in_a_day_changes_nothing(round_):
    vote(round_, ZONES[0])
    hand_on_turnout()
    vote(round_, ZONES[1])
    assert hand_on_turnout() == []
    assert facts() == [(ZONES[0], 1)]


def test_each_batch_takes_the_place_of_the_one_before(session, round_):
    vote(round_, ZONES[0], ZONES[0])
    assert hand_on_voters(round_, clock.now() - timedelta(days=1)) == 2
    session.commit()
    vote(round_, ZONES[1])
    assert hand_on_turnout() == [round_.id]
    assert facts() == [(ZONES[0], 2), (ZONES[1], 1)]
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    session.commit()
    assert facts() == [(ZONES[0], 2), (ZONES[1], 1)]


def test_the_order_of_a_batch_tells_nothing_of_the_order_of_votes(session, round_):
    vote(round_, ZONES[1], ZONES[0])
    hand_on_voters(round_, clock.now())
    session.commit()
    one = facts()
    session.execute(sa.delete(ParticipationFact))
    assert one == sorted(one)


def test_what_else_is_known_of_an_engagement_stays(session, round_):
    record_participation(
        round_.engagement_id,
        "proposal",
        place="matched",
        zone_code=ZONES[0],
        channel="online",
        on_day=clock.today(),
    )
    vote(round_, ZONES[0])
    for _ in range(2):
        hand_on_voters(round_, clock.now())
    session.commit()
    acts = session.scalars(sa.select(ParticipationFact.act).order_by(ParticipationFact.act)).all()
    assert acts == ["ballot", "proposal"]


def test_a_batch_is_of_a_day_while_people_could_vote(session, round_):
    vote(round_, ZONES[0])
    late = round_.voting_closes_at + timedelta(days=3)
    hand_on_voters(round_, late)
    (day,) = session.scalars(sa.select(ParticipationFact.on_day))
    assert day == round_.voting_closes_at.astimezone(UK).date()


def test_without_the_key_the_batch_before_stands(tmp_path, session, round_):
    vote(round_, ZONES[0])
    hand_on_voters(round_, clock.now())
    session.commit()
    (tmp_path / "keys" / f"round-{round_.id}.key").unlink()
    assert hand_on_voters(round_, clock.now()) is None
    assert facts() == [(ZONES[0], 1)]


def test_rounds_that_take_no_votes_are_left_alone(session, round_):
    make_round(session, title="Early", voting_opens_at=clock.now() + timedelta(hours=1))
    make_round(session, "closed", title="Over")
    vote(round_, ZONES[0])
    assert hand_on_turnout() == [round_.id]


def test_the_command_says_how_many(app, round_):
    vote(round_, ZONES[0])
    run = app.test_cli_runner().invoke
    assert run(args=["budgeting", "turnout"]).output == "1 handed on\n"
    assert run(args=["budgeting", "turnout"]).output == "No round was due\n"
