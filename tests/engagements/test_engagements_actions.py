"""Planning, asking groups, and the facts of who took part."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engage.audit.models import AuditEvent
from engage.engagements.actions import planning as actions
from engage.engagements.models import Engagement, Invitation
from engage.engagements.queries import planning as queries
from engage.engagements.rules.planning import EngagementRefused, ReasonNeededRefused
from engage.messages.models import Message
from tests.makers.bodies import make_body
from tests.makers.engagements import make_engagement
from tests.makers.places import make_places


def plan(now, **changes):
    facts = {
        "title": "Mastrick locality plan",
        "purpose": "To agree what comes first.",
        "level": "involve",
        "open_to_change": "The order.",
        "fixed": "The budget.",
        "opens_at": now,
        "closes_at": now + timedelta(days=84),
        "locality_id": None,
        "at": now,
        "by": None,
        **changes,
    }
    return actions.plan_engagement("consultation", **facts)


@pytest.mark.requirement("R10")
def test_a_planned_engagement_says_what_is_open_and_what_is_fixed(session, carys, now):
    engagement = plan(now, by=carys.id)
    assert engagement.slug == "mastrick-locality-plan"
    assert (engagement.open_to_change, engagement.fixed) == ("The order.", "The budget.")
    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.actor_id) == ("engagement.planned", carys.id)


@pytest.mark.requirement("R10")
@pytest.mark.parametrize("scope", ["open_to_change", "fixed"])
def test_the_database_keeps_no_engagement_without_its_scope(session, scope):
    with pytest.raises(IntegrityError):
        make_engagement(session, **{scope: ""})


def test_two_engagements_of_one_title_have_two_addresses(session, now):
    assert plan(now).slug != plan(now).slug


def test_an_engagement_that_ends_before_it_starts_is_refused(session, now):
    with pytest.raises(EngagementRefused, match="after the opening date"):
        plan(now, closes_at=now)


def test_of_two_of_one_title_at_once_one_is_sent_again(session, now, monkeypatch):
    plan(now)
    session.commit()
    monkeypatch.setattr(actions, "slug_for", lambda title, taken: "mastrick-locality-plan")
    with pytest.raises(EngagementRefused, match="Send yours again"):
        plan(now)
    assert session.query(Engagement).count() == 1


# Asking groups ----------------------------------------------------------------------------------


def invite(engagement, bodies, now, level="consult", reason="", by=None):
    return actions.invite_bodies(engagement, bodies, level=level, reason=reason, at=now, by=by)


@pytest.mark.requirement("R04")
def test_an_offer_below_a_wish_needs_a_reason_and_names_the_groups(session, now):
    engagement = make_engagement(session)
    content = make_body(session, "Content Group", wish="consult")
    keen = make_body(session, "Keen Group", wish="empower")
    with pytest.raises(ReasonNeededRefused, match="Keen Group") as refused:
        invite(engagement, [content, keen], now)
    assert "Content" not in str(refused.value)
    assert session.query(Invitation).count() == 0


@pytest.mark.requirement("R04")
def test_the_reason_is_kept_and_told_where_it_belongs(session, carys, now):
    engagement = make_engagement(session)
    content = make_body(session, "Content", wish="consult", contact_email="c@example.org")
    keen = make_body(session, "Keen", wish="empower", contact_email="k@example.org")
    made = invite(engagement, [content, keen], now, reason="The law decides this.", by=carys.id)
    assert [(i.wish, i.reason) for i in made] == [
        ("consult", ""),
        ("empower", "The law decides this."),
    ]
    assert [(i.invited_by, i.told_at) for i in made] == [(carys.id, now)] * 2
    told = {m.address: m.body for m in session.scalars(select(Message))}
    assert "The law decides this." in told["k@example.org"]
    assert "The law decides this." not in told["c@example.org"]
    assert "http://localhost/say/mastrick-locality-plan/" in told["c@example.org"]


@pytest.mark.requirement("R04")
def test_the_database_keeps_no_lesser_offer_without_a_reason(session, now):
    engagement, body = make_engagement(session), make_body(session)
    session.add(
        Invitation(
            engagement_id=engagement.id,
            body_id=body.id,
            level="inform",
            wish="consult",
            invited_at=now,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_group_hears_of_each_offer_once(session, now):
    engagement = make_engagement(session)
    body = make_body(session, wish="empower", contact_email="f@example.org")
    for reason in ("No time.", "No time.", "No money."):
        invite(engagement, [body], now, reason=reason)
    assert session.query(Invitation).count() == 1
    assert session.query(Message).count() == 2


def test_a_group_without_an_address_is_not_said_to_be_told(session, now):
    made = invite(make_engagement(session), [make_body(session)], now)
    assert made[0].told_at is None


def test_asking_leaves_its_trace(session, carys, now):
    engagement, body = make_engagement(session), make_body(session, wish="inform")
    actions.invite_bodies(engagement, [body], level="consult", reason="", at=now, by=carys.id)
    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.object) == ("body.invited", f"engagement:{engagement.id}")
    assert '"wish":"inform"' in event.detail


def test_of_two_officers_at_once_one_looks_again(session, now, monkeypatch):
    engagement, body = make_engagement(session), make_body(session)
    invite(engagement, [body], now)
    session.commit()
    monkeypatch.setattr(actions, "invitations_to", lambda engagement_id: {})
    with pytest.raises(EngagementRefused, match="Look again"):
        invite(engagement, [body], now)
    assert session.query(Invitation).count() == 1


def test_nobody_is_asked_after_the_close(session, now):
    engagement = make_engagement(session, closes_at=now)
    with pytest.raises(EngagementRefused, match="closed"):
        invite(engagement, [make_body(session)], now)


# Reads ------------------------------------------------------------------------------------------


def test_groups_that_took_part_and_people_who_did(session, now):
    engagement, body = make_engagement(session), make_body(session)
    day = date(2026, 11, 22)
    facts = {"place": "not_given", "zone_code": None, "channel": "online", "on_day": day}
    actions.record_participation(engagement.id, "response", body_id=body.id, **facts)
    actions.record_participation(engagement.id, "response", **facts)
    assert [fact.body_id for fact in queries.facts_between(day, day)] == [body.id, None]
    assert queries.facts_between(day + timedelta(days=1), day + timedelta(days=2)) == []


def test_voters_are_recorded_in_batches(session):
    places, engagement = make_places(session), make_engagement(session)
    day = date(2026, 11, 22)
    zone = places.zones[0]
    counts = {("matched", zone, "online", "18-24"): 7, ("not_given", None, "paper", None): 2}
    actions.record_ballots(engagement.id, counts, on_day=day)
    facts = queries.facts_between(day, day)
    assert sorted((f.zone_code or "", f.people) for f in facts) == [("", 2), (zone, 7)]
