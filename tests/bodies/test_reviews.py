"""The yearly review (R01): asked once, answered in one page; what an officer must look into."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engage import clock
from engage.audit.models import AuditEvent
from engage.bodies.actions import register, reviews
from engage.bodies.jobs import keep_register
from engage.bodies.models import BodyReview
from engage.bodies.queries import reviews as queries
from engage.bodies.queries.register import RegisterFilter, find_bodies
from engage.bodies.rules.register import BodyRefused, LaterRefused
from engage.bodies.rules.reviews import Asked, cause, year_before
from engage.messages.actions import choose
from engage.messages.models import Message
from engage.messages.rules import Wish, mail_holder
from tests.bodies.test_bodies_views import errors
from tests.makers.accounts import link_in
from tests.makers.bodies import make_body

TODAY = date(2026, 11, 22)
LONG_AGO = date(2025, 11, 21)


@pytest.fixture
def held(monkeypatch, now):
    """Hold the clock; call with days to go on."""
    monkeypatch.setattr(clock, "now", lambda: now)
    return lambda days: monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=days))


def subjects(session):
    return [(m.address, m.subject) for m in session.scalars(select(Message).order_by(Message.id))]


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (Asked(TODAY, 1, None), ""),
        (Asked(TODAY - timedelta(days=27), 1, None), ""),
        (Asked(TODAY - timedelta(days=28), 1, None), "silent"),
        (Asked(TODAY, 0, None), "unreached"),
        (Asked(TODAY, 1, "changed"), "changed"),
        (Asked(TODAY, 0, "ended"), "ended"),
        (Asked(TODAY, 1, "right"), ""),
    ],
)
def test_why_an_officer_must_look_into_a_request(asked, why):
    assert cause(asked, TODAY) == why


def test_a_year_before_the_29th_of_february_is_the_28th():
    assert year_before(date(2028, 2, 29)) == date(2027, 2, 28)


def test_r01_a_group_is_asked_once_a_year_and_never_twice(session, bryn, held):
    body = make_body(
        session, represented_by=bryn, contact_email="f@example.org", reviewed_on=LONG_AGO
    )
    make_body(session, "New", reviewed_on=date(2025, 11, 22))
    make_body(session, "Resting", stage="dormant", reviewed_on=LONG_AGO)
    assert queries.count_due(TODAY) == 1
    assert [keep_register().asked for _ in range(2)] == [1, 0]
    held(60)  # another calendar year, and not twelve months later
    assert keep_register().asked == 0
    subject = f"Is what we say about {body.name} still right?"
    assert subjects(session) == [("bryn@example.org", subject), ("f@example.org", subject)]
    held(366)
    assert keep_register().asked == 1


def test_a_representative_who_wants_no_reviews_is_not_asked(session, bryn, now, held):
    make_body(session, represented_by=bryn, contact_email="f@example.org", reviewed_on=LONG_AGO)
    choose(mail_holder("bryn@example.org"), Wish(unwanted=frozenset({"reviews"})), at=now)
    session.commit()
    keep_register()
    assert [address for address, _ in subjects(session)] == ["f@example.org"]


def test_two_runs_at_once_ask_once(session, bryn, now, monkeypatch, held):
    body = make_body(session, represented_by=bryn, reviewed_on=LONG_AGO)
    reviews.ask_for_review(body, at=now, today=TODAY)
    session.commit()
    monkeypatch.setattr("engage.bodies.jobs.bodies_to_ask", lambda today: [body.id])
    monkeypatch.setattr(reviews, "review_of", lambda body_id, year: None)
    assert keep_register().asked == 0
    assert session.query(Message).count() == 1


def test_a_group_without_any_address_is_on_the_list_at_once(session, now, held):
    make_body(session, reviewed_on=None)
    assert keep_register().unreached == 1
    (row,) = queries.unsettled(now, TODAY, offset=0, limit=9)
    assert row.cause == "unreached"


def test_r01_a_group_says_that_all_is_right_through_the_link(site, session, held):
    body = make_body(session, contact_email="f@example.org", reviewed_on=LONG_AGO)
    keep_register()
    link = link_in(session.scalars(select(Message)).one())
    page = site.send(link, {"answer": "right"})
    assert page.h1.text == "Thank you"
    assert body.reviewed_on == TODAY
    assert queries.count_unsettled(clock.now() + timedelta(days=99)) == 0
    site.open(link, status=410)


def test_what_a_group_says_is_wrong_waits_for_an_officer(site, as_person, session, carys, held):
    body = make_body(session, contact_email="f@example.org", reviewed_on=LONG_AGO)
    keep_register()
    link = link_in(session.scalars(select(Message)).one())
    page = site.send(link, {"answer": "changed"}, status=422)
    assert errors(page) == ["Enter what has changed"]
    site.send(link, {"answer": "changed", "note": "We meet on Mondays."})
    officer = as_person(carys)
    assert "We meet on Mondays." in officer.open("/desk/groups/reviews/").main.text
    officer.send("/desk/groups/reviews/", form=f"/desk/groups/{body.slug}/settled/")
    assert "Nothing to look into" in officer.open("/desk/groups/reviews/").main.text
    assert body.reviewed_on == LONG_AGO


def test_a_silent_group_is_on_the_list_after_four_weeks(session, carys, now, held):
    body = make_body(session, contact_email="f@example.org", reviewed_on=LONG_AGO)
    keep_register()
    assert queries.count_unsettled(now + timedelta(days=27)) == 0
    assert queries.count_unsettled(now + timedelta(days=28)) == 1
    reviews.review_body(body, at=now, today=TODAY, by=carys.id)
    assert queries.count_unsettled(now + timedelta(days=28)) == 0


def test_a_group_answers_from_its_own_page_unasked(as_person, session, bryn, held):
    body = make_body(session, represented_by=bryn, reviewed_on=date(2026, 6, 1))
    site, path = as_person(bryn), f"/group/{body.slug}/review/"
    site.send(path, {"answer": "right"})
    site.send(path, {"answer": "ended"})
    assert body.reviewed_on == TODAY
    (row,) = queries.unsettled(clock.now(), TODAY, offset=0, limit=9)
    assert row.cause == "ended"
    assert "already" in errors(site.send(path, {"answer": "right"}, status=422))[0]


# Groups that no longer exist --------------------------------------------------------------------


def test_r01_a_lapsed_group_has_a_day_and_a_reason_and_comes_back(session, carys, now):
    body = make_body(session, contact_email="f@example.org")
    who = {"at": now, "today": TODAY, "by": carys.id}
    with pytest.raises(LaterRefused):
        reviews.lapse_body(body, date(2026, 11, 23), "Told so.", **who)
    reviews.lapse_body(body, date(2026, 9, 1), "It told us so.", **who)
    assert (body.stage, body.lapsed_on) == ("lapsed", date(2026, 9, 1))
    assert find_bodies(RegisterFilter()) == []
    with pytest.raises(BodyRefused, match="no longer exists"):
        reviews.lapse_body(body, date(2026, 9, 1), "Again.", **who)
    register.accept_body(body, at=now, today=TODAY, by=carys.id)
    assert (body.stage, body.lapsed_on, body.reason) == ("registered", None, None)
    actions = [e.action for e in session.scalars(select(AuditEvent).order_by(AuditEvent.seq))]
    assert actions == ["body.lapsed", "body.registered"]
    assert len(subjects(session)) == 2


@pytest.mark.parametrize(
    "facts",
    [
        {"stage": "lapsed", "reason": "So."},
        {"stage": "lapsed", "lapsed_on": TODAY},
        {"stage": "lapsed", "lapsed_on": TODAY, "reason": ""},
        {"stage": "dormant", "lapsed_on": TODAY, "reason": "So."},
    ],
)
def test_the_database_keeps_no_lapsed_group_without_day_and_reason(session, facts):
    with pytest.raises(IntegrityError):
        make_body(session, **facts)


def test_the_database_keeps_no_change_that_says_nothing(session, now):
    body = make_body(session)
    asked = {"body_id": body.id, "year": 2026, "asked_at": now, "token_hash": "x"}
    session.add(BodyReview(**asked, answer="changed", answered_at=now))
    with pytest.raises(IntegrityError):
        session.flush()


def test_an_officer_marks_a_group_as_gone(as_person, session, carys, held):
    body = make_body(session)
    site, path = as_person(carys), f"/desk/groups/{body.slug}/lapse/"
    day = {"day-day": "23", "day-month": "11", "day-year": "2026"}
    page = site.send(path, {**day, "reason": "They wrote."}, status=422)
    assert errors(page) == ["Enter a day that is not in the future"]
    page = site.send(path, {**day, "day-day": "1", "reason": "They wrote."})
    assert "They wrote." in page.main.text
    assert body.stage == "lapsed"
    page = site.open(f"/groups/{body.slug}/", status=410)
    assert "no longer" in page.main.text
