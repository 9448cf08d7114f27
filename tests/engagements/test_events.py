"""Events: what is kept of who came, what everybody reads, and what the database refuses."""

import io
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engage.audit.models import AuditEvent
from engage.engagements.actions import events as actions
from engage.engagements.models import (
    EngagementEvent,
    EventArea,
    EventPhotograph,
    ParticipationFact,
)
from engage.engagements.queries.events import EventFilter, came_from, find_events, methods
from engage.engagements.rules.events import Attendance, EventFacts, EventRefused
from engage.extensions import db
from engage.places.queries import find_places
from engage.web.kept_pictures import Picture
from engage.web.pictures import read_picture
from tests.makers.bodies import make_body
from tests.makers.engagements import make_engagement
from tests.makers.events import make_event
from tests.makers.home import make_partnership
from tests.makers.pictures import drawn, picture_file
from tests.makers.places import make_places

DESK = "/desk/events/tea-and-maps/"
WHO = {"by": None}


@pytest.fixture
def places(session):
    places = make_places(session)
    make_partnership(session, places.council_code)
    return places


@pytest.fixture
def event(session, places):
    return make_event(session, make_engagement(session, kind="event"))


@pytest.fixture(autouse=True)
def _today(monkeypatch, now):
    held = SimpleNamespace(now=lambda: now, today=lambda: now.date())
    for module in ("manage.events", "manage.event_records", "manage.methods", "views.events"):
        monkeypatch.setattr(f"engage.engagements.{module}.clock", held)


def facts_of(session):
    return session.scalars(sa.select(ParticipationFact).order_by(ParticipationFact.id)).all()


def refused(session, statement, **values):
    with pytest.raises(DBAPIError):
        session.execute(sa.text(statement), values)
    session.rollback()


def test_r13_who_came_is_kept_by_zone_and_no_postcode_is(as_person, session, carys, places, event):
    group = make_body(session, "Lyle Walkers")
    first, second = (places.postcodes[places.zones[n]] for n in (0, 7))
    site = as_person(carys)
    page = site.send(
        DESK + "people/",
        {
            "people": "40",
            "postcodes": f"{first} x 12\n{second}\n{places.outside} x2\n{places.unknown}",
            f"area_{places.glen_id}": "9",
            "bodies": "lyle walkers",
        },
    )
    assert "The postcodes are forgotten" in page.main.text
    assert "We do not know the postcode of 1 person" in page.main.text
    kept = {(f.place, f.zone_code, f.body_id): f.people for f in facts_of(session)}
    assert kept == {
        ("matched", places.zones[0], None): 12,
        ("matched", places.zones[7], None): 1,
        ("outside", "S01999011", None): 2,
        ("unmatched", None, None): 1,
        ("not_given", None, None): 24,
        ("not_given", None, group.id): 1,
    }
    facts = facts_of(session)
    assert {(f.act, f.channel, f.event_id, f.on_day) for f in facts} == {
        ("attendance", "event", event.id, date(2026, 11, 22))
    }
    everything = " ".join(
        str(value)
        for table in sorted(set(db.metadata.tables) - {"postcode"})
        for row in session.execute(sa.text(f'SELECT * FROM "{table}"'))
        for value in row
    )
    assert first.replace(" ", "") not in everything.replace(" ", "")
    assert "12" in page.main.text  # the officer sees every number

    public = site.open("/events/tea-and-maps/").main.text
    assert "People who came: 40" in public
    assert "Lyle Walkers" in public
    assert "fewer than 5" in public  # from outside


