"""Money that is left goes, if the rules say so, to the next project that takes a smaller award."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions.awards import offer_awards
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.counting import count_round
from engage.budgeting.actions.rounds import change_rules, settle_ballot
from engage.budgeting.models import Project, Round
from engage.budgeting.queries.results import declared_result
from engage.budgeting.queries.rounds import latest_count, rules_of
from engage.budgeting.rules.bundle import pack
from engage.budgeting.rules.results import read_outcome
from engage.budgeting.rules.rounds import BallotLine, hash_ballot, hash_rules
from engage.tally.election import Leftover, Method
from tests.conftest import Site
from tests.makers.approvals import declare
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.bundles import LINES, faults, forged, json_with, make_members, replaced
from tests.makers.delivery import terms
from tests.makers.keeping import keep_sheets
from tests.makers.voting import cast, let_voting_end, make_voter


def test_what_is_not_given_leaves_older_hashes_as_they_were(session: Any) -> None:
    line = BallotLine(1, 1, "Bench", 500, 1)
    assert hash_ballot("r", [line]) == (
        "3310aea9ed2cf49f8ee78ae42df817289e58079d5aa85a41c7f063875a8f4fac"
    )
    assert hash_ballot("r", [replace(line, smallest_pence=400)]) != hash_ballot("r", [line])
    rules = rules_of(make_round(session))
    assert hash_rules(replace(rules, leftover="smaller_award")) != hash_rules(rules)


def test_the_smallest_award_is_fixed_with_the_ballot(session: Any, carys: Account) -> None:
    round_ = make_round(session, "screening", min_choices=1)
    make_proposal(session, round_, "Bench", stage="accepted", smallest_pence=100_000)
    make_proposal(
        session, round_, "Park", stage="accepted", smallest_pence=100_000,
        checked_cost_pence=90_000, cost_reason="A quote",
    )  # fmt: skip
    keep_sheets(round_, carys)
    settle_ballot(round_, at=clock.now(), by=carys.id)
    session.commit()
    assert [p.smallest_pence for p in round_.projects] == [100_000, None]
    with pytest.raises(IntegrityError):
        session.execute(update(Project).values(smallest_pence=1))


@pytest.mark.parametrize("wrong", [0, 300_000])
def test_the_database_refuses_a_smallest_award_that_is_not_smaller(
    session: Any, wrong: int
) -> None:
    with pytest.raises(IntegrityError):
        make_proposal(session, make_round(session, "proposals"), smallest_pence=wrong)


def test_what_happens_to_money_left_is_fixed_once_proposals_open(session: Any) -> None:
    make_round(session, "proposals")
    with pytest.raises(IntegrityError):
        session.execute(update(Round).values(leftover="smaller_award"))


def test_the_next_project_gets_what_is_left_and_everybody_reads_why(
    session: Any, carys: Account, site: Site
) -> None:
    round_ = make_round(
        session, "voting", leftover="smaller_award", smallest={"Skate ramp": 250_000}
    )
    bike, _lunch, skate = round_.projects
    for project, votes in ((bike, 12), (skate, 4)):
        for _ in range(votes):
            cast(round_, make_voter(round_), [project])
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    count_round(round_, at=clock.now(), by=carys.id)
    declare(round_, carys)
    session.commit()
    result = declared_result(round_)
    assert result is not None
    given = {result.title(f.project): f.given_pence for f in result.fates}
    assert given == {"Bike shelter": 300_000, "Lunch club": 0, "Skate ramp": 300_000}
    assert result.outcome.unspent_pence == 0
    text = site.open("/rounds/mastrick-decides/results/").text
    assert "£3,000 (a smaller award: it asked for £4,000)" in text
    assert "Funded in part. £3,000 was left" in text
    csv = site.client.get("/rounds/mastrick-decides/results.csv").text
    assert "award_pounds" in csv


def counted_with(session: Any, carys: Account, **columns: Any) -> Round:
    """A round whose money left is offered on; the shelter wins, and the ramp comes after it."""
    round_ = make_round(session, "voting", leftover="smaller_award", **columns)
    bike, *_others, ramp = round_.projects
    for project, votes in ((bike, 12), (ramp, 4)):
        for _ in range(votes):
            cast(round_, make_voter(round_), [project])
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    count_round(round_, at=clock.now(), by=carys.id)
    session.commit()
    return round_


def test_a_smaller_award_is_offered_with_the_others(session: Any, carys: Account) -> None:
    round_ = counted_with(session, carys, smallest={"Skate ramp": 250_000})
    declare(round_, carys)
    made = offer_awards(round_, terms(), at=clock.now(), by=carys.id)
    assert [(a.project.title, a.amount_pence) for a in made] == [
        ("Bike shelter", 300_000),
        ("Skate ramp", 300_000),
    ]


def test_nobody_is_given_less_than_the_rounds_smallest_award(session: Any, carys: Account) -> None:
    """The ballot was final when less was allowed: £2,000 is left, and £2,900 is the least."""
    round_ = counted_with(
        session,
        carys,
        min_award_pence=290_000,
        pot_pence=500_000,
        max_award_pence=500_000,
        projects=(("Bike", 300_000), ("Ramp", 400_000)),
        smallest={"Ramp": 100_000},
    )
    count = latest_count(round_.id)
    assert count is not None
    given = [fate.given_pence for fate in read_outcome(count.outcome).fates]
    assert given == [300_000, 0]


def test_a_smallest_award_that_was_raised_is_raised_on_the_ballot(
    session: Any, carys: Account
) -> None:
    round_ = make_round(session, "screening", min_choices=1, leftover="smaller_award")
    for title, cost in (("Ramp", 400_000), ("Bench", 290_000)):
        make_proposal(
            session, round_, title, stage="accepted", cost_pence=cost, smallest_pence=100_000
        )
    changed = replace(rules_of(round_), min_award_pence=290_000)
    change_rules(round_, changed, "Prices rose", at=clock.now(), by=carys.id)
    session.commit()
    keep_sheets(round_, carys)
    settle_ballot(round_, at=clock.now(), by=carys.id)
    session.commit()
    assert {p.title: p.smallest_pence for p in round_.projects} == {"Ramp": 290_000, "Bench": None}


def test_a_bundle_goes_by_the_rounds_smallest_award_too() -> None:
    raised = make_members(**SMALLER, min_award_pence=60_000)
    assert b";600\n" in raised["election.pb"]
    assert faults(pack(raised)) == []


TAKES = tuple(replace(line, smallest_pence=50_000) if line.id == 14 else line for line in LINES)
SMALLER = {"method": Method(leftover=Leftover.SMALLER_AWARD), "lines": TAKES,
           "leftover": "smaller_award", "pot_pence": 600_000}  # fmt: skip


def test_a_bundle_with_a_smaller_award_can_be_counted_again() -> None:
    members = make_members(**SMALLER)
    assert b'"cost":600000,"unspent":0' in members["result.json"]
    assert b"--leftover smaller-award" in members["README.txt"]
    assert faults(pack(members)) == []


def test_a_smallest_award_that_was_changed_after_the_vote_is_noticed() -> None:
    content = pack(make_members(**SMALLER))
    lower = json_with(lambda held: held["projects"][3].update(smallest_pence=40_000))
    assert faults(forged(content, ("rules.json", lower)))
    assert faults(forged(content, ("election.pb", replaced(";2;500", ";2;400"))))


def test_an_officer_declares_it_and_everybody_reads_it_among_the_rules(
    session: Any, site: Site, as_person: Any, carys: Account
) -> None:
    round_ = make_round(session, "preparing")
    officer = as_person(carys)
    officer.send("/desk/rounds/mastrick-decides/edit/", {"leftover": "smaller_award"})
    session.expire_all()
    assert round_.leftover == "smaller_award"
    round_.stage = "proposals"
    session.commit()
    text = " ".join(site.open("/rounds/mastrick-decides/").text.split())
    assert "If money is left at the end, we offer it to the first project" in text
