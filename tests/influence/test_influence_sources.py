"""Findings that rest on what was said at an event, or on a Place Standard exercise."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engage import clock
from engage.engagements.actions.events import count_attendance, publish_notes, write_notes
from engage.engagements.rules.events import Attendance
from engage.influence.models import Finding
from engage.influence.queries import addresses_for, contributions_of, heard_engagement
from tests.makers.bodies import make_body
from tests.makers.community_plans import make_community_plan
from tests.makers.engagements import make_engagement
from tests.makers.events import make_event
from tests.makers.influence import make_finding
from tests.makers.place_standard import answer, close_and_publish, make_exercise


@pytest.fixture
def engagement(session):
    return make_engagement(session, "Kirkton talks", kind="event")


def test_an_engagement_of_events_is_heard_once_something_of_it_is_published(
    session, engagement, now
):
    event = make_event(session, engagement)
    write_notes(event, "", "Light the path.")
    session.commit()
    assert heard_engagement(engagement.slug, now) is None
    publish_notes(event, at=now, by=None)
    session.commit()
    assert heard_engagement(engagement.slug, now) is engagement
    assert [(s.kind, s.text) for s in contributions_of(engagement)] == [
        ("event", "Light the path.")
    ]


def test_groups_that_came_are_told_what_became_of_what_was_said(session, engagement, bryn, now):
    body = make_body(session, represented_by=bryn)
    event = make_event(session, engagement)
    count_attendance(event, Attendance(9), {}, [body.id], at=now, by=None)
    session.commit()
    assert addresses_for("event", event.id) == [("email", "bryn@example.org")]


def test_r13_a_finding_rests_on_an_exercise_through_the_officers_page(
    as_person, session, carys, engagement, now, monkeypatch
):
    monkeypatch.setattr(clock, "now", lambda: now)
    exercise = make_exercise(session, engagement)
    answer(session, exercise, 2, times=6)
    close_and_publish(session, exercise)
    make_community_plan(session, make_body(session))
    desk = as_person(carys)
    page = desk.open("/desk/findings/kirkton-talks/new/")
    assert "Place Standard for Kirkton" in page.main.text
    assert "a plan of its own: Kirkton 2030" in page.main.text
    assert "most room to improve in Moving around (2.0)" in page.main.text
    sent = {"sources": [f"exercise:{exercise.id}"], "statement": "It is hard to get about.",
            "theme": "Getting about", "kind": "need"}  # fmt: skip
    page = desk.send("/desk/findings/kirkton-talks/new/", sent)
    assert "most room to improve" in page.main.text
    assert addresses_for("exercise", exercise.id) == []
    finding = session.scalar(sa.select(Finding))
    assert [(s.kind, s.source_id) for s in finding.sources] == [("exercise", exercise.id)]


def test_what_a_finding_rests_on_is_never_deleted(session, engagement):
    exercise = make_exercise(session, engagement, stage="preparing")
    event = make_event(session, engagement)
    make_finding(session, engagement, [("exercise", exercise.id), ("event", event.id)])
    for table in ("place_standard_exercise", "engagement_event"):
        with pytest.raises(DBAPIError):
            session.execute(sa.text(f"DELETE FROM {table}"))
        session.rollback()