def test_counting_again_replaces_the_count_and_keeps_what_was_placed(session, places, event, now):
    typed = {places.postcodes[places.zones[0]].replace(" ", ""): 6}
    found = find_places(typed, places.council_code)
    actions.count_attendance(event, Attendance(10, typed), found, at=now, **WHO)
    again = Attendance(12, localities={places.harbour_id: 2})
    actions.count_attendance(event, again, {}, keeps_placed=True, at=now, **WHO)
    session.commit()
    came = came_from(event)
    assert (came.people, came.places) == (12, [("Lyle Harbour", 8)])
    assert sum(f.people for f in facts_of(session)) == 12
    with pytest.raises(EventRefused, match="more than the 5"):
        actions.count_attendance(event, Attendance(5), {}, keeps_placed=True, at=now, **WHO)


def test_a_bad_count_keeps_what_was_typed(as_person, session, carys, event):
    site = as_person(carys)
    sent = {"people": "ten", "postcodes": "Mary", "bodies": "Nobody we know"}
    page = site.send(DESK + "people/", sent, status=422)
    assert "Enter a whole number" in page.main.text
    assert "“Mary”" in page.main.text
    assert page.find(id="bodies").text.strip() == "Nobody we know"
    page = site.send(DESK + "people/", {**sent, "people": "3", "postcodes": ""}, status=422)
    assert "We do not find: Nobody we know" in page.main.text
    assert not facts_of(session)


def test_without_an_engagement_the_page_says_what_to_do_first(as_person, carys, places):
    for path in ("/desk/events/new/", "/desk/place-standard/new/"):
        assert "plan one first" in as_person(carys).open(path).main.text


def test_an_event_is_planned_changed_and_cancelled(as_person, session, carys, places, now):
    engagement = make_engagement(session)
    site = as_person(carys)
    when = {"day": "1", "month": "12", "year": "2026"}
    answers = {
        "engagement": str(engagement.id),
        "title": "Walk along the shore",
        "method": "walkabout",
        "place": "Meet at the slip\nXY1 0AA",
        "capacity": "30",
        "access": ["no_steps"],
        **{f"starts_at-{part}": value for part, value in {**when, "time": "10am"}.items()},
        **{f"ends_at-{part}": value for part, value in {**when, "time": "9am"}.items()},
    }
    page = site.send("/desk/events/new/", answers, status=422)
    assert "must end after it starts" in page.main.text
    page = site.send("/desk/events/new/", {**answers, "ends_at-time": "noon"})
    assert "Once the event is over, come back" in page.main.text
    public = site.open("/events/walk-along-the-shore/").main.text
    assert "For 30 people" in public
    assert "No steps" in public
    site.send("/desk/events/walk-along-the-shore/change/", {"title": "Shore walk"})
    assert "Shore walk" in site.open("/events/").main.text
    site.send("/desk/events/walk-along-the-shore/cancel/", {"reason": "Storm."})
    public = site.open("/events/walk-along-the-shore/").main.text
    assert "This event is cancelled" in public
    assert "Storm." in public
    actions_done = set(session.scalars(sa.select(AuditEvent.action)))
    assert {"event.planned", "event.changed", "event.cancelled"} <= actions_done


def test_two_officers_do_not_write_over_each_other(as_person, session, carys, event):
    site = as_person(carys)
    page = site.open(DESK + "notes/")
    site.send(DESK + "notes/", {"notes": "First."})
    page = site.send_on(page, DESK + "notes/", {"notes": "Second."}, status=409)
    assert "Somebody changed this before you" in page.main.text
    assert page.find(id="notes").text.strip() == "Second."


def test_rough_notes_are_for_officers_and_the_others_for_all(as_person, session, carys, event):
    site = as_person(carys)
    site.send(DESK + "notes/", {"rough_notes": "Mrs R shouted.", "notes": "Light the path."})
    assert "Light the path" not in site.open("/events/tea-and-maps/").main.text
    site.send(DESK + "notes/", button="publish")
    public = site.open("/events/tea-and-maps/").main.text
    assert "Light the path" in public
    assert "Mrs R" not in public
    assert "leave some" in site.send(DESK + "notes/", {"notes": ""}, status=422).main.text


