"""The declared ways on pages: in the officer's form, in the rules, and at the door of the vote."""

import pytest
import sqlalchemy as sa

from engage.accounts.rules import canonical_email
from engage.budgeting.actions.ways import account_identity
from engage.budgeting.keys import IDENTITY, read_key
from engage.budgeting.models import Round, Voter, VoterIdentity
from engage.budgeting.rules.ballots import identity_of
from engage.extensions import db
from engage.messages.models import Message
from tests.makers.accounts import sent_mail
from tests.makers.budgeting import make_round
from tests.makers.places import HERE, make_aberdeen
from tests.makers.voting import make_code

ALL = "email,account,codes,list,desk,assisted"


@pytest.fixture
def area(session):
    make_aberdeen(session)


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


# What an officer declares ------------------------------------------------------------------------


def test_an_officer_declares_ways_and_links_and_changes_them(session, carys, as_person):
    round_ = make_round(session, "preparing")
    site = as_person(carys)
    path = f"/desk/rounds/{round_.engagement.slug}/edit/"
    page = site.open(path)
    checked = [box["value"] for box in page.select("input[name=ways][checked]")]
    assert checked == ["email", "codes"]
    data = {"ways": ["assisted", "list"], "connection": ["work", "live"]}
    site.send(path, data)
    kept = session.execute(sa.select(Round.ways, Round.connection)).one()
    assert kept == ("list,assisted", "live,work")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"ways": None}, "Choose at least one way to vote online"),
        ({"ways": ["email", "assisted"]}, "people need a code, facts on a list or a check"),
        ({"connection": None}, "Choose at least one link with the area"),
    ],
)
def test_ways_that_do_not_fit_are_refused_at_their_field(session, carys, as_person, data, words):
    round_ = make_round(session, "preparing")
    path = f"/desk/rounds/{round_.engagement.slug}/edit/"
    page = as_person(carys).send(path, data, status=422)
    assert words in page.select_one(".ds_error-summary").text
    assert words in page.select_one(f"#{next(iter(data))}").text


def test_the_rules_page_says_how_people_can_vote(site, session):
    round_ = make_round(session, ways="list,assisted", connection="live,study")
    page = site.open(f"/rounds/{round_.engagement.slug}/")
    for words in ("two facts that are on our list", "reads it back", "you go to school"):
        assert words in page.main.text
    for words in ("we send a link", "you work here"):
        assert words not in page.main.text


def test_the_desk_offers_what_the_fund_uses(session, carys, as_person):
    round_ = make_round(session, ways="list,assisted")
    page = as_person(carys).open(f"/desk/rounds/{round_.engagement.slug}/")
    links = {a["href"].rsplit("/", 2)[1] for a in page.select("main a[href]")}
    assert {"list", "assisted"} <= links
    assert "codes" not in links


# At the door -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ways", "shown"),
    [
        ("email", {"#email"}),
        ("codes", {"#code"}),
        ("list", {"a[href$='/vote/list/']"}),
        ("account,desk", {"a[href$='/vote/account/']"}),
        (ALL, {"#email", "#code", "a[href$='/vote/list/']", "a[href$='/vote/account/']"}),
    ],
)
def test_the_entry_shows_the_declared_ways(site, session, ways, shown):
    round_ = make_round(session, ways=ways)
    page = site.open(f"/rounds/{round_.engagement.slug}/vote/")
    every = {"#email", "#code", "a[href$='/vote/list/']", "a[href$='/vote/account/']"}
    assert {selector for selector in every if page.select(selector)} == shown


@pytest.mark.parametrize("path", ["vote/list/", "vote/account/", "vote/some-token/"])
def test_a_way_that_is_not_declared_says_so(session, aisha, as_person, path):
    round_ = make_round(session, ways="codes")
    page = as_person(aisha).open(f"/rounds/{round_.engagement.slug}/{path}", 404)
    assert page.h1.text == "This fund does not use this way of voting"
    assert page.select_one("main a")["href"] == f"/rounds/{round_.engagement.slug}/vote/"


def test_a_form_of_a_way_that_is_not_declared_is_refused(site, session):
    used, other = make_round(session), make_round(session, title="Torry decides", ways="codes")
    page = site.open(f"/rounds/{used.engagement.slug}/vote/")
    form = {"email": "aisha@example.org", "postcode": "AB16 5UX", "may_vote": "y"}
    path = f"/rounds/{other.engagement.slug}/vote/"
    token = page.select_one("main input[name=csrf_token]")["value"]
    answer = site.client.post(path, data={**form, "csrf_token": token})
    assert answer.status_code == 404
    assert count(Message) == 0


