"""The ballot paper of each type as its voter meets it, without a script: what it asks, what the
choice costs, what goes wrong; and how much of it a phone must load."""

import gzip
import hashlib
import re
from datetime import timedelta
from urllib.parse import urljoin

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict

from engage import clock
from engage.budgeting.models import Ballot
from engage.budgeting.queries.rounds import round_by_slug
from engage.extensions import db
from engage.web.kept_pictures import keep_picture
from engage.web.pictures import read_picture
from tests.budgeting.test_round_pages import ANSWERS
from tests.makers.budgeting import make_round
from tests.makers.pictures import drawn, picture_file
from tests.makers.voting import let_voting_end, make_code

TYPES = {
    "approval": {"max_choices": 2},
    "spend": {"ballot_type": "spend", "max_choices": 1000},
    "points": {"ballot_type": "points", "points": 5, "most_points": 3, "max_choices": 1000},
    "ranking": {"ballot_type": "ranking", "max_choices": 2},
    "boost": {"ballot_type": "boost", "max_choices": 2},
}


@pytest.fixture
def start(site, session):
    """Make a round of one type, and open its ballot as a voter with a card does."""

    def start(kind, **columns):
        round_ = make_round(session, **{**TYPES[kind], **columns})
        page = site.send("/vote", {"code": make_code(round_)})
        page = site.send_on(page, "/vote", {"postcode": "AB16 5UX", "may_vote": "y"})
        return page, f"/rounds/{round_.engagement.slug}/ballot/", [p.id for p in round_.projects]

    return start


def answers(kind, ids, *, beyond=False):
    """What somebody fills in: the shelter and the club; or more than the rules allow."""
    a, b, c = ids
    return {
        "approval": {"projects": [a, b, c] if beyond else [a, b]},
        "spend": {"projects": [a, c] if beyond else [a, b]},
        "points": {f"points-{a}": "3", f"points-{b}": "4" if beyond else "2"},
        "ranking": {f"rank-{b}": "1", f"rank-{a}": "2", f"rank-{c}": "3" if beyond else ""},
        "boost": {"projects": [a, b, c] if beyond else [a, b], "boost": str(b)},
    }[kind]


def stored():
    return db.session.scalars(sa.select(Ballot.choices)).all()


def as_stored(kind, ids):
    a, b, _ = ids
    return {
        "approval": f"[{a},{b}]",
        "spend": f"[{a},{b}]",
        "points": f"[[{a},3],[{b},2]]",
        "ranking": f"[{b},{a}]",
        "boost": f"[[{a},1],[{b},2]]",
    }[kind]


def kept(page, kind, ids):
    """Whether the page holds what `answers` filled in."""
    for name, wanted in answers(kind, ids).items():
        boxes = page.select(f"input[name={name}]")
        if boxes[0]["type"] == "text":
            assert boxes[0]["value"] == wanted
        else:
            wanted = [str(one) for one in (wanted if isinstance(wanted, list) else [wanted])]
            ticked = [box["value"] for box in boxes if box.has_attr("checked")]
            assert sorted(ticked) == sorted(wanted)


WORDS = {
    "approval": "Up to 2 projects",
    "spend": "Any number of projects that cost no more than £6,000 together",
    "points": "Share out up to 5 points, no more than 3 to one project",
    "ranking": "Up to 2 projects, in order, your first choice first",
    "boost": "Up to 2 projects, and you can boost one of them",
}
FAULTS = {
    "approval": "Choose 2 projects or fewer",
    "spend": "Choose projects that cost no more than the fund together",
    "points": "Give each project 3 points or fewer",
    "ranking": "Choose 2 projects or fewer",
    "boost": "Choose 2 projects or fewer",
}


@pytest.mark.requirement("R76")
@pytest.mark.parametrize("kind", TYPES)
def test_aisha_works_out_the_cost_without_a_script_and_then_votes(site, start, kind):
    page, path, ids = start(kind)
    assert WORDS[kind] in page.main.text
    page = site.send_on(page, path, answers(kind, ids), button="reckon")
    assert stored() == [], "to work the cost out is no vote"
    assert "Cost together: £4,500. The fund is £6,000." in " ".join(page.text.split())
    assert site.response.request.query_string == b""
    with site.client.session_transaction() as cookie:
        assert set(cookie) <= {"csrf_token", "_flashes"}
    kept(page, kind, ids)
    done = site.send_on(page, path, answers(kind, ids))
    assert done.h1.text == "Your vote is in"
    assert stored() == [as_stored(kind, ids)]


