"""Lists of events, exercises and communities' plans ask as often for many rows as for few."""

from datetime import timedelta

import pytest

from engage import clock
from engage.engagements.actions.events import count_attendance, publish_notes, write_notes
from engage.engagements.queries.place_standard import exercise_by_slug
from engage.engagements.rules.events import Attendance
from engage.engagements.rules.place_standard import Said
from engage.places.queries import find_places
from tests.makers.bodies import make_body
from tests.makers.community_plans import make_community_plan
from tests.makers.engagements import make_engagement
from tests.makers.events import make_event
from tests.makers.home import make_partnership
from tests.makers.place_standard import answer, close_and_publish, make_exercise
from tests.makers.places import make_places
from tests.test_crowded import MOST_QUERIES
from tests.test_queries import counted

PAGES = [
    "/events/?time=past", "/events/", "/events/event-0/", "/place-standard/",
    "/place-standard/place-0/results/", "/place-standard/place-0/comments/",
    "/place-standard/compare/?first=place-0&second=place-1", "/community-plans/",
    "/community-plans/plans.csv", "/community-plans/plan-0/", "/desk/",
    "/desk/events/?time=past", "/desk/events/event-0/", "/desk/events/event-0/people/",
    "/desk/events/new/", "/desk/events/events.csv", "/desk/methods/", "/desk/place-standard/",
    "/desk/place-standard/place-0/", "/desk/place-standard/open/comments/",
    "/desk/place-standard/open/paper/", "/desk/place-standard/versions/",
    "/desk/community-plans/?stage=registered", "/desk/community-plans/plan-0/",
    "/desk/findings/engagement-0/new/", "/group/body-0/plans/", "/place-standard/open/",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _held_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


def fill(session, places, bryn, now, numbers):
    """Make one more of everything for each number, all of it of the first engagement and event."""
    for n in numbers:
        engagement = make_engagement(session, f"Engagement {n}", kind="event")
        body = make_body(
            session, f"Body {n}", represented_by=bryn if n == 0 else None,
            localities=(places.glen_id,),
        )  # fmt: skip
        event = make_event(session, engagement, f"Event {n}", locality_id=places.glen_id)
        make_event(
            session, engagement, f"To come {n}", starts_at=now + timedelta(days=1),
            ends_at=now + timedelta(days=2),
        )  # fmt: skip
        typed = {places.postcodes[zone].replace(" ", ""): 1 for zone in places.zones[: 2 + n]}
        count = Attendance(30, typed, {places.harbour_id: 6})
        found = find_places(typed, places.council_code)
        count_attendance(event, count, found, [body.id], at=now, by=None)
        write_notes(event, "", "Said.")
        publish_notes(event, at=now, by=None)
        make_community_plan(session, body, f"Plan {n}", locality_ids=(places.glen_id,))
        if n == 0:
            make_exercise(session, engagement, "Open")
    for n in [n for n in numbers if n < 3]:
        exercise = make_exercise(session, engagement, f"Place {n}")
        answer(session, exercise, 3, times=5)
        close_and_publish(session, exercise)
    session.commit()


def test_no_list_asks_more_for_more_rows(session, as_person, carys, bryn, now):
    places = make_places(session)
    make_partnership(session, places.council_code)
    officer, group = as_person(carys), as_person(bryn)

    def asked_by():
        numbers = {}
        for path in PAGES:
            client = (group if path.startswith("/group/") else officer).client
            with counted() as said:
                reply = client.get(path)
            assert reply.status_code == 200, path
            numbers[path] = len(said)
        return numbers

    fill(session, places, bryn, now, range(2))
    few = asked_by()
    fill(session, places, bryn, now, range(2, 6))
    opened = exercise_by_slug("open")
    answer(session, opened, 2, times=6, safe=Said(2, better="Dark."))
    many = asked_by()
    assert {path: (few[path], many[path]) for path in PAGES if many[path] > few[path]} == {}
    assert max(many.values()) <= MOST_QUERIES