def test_a_code_of_a_fund_without_codes_opens_nothing(site, session):
    round_ = make_round(session, "preparing")
    code = make_code(round_)
    round_.ways = "email"
    session.commit()
    page = site.send("/vote", {"code": code}, status=404)
    assert page.h1.text == "This fund does not use this way of voting"


def test_under_16s_are_told_in_plain_words_and_nobody_else_is(site, session):
    young, old = make_round(session, min_age=8), make_round(session, title="Torry", min_age=16)
    page = site.open(f"/rounds/{young.engagement.slug}/vote/")
    assert "if you are 8 or older" in page.main.text
    assert "You do not need an email address" in page.main.text
    assert "If you are under 16" not in site.open(f"/rounds/{old.engagement.slug}/vote/").main.text


# Links with the area -----------------------------------------------------------------------------


def ask(site, round_, status=200, **typed):
    path = f"/rounds/{round_.engagement.slug}/vote/"
    form = {"email": "aisha@example.org", "postcode": "AB16 5UX", "may_vote": "y", **typed}
    return site.send(path, form, form="", status=status)


def follow(site):
    path = sent_mail()[-1].body.partition("http://localhost")[2].split()[0]
    return site.send(path)


@pytest.mark.parametrize(("link", "place"), [("live", "matched"), ("work", "not_given")])
def test_the_link_is_checked_and_kept_nowhere_and_a_workplace_is_no_home(
    site, session, area, link, place
):
    round_ = make_round(session, connection="live,work")
    ask(site, round_, link=link)
    follow(site)
    voter = session.scalars(sa.select(Voter)).one()
    assert (voter.place, voter.zone_code) == (place, HERE[0] if place == "matched" else None)


def test_a_workplace_elsewhere_lets_nobody_in(site, session, area):
    round_ = make_round(session, connection="work,study")
    page = ask(site, round_, 422, link="work", postcode="IV30 1BX")
    assert "outside the area" in page.text
    page = ask(site, round_, 422)
    assert "Choose your link with the area" in page.text


def test_one_link_is_not_asked_for(site, session, area):
    round_ = make_round(session, connection="volunteer")
    page = site.open(f"/rounds/{round_.engagement.slug}/vote/")
    assert not page.select("input[name=link]")
    assert page.select_one("label[for=postcode]").text == "Postcode of where you volunteer"
    ask(site, round_)
    follow(site)
    assert session.scalars(sa.select(Voter.place)).one() == "not_given"


# With an account ---------------------------------------------------------------------------------


def by_account(site, round_):
    path = f"/rounds/{round_.engagement.slug}/vote/account/"
    return site.send(path, {"postcode": "AB16 5UX", "may_vote": "y"})


def test_aisha_votes_with_her_account_and_is_the_same_voter_by_email(
    site, session, aisha, as_person, area
):
    round_ = make_round(session, ways="email,account")
    signed_in = as_person(aisha)
    page = by_account(signed_in, round_)
    assert page.h1.text == "Choose projects"
    ask(site, round_, email="Aisha+vote@Example.org")
    page = follow(site)
    assert page.h1.text == "Choose projects"
    assert (count(Voter), count(VoterIdentity)) == (1, 1)
    again = signed_in.open(f"/rounds/{round_.engagement.slug}/vote/account/")
    assert not again.select("#postcode"), "the postcode is asked once"


def test_the_way_by_account_asks_to_sign_in(site, session):
    round_ = make_round(session, ways="account")
    answer = site.client.get(f"/rounds/{round_.engagement.slug}/vote/account/")
    assert "/sign-in/" in answer.location


def test_somebody_excluded_is_not_let_in_by_their_account(session, aisha, as_person, area):
    round_ = make_round(session, ways="account")
    site = as_person(aisha)
    by_account(site, round_)
    session.execute(sa.update(Voter).values(status="excluded"))
    session.commit()
    site.open(f"/rounds/{round_.engagement.slug}/vote/account/", 403)


def test_an_account_is_known_by_its_address(session):
    round_ = make_round(session)
    address = canonical_email("Aisha@example.org")
    same = identity_of(read_key(IDENTITY), round_.id, "email", address)
    assert account_identity(round_.id, "aisha+x@Example.org") == same
