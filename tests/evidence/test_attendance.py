"""Who came to events, by fifth of areas, live and in what was published before it was told."""

import json

import pytest

from engage.engagements.actions.planning import record_participation
from engage.evidence.actions import publish_evidence
from engage.evidence.models import PublishedEvidence
from engage.evidence.queries import worked_out_again, year_figures
from engage.evidence.rules.figures import shown_figures
from engage.places.models import DeprivationIndex, PopulationEstimate
from engage.web.years import parse_year
from tests.makers.bodies import make_body
from tests.makers.engagements import make_engagement
from tests.makers.evidence import TODAY
from tests.makers.places import make_places

YEAR = parse_year("2026-27")


@pytest.fixture
def basis(session):
    """The index, the estimate and the area, after an evening that 20 people and a group came to."""
    places = make_places(session)
    engagement = make_engagement(session, kind="event")
    body = make_body(session)
    for place, zone, people, body_id in (
        ("matched", places.zones[0], 12, None), ("not_given", None, 8, None),
        ("not_given", None, 1, body.id),
    ):  # fmt: skip
        record_participation(
            engagement.id, "attendance", place=place, zone_code=zone, channel="event",
            on_day=TODAY, people=people, body_id=body_id,
        )  # fmt: skip
    session.commit()
    return (
        session.get(DeprivationIndex, places.index_id),
        session.get(PopulationEstimate, places.estimate_id),
        places.council_code,
    )


@pytest.mark.requirement("R31")
def test_r31_reach_counts_the_people_who_came_and_groups_apart(basis):
    figures = shown_figures(year_figures(YEAR, TODAY, *basis), 5)
    came = figures["measures"]["attendance"]
    assert (came["total"], came["matched"], came["not_given"]) == (20, 12, 8)
    assert came["fifths"][0]["people"] == 12
    assert figures["groups"]["took_part"] == "fewer than 5"


@pytest.mark.requirement("R83")
def test_an_edition_from_before_attendance_was_told_still_comes_out_the_same(
    session, now, basis, carys
):
    published = publish_evidence(YEAR, *basis, at=now, today=TODAY, by=carys.id)
    assert worked_out_again(published) == published.figures
    figures, rests_on = json.loads(published.figures), json.loads(published.basis)
    del figures["measures"]["attendance"], rests_on["attendance"]
    older = PublishedEvidence(
        year_start=YEAR.first, edition=2, index_id=basis[0].id, estimate_id=basis[1].id,
        basis=json.dumps(rests_on), figures=json.dumps(figures), hash="", published_at=now,
        published_by=carys.id,
    )  # fmt: skip
    session.add(older)
    session.flush()
    assert json.loads(worked_out_again(older)) == figures
