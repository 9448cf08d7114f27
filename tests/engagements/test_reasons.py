"""Why a group gets less than it wished, told once and in time (R04)."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engage import clock
from engage.audit.models import AuditEvent
from engage.engagements.actions import declinations as actions
from engage.engagements.actions.planning import invite_bodies
from engage.engagements.models import Declination
from engage.engagements.queries import declinations as queries
from engage.engagements.rules.declinations import (
    DeclinationRefused,
    Why,
    is_late,
    says_how_to_reach_somebody,
)
from engage.messages.models import Message
from engage.partners.actions import set_working_days
from tests.budgeting.test_ballot_guards import is_guarded
from tests.makers.bodies import make_body
from tests.makers.engagements import make_engagement
from tests.makers.home import make_partnership

TODAY = date(2026, 11, 22)  # a Sunday
WHY = Why("law", "The law asks the partners to sign.", "The board", TODAY)


@pytest.fixture(autouse=True)
def _held_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def body(session, bryn):
    return make_body(session, "Lyle Bus Users", represented_by=bryn, wish="collaborate")


def offer(session, body, now, level="consult", reason=WHY.text, **more):
    engagement = session.scalar(sa.select(actions.Engagement)) or make_engagement(session)
    invite_bodies(engagement, [body], level=level, reason=reason, at=now, by=None, **more)
    session.commit()
    return session.scalar(sa.select(Declination))


def ask(session, body, now, why=WHY, **more):
    facts = {"engagement": None, "wish": "involve", "ask": "A bus at night.", **more}
    row = actions.decline(body, facts.pop("kind", "ask"), why=why, at=now, by=None, **facts)
    session.commit()
    return row


def test_r04_a_lower_offer_leaves_a_reason_that_is_closed_once_it_is_whole_and_told(
    session, body, now
):
    row = offer(session, body, now, decided_by="The board", reason_code="law")
    assert (row.kind, row.state, row.wish, row.offer) == (
        "offer", "closed", "collaborate", "consult",
    )  # fmt: skip
    assert (row.notified_on, row.channel, row.decided_by) == (TODAY, "email", "The board")
    assert row.due_on == date(2026, 12, 21)  # 20 working days, without Saint Andrew's Day
    assert session.query(Message).count() == 1


def test_r04_without_a_decider_it_stays_open_and_is_told_once_it_is_known(session, body, now):
    row = offer(session, body, now)
    assert (row.state, row.notified_on) == ("open", TODAY)
    with pytest.raises(DeclinationRefused, match="who decided"):
        actions.tell_reason(row, body, "The plan", at=now, by=None)
    actions.give_reason(row, WHY, at=now, by=None)
    assert row.notified_on is None
    actions.tell_reason(row, body, "The plan", at=now, by=None)
    session.commit()
    assert row.state == "closed"
    letter = session.scalars(sa.select(Message).order_by(Message.id.desc())).first()
    assert "Who decided: The board" in letter.body


def test_r04_the_same_offer_again_tells_nobody_and_a_raised_one_needs_no_reason(session, body, now):
    row = offer(session, body, now, decided_by="The board")
    offer(session, body, now + timedelta(days=3), decided_by="The board")
    assert (row.state, row.notified_on, session.query(Message).count()) == ("closed", TODAY, 1)
    later = now + timedelta(days=4)
    offer(session, body, later, level="inform", reason="No time.", decided_by="The board")
    assert (row.state, row.reason, row.notified_on) == ("closed", "No time.", later.date())
    offer(session, body, later, level="empower", reason="")
    assert row.state == "lapsed"


def test_r04_a_notice_leaves_once(session, body, now):
    row = ask(session, body, now)
    actions.tell_reason(row, body, row.ask, at=now, by=None)
    session.commit()
    with pytest.raises(DeclinationRefused, match="told this already"):
        actions.tell_reason(row, body, row.ask, at=now, by=None)
    assert session.query(Message).count() == 1
    actions.reopen(row, "The group has a point.", at=now, by=None)
    assert (row.state, row.notified_on) == ("reopened", None)
    session.commit()
    assert is_guarded("declination", sa.delete(Declination))
    actions.tell_reason(row, body, row.ask, at=now, by=None)
    session.commit()
    assert (row.state, session.query(Message).count()) == ("closed", 2)
    told = session.scalars(sa.select(AuditEvent.action)).all()
    assert told.count("reason.told") == 2


def test_r04_a_group_without_an_address_is_told_in_another_way(session, now):
    body = make_body(session, wish="involve")
    row = ask(session, body, now)
    with pytest.raises(DeclinationRefused, match="no email address"):
        actions.tell_reason(row, body, row.ask, at=now, by=None)
    for on in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(DeclinationRefused):
            actions.note_told(row, "letter", on, at=now, by=None)
    actions.note_told(row, "letter", TODAY, at=now, by=None)
    assert (row.state, row.channel) == ("closed", "letter")


def test_r04_the_partnership_sets_the_days_and_its_holidays(session, body, now, carys):
    make_partnership(session)
    set_working_days(2, [date(2026, 11, 23)], at=now, by=carys.id)
    session.commit()
    assert ask(session, body, now).due_on == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("due", "waiting", "late"),
    [
        (TODAY, True, False),
        (date(2026, 11, 21), True, True),
        (date(2020, 1, 1), False, False),
    ],
)
def test_r04_it_is_late_after_its_day(due, waiting, late):
    assert is_late(due, TODAY, waiting=waiting) is late


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Ask jo@example.org", True),
        ("Phone 01632 960 123", True),
        ("Ring +44 1632 960123", True),
        ("It costs £120,000 and 20 days, see 2026/27.", False),
    ],
)
def test_a_public_reason_holds_no_address_or_number(text, says):
    assert says_how_to_reach_somebody(text) is says


@pytest.mark.parametrize(
    "lacks", [{"reason": ""}, {"decided_by": ""}, {"notified_on": None, "channel": ""}]
)
def test_r04_the_database_closes_nothing_that_is_not_whole(session, body, now, lacks):
    row = ask(session, body, now)
    facts = {"state": "closed", "notified_on": TODAY, "channel": "letter", **lacks}
    with pytest.raises(IntegrityError):
        session.execute(sa.update(Declination).where(Declination.id == row.id).values(**facts))


@pytest.mark.parametrize(
    "change",
    [{"reason": "Another"}, {"decided_by": "Nobody"}, {"notified_on": date(2026, 1, 1)},
     {"state": "open"}, {"wish": "inform"}],
)  # fmt: skip
def test_r04_the_database_keeps_a_told_reason_as_it_was_told(session, body, now, change):
    row = ask(session, body, now)
    actions.note_told(row, "letter", TODAY, at=now, by=None)
    session.commit()
    with pytest.raises(sa.exc.DBAPIError, match="kept as it was told"):
        session.execute(sa.update(Declination).values(**change))
    session.rollback()
    with pytest.raises(sa.exc.DBAPIError, match="not deleted"):
        session.execute(sa.delete(Declination))


def test_the_database_ties_a_reason_to_the_offer_of_its_group(session, body, now):
    row = offer(session, body, now)
    other = make_body(session, "Another")
    number, engagement = row.invitation_id, row.engagement_id
    session.execute(sa.delete(Declination))
    session.add(
        Declination(
            body_id=other.id, kind="offer", invitation_id=number, engagement_id=engagement,
            decided_on=TODAY, due_on=TODAY, recorded_at=now,
        )
    )  # fmt: skip
    with pytest.raises(sa.exc.DBAPIError, match="belongs to the group"):
        session.flush()


def test_r04_the_public_list_names_no_group_and_holds_small_numbers_back(site, session, now):
    engagement = make_engagement(session, "Buses")
    for n in range(7):
        make_body(session, f"Group {n}", wish="empower", contact_email=f"{n}@example.org")
    bodies = list(session.scalars(sa.select(actions.CommunityBody)))
    say = {"at": now, "by": None, "decided_by": "The board"}
    invite_bodies(engagement, bodies[:5], level="consult", reason="The law.", **say)
    invite_bodies(engagement, bodies[5:], level="inform", reason="No money.", **say)
    session.commit()
    page = site.open("/groups/reasons/")
    assert "Group 1" not in page.text
    assert [row.groups for row in queries.public_reasons()[0]] == [2, 5]
    groups = [dt.find_next("dd").text for dt in page.select("dt") if dt.text == "Groups"]
    assert groups == ["fewer than 5", "5"]
    assert "fewer than 5" in site.client.get("/groups/reasons/reasons.csv").text
    assert "2 reasons, the latest first" in site.open("/groups/reasons/?page=9").text


def test_r04_an_officer_completes_and_tells_a_reason(as_person, session, body, carys, now):
    row = offer(session, body, now)
    site = as_person(carys)
    assert "Who decided?" in site.open("/desk/reasons/").main.text
    path = f"/desk/reasons/{row.id}/"
    page = site.open(path)
    assert "You can tell the group when" in page.main.text
    data = {"reason_code": "law", "reason": "Ask jo@example.org", "decided_by": "The board"}
    page = site.send(path, data, form=f"{path}reason/", status=422)
    assert "Take out the email address" in page.select_one(".ds_error-summary").text
    site.send(path, {**data, "reason": WHY.text}, form=f"{path}reason/")
    page = site.send(path, form=f"{path}tell/")
    assert "The group was told" in page.main.text
    page = site.send(path, {"reopened_why": ""}, form=f"{path}reopen/", status=422)
    assert "Enter why you look at it again" in page.text


def test_r04_a_group_reads_its_reasons_and_replies(as_person, session, body, bryn, dev, now):
    row = offer(session, body, now, decided_by="The board")
    path = f"/group/{body.slug}/reasons/"
    site = as_person(bryn)
    assert WHY.text in site.open(path).main.text
    reply = f"{path}{row.id}/reply/"
    assert "Enter your reply" in site.send(reply, {"reply": ""}, status=422).text
    page = site.send(reply, {"reply": "We can wait."})
    assert "We can wait." in page.main.text
    assert row.reply == "We can wait."
    as_person(dev).open(path, status=404)
    as_person(dev).open(reply, status=404)


def test_r04_what_no_offer_brought_is_recorded_by_hand(as_person, session, body, carys):
    engagement = make_engagement(session)
    site = as_person(carys)
    path = f"/desk/reasons/new/?body={body.slug}&engagement={engagement.slug}"
    data = {"reason_code": "time", "reason": "Too short.", "decided_by": "The board"}
    page = site.send(path, {**data, "body": "Nobody"}, status=422)
    assert "No group on the register has this name" in page.text
    page = site.send(path, {**data, "kind": "ask", "ask": ""}, status=422)
    assert "Enter what the group asked for" in page.text
    assert "Tell the group next" in site.send(path, data).text
    page = site.send(path, data, status=422)
    assert "recorded already" in page.text


def test_working_days_are_set_on_a_page(as_person, session, carys):
    make_partnership(session)
    site, path = as_person(carys), "/desk/partnership/working-days/"
    page = site.send(path, {"reason_days": "0", "holidays": "Christmas"}, status=422)
    assert "Look at: Christmas" in page.text
    page = site.send(path, {"reason_days": "15", "holidays": "5 10 2026\n28 September 2026"})
    assert page.select_one("#holidays").text.split("\n")[-2:] == [
        "28 September 2026",
        "5 October 2026",
    ]


def test_r04_the_log_names_no_engagement_that_not_everybody_sees(site, session, body, now):
    make_partnership(session)
    engagement = make_engagement(session, "Closing a school", kind="event", is_public=False)
    ask(session, body, now, engagement=engagement, kind="not_asked")
    actions.note_told(session.scalar(sa.select(Declination)), "phone", TODAY, at=now, by=None)
    session.commit()
    page = site.open("/groups/reasons/")
    assert WHY.text in page.text
    assert "school" not in page.text + site.client.get("/groups/reasons/reasons.csv").text
