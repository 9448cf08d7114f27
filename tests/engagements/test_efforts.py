"""Outreach with channel and answer (R05), and support with its outcome (R06)."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engage import clock
from engage.bodies.models import Community
from engage.engagements.actions import efforts as actions
from engage.engagements.models import OutreachAttempt, SupportNeed
from engage.engagements.queries import outreach, support
from engage.engagements.rules.efforts import (
    BARRIERS,
    EffortRefused,
    SupportGiven,
    Tried,
    efforts_table,
    minutes_of,
    other_channels,
)
from engage.web.years import reporting_year
from tests.makers.bodies import make_body
from tests.makers.engagements import make_engagement
from tests.makers.home import make_partnership

DAY = date(2026, 11, 22)
YEAR = reporting_year(DAY)
EMAIL, PHONE = Tried(DAY, "email", "none"), Tried(DAY, "phone", "none")


@pytest.fixture(autouse=True)
def _held_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


def attempt(now, body_id=None, **more):
    facts = {
        "community_id": None, "on_day": DAY, "channel": "email", "partner_id": None,
        "offered": "A seat.", "response": "none", "next_step": "", "next_on": None, **more,
    }  # fmt: skip
    return actions.note_attempt(body_id=body_id, at=now, today=DAY, by=None, **facts)


def need(now, barrier="transport", **more):
    facts = {"body_id": None, "engagement_id": None, "wanted": "A lift.", "raised_on": DAY, **more}
    return actions.raise_need(barrier, raised_by="officer", at=now, by=None, role="x", **facts)


def settle(row, now, outcome="met", **more):
    facts = {
        "support": "A taxi.", "reason": "", "partner_id": None, "cost_pence": 0, "minutes": 0,
        **more,
    }  # fmt: skip
    actions.settle_need(row, outcome, today=DAY, at=now, by=None, **facts)


@pytest.mark.requirement("R05")
@pytest.mark.parametrize(
    ("attempts", "suggested"),
    [
        ([], False),
        ([EMAIL], True),
        ([EMAIL, EMAIL], True),
        ([EMAIL, PHONE], False),
        ([EMAIL, Tried(DAY, "email", "no")], False),
    ],
)
def test_r05_after_one_channel_without_a_reply_another_is_suggested(attempts, suggested):
    others = other_channels(attempts)
    assert bool(others) is suggested
    assert "email" not in others


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"on_day": DAY + timedelta(days=1)}, "not in the future"),
        ({"next_step": "Phone."}, "both the next step and its day"),
        ({"next_on": DAY}, "both the next step and its day"),
        ({"next_step": "Phone.", "next_on": DAY - timedelta(days=1)}, "after this attempt"),
    ],
)
def test_r05_an_attempt_that_cannot_be_is_refused(session, now, facts, words):
    body = make_body(session)
    with pytest.raises(EffortRefused, match=words):
        attempt(now, body.id, **facts)


def test_r05_who_must_be_heard_and_was_not_tried_in_the_year_is_named(session, now):
    regard = {"represents_disadvantage": True, "evidence": "x", "regard_decided_on": DAY}
    tried = make_body(session, "Tried", **regard)
    make_body(session, "Not tried", **regard)
    make_body(session, "Not on the list")
    attempt(now, tried.id, on_day=date(2026, 3, 31))
    assert outreach.regard_untried(YEAR, 1)[0].count == 2
    attempt(now, tried.id, on_day=date(2026, 4, 1))
    session.commit()
    assert [row.group for row in outreach.regard_untried(YEAR)] == ["Not tried"]
    assert [row.group for row in outreach.silent_after_one_channel(YEAR)] == ["Tried"]
    attempt(now, tried.id, channel="visit")
    assert outreach.silent_after_one_channel(YEAR) == []


def test_r05_a_next_step_is_due_until_something_is_tried_again(session, now):
    body = make_body(session)
    day = DAY - timedelta(days=9)
    attempt(now, body.id, on_day=day, next_step="Phone.", next_on=DAY)
    assert len(outreach.steps_due(DAY)) == 1
    assert outreach.steps_due(DAY - timedelta(days=1)) == []
    attempt(now, body.id, channel="phone", response="yes")
    assert outreach.steps_due(DAY) == []


def test_r05_the_efforts_table_holds_small_numbers_back(session, now):
    counts = [("email", "none", 12), ("email", "yes", 2), ("visit", "yes", 7)]
    lines, _totals, total = efforts_table(counts, 5)
    assert [line[0] for line in lines] == ["email", "visit"]
    assert str(lines[0][1][0]) == "fewer than 5"
    assert efforts_table(counts, 1)[2] == 21
    assert str(total) == "21"


@pytest.mark.parametrize(
    "facts", [{"body_id": None}, {"response": "maybe"}, {"offered": ""}, {"channel": "pigeon"}]
)
def test_r05_the_database_keeps_no_attempt_without_its_facts(session, now, facts):
    body = make_body(session)
    row = {
        "body_id": body.id, "on_day": DAY, "channel": "email", "offered": "x", "response": "yes",
        "recorded_at": now, **facts,
    }  # fmt: skip
    session.add(OutreachAttempt(**row))
    with pytest.raises(IntegrityError):
        session.flush()


def test_r05_an_officer_records_an_attempt_and_is_told_what_to_try_next(
    as_person, session, carys, dev
):
    body = make_body(session, "Lyle Foodshare")
    session.add(
        Community(slug="ardle-road", name="Ardle Road", name_key="ardle road", kind="place",
                  definition="Families at the site.")
    )  # fmt: skip
    session.commit()
    site, path = as_person(carys), f"/desk/outreach/new/?body={body.slug}"
    data = {"channel": "email", "offered": "A seat.", "response": "none"}
    page = site.send(path, {**data, "community": "Ardle Road"}, status=422)
    assert "one of the two" in page.text
    page = site.send(path, {**data, "body": "", "community": "Nowhere"}, status=422)
    assert "No community has this name" in page.text
    assert "Try another one next: letter, phone call" in site.send(path, data).text
    page = site.send(path, {**data, "body": "", "community": "ardle road", "channel": "visit"})
    assert "Ardle Road" in page.main.text
    assert "2 attempts" in page.main.text
    assert "Lyle Foodshare" in site.client.get("/desk/outreach/outreach.csv").text
    as_person(dev).open("/desk/outreach/", status=403)


@pytest.mark.requirement("R06")
@pytest.mark.parametrize(
    ("outcome", "facts", "words"),
    [
        ("not_met", {"support": ""}, "why it was not met"),
        ("met", {"support": ""}, "what was done"),
        ("part", {"support": ""}, "what was done"),
    ],
)
def test_r06_an_outcome_that_lacks_something_is_refused(session, now, outcome, facts, words):
    row = need(now, body_id=make_body(session).id)
    with pytest.raises(EffortRefused, match=words):
        settle(row, now, outcome, **facts)


def test_r06_a_barrier_belongs_to_a_group_or_to_people_at_an_engagement(session, now):
    with pytest.raises(EffortRefused, match="Enter the group"):
        need(now)
    assert need(now, engagement_id=make_engagement(session).id).body_id is None


def test_r06_the_database_keeps_no_unmet_barrier_without_a_reason_and_no_lost_outcome(session, now):
    row = need(now, body_id=make_body(session).id)
    settle(row, now)
    session.commit()
    for values in ({"outcome": "not_met"}, {"outcome": "", "settled_on": None}):
        with pytest.raises(sa.exc.DBAPIError):
            session.execute(sa.update(SupportNeed).values(**values))
        session.rollback()


def test_r06_the_statement_says_what_went_to_groups_that_must_be_heard(session, now):
    regard = {"represents_disadvantage": True, "evidence": "x", "regard_decided_on": DAY}
    body, other = make_body(session, "Regard", **regard), make_body(session, "Other")
    for whose, pence, minutes in ((body, 6000, 90), (body, 0, 30), (other, 2000, 0)):
        settle(need(now, body_id=whose.id), now, cost_pence=pence, minutes=minutes)
    session.commit()
    given = support.support_given(YEAR)
    assert given == SupportGiven(8000, 120, 6000, 120, 3, 2)
    assert (given.share("pence", 1), given.share("minutes", 1), given.share("needs", 1)) == (
        "75%", "100%", "67%",
    )  # fmt: skip
    assert given.share("pence", 5) is None


@pytest.mark.parametrize(
    ("needs", "regard", "share"),
    [(20, 10, "50%"), (20, 4, None), (20, 17, None), (20, 0, "0%"), (0, 0, None)],
)
def test_r06_a_share_is_held_back_with_the_counts_behind_it(needs, regard, share):
    assert SupportGiven(needs=needs, regard_needs=regard).share("needs", 5) == share


@pytest.mark.parametrize("typed", ["", "two", "-1", "1e9", "NaN"])
def test_hours_that_are_none_are_refused(typed):
    with pytest.raises(ValueError):
        minutes_of(typed)


def test_r06_a_group_tells_us_of_a_barrier_and_reads_what_came_of_it(
    as_person, session, bryn, carys, dev
):
    body = make_body(session, represented_by=bryn)
    group, path = as_person(bryn), f"/group/{body.slug}/support/"
    assert "Choose what keeps you" in group.send(path, {"wanted": "x"}, status=422).text
    group.send(path, {"barrier": "bsl", "wanted": "An interpreter on the evening."})
    row = session.scalar(sa.select(SupportNeed))
    assert row.raised_by == "group"
    officer = as_person(carys)
    assert "1 barrier has no outcome yet" in officer.open("/desk/support/").main.text
    page = officer.send(f"/desk/support/{row.id}/", {"outcome": "not_met"}, status=422)
    assert "Enter why it was not met" in page.text
    data = {"outcome": "part", "support": "Half.", "cost": "120.50", "hours": "x"}
    assert "like 2 or 1.5" in officer.send(f"/desk/support/{row.id}/", data, status=422).text
    officer.send(f"/desk/support/{row.id}/", {**data, "hours": "1.5"})
    session.refresh(row)
    assert (row.cost_pence, row.minutes, row.outcome) == (12050, 90, "part")
    assert "What we did: Half." in group.open(path).main.text
    assert "120.50" in officer.client.get("/desk/support/support.csv").text
    as_person(dev).open(path, status=404)


def test_r06_an_officer_records_a_barrier_of_people_at_an_event(as_person, session, carys):
    engagement = make_engagement(session, "Autumn evenings")
    site, path = as_person(carys), "/desk/support/new/"
    data = {"barrier": "childcare", "wanted": "A creche."}
    assert "Enter the group, or choose" in site.send(path, data, status=422).text
    page = site.send(path, {**data, "engagement": engagement.slug})
    assert "Autumn evenings" in page.main.text
    assert len(BARRIERS) == 13


def test_r05_r06_what_was_done_is_public_with_small_numbers_held_back(site, session, now):
    make_partnership(session)
    body = make_body(session)
    for _n in range(3):
        attempt(now, body.id)
        settle(need(now, body_id=body.id), now, cost_pence=5000)
    session.commit()
    page = site.open("/reports/2026-27/efforts/")
    assert "fewer than 5" in page.main.text
    assert "£150" not in page.main.text
    lines = site.client.get("/reports/2026-27/efforts/efforts.csv").text
    assert "outreach,email,none,fewer than 5" in lines
    site.open("/reports/efforts/")
    site.open("/reports/26/efforts/", status=404)
