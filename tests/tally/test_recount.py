"""The stand-alone recount: agrees with cities, with the reference, and refuses a broken file."""

import ast
import json
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.tally import recount
from engage.tally.commands import canonical, tally
from engage.tally.election import (
    Ballot,
    BallotType,
    Completion,
    Election,
    Leftover,
    Method,
    Project,
    Rule,
    Utility,
)
from engage.tally.method import count
from engage.tally.money import major_text
from engage.tally.pabulib import read_pabulib
from tests.tally import reference
from tests.tally.test_pabulib import FILE

PROGRAM = Path(recount.__file__)


def run(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a stranger does: alone, without the project or any package."""
    command = [sys.executable, "-I", "-S", str(PROGRAM), str(path), *options]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def counted(text: str, *options: str) -> list[str]:
    """Count a file's text within this process."""
    election = recount.read_election(text.encode())
    method = recount.read_command([str(PROGRAM), *options])
    return [project.id for project in recount.count(election, method)]


# Real elections ---------------------------------------------------------------------------------

SHARES = ("--rule", "equal-shares", "--completion", "add1")
CITIES = {
    "Poland_Wieliczka_2023_Green_Budget.pb": (*SHARES, "--comparison"),
    "Poland_Swiecie_2023.pb": (*SHARES, "--comparison", "--support", "1/3"),
    "Netherlands_Assen_2024.pb": SHARES,
    "Poland_Lodz_2022.pb": (),
    "Poland_Krakow_2024_Bienczyce.pb": (),
    "Poland_Krakow_2024_Zwierzyniec.pb": (),
    "Poland_Katowice_2025_Zaleska_Halda_-_Brynow_Czesc_Zachodnia.pb": (),
    "Poland_Gdynia_2023_Wielki_Kack__large.pb": ("--rule", "greedy-stop"),
    "Poland_Warszawa_2018_Pole_Mokotowskie.pb": (),
}


@pytest.mark.parametrize(("name", "options"), CITIES.items(), ids=CITIES)
def test_the_recount_gives_exactly_the_projects_that_the_city_funded(
    shared_data: Path, name: str, options: tuple[str, ...]
) -> None:
    path = shared_data / "pabulib" / name
    with path.open("rb") as stream:
        official = read_pabulib(stream).official_winners
    ran = run(path, *options)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert set(json.loads(ran.stdout)["winners"]) == official


def pb(election: Election) -> str:
    """Write an election as a Pabulib file, each ballot as often as it weighs."""
    kind = election.ballot_type
    rows = [ballot for ballot in election.ballots for _ in range(ballot.weight)]
    lines = ["META", "key;value", "rule;any", f"budget;{major_text(election.pot)}"]
    lines += [f"num_projects;{len(election.projects)}", f"num_votes;{len(rows)}"]
    lines += [f"vote_type;{kind}", f"min_project_score_threshold;{election.threshold}"]
    lines += ["PROJECTS", "project_id;cost;lot;site;smallest"]
    least = {p.id: major_text(p.smallest) if p.smallest else "" for p in election.projects}
    lines += [
        f"{p.id};{major_text(p.cost)};{p.lot};{p.site};{least[p.id]}" for p in election.projects
    ]
    lines += ["VOTES", "voter_id;vote;points"]
    lines += [
        f"{voter};{','.join(ballot.choices)};{','.join(str(n) for n in ballot.points or ())}"
        for voter, ballot in enumerate(rows)
    ]
    return "\n".join([*lines, ""])


def options(election: Election, method: Method) -> list[str]:
    """Write a method as the program's options."""
    words = ["--rule", method.rule, "--utility", method.utility, "--completion", method.completion]
    words += ["--increment", str(Fraction(method.increment, 100)), "--tie", ",".join(election.tie)]
    words += ["--support", str(election.support)] if election.support else []
    words += ["--leftover", method.leftover]
    return words + (["--comparison"] if method.comparison else [])


# Invented elections -----------------------------------------------------------------------------


@st.composite
def elections(draw: st.DrawFn) -> Election:
    """Small elections with ties, sites, thresholds, empty ballots and projects out of reach."""
    kind = draw(st.sampled_from(BallotType))
    costs = draw(st.lists(st.integers(1, 9), min_size=1, max_size=5))
    projects = tuple(
        Project(
            f"p{n}", cost, lot=draw(st.integers(0, 2)), site=draw(st.sampled_from(["", "", "x"]))
        )
        for n, cost in enumerate(costs)
    )
    most = 1 if kind is BallotType.CHOOSE_1 else len(costs)
    votes = st.lists(st.sampled_from([p.id for p in projects]), unique=True, max_size=most)
    ballots = []
    for choices in draw(st.lists(votes, max_size=7)):
        points = tuple(draw(st.integers(0, 4)) for _ in choices)
        given = points if kind is BallotType.CUMULATIVE else None
        ballots.append(Ballot(tuple(choices), draw(st.integers(1, 2)), given))
    return Election(
        projects,
        tuple(ballots),
        pot=draw(st.integers(1, sum(costs) + 1)),
        tie=draw(st.sampled_from([("file",), ("cost", "votes", "lot"), ("lot", "file", "cost")])),
        ballot_type=kind,
        threshold=draw(st.sampled_from([0, 0, 2])),
        support=draw(st.sampled_from([None, Fraction(1, 3)])),
    )


RULES = (Rule.GREEDY, Rule.GREEDY_STOP, Rule.GREEDY_PER_COST)
METHODS = st.builds(
    Method,
    rule=st.sampled_from([*RULES, Rule.EQUAL_SHARES, Rule.EQUAL_SHARES]),
    utility=st.sampled_from(Utility),
    completion=st.sampled_from(Completion),
    comparison=st.booleans(),
    increment=st.integers(1, 3),
)


@settings(max_examples=150, deadline=None)
@given(elections(), METHODS)
def test_the_recount_agrees_with_the_definitions(election: Election, method: Method) -> None:
    assert counted(pb(election), *options(election, method)) == reference.winners(election, method)


@settings(max_examples=40, deadline=None)
@given(elections(), st.sampled_from(Utility), st.sampled_from([Completion.NONE, Completion.ADD1]))
def test_equal_shares_denies_no_group_more_than_one_project(
    election: Election, utility: Utility, completion: Completion
) -> None:
    free = Election(
        tuple(Project(p.id, p.cost, lot=p.lot) for p in election.projects),
        election.ballots[:4],
        election.pot,
        ballot_type=election.ballot_type,
    )
    method = Method(Rule.EQUAL_SHARES, utility, completion, increment=1)
    won = counted(pb(free), *options(free, method))
    assert not reference.violates_ejr_up_to_one(free, won, utility)


def test_the_checker_of_that_promise_finds_a_group_that_is_denied_too_much() -> None:
    projects = tuple(Project(name, 10) for name in "abcd")
    ballots = (Ballot(("a", "b"), 3), Ballot(("c", "d"), 3))
    election = Election(projects, ballots, pot=30)
    found = reference.violates_ejr_up_to_one(election, ["a", "b"], Utility.CARDINALITY)
    assert found == ((3, 4), ("c",))
    assert not reference.violates_ejr_up_to_one(election, ["a", "c"], Utility.CARDINALITY)


@settings(max_examples=100, deadline=None)
@given(elections(), METHODS, st.lists(st.integers(0, 9), min_size=5, max_size=5))
def test_what_is_left_goes_to_the_project_that_takes_a_smaller_award(
    election: Election, method: Method, smallest: list[int]
) -> None:
    takes = zip(election.projects, smallest, strict=False)
    projects = tuple(replace(p, smallest=least or None) for p, least in takes)
    election = replace(election, projects=projects)
    method = replace(method, leftover=Leftover.SMALLER_AWARD)
    told = recount.read_command([str(PROGRAM), *options(election, method)])
    again = recount.result_of(recount.read_election(pb(election).encode()), told)
    assert again.decode() == canonical(count(election, method))


# The file ---------------------------------------------------------------------------------------


def test_a_cumulative_ballot_may_give_points_to_a_project_again_and_again() -> None:
    """As in Częstochowa 2020, whose official score adds such points up."""
    text = FILE.replace("approval", "cumulative").replace("vote;age", "vote;points")
    text = text.replace("v1;p1;14", "v1;p1,p1;1,3").replace("v2;p1,p2;", "v2;p1,p2;2,0")
    text = text.replace("v3;p2;40", "v3;p2;5")
    [p1, p2] = recount.read_election(text.encode()).projects
    assert (p1.votes, p1.supporters) == (6, 2)
    assert (p2.votes, p2.supporters) == (5, 1)


def test_the_files_threshold_holds_unless_another_is_given() -> None:
    text = FILE.replace("house_key;kept", "min_project_score_threshold;3")
    assert counted(text) == []
    assert counted(text, "--threshold", "2") == ["p1"]


BROKEN = {
    "empty": ("", 1, "META should start here"),
    "no PROJECTS": (FILE.split("PROJECTS")[0], 10, "ends before the section PROJECTS"),
    "no VOTES": (FILE.split("VOTES")[0], 14, "ends before the section VOTES"),
    "nothing behind VOTES": (FILE.split("voter_id")[0], 1, "the columns should be voter_id;vote"),
    "META header": (FILE.replace("key;value", "key;worth", 1), 2, "should be key;value"),
    "a needed key": (FILE.replace("budget;1000\n", ""), 1, "lacks budget"),
    "a key twice": (FILE.replace("rule;", "budget;", 1), 8, "“budget” stands here a second time"),
    "a bad budget": (FILE.replace(";1000", ";1 000"), 6, "“1 000” is no amount"),
    "a bad number": (FILE.replace("num_votes;3", "num_votes;three"), 5, "is no whole number"),
    "a kind of ballot": (FILE.replace("approval", "scoring"), 7, "“scoring” can't be counted"),
    "a negative cost": (FILE.replace(";600;", ";-600;"), 14, "“-600” is no amount"),
    "a cost of nothing": (FILE.replace(";600;", ";0.00;"), 14, "“0.00” is no amount"),
    "part of a penny": (FILE.replace("400.5", "400.555"), 13, "“400.555” is no amount"),
    "project twice": (FILE.replace("p2;600", "p1;600"), 14, "“p1” stands here a second time"),
    "a column twice": (FILE.replace("our_column", "votes"), 12, "each only once"),
    "too few cells": (FILE.replace("v1;p1;14", "v1;p1"), 18, "2 cells, but the header has 3"),
    "voter twice": (FILE.replace("v2;", "v1;"), 19, "“v1” stands here a second time"),
    "unknown project": (FILE.replace("p1,p2", "p1,p9"), 19, "“p9” is no project"),
    "chosen twice": (FILE.replace("p1,p2", "p1,p1"), 19, "is chosen twice"),
    "points missing": (FILE.replace("approval", "cumulative"), 18, "1 choices, but points for 0"),
    "fewer projects": (FILE.replace("num_projects;2", "num_projects;3"), 16, "declares 3 rows"),
    "more votes": (FILE.replace("num_votes;3", "num_votes;2"), 20, "declares 2 rows, but 3"),
    "an empty line": (FILE.replace("VOTES", "\nVOTES"), 16, "0 cells"),
    "an open quotation mark": (FILE.replace('club"', "club"), 14, "it can't be read"),
}


@pytest.mark.parametrize(("text", "line", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(SystemExit) as refused:
        counted(text)
    assert str(refused.value).startswith(f"Line {line}: ")
    assert words in str(refused.value)


def test_another_encoding_is_refused_with_its_line() -> None:
    with pytest.raises(SystemExit, match="Line 13: it can't be read"):
        recount.read_election(FILE.replace("Bike", "Bíke").encode("latin-1"))


# The program ------------------------------------------------------------------------------------


def test_the_result_is_one_line_of_canonical_json(tmp_path: Path) -> None:
    path = tmp_path / "small.pb"
    path.write_text(FILE.replace("p1", "ł1"), encoding="utf-8")
    ran = run(path)
    assert (ran.stdout, ran.stderr) == ('{"cost":40050,"unspent":59950,"winners":["ł1"]}\n', "")


def test_a_refusal_ends_with_status_1_and_prints_no_result(tmp_path: Path) -> None:
    path = tmp_path / "broken.pb"
    path.write_text(FILE.replace("p1,p2", "p1,p9"), encoding="utf-8")
    ran = run(path)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "Line 19: “p9” is no project, or is chosen twice\n"


@pytest.mark.parametrize("wrong", [["--increment", "0"], ["--tie", "luck"], ["--rule", "dice"]])
def test_options_that_make_no_sense_are_refused(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        counted(FILE, *wrong)
    assert refused.value.code == 2


def test_the_program_stands_alone_is_exact_and_can_be_read_at_a_sitting() -> None:
    source = PROGRAM.read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(source)))
    imported = {n.module for n in nodes if isinstance(n, ast.ImportFrom)}
    imported |= {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
    assert {name.split(".")[0] for name in imported if name} <= sys.stdlib_module_names
    assert not [n for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, float)]
    assert not [n for n in nodes if isinstance(n, ast.Name) and n.id == "float"]
    assert len(source.splitlines()) < 325


# The same file, byte for byte -------------------------------------------------------------------

RULES = [("--rule", rule) for rule in ("greedy", "greedy-stop", "greedy-per-cost", "equal-shares")]
COMPLETED = [
    ("--rule", "equal-shares", "--completion", completion, "--utility", utility)
    for completion in ("add1", "add1e", "utilitarian", "add1-utilitarian")
    for utility in ("cost", "cardinality", "points")
]
WAYS = {
    "Netherlands_Assen_2024.pb": RULES + COMPLETED[:4],
    "Switzerland_Zurich_D10.pb": RULES + COMPLETED,
    "Poland_Swiecie_2023.pb": RULES + COMPLETED[:1],
    "Poland_Krakow_2024_Bienczyce.pb": RULES,
}


@pytest.mark.parametrize(("name", "ways"), WAYS.items(), ids=WAYS)
def test_engage_and_the_recount_write_the_same_result_byte_for_byte(
    shared_data: Path, name: str, ways: list[tuple[str, ...]]
) -> None:
    path = shared_data / "pabulib" / name
    for options in ways:
        ours = CliRunner().invoke(tally, [str(path), "--result", *options])
        assert ours.exit_code == 0
        assert ours.stdout_bytes == recounted(path, *options), options


def recounted(path: Path, *options: str) -> bytes:
    """What recount.py would print, reckoned within this process."""
    election = recount.read_election(path.read_bytes())
    return recount.result_of(election, recount.read_command([str(path), *options]))
