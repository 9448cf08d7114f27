"""Strathlyle, filled once for this file: what a visitor meets."""

import re
import shutil
from collections import Counter

import pytest
from sqlalchemy import func, select

from engage.app import create_app
from engage.audit.queries import faults
from engage.bodies.models import CommunityBody
from engage.bodies.queries.areas import area_states
from engage.bodies.queries.communities import communities, nobody_speaks_for
from engage.bodies.queries.duplicates import likely_duplicates
from engage.budgeting.counting import tally_id
from engage.budgeting.models import Ballot, Round
from engage.budgeting.queries.rounds import latest_count, round_by_slug
from engage.budgeting.rules.results import read_outcome
from engage.consultations.models import Consultation, Response
from engage.demo import jobs
from engage.demo.commands import demo
from engage.demo.rules.people import PASSWORD, PEOPLE
from engage.engagements.models import ParticipationFact
from engage.evidence.models import PublishedEvidence
from engage.extensions import db
from engage.influence.models import Influence
from engage.places.models import Locality
from engage.places.queries import latest_index, zone_quintiles
from tests.conftest import SERVER_URL, Client, Site, empty_tables, settings_for

CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")
pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def strathlyle(migrated, tmp_path_factory):
    """An application whose database the demo has filled, and what the command printed."""
    folder = tmp_path_factory.mktemp("strathlyle")
    url = migrated
    if not SERVER_URL:
        shutil.copy(migrated.removeprefix("sqlite:///"), folder / "engage.db")
        url = f"sqlite:///{folder / 'engage.db'}"
    app = create_app(settings_for(folder, url))
    app.test_client_class = Client
    with app.app_context():
        if SERVER_URL:
            empty_tables()
        ran = app.test_cli_runner().invoke(demo, ["--seed", "1"])
        assert ran.exit_code == 0, ran.output
        app.config["DEMO_PRINTED"] = ran.output
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def site(strathlyle):
    """The site of the filled demo, as somebody sees it who has not signed in."""
    return Site(strathlyle.test_client())


def count(model, *conditions):
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions))


def printed(app, words):
    """The code or reference that the command printed on the line with ``words``."""
    lines = app.config["DEMO_PRINTED"].splitlines()
    return CODE.search(next(line for line in lines if words in line)).group()


def signed_in(site, name):
    site.send("/sign-in/", {"email": f"{name}@example.org", "password": PASSWORD})
    return site


def test_what_the_story_needs_is_there(strathlyle):
    assert count(Locality) == 8
    assert count(CommunityBody, CommunityBody.stage == "registered") == 41, "one stands twice"
    assert [heard.standing for heard in nobody_speaks_for(communities())] == ["nobody", "reaching"]
    assert area_states() == {"body": 9, "none": 1, "dormant": 1, "missing": 1}
    assert len(likely_duplicates()) == 1
    assert count(CommunityBody, CommunityBody.stage == "proposed") == 2
    assert sorted(db.session.scalars(select(Consultation.stage))) == ["closed", "open"]
    stages = ["declared", "proposals", "voting", "voting"]
    assert sorted(db.session.scalars(select(Round.stage))) == stages
    assert [pot.pence for pot in round_by_slug("two-shores-fund").pots] == [1_800_000, 1_200_000]
    effects = set(db.session.scalars(select(Influence.effect)))
    assert effects == {"changed", "confirmed", "not_taken_up"}
    assert count(PublishedEvidence) == 1


def test_the_same_seed_gives_the_same_figures(strathlyle):
    warm = round_by_slug("warm-winter-fund")
    outcome = read_outcome(latest_count(warm.id).outcome)
    titles = {tally_id(project): project.title for project in warm.projects}
    assert [titles[winner] for winner in outcome.winners] == [
        "Evening bus home, Fridays and Saturdays",
        "Blankets and draught kits",
        "Soup and a seat in Castlehill",
        "Young carers' Saturday club",
        "Walking football indoors",
    ]
    assert (outcome.ballots, outcome.unspent_pence) == (282, 580_000)
    assert count(Ballot) == 282 + 64 + 7, "seven of them are desk marks"
    assert count(Response, Response.stage == "submitted") == 150 + 12 + 34


def test_people_of_every_fifth_took_part(strathlyle):
    fifths = zone_quintiles(latest_index())
    people = dict.fromkeys(range(1, 6), 0)
    for fact in db.session.scalars(
        select(ParticipationFact).where(ParticipationFact.act == "response")
    ):
        if fact.zone_code and fact.body_id is None:
            people[fifths[fact.zone_code]] += fact.people
    assert min(people.values()) >= 10


def test_the_trail_holds(strathlyle):
    assert list(faults()) == []


def test_filling_it_again_changes_nothing_and_gives_more_codes(strathlyle):
    before = count(CommunityBody)
    ran = strathlyle.test_cli_runner().invoke(demo)
    assert ran.exit_code == 0
    assert "stands here already" in ran.output
    assert len(CODE.findall(ran.output)) == jobs.SPARE_CODES
    assert count(CommunityBody) == before


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_everybody_of_the_demo_can_sign_in(strathlyle, site, person):
    signed_in(site, person.name.lower())
    assert site.client.get("/account/").status_code == 200


def test_aisha_comes_to_the_vote_with_the_code_that_was_printed(strathlyle, site):
    page = site.send("/vote", {"code": printed(strathlyle, "Aisha’s")})
    assert page.select_one("#postcode")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("passed the checks", "Quiet room for young carers"),
        ("left out, and why", "Come back to us"),
        ("changed the plan", "10:30pm"),
    ],
)
def test_the_references_that_were_printed_open_the_follow_page(strathlyle, site, words, found):
    page = site.send("/follow/", {"reference": printed(strathlyle, words)})
    assert found in page.text


def public_pages(app):
    """Every page of the map that is open to everybody and has no part to fill in."""
    return sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods
        and not rule.arguments
        and getattr(app.view_functions[rule.endpoint], "access", "") == "public"
    )


def test_every_public_page_of_the_map_opens(strathlyle, site):
    answers = {path: site.client.get(path).status_code for path in public_pages(strathlyle)}
    assert {path for path, code in answers.items() if code not in (200, 302)} <= {"/logo.png"}


def test_every_page_that_the_site_links_to_opens(strathlyle, site):
    """Follow links from the front page as a visitor would; of pages alike, the first dozen."""
    waiting, seen, opened = ["/"], {"/"}, Counter[str]()
    addresses = strathlyle.url_map.bind("localhost")
    while waiting:
        path = waiting.pop()
        endpoint, _values = addresses.match(path.partition("?")[0])
        opened[endpoint] += 1
        if opened[endpoint] > 12:
            continue
        response = site.client.get(path, follow_redirects=True)
        assert response.status_code == 200, path
        if not response.mimetype.startswith("text/"):  # a file to download, like a bundle
            continue
        for found in re.findall(r'href="(/[^"#]*)', response.text):
            address = found.replace("&amp;", "&")
            if address not in seen and not address.startswith(("/static/", "/language/")):
                seen.add(address)
                waiting.append(address)
    assert len(seen) > 80


def test_the_desk_of_carys_has_something_that_waits(strathlyle, site):
    text = " ".join(signed_in(site, "carys").open("/desk/").text.split())
    for words in (
        "groups wait for the register",
        "projects wait for checks",
        "finding waits for a decision",
        "decision has not been told",
    ):
        assert words in text


def test_bryn_finds_his_draft_and_what_became_of_his_answer(strathlyle, site):
    text = " ".join(signed_in(site, "bryn").open("/group/").text.split())
    assert "Started, not sent yet" in text
    assert "What it says now" in text
