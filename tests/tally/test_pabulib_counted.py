"""The file that publishes a count: complete, in the checker's order, and counted to the same."""

import io
from dataclasses import replace

import pytest

from engage.tally.election import Ballot, BallotType, Count, Election, Limits, Project
from engage.tally.greedy import greedy
from engage.tally.pabulib import (
    CountNotPublishable,
    PabulibFile,
    file_of_count,
    read_pabulib,
    write_pabulib,
)

ABOUT = {
    "rule": "greedy",
    "description": "The village fund\nof 2026",
    "country": "United Kingdom",
    "unit": "Torry",
    "instance": "2026",
    "currency": "GBP",
    "date_begin": "01.02.2026",
    "date_end": "28.02.2026",
}
ELECTION = Election(
    projects=(
        Project("7", 60_050, "Bike shelter; with a roof", lot=2, area="North"),
        Project("8", 50_000, " Lunch\r\nclub ", lot=1, area="South"),
        Project("9", 40_000, "", lot=3, area="North"),
    ),
    ballots=(Ballot(("8", "9"), 2), Ballot(("7",), 2)),
    pot=100_000,
    limits=Limits(1, 9),
    tie=("lot",),
)


def published(election: Election, count: Count | None = None, **about: str) -> PabulibFile:
    file = file_of_count(election, count or greedy(election), ABOUT | about)
    out = io.StringIO(newline="")
    write_pabulib(file, out)
    assert read_pabulib(io.BytesIO(out.getvalue().encode())) == file
    assert file.breaches() == file.miscounts() == []
    return file


def test_a_count_is_published_in_the_order_of_the_checker() -> None:
    out = io.StringIO()
    write_pabulib(published(ELECTION), out)
    assert out.getvalue().splitlines() == [
        "META",
        "key;value",
        "description;The village fund of 2026",
        "country;United Kingdom",
        "unit;Torry",
        "instance;2026",
        "num_projects;3",
        "num_votes;4",
        "budget;1000",
        "vote_type;approval",
        "rule;greedy",
        "date_begin;01.02.2026",
        "date_end;28.02.2026",
        "min_length;1",
        "max_length;3",
        "currency;GBP",
        "PROJECTS",
        "project_id;cost;votes;name;selected;neighborhood",
        "8;500;2;Lunch club;1;South",
        '7;600.50;2;"Bike shelter; with a roof";0;North',
        "9;400;2;9;1;North",
        "VOTES",
        "voter_id;vote",
        "1;7",
        "2;7",
        "3;8,9",
        "4;8,9",
    ]


def test_whoever_counts_the_published_file_meets_the_same_winners() -> None:
    file = published(ELECTION)
    count = greedy(file.election(("file",)))
    assert set(count.winners) == file.official_winners == {"8", "9"}


def test_a_project_without_a_vote_makes_a_threshold_of_one() -> None:
    file = published(replace(ELECTION, ballots=(Ballot(("8", "9"), 2),)))
    assert file.meta["rule"] == "greedy-threshold"
    assert file.meta["min_project_score_threshold"] == "1"
    kept = published(replace(ELECTION, threshold=2), rule="equalshares")
    assert (kept.meta["rule"], kept.meta["min_project_score_threshold"]) == ("equalshares", "2")


def test_a_fund_that_pays_for_everything_says_so() -> None:
    assert published(replace(ELECTION, pot=200_000)).meta["fully_funded"] == "1"


def test_a_ranked_ballot_keeps_its_order_and_brings_the_score() -> None:
    file = published(
        replace(ELECTION, ballots=(Ballot(("9", "8")),), ballot_type=BallotType.ORDINAL),
        Count("greedy", ("9", "8"), 90_000, 10_000, 1, ()),
    )
    assert file.vote_columns == (("1",), ("9,8",))
    assert file.column("score") == {"7": "0", "8": "1", "9": "2"}


def test_points_are_published_most_first_and_their_sum_must_be_known() -> None:
    election = replace(
        ELECTION,
        ballots=(Ballot(("8", "9"), 1, (1, 3)), Ballot(("7",), 1)),
        ballot_type=BallotType.CUMULATIVE,
    )
    count = Count("greedy", ("9", "8"), 90_000, 10_000, 1, ())
    with pytest.raises(CountNotPublishable, match="max_sum_points"):
        published(election, count)
    file = published(replace(election, limits=Limits(max_sum_points=4)), count)
    assert file.vote_columns == (("1", "2"), ("7", "9,8"), ("1", "3,1"))


def test_an_election_without_ballots_can_be_published() -> None:
    assert published(replace(ELECTION, ballots=())).vote_columns == ((), ())


def test_what_pabulib_must_know_and_what_it_has_no_place_for_is_named() -> None:
    with pytest.raises(CountNotPublishable, match="unit, date_end"):
        published(ELECTION, unit=" ", date_end="")
    with pytest.raises(CountNotPublishable, match="no place for weather"):
        published(ELECTION, weather="fair")
