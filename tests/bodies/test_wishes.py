"""Which wish counts, its history, and asking groups again (R03)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engage import clock
from engage.bodies.actions.register import record_wish
from engage.bodies.actions.wishes import ask_again
from engage.bodies.models import WishAsked
from engage.bodies.queries import wishes as queries
from engage.bodies.rules.wishes import Wish, is_old, old_before, standing, topic_key, wish_for
from engage.messages.models import Message
from tests.makers.bodies import make_body

AT = datetime(2026, 11, 1, tzinfo=UTC)
GENERAL = Wish("involve", "", "", AT, 1)
BUSES = Wish("empower", "Buses", "", AT, 2)
DESIGN = Wish("inform", "", "design", AT, 3)
BUS_DESIGN = Wish("collaborate", "buses ", "design", AT, 4)
LATER = Wish("none", "", "", AT, 5)


@pytest.fixture(autouse=True)
def _held_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.mark.requirement("R03")
@pytest.mark.parametrize(
    ("wishes", "topic", "stage", "counts"),
    [
        ([], "", "", None),
        ([GENERAL], "Parks", "review", GENERAL),
        ([BUSES], "", "", None),
        ([GENERAL, BUSES, DESIGN, BUS_DESIGN], "", "", GENERAL),
        ([GENERAL, BUSES, DESIGN, BUS_DESIGN], "BUSES", "", BUSES),
        ([GENERAL, BUSES, DESIGN, BUS_DESIGN], "", "design", DESIGN),
        ([GENERAL, BUSES, DESIGN, BUS_DESIGN], "buses", "design", BUS_DESIGN),
        ([GENERAL, BUSES, DESIGN], "buses", "design", BUSES),
        ([BUSES, GENERAL, LATER], "parks", "", LATER),
    ],
)
def test_r03_one_rule_says_which_wish_counts(wishes, topic, stage, counts):
    assert wish_for(wishes, topic, stage) == counts


def test_r03_the_database_picks_the_wish_that_the_rule_picks(session, now):
    body = make_body(session)
    for wish in (GENERAL, BUSES, DESIGN, BUS_DESIGN, LATER):
        record_wish(
            body, wish.level, topic=wish.topic, stage=wish.stage,
            at=now, by=None, role="officer", source="the group",
        )  # fmt: skip
    session.commit()
    said = queries.wishes_of_body(body.id)
    for topic in ("", "BUSES", "parks"):
        for stage in ("", "design", "review"):
            picked = session.execute(sa.select(queries.counting_wishes(topic, stage))).one()
            ruled = wish_for(said, topic, stage)
            assert (picked.id, picked.level) == (ruled.number, ruled.level), (topic, stage)
            assert queries.wishes_for([body.id], topic, stage) == {body.id: ruled.level}


def test_the_latest_of_each_topic_and_stage_stands():
    assert standing([GENERAL, BUSES, DESIGN, LATER]) == [LATER, DESIGN, BUSES]


@pytest.mark.parametrize(
    ("recorded", "today", "old"),
    [
        (date(2024, 11, 22), date(2026, 11, 22), False),
        (date(2024, 11, 21), date(2026, 11, 22), True),
        (date(2026, 2, 28), date(2028, 2, 29), False),
        (date(2026, 2, 27), date(2028, 2, 29), True),
    ],
)
def test_r03_a_wish_older_than_24_months_is_old(recorded, today, old):
    assert is_old(recorded, today) is old
    assert (recorded < old_before(today)) is old


def test_topics_are_compared_without_case_and_blanks():
    assert topic_key(" Safe  ROUTES") == topic_key("safe routes")


def test_r03_groups_with_an_old_wish_or_none_are_asked_once(session, carys, now):
    old = make_body(session, "Old Answers", wish="consult", contact_email="old@example.org")
    fresh_once = make_body(session, "Fresh Once", wish="consult")
    never = make_body(session, "Never Asked")
    at = now + timedelta(days=732)
    fresh = make_body(session, "Answers today", contact_email="now@example.org")
    record_wish(fresh, "none", at=at, by=None, role="officer", source="the group")
    session.commit()
    due = set(session.scalars(queries.due_to_ask(at.date())))
    assert due == {old.id, never.id, fresh_once.id}
    bodies = [old, never, fresh]
    asked = ask_again(bodies, at=at, today=at.date(), by=carys.id)
    assert [(row.body_id, row.told) for row in asked] == [(old.id, 1), (never.id, 0)]
    assert ask_again(bodies, at=at, today=at.date(), by=carys.id) == []
    (letter,) = session.scalars(sa.select(Message))
    assert "On 22 November 2026 you told us: Ask us what we think" in letter.body
    assert set(queries.asked_already([body.id for body in bodies])) == {old.id, never.id}
    record_wish(old, "involve", at=at, by=None, role="officer", source="the group")
    session.commit()
    assert set(queries.asked_already([old.id])) == set()


def test_r03_the_database_asks_no_group_twice_and_keeps_what_was_said(session, now):
    body = make_body(session, wish="consult")
    for _time in range(2):
        session.add(WishAsked(body_id=body.id, after_wish_id=1, asked_at=now, told=0))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
    for column, value in (("level", "none"), ("topic", "x"), ("stage", "design"), ("source", "x")):
        with pytest.raises(sa.exc.DBAPIError, match="kept as it was said"):
            session.execute(sa.text(f"UPDATE participation_wish SET {column} = '{value}'"))
        session.rollback()


def test_r03_a_group_answers_otherwise_for_a_topic_and_sees_its_history(as_person, session, bryn):
    body = make_body(session, represented_by=bryn, wish="consult")
    site = as_person(bryn)
    path = f"/group/{body.slug}/wishes/"
    page = site.send(path, {"wish": "empower", "topic": "Buses", "stage": "design"})
    assert "Buses, at the stage “Planning how it is done”" in page.main.text
    assert "Every answer, the latest first (2)" in page.main.text
    page = site.send(path, {"topic": "Parks", "wish": None}, status=422)
    assert page.select_one("#topic")["value"] == "Parks"
    assert queries.wishes_for([body.id], "buses", "design") == {body.id: "empower"}
    assert queries.wishes_for([body.id]) == {body.id: "consult"}


def test_r03_an_officer_records_an_answer_and_strangers_see_none(
    as_person, session, bryn, carys, dev
):
    body = make_body(session, represented_by=bryn)
    page = as_person(carys).send(f"/desk/groups/{body.slug}/wishes/", {"wish": "none"})
    assert "We do not want to take part" in page.main.text
    as_person(dev).open(f"/group/{body.slug}/wishes/", status=404)