@pytest.mark.requirement("R76")
@pytest.mark.parametrize("kind", TYPES)
def test_more_than_the_rules_allow_is_said_and_the_choices_stay(site, start, kind):
    page, path, ids = start(kind)
    page = site.send_on(page, path, answers(kind, ids, beyond=True), status=422)
    assert FAULTS[kind] in page.select_one(".ds_error-summary").text
    assert FAULTS[kind] in page.select_one("fieldset .ds_question__error-message").text
    link = page.select_one(".ds_error-summary a")["href"]
    assert page.select_one(link)
    assert len(page.select("input[checked], main input[type=text]:not([value=''])")) >= 2
    assert stored() == []
    fewer = dict.fromkeys(answers(kind, ids, beyond=True))
    done = site.send_on(page, path, fewer | answers(kind, ids))
    assert done.h1.text == "Your vote is in"


@pytest.mark.parametrize("kind", TYPES)
def test_a_late_ballot_of_each_type_keeps_its_choices(site, start, kind):
    page, path, ids = start(kind)
    let_voting_end(round_by_slug("mastrick-decides"), ago=timedelta(minutes=1))
    for button in ("reckon", None):
        told = site.send_on(page, path, answers(kind, ids), status=410, button=button)
        assert "You have no earlier vote" in told.text
        shown = [item.text for item in told.select("main li")]
        assert len(shown) == 2
    notes = {"points": "Bike shelter: 3 points", "ranking": "Lunch club: choice 1"}
    notes["boost"] = "Lunch club: boosted"
    assert notes.get(kind, "Bike shelter") in shown


@pytest.mark.parametrize("kind", ["points", "ranking", "boost"])
def test_while_the_database_is_away_the_same_vote_can_be_sent_again(site, start, kind, monkeypatch):
    page, path, ids = start(kind)

    def away(*args, **kwargs):
        raise OperationalError("SELECT", {}, Exception("no connection"))

    with monkeypatch.context() as patched:
        patched.setattr("engage.budgeting.views.voting.cast_ballot", away)
        patched.setattr("engage.budgeting.views.voting.ballot_of", away)
        told = site.send_on(page, path, answers(kind, ids), status=503)
    assert told.h1.text == "We do not know yet whether your vote is in"
    again = MultiDict((box["name"], box["value"]) for box in told.main.select("input"))
    assert site.client.post(path, data=again).status_code == 303
    assert stored() == [as_stored(kind, ids)]


@pytest.mark.parametrize("typed", ["two", "-1", "1.5", "99999", "²"])
def test_a_box_that_holds_no_number_is_named_and_keeps_what_was_typed(site, start, typed):
    page, path, (a, b, _) = start("points")
    page = site.send_on(page, path, {f"points-{a}": typed, f"points-{b}": "1"}, status=422)
    words = "Bike shelter: Enter a whole number, like 3, or leave the box empty"
    assert words in page.select_one(".ds_error-summary").text
    assert page.select_one(".ds_error-summary a")["href"] == f"#points-{a}"
    box = page.select_one(f"#points-{a}")
    assert (box["value"], box["aria-invalid"]) == (typed, "true")
    assert f"points-{a}-error" in box["aria-describedby"]
    assert stored() == []


def test_two_projects_at_one_place_are_in_no_order(site, start):
    page, path, (a, b, _) = start("ranking")
    page = site.send_on(page, path, {f"rank-{a}": "1", f"rank-{b}": "1"}, status=422)
    assert "Only one project can be your choice 1" in page.select_one(".ds_error-summary").text
    for id_ in (a, b):
        assert page.select_one(f"#rank-{id_}")["aria-invalid"] == "true"
    assert stored() == []


def test_places_with_a_gap_are_an_order_all_the_same(site, start):
    page, path, (a, b, _) = start("ranking")
    site.send_on(page, path, {f"rank-{a}": "7", f"rank-{b}": "2"})
    assert stored() == [f"[{b},{a}]"]


def test_a_boost_without_its_vote_is_asked_about(site, start):
    page, path, (a, b, _) = start("boost")
    page = site.send_on(page, path, {"projects": [a], "boost": str(b)}, status=422)
    words = "Choose the project that you boost, too"
    assert words in page.select_one(".ds_error-summary").text
    assert words in page.select_one("fieldset").text
    assert stored() == []


def test_a_boost_may_be_left_out(site, start):
    page, path, (a, b, _) = start("boost")
    site.send_on(page, path, {"projects": [b, a], "boost": ""})
    assert stored() == [f"[[{a},1],[{b},1]]"]


