"""Ballot papers in a real browser with a script: ranking by drag, sharing points, a boost.

How they work without a script is tried in tests/budgeting, page by page.
"""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engage.budgeting.models import Ballot, Round
from engage.extensions import db
from tests.journeys.conftest import LiveSite, Person
from tests.makers.budgeting import make_round
from tests.makers.voting import make_code

TYPES = {
    "ranking": {"ballot_type": "ranking", "max_choices": 2},
    "points": {"ballot_type": "points", "points": 5, "most_points": 3, "max_choices": 3},
    "boost": {"ballot_type": "boost", "max_choices": 2},
}
SHELTER, CLUB, RAMP = "Bike shelter", "Lunch club", "Skate ramp"


def a_code(site: LiveSite, kind: str) -> tuple[str, dict[str, int]]:
    """Open a vote of one type; return a code for it, and its projects' ids by their titles."""
    with site.app.app_context():
        round_ = make_round(db.session, title=f"The {kind} vote", **TYPES[kind])
        ids = {project.title: project.id for project in round_.projects}
        return make_code(round_), ids


def enter(voter: Person, code: str) -> None:
    """Go to the ballot, past pages that have their own story."""
    page = voter.page
    page.goto(f"{voter.address}/vote")
    voter.fill(code=code)
    page.get_by_role("button", name="Go on").click()
    voter.fill(postcode="xy21aa", may_vote=True)
    page.get_by_role("button", name="Go on to the projects").click()
    page.locator("#so-far button").wait_for(state="hidden")


def submit(voter: Person) -> None:
    voter.page.get_by_role("button", name="Submit your vote").click()
    voter.page.get_by_role("heading", name="Your vote is in").wait_for()


def stored(site: LiveSite, kind: str) -> str:
    with site.app.app_context():
        ballots = sa.select(Ballot.choices).join(Round, Round.id == Ballot.round_id)
        return db.session.scalars(ballots.where(Round.ballot_type == kind)).one()


def says_the_cost(voter: Person, words: str) -> None:
    """The sum follows by itself."""
    voter.page.locator("#so-far", has_text=words).wait_for()


def put_first(voter: Person, title: str) -> None:
    """Drag a project above all others, as a thumb or a mouse does."""
    row = voter.page.locator(".engage-ballot__row", has_text=title)
    handle = row.locator(".engage-ballot__handle")
    first = voter.page.locator(".engage-ballot__row:visible").first
    handle.scroll_into_view_if_needed()
    start, end = handle.bounding_box(), first.bounding_box()
    assert start
    assert end
    voter.page.mouse.move(start["x"] + 10, start["y"] + 10)
    voter.page.mouse.down()
    voter.page.mouse.move(start["x"] + 10, end["y"] + 2, steps=4)
    voter.page.mouse.up()


@pytest.mark.requirement("R14", "R76")
@pytest.mark.parametrize("script", ["with script"], indirect=True)
def test_people_rank_share_points_and_boost(
    live_site: LiveSite, someone: Callable[..., Person]
) -> None:
    aisha = someone(desktop=True)
    code, ids = a_code(live_site, "ranking")
    enter(aisha, code)
    aisha.look()
    for title in (RAMP, SHELTER, CLUB):
        put_first(aisha, title)
    places = [aisha.page.locator(f"#rank-{ids[t]}").input_value() for t in (CLUB, SHELTER, RAMP)]
    assert places == ["1", "2", ""], "two is the most"
    says_the_cost(aisha, "£4,500")
    submit(aisha)
    assert stored(live_site, "ranking") == f"[{ids[CLUB]},{ids[SHELTER]}]"

    code, ids = a_code(live_site, "points")
    voter = someone()
    enter(voter, code)
    voter.fill(**{f"points-{ids[CLUB]}": "3", f"points-{ids[RAMP]}": "3"})
    says_the_cost(voter, "That is more than you may choose.")
    voter.fill(**{f"points-{ids[RAMP]}": "2"})
    voter.page.locator(f"#points-{ids[RAMP]}").press("Enter")
    says_the_cost(voter, "£5,500")
    submit(voter)
    assert stored(live_site, "points") == f"[[{ids[CLUB]},3],[{ids[RAMP]},2]]"

    code, ids = a_code(live_site, "boost")
    voter = someone()
    enter(voter, code)
    voter.look()
    for title in (CLUB, RAMP):
        voter.tick(voter.page.get_by_label(title, exact=True))
    voter.tick(voter.page.get_by_label(f"Boost {RAMP}"))
    says_the_cost(voter, "£5,500")
    submit(voter)
    assert stored(live_site, "boost") == f"[[{ids[CLUB]},1],[{ids[RAMP]},2]]"
