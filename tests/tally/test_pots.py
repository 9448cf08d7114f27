"""Several pots at once: one city counted by hand, and a real one with five themes."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.tally.election import (
    Ballot,
    BallotType,
    Election,
    Limits,
    Method,
    Project,
    Rule,
    Why,
)
from engage.tally.greedy import greedy
from engage.tally.limits import choice_faults
from engage.tally.pabulib import PabulibFile, read_pabulib
from engage.tally.pots import Contest, ContestRefused, Pot, contest_faults, count_pots, elections

#: A city with two areas: a voter may choose in one area and for the whole city.
CITY = Contest(
    pots=(
        Pot("north", 100, Limits(max_choices=2), "North"),
        Pot("south", 60, Limits(max_choices=1), "South"),
        Pot("city", 200, Limits(max_choices=2, max_cost=200), "The whole city"),
    ),
    projects={
        "north": (Project("n1", 70), Project("n2", 40), Project("n3", 30)),
        "south": (Project("s1", 60), Project("s2", 50)),
        "city": (Project("c1", 150), Project("c2", 120), Project("c3", 50)),
    },
    ballots=(
        Ballot(("n1", "n2", "c1"), 5),
        Ballot(("n3", "c2", "c3"), 3),
        Ballot(("n2",), 1),
        Ballot(("s2", "c2"), 4),
        Ballot(("s1",), 3),
    ),
    most_pots=2,
    limits=Limits(max_choices=4),
)


@pytest.mark.requirement("R14")
def test_a_city_with_two_areas_is_counted_pot_by_pot() -> None:
    """North: n2 6 votes, n1 5 (70 is too dear for 60), n3 3. South: s2 4, s1 3. City: c2 7, c1 5
    (150 is too dear for 80), c3 3.
    """
    counts = count_pots(CITY, Method(Rule.GREEDY))
    told = {pot: (count.winners, count.unspent, count.ballots) for pot, count in counts.items()}
    assert told == {
        "north": (("n2", "n3"), 30, 9),
        "south": (("s2",), 10, 7),
        "city": (("c2", "c3"), 30, 12),
    }


def test_voters_who_choose_nothing_in_a_pot_are_no_voters_of_it() -> None:
    """So 3 of 7 hold 3/7 of the 60, and not 3/16 beside all 16 voters of the city."""
    south = elections(CITY)["south"]
    assert sum(ballot.weight for ballot in CITY.ballots) == 16
    assert south.voters == 7
    assert set(south.ballots) == {Ballot(("s2",), 4), Ballot(("s1",), 3)}


def test_identical_parts_of_ballots_are_taken_together_with_their_points() -> None:
    ballots = (
        Ballot(("n1", "c1"), 2, (3, 1)),
        Ballot(("c2", "n1"), 1, (5, 3)),
        Ballot(("n1",), 1, (4,)),
    )
    contest = replace(CITY, ballots=ballots, ballot_type=BallotType.CUMULATIVE)
    north = elections(contest)["north"]
    assert set(north.ballots) == {Ballot(("n1",), 3, (3,)), Ballot(("n1",), 1, (4,))}
    assert north.votes["n1"] == 13


def test_a_ranking_is_ranked_anew_in_each_pot() -> None:
    contest = replace(
        CITY, ballots=(Ballot(("c1", "n2", "c3", "n1")),), ballot_type=BallotType.ORDINAL
    )
    votes = {pot: dict(election.votes) for pot, election in elections(contest).items()}
    assert votes["north"] == {"n1": 1, "n2": 2, "n3": 0}
    assert votes["city"] == {"c1": 2, "c2": 0, "c3": 1}


def test_each_pot_has_a_threshold_of_its_own() -> None:
    counts = count_pots(replace(CITY, thresholds={"south": 5}), Method(Rule.GREEDY))
    assert counts["south"].winners == ()
    assert {d.why for d in counts["south"].decisions} == {Why.BELOW_THRESHOLD}
    assert counts["north"].winners == ("n2", "n3")


FAULTS = {
    "one area and the whole city": (["n1", "n2", "c1"], []),
    "nothing of a pot, whatever its limits": (["c1"], []),
    "nothing at all": ([], ["Choose at least 1 project"]),
    "three pots": (["n1", "s1", "c1"], ["Choose projects from 2 pots or fewer"]),
    "too much of one pot": (["s1", "s2"], ["South: Choose 1 project or fewer"]),
    "more than a pot pays for": (
        ["c1", "c2"],
        ["The whole city: Choose projects that cost no more than the fund together"],
    ),
    "too many in all": (
        ["n1", "n2", "n3", "c2", "c3"],
        ["Choose 4 projects or fewer", "North: Choose 2 projects or fewer"],
    ),
    "no such project": (["n1", "x"], ["Choose projects from the list"]),
    "one project twice": (["n1", "n1"], ["Choose each project once"]),
}


@pytest.mark.parametrize(("choices", "faults"), FAULTS.values(), ids=FAULTS)
def test_a_ballot_is_judged_as_a_whole_and_in_each_pot(
    choices: list[str], faults: list[str]
) -> None:
    assert contest_faults(choices, CITY) == faults


def test_without_a_limit_a_voter_may_choose_in_every_pot() -> None:
    free = replace(CITY, most_pots=None)
    assert contest_faults(["n1", "s1", "c1"], free) == []
    assert contest_faults(["n1", "c1"], replace(CITY, most_pots=1)) == [
        "Choose projects from 1 pot or fewer"
    ]


def test_a_pot_judges_the_points_that_are_given_in_it() -> None:
    pots = (Pot("a", 10, Limits(max_sum_points=5)), Pot("b", 10, Limits(min_points=2)))
    contest = Contest(
        pots,
        {"a": (Project("a1", 5), Project("a2", 5)), "b": (Project("b1", 5),)},
        limits=Limits(max_sum_points=10),
        ballot_type=BallotType.CUMULATIVE,
    )
    assert contest_faults(["a1", "b1", "a2"], contest, [3, 4, 2]) == []
    assert contest_faults(["a1", "b1", "a2"], contest, [3, 1, 7]) == [
        "Give 10 points or fewer in all",
        "a: Give 5 points or fewer in all",
        "b: Give each project at least 2 points",
    ]
    assert contest_faults(["b1"], contest) == []
    assert "Give points to each project that you choose" in contest_faults(["a1"], contest, [])


REFUSED = {
    "a project in two pots": (
        {"a": (Project("p", 1),), "b": (Project("p", 1),)},
        "The project “p” stands in the contest twice",
    ),
    "a project twice in a pot": (
        {"a": (Project("p", 1), Project("p", 2))},
        "The project “p” stands in the contest twice",
    ),
    "a site in two pots, of which each might fund it": (
        {"a": (Project("p", 1, site="park"),), "b": (Project("q", 1, site="park"),)},
        "The site “park” stands in the contest twice",
    ),
    "projects of no pot": ({"c": (Project("p", 1),)}, "There is no pot “c”"),
}


@pytest.mark.parametrize(("projects", "message"), REFUSED.values(), ids=REFUSED)
def test_a_contest_that_could_fund_one_thing_twice_is_refused(
    projects: dict[str, tuple[Project, ...]], message: str
) -> None:
    with pytest.raises(ContestRefused, match=message):
        Contest((Pot("a", 1), Pot("b", 1)), projects)


def test_other_muddled_contests_are_refused() -> None:
    with pytest.raises(ContestRefused, match="The pot “a” stands"):
        Contest((Pot("a", 1), Pot("a", 2)), {})
    with pytest.raises(ContestRefused, match="There is no pot “b”"):
        Contest((Pot("a", 1),), {}, thresholds={"b": 1})


def test_projects_of_one_pot_may_share_a_site() -> None:
    shared = (Project("p", 1, site="park"), Project("q", 1, site="park"))
    counts = count_pots(
        Contest((Pot("a", 9),), {"a": shared}, (Ballot(("p", "q")),)), Method(Rule.GREEDY)
    )
    assert counts["a"].winners == ("p",)


# Laws -------------------------------------------------------------------------------------------

IDS = [project.id for own in CITY.projects.values() for project in own]
BALLOTS = st.lists(
    st.builds(Ballot, st.lists(st.sampled_from(IDS), unique=True).map(tuple), st.integers(1, 3)),
    max_size=12,
).map(tuple)


@given(BALLOTS)
def test_no_pot_sees_what_is_chosen_in_another(ballots: tuple[Ballot, ...]) -> None:
    together = count_pots(replace(CITY, ballots=ballots), Method(Rule.EQUAL_SHARES))
    for pot in CITY.pots:
        own = {project.id for project in CITY.projects[pot.id]}
        parts = [Ballot(tuple(c for c in b.choices if c in own), b.weight) for b in ballots]
        alone = replace(CITY, ballots=tuple(part for part in parts if part.choices))
        assert count_pots(alone, Method(Rule.EQUAL_SHARES))[pot.id] == together[pot.id]


@given(BALLOTS)
def test_one_pot_for_everything_is_one_election(ballots: tuple[Ballot, ...]) -> None:
    projects = tuple(project for own in CITY.projects.values() for project in own)
    contest = Contest((Pot("all", 300),), {"all": projects}, ballots)
    whole = Election(projects, tuple(b for b in ballots if b.choices), 300)
    assert replace(count_pots(contest, Method(Rule.GREEDY))["all"], fairness=None) == greedy(whole)


# A real city ------------------------------------------------------------------------------------


def budapest(folder: Path) -> tuple[PabulibFile, Contest]:
    """Five themes with at most three choices each. How the city divided the money the file does
    not say; here every theme has a fifth.
    """
    with (folder / "pabulib" / "Hungary_Budapest_2024.pb").open("rb") as stream:
        file = read_pabulib(stream)
    whole = file.election()
    themes: dict[str, list[Project]] = {}
    for project in whole.projects:
        themes.setdefault(file.column("category")[project.id], []).append(project)
    contest = Contest(
        tuple(Pot(theme, whole.pot // 5, Limits(max_choices=3)) for theme in themes),
        {theme: tuple(projects) for theme, projects in themes.items()},
        whole.ballots,
        limits=Limits(max_choices=15),
        tie=whole.tie,
    )
    return file, contest


def test_all_but_one_of_28943_ballots_in_budapest_keep_to_three_of_each_theme(
    shared_data: Path,
) -> None:
    _, contest = budapest(shared_data)
    assert sorted(pot.id for pot in contest.pots) == [
        "Green",
        "Local Big Idea",
        "Local Small Idea",
        "Open",
        "Social",
    ]
    faults = {ballot: contest_faults(ballot.choices, contest) for ballot in contest.ballots}
    broken = [ballot for ballot, found in faults.items() if found]
    assert [(ballot.weight, faults[ballot]) for ballot in broken] == [
        (1, ["Social: Choose 3 projects or fewer"])
    ]
    # Judged as a whole, nothing is wrong with it.
    assert choice_faults(broken[0].choices, contest.limits, contest.costs) == []


def test_each_theme_of_budapest_gets_its_own_money_and_every_vote(shared_data: Path) -> None:
    file, contest = budapest(shared_data)
    counts = count_pots(contest, Method(Rule.GREEDY))
    votes = {d.project: d.votes for count in counts.values() for d in count.decisions}
    assert votes == {project: int(given) for project, given in file.column("votes").items()}
    for theme, count in counts.items():
        assert 0 < count.cost <= 200_000_000_00
        assert set(count.winners) <= {p.id for p in contest.projects[theme]}
        assert count.ballots < 28_943
