"""A round in which people vote on paper alone: no way online, and every pitch can be heard."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.counting import count_round
from engage.budgeting.forms.rule_words import rule_facts
from engage.budgeting.models import Ballot, Round
from engage.budgeting.queries.papers import account_of, public_account, stations_of
from engage.budgeting.queries.rounds import round_by_slug, rules_of
from engage.budgeting.rules.paper_account import account_fault
from engage.budgeting.rules.rounds import round_faults
from engage.extensions import db
from tests.budgeting.test_ballot_guards import ids, is_guarded, put
from tests.conftest import Site
from tests.makers.approvals import declare, second_officer
from tests.makers.budgeting import make_round
from tests.makers.papers import count_papers
from tests.makers.proposing import make_area
from tests.makers.voting import let_voting_end

pytestmark = pytest.mark.requirement("R14")


@pytest.fixture
def round_(session: Any) -> Round:
    return make_round(session, ways="", takes_paper=True, must_hear_pitches=True)


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"ways": "", "takes_paper": True}, ""),
        ({"ways": "", "takes_paper": True, "must_hear_pitches": True}, ""),
        ({"ways": ""}, "ways"),
        ({"must_hear_pitches": True, "takes_paper": True}, "must_hear_pitches"),
        ({"ways": "", "takes_paper": True, "separate_contests": True}, "separate_contests"),
    ],
)
def test_a_round_without_a_way_online_takes_paper(
    session: Any, columns: dict[str, Any], field: str
) -> None:
    legal = {"ways": "email,codes", "takes_paper": False}
    rules = rules_of(make_round(session, "preparing"))
    faults = round_faults(replace(rules, **{**legal, **columns}))
    assert list(faults) == ([field] if field else [])


def test_the_preset_of_a_hall_night_is_on_paper_alone(
    session: Any, as_person: Any, carys: Account
) -> None:
    make_area(session)
    answers = {"title": "Hall decides", "pot_pence": "6,000", "max_award_pence": "2,000"}
    as_person(carys).send("/desk/rounds/new/?start=hall-night", answers)
    made = round_by_slug("hall-decides")
    assert made is not None
    assert (made.ways, made.takes_paper, made.must_hear_pitches) == ("", True, True)
    path = "/desk/rounds/hall-decides/edit/"
    as_person(carys).send(path, {"title": "Hall decides"})
    session.expire_all()
    assert made.ways == ""
    page = as_person(carys).send(path, {"takes_paper": "no", "ways": None}, status=422)
    assert "Choose at least one way" in page.select_one(".ds_error-summary").text  # type: ignore[union-attr]
    as_person(carys).send(path, {"takes_paper": "yes", "must_hear_pitches": "no"})
    session.expire_all()
    assert made.ways == "email,codes"


def test_the_rules_say_so(round_: Round) -> None:
    facts = dict(rule_facts(rules_of(round_)))
    assert facts["How you can vote"] == (
        "On paper in the hall, or at a station: nobody votes online"
    )
    assert "once your paper is in the box" in facts["Changing your vote"]


@pytest.mark.parametrize("path", ["", "vote/", "ballot/", "receipt/"])
def test_every_page_of_the_vote_leads_to_the_hall(site: Site, round_: Round, path: str) -> None:
    text = site.open(f"/rounds/mastrick-decides/{path}").text
    assert "in the hall" in text
    assert "With your email address" not in text
    assert "See how you can vote in" not in site.open("/vote").text


def test_no_other_way_is_open_to_anybody(
    site: Site, round_: Round, as_person: Any, carys: Account
) -> None:
    site.open("/rounds/mastrick-decides/vote/list/", status=404)
    desk = "/desk/rounds/mastrick-decides/"
    assert "people vote on paper alone" in as_person(carys).open(desk).text


def test_the_database_takes_no_vote_that_is_not_on_paper(round_: Round) -> None:
    assert is_guarded("ballot", lambda: put(round_, ids(round_)[:2]))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ballot)) == 0


def test_papers_add_up_without_a_mark_and_the_result_is_told(
    session: Any, round_: Round, carys: Account, site: Site, as_person: Any
) -> None:
    una = second_officer()
    batch = count_papers(round_, (carys, una), *["1 2"] * 9, "3", "S blank")
    (row,) = stations_of(round_.id)
    assert (row.is_marked, row.adds_up, row.unmarked, row.missing) == (False, True, 0, 0)
    desk = f"/desk/rounds/mastrick-decides/paper/{batch.id}/"
    as_person(carys).open(f"{desk}mark/", status=404)
    station = as_person(carys).open(f"{desk}").text
    assert "Mark somebody" not in station
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    db.session.commit()
    count_round(round_, at=clock.now(), by=carys.id)
    declare(round_, carys)
    db.session.commit()
    account = account_of(round_)
    assert account is not None
    assert account_fault(account, 10, 0, "") == ""
    assert "could vote online too" in account_fault(account, 10, 0, "email,codes")
    assert "paper alone" in account_fault({**account, "online": 1, "ballots": 11}, 11, 0, "")
    told = public_account(round_)
    assert told is not None
    assert told.adds_up
    text = site.open("/rounds/mastrick-decides/results/").text
    assert "Everybody voted on paper." in text
    assert "It adds up." in text