def test_notes_wait_for_the_end_of_the_event(session, event, now):
    actions.write_notes(event, "", "Said.")
    with pytest.raises(EventRefused, match="once the event is over"):
        actions.publish_notes(event, at=event.ends_at - timedelta(minutes=1), **WHO)


def test_a_photograph_needs_consent_and_words_and_loses_what_its_file_told(
    as_person, session, carys, event
):
    site = as_person(carys)
    photograph = {"photograph": (io.BytesIO(picture_file(drawn(60, 40))), "a.jpg")}
    page = site.send(DESK + "photographs/", photograph, status=422)
    assert "Say how those who can be recognised agreed" in page.main.text
    assert "Describe the photograph" in page.main.text
    told = {"alt": "A map on a table", "consent": "agreed", "consent_on-day": "22",
            "consent_on-month": "11", "consent_on-year": "2026"}  # fmt: skip
    photograph = {"photograph": (io.BytesIO(picture_file(drawn(60, 40))), "a.jpg")}
    page = site.send(DESK + "photographs/", {**photograph, **told})
    assert "A map on a table" in page.main.text
    assert site.open("/events/tea-and-maps/").find("img", alt="A map on a table")
    remove = page.select("form.engage-action")[0]["action"]
    site.send_on(page, DESK + "photographs/", form=remove)
    assert session.scalar(sa.select(sa.func.count(Picture.id))) == 0


def test_the_day_of_consent_is_not_to_come(session, event, now):
    made = read_picture(picture_file(drawn(60, 40)))
    with pytest.raises(EventRefused, match="today or earlier"):
        actions.add_photograph(
            event, made, "A map", consent="agreed", consent_on=date(2026, 11, 23), at=now, **WHO
        )


def test_r13_the_catalogue_of_methods_is_the_officers_to_change(as_person, session, carys, event):
    site = as_person(carys)
    site.send("/desk/methods/new/", {"name": "World café", "words": "Small tables."})
    site.send("/desk/methods/drop_in/", {"name": "Open door", "is_offered": None})
    assert {"World café", "Open door"} <= {m.name for m in methods()}
    form = site.open("/desk/events/new/").find(id="method").text
    assert ("World café" in form, "Open door" in form) == (True, False)
    assert "Open door" in site.open(DESK).main.text
    page = site.send("/desk/methods/new/", {"name": "charrette"}, status=422)
    assert "is there" in page.main.text


def test_a_list_is_searched_by_word_and_area(session, event, places, now):
    make_event(
        session, event.engagement, "Shore walk", starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=2), locality_id=places.glen_id,
    )  # fmt: skip
    titles = {
        (time, words, area): [e.title for e in find_events(EventFilter(time, words, area), now)]
        for time, words, area in [
            ("coming", "", None), ("past", "hall", None), ("", "", places.glen_id), ("", "x", None),
        ]
    }  # fmt: skip
    assert list(titles.values()) == [["Shore walk"], ["Tea and maps"], ["Shore walk"], []]


def test_times_stay_once_people_were_counted(session, event, now):
    actions.count_attendance(event, Attendance(10), {}, at=now, **WHO)
    facts = EventFacts("Tea", "drop_in", now - timedelta(days=2), event.ends_at, "Hall")
    with pytest.raises(EventRefused, match="its times stay"):
        actions.change_event(event, facts, at=now, **WHO)