@pytest.mark.parametrize(
    ("kind", "strange"),
    [
        ("points", {"points-999999": "1"}),
        ("points", {"projects": "1"}),
        ("approval", {"boost": "1"}),
        ("ranking", {"points-1": "1"}),
    ],
)
def test_what_no_page_of_ours_sends_is_refused(site, start, kind, strange):
    page, path, _ids = start(kind)
    hidden = {box["name"]: box["value"] for box in page.select("input[type=hidden]")}
    assert site.client.post(path, data=hidden | strange).status_code == 400
    assert stored() == []


# What officers set, and what residents read -------------------------------------------------------


@pytest.mark.requirement("R14")
def test_carys_sets_up_a_vote_with_points_and_residents_read_how_it_works(
    as_person, carys, session, site
):
    answers = {
        **ANSWERS,
        "ballot_type": "points",
        "points": "10",
        "most_points": "",
        "max_choices": "",
    }
    page = as_person(carys).send("/desk/rounds/new/", answers)
    assert "Share out points" in page.text
    round_ = round_by_slug("mastrick-decides")
    assert (round_.ballot_type, round_.points, round_.most_points) == ("points", 10, 10)
    page = as_person(carys).open("/desk/rounds/mastrick-decides/edit/")
    assert page.select_one("#points")["value"] == "10"
    assert page.select_one("#max_choices")["value"] == ""


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ballot_type": "points"}, "Enter how many points a voter has"),
        ({"ballot_type": "points", "points": "2", "most_points": "3"}, "The most points for one"),
        ({"ballot_type": "ranking", "max_choices": ""}, "Enter the most projects"),
        ({"ballot_type": "boost", "rule": "equal-shares"}, "Equal shares does not go with"),
        ({"ballot_type": "lottery"}, "Choose one of the answers"),
    ],
)
def test_a_ballot_that_does_not_fit_is_told_and_all_answers_stay(
    as_person, carys, session, changed, words
):
    page = as_person(carys).send("/desk/rounds/new/", {**ANSWERS, **changed}, status=422)
    assert words in page.select_one(".ds_error-summary").text
    assert round_by_slug("mastrick-decides") is None


RULES = {
    "spend": "Any number of projects that cost no more than £6,000 together",
    "points": "The points that all voters give a project are added up.",
    "ranking": "if you put three projects in order, they get 3, 2 and 1",
    "boost": "A vote counts 1 point and a boosted vote counts 2.",
}


@pytest.mark.requirement("R14")
@pytest.mark.parametrize("kind", RULES)
def test_the_rules_page_says_what_a_voter_does_and_what_is_counted(site, session, kind):
    make_round(session, **TYPES[kind])
    text = site.open("/rounds/mastrick-decides/").main.text
    assert RULES[kind] in text
    assert ("the most points first" in text) is (kind != "spend")
    assert ("the most votes first" in text) is (kind == "spend")


# How much a phone loads ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["ranking", "boost"])
def test_a_ballot_of_a_hundred_projects_loads_in_under_100_kb(site, start, kind):
    """Everything of the first load as it is served to a phone, compressed; pictures apart."""
    names = [hashlib.sha512(b"%d" % n).hexdigest() for n in range(100)]  # no two share a word
    projects = [(name, 10_000 + n) for n, name in enumerate(names)]
    made = read_picture(picture_file(drawn(60, 40)))

    def tell(project):
        """Put beside a project all that there can be, in words that no other has."""
        words = hashlib.sha256(project.title.encode()).hexdigest()
        project.picture_id = keep_picture(made, f"A drawing {words}", at=clock.now()).id
        project.summary, project.near = f"{words} {project.title[:80]}", f"the school {words[:20]}"
        project.place, project.theme = f"Place {words[0]}", f"Theme {words[1]}"

    _page, path, _ids = start(kind, projects=projects, dress=tell)
    packed = {"Accept-Encoding": "gzip"}
    first = site.client.get(path, headers=packed)
    html = gzip.decompress(first.data).decode()
    links = set(re.findall(r'<(?:link|script)[^>]* (?:href|src)="([^"]+)"', html))
    assert len(links) == 6, "three sheets, two scripts, an icon"
    scripts = [link for link in links if ".js" in link]
    for script in scripts:
        text = gzip.decompress(site.client.get(script, headers=packed).data).decode()
        links |= {urljoin(script, name) for name in re.findall(r'import .* from "(.+?)"', text)}
    assert len(links) == 7
    loaded = [first, *(site.client.get(link, headers=packed) for link in links)]
    assert all(answer.status_code == 200 for answer in loaded)
    assert sum(len(answer.data) for answer in loaded) < 100_000
    assert len(re.findall("£10", html)) >= 10
    assert len(re.findall("engage-thumb", html)) == 100
    assert '<form method="post"' in html, "it is usable before any script"
