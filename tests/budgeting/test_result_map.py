"""Where the projects of a result are: a map beside a list that is whole without it."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from engage.budgeting.models import Project
from engage.budgeting.rules.maps import Spot, draw_map
from engage.places.rules.maps import EDGE, WIDE
from tests.budgeting.test_results import PATH, declared_round
from tests.makers.budgeting import make_proposal
from tests.makers.voting import guards_aside

pytestmark = pytest.mark.requirement("R14")
ELGIN, FORRES, BUCKIE = (57.6498, -3.3184), (57.6097, -3.6130), (57.6768, -2.9660)
MANY = [Spot(n + 1, *place, n == 0) for n, place in enumerate((ELGIN, FORRES, BUCKIE))]


def test_places_keep_their_directions_and_their_distances():
    drawn = draw_map(MANY)
    elgin, forres, buckie = drawn.marks
    assert forres.x < elgin.x < buckie.x
    assert buckie.y < elgin.y < forres.y
    assert (forres.x, buckie.x) == (EDGE, WIDE - EDGE)
    apart = ((buckie.x - forres.x) ** 2 + (buckie.y - forres.y) ** 2) ** 0.5
    assert apart / drawn.scale * drawn.kilometres == pytest.approx(39.1, abs=0.4), "km by map"
    assert [mark.kind for mark in drawn.marks] == ["funded", "not", "not"]


def test_projects_close_together_share_a_mark():
    drawn = draw_map([*MANY, Spot(4, ELGIN[0] + 0.0005, ELGIN[1], False)])
    first = drawn.marks[0]
    assert (first.numbers, first.kind) == ((1, 4), "some")


@pytest.mark.parametrize("spots", [[], MANY[:1], [MANY[0], replace(MANY[0], number=9)]])
def test_there_is_no_map_of_less_than_two_places(spots):
    assert draw_map(spots) is None


@pytest.mark.parametrize("move", [(0.01, 0), (0, 0.01)])
def test_places_in_one_line_are_drawn_within_the_map(move):
    drawn = draw_map([MANY[0], Spot(2, ELGIN[0] + move[0], ELGIN[1] + move[1], False)])
    for mark in drawn.marks:
        assert EDGE - 0.1 <= mark.x <= WIDE - EDGE + 0.1
        assert EDGE - 0.1 <= mark.y <= drawn.height - EDGE + 0.1


def test_the_page_shows_a_map_and_the_whole_list(session, carys, site):
    round_ = declared_round(session, carys)
    for project, (latitude, longitude) in zip(round_.projects, (ELGIN, BUCKIE), strict=False):
        place = {"latitude": latitude, "longitude": longitude, "near": "the shop"}
        proposal = make_proposal(session, round_, project.title, stage="accepted", **place)
        with guards_aside("project"):
            session.execute(
                sa.update(Project)
                .where(Project.id == project.id)
                .values(proposal_id=proposal.id)
                .execution_options(synchronize_session=False)
            )
        session.commit()
    page = site.open(PATH)
    svg = page.select_one("svg.engage-map")
    assert svg.title.text == "Where are the projects?"
    assert len(svg.select("circle")) == 2, "both funded"
    table = next(t for t in page.select("table") if "at a place" in t.caption.text)
    assert "near the shop" in table.text
    titles = [project.title for project in round_.projects]
    assert [row.th.text for row in table.select("tbody tr")] == titles[:2]
    whole = page.find("h3", string="For the whole area").find_next("ul")
    assert whole.text.split(": ") == [f"\n{titles[2]}", "not funded\n"]


def test_no_map_where_no_project_has_a_place(session, carys, site):
    declared_round(session, carys)
    page = site.open(PATH)
    assert not page.select("svg.engage-map")
    assert not page.select("#places")