def test_the_database_holds_what_an_event_must_be(session, event, places, now):
    actions.count_attendance(event, Attendance(10), {}, at=now, **WHO)
    other = make_engagement(session, "Another")
    session.commit()
    fact = (
        "INSERT INTO participation_fact (engagement_id, act, place, channel, people, on_day, "
        "event_id) VALUES (:engagement, :act, 'not_given', 'event', :people, '2026-11-22', :event)"
    )
    good = {"engagement": event.engagement_id, "act": "attendance", "event": event.id}
    session.execute(sa.text("DELETE FROM participation_fact"))
    session.commit()
    for bad in ({"engagement": other.id}, {"act": "response"}, {"people": 11}):
        refused(session, fact, **{**good, "people": 1, **bad})
    session.execute(sa.text(fact), {**good, "people": 10})
    refused(session, "UPDATE participation_fact SET people = 11")
    area = "INSERT INTO event_area (event_id, locality_id, people) VALUES (:event, :area, :people)"
    refused(session, area, event=event.id, area=places.glen_id, people=11)
    session.execute(sa.text(area), {"event": event.id, "area": places.glen_id, "people": 4})
    session.commit()
    refused(session, "UPDATE event_area SET people = 5")
    for change in (
        "attended = NULL", "attended = -1", "ends_at = starts_at", "capacity = 0", "place = ''",
        "cancelled_at = counted_at", "support = 'bsl'", "notes_published_at = counted_at",
    ):  # fmt: skip
        refused(session, f"UPDATE engagement_event SET {change}")


def test_a_cancelled_event_stays_cancelled_and_has_nobody(session, event, now):
    actions.cancel_event(event, "Storm.", at=event.starts_at, **WHO)
    session.commit()
    refused(session, "UPDATE engagement_event SET cancelled_at = NULL, cancel_reason = ''")
    session.add(
        ParticipationFact(
            engagement_id=event.engagement_id, act="attendance", place="not_given",
            channel="event", people=1, on_day=date(2026, 11, 22), event_id=event.id,
        )
    )  # fmt: skip
    with pytest.raises(DBAPIError):
        session.flush()
    session.rollback()


def test_a_photograph_without_known_consent_is_refused(session, event, now):
    made = read_picture(picture_file(drawn(60, 40)))
    actions.add_photograph(
        event, made, "A map", consent="nobody", consent_on=now.date(), at=now, **WHO
    )
    session.commit()
    refused(session, "UPDATE event_photograph SET consent = ''")
    assert session.scalar(sa.select(sa.func.count(EventPhotograph.id))) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(EventArea)) == 0
    assert session.scalar(sa.select(EngagementEvent.slug)) == "tea-and-maps"


def test_an_engagements_page_leads_to_its_events_once_it_is_public(site, session, event, now):
    engagement, link = event.engagement, "/engagements/mastrick-locality-plan/"
    assert not site.open("/events/tea-and-maps/").select(f'a[href="{link}"]')
    engagement.opened_at, engagement.is_public = engagement.opens_at, True
    session.commit()
    assert site.open("/events/tea-and-maps/").select(f'a[href="{link}"]')
    assert "Tea and maps" in site.open(link).main.text


def test_a_group_that_two_entries_of_one_became_stands_once_among_those_who_came(
    session, event, now
):
    body = make_body(session)
    actions.count_attendance(event, Attendance(9), {}, [body.id], at=now, **WHO)
    fact = facts_of(session)[-1]
    session.add(
        ParticipationFact(
            engagement_id=fact.engagement_id, act="attendance", place="not_given",
            channel="event", people=1, on_day=fact.on_day, body_id=body.id, event_id=event.id,
        )
    )  # fmt: skip
    session.commit()
    assert came_from(event).bodies == [body]


def test_the_list_gives_no_total_away_that_the_events_page_holds_back(
    site, session, places, event, now
):
    actions.count_attendance(event, Attendance(8, {}, {places.glen_id: 3}), {}, [], at=now, **WHO)
    session.commit()
    assert "People who came: held back" in site.open("/events/tea-and-maps/").main.text
    assert "came" not in site.open("/events/?time=past").select_one(".engage-list").text


def test_what_is_by_invitation_only_stands_on_no_public_page(
    site, as_person, session, carys, event
):
    event.engagement.is_public = False
    session.commit()
    assert "Tea and maps" not in site.open("/events/?time=past").main.text
    site.open("/events/tea-and-maps/", status=404)
    assert "See the public page" not in as_person(carys).open(DESK).text
