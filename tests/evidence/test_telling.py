"""Telling a year in more ways than a report, and what readers think of it (R20)."""

from datetime import date

import pytest
import sqlalchemy as sa

from engage import clock
from engage.app import create_app
from engage.evidence.models import Publication, ReaderReply
from engage.evidence.rules.telling import missing, shown_replies
from engage.extensions import db
from tests.conftest import settings_for
from tests.makers.home import make_partnership


@pytest.fixture(autouse=True)
def _held_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.mark.requirement("R20")
@pytest.mark.parametrize(
    ("kinds", "replies", "lacks"),
    [
        ([], 0, 2),
        (["report", "summary", "film"], 3, 1),
        (["poster", "poster"], 3, 1),
        (["poster", "film"], 0, 1),
        (["poster", "film", "report"], 1, 0),
    ],
)
def test_r20_a_year_is_told_in_two_other_ways_and_readers_are_asked(kinds, replies, lacks):
    assert len(missing(kinds, replies)) == lacks


def test_r20_one_question_gives_nothing_away_of_the_other():
    assert shown_replies(8, 5, 8, 5)[2] != 8  # or 3 readers did not understand it
    assert shown_replies(20, 12, 14, 5) == (12, 14, 20)


def test_r20_readers_answer_without_saying_who_they_are(site, as_person, session, carys):
    make_partnership(session)
    site.open("/reports/2025-26/what-you-think/", status=404)
    officer, path = as_person(carys), "/desk/publications/?year=2025-26"
    data = {"kind": "poster", "title": "You said", "format": "A3", "published_on-day": "1",
            "published_on-month": "6", "published_on-year": "2027", "audience": "Everybody",
            "reach": ""}  # fmt: skip
    assert "not in the future" in officer.send(path, data, status=422).text
    page = officer.send(path, {**data, "published_on-year": "2026"})
    assert "Tell it in two ways or more" in page.main.text
    reply = "/reports/2025-26/what-you-think/"
    assert (
        "Choose whether it was useful" in site.send(reply, {"understood": "yes"}, status=422).text
    )
    page = site.send(reply, {"understood": "yes", "useful": "no", "wanted": "film"})
    assert "Yes: fewer than 5, of fewer than 5 answers" in page.main.text
    kept = session.scalar(sa.select(ReaderReply))
    assert {c.name for c in ReaderReply.__table__.columns} == {
        "id", "year_start", "understood", "useful", "wanted", "on_day",
    }  # fmt: skip
    assert kept.on_day == date(2026, 11, 22)
    page = officer.open(path)
    assert "100% (1 of 1)" in page.main.text
    assert "As a film: 1" in page.main.text
    assert "You said" in officer.client.get("/desk/publications/publications.csv?year=2025-26").text
    with pytest.raises(sa.exc.DBAPIError, match="never changed"):
        session.execute(sa.update(ReaderReply).values(useful=True))


def test_r20_one_sender_answers_only_so_often(session, app, tmp_path):
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    told = Publication(
        year_start=date(2025, 4, 1), kind="film", title="x", format="x", language="x",
        published_on=date(2026, 6, 1), audience="x", recorded_at=clock.now(),
    )  # fmt: skip
    session.add(told)
    session.commit()
    limited = create_app({**settings_for(tmp_path, url), "RATELIMIT_ENABLED": True})
    visitor = limited.test_client()
    answers = [visitor.post("/reports/2025-26/what-you-think/").status_code for _n in range(21)]
    with limited.app_context():
        db.engine.dispose()
    assert (answers[19], answers[20]) == (422, 429)
