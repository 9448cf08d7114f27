"""The ballot seen otherwise, without a script: some of its projects, in easy read, in Gaelic.

Whatever is seen, every choice stays; and none stands in an address, a session, a table or a log.
"""

import logging

import pytest
import sqlalchemy as sa

from engage.budgeting.models import Ballot
from engage.extensions import db
from tests.budgeting.test_ballot_papers import TYPES, answers, as_stored, kept, stored
from tests.budgeting.test_voting_secrecy import contents
from tests.makers.budgeting import make_round
from tests.makers.pictures import make_picture
from tests.makers.voting import make_code
from tests.makers.wordings import dress


@pytest.fixture
def start(site, session):
    """Make a round of one type whose projects are told of, and open its ballot."""

    def start(kind, **columns):
        round_ = make_round(session, **{"dress": dress, **TYPES[kind], **columns})
        page = site.send("/vote", {"code": make_code(round_)})
        page = site.send_on(page, "/vote", {"postcode": "AB16 5UX", "may_vote": "y"})
        return page, f"/rounds/{round_.engagement.slug}/ballot/", [p.id for p in round_.projects]

    return start


def value_of(page, name, words):
    """What a list sends for one of its choices."""
    [found] = [o["value"] for o in page.select(f"#{name} option") if o.text == words]
    return found


def rows(page):
    """The titles that are shown, and those that are hidden, in the order of the ballot."""
    shown, hidden = [], []
    for row in page.select(".engage-ballot__item"):
        title = row.select_one("label bdi").text
        (hidden if row.has_attr("hidden") else shown).append(title)
    return shown, hidden


def said(page):
    return " ".join(page.main.text.split())


@pytest.mark.requirement("R76")
@pytest.mark.parametrize("kind", TYPES)
def test_aisha_looks_at_some_projects_and_keeps_every_choice(site, start, kind, caplog):
    page, path, ids = start(kind)
    order = rows(page)[0]
    caplog.set_level(logging.DEBUG)
    db.session.rollback()
    before = contents()
    look = {"look": "some", "theme": value_of(page, "theme", "Food")}
    page = site.send_on(page, path, answers(kind, ids) | look)
    assert rows(page) == (["Lunch club"], [title for title in order if title != "Lunch club"])
    assert "Projects shown: 1 of 3" in said(page)
    assert "Chosen, but not shown now: 1." in said(page)
    assert "Cost together: £4,500" in said(page), "what is hidden counts"
    kept(page, kind, ids)

    page = site.send_on(page, path, {"look": "easy"})
    assert "Projects shown: 1 of 3" in said(page), "the look stays"
    kept(page, kind, ids)
    page = site.send_on(page, path, {"look": "all"})
    assert rows(page)[1] == []
    assert not page.select_one("[data-sofar=not-shown]").find_parent(hidden=True)
    kept(page, kind, ids)

    assert site.response.request.query_string == b""
    assert site.response.headers["Cache-Control"] == "no-store"
    with site.client.session_transaction() as cookie:
        assert set(cookie) <= {"csrf_token", "_flashes"}
    db.session.rollback()
    assert contents() == before
    assert stored() == [], "to look is no vote"
    sent = [f"{name}={value}" for name in answers(kind, ids) for value in map(str, ids)]
    assert not [r for r in caplog.records if any(each in r.getMessage() for each in sent)]

    page = site.send_on(page, path, {"look": "some", "place": value_of(page, "place", "Torry")})
    done = site.send_on(page, path, {"look": None})
    assert done.h1.text == "Your vote is in"
    assert stored() == [as_stored(kind, ids)], "with what was hidden when it was sent"


def test_the_order_stays_and_no_row_is_left_out(site, start):
    page, path, _ids = start("approval")
    order = rows(page)[0]
    page = site.send_on(
        page, path, {"look": "some", "theme": value_of(page, "theme", "Getting about")}
    )
    shown, hidden = rows(page)
    assert shown == [title for title in order if title in shown]
    assert sorted(shown + hidden) == sorted(order)


def test_a_look_tells_nobody_of_mistakes_that_they_may_still_mend(site, start):
    page, path, (a, *_) = start("points")
    typed = {f"points-{a}": "two", "look": "some", "theme": value_of(page, "theme", "Food")}
    page = site.send_on(page, path, typed)
    assert page.select_one(f"#points-{a}")["value"] == "two"
    assert not page.select_one(".ds_error-summary")


@pytest.mark.parametrize("kind", ["approval", "points"])
def test_with_a_mistake_every_project_is_shown_so_that_it_can_be_mended(site, start, kind):
    page, path, ids = start(kind)
    look = {"theme": value_of(page, "theme", "Food")}
    page = site.send_on(page, path, answers(kind, ids, beyond=True) | look, status=422)
    assert rows(page)[1] == []
    assert page.select_one(".ds_error-summary")


