"""Trying a round's rules on invented votes before anybody relies on them."""

from dataclasses import replace
from typing import Any

import pytest

from engage.accounts.models import Account
from engage.budgeting.counting import try_rules
from engage.budgeting.models import Ballot, RoundCount
from engage.budgeting.queries.rounds import rules_of
from engage.budgeting.rules.rounds import RoundRules
from engage.budgeting.rules.trial import Trial, invented_election, usual_trial
from engage.extensions import db
from engage.tally.election import Limits
from engage.tally.limits import choice_faults
from tests.makers.budgeting import make_round

PATH = "/desk/rounds/mastrick-decides/try/"


@pytest.fixture
def rules(session: Any) -> RoundRules:
    return rules_of(make_round(session, "preparing"))


@pytest.mark.requirement("R14")
@pytest.mark.parametrize("trial", [Trial(), Trial(1, 1), Trial(40, 500, 7)], ids=str)
def test_invented_votes_keep_to_the_rounds_own_limits(rules: RoundRules, trial: Trial) -> None:
    election = invented_election(rules, trial)
    limits = Limits(rules.min_choices, rules.max_choices)
    assert (len(election.projects), election.voters) == (trial.projects, trial.voters)
    for project in election.projects:
        assert rules.min_award_pence <= project.cost <= rules.max_award_pence
    for ballot in election.ballots:
        assert choice_faults(ballot.choices, limits, election.costs) == []


def test_the_same_trial_gives_the_same_and_another_number_another(rules: RoundRules) -> None:
    assert invented_election(rules, Trial()) == invented_election(rules, Trial())
    assert invented_election(rules, Trial()) != invented_election(rules, Trial(number=2))


REMARKS = {
    "One project alone could take the whole fund": {"max_award_pence": 600_000},
    "of the fund would be left over": {"min_award_pence": 390_000, "max_award_pence": 400_000},
    "would have fewer votes than a project needs": {"threshold": 60},
    "Nothing would be funded": {"threshold": 201},
    "A voter may choose more projects than the fund can pay for": {"max_choices": 13},
    "Every voter must choose exactly 2": {"min_choices": 2},
}


@pytest.mark.parametrize(("words", "changed"), REMARKS.items(), ids=REMARKS)
def test_what_is_unusual_is_remarked_and_only_then(
    rules: RoundRules, words: str, changed: dict[str, Any]
) -> None:
    _, remarks = try_rules(replace(rules, **changed), Trial())
    assert any(words in remark for remark in remarks)
    assert not any(words in remark for remark in try_rules(rules, Trial())[1])


@pytest.mark.parametrize(
    ("pence", "most", "projects"),
    [(2_000_000, 100_000, 65), (600_000, 400_000, 12), (10**9, 100_000, 200)],
)
def test_enough_projects_are_invented_that_the_money_is_contested(
    rules: RoundRules, pence: int, most: int, projects: int
) -> None:
    small = replace(rules, pot_pence=pence, min_award_pence=20_000, max_award_pence=most)
    trial = usual_trial(small)
    assert trial.projects == projects
    asked = sum(invented_election(small, trial).costs.values())
    assert asked > pence or projects == 200
    _, remarks = try_rules(small, trial)
    assert not any("left over" in remark for remark in remarks)
    assert any("try more projects" in remark for remark in remarks) == (projects == 200)


def test_carys_tries_the_rules_and_nothing_is_kept(
    as_person: Any, carys: Account, session: Any
) -> None:
    make_round(session, "preparing", rule="equal-shares", max_choices=3)
    page = as_person(carys).open(f"{PATH}?voters=300&projects=9")
    typed = {box["name"]: box["value"] for box in page.select("main input[type=text]")}
    assert typed == {"voters": "300", "projects": "9", "number": "1"}
    assert len(page.table.select("tbody tr")) == 9
    assert page.h1.text == "Check my rules: Mastrick decides"
    assert "Nothing on this page is real" in page.text
    assert "We count by equal shares." in page.text
    kept = [db.session.query(model).count() for model in (Ballot, RoundCount)]
    assert kept == [0, 0]


@pytest.mark.parametrize("query", ["voters=many", "voters=0", "projects=201", "number=-1"])
def test_a_size_that_makes_no_sense_is_said_on_its_field(
    as_person: Any, carys: Account, session: Any, query: str
) -> None:
    make_round(session, "preparing")
    page = as_person(carys).open(f"{PATH}?{query}", status=422)
    name, typed = query.split("=")
    assert page.select_one(f"#{name}-error")
    assert page.select_one(f"input[name={name}]")["value"] == typed


def test_dev_is_refused(as_person: Any, dev: Account, session: Any) -> None:
    make_round(session, "preparing")
    as_person(dev).open(PATH, status=403)
