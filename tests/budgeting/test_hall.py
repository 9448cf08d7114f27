"""An evening in a hall: the drawn order, the door, the papers, and who may touch them."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engage import clock
from engage.accounts.models import Account
from engage.audit.models import AuditEvent
from engage.budgeting.actions.hall import count_papers, count_people, draw_pitches, end_pitches
from engage.budgeting.models import HallNight
from engage.budgeting.queries.hall import hall_night, pitches_of
from engage.budgeting.rules.hall import HallRefused, counted_on, result_due
from engage.web.filters import long_date, long_instant
from tests.makers.budgeting import make_round
from tests.makers.papers import make_station

pytestmark = pytest.mark.requirement("R14")


@pytest.fixture
def round_(session: Any) -> Any:
    return make_round(session, must_hear_pitches=True)


def test_the_order_is_drawn_once_and_published(
    session: Any, round_: Any, carys: Account, site: Any
) -> None:
    draw_pitches(round_, at=clock.now(), by=carys.id, draw=lambda order: order.reverse())
    session.commit()
    drawn = [pitch.project.title for pitch in pitches_of(round_.id)]
    assert drawn == ["Skate ramp", "Lunch club", "Bike shelter"]
    listed = [
        item.text for item in site.open("/rounds/mastrick-decides/pitches/").select("main ol a")
    ]
    assert listed == drawn
    with pytest.raises(HallRefused, match="already"):
        draw_pitches(round_, at=clock.now(), by=carys.id)
    assert session.scalars(sa.select(AuditEvent.action)).all() == ["pitches.drawn"]


@pytest.mark.parametrize("statement", ["UPDATE pitch SET place = place + 9", "DELETE FROM pitch"])
def test_the_database_keeps_the_order(
    session: Any, round_: Any, carys: Account, statement: str
) -> None:
    draw_pitches(round_, at=clock.now(), by=carys.id)
    with pytest.raises(DBAPIError):
        session.execute(sa.text(statement))


@pytest.mark.parametrize("stage", ["screening", "closed", "declared"])
def test_no_order_is_drawn_at_another_stage(session: Any, carys: Account, stage: str) -> None:
    with pytest.raises(HallRefused):
        draw_pitches(make_round(session, stage), at=clock.now(), by=carys.id)


def test_no_paper_is_given_out_before_the_last_pitch(
    session: Any, round_: Any, carys: Account
) -> None:
    at = clock.now()
    with pytest.raises(HallRefused, match="Draw the order"):
        end_pitches(round_, at=at, by=carys.id)
    draw_pitches(round_, at=at, by=carys.id)
    with pytest.raises(HallRefused, match="hear every pitch"):
        count_papers(round_, 1, at=at)
    end_pitches(round_, at=at, by=carys.id)
    assert count_papers(round_, 120, at=at) == 120
    with pytest.raises(HallRefused, match="over already"):
        end_pitches(round_, at=at, by=carys.id)
    assert result_due(at) - at == timedelta(minutes=30)


def test_where_pitches_need_not_be_heard_papers_are_given_out_at_once(session: Any) -> None:
    assert count_papers(make_round(session), 3, at=clock.now()) == 3


def test_papers_are_given_out_while_voting_is_open(session: Any) -> None:
    round_ = make_round(session)
    with pytest.raises(HallRefused, match="while voting is open"):
        count_papers(round_, 1, at=round_.voting_closes_at)


@pytest.mark.parametrize(("before", "change", "after"), [(0, 3, 3), (3, -3, 0), (4999, 1, 5000)])
def test_a_count_goes_up_and_down(before: int, change: int, after: int) -> None:
    assert counted_on(before, change, "people") == after


@pytest.mark.parametrize(("before", "change"), [(0, -1), (5000, 1)])
def test_a_count_stays_within_a_hall(before: int, change: int) -> None:
    with pytest.raises(HallRefused, match="0 to 5,000 people"):
        counted_on(before, change, "people")


def test_the_pages_of_the_evening_say_when_voting_is_open(
    as_person: Any, site: Any, carys: Account, session: Any, round_: Any
) -> None:
    draw_pitches(round_, at=clock.now(), by=carys.id)
    session.commit()
    dates = [long_instant(day) for day in (round_.voting_opens_at, round_.voting_closes_at)]
    pages = [
        site.open("/rounds/mastrick-decides/pitches/").text,
        as_person(carys).open("/desk/rounds/mastrick-decides/hall/").text,
    ]
    assert all(day in page for day in dates for page in pages)


def test_the_door_counts_on_the_page_and_a_slip_is_mended(
    as_person: Any, carys: Account, session: Any, round_: Any
) -> None:
    path, door = "/desk/rounds/mastrick-decides/hall/", "/desk/rounds/mastrick-decides/hall/people/"
    officer = as_person(carys)
    page = officer.send(path, {"number": "12", "way": "more"}, form=door)
    assert officer.response.request.url.endswith("?counted=people")
    assert "Counted so far: 12" in page.select_one("#people + [role=status]").text
    assert page.select("main h2")[0]["id"] == "people", "what is pressed all evening comes first"
    officer.send(path, {"number": "2", "way": "less"}, form=door)
    assert hall_night(round_.id).came == 10
    page = officer.send(path, {"number": "11", "way": "less"}, form=door, status=422)
    assert "0 to 5,000 people" in page.select_one(".ds_error-summary").text
    assert page.select_one("#people-number")["value"] == "11"
    page = officer.send(path, {"number": "lots", "way": "more"}, form=door, status=422)
    assert "Enter a whole number" in page.select_one("#people-number-error").text
    assert hall_night(round_.id).came == 10


def test_the_evening_shows_both_days_both_numbers_of_papers_and_where_papers_are_typed(
    as_person: Any, carys: Account, session: Any
) -> None:
    round_ = make_round(session, takes_paper=True)
    path = "/desk/rounds/mastrick-decides/hall/"
    officer = as_person(carys)
    assert "stations in this hall" not in officer.open(path).text
    make_station(round_, carys, "Library", issued=7)
    here = make_station(round_, carys, "Hall, box 2", issued=3)
    assert "Correct one of the two" not in officer.open(path).text, "no station of the hall's own"
    officer.send(path, {"stations": [str(here.id)]}, form=f"{path}stations/")
    page = officer.open(path)
    assert page.select_one(f"input[value='{here.id}']").has_attr("checked")
    assert "gave out 3, and this page counts 0. Correct one of the two" in page.text
    page = officer.send(path, {"number": "3", "way": "more"}, form=f"{path}papers/")
    assert "Correct one of the two" not in page.text
    facts = {f.dt.text: f.dd.text for f in page.select(".engage-facts__item")}
    for name, at in (("opens", round_.voting_opens_at), ("closes", round_.voting_closes_at)):
        assert long_date(at) in facts[f"Voting {name}"]
    assert page.select_one("li a[href$='/mastrick-decides/paper/']")


def test_an_evening_from_the_first_guest_to_the_last_paper(
    as_person: Any, carys: Account, session: Any, round_: Any, site: Any
) -> None:
    path = "/desk/rounds/mastrick-decides/hall/"
    officer = as_person(carys)
    officer.send(path, {"number": "120", "way": "more"}, form=f"{path}people/")
    page = officer.send(path, {"number": "120", "way": "more"}, form=f"{path}papers/", status=422)
    assert "People must hear every pitch first" in page.text
    officer.send(path, form=f"{path}draw/")
    first = site.open("/rounds/mastrick-decides/pitches/1/")
    assert "pitch 1 of 3" in first.text
    assert "This is the last pitch." in site.open("/rounds/mastrick-decides/pitches/3/").text
    site.open("/rounds/mastrick-decides/pitches/4/", status=404)
    officer.send(path, form=f"{path}end/")
    page = officer.send(path, {"number": "118", "way": "more"}, form=f"{path}papers/")
    assert "Winners should be known by" in page.text
    night = session.get_one(HallNight, round_.id)
    assert (night.came, night.papers) == (120, 118)


def test_an_outsider_runs_no_evening(
    as_person: Any, dev: Account, audrey: Account, session: Any, round_: Any
) -> None:
    path = "/desk/rounds/mastrick-decides/hall/"
    as_person(dev).open(path, status=403)
    auditor = as_person(audrey)
    auditor.open(path)
    auditor.send(path, form=f"{path}draw/", status=403)
    assert pitches_of(round_.id) == []


def test_counting_at_two_doors_loses_nobody(session: Any, round_: Any) -> None:
    count_people(round_, 3)
    session.commit()
    session.execute(sa.text("UPDATE hall_night SET came = came + 4"))  # the other door, meanwhile
    assert count_people(round_, 1) == 8
