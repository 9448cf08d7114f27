"""The desks of officers and of groups."""

from datetime import UTC, date, datetime, timedelta

import pytest

from engage import clock
from engage.engagements.models import Invitation
from engage.home.queries.desk import desk_state
from tests.makers.bodies import make_body
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.home import (
    make_decision,
    make_open_consultation,
    make_partnership,
    make_sent_response,
)
from tests.makers.places import make_places
from tests.makers.spine import make_event, opened

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def words(page, selector="main"):
    return " ".join(" ".join(item.text.split()) for item in page.select(selector))


def jobs(page):
    return words(page, ".engage-jobs > li")


def test_a_new_officer_reads_what_to_load_first(session, carys, as_person):
    page = as_person(carys).open("/desk/")
    assert "Set up the partnership" in jobs(page)
    assert "Not loaded yet: deprivation index, populations, postcodes, localities." in jobs(page)


def test_what_waits_for_carys_stands_on_her_desk(session, carys, as_person):
    make_partnership(session, make_places(session).council_code)
    make_body(session, "Young carers", stage="proposed")
    make_proposal(session, make_round(session, "screening"))
    consultation = make_open_consultation(session)
    make_decision(session, consultation, make_sent_response(session, consultation), told=False)
    page = as_person(carys).open("/desk/")
    text = jobs(page)
    assert "1 group waits for the register" in text
    assert "1 project waits for checks: Mastrick decides" in text
    path = "/desk/rounds/mastrick-decides/proposals/?stage=submitted"
    assert path in [link["href"] for link in page.select(".engage-jobs a")]
    assert "1 decision has not been told to the people behind it" in text
    assert "Not loaded" not in text


def test_what_is_due_first_runs_first(session):
    make_open_consultation(session, "Plan")
    make_round(session, "closed", title="Count me")
    make_round(session, "declared", title="Over")
    running = desk_state(None, 0, AT).running
    assert [(r.title, r.due) for r in running] == [("Count me", "count"), ("Plan", "closes")]


@pytest.mark.parametrize(
    ("stage", "step"),
    [
        ("screening", "Make the ballot final"),
        ("closed", "Count the votes"),
    ],
)
def test_the_next_step_of_a_fund_waits_on_the_desk(session, carys, as_person, stage, step):
    make_round(session, stage, title="Lyle decides")
    page = as_person(carys).open("/desk/")
    assert f"{step}: Lyle decides" in jobs(page)
    assert page.select_one(".engage-jobs a[href='/desk/rounds/lyle-decides/']")


def test_a_fund_whose_time_has_not_come_does_not_wait(session, carys, as_person):
    make_round(session, "voting", title="Lyle decides")
    assert "Lyle decides" not in jobs(as_person(carys).open("/desk/"))


def test_proposals_are_closed_when_their_time_is_over(session, carys, as_person):
    over = clock.now() - timedelta(minutes=1)
    make_round(session, "proposals", title="Lyle decides", proposals_close_at=over)
    assert "Close proposals: Lyle decides" in jobs(as_person(carys).open("/desk/"))


def test_a_consultation_that_has_ended_asks_for_its_findings(session, carys, as_person):
    over = clock.now() - timedelta(minutes=1)
    make_open_consultation(session, "Plan", closes_at=over)
    page = as_person(carys).open("/desk/")
    assert "Write the findings: Plan" in jobs(page)
    assert "Closed: write the findings" in words(page, "tbody tr")
    assert page.select_one(".engage-jobs a[href='/desk/findings/plan/']")


def test_a_consultation_with_findings_asks_for_them_no_more(session, carys, as_person):
    over = clock.now() - timedelta(minutes=1)
    consultation = make_open_consultation(session, "Plan", closes_at=over)
    make_decision(session, consultation, make_sent_response(session, consultation), told=True)
    assert "Write the findings" not in jobs(as_person(carys).open("/desk/"))


def test_a_year_with_engagements_and_no_report_waits(session):
    at = clock.now()
    assert desk_state(None, 0, AT).evidence_year is None
    make_open_consultation(
        session,
        opens_at=at.replace(year=2025, month=6, day=1),
        closes_at=at.replace(year=2025, month=9, day=1),
    )
    assert desk_state(None, 0, AT).evidence_year == date(2025, 4, 1)


def test_the_analyst_sees_reach_and_no_desk_that_is_not_his(session, anil, as_person):
    page = as_person(anil).open("/desk/")
    assert words(page, ".engage-doors h4") == "Reach"


