"""The page of the trail and its commands."""

import csv
import io
import json

import pytest

from engage.audit.actions import record
from engage.audit.queries import head
from engage.audit.rules import Happening
from engage.extensions import db
from tests.conftest import NOW


def write(*objects: str, happening: Happening = Happening.ROUND_OPENED, actor: int | None = 1):
    for object_ in objects:
        record(happening, object_, at=NOW, actor_id=actor, actor_role="officer", stage="open")
    db.session.commit()


def numbers(page):
    return [row.th.text for row in page.select("tbody tr")]


def test_audrey_reads_what_happened_newest_first(as_person, audrey):
    write("round:1", "round:2")
    page = as_person(audrey).open("/trail/")
    assert numbers(page) == ["2", "1"]
    assert "officer, account 1" in page.text
    assert "stage: open" in page.text
    assert "All 2 entries stand as they were written" in page.text


def test_an_empty_trail_says_what_to_do(as_person, audrey):
    assert "come back when" in as_person(audrey).open("/trail/").text


def test_dev_may_not_read_the_trail(as_person, dev):
    site = as_person(dev)
    site.open("/trail/", status=403)
    site.open("/trail/trail.csv", status=403)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("action=round.opened", ["2", "1"]),
        ("object=round:2", ["2"]),
        ("object=round:9", []),
        ("day-day=22&day-month=11&day-year=2026", ["3", "2", "1"]),
        ("day-day=23&day-month=11&day-year=2026", []),
        ("page=99", ["3", "2", "1"]),
        ("endpoint=x&number=3&_external=1", ["3", "2", "1"]),
    ],
)
def test_the_trail_is_searched(as_person, audrey, query, found):
    write("round:1", "round:2")
    write("body:1", happening=Happening.BODY_REGISTERED)
    assert numbers(as_person(audrey).open(f"/trail/?{query}")) == found


def test_a_day_that_is_none_is_refused_in_words(as_person, audrey):
    page = as_person(audrey).open("/trail/?day-day=31&day-month=2&day-year=2026", status=422)
    assert "Enter a real date" in page.text


def test_a_broken_chain_is_shown(as_person, audrey, session):
    write("round:1")
    session.execute(db.text("UPDATE audit_head SET seq = 2"))
    session.commit()
    page = as_person(audrey).open("/trail/")
    assert "The trail was changed from outside" in page.text


def test_a_long_trail_is_checked_when_asked(as_person, audrey, monkeypatch):
    monkeypatch.setattr("engage.audit.views.CHECKED_AT_ONCE", 1)
    write("round:1", "round:2")
    site = as_person(audrey)
    assert "Not checked on this page" in site.open("/trail/").text
    assert "All 2 entries stand" in site.open("/trail/?check=yes").text


def test_the_trail_is_downloaded_with_all_that_its_hashes_are_made_of(as_person, audrey):
    write("round:1", "round:2")
    answer = as_person(audrey).client.get("/trail/trail.csv?object=round:2")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert [row["object"] for row in rows] == ["round:2"]
    assert rows[0]["hash"] == head()[1]


# Commands ----------------------------------------------------------------------------------------


@pytest.fixture
def run(app):
    return lambda *args: app.test_cli_runner().invoke(args=["audit", *args])


def test_verify_says_that_the_trail_holds(run):
    write("round:1")
    ran = run("verify")
    assert ran.exit_code == 0
    assert "The trail holds: 1 entries" in ran.output


def test_verify_ends_with_1_where_the_trail_was_cut(run, session):
    write("round:1")
    session.execute(db.text("UPDATE audit_head SET seq = 2"))
    session.commit()
    ran = run("verify", "--json")
    assert ran.exit_code == 1
    assert json.loads(ran.output)["faults"] == ["The trail ends at entry 1; it should end at 2."]


def test_verify_compares_with_what_head_printed(run):
    write("round:1")
    noted = run("head").output.strip()
    assert run("verify", "--expect", noted).exit_code == 0
    ran = run("verify", "--expect", "1:" + "0" * 64)
    assert ran.exit_code == 1
    assert "not the one that was noted" in ran.output


def test_verify_refuses_an_anchor_it_cannot_read(run):
    assert run("verify", "--expect", "rubbish").exit_code == 2
