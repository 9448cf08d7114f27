"""Real elections that were decided by votes: the official winners, and why a few differ."""

from dataclasses import replace
from pathlib import Path

import pytest

from engage.tally.election import Method, Rule
from engage.tally.method import count
from engage.tally.pabulib import PabulibFile, read_pabulib

#: How a file's declared rule is counted; ties in the file's order.
DECLARED = {
    "greedy": Rule.GREEDY,
    "greedy-threshold": Rule.GREEDY,
    "greedy-exclusive": Rule.GREEDY,
    "greedy-no-skip": Rule.GREEDY_STOP,
}

#: Files whose official outcome the declared rule alone doesn't give, each with its reason.
DIFFERENT = {
    "poland_warszawa_2024_.pb": (
        "two projects with the tenth and eleventh most votes were passed over, as the file's "
        "comment says of projects for the same place; it has no column that names the places",
        {"1018", "1498", "638", "130", "306", "1378"},
    ),
}


def official(folder: Path) -> dict[str, PabulibFile]:
    """Return the files that say which projects were selected, and that went by votes."""
    files = {}
    for path in sorted((folder / "pabulib").glob("*.pb")):
        with path.open("rb") as stream:
            read = read_pabulib(stream)
        if "selected" in read.project_header and read.meta["rule"] in DECLARED:
            files[path.name] = read
    return files


@pytest.mark.requirement("R14")
def test_the_official_winners_come_out_but_for_those_listed(shared_data: Path) -> None:
    different = {}
    for name, read in official(shared_data).items():
        counted = count(read.election(), Method(DECLARED[read.meta["rule"]]))
        if set(counted.winners) != read.official_winners:
            different[name] = set(counted.winners) ^ read.official_winners
    assert different == {name: projects for name, (_, projects) in DIFFERENT.items()}


def test_without_the_two_passed_over_the_rule_gives_warsaws_outcome(shared_data: Path) -> None:
    read = official(shared_data)["poland_warszawa_2024_.pb"]
    projects = tuple(p for p in read.election().projects if p.id not in ("1018", "1498"))
    ballots = tuple(
        replace(b, choices=tuple(c for c in b.choices if c not in ("1018", "1498")))
        for b in read.election().ballots
    )
    counted = count(replace(read.election(), projects=projects, ballots=ballots), Method())
    assert set(counted.winners) == read.official_winners
