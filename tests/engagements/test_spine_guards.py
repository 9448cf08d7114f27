"""What the database itself refuses about engagements, whatever the code does."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from engage.engagements.models import CalendarEntry, Engagement, LeapIndicator
from tests.conftest import NOW
from tests.makers.budgeting import make_round
from tests.makers.consultations import make_consultation
from tests.makers.engagements import make_engagement
from tests.makers.plans import make_plan
from tests.makers.spine import (
    LARGE,
    answer,
    make_event,
    make_large_plan,
    make_pack,
    make_partner,
    opened,
)

OPEN = "UPDATE engagement SET opened_at = opens_at, standards_scope = 'full' WHERE id = 1"


EVIDENCE = "INSERT INTO standard_evidence (answer_id, kind, reference)"


def refused(session, statement, words, **values):
    """Assert that the database takes this by no means, and says why in these words."""
    with pytest.raises(DBAPIError, match=words):
        session.execute(sa.text(statement), values)
    session.rollback()


def taken(session, statement, **values):
    session.execute(sa.text(statement), values)
    session.commit()


@pytest.mark.parametrize("left", ["I4", "S3", "P6"])
def test_r09_a_large_one_opens_with_inclusion_support_and_planning_answered(session, left):
    make_large_plan(session)
    taken(session, f"DELETE FROM standard_answer WHERE indicator = '{left}'")
    refused(session, OPEN, "Inclusion, Support and Planning")


def test_r09_a_large_one_opens_as_a_large_one_with_answers_in_words(session):
    make_large_plan(session)
    refused(session, OPEN.replace("'full'", "'seven'"), "Inclusion, Support and Planning")
    taken(session, "UPDATE standard_answer SET answer = '', score = 6 WHERE indicator = 'I1'")
    refused(session, OPEN, "Inclusion, Support and Planning")
    taken(session, "UPDATE standard_answer SET answer = 'Yes' WHERE indicator = 'I1'")
    taken(session, OPEN)


def test_r09_the_partnership_sets_the_value_and_a_small_one_opens_freely(session):
    make_event(session, value_pence=LARGE - 1)
    taken(session, "INSERT INTO engagement_settings VALUES (1, 100, false)")
    refused(session, OPEN, "one of this worth opens once")
    taken(session, "UPDATE engagement_settings SET standards_from_pence = 3000000")
    taken(session, OPEN.replace("'full'", "'seven'"))


def test_r09_nobody_makes_a_large_one_that_is_open(session):
    with pytest.raises(IntegrityError, match="planned before it opens"):
        make_event(session, value_pence=LARGE, opened_at=NOW, standards_scope="full")
    session.rollback()
    make_event(session, opened_at=NOW, standards_scope="seven")


def test_r10_a_large_one_opens_with_something_to_read_by_that_day(session):
    engagement = make_large_plan(session)
    taken(session, "UPDATE information_pack SET published_on = :day", day=date(2026, 12, 3))
    refused(session, OPEN, "information for people")
    taken(session, "UPDATE information_pack SET published_on = :day", day=date(2026, 12, 2))
    taken(session, OPEN)
    for statement in ("DELETE FROM information_pack", "UPDATE information_pack SET title = 'x'"):
        refused(session, statement, "given to read stays")
    make_pack(session, engagement, version="2")


@pytest.mark.parametrize("letter", ["C", "X"])
def test_r09_a_large_one_closes_scored_and_with_evidence(session, letter):
    engagement = opened(session, make_large_plan(session), "full")
    close = "UPDATE engagement SET closed_at = closes_at"
    answer(session, engagement, "CX".replace(letter, ""), "review", score=5, shown=True)
    refused(session, close, "Communication and Impact")
    answer(session, engagement, letter, "review", score=5)
    refused(session, close, "Communication and Impact")
    (number,) = session.scalars(
        sa.text(f"SELECT id FROM standard_answer WHERE indicator = '{letter}1'")
    )
    taken(
        session,
        f"{EVIDENCE} VALUES (:a, 'text', 'Minutes')",
        a=number,
    )
    taken(session, close)
    for table in ("standard_answer", "standard_evidence"):
        refused(session, f"DELETE FROM {table} WHERE id = (SELECT max(id) FROM {table})", "fixed")
    refused(session, "UPDATE standard_answer SET score = 6 WHERE phase = 'review'", "is fixed")
    refused(session, "UPDATE standard_evidence SET reference = 'x'", "is fixed")
    refused(session, f"{EVIDENCE} VALUES (:a, 'text', 'More')", "is fixed", a=number)
    late = (
        "INSERT INTO standard_answer (engagement_id, edition, indicator, phase, whose, answer, at) "
        "VALUES (1, '2016', 'W1', 'review', '', 'More', '2026-11-22')"
    )
    refused(session, late, "is fixed")
    refused(session, "UPDATE engagement SET closed_at = NULL", "closes once")


def test_r09_a_plan_and_an_opening_stay_as_they_were(session):
    opened(session, make_large_plan(session), "full")
    refused(session, "DELETE FROM standard_answer WHERE indicator = 'I1'", "once .* is open")
    refused(session, "UPDATE standard_answer SET answer = 'Other'", "once .* is open")
    for change in ("opened_at = NULL", "standards_scope = 'seven'", "standards_edition = 'x'"):
        refused(session, f"UPDATE engagement SET {change}", "opens once")
    taken(session, "UPDATE engagement SET title = 'Another title', closed_at = NULL")


def test_r09_one_closes_only_after_it_was_opened(session):
    make_event(session)
    refused(session, "UPDATE engagement SET closed_at = closes_at", "after it was opened")


def test_r09_a_large_consultation_or_vote_opens_by_its_engagement(session):
    plan = make_plan(session)
    consultation = make_consultation(session, plan, stage="preparing")
    session.execute(sa.text("UPDATE engagement SET value_pence = :large"), {"large": LARGE})
    session.commit()
    refused(session, "UPDATE consultation SET stage = 'open'", "Inclusion, Support and Planning")
    engagement = consultation.engagement
    make_pack(session, engagement, published_on=engagement.opens_at.date())
    answer(session, engagement, "ISP")
    opened(session, engagement, "full")
    taken(session, "UPDATE consultation SET stage = 'open'")


def test_r09_a_large_vote_opens_by_its_engagement(session):
    make_round(session, "preparing", at=NOW)
    taken(session, "UPDATE engagement SET value_pence = 2500000")
    refused(session, "UPDATE round SET stage = 'proposals'", "Inclusion, Support and Planning")


def test_r09_evidence_is_a_pack_of_the_same_engagement(session):
    make_large_plan(session)
    other = make_pack(session, make_event(session, "Another"))
    add = (
        "INSERT INTO standard_evidence (answer_id, kind, pack_id, reference) "
        "VALUES (1, 'pack', :pack, '')"
    )
    refused(session, add, "same engagement", pack=other.id)
    taken(session, add, pack=1)
    refused(session, "UPDATE standard_evidence SET pack_id = :p", "same engagement", p=other.id)


@pytest.mark.parametrize("first", ["engagement", "entry"])
def test_r12_who_asks_the_same_again_says_what_changed(session, first):
    at = NOW - timedelta(days=100)
    if first == "engagement":
        earlier = make_event(
            session, "Before", topic="health", opens_at=at, closes_at=at + timedelta(days=1)
        )
        opened(session, earlier)
    else:
        partner = make_partner(session)
        session.add(
            CalendarEntry(
                title="Before", kind="survey", partner_id=partner.id, topic="health",
                opens_at=at, closes_at=at + timedelta(days=1), changed_at=NOW,
            )
        )  # fmt: skip
        session.commit()
    again = make_event(session, "Again", topic="health").id
    opening = (
        f"UPDATE engagement SET opened_at = opens_at, standards_scope = 'seven' WHERE id = {again}"
    )
    refused(session, opening, "what changed")
    taken(session, "UPDATE engagement SET changed_since = 'A new surgery.' WHERE title = 'Again'")
    taken(session, opening)


def test_r12_a_partners_entry_says_what_changed_too(session):
    partner = make_partner(session)
    values = {
        "title": "Survey", "kind": "survey", "partner_id": partner.id, "topic": "health",
        "opens_at": NOW, "closes_at": NOW + timedelta(days=1), "changed_at": NOW,
    }  # fmt: skip
    session.add(CalendarEntry(**values))
    session.commit()
    session.add(CalendarEntry(**values))
    with pytest.raises(IntegrityError, match="what changed"):
        session.flush()
    session.rollback()
    session.add(CalendarEntry(**values, changed_since="A new surgery."))
    session.commit()
    refused(session, "UPDATE calendar_entry SET changed_since = ''", "what changed")
    taken(session, "UPDATE calendar_entry SET changed_since = '', cancelled_at = closes_at")


def test_r79_indicators_are_set_before_the_opening_and_judged_after(session):
    engagement = make_event(session)
    other = make_event(session, "Another")
    session.add_all(
        LeapIndicator(engagement_id=e.id, position=1, words="30 come") for e in (engagement, other)
    )
    session.commit()
    judge = (
        "INSERT INTO leap_judgement (indicator_id, engagement_id, met, result, at) "
        "VALUES (:indicator, :engagement, 'yes', '', '2026-11-22')"
    )
    refused(session, judge, "after the engagement opened", indicator=1, engagement=1)
    opened(session, engagement)
    refused(session, judge, "(?i)foreign key", indicator=2, engagement=1)
    for statement in (
        "INSERT INTO leap_indicator (engagement_id, position, words, target) "
        "VALUES (1, 2, 'x', '')",
        "UPDATE leap_indicator SET words = '3 come' WHERE id = 1",
        "DELETE FROM leap_indicator WHERE id = 1",
    ):
        refused(session, statement, "set in the plan")
    taken(session, judge, indicator=1, engagement=1)
    taken(session, "UPDATE engagement SET closed_at = closes_at WHERE id = 1")
    refused(session, "UPDATE leap_judgement SET met = 'no'", "before it is closed")
    refused(session, "DELETE FROM leap_judgement", "before it is closed")


@pytest.mark.parametrize(
    ("notice", "basis", "allowed"),
    [("none", "published", False), ("published", "notice", False), ("plans", "notice", True)],
)
def test_r11_nothing_is_used_again_that_the_notice_does_not_allow(session, notice, basis, allowed):
    make_event(session, reuse_notice=notice)
    add = (
        "INSERT INTO evidence_use (engagement_id, item, item_reference, plan_kind, plan_reference, "
        "basis, at) VALUES (1, 'findings', '3', 'transport', 'Strategy', :basis, '2026-11-22')"
    )
    if not allowed:
        return refused(session, add, "as they were told", basis=basis)
    taken(session, add, basis=basis)
    taken(session, "UPDATE engagement SET reuse_notice = 'published'")
    refused(session, "UPDATE evidence_use SET plan_reference = 'Other'", "as they were told")
    taken(session, "UPDATE engagement SET reuse_notice = 'plans'")
    opened(session, session.get_one(Engagement, 1))
    return refused(session, "UPDATE engagement SET reuse_notice = 'none'", "as they were told")


def test_r09_what_people_say_comes_while_it_is_open_and_stays(session):
    make_engagement(session)
    say = "INSERT INTO participant_view (engagement_id, score_i, felt) VALUES (1, 5, '')"
    refused(session, say, "after the engagement opened")
    opened(session, session.get_one(Engagement, 1))
    taken(session, say)
    refused(session, "UPDATE participant_view SET score_i = 1", "never changed")
    refused(session, "DELETE FROM participant_view", "never changed")
    taken(session, "UPDATE engagement SET closed_at = closes_at")
    refused(session, say, "before it is closed")