def test_the_auditor_may_read_every_desk_but_peoples_accounts(session, audrey, as_person):
    names = words(as_person(audrey).open("/desk/"), ".engage-doors h4")
    assert "Trail" in names
    assert "Findings" in names
    assert "People" not in names


def test_dev_has_no_desk(dev, as_person):
    as_person(dev).open("/desk/", status=403)


@pytest.mark.parametrize("path", ["/desk/", "/group/"])
def test_signed_out_a_desk_leads_to_the_sign_in(site, path):
    assert site.client.get(path).status_code == 302


@pytest.mark.requirement("R04")
def test_bryn_sees_what_his_group_is_asked_and_by_when(session, bryn, as_person):
    body = make_body(session, represented_by=bryn, wish="collaborate")
    consultation = make_open_consultation(session)
    invitation = Invitation(
        engagement_id=consultation.engagement_id,
        body_id=body.id,
        level="consult",
        reason="The time is short.",
        invited_at=clock.now(),
    )
    session.add(invitation)
    session.commit()
    text = words(as_person(bryn).open("/group/"))
    assert "Ferryhill Community Council" in text
    assert "8 days left" in text
    assert "The time is short." in text


def test_bryn_is_not_led_to_take_part_before_it_opens(session, bryn, as_person):
    body = make_body(session, represented_by=bryn)
    soon = clock.now() + timedelta(days=2)
    coming = make_event(session, opens_at=soon, closes_at=soon + timedelta(days=3))
    opened(session, coming)
    session.add(
        Invitation(
            engagement_id=coming.id, body_id=body.id, level="involve", invited_at=clock.now()
        )
    )
    session.commit()
    page = as_person(bryn).open("/group/")
    assert "days left" not in words(page)
    assert "Read about it" in words(page, "a.ds_button")


def test_what_is_asked_and_begun_is_shown_once_and_can_be_finished(session, bryn, as_person):
    body = make_body(session, represented_by=bryn)
    consultation = make_open_consultation(session)
    engagement_id = consultation.engagement_id
    session.add(
        Invitation(
            engagement_id=engagement_id, body_id=body.id, level="involve", invited_at=clock.now()
        )
    )
    make_sent_response(session, consultation, body_id=body.id, stage="draft", submitted_at=None)
    page = as_person(bryn).open("/group/")
    text = words(page)
    assert "Started, not sent yet" in text
    assert text.count("Finish and send") == 1
    assert "What you have not sent yet" not in text
    assert page.select_one(f'a.ds_button[href="/say/{consultation.engagement.slug}/answer/"]')


def test_bryn_reaches_the_details_and_people_of_his_group(session, bryn, as_person):
    body = make_body(session, represented_by=bryn)
    assert as_person(bryn).open("/group/").select_one(f'a[href="/group/{body.slug}/"]')


def test_bryn_finds_the_draft_that_he_has_not_sent(session, bryn, as_person):
    body = make_body(session, represented_by=bryn)
    consultation = make_open_consultation(session)
    make_sent_response(session, consultation, body_id=body.id, stage="draft", submitted_at=None)
    assert "What you have not sent yet (1)" in words(as_person(bryn).open("/group/"))


def test_a_draft_that_can_no_longer_be_sent_is_not_offered(session, bryn, as_person):
    body = make_body(session, represented_by=bryn)
    consultation = make_open_consultation(session, closes_at=clock.now() - timedelta(hours=1))
    make_sent_response(session, consultation, body_id=body.id, stage="draft", submitted_at=None)
    assert "not sent yet" not in words(as_person(bryn).open("/group/"))


def test_bryn_reads_what_became_of_what_the_council_said(session, bryn, as_person):
    body = make_body(session, represented_by=bryn)
    consultation = make_open_consultation(session)
    make_decision(session, consultation, make_sent_response(session, consultation, body_id=body.id))
    assert "Buses until 11pm." in words(as_person(bryn).open("/group/"))


def test_dev_sees_nothing_of_another_group(session, bryn, dev, as_person):
    body = make_body(session, "Secret society", represented_by=bryn)
    make_sent_response(session, make_open_consultation(session), body_id=body.id)
    make_proposal(session, make_round(session, "screening"), "Bike shelter", body_id=body.id)
    text = words(as_person(dev).open("/group/"))
    assert "Secret society" not in text
    assert "Bike shelter" not in text
    assert "You do not speak for a group yet" in text


def test_what_aisha_sent_for_herself_stands_there_too(session, aisha, as_person):
    make_proposal(session, make_round(session, "screening"), "Skate ramp", account_id=aisha.id)
    text = words(as_person(aisha).open("/group/"))
    assert "What you sent for yourself (1)" in text
    assert "Skate ramp" in text
