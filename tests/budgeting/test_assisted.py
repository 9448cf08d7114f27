"""Voting with an officer's help: read back, sent once, and nothing kept of who was helped."""

from datetime import date

import pytest
import sqlalchemy as sa

from engage import clock
from engage.audit.models import AuditEvent
from engage.budgeting.actions.voting import begin_writing
from engage.budgeting.actions.ways import (
    KnownTwiceRefused,
    account_identity,
    desk_identity,
    open_help,
    use_desk,
    use_identity,
)
from engage.budgeting.models import Ballot, ListedVoter, Voter, VoterIdentity
from engage.budgeting.queries.voters import holds_receipt
from engage.budgeting.rules.ballots import VotedRefused
from engage.budgeting.rules.ways import NotUsedRefused
from engage.extensions import db
from engage.places.rules import Placing
from tests.budgeting.test_lists import TWO
from tests.budgeting.test_lists import load as load_people
from tests.budgeting.test_voting_secrecy import contents
from tests.makers.budgeting import make_round
from tests.makers.voting import cast, let_voting_end, make_code

pytestmark = pytest.mark.requirement("R76")
BORN = {"born-day": "27", "born-month": "3", "born-year": "2010"}
AISHA = {"name": "Aisha Khan", **BORN, "postcode": "AB99 9ZZ", "may_vote": "y"}
NOWHERE = Placing("not_given")


@pytest.fixture
def round_(session):
    return make_round(session, ways="email,codes,list,desk,assisted")


@pytest.fixture
def path(round_):
    return f"/desk/rounds/{round_.engagement.slug}/assisted/"


@pytest.fixture
def desk(round_, path, carys, as_person):
    """The desk of Carys, who has opened assisted voting today."""
    site = as_person(carys)
    site.send(path)
    return site


def arrive(desk, path, how, status=200, **typed):
    """Let a person show themselves at the desk, and give the postcode if they are new."""
    page = desk.send(path, typed, form=f"{path}{how}/", status=status)
    if page.h1.text == "Where they live":
        page = desk.send_on(page, path, {"postcode": "AB99 9ZZ", "may_vote": "y"})
    return page


def choose(page, number=1):
    return [box["value"] for box in page.select("input[name=projects]")[:number]]


def read_back(desk, path, page, number=1, status=200):
    data = {"projects": choose(page, number)}
    return desk.send_on(page, path, data, form=f"{path}check/", status=status)


def carried(page):
    """The choices that a page carries on unseen."""
    boxes = page.select("main form:first-of-type input[name=projects]")
    return {"projects": [box["value"] for box in boxes]}


def agree(desk, path, page, status=200):
    return desk.send_on(page, path, carried(page), form=f"{path}vote/", status=status)


def vote(desk, path, code):
    page = arrive(desk, path, "code", code=code)
    return agree(desk, path, read_back(desk, path, page))


def ballots():
    return db.session.execute(sa.select(Ballot.source, Ballot.version)).all()


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_vote_is_read_back_sent_and_answered_with_its_receipt(desk, path, round_):
    page = arrive(desk, path, "code", code=make_code(round_))
    assert page.h1.text == "What do they choose?"
    chosen = page.select_one("label.ds_checkbox__label").text
    page = read_back(desk, path, page)
    assert page.h1.text == "Read the vote back"
    assert chosen in page.select_one(".engage-list").text
    assert ballots() == []
    page = agree(desk, path, page)
    assert page.h1.text == "Their vote is in"
    assert holds_receipt(round_.id, page.select_one(".engage-reference").text)
    assert ballots() == [("assisted", 1)]
    assert chosen not in page.text


def test_a_vote_can_be_changed_before_it_is_sent(desk, path, round_):
    page = arrive(desk, path, "code", code=make_code(round_))
    ticked = choose(page, 2)
    page = read_back(desk, path, page, 2)
    page = desk.send_on(page, path, carried(page), form=f"{path}check/", button="change")
    assert page.h1.text == "What do they choose?"
    assert [box["value"] for box in page.select("input[checked]")] == ticked