def test_a_page_that_was_open_too_long_says_so_and_keeps_the_choices(site, start):
    page, path, ids = start("approval")
    sent = answers("approval", ids) | {"look": "some", "csrf_token": "old"}
    page = site.send_on(page, path, sent, status=422)
    assert "This page was open too long" in page.text
    kept(page, "approval", ids)


def test_the_button_that_enter_presses_only_works_out_the_cost(start):
    page, _path, _ids = start("points")
    first = page.select_one("main form button")
    assert (first["name"], first["tabindex"], first["aria-hidden"]) == ("reckon", "-1", "true")


def test_where_all_are_alike_there_is_nothing_to_choose_from(start):
    page, _path, _ids = start("approval", dress=None)
    assert not page.select_one("#sift")
    assert not page.select_one(".engage-thumb")


# Words --------------------------------------------------------------------------------------------


def test_easy_read_is_shown_where_it_is_given_one_idea_on_each_line(site, start):
    page, path, ids = start("approval")
    page = site.send_on(page, path, {"look": "easy", "projects": [ids[0]]})
    assert "How to vote" in page.main.text
    assert "engage-easy" in page.main["class"]
    assert "Lunch together" in page.main.text
    assert "Lunch club" not in page.main.text
    assert [idea.text for idea in page.select(".engage-ideas > span")][:3] == [
        "We eat lunch together.", "It is free.", "Everybody can come.",
    ]  # fmt: skip
    assert "Bike shelter" in page.main.text, "where none is given, the usual words stand"
    page = site.send_on(page, path, answers("approval", ids), button="reckon")
    assert "Lunch together" in page.main.text, "it stays until it is left"
    page = site.send_on(page, path, {"look": "usual"})
    assert "Lunch club" in page.main.text
    kept(page, "approval", ids)


def test_gaelic_is_shown_where_it_is_given_and_every_language_is_said(site, start):
    _page, path, _ids = start("approval")
    site.open("/language/gd")
    page = site.open(path)
    words = {bdi.text: bdi.get("lang") for bdi in page.select(".engage-ballot label bdi")}
    assert words == {"Club lòin": "gd", "Bike shelter": "en", "Skate ramp": "en"}
    assert page.select_one("p bdi[lang=gd]").text == "Lòn còmhla, saor an-asgaidh"
    page = site.send_on(page, path, {"look": "easy"})
    words = {bdi.text: bdi.get("lang") for bdi in page.select(".engage-ballot label bdi")}
    assert words["Lunch together"] == "en"


def test_the_button_of_a_language_keeps_the_choices(site, start):
    page, path, ids = start("ranking")
    page = site.send_on(page, path, answers("ranking", ids) | {"look": "gd"})
    assert page.html["lang"] == "gd"
    assert page.select_one(".engage-ballot bdi[lang=gd]").text == "Club lòin"
    kept(page, "ranking", ids)
    page = site.send_on(page, path, button="reckon")
    assert page.html["lang"] == "gd", "it is remembered"
    page = site.send_on(page, path, {"look": "en_GB"})
    assert page.html["lang"] == "en-GB"
    kept(page, "ranking", ids)
    assert stored() == []


def test_a_picture_has_its_words_and_its_size_before_it_comes(session, start):
    picture = make_picture(session, "A drawing of a ramp")

    def show(project):
        if project.title == "Skate ramp":
            project.picture_id = picture.id
            db.session.flush()

    page, _path, _ids = start("approval", dress=show)
    image, *others = sorted(
        page.select(".engage-thumb"), key=lambda each: each["alt"], reverse=True
    )
    assert (image["alt"], image["loading"]) == ("A drawing of a ramp", "lazy")
    assert image["src"] == f"/pictures/{picture.public_id}/small.jpg"
    assert {(each["width"], each["height"]) for each in (image, *others)} == {("120", "80")}
    assert [each["alt"] for each in others] == ["", ""]


# The list that everybody reads --------------------------------------------------------------------


def test_the_list_of_projects_has_the_same_filters_and_words(site, session):
    make_round(session, dress=dress)
    path = "/rounds/mastrick-decides/"
    page = site.open(path)
    assert "3 projects" in page.text
    theme = value_of(page, "theme", "Food")
    page = site.open(f"{path}?theme={theme}&easy=yes")
    assert [title.text for title in page.select("#projects h3 bdi")] == ["Lunch together"]
    assert "Projects shown: 1 of 3" in said(page)
    assert page.select_one("#projects h3 a")["href"].startswith(f"{path}proposals/")
    page = site.open(f"{path}?theme={theme}&place={value_of(page, 'place', 'Mastrick')}")
    assert "No projects match" in page.text
    assert len(site.open(f"{path}?theme=rubbish&place=99").select("#projects h3")) == 3
    site.open("/language/gd")
    titles = [(title.text, title["lang"]) for title in site.open(path).select("#projects h3 bdi")]
    assert ("Club lòin", "gd") in titles
    assert ("Skate ramp", "en") in titles
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ballot)) == 0
