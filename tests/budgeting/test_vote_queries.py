"""Each page of a vote asks the database as often for many projects and ballots as for few."""

import uuid

import pytest

from engage import clock
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.counting import count_round
from engage.budgeting.actions.registering import give_pass
from engage.budgeting.views.entering import COOKIE
from engage.extensions import db
from tests.conftest import Site
from tests.makers.approvals import declare
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.voting import cast, let_voting_end, make_voter
from tests.test_queries import counted

pytestmark = pytest.mark.requirement("R76")
#: Projects and ballots of a small round and of a larger one.
FEW, MANY = (4, 3), (40, 60)
PAGES = ("list", "ballot", "vote", "receipt", "change", "check", "result", "file")


def fill(session, projects, ballots):
    """A round in voting with so many projects, their proposals, and so many ballots in its box."""
    names = [(f"Project {n}", 100_000) for n in range(projects)]
    round_ = make_round(session, title=f"Fund of {projects}", projects=names)
    for project in round_.projects:
        make_proposal(session, round_, project.title, stage="accepted", cost_pence=100_000)
    for n in range(ballots):
        cast(round_, make_voter(round_), [round_.projects[n % projects]])
    return round_


def visit(app, round_, carys):
    """Open each page of the vote and of its result once; return how often each asks."""
    asked, path = {}, f"/rounds/{round_.engagement.slug}/"
    site = Site(app.test_client())
    token = give_pass(round_.id, make_voter(round_).uid, at=clock.now())
    db.session.commit()
    site.client.set_cookie(COOKIE, token, path=path)

    def look(page, act):
        with counted() as said:
            answer = act()
        assert answer is None or answer.status_code in (200, 303), (page, answer)
        asked[page] = len(said)

    def vote():
        page = site.open(path + "ballot/")
        chosen = page.select_one("input[name=projects]")["value"]
        names = ("csrf_token", "base_version", "ballot_hash")
        hidden = {name: page.select_one(f"input[name={name}]")["value"] for name in names}
        form = hidden | {"projects": [chosen], "submission_id": str(uuid.uuid4())}
        return lambda: site.client.post(path + "ballot/", data=form)

    site.open(path)
    look("list", lambda: site.client.get(path))
    look("ballot", lambda: site.client.get(path + "ballot/"))
    look("vote", vote())
    look("receipt", lambda: site.client.get(path + "receipt/"))
    look("change", vote())
    look("check", lambda: site.client.get(path + "check/"))
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    count_round(round_, at=clock.now(), by=None)
    declare(round_, carys)
    look("result", lambda: site.client.get(path + "results/"))
    look("file", lambda: site.client.get(path + "results.csv"))
    return asked


@pytest.mark.once
def test_no_page_of_a_vote_asks_more_for_more_projects_or_ballots(app, session, carys):
    few = visit(app, fill(session, *FEW), carys)
    many = visit(app, fill(session, *MANY), carys)
    assert set(few) == set(PAGES)
    assert {page: (few[page], many[page]) for page in PAGES if many[page] > few[page]} == {}