def test_what_breaks_the_limits_is_told_before_it_is_read_back(desk, path, round_):
    page = arrive(desk, path, "code", code=make_code(round_))
    page = read_back(desk, path, page, 3, 422)
    assert page.h1.text == "What do they choose?"
    assert page.select_one(".ds_error-summary")


def test_the_officer_cannot_see_the_vote_again_or_change_it(desk, path, round_):
    page = arrive(desk, path, "code", code=make_code(round_))
    back = read_back(desk, path, page)
    chosen = page.select_one("label.ds_checkbox__label").text
    receipt = agree(desk, path, back).select_one(".engage-reference").text
    again = read_back(desk, path, page, 2)  # the way back, with other choices
    assert again.h1.text == "Their vote is in"
    assert chosen not in again.text
    other = {"projects": choose(page, 3)[2:]}
    repeated = desk.send_on(back, path, other, form=f"{path}vote/")
    assert repeated.select_one(".engage-reference").text == receipt
    assert ballots() == [("assisted", 1)]


def test_a_page_is_good_for_its_own_vote_only(desk, path, round_):
    first = arrive(desk, path, "code", code=make_code(round_))
    second = arrive(desk, path, "code", code=make_code(round_))
    ids = {
        name: second.select_one(f"input[name={name}]")["value"]
        for name in ("submission_id", "base_version")
    }
    data = {"projects": choose(first), **ids, "submission_id": ids["submission_id"]}
    desk.send_on(first, path, data, form=f"{path}check/", status=400)
    forged = {"projects": choose(first), "proof": "forged"}
    page = desk.send_on(first, path, forged, form=f"{path}check/")
    assert page.h1.text == "Who is voting?"


def test_a_vote_with_help_writes_the_ballot_and_nothing_else(desk, path, round_):
    page = arrive(desk, path, "code", code=make_code(round_))
    db.session.rollback()
    before = contents()
    cookie = desk.client.get_cookie("engage").value
    agree(desk, path, read_back(desk, path, page))
    db.session.rollback()
    assert contents() == before
    assert desk.client.get_cookie("engage").value == cookie
    assert len(ballots()) == 1


def test_no_address_holds_a_choice_and_no_page_may_be_kept(desk, path, round_):
    page = arrive(desk, path, "code", code=make_code(round_))
    for step in (read_back, agree):
        page = step(desk, path, page)
        assert desk.response.request.query_string == b""
        assert desk.response.headers["Cache-Control"] == "no-store"


def test_the_trail_says_once_a_day_that_it_was_opened_and_nothing_of_votes(desk, path, round_):
    for _ in range(2):
        vote(desk, path, make_code(round_))
    open_help(round_, at=clock.now(), by=1, role="officer")
    opened = sa.select(AuditEvent).where(AuditEvent.action == "assisted.opened")
    event = db.session.scalars(opened).one()
    assert (event.object, event.detail) == (f"round:{round_.id}", "{}")


