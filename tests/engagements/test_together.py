"""Services made together (R17), and groups that learn from each other (R32)."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engage import clock
from engage.bodies.actions.register import record_wish
from engage.engagements.actions import together as actions
from engage.engagements.models import Coproduction, PeerLink
from engage.engagements.rules.together import Terms, TogetherRefused, fault_in
from tests.makers.bodies import make_body

DAY = date(2026, 11, 22)
TERMS = Terms("Night bus", "design", "Both", "The council", "", "considered")


@pytest.fixture(autouse=True)
def _held_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


def start(body, now, terms=TERMS):
    return actions.start_together(body.id, terms, partner_id=None, at=now, today=DAY, by=None)


@pytest.mark.requirement("R17")
@pytest.mark.parametrize(
    ("state", "capacity", "reason", "field"),
    [
        ("considered", "", "", None),
        ("under_way", "", "", "capacity"),
        ("under_way", "Two people.", "", None),
        ("not_taken_up", "", "", "reason"),
    ],
)
def test_r17_what_is_under_way_was_checked(state, capacity, reason, field):
    fault = fault_in(Terms("x", "design", "x", "x", capacity, state, reason))
    assert (fault[0] if fault else None) == field


def test_r17_it_rests_on_a_wish_to_decide_together(session, now):
    body = make_body(session, wish="consult")
    with pytest.raises(TogetherRefused, match="wants to decide together"):
        start(body, now)
    wish = record_wish(
        body, "collaborate", topic="Night Bus", at=now, by=None, role="officer", source="the group"
    )
    session.flush()
    assert start(body, now).wish_id == wish.id


def test_r17_another_service_needs_a_wish_of_its_own(session, now):
    body = make_body(session, wish="consult")
    who = {"at": now, "by": None, "role": "officer"}
    record_wish(body, "collaborate", topic="Night bus", source="the group", **who)
    session.flush()
    made = start(body, now)
    with pytest.raises(TogetherRefused, match="wants to decide together"):
        actions.change_together(made, replace(TERMS, service="Libraries"), today=DAY, **who)
    actions.change_together(made, replace(TERMS, who_decides="The group"), today=DAY, **who)
    assert (made.service, made.who_decides) == ("Night bus", "The group")


def test_r17_the_database_wants_that_wish_and_the_check(session, now):
    body = make_body(session, wish="empower")
    other = make_body(session, "Other", wish="consult")
    made = start(body, now)
    session.commit()
    low = other.wishes[0].id
    for values in ({"wish_id": low}, {"state": "under_way"}, {"state": "not_taken_up"}):
        with pytest.raises(sa.exc.DBAPIError):
            session.execute(
                sa.update(Coproduction).where(Coproduction.id == made.id).values(**values)
            )
        session.rollback()
    session.add(
        Coproduction(service="x", body_id=other.id, wish_id=low, stage="design", who_decides="x",
                     who_holds_money="x", recorded_at=now)
    )  # fmt: skip
    with pytest.raises(sa.exc.DBAPIError, match="decide together"):
        session.flush()


def test_r17_an_officer_lists_a_service_and_says_how_far_it_is(as_person, session, carys):
    body = make_body(session, "Lyle Bus Users", wish="collaborate")
    make_body(session, "Quiet", wish="inform")
    site, path = as_person(carys), f"/desk/together/new/?body={body.slug}"
    data = {"service": "Night bus", "stage": "design", "who_decides": "Both",
            "who_holds_money": "The council"}  # fmt: skip
    assert "decide together" in site.send(path, {**data, "body": "Quiet"}, status=422).text
    page = site.send(path, data)
    assert "Check what it can take on" in page.main.text
    made = session.scalar(sa.select(Coproduction))
    path = f"/desk/together/{made.id}/"
    assert "Enter what the group can" in site.send(path, {"state": "under_way"}, status=422).text
    site.send(path, {"state": "under_way", "capacity": "Two people, one evening."})
    record_wish(body, "inform", topic="Bins", at=clock.now(), by=None, role="", source="the group")
    session.commit()
    assert "decide together" in site.send(path, {"service": "Bins"}, status=422).text
    session.refresh(made)
    assert (made.state, made.capacity_on) == ("under_way", DAY)
    assert "Night bus" in site.client.get("/desk/together/together.csv").text


def test_r32_one_group_learns_from_another(as_person, session, carys, now):
    make_body(session, "Teachers")
    make_body(session, "Learners")
    site, path = as_person(carys), "/desk/together/links/new/"
    data = {"from_body": "Teachers", "to_body": "the teachers", "activity": "An evening.",
            "lesson": "Ask early."}  # fmt: skip
    assert "two different groups" in site.send(path, data, status=422).text
    page = site.send(path, {**data, "to_body": "Learners"})
    assert "Ask early." in page.main.text
    assert "Ask early." in site.client.get("/desk/together/lessons.csv").text
    session.add(PeerLink(from_body_id=1, to_body_id=1, on_day=DAY, activity="x", recorded_at=now))
    with pytest.raises(IntegrityError):
        session.flush()
