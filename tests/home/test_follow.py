"""Following what was sent, by its reference."""

from datetime import timedelta

import pytest

from engage import clock
from engage.app import create_app
from engage.bodies.models import CommunityBody
from engage.budgeting.actions.screening import leave_out
from engage.extensions import db
from engage.messages.actions import reference_address, send
from engage.permissions import Role
from engage.web.filters import own_links
from tests.conftest import NOW, make_account, settings_for
from tests.makers.bodies import make_body
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.home import REFERENCE, make_decision, make_open_consultation, make_sent_response
from tests.makers.screening import free


def follow(site, reference=REFERENCE, status=200):
    return site.send("/follow/", {"reference": reference}, status=status)


@pytest.mark.requirement("R46")
def test_aisha_reads_what_was_decided_because_of_her_answer(session, site):
    consultation = make_open_consultation(session)
    make_decision(session, consultation, make_sent_response(session, consultation))
    page = follow(site)
    for words in (
        "People cannot get home after 7pm.",
        "Most answers said so.",
        "Buses until 7pm.",
        "Buses until 11pm.",
    ):
        assert words in page.text


def test_before_anything_is_decided_the_page_says_so(session, site):
    make_sent_response(session, make_open_consultation(session))
    assert "Nothing is decided yet" in follow(site).text


@pytest.mark.parametrize(
    "typed", ["7k3mp2qx9d4ftz6w", " 7K3M P2QX 9D4F TZ6W ", "7K3M.P2QX.9D4F.TZ6W"]
)
def test_a_reference_may_be_typed_as_people_type(session, site, typed):
    make_sent_response(session, make_open_consultation(session))
    assert "Your comments on a plan" in follow(site, typed).text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter your reference"),
        ("AB12", "Enter the 16 letters and numbers"),
        ("ZZZZ-ZZZZ-ZZZZ-ZZZZ", "we do not know this one"),
    ],
)
def test_a_reference_that_opens_nothing_is_said(session, site, typed, words):
    page = follow(site, typed, status=422)
    assert words in page.select_one(".ds_error-summary").text


def test_the_proposer_reads_why_a_project_was_left_out(session, site):
    round_ = make_round(session, "screening")
    make_proposal(
        session,
        round_,
        reference=REFERENCE,
        stage="left_out",
        reason="The council must pay for this anyway.",
        screened_at=NOW,
    )
    page = follow(site)
    assert "Left out after our checks" in page.text
    assert "The council must pay for this anyway." in page.text


def test_a_group_without_an_account_reads_whether_it_is_on_the_register(session, site):
    body = make_body(session, "Young carers", stage="proposed")
    session.get(CommunityBody, body.id).reference_hash = reference_address(REFERENCE)
    session.commit()
    assert "Waiting for our checks" in follow(site).text


def test_a_notice_is_read_where_the_reference_leads(session, site):
    address = reference_address(REFERENCE)
    send(address, "Your project", "It can be built.", once="t1", at=NOW, channel="notice")
    session.commit()
    assert "It can be built." in follow(site).text


def test_the_reference_never_stands_in_an_address(session, site):
    make_sent_response(session, make_open_consultation(session))
    follow(site)
    assert REFERENCE not in site.response.request.url
    asked_by_address = site.client.get(f"/follow/?reference={REFERENCE}")
    assert "Your comments on a plan" not in asked_by_address.text


def test_guessing_references_is_slowed_down(app, tmp_path):
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    limited = create_app({**settings_for(tmp_path, url), "RATELIMIT_ENABLED": True})
    client = limited.test_client()
    answers = [client.post("/follow/", data={}).status_code for _ in range(31)]
    with limited.app_context():
        db.engine.dispose()
    assert answers[-1] == 429
    assert set(answers[:30]) == {422}


def test_a_proposer_reads_when_people_vote_and_changes_what_was_sent(session, site):
    round_ = make_round(session, "proposals")
    make_proposal(session, round_, reference=REFERENCE)
    page = follow(site)
    own = site.send_on(page, "/follow/", form="/rounds/mastrick-decides/propose/return/")
    assert own.h1.text == "Bike shelter"
    assert "Change the proposal" in own.text, "the reference was not asked for again"


@pytest.mark.parametrize(
    ("stage", "words"),
    [("screening", "Voting opens at"), ("closed", "we are counting the votes")],
)
def test_where_a_project_stands_before_and_after_the_vote(session, site, stage, words):
    round_ = make_round(session, stage)
    make_proposal(session, round_, "Library", reference=REFERENCE, stage="accepted")
    page = follow(site)
    assert words in page.select_one(".engage-facts").text
    assert "Change your proposal" not in page.text


def test_the_reply_is_offered_while_it_can_be_sent(session, site):
    round_ = make_round(session, "screening")
    carys = make_account("Carys", Role.OFFICER)
    proposal = free(make_proposal(session, round_, reference=REFERENCE), carys)
    leave_out(proposal, "Too dear", at=clock.now(), by=carys.id)
    session.commit()
    assert "Reply to our check" in follow(site).text
    later = make_round(session, "voting", title="Northfield decides")
    make_proposal(session, later, reference="2222-3333-4444-5555", stage="left_out", reason="Dear")
    page = follow(site, "2222-3333-4444-5555")
    assert "Reply to our check" not in page.text
    assert "The time to reply is over" in page.text


def test_addresses_of_this_site_lead_there_and_no_others(app):
    with app.test_request_context():
        text = own_links(
            "See http://localhost/rounds/a/. Not <b> http://localhost.evil/x nor http://e/"
        )
    assert text == (
        'See <a href="/rounds/a/">http://localhost/rounds/a/</a>. Not &lt;b&gt; '
        "http://localhost.evil/x nor http://e/"
    )


def test_what_became_of_it_is_a_page_of_its_own_to_go_back_to_until_it_is_forgotten(
    session, site, monkeypatch
):
    make_sent_response(session, make_open_consultation(session))
    session.commit()
    answer = site.client.get("/follow/yours/")
    assert answer.location == "/follow/", "nothing was entered here"
    follow(site)
    assert "Your comments on a plan" in site.open("/follow/yours/").text
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr("engage.clock.now", lambda: later)
    assert site.client.get("/follow/yours/").location == "/follow/"
    monkeypatch.undo()
    follow(site)
    site.open("/follow/")
    assert site.client.get("/follow/yours/").location == "/follow/", "the form forgets it"
