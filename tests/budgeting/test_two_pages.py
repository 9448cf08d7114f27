"""The pages of acts that need two people, for officers, the outside scrutineer and everybody."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engage import clock
from engage.budgeting.actions.approvals import turn_down
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.counting import ask_to_declare, count_round
from engage.budgeting.actions.extending import ask_to_extend
from engage.budgeting.actions.scrutineers import name_scrutineer
from engage.budgeting.models import Approval, Round, Voter, VoterReview
from engage.budgeting.queries.voters import ballot_of
from engage.budgeting.rules.ballots import receipt_of
from engage.extensions import db
from engage.messages.models import Message
from engage.web.rules import UK
from tests.conftest import Site
from tests.makers.approvals import declare, list_by_hand, prolong, second_officer, strike_out
from tests.makers.budgeting import make_round
from tests.makers.voting import (
    cast,
    guards_aside,
    let_it_close,
    let_voting_end,
    make_code,
    make_voter,
    some_votes,
)

pytestmark = pytest.mark.requirement("R76")
DESK, PAGE = "/desk/rounds/mastrick-decides/", "/rounds/mastrick-decides/"
HOUR = timedelta(hours=1)


@pytest.fixture
def round_(session):
    return make_round(session)


@pytest.fixture
def voters(round_):
    return some_votes(round_)


@pytest.fixture
def closed(round_, voters):
    return let_it_close(round_)


@pytest.fixture
def with_scrutineer(session, carys, bryn):
    """A round that named Bryn while it was prepared, and takes votes now."""
    made = make_round(session, "preparing", title="Torry decides")
    name_scrutineer(made, "Bryn Reid", bryn.email, at=clock.now(), by=carys.id)
    session.commit()
    return made


def instant(name, when):
    local = when.astimezone(UK)
    return {
        f"{name}-day": str(local.day),
        f"{name}-month": str(local.month),
        f"{name}-year": str(local.year),
        f"{name}-time": local.strftime("%H:%M:%S"),
    }


def the_request():
    return db.session.scalars(sa.select(Approval)).one()


def decide(site, approval, act="agree"):
    path = f"/second-person/{approval.id}/"
    return site.send(path, form=f"{path}{act}/")


# Longer voting -----------------------------------------------------------------------------------


def test_carys_asks_for_longer_and_olive_agrees(as_person, carys, round_, site):
    until = (round_.voting_closes_at + HOUR).replace(microsecond=0)
    page = as_person(carys).send(
        f"{DESK}extend/", {**instant("until", until), "reason": "<b>The site</b> was down"}
    )
    assert "Voting closes later only once a second person agrees" in page.main.text
    assert "Waits for a second person" in page.table.text
    assert "for longer" not in site.open(PAGE).main.text
    olive = as_person(second_officer())
    page = olive.open("/desk/")
    assert page.find("a", string="Look at the requests")["href"] == "/second-person/"
    assert "Let people vote for longer: Mastrick decides" in olive.open("/second-person/").main.text
    page = decide(olive, the_request())
    assert "Voting closes later. Everybody can see why." in page.main.text
    assert db.session.get_one(Round, round_.id).voting_closes_at == until
    shown = site.open(PAGE).main
    assert "You can vote for longer." in shown.text
    assert "<b>The site</b> was down" in shown.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"until": -HOUR, "reason": "Why not"}, "voting is never shortened"),
        ({"until": HOUR, "reason": ""}, "Enter why people can vote for longer"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(as_person, carys, round_, typed, words):
    until = round_.voting_closes_at + typed["until"]
    sent = {**instant("until", until), "reason": typed["reason"]}
    page = as_person(carys).send(f"{DESK}extend/", sent, status=422)
    assert words in page.select_one(".ds_error-summary").text
    assert page.select_one("[name=until-time]")["value"] == sent["until-time"]
    assert page.textarea.text.strip() == typed["reason"]
    assert not db.session.scalars(sa.select(Approval)).all()


def test_the_pages_where_people_vote_show_the_later_time(site, carys, round_):
    prolong(round_, carys, round_.voting_closes_at + HOUR)
    assert "You can vote for longer." in site.open(f"{PAGE}vote/").main.text
    assert "The site was down" in site.open(PAGE).main.text


def test_a_closed_round_offers_no_longer_vote(as_person, carys, closed):
    site = as_person(carys)
    assert not site.open(DESK).select(f'a[href="{DESK}extend/"]')
    assert not site.open(f"{DESK}extend/").select("main form")


# Requests ----------------------------------------------------------------------------------------


def asked(round_, carys):
    until = round_.voting_closes_at + HOUR
    approval = ask_to_extend(round_, until, "The site was down", at=clock.now(), by=carys.id)
    db.session.commit()
    return approval


def test_who_asked_may_only_take_it_back(as_person, carys, round_):
    approval, site = asked(round_, carys), as_person(carys)
    page = site.open(f"/second-person/{approval.id}/")
    assert [button.text for button in page.select("main button")] == ["Take it back"]
    token = page.select_one("main [name=csrf_token]")["value"]
    site.client.post(f"/second-person/{approval.id}/agree/", data={"csrf_token": token})
    assert "somebody else must agree" in site.open(f"/second-person/{approval.id}/").text
    assert the_request().outcome == "waiting"
    assert "You took it back." in decide(site, approval, "withdraw").main.text


def test_the_second_officer_may_turn_it_down(as_person, carys, round_):
    approval = asked(round_, carys)
    page = decide(as_person(second_officer()), approval, "turn-down")
    assert "You turned it down. Nothing was done." in page.main.text
    assert not page.select("main button")
    assert the_request().outcome == "turned_down"


@pytest.mark.parametrize("who", ["aisha", "bryn", "dev", "anil"])
def test_nobody_else_sees_or_decides_a_request(request, as_person, carys, round_, who):
    approval = asked(round_, carys)
    site = as_person(request.getfixturevalue(who))
    site.open(f"/second-person/{approval.id}/", status=404)
    assert "Nothing waits for you here." in site.open("/second-person/").main.text
    token = site.open("/account/").select_one("[name=csrf_token]")["value"]
    answer = site.client.post(f"/second-person/{approval.id}/agree/", data={"csrf_token": token})
    assert answer.status_code == 404
    assert the_request().outcome == "waiting"


def test_an_auditor_looks_and_decides_nothing(as_person, carys, audrey, round_):
    approval, site = asked(round_, carys), as_person(audrey)
    page = site.open(f"/second-person/{approval.id}/")
    assert "You can look at this, but not decide it." in page.main.text
    token = site.open("/account/").select_one("[name=csrf_token]")["value"]
    site.client.post(f"/second-person/{approval.id}/agree/", data={"csrf_token": token})
    assert the_request().outcome == "waiting"


def test_a_decision_without_its_token_is_none(as_person, carys, round_):
    approval = asked(round_, carys)
    site = as_person(second_officer())
    assert site.client.post(f"/second-person/{approval.id}/agree/").status_code == 400
    site.open(f"/second-person/{10**12}/", status=404)


# The outside scrutineer --------------------------------------------------------------------------


def test_carys_names_somebody_from_outside_on_the_page(as_person, carys, session):
    make_round(session, "preparing")
    site = as_person(carys)
    typed = {"name": "Iona Grant", "email": "iona@example.org"}
    page = site.send(f"{DESK}scrutineer/", typed, form="")
    assert "We have written to the outside scrutineer." in page.main.text
    assert "Iona Grant from outside" in page.main.text
    page = site.send(f"{DESK}scrutineer/", {"name": "X", "email": "nothing"}, form="", status=422)
    assert page.select_one("[name=name]")["value"] == "X"
    page = site.send(f"{DESK}scrutineer/", form=f"{DESK}scrutineer/drop/")
    assert "This fund has no outside scrutineer now." in page.main.text


def test_the_fund_leads_to_its_scrutineer_once_it_is_public(as_person, carys, round_):
    desk, path = as_person(carys), "/desk/rounds/mastrick-decides/"
    links = [link["href"] for link in desk.open(path).select("main a")]
    assert f"{path}scrutineer/" in links
    assert "This fund has no outside scrutineer." in desk.open(f"{path}scrutineer/").text
    assert "crutineer" not in desk.open(f"{path}seals/").main.text, "who gets seals is called so"


def test_the_only_officer_is_told_before_the_round_is_public(as_person, carys, session):
    make_round(session, "preparing")
    site = as_person(carys)
    assert "You are the only officer here." in site.open(f"{DESK}open_proposals/").main.text
    second_officer()
    assert "the only officer" not in site.open(f"{DESK}open_proposals/").main.text


def test_the_scrutineer_is_named_in_the_rules_with_what_is_weaker(site, session, with_scrutineer):
    open_it(session, with_scrutineer)
    text = site.open("/rounds/torry-decides/").main.text
    assert "somebody from outside: Bryn Reid" in text
    assert "an officer chose that person" in text


def test_without_a_scrutineer_the_rules_say_that_both_are_officers(site, round_):
    text = site.open(PAGE).main.text
    assert "Both are officers of the partnership" in text
    assert "No officer can see how somebody voted" in text


def open_it(session, round_):
    """Publish a prepared round, as an officer would."""
    round_.rules_hash, round_.stage = "0" * 64, "proposals"
    session.commit()


def test_the_scrutineer_is_written_to_and_confirms_a_result(
    session, as_person, carys, bryn, closed, site
):
    from_outside(session, closed, carys, bryn)
    count_round(closed, at=clock.now(), by=carys.id)
    session.commit()
    approval = ask_to_declare(closed, at=clock.now(), by=carys.id)
    session.commit()
    letter = session.scalars(sa.select(Message).where(Message.once == f"approval:{approval.id}"))
    assert letter.one().address == bryn.email
    bryns = as_person(bryn)
    assert "Confirm the result: Mastrick decides" in bryns.open("/second-person/").main.text
    page = bryns.open(f"/second-person/{approval.id}/")
    assert "Bike shelter" in page.main.text
    assert not page.select('main a[href^="/desk/"]')
    page = decide(bryns, approval)
    assert "The result is confirmed." in page.main.text
    text = site.open(f"{PAGE}results/").main.text
    assert "An officer and the outside scrutineer, Bryn Reid, confirmed this result." in text


def from_outside(session, round_, carys, bryn):
    """Name Bryn in a round whose rules are fixed, past the guard that refuses it."""
    guarded = "round_scrutineer"
    row = {"round_id": round_.id, "account_id": bryn.id, "name": "Bryn Reid", "by": carys.id}
    statement = sa.text(
        f"INSERT INTO {guarded} (round_id, account_id, name, named_by) "
        "VALUES (:round_id, :account_id, :name, :by)"
    )
    with guards_aside(guarded):
        session.execute(statement, row)
    session.commit()


# The list to check, and removals -----------------------------------------------------------------


def test_voters_of_one_connection_are_listed_and_kept_by_one_press(
    app, as_person, carys, round_, site
):
    app.config["REVIEW_FROM_ONE_SOURCE"] = 2
    for _ in range(3):
        voter = Site(app.test_client())
        page = voter.send("/vote", {"code": make_code(round_)})
        page = voter.send_on(page, "/vote", {"postcode": "AB10 1AB", "may_vote": "y"})
        voter.send_on(page, f"{PAGE}ballot/", {"projects": [str(round_.projects[0].id)]})
        assert "Your vote is in" in voter.response.text
    marks = db.session.scalars(sa.select(Voter.source_mark)).all()
    assert len(set(marks)) == 1
    assert None not in marks
    let_voting_end(round_)
    officer = as_person(carys)
    page = officer.open(DESK)
    assert "Decide about every voter on the list to check first: 3 still to decide" in page.text
    page = officer.open(f"{DESK}checks/")
    labels = [label.text for label in page.select("#lines label")]
    assert labels[0].startswith("All 3 of group ")
    assert "127.0.0.1" not in page.text
    group = page.select_one("#lines input")["value"]
    page = officer.send(f"{DESK}checks/", {"lines": [group], "decision": "keep"})
    assert "3 voters are kept." in page.main.text
    assert "Bike shelter" in officer.send(f"{DESK}count/").table.text


def test_a_removal_from_the_list_to_the_public_page(as_person, carys, closed, voters, site):
    receipt = receipt_of(ballot_of(closed, voters[0].uid).leaf)
    line = list_by_hand(voters[0])
    officer = as_person(carys)
    page = officer.send(
        f"{DESK}checks/",
        {"lines": [line], "decision": "remove", "code": "twice", "reason": "They told us"},
    )
    assert "Nothing is removed until a second person agrees." in page.main.text
    assert "Removal waits for a second person" in page.table.text
    olive = as_person(second_officer())
    page = olive.open(f"/second-person/{the_request().id}/")
    assert "One person voted twice, under two identities" in page.main.text
    assert "They told us" in page.main.text
    assert "The votes are removed" in decide(olive, the_request()).main.text
    text = site.open(PAGE).main.text
    assert "Two people removed 1 vote after voting closed." in text
    assert "with so few, the reason could show who it was" in text
    page = site.send(f"{PAGE}check/", {"receipt": receipt})
    assert "This vote was removed after voting closed." in page.main.text
    count_round(closed, at=clock.now(), by=carys.id)
    declare(closed, carys)
    text = site.open(f"{PAGE}results/").main.text
    assert "Two people removed 1 vote after voting closed." in text
    assert "Two officers confirmed this result." in text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"decision": "remove", "reason": "I know"}, "Choose why they are removed"),
        ({"decision": "remove", "code": "twice", "reason": " "}, "Enter how you know"),
        ({}, "Choose what you decide"),
        ({"decision": "keep", "lines": None}, "Choose at least one voter"),
    ],
)
def test_a_decision_says_what_it_lacks(as_person, carys, closed, voters, typed, words):
    line = list_by_hand(voters[0])
    page = as_person(carys).send(f"{DESK}checks/", {"lines": [line], **typed}, status=422)
    assert words in page.select_one(".ds_error-summary").text
    if "lines" not in typed:
        assert page.select_one("#lines input[checked]")["value"] == line
    assert db.session.scalars(sa.select(VoterReview.state)).one() == "waiting"


def test_a_voter_is_put_on_the_list_by_a_code(app, as_person, carys, round_):
    code = make_code(round_)
    voter = Site(app.test_client())
    page = voter.send("/vote", {"code": code})
    voter.send_on(page, "/vote", {"postcode": "AB10 1AB", "may_vote": "y"})
    officer = as_person(carys)
    typed = {"kind": "code", "typed": code, "reason": "report"}
    page = officer.send(f"{DESK}checks/add/", typed)
    assert "The voter is on the list. What you typed is not kept." in page.main.text
    assert code not in page.text
    page = officer.send(f"{DESK}checks/add/", typed, status=422)
    assert "already" in page.select_one(".ds_error-summary").text
    page = officer.send(f"{DESK}checks/add/", {**typed, "kind": "email"}, status=422)
    assert page.select_one("[name=typed]")["value"] == code


def test_reasons_are_told_in_public_where_each_concerns_five_or_more(session, carys, site):
    round_ = make_round(session)
    voters = [make_voter(round_) for _ in range(6)]
    for voter in voters:
        cast(round_, voter, round_.projects[:1])
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    session.commit()
    strike_out(round_, carys, *voters[:5], code="invented")
    assert "There is no such person: 5" in site.open(PAGE).main.text


def test_a_request_stays_in_the_list_of_the_round(as_person, carys, round_):
    approval = asked(round_, carys)
    turn_down(approval, at=clock.now(), by=second_officer().id, role="officer")
    db.session.commit()
    table = as_person(carys).open(f"{DESK}requests/").table.text
    assert "Turned down" in table
    assert "Olive" in table
