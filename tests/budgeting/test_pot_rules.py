"""The parts of a fund as rules: how they fit, how they are kept, and what a ballot may hold."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engage.budgeting.rules.ballot_types import BallotTerms, ballot_faults, terms_of
from engage.budgeting.rules.bundle_parts import numbers_in, split
from engage.budgeting.rules.paper_account import could_change
from engage.budgeting.rules.papers import PapersRefused, read_sheet, reader
from engage.budgeting.rules.pots import PotRule
from engage.budgeting.rules.proposing import (
    Asks,
    Content,
    money_gaps,
    read_content,
    write_content,
)
from engage.budgeting.rules.results import (
    Fate,
    Outcome,
    PotOutcome,
    public_fates,
    read_outcome,
    write_outcome,
)
from engage.budgeting.rules.rounds import (
    BallotLine,
    RoundRules,
    hash_rules,
    plain_line,
    plain_rules,
    read_rules,
    round_faults,
)
from engage.budgeting.rules.trial import Trial, invented_elections, remarks
from engage.tally.election import Method
from engage.tally.method import count
from tests.makers.pots import POTS, TYPES

pytestmark = pytest.mark.requirement("R14")
START = datetime(2027, 1, 4, 9, tzinfo=UTC)
RULES = RoundRules(
    600_000, 50_000, 500_000, 1, 2, 11, "Everybody", "greedy", "cost,votes,lot", True,
    *(START + timedelta(weeks=weeks) for weeks in (0, 4, 8, 10)),
)  # fmt: skip
PARTED = replace(RULES, pots=POTS, pots_each_voter="all")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, ""),
        ({"pots_each_voter": "one"}, ""),
        ({"pots": POTS[:1], "pot_pence": 400_000, "max_award_pence": 400_000}, "two parts or more"),
        ({"pots": ()}, "Enter the parts of the fund"),
        ({"pots_each_voter": ""}, "Choose in how many parts"),
        ({"pot_pence": 700_000}, "£7,000: they add up to £6,000"),
        ({"pots": (POTS[0], replace(POTS[1], name="northport"))}, "a name of its own"),
        ({"pots": (POTS[0], replace(POTS[1], name=" "))}, "a name"),
        ({"pots": (POTS[0], replace(POTS[1], theme=""))}, "a place, a theme or both"),
        ({"pots": (POTS[0], replace(POTS[1], number=1))}, "Number the parts"),
        ({"pots": (replace(POTS[0], pence=0), replace(POTS[1], pence=600_000))}, "more than £0"),
    ],
)
def test_the_parts_are_two_or_more_and_together_the_fund(
    changed: dict[str, Any], words: str
) -> None:
    told = round_faults(replace(PARTED, **changed)).get("pots", "")
    assert words in told
    assert bool(words) is bool(told)


def test_a_fund_without_parts_is_kept_as_before_there_were_any() -> None:
    """The hash is of the rules as they were published before: no word of parts stands in them."""
    assert not {"pots", "pots_each_voter"} & plain_rules(RULES).keys()
    assert plain_line(BallotLine(1, 1, "A", 5, 1)).keys() == {
        "id", "number", "title", "cost_pence", "lot",
    }  # fmt: skip
    assert "pot" not in write_content(Content("A", "B", cost_pence=5))
    outcome = Outcome("greedy", "cost", 5, 0, 5, 0, {}, (), (), (), "", "", "")
    assert "pots" not in write_outcome(outcome)
    assert read_outcome(write_outcome(outcome)) == outcome


def test_parts_are_published_hashed_and_read_again() -> None:
    northport = PotRule(1, "Northport", 400_000, locality_id=7)
    rules = replace(PARTED, pots=(northport, POTS[1]))
    assert plain_rules(rules)["pots"][0] == {
        "number": 1, "name": "Northport", "pence": 400_000, "locality_id": 7,
    }  # fmt: skip
    assert read_rules(plain_rules(rules)) == rules
    hashes = {hash_rules(r) for r in (RULES, PARTED, rules, replace(rules, pots_each_voter="one"))}
    assert len(hashes) == 4


# What a ballot may hold --------------------------------------------------------------------------

COSTS = {"a": 300_000, "b": 150_000, "c": 150_000, "d": 100_000, "e": 60_000}
POT_OF = {"a": 1, "b": 1, "c": 2, "d": 2, "e": 2}


def terms(kind: str, **changed: Any) -> BallotTerms:
    return terms_of(replace(PARTED, **{**TYPES[kind], **changed}))


@pytest.mark.parametrize(
    ("kind", "choices", "points"),
    [
        ("approval", "abcd", None),
        ("approval", "c", None),
        ("spend", "ade", None),
        ("points", "abcd", [3, 2, 3, 2]),
        ("ranking", "badce", None),
        ("boost", "abcd", [2, 1, 1, 2]),
    ],
)
def test_limits_hold_within_each_part(kind: str, choices: str, points: list[int] | None) -> None:
    assert ballot_faults(terms(kind), list(choices), COSTS, points, POT_OF) == []


@pytest.mark.parametrize(
    ("kind", "choices", "points", "words"),
    [
        ("approval", "acde", None, "Young people: Choose 2 projects or fewer"),
        ("approval", "", None, "Choose projects in at least one part of the fund"),
        ("approval", "az", None, "Choose projects from the list"),
        ("spend", "ab", None,
         "Northport: Choose projects that cost no more than this part of the fund together"),
        ("spend", "cde", None,
         "Young people: Choose projects that cost no more than this part of the fund together"),
        ("points", "abcd", [3, 3, 1, 1], "Northport: Give 5 points or fewer in all"),
        ("points", "cd", [4, 1], "Young people: Give each project 3 points or fewer"),
        ("boost", "abc", [2, 2, 1], "Northport: Boost one project only"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_part(
    kind: str, choices: str, points: list[int] | None, words: str
) -> None:
    assert ballot_faults(terms(kind), list(choices), COSTS, points, POT_OF) == [words]


def test_each_part_that_is_used_needs_the_fewest_choices() -> None:
    two = terms("approval", min_choices=2)
    assert ballot_faults(two, list("ab"), COSTS, None, POT_OF) == []
    assert ballot_faults(two, list("abc"), COSTS, None, POT_OF) == [
        "Young people: Choose at least 2 projects"
    ]


def test_where_each_voter_picks_one_part_a_ballot_uses_one() -> None:
    one = terms("approval", pots_each_voter="one")
    assert ballot_faults(one, list("ab"), COSTS, None, POT_OF) == []
    words = ["Choose projects from one part of the fund only"]
    assert ballot_faults(one, list("ac"), COSTS, None, POT_OF) == words


def test_a_paper_keeps_the_same_limits_and_a_mixed_ranking_is_one_ballot() -> None:
    ids, costs = {n: n for n in range(1, 6)}, dict(enumerate(COSTS.values(), 1))
    pot_of = dict(enumerate(POT_OF.values(), 1))
    ranked = reader(ids, terms("ranking"), costs, pot_of)
    assert read_sheet("4 2 3 1", ranked) == read_sheet("2 1 4 3", ranked)
    assert read_sheet("4 2 3 1", ranked) != read_sheet("1 2 4 3", ranked)
    approved = reader(ids, terms("approval"), costs, pot_of)
    with pytest.raises(PapersRefused, match="Young people: Choose 2 projects or fewer"):
        read_sheet("3 4 5", approved)


def test_a_whole_vote_is_split_into_what_it_says_of_each_part() -> None:
    found = split((("b", "a", "d"), (3, 2, 5)), POT_OF)
    assert {n: (ballot.choices, ballot.points) for n, ballot in found.items()} == {
        1: (("b", "a"), (3, 2)),
        2: (("d",), (5,)),
    }


@pytest.mark.parametrize(
    ("names", "numbers"),
    [(["election-10.pb", "election-2.pb"], [2, 10]), (["election-0.pb", "election-21.pb"], [0])],
)
def test_only_the_parts_that_a_fund_can_have_have_an_election(
    names: list[str], numbers: list[int]
) -> None:
    assert numbers_in(names) == numbers


# Proposals, the trial, papers in doubt, what may be told -----------------------------------------


@pytest.mark.parametrize(
    ("pot", "cost", "about"),
    [(None, 100_000, "pot"), (3, 100_000, "pot"), (2, 200_000, None), (2, 200_001, "cost_pence")],
)
def test_a_proposal_asks_a_part_and_no_more_than_it_has(
    pot: int | None, cost: int, about: str | None
) -> None:
    asks = Asks(50_000, 500_000, pots=POTS)
    content = Content(cost_pence=cost, pot=pot, takes_less=False)
    found = [gap.about for gap in money_gaps(content, asks) if gap.about != "items"]
    assert found == ([about] if about else [])
    assert read_content(write_content(content)) == content
    assert not [g for g in money_gaps(Content(), asks, complete=False) if g.about == "pot"]


@pytest.mark.parametrize("each", ["all", "one"])
def test_a_trial_invents_each_part_and_remarks_on_it_by_name(each: str) -> None:
    rules = replace(PARTED, pots_each_voter=each, threshold=1_000)
    invented = invented_elections(rules, Trial(12, 90))
    assert [election.pot for election in invented.values()] == [400_000, 200_000]
    assert [e.voters for e in invented.values()] == ([90, 90] if each == "all" else [60, 30])
    ids = [project.id for e in invented.values() for project in e.projects]
    assert sorted(map(int, ids)) == list(range(1, 13))
    counts = {number: count(election, Method()) for number, election in invented.items()}
    assert "Young people: Nothing would be funded" in remarks(rules, counts)


def fate(project: str, votes: int, funded: bool, cost: int = 100) -> Fate:
    return Fate(project, votes, cost, funded, 0, "", "", "")


def parted_outcome() -> Outcome:
    fates = (fate("a", 30, True), fate("b", 20, False), fate("c", 6, True), fate("d", 3, False))
    pots = (
        PotOutcome(1, "Northport", "greedy", 100, 100, 0, 50, ("a", "b")),
        PotOutcome(2, "Young people", "greedy", 100, 100, 0, 9, ("c", "d")),
    )
    return Outcome(
        "greedy", "cost", 200, 200, 0, 55, {}, ("a", "c"), fates, (), "", "", "", pots=pots
    )


@pytest.mark.requirement("R74")
def test_figures_are_told_only_of_parts_in_which_enough_voted() -> None:
    outcome = parted_outcome()
    assert [part.tells_figures for part in outcome.parts] == [True, False]
    assert outcome.fewest_ballots == 9
    told = [fate.project for fate in public_fates(outcome, ["d", "c", "b", "a"])]
    assert told == ["a", "b", "c", "d"]
    assert read_outcome(write_outcome(outcome)) == outcome


def test_papers_in_doubt_are_judged_part_by_part() -> None:
    """Ten votes could turn the smaller part, where three separate winner and loser, and no more."""
    parts = parted_outcome().parts
    changed = [could_change(part.fates, part.pot_pence, "greedy", 4) for part in parts]
    assert changed == [False, True]
