"""What each type of ballot may hold, how it is written, and which count goes with it: values in,
values out."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from engage.budgeting.rules.ballot_types import (
    ANY_NUMBER,
    BallotKind,
    BallotTerms,
    ballot_faults,
    published_terms,
    read_choices,
    terms_of,
    write_choices,
)
from engage.budgeting.rules.rounds import RoundRules, plain_rules, round_faults
from engage.budgeting.rules.trial import Trial, invented_election

COSTS = {1: 300, 2: 150, 3: 400, 4: 100}
APPROVAL = BallotTerms(BallotKind.APPROVAL, 1, 2, 600)
SPEND = BallotTerms(BallotKind.SPEND, 1, ANY_NUMBER, 600)
POINTS = BallotTerms(BallotKind.POINTS, 1, 3, 600, points=5, most_points=3)
RANKING = BallotTerms(BallotKind.RANKING, 2, 3, 600)
#: Leith 2024: three votes and one boost.
BOOST = BallotTerms(BallotKind.BOOST, 1, 3, 600)

WITHIN = [
    (APPROVAL, [1, 2], None),
    (SPEND, [1, 2, 4], None),
    (SPEND, [1], None),
    (POINTS, [1, 2], [3, 2]),
    (POINTS, [2], [1]),
    (RANKING, [3, 1], None),
    (RANKING, [2, 3, 1], None),
    (BOOST, [1, 2, 3], [1, 2, 1]),
    (BOOST, [1, 2, 3], [1, 1, 1]),
    (BOOST, [4], [2]),
]
BEYOND = [
    (APPROVAL, [1, 2, 3], None, "Choose 2 projects or fewer"),
    (APPROVAL, [1], [1], "Choose projects from the list"),
    (SPEND, [1, 3], None, "Choose projects that cost no more than the fund together"),
    (SPEND, [], None, "Choose at least 1 project"),
    (POINTS, [1, 2], [3, 3], "Give 5 points or fewer in all"),
    (POINTS, [1], [4], "Give each project 3 points or fewer"),
    (POINTS, [1], [0], "Give each project at least 1 point"),
    (POINTS, [1], None, "Choose projects from the list"),
    (POINTS, [1, 2], [1], "Give points to each project that you choose"),
    (POINTS, [1, 2, 3, 4], [1, 1, 1, 1], "Choose 3 projects or fewer"),
    (POINTS, [1, 1], [1, 1], "Choose each project once"),
    (RANKING, [1], None, "Choose at least 2 projects"),
    (RANKING, [1, 2, 3, 4], None, "Choose 3 projects or fewer"),
    (RANKING, [1, 2, 1], None, "Choose each project once"),
    (RANKING, [1, 9], None, "Choose projects from the list"),
    (BOOST, [1, 2], [2, 2], "Boost one project only"),
    (BOOST, [1, 2], [1, 3], "Give each project that you choose one vote, or boost it"),
    (BOOST, [1, 2], [1, 0], "Give each project that you choose one vote, or boost it"),
    (BOOST, [1, 2, 3, 4], [1, 1, 1, 1], "Choose 3 projects or fewer"),
]


@pytest.mark.parametrize(("terms", "choices", "points"), WITHIN)
def test_a_ballot_within_its_limits_has_no_fault(terms, choices, points):
    assert ballot_faults(terms, choices, COSTS, points) == []


@pytest.mark.parametrize(("terms", "choices", "points", "words"), BEYOND)
def test_a_ballot_beyond_its_limits_is_told_what_to_do(terms, choices, points, words):
    assert words in ballot_faults(terms, choices, COSTS, points)


@pytest.mark.parametrize(
    ("kind", "choices", "points", "text"),
    [
        ("approval", [12, 3], None, "[3,12]"),
        ("spend", [12, 3], None, "[3,12]"),
        ("ranking", [12, 3], None, "[12,3]"),
        ("points", [12, 3], [1, 4], "[[3,4],[12,1]]"),
        ("boost", [12, 3], [1, 2], "[[3,2],[12,1]]"),
    ],
)
def test_one_vote_is_one_text_and_is_read_again(kind, choices, points, text):
    kind = BallotKind(kind)
    assert write_choices(kind, choices, points) == text
    again = read_choices(kind, text)
    assert write_choices(kind, again.ids, again.points) == text
    assert (again.points is None) == (points is None)


# The rules of a round -----------------------------------------------------------------------------

RULES = RoundRules(
    pot_pence=600_000,
    min_award_pence=50_000,
    max_award_pence=500_000,
    min_choices=1,
    max_choices=3,
    min_age=11,
    who_may_vote="Everybody",
    rule="greedy",
    tie_order="cost,votes,lot",
    allow_change=True,
    proposals_open_at=datetime(2026, 1, 1, tzinfo=UTC),
    proposals_close_at=datetime(2026, 2, 1, tzinfo=UTC),
    voting_opens_at=datetime(2026, 3, 1, tzinfo=UTC),
    voting_closes_at=datetime(2026, 4, 1, tzinfo=UTC),
)
TYPES = {
    "approval": {},
    "spend": {"ballot_type": "spend", "max_choices": ANY_NUMBER},
    "points": {"ballot_type": "points", "points": 10, "most_points": 5},
    "ranking": {"ballot_type": "ranking"},
    "boost": {"ballot_type": "boost", "boost_worth": 3},
}


@pytest.mark.requirement("R14")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ballot_type": "points"}, "points"),
        ({"ballot_type": "points", "points": 2, "most_points": 1, "min_choices": 3}, "points"),
        ({"ballot_type": "points", "points": 5}, "most_points"),
        ({"ballot_type": "points", "points": 5, "most_points": 6}, "most_points"),
        ({"ballot_type": "points", "points": 1001, "most_points": 5}, "points"),
        ({"ballot_type": "boost", "boost_worth": 1}, "boost_worth"),
        ({"ballot_type": "boost", "boost_worth": 11}, "boost_worth"),
        ({"ballot_type": "spend", "min_choices": 2}, "min_choices"),
        ({"ballot_type": "ranking", "rule": "equal-shares"}, "rule"),
        ({"ballot_type": "boost", "rule": "equal-shares"}, "rule"),
    ],
)
def test_rules_that_do_not_fit_the_ballot_are_told_on_their_field(changed, field):
    assert list(round_faults(replace(RULES, **changed))) == [field]


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("rule", ["greedy", "greedy-stop", "greedy-per-cost", "equal-shares"])
def test_greedy_goes_with_every_type_and_equal_shares_with_three(kind, rule):
    rules = replace(RULES, **TYPES[kind], rule=rule)
    fits = rule != "equal-shares" or kind in ("approval", "spend", "points")
    assert (round_faults(rules) == {}) is fits


def test_the_rules_of_an_old_round_stay_what_they_were():
    names = {"ballot_type", "points", "most_points", "boost_worth"}
    assert names.isdisjoint(plain_rules(RULES))
    assert names & plain_rules(replace(RULES, **TYPES["points"])).keys() == names - {"boost_worth"}


@pytest.mark.parametrize("kind", TYPES)
def test_published_rules_say_the_same_of_a_ballot(kind):
    rules = replace(RULES, **TYPES[kind])
    assert published_terms(plain_rules(rules)) == terms_of(rules)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("trial", [Trial(), Trial(1, 1), Trial(30, 100, 3)], ids=str)
def test_invented_votes_keep_to_the_limits_of_their_type(kind, trial):
    rules = replace(RULES, **TYPES[kind])
    election = invented_election(rules, trial)
    assert election.voters == trial.voters
    assert election == invented_election(rules, trial)
    for ballot in election.ballots:
        assert ballot_faults(terms_of(rules), ballot.choices, election.costs, ballot.points) == []


def test_invented_votes_use_what_their_type_offers():
    def ballots(kind):
        return invented_election(replace(RULES, **TYPES[kind]), Trial()).ballots

    assert any(list(b.choices) != sorted(b.choices, key=int) for b in ballots("ranking"))
    assert any(max(b.points) == 5 for b in ballots("points"))
    assert {max(b.points) for b in ballots("boost")} == {1, 3}


def test_no_two_votes_are_written_alike():
    """Whatever people say, one text stands for one vote; and the other way about."""
    draw = Random(4)  # noqa: S311 - no secret
    seen: dict[str, object] = {}
    for _ in range(300):
        ids = draw.sample(range(1, 6), draw.randint(1, 3))
        points = [draw.randint(1, 3) for _ in ids]
        said = frozenset(zip(ids, points, strict=True))
        assert seen.setdefault(write_choices(BallotKind.POINTS, ids, points), said) == said
        assert seen.setdefault(write_choices(BallotKind.RANKING, ids), tuple(ids)) == tuple(ids)
