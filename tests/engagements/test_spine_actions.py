"""Gates that rooms above add their checks to, and what opening and closing leave behind."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from engage.audit.models import AuditEvent
from engage.budgeting.actions.rounds import open_proposals
from engage.budgeting.rules.refusals import RoundRefused
from engage.consultations.actions import open_consultation
from engage.consultations.rules import ConsultationRefused
from engage.engagements import gates
from engage.engagements.actions.details import change_details, remove_pack
from engage.engagements.actions.leap import judge_indicators, set_indicators
from engage.engagements.actions.opening import close_engagement, open_engagement
from engage.engagements.actions.standards import Said, answer_standard
from engage.engagements.models import EngagementSettings, StandardEvidence
from engage.engagements.queries.standards import ended_between
from engage.engagements.rules.about import PackRefused
from engage.engagements.rules.calendar import bounds
from engage.engagements.rules.leap import LeapRefused
from engage.engagements.rules.planning import EngagementRefused
from engage.engagements.rules.standards import StandardsRefused
from engage.influence.models import Finding
from tests.makers.budgeting import make_round
from tests.makers.consultations import make_consultation
from tests.makers.plans import make_plan
from tests.makers.spine import LARGE, answer, make_event, make_large_plan, make_pack, opened


@pytest.fixture
def who(now, carys):
    return {"at": now, "by": carys.id, "role": carys.role}


def test_r09_a_large_consultation_waits_for_its_standards_and_a_small_one_does_not(session, who):
    plan = make_plan(session)
    small = make_consultation(session, plan, stage="preparing")
    open_consultation(small, **who)
    assert small.engagement.opened_at == who["at"]
    assert small.engagement.standards_scope == "seven"
    large = make_consultation(session, plan, title="Large", slug="large", stage="preparing")
    large.engagement.value_pence = LARGE
    with pytest.raises(ConsultationRefused, match="Inclusion: 4 questions"):
        open_consultation(large, **who)
    assert large.stage == "preparing"


def test_r09_a_large_vote_waits_for_its_standards(session, who):
    round_ = make_round(session, "preparing", at=who["at"])
    round_.engagement.value_pence = LARGE
    with pytest.raises(RoundRefused, match="Inclusion: 4 questions"):
        open_proposals(round_, **who)


def test_r09_the_partnership_may_ask_for_every_value(session, who):
    session.add(EngagementSettings(id=1, standards_from_pence=LARGE, value_always_needed=True))
    session.commit()
    large = make_consultation(session, make_plan(session), stage="preparing")
    with pytest.raises(ConsultationRefused, match="worth in pounds"):
        open_consultation(large, **who)


def test_r10_opening_and_closing_leave_their_trace(session, who, now):
    engagement = make_large_plan(session, opens_at=now - timedelta(days=2), closes_at=now)
    engagement.closes_at = now + timedelta(hours=1)
    open_engagement(engagement, **who)
    assert engagement.view_code
    with pytest.raises(EngagementRefused, match="opened before"):
        open_engagement(engagement, **who)
    answer(session, engagement, "CX", "review", score=5, shown=True)
    with pytest.raises(EngagementRefused, match="still running"):
        close_engagement(engagement, **who)
    later = {**who, "at": now + timedelta(days=1)}
    close_engagement(engagement, **later)
    with pytest.raises(EngagementRefused, match="closed before"):
        close_engagement(engagement, **later)
    assert list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq))) == [
        "engagement.opened", "engagement.closed",
    ]  # fmt: skip


def test_r10_rooms_above_add_their_checks_to_the_gate(session, who, now):
    engagement = make_event(session, opens_at=now - timedelta(days=3), closes_at=now)
    opened(session, engagement)
    session.add(
        Finding(
            engagement_id=engagement.id,
            number=1,
            kind="view",
            theme="Buses",
            statement="Buses come late.",
            recorded_at=now,
        )
    )
    session.commit()
    with pytest.raises(EngagementRefused, match="1 finding waits"):
        close_engagement(engagement, **who)
    round_ = make_round(session, "voting", at=now)
    mends = [h.mend for h in gates.hurdles(gates.CLOSING, round_.engagement, now) if h.blocks]
    assert "Go to the vote" in mends


def test_r10_a_pack_that_people_could_read_or_that_shows_something_stays(session, who):
    engagement = make_event(session)
    pack, other = make_pack(session, engagement), make_pack(session, engagement, version="2")
    said = {"I": Said("All.", None, ("pack", str(pack.id)))}
    answer_standard(engagement, "plan", "I", said, **who)
    with pytest.raises(PackRefused, match="evidence for a Standard"):
        remove_pack(engagement, pack, **who)
    remove_pack(engagement, other, **who)
    session.commit()
    opened(session, engagement)
    with pytest.raises(PackRefused, match="add a new version"):
        remove_pack(engagement, pack, **who)


def test_r09_evidence_of_another_engagement_is_refused(session, who):
    engagement = make_event(session)
    foreign = make_pack(session, make_event(session, "Another"))
    for what in (str(foreign.id), "x", "99999999999"):
        with pytest.raises(StandardsRefused, match="Choose one"):
            answer_standard(
                engagement, "plan", "I", {"I": Said("All.", None, ("pack", what))}, **who
            )
        session.rollback()
    assert session.scalars(select(StandardEvidence)).all() == []


def test_r09_a_review_comes_after_the_opening(session, who):
    with pytest.raises(StandardsRefused, match="once it is open"):
        answer_standard(make_event(session), "review", "I", {"I": Said("All.")}, **who)


def test_r79_only_indicators_of_the_plan_are_judged_and_only_once_open(session, who):
    engagement = make_event(session)
    set_indicators(engagement, [("30 come", "30")])
    at = {"at": who["at"], "by": who["by"]}
    with pytest.raises(LeapRefused, match="once it is open"):
        judge_indicators(engagement, {1: ("yes", "")}, **at)
    session.commit()
    opened(session, engagement)
    with pytest.raises(LeapRefused, match="that the plan set"):
        judge_indicators(engagement, {99: ("yes", "")}, **at)
    with pytest.raises(LeapRefused, match="are fixed"):
        set_indicators(engagement, [("3 come", "3")])
    judge_indicators(engagement, {1: ("yes", "We counted.")}, **at)


def test_r11_what_people_were_told_stays_once_it_is_open(session, who):
    engagement = opened(session, make_event(session, reuse_notice="none"))
    about = {
        "methods": "", "stage": "design", "value_pence": 100, "topic": "", "changed_since": "",
        "minutes_asked": None, "is_public": True, "reuse_notice": "plans", "reuse_words": "Yes.",
        "lead_partner_id": None,
    }  # fmt: skip
    with pytest.raises(EngagementRefused, match="as they were told"):
        change_details(engagement, about, [], **who)
    change_details(engagement, {**about, "reuse_notice": "none", "reuse_words": ""}, [], **who)
    assert engagement.stage == "design"


def test_r12_what_was_by_invitation_was_asked_too(session, who, now):
    before = now - timedelta(days=99)
    earlier = make_event(
        session, "Before", topic="health", opens_at=before, closes_at=before + timedelta(days=1),
        is_public=False,
    )  # fmt: skip
    opened(session, earlier)
    again = make_event(session, topic="health")
    make_pack(session, again)
    with pytest.raises(EngagementRefused, match="The same people were asked"):
        open_engagement(again, **who)


def test_r09_what_ends_with_the_last_stroke_of_a_year_counts_in_that_year_alone(session):
    days = [date(year, 4, 1) for year in (2026, 2027, 2028)]
    end = datetime(2027, 3, 31, 23, tzinfo=UTC)  # midnight in the UK, in summer time
    opened(session, make_event(session, closes_at=end))
    assert [len(ended_between(*bounds(*year))) for year in pairwise(days)] == [1, 0]
