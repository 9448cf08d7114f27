"""Counting a reporting year from what is stored, publishing it, and working it out again."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engage.audit.models import AuditEvent
from engage.bodies.models import CommunityBody
from engage.engagements.actions.planning import invite_bodies
from engage.evidence.actions import publish_evidence
from engage.evidence.models import PublishedEvidence
from engage.evidence.queries import (
    edition_of,
    published_years,
    worked_out_again,
    year_figures,
    years_with_facts,
)
from engage.evidence.rules.figures import EvidenceRefused, figures_hash
from engage.places.models import DeprivationIndex, PopulationEstimate
from engage.web.years import parse_year
from tests.makers.bodies import make_body
from tests.makers.budgeting import make_round
from tests.makers.engagements import make_engagement
from tests.makers.evidence import make_respondents, make_voters
from tests.makers.influence import make_finding, make_influence
from tests.makers.places import make_places
from tests.makers.plans import make_plan

YEAR = parse_year("2026-27")
TODAY = date(2026, 11, 22)


@pytest.fixture
def places(session):
    return make_places(session)


@pytest.fixture
def basis(session, places):
    return (
        session.get_one(DeprivationIndex, places.index_id),
        session.get_one(PopulationEstimate, places.estimate_id),
        places.council_code,
    )


@pytest.fixture
def round_(session, places, now):
    return make_round(session, "declared", min_age=14, at=now)


def measure(figures, act):
    return next(one for one in figures.measures if one.act == act)


@pytest.mark.requirement("R31")
def test_voters_are_counted_by_fifth_against_residents_of_the_voting_age(
    session, places, basis, round_
):
    make_voters(
        session,
        round_.engagement,
        places,
        {1: 6, 3: 12},
        elsewhere={"outside": 7, "unmatched": 8, "not_given": 9},
    )
    votes = measure(year_figures(YEAR, TODAY, *basis), "ballot")
    assert (votes.min_age, votes.engagements) == (14, 1)
    assert votes.people == {1: 6, 3: 12}
    assert votes.elsewhere == {"outside": 7, "unmatched": 8, "not_given": 9}
    # Two zones in each fifth, each with 10 people in each of the 9 bands from 14 up.
    assert votes.eligible == dict.fromkeys(range(1, 6), 180)


@pytest.mark.requirement("R31")
def test_a_vote_of_one_locality_is_set_against_the_people_who_live_there(
    session, places, basis, now
):
    glen = make_round(session, "declared", min_age=14, at=now, locality_id=places.glen_id)
    make_voters(session, glen.engagement, places, {1: 5, 4: 6, 5: 10})
    votes = measure(year_figures(YEAR, TODAY, *basis), "ballot")
    assert votes.eligible == {1: 0, 2: 0, 3: 90, 4: 180, 5: 180}
    assert votes.people == {4: 6, 5: 10}
    assert votes.elsewhere == {"outside": 5}


@pytest.mark.requirement("R21")
def test_a_year_holds_the_days_from_1_april_to_31_march(session, places, basis):
    asked = make_engagement(session)
    for day in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 11, 22), date(2026, 11, 23)):
        make_respondents(session, asked, places, {2: 1}, on_day=day)
    answers = measure(year_figures(YEAR, TODAY, *basis), "response")
    assert (answers.people, answers.min_age) == ({2: 2}, 0)
    assert [year.label for year in years_with_facts(TODAY)] == ["2026-27", "2025-26"]


@pytest.mark.requirement("R21")
def test_groups_are_counted_as_groups_and_not_as_residents(session, places, basis, now):
    asked = make_engagement(session)
    council = make_body(session)
    carers = make_body(
        session,
        "Young Carers",
        basis="interest",
        represents_disadvantage=True,
        evidence="Carers on low incomes.",
    )
    make_body(session, "Proposed Only", stage="proposed")
    make_body(session, "Later Group", decided_at=now + timedelta(days=2))
    invite_bodies(asked, [council], level="involve", reason="", at=now, by=None)
    make_respondents(session, asked, places, {2: 1}, body_id=carers.id)
    figures = year_figures(YEAR, TODAY, *basis)
    assert figures.groups == {
        "registered": 2,
        "place": 1,
        "interest": 1,
        "both": 0,
        "particular_regard": 1,
        "asked": 1,
        "took_part": 1,
    }
    assert figures.group_responses == 1
    assert measure(figures, "response").people == {}


@pytest.mark.requirement("R21")
def test_groups_are_asked_in_the_year_of_the_uk(session, places, basis):
    asked = make_engagement(session, closes_at=datetime(2028, 1, 1, tzinfo=UTC))
    for name, at in [
        ("Before", datetime(2026, 3, 31, 22, 59, tzinfo=UTC)),
        ("First", datetime(2026, 3, 31, 23, 0, tzinfo=UTC)),  # midnight in British Summer Time
        ("Soon after", datetime(2026, 3, 31, 23, 30, tzinfo=UTC)),
        ("Last", datetime(2027, 3, 31, 22, 59, tzinfo=UTC)),
        ("After", datetime(2027, 3, 31, 23, 0, tzinfo=UTC)),
    ]:
        group = make_body(session, name)
        invite_bodies(asked, [group], level="involve", reason="", at=at, by=None)
    assert year_figures(YEAR, date(2027, 3, 31), *basis).groups["asked"] == 3


@pytest.mark.requirement("R46")
def test_the_share_of_findings_that_changed_something_is_counted(session, places, basis):
    asked, plan = make_engagement(session), make_plan(session)
    finding = make_finding(session, asked, [("response", 1)])
    make_influence(session, finding, plan.priorities[0])
    assert year_figures(YEAR, TODAY, *basis).findings == {
        "changed": 1,
        "confirmed": 0,
        "not_taken_up": 0,
        "decided": 1,
        "waiting": 0,
    }


@pytest.mark.requirement("R27")
def test_how_many_people_the_most_deprived_areas_hold_is_always_counted(session, places, basis):
    assert year_figures(YEAR, TODAY, *basis).coverage == (260, 1300)


# Publishing --------------------------------------------------------------------------------------


def publish(basis, carys, now, **changes):
    details = {"at": now, "today": TODAY, "by": carys.id, **changes}
    return publish_evidence(YEAR, *basis, **details)


@pytest.mark.requirement("R83")
def test_what_is_published_names_its_basis_and_can_be_worked_out_again(
    session, places, basis, round_, carys, now
):
    make_voters(session, round_.engagement, places, {1: 3, 2: 30, 3: 40, 4: 50, 5: 60})
    published = publish(basis, carys, now)
    session.commit()
    assert published.hash == figures_hash(published.figures, published.basis)
    rests_on = json.loads(published.basis)
    assert rests_on["index"] == "SIMD 2020v2"
    assert (rests_on["reach"], rests_on["disclosure"]) == ("reach-2", "disclosure-1")
    assert worked_out_again(published) == published.figures
    assert '"people":3,' not in published.figures
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (event.action, event.actor_id) == ("evidence.published", carys.id)
    assert json.loads(event.detail)["hash"] == published.hash


@pytest.mark.requirement("R83")
def test_facts_that_come_later_show_when_the_figures_are_worked_out_again(
    session, places, basis, round_, carys, now
):
    published = publish(basis, carys, now)
    make_voters(session, round_.engagement, places, {2: 30})
    assert worked_out_again(published) != published.figures


@pytest.mark.requirement("R83")
def test_a_newer_index_does_not_change_what_was_published(
    session, places, basis, round_, carys, now
):
    make_voters(session, round_.engagement, places, {2: 30})
    published = publish(basis, carys, now)
    session.add(
        DeprivationIndex(
            name="SIMD",
            version="2026",
            zone_vintage=2011,
            zones=0,
            file_hash="c" * 64,
            loaded_at=now,
        )
    )
    session.commit()
    assert worked_out_again(published) == published.figures


@pytest.mark.requirement("R83")
def test_a_correction_is_a_new_edition_with_its_reason(session, places, basis, round_, carys, now):
    first = publish(basis, carys, now)
    make_voters(session, round_.engagement, places, {2: 30})
    with pytest.raises(EvidenceRefused, match="what you corrected"):
        publish(basis, carys, now, reason=" ")
    second = publish(basis, carys, now, reason="Paper votes came in.")
    assert (first.edition, second.edition) == (1, 2)
    assert edition_of(YEAR).hash == second.hash
    assert edition_of(YEAR, 1).figures == first.figures
    assert edition_of(YEAR, 3) is None
    assert [one.edition for one in published_years()] == [2]


def test_publishing_the_same_again_is_refused(basis, carys, now):
    publish(basis, carys, now)
    with pytest.raises(EvidenceRefused, match="Nothing has changed since edition 1"):
        publish(basis, carys, now, reason="Just in case.")


def test_a_year_that_has_not_begun_cannot_be_published(basis, carys, now):
    with pytest.raises(EvidenceRefused, match="not begun"):
        publish_evidence(YEAR.next(), *basis, at=now, today=TODAY, by=carys.id)


def test_two_officers_cannot_publish_one_edition(session, basis, carys, now):
    first = publish(basis, carys, now)
    session.commit()
    columns = {c.name: getattr(first, c.name) for c in PublishedEvidence.__table__.columns}
    session.add(PublishedEvidence(**{**columns, "id": first.id + 1}))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_group_that_joined_the_register_on_the_last_day_counts(session, basis):
    make_body(session, decided_at=datetime(2026, 11, 22, 23, 59, tzinfo=UTC))
    assert session.query(CommunityBody).count() == 1
    assert year_figures(YEAR, TODAY, *basis).groups["registered"] == 1