def test_nobody_is_helped_before_it_is_opened_for_the_day(round_, path, carys, as_person):
    site = as_person(carys)
    page = site.open(path)
    assert "The trail says that you opened this today" in page.text
    token = page.select_one("main input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "code": make_code(round_)}
    answer = site.client.post(f"{path}code/", data=data, follow_redirects=True)
    assert "Open assisted voting for today first" in answer.text
    assert count(Voter) == 0


def test_an_outsider_and_an_auditor_help_nobody(path, dev, audrey, as_person):
    for person in (dev, audrey):
        for end in ("open/", "code/", "facts/", "desk/", "place/", "check/", "vote/"):
            assert as_person(person).client.post(path + end).status_code == 403


def test_a_round_that_does_not_use_it_or_is_over_helps_nobody(session, carys, as_person):
    site, who = as_person(carys), {"at": clock.now(), "by": carys.id, "role": "officer"}
    other = make_round(session, title="Torry decides")
    page = site.open(f"/desk/rounds/{other.engagement.slug}/assisted/")
    assert "does not use this way of voting" in page.text
    over = make_round(session, title="Over", ways="codes,assisted")
    let_voting_end(over)
    page = site.open(f"/desk/rounds/{over.engagement.slug}/assisted/")
    assert "Voting is not open now" in page.text
    for round_ in (other, over):
        with pytest.raises(NotUsedRefused):
            open_help(round_, **who)


def test_a_vote_that_comes_too_late_is_not_taken(desk, path, round_):
    page = arrive(desk, path, "code", code=make_code(round_))
    page = read_back(desk, path, page)
    let_voting_end(round_)
    page = agree(desk, path, page)
    assert "Voting is not open now" in page.text
    assert ballots() == []


# Showing who it is -------------------------------------------------------------------------------


def test_a_wrong_code_and_one_for_another_fund_let_nobody_in(session, desk, path):
    other = make_code(make_round(session, title="Torry decides"))
    page = arrive(desk, path, "code", 422, code=other)
    assert "This code is for another fund" in page.text
    page = arrive(desk, path, "code", 422, code="0000-0000-0000-0000")
    assert page.select_one(".ds_error-summary")


def test_two_facts_let_somebody_in_and_wrong_ones_do_not(desk, path, round_):
    load_people(round_, TWO)
    page = arrive(desk, path, "facts", first="6335", second="27/3/2010")
    assert page.h1.text == "What do they choose?"
    page = arrive(desk, path, "facts", 422, first="6335", second="28/3/2010")
    assert "We do not find these two" in page.text


def test_somebody_whom_the_officer_checked_has_one_vote(desk, path):
    page = arrive(desk, path, "desk", **AISHA)
    agree(desk, path, read_back(desk, path, page))
    same = {**AISHA, "name": "aisha  KHAN", "postcode": "AB99 9ZY"}
    page = arrive(desk, path, "desk", 409, **same)
    assert "Nobody else can change their vote" in page.text
    assert ballots() == [("assisted", 1)]
    for table in db.metadata.sorted_tables:
        assert "Khan" not in str(db.session.execute(sa.select(table)).all())


@pytest.mark.parametrize("left_out", ["name", "born-day", "postcode", "may_vote"])
def test_the_check_at_the_desk_is_whole(desk, path, left_out):
    page = arrive(desk, path, "desk", 422, **{**AISHA, left_out: None})
    assert page.select_one(".ds_error-summary")
    assert count(Voter) == 0


def test_a_way_that_the_round_does_not_use_is_not_offered(session, carys, as_person):
    round_ = make_round(session, ways="codes,assisted")
    path = f"/desk/rounds/{round_.engagement.slug}/assisted/"
    site = as_person(carys)
    site.send(path)
    page = site.open(path)
    assert [f["action"] for f in page.select("main form")] == [f"{path}code/"]
    token = page.select_one("main input[name=csrf_token]")["value"]
    answer = site.client.post(f"{path}desk/", data={**AISHA, "csrf_token": token})
    assert answer.status_code == 303
    assert count(Voter) == 0


# One person, one ballot, whatever the way --------------------------------------------------------


def test_a_vote_online_is_not_replaced_at_the_desk(app, site, desk, path, round_):
    code = make_code(round_)
    page = site.send("/vote", {"code": code})
    page = site.send_on(page, "/vote", {"postcode": "AB99 9ZZ", "may_vote": "y"})
    site.send_on(page, site.response.request.path, {"projects": choose(page)})
    page = arrive(desk, path, "code", 409, code=code)
    assert "Nobody else can change their vote" in page.text
    assert ballots() == [("online", 1)]


def test_a_name_and_somebodys_address_do_not_reach_their_vote(desk, path, round_):
    uid = online_voter(round_, "victim@example.org")
    cast(round_, uid, round_.projects[1:2])
    before = db.session.execute(sa.select(Ballot.__table__)).all()
    invented = {**AISHA, "name": "Who Ever", "email": "victim@example.org"}
    page = arrive(desk, path, "desk", 409, **invented)
    assert "This person has voted" in page.text
    assert db.session.execute(sa.select(Ballot.__table__)).all() == before


def test_help_replaces_no_vote_whatever_its_page_says(round_):
    uid = online_voter(round_, "victim@example.org")
    first = cast(round_, uid, round_.projects[:1])
    with pytest.raises(VotedRefused, match="Nobody else can change"):
        cast(round_, uid, round_.projects[1:2], source="assisted", base_version=first.version)
    db.session.rollback()
    assert ballots() == [("online", 1)]


def test_the_voter_changes_what_was_filled_in_for_them(site, desk, path, round_):
    code = make_code(round_)
    vote(desk, path, code)
    page = site.send("/vote", {"code": code})
    page = site.send_on(page, site.response.request.path, {"projects": choose(page)})
    assert ballots() == [("online", 2)]


def test_two_facts_replace_no_vote_that_was_filled_in_with_help(round_):
    load_people(round_, TWO)
    begin_writing()
    facts = db.session.scalars(sa.select(ListedVoter.facts_key)).first()
    uid = use_identity(round_.id, facts, NOWHERE, at=clock.now())
    db.session.commit()
    cast(round_, uid, round_.projects[:1], source="assisted")
    with pytest.raises(VotedRefused, match="others know the two facts"):
        cast(round_, uid, round_.projects[1:2])
    db.session.rollback()
    assert ballots() == [("assisted", 1)]


def test_somebody_who_has_voted_for_good_is_told_so(session, carys, as_person):
    round_ = make_round(session, ways="codes,assisted", allow_change=False)
    path = f"/desk/rounds/{round_.engagement.slug}/assisted/"
    site, code = as_person(carys), make_code(round_)
    site.send(path)
    vote(site, path, code)
    page = arrive(site, path, "code", 409, code=code)
    assert "This person has voted" in page.text
    assert ballots() == [("assisted", 1)]


def test_a_vote_online_after_the_page_was_opened_is_not_overwritten(site, desk, path, round_):
    code = make_code(round_)
    held = read_back(desk, path, arrive(desk, path, "code", code=code))
    page = site.send("/vote", {"code": code})
    site.send_on(page, site.response.request.path, {"projects": choose(page)})
    page = agree(desk, path, held, 409)
    assert "This vote was not taken" in page.h1.text
    assert ballots() == [("online", 1)]


def online_voter(round_, email):
    begin_writing()
    uid = use_identity(round_.id, account_identity(round_.id, email), NOWHERE, at=clock.now())
    db.session.commit()
    return uid


def identity(round_, name="Aisha Khan"):
    return desk_identity(round_.id, name, date(2010, 3, 27))


def at_desk(round_, email="", name="Aisha Khan"):
    uid = use_desk(round_.id, identity(round_, name), email, NOWHERE, at=clock.now())
    db.session.commit()
    return uid


def test_an_address_makes_the_desk_and_a_link_by_email_one_voter(round_):
    online = online_voter(round_, "aisha@example.org")
    assert at_desk(round_, "Aisha@Example.org") == online
    assert at_desk(round_) == online
    assert (count(Voter), count(VoterIdentity)) == (1, 2)


def test_the_desk_first_and_the_link_later_are_one_voter(round_):
    uid = at_desk(round_, "aisha@example.org")
    address = account_identity(round_.id, "aisha+vote@example.org")
    assert use_identity(round_.id, address, NOWHERE, at=clock.now()) == uid


def test_facts_and_an_address_of_two_voters_let_nobody_in(round_):
    at_desk(round_, "aisha@example.org")
    at_desk(round_, "", "Bryn Macleod")
    with pytest.raises(KnownTwiceRefused):
        at_desk(round_, "aisha@example.org", "Bryn Macleod")
    db.session.rollback()
    assert count(Voter) == 2


def test_the_page_says_that_facts_and_address_do_not_go_together(desk, path, round_):
    at_desk(round_, "bryn@example.org", "Bryn Macleod")
    at_desk(round_)
    page = arrive(desk, path, "desk", 422, **AISHA, email="bryn@example.org")
    assert "belong to two people who registered" in page.text
