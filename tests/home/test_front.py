"""The front page and everything that is open."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from engage import clock
from engage.extensions import db
from engage.home.queries.openings import openings, recent_decisions
from engage.places.models import Postcode
from engage.web.filters import long_date
from tests.makers.budgeting import make_round
from tests.makers.engagements import make_engagement
from tests.makers.home import (
    make_decision,
    make_open_consultation,
    make_partnership,
    make_sent_response,
)
from tests.makers.place_standard import make_exercise
from tests.makers.places import make_places


@pytest.fixture
def places(session):
    made = make_places(session)
    make_partnership(session, made.council_code)
    return made


def titles(page):
    return [heading.text.strip() for heading in page.select(".engage-cards h3")]


def test_before_anything_is_open_the_front_page_says_so(site):
    assert "Nothing is open just now" in site.open("/").text


def test_what_closes_soonest_stands_first_with_one_button_each(session, places, site):
    make_open_consultation(session, "Lyle Harbour plan")
    make_round(session, "voting", title="Strathlyle decides")
    page = site.open("/")
    assert titles(page) == ["Strathlyle decides", "Lyle Harbour plan"]
    assert [len(card.select("a.ds_button")) for card in page.select(".engage-cards > li")] == [1, 1]
    assert "7 days left" in page.text


def test_what_is_being_prepared_is_not_shown(session, places, site):
    make_open_consultation(session, "Not public yet", stage="preparing")
    make_round(session, "preparing", title="Nor this")
    page = site.open("/have-your-say/")
    assert "Not public yet" not in page.text
    assert "Nor this" not in page.text


def test_what_opens_later_is_coming_and_has_no_button(session, places, site):
    at = clock.now()
    make_open_consultation(
        session, "Next year", opens_at=at + timedelta(days=5), closes_at=at + timedelta(days=90)
    )
    page = site.open("/have-your-say/")
    assert titles(page) == []
    assert "Next year" in page.text
    assert "Coming (1)" in " ".join(page.text.split())


def test_a_closed_consultation_is_gone_at_its_closing_instant(session, places):
    consultation = make_open_consultation(session)
    closes = consultation.engagement.closes_at
    assert openings(closes - timedelta(seconds=1)) != ([], [])
    assert openings(closes) == ([], [])


def test_an_open_place_standard_is_something_to_take_part_in(session, places, site):
    engagement, today = make_engagement(session, "Plan for Kirkton"), clock.today()
    make_exercise(session, engagement, "Here", locality_id=places.harbour_id)
    make_exercise(session, engagement, "There", locality_id=places.glen_id)
    make_exercise(session, engagement, "Not yet", stage="preparing")
    tomorrow = today + timedelta(days=1)
    make_exercise(session, engagement, "Soon", opens_on=tomorrow, closes_on=tomorrow)
    make_exercise(session, engagement, "Last day", closes_on=today)
    hidden = make_engagement(session, "By invitation", is_public=False)
    make_exercise(session, hidden, "Not for all")
    page = site.open("/have-your-say/")
    assert titles(page) == ["Last day", "Here", "There"]
    assert "Coming (1)" in " ".join(page.text.split())
    button = page.select_one(".engage-cards a.ds_button")
    assert button.text == "Say how good it is: Last day"
    card = page.select_one(".engage-cards > li").text
    assert f"Last day: {long_date(today)}" in " ".join(card.split())
    assert f"You can answer from {long_date(tomorrow)}." in page.text
    site.open(button["href"])
    ends = datetime.combine(tomorrow, time(), clock.UK)
    _now, coming = openings(ends - timedelta(seconds=1))
    assert [one.title for one in coming] == ["Soon"]
    now, _coming = openings(ends, places.harbour_id)
    assert {one.title for one in now} == {"Soon", "Here"}


def test_an_event_that_was_opened_for_everybody_is_something_to_take_part_in(session, places, site):
    at = clock.now()
    make_engagement(session, "Walk", "event", opened_at=at)
    make_engagement(session, "Not opened", "event", opened_at=None)
    make_engagement(session, "Invited only", "event", opened_at=at, is_public=False)
    make_engagement(session, "Elsewhere", "event", opened_at=at, locality_id=places.glen_id)
    rated = make_engagement(session, "Rated", "event", opened_at=at)
    make_exercise(session, rated, "How good?")
    page = site.open("/have-your-say/")
    assert sorted(titles(page)) == ["Elsewhere", "How good?", "Walk"]
    card = next(card for card in page.select(".engage-cards > li") if "Walk" in card.text)
    assert card.select_one("a.ds_button").text == "See how to take part: Walk"
    assert site.open(card.select_one("a.ds_button")["href"]).h1.text.strip() == "Walk"
    now, _coming = openings(at, places.harbour_id)
    assert {one.title for one in now} == {"How good?", "Walk"}


def test_a_postcode_leads_to_what_is_open_there(session, places, site):
    make_open_consultation(session, "In the harbour", locality_id=places.harbour_id)
    make_open_consultation(session, "In the glen", locality_id=places.glen_id)
    make_open_consultation(session, "Everywhere")
    page = site.send("/", {"postcode": places.postcodes["S01999001"].lower()})
    assert page.h1.text == "Have your say in Lyle Harbour"
    assert set(titles(page)) == {"In the harbour", "Everywhere"}


def test_the_postcode_is_not_kept_and_stands_in_no_address(session, places, site):
    typed = places.postcodes["S01999001"]
    page = site.send("/", {"postcode": typed})
    assert typed.replace(" ", "") not in str(page).replace(" ", "")
    assert typed.split()[0] not in site.response.request.url
    assert session.scalar(select(func.count()).select_from(Postcode)) == 11


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter your postcode, like AB10 1AB"),
        ("nonsense", "postcode"),
        ("XY9 9ZZ", "this one is outside it"),
        ("XY8 8ZZ", "Choose your area from the list"),
    ],
)
def test_a_postcode_that_leads_nowhere_is_said_and_kept_in_the_box(places, site, typed, words):
    page = site.send("/", {"postcode": typed}, status=422)
    assert words in page.select_one(".ds_error-summary").text
    assert page.select_one("#postcode")["value"] == typed
    assert page.title.text.startswith("Error:")


def test_the_area_filter_works_without_a_script(session, places, site):
    make_open_consultation(session, "In the glen", locality_id=places.glen_id)
    page = site.open("/have-your-say/?area=S13999001")
    assert titles(page) == []
    assert page.select_one("option[selected]").text == "Lyle Harbour"
    assert titles(site.open("/have-your-say/?area=upper-glen")) == ["In the glen"]


def test_an_area_that_nobody_knows_shows_everything_and_says_so(session, places, site):
    make_open_consultation(session, "Everywhere")
    page = site.open("/have-your-say/?area=nowhere<b>")
    assert "We do not know that area" in page.text
    assert titles(page) == ["Everywhere"]


def test_decisions_say_how_many_findings_changed_something(session, places, site):
    consultation = make_open_consultation(session)
    make_decision(session, consultation, make_sent_response(session, consultation))
    (decided,) = recent_decisions()
    assert (decided.kind, decided.findings, decided.changed) == ("ledger", 1, 1)
    assert "1 of 1 thing you told us changed the plan." in site.open("/").text


def test_the_colour_of_the_partnership_is_a_stylesheet_that_may_be_kept(session, places, site):
    response = site.client.get("/theme.css?v=5b2a86")
    assert response.mimetype == "text/css"
    assert "#5b2a86" in response.text
    assert response.headers["Cache-Control"].startswith("public")


def test_a_partnership_without_a_logo_has_none(places, site):
    assert site.client.get("/logo.png").status_code == 404


@pytest.mark.parametrize("path", ["/accessibility/", "/privacy/", "/contact/", "/follow/"])
def test_the_pages_about_the_site_are_open_to_everybody(site, path):
    site.open(path)


def test_the_contact_page_gives_a_phone_number_that_can_be_tapped(session, site):
    make_partnership(session, contact_phone="01999 555 010", contact_email="talk@example.org")
    page = site.open("/contact/")
    assert page.select_one("a[href='tel:01999555010']")
    assert page.select_one("a[href='mailto:talk@example.org']")


def test_a_monitor_learns_whether_the_site_and_its_database_answer(app, site):
    assert site.client.get("/healthz").text == "ok\n"
    assert site.client.get("/readyz").text == "ready\n"


def test_a_monitor_learns_that_the_database_is_away(app, site, monkeypatch):
    monkeypatch.setattr(db.session, "execute", _away)
    assert site.client.get("/readyz").status_code == 503


def _away(*args, **kwargs):
    raise OperationalError("SELECT 1", {}, ConnectionError("away"))
