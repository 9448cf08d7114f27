"""Every rule, on elections drawn at random, beside a slow reference written from definitions."""

import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.tally.election import (
    Ballot,
    BallotType,
    Completion,
    Election,
    Method,
    Project,
    Rule,
    Utility,
)
from engage.tally.equal_shares import equal_shares
from engage.tally.method import count
from engage.tally.shares.arrays import Arrays
from engage.tally.shares.compiled import CompiledSearch
from engage.tally.shares.plain import Search
from tests.tally.reference import violates_ejr_up_to_one, winners

NAMES = "abcdefghijkl"


class Ask(Search):
    """A search that never trusts a float."""

    def __init__(self, arrays: Arrays, margin: float) -> None:
        super().__init__(arrays, np.inf)


@st.composite
def elections(draw: Any, most_projects: int = 12, most_voters: int = 60) -> Election:
    """Elections of any kind, with ties, sites, thresholds and projects dearer than the pot."""
    names = NAMES[: draw(st.integers(1, most_projects))]
    kind = draw(st.sampled_from(list(BallotType)))
    projects = [
        Project(
            name,
            cost=draw(st.integers(1, 40)) * draw(st.sampled_from([1, 5, 100])),
            lot=place,
            site=draw(st.sampled_from(["", "", "", "park", "hall"])),
        )
        for place, name in enumerate(draw(st.permutations(names)))
    ]
    ballots, voters = [], 0
    while voters < most_voters and draw(st.booleans() if voters else st.just(True)):
        most = 1 if kind is BallotType.CHOOSE_1 else len(names)
        chosen = draw(st.lists(st.sampled_from(names), unique=True, max_size=most))
        points = None
        if kind is BallotType.CUMULATIVE:
            points = tuple(draw(st.integers(0, 5)) for _ in chosen)
        weight = draw(st.integers(1, min(12, most_voters - voters)))
        ballots.append(Ballot(tuple(chosen), weight, points))
        voters += weight
    return Election(
        projects=tuple(projects),
        ballots=tuple(ballots),
        pot=draw(st.integers(1, 60)) * draw(st.sampled_from([1, 10, 100])),
        tie=draw(st.sampled_from([("cost", "votes", "lot"), ("lot",), ("file",), ("votes",)])),
        ballot_type=kind,
        threshold=draw(st.sampled_from([0, 0, 3])),
        support=draw(st.sampled_from([None, None, Fraction(1, 3)])),
    )


def methods() -> st.SearchStrategy[Method]:
    """Every rule that a reference exists for, with all its variants."""
    return st.builds(
        Method,
        rule=st.sampled_from(
            [
                Rule.GREEDY,
                Rule.GREEDY_STOP,
                Rule.GREEDY_PER_COST,
                Rule.PHRAGMEN,
                Rule.EQUAL_SHARES,
                Rule.EQUAL_SHARES,
                Rule.EQUAL_SHARES,
            ]
        ),
        utility=st.sampled_from(list(Utility)),
        completion=st.sampled_from(list(Completion)),
        comparison=st.booleans(),
        increment=st.sampled_from([1, 7, 100]),
    )


@pytest.mark.requirement("R14")
@settings(max_examples=300, deadline=None)
@given(elections(), methods())
def test_every_rule_agrees_with_its_definition(election: Election, method: Method) -> None:
    counted = count(election, method)
    assert list(counted.winners) == winners(election, method)
    assert counted.cost == sum(election.costs[p] for p in counted.winners) <= election.pot
    assert counted.unspent == election.pot - counted.cost
    assert sorted(d.project for d in counted.decisions) == sorted(p.id for p in election.projects)


@settings(max_examples=100, deadline=None)
@given(elections(), methods().filter(lambda method: method.rule is Rule.EQUAL_SHARES))
def test_every_engine_tells_the_same_story(election: Election, method: Method) -> None:
    plain = equal_shares(election, method, Search)
    assert equal_shares(election, method, CompiledSearch) == plain
    assert equal_shares(election, method, Ask) == plain


@settings(max_examples=100, deadline=None)
@given(elections(most_projects=5, most_voters=7), st.sampled_from(list(Utility)))
def test_equal_shares_is_fair_to_every_group_that_agrees(
    election: Election, utility: Utility
) -> None:
    """Extended justified representation up to one project (Peters and others, NeurIPS 2021)."""
    free = replace(
        election,
        projects=tuple(replace(project, site="") for project in election.projects),
        threshold=0,
        support=None,
    )
    counted = equal_shares(free, Method(Rule.EQUAL_SHARES, utility))
    assert not violates_ejr_up_to_one(free, list(counted.winners), utility)


@settings(max_examples=100, deadline=None)
@given(elections(), methods(), st.randoms(use_true_random=False))
def test_the_order_of_ballots_and_the_names_of_projects_do_not_matter(
    election: Election, method: Method, chance: random.Random
) -> None:
    new = dict(zip(NAMES, chance.sample("ABCDEFGHIJKL", 12), strict=True))
    ballots = [
        Ballot(tuple(new[c] for c in b.choices), weight, b.points)
        for b in election.ballots
        for weight in ([1] * b.weight if chance.random() < 0.5 else [b.weight])
    ]
    chance.shuffle(ballots)
    renamed = replace(
        election,
        projects=tuple(replace(project, id=new[project.id]) for project in election.projects),
        ballots=tuple(ballots),
    )
    expected = [new[project] for project in count(election, method).winners]
    assert list(count(renamed, method).winners) == expected
