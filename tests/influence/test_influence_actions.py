"""Recording findings and decisions, and telling those who contributed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engage.audit.models import AuditEvent
from engage.influence.actions import record_finding, record_influence, tell_contributors
from engage.influence.models import Influence
from engage.influence.queries import (
    effect_counts,
    engagements_heard,
    findings_of,
    heard_engagement,
    influences_on,
    priority_choices,
)
from engage.influence.rules import FindingRefused, InfluenceRefused, PriorityMoved, text_hash
from engage.messages.models import Message
from tests.makers.bodies import make_body
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.consultations import make_consultation, make_response
from tests.makers.influence import make_finding, make_influence
from tests.makers.plans import make_plan

LINK = "https://example.scot/decisions/mastrick/"


@pytest.fixture
def plan(session):
    return make_plan(session)


@pytest.fixture
def consultation(session, plan, now):
    return make_consultation(
        session, plan, closes_at=now - timedelta(days=1), opens_at=now - timedelta(days=90)
    )


@pytest.fixture
def said(session, consultation, now):
    """A response of a resident with e-mail, and its comment: (kind, id) of both."""
    response, _ = make_response(
        session,
        consultation,
        texts=["Light the paths."],
        comments={"1.2": "Yes, all of them."},
        email="eilidh@example.org",
        at=now - timedelta(days=20),
    )
    return [("response", response.id), ("comment", response.comments[0].id)]


def decide(finding, priority, at, **changes):
    decision = {
        "effect": "changed",
        "priority": priority,
        "text": "Mend and light the paths.",
        "seen": text_hash(priority.text) if priority else "",
        "reason": "Many asked.",
        "decided_by": "Board",
        "decided_on": at.date(),
        "at": at,
        "by": None,
        **changes,
    }
    return record_influence(finding, **decision)


@pytest.mark.requirement("R34")
def test_a_finding_rests_on_what_people_said_and_leaves_its_trace(session, consultation, said, now):
    finding = make_finding(session, consultation.engagement, said, section="young carers")
    again = make_finding(session, consultation.engagement, said[:1])
    assert (finding.number, again.number, finding.section) == (1, 2, "young carers")
    assert {(s.kind, s.source_id) for s in finding.sources} == set(said)
    recorded = select(AuditEvent).where(AuditEvent.action == "finding.recorded")
    trail = session.scalars(recorded.order_by(AuditEvent.seq)).all()
    assert [event.object for event in trail] == [f"finding:{finding.id}", f"finding:{again.id}"]
    assert "paths" not in trail[0].detail


def test_a_finding_that_rests_on_nothing_is_refused(session, consultation, now):
    with pytest.raises(FindingRefused, match="at least one"):
        record_finding(
            consultation.engagement,
            kind="need",
            theme="x",
            statement="y",
            sources=[],
            at=now,
            by=None,
        )


@pytest.mark.requirement("R46")
def test_a_change_gives_the_priority_its_new_wording_and_keeps_the_old(
    session, plan, consultation, said, now
):
    finding = make_finding(session, consultation.engagement, said)
    before = plan.priorities[0].text
    influence = decide(finding, plan.priorities[0], now)
    session.commit()
    assert (influence.before_text, influence.after_text) == (before, "Mend and light the paths.")
    assert plan.priorities[0].text == "Mend and light the paths."
    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)).all()
    assert actions[-2:] == ["priority.changed", "influence.recorded"]


@pytest.mark.requirement("R46")
def test_another_officers_change_is_not_written_over(session, plan, consultation, said, now):
    finding = make_finding(session, consultation.engagement, said)
    seen = text_hash(plan.priorities[0].text)
    plan.priorities[0].text = "What somebody else wrote."
    session.commit()
    with pytest.raises(PriorityMoved):
        decide(finding, plan.priorities[0], now, seen=seen)
    assert plan.priorities[0].text == "What somebody else wrote."


def test_one_finding_and_priority_have_one_record(session, plan, consultation, said, now):
    finding = make_finding(session, consultation.engagement, said)
    decide(finding, plan.priorities[0], now)
    with pytest.raises(InfluenceRefused, match="already"):
        decide(finding, plan.priorities[0], now, effect="confirmed")
    decide(finding, plan.priorities[1], now, effect="confirmed")
    assert len(session.scalars(select(Influence)).all()) == 2


@pytest.mark.requirement("R47")
def test_a_finding_is_set_aside_once_and_with_a_reason(session, consultation, said, now):
    finding = make_finding(session, consultation.engagement, said)
    decide(finding, None, now, effect="not_taken_up")
    with pytest.raises(InfluenceRefused, match="already"):
        decide(finding, None, now, effect="not_taken_up")
    session.commit()
    session.add(
        Influence(
            finding_id=finding.id,
            effect="not_taken_up",
            reason="again",
            decided_by="x",
            decided_on=now.date(),
            recorded_at=now,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.requirement("R47")
@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"decided_by": ""},
        {"effect": "changed", "before_text": "same", "after_text": "same"},
        {"effect": "confirmed", "priority_id": None},
        {"effect": "ignored"},
    ],
)
def test_the_database_itself_refuses_a_decision_without_its_parts(
    session, plan, consultation, said, now, wrong
):
    finding = make_finding(session, consultation.engagement, said)
    parts = {
        "finding_id": finding.id,
        "priority_id": plan.priorities[0].id,
        "effect": "not_taken_up",
        "reason": "Because.",
        "decided_by": "Board",
        "decided_on": now.date(),
        "recorded_at": now,
        **wrong,
    }
    session.add(Influence(**parts))
    with pytest.raises(IntegrityError):
        session.flush()


# Telling ---------------------------------------------------------------------------------------


@pytest.mark.requirement("R15")
def test_everyone_who_took_part_is_told_once_of_all_that_concerns_them(
    session, plan, consultation, said, bryn, now
):
    council = make_body(session, represented_by=bryn)
    theirs, _ = make_response(
        session,
        consultation,
        body_id=council.id,
        texts=["A night bus."],
        at=now - timedelta(days=9),
    )
    paths = make_finding(session, consultation.engagement, said)
    bus = make_finding(
        session,
        consultation.engagement,
        [("response", theirs.id), said[0]],
        statement="People want a night bus.",
    )
    make_influence(session, paths, plan.priorities[0])
    make_influence(session, bus, None, "not_taken_up", reason="There is no money for a bus.")
    tell_contributors(consultation.engagement, link=LINK, at=now, by=None)
    session.commit()
    by_address = {m.address: m for m in session.scalars(select(Message)) if LINK in m.body}
    assert {m.channel for m in by_address.values()} == {"email", "notice"}
    eilidh, group = by_address["eilidh@example.org"].body, by_address[bryn.email].body
    assert "paths lit" in eilidh
    assert "night bus" in eilidh
    assert "night bus" in group
    assert "paths lit" not in group
    assert all(influence.told_at == now for influence in session.scalars(select(Influence)))


@pytest.mark.requirement("R15")
def test_nobody_is_told_the_same_thing_twice(session, plan, consultation, said, now):
    finding = make_finding(session, consultation.engagement, said)
    make_influence(session, finding, plan.priorities[0])
    first = tell_contributors(consultation.engagement, link=LINK, at=now, by=None)
    session.commit()
    with pytest.raises(InfluenceRefused, match="told of every decision"):
        tell_contributors(consultation.engagement, link=LINK, at=now, by=None)
    make_influence(session, finding, plan.priorities[1], "confirmed", reason="It stays.")
    tell_contributors(consultation.engagement, link=LINK, at=now, by=None)
    session.commit()
    by_email = select(Message).where(Message.channel == "email").order_by(Message.id)
    letters = session.scalars(by_email).all()
    letters = [letter for letter in letters if LINK in letter.body]
    assert first == 2  # an e-mail and a notice
    assert len(letters) == 2
    assert "Many people asked" not in letters[1].body


@pytest.mark.requirement("R15")
def test_the_proposer_without_e_mail_finds_a_notice(session, plan, now):
    round_ = make_round(session, "declared", at=now)
    proposal = make_proposal(session, round_, "Bike shelter", stage="accepted", at=now)
    finding = make_finding(session, round_.engagement, [("proposal", proposal.id)])
    make_influence(session, finding, plan.priorities[1], "confirmed")
    tell_contributors(round_.engagement, link=LINK, at=now, by=None)
    notice = session.scalars(select(Message).where(Message.body.contains(LINK))).one()
    assert (notice.channel, notice.address) == ("notice", proposal.reference_hash)


def test_telling_leaves_its_trace_and_no_address_in_it(
    session, plan, consultation, said, carys, now
):
    finding = make_finding(session, consultation.engagement, said)
    make_influence(session, finding, plan.priorities[0])
    tell_contributors(consultation.engagement, link=LINK, at=now, by=carys.id)
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (event.action, event.actor_id) == ("contributors.told", carys.id)
    assert event.detail == '{"decisions":1,"messages":2}'


# Reading ---------------------------------------------------------------------------------------


@pytest.mark.requirement("R15")
def test_what_became_of_one_contribution_can_be_followed(session, plan, consultation, said):
    finding = make_finding(session, consultation.engagement, said)
    make_influence(session, finding, plan.priorities[0])
    (influence,) = influences_on(*said[1])
    assert influence.finding.engagement.title == consultation.engagement.title
    assert influence.priority.plan.title == plan.title
    assert influences_on("comment", said[1][1] + 1) == []


def test_findings_are_drawn_from_what_is_over(session, plan, consultation, now):
    make_consultation(session, plan, slug="still-open", title="Still open")
    make_round(session, "voting", title="Voting now", at=now)
    declared = make_round(session, "declared", title="Decided", at=now)
    heard = [one.engagement.slug for one in engagements_heard(now)]
    assert sorted(heard) == sorted([consultation.engagement.slug, declared.engagement.slug])
    assert heard_engagement("still-open", now) is None


def test_priorities_of_the_plan_that_was_asked_about_come_first(session, plan, consultation):
    make_plan(session, title="Another plan", slug="another-plan")
    names = [name for _, name in priority_choices(consultation.engagement)]
    assert names[0] == "Mastrick plan: 1. Safer paths"
    assert names[-1] == "Another plan: 2. Places for young people"


@pytest.mark.requirement("R46")
def test_findings_are_counted_by_effect_in_the_year_of_their_decision(
    session, plan, consultation, said, now
):
    engagement = consultation.engagement
    changed, confirmed, set_aside, before, waiting = (
        make_finding(session, engagement, said, statement=f"Point {n}") for n in range(5)
    )
    make_influence(session, changed, plan.priorities[0])
    make_influence(session, changed, plan.priorities[1], "confirmed")
    make_influence(session, confirmed, plan.priorities[1], "confirmed")
    make_influence(session, set_aside, None, "not_taken_up")
    make_influence(session, before, None, "not_taken_up", decided_on=date(2026, 3, 31))
    counts = effect_counts(date(2026, 4, 1), date(2027, 3, 31))
    assert (counts.changed, counts.confirmed, counts.not_taken_up, counts.waiting) == (1, 1, 1, 1)
    assert counts.decided == 3
    assert effect_counts(date(2025, 4, 1), date(2026, 3, 31)).decided == 1
    assert len(findings_of(engagement.id)) == 5
    assert waiting.influences == []
