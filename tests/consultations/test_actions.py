"""Consultations that open and close, and responses that are given once."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from engage.audit.models import AuditEvent
from engage.consultations.actions import (
    close_if_due,
    create_consultation,
    open_consultation,
    publish_responses,
    save_answers,
    save_comments,
    start_response,
    submit_response,
)
from engage.consultations.models import Response
from engage.consultations.rules import AnswerRefused, ConsultationRefused
from engage.engagements.actions.planning import plan_engagement
from tests.makers.bodies import make_body
from tests.makers.consultations import make_consultation, make_response
from tests.makers.plans import make_plan


def trail(session) -> list[str]:
    return [event.action for event in session.query(AuditEvent).order_by(AuditEvent.seq)]


def plan_for(now, days, carys):
    return plan_engagement(
        "consultation",
        title="What do you think?",
        purpose="To hear you.",
        level="consult",
        open_to_change="Everything.",
        fixed="Nothing.",
        opens_at=now,
        closes_at=now + timedelta(days=days),
        locality_id=None,
        at=now,
        by=carys.id,
    )


@pytest.mark.requirement("R64")
@pytest.mark.requirement("R69")
def test_carys_creates_and_opens_a_consultation_on_a_draft(session, now, carys):
    plan = make_plan(session)
    consultation = create_consultation(
        plan_for(now, 84, carys),
        plan.drafts[0].id,
        [("agreement", "Do you agree?", True), ("text", "What is missing?", False)],
        short_notice_reason="",
        at=now,
        by=carys.id,
    )
    open_consultation(consultation, at=now, by=carys.id)
    assert consultation.stage == "open"
    assert [q.position for q in consultation.questions] == [1, 2]
    assert trail(session) == [
        "engagement.planned",
        "consultation.created",
        "consultation.opened",
    ]


@pytest.mark.requirement("R72")
def test_less_than_twelve_weeks_needs_a_reason(session, now, carys):
    plan = make_plan(session)
    asked = [("agreement", "Do you agree?", False)]
    with pytest.raises(ConsultationRefused, match="12 weeks"):
        create_consultation(
            plan_for(now, 83, carys),
            plan.drafts[0].id,
            asked,
            short_notice_reason=" ",
            at=now,
            by=carys.id,
        )


def test_a_consultation_opens_once_and_not_after_its_closing_date(session, now, carys):
    consultation = make_consultation(session)
    with pytest.raises(ConsultationRefused, match="opened before"):
        open_consultation(consultation, at=now, by=carys.id)
    consultation.stage = "preparing"
    with pytest.raises(ConsultationRefused, match="closing date has passed"):
        open_consultation(consultation, at=consultation.engagement.closes_at, by=carys.id)


def test_the_close_is_recorded_once_by_whoever_looks_first(session):
    consultation = make_consultation(session)
    closes = consultation.engagement.closes_at
    assert not close_if_due(consultation, at=closes - timedelta(seconds=1))
    assert close_if_due(consultation, at=closes)
    assert not close_if_due(consultation, at=closes)
    assert trail(session) == ["consultation.closed"]
    assert session.query(AuditEvent).one().actor_role == "system"


@pytest.mark.requirement("R72")
def test_responses_are_published_after_the_close_and_once(session, now, carys):
    consultation = make_consultation(session)
    with pytest.raises(ConsultationRefused, match="after the consultation has closed"):
        publish_responses(consultation, at=now, by=carys.id)
    later = consultation.engagement.closes_at
    publish_responses(consultation, at=later, by=carys.id)
    with pytest.raises(ConsultationRefused, match="already"):
        publish_responses(consultation, at=later, by=carys.id)
    assert trail(session) == ["consultation.closed", "responses.published"]


def test_a_submitted_response_keeps_its_answers_and_comments(session):
    consultation = make_consultation(session)
    make_response(
        session, consultation, texts=["Benches"], comments={"1.2": "Yes", "2.1": "Longer"}
    )
    kept = session.query(Response).one()
    assert sorted(a.text for a in kept.answers) == ["Benches", "agree"]
    assert {c.paragraph.label: c.text for c in kept.comments} == {"1.2": "Yes", "2.1": "Longer"}
    assert trail(session) == [], "what people say leaves no trace in the trail"


def test_an_emptied_answer_is_taken_out(session, now):
    consultation = make_consultation(session)
    response, _ = make_response(
        session, consultation, texts=["Benches"], comments={"1.1": "Yes"}, submitted=False
    )
    save_answers(response, {consultation.questions[1].id: ""}, at=now)
    save_comments(response, {response.comments[0].paragraph_id: ""}, at=now)
    session.commit()
    session.refresh(response)
    assert [a.text for a in response.answers] == ["agree"]
    assert response.comments == []


def test_every_save_raises_the_version(session, now):
    consultation = make_consultation(session)
    response, _ = make_response(session, consultation, submitted=False)
    before = response.version
    save_answers(response, {consultation.questions[0].id: "disagree"}, at=now)
    session.commit()
    assert response.version == before + 1


def test_a_submitted_response_is_not_changed(session, now):
    consultation = make_consultation(session)
    response, _ = make_response(session, consultation)
    with pytest.raises(AnswerRefused, match="sent before"):
        save_answers(response, {}, at=now)
    with pytest.raises(AnswerRefused, match="sent before"):
        submit_response(response, at=now, on_day=now.date())


def test_nothing_is_saved_or_sent_from_the_closing_instant_on(session):
    consultation = make_consultation(session)
    response, _ = make_response(session, consultation, submitted=False)
    closes = consultation.engagement.closes_at
    with pytest.raises(AnswerRefused, match="not open"):
        save_answers(response, {}, at=closes)
    with pytest.raises(AnswerRefused, match="not open"):
        submit_response(response, at=closes, on_day=closes.date())
    with pytest.raises(AnswerRefused, match="not open"):
        start_response(consultation, at=closes)


def test_a_body_has_one_response(session, now, bryn, aisha):
    body = make_body(session, represented_by=bryn)
    consultation = make_consultation(session)
    start_response(consultation, at=now, account_id=bryn.id, body_id=body.id)
    with pytest.raises(IntegrityError):
        start_response(consultation, at=now, account_id=aisha.id, body_id=body.id)


def test_an_account_has_one_response_of_its_own_beside_its_bodys(session, now, bryn):
    body = make_body(session, represented_by=bryn)
    consultation = make_consultation(session)
    start_response(consultation, at=now, account_id=bryn.id, body_id=body.id)
    start_response(consultation, at=now, account_id=bryn.id)
    with pytest.raises(IntegrityError):
        start_response(consultation, at=now, account_id=bryn.id)
