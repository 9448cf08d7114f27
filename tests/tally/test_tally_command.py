"""The `engage tally` command."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engage.tally.commands import tally
from tests.tally.test_pabulib import FILE


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.pb"
    path.write_text(FILE, encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(tally, [str(argument) for argument in arguments])


def test_json_tells_winners_cost_and_what_is_left_in_the_files_own_money(file: Path) -> None:
    told = json.loads(run(file, "--json").stdout)
    assert told["winners"] == ["p1"]
    assert (told["cost"], told["unspent"], told["ballots"]) == (400.5, 599.5, 3)
    assert [d["left_before"] for d in told["decisions"]] == [1000, 599.5]


def test_the_table_says_what_became_of_each_project(file: Path) -> None:
    out = run(file).stdout
    assert "Not funded: it cost more than the money left." in out
    assert "1 of 2 projects funded by 3 ballots (greedy): 400.50 spent, 599.50 left over." in out
    assert "2 of 3 voters supported at least one of them, 0.67 on average." in out
    assert "The file says the same projects were selected." in out


def test_the_tie_order_can_be_chosen(file: Path) -> None:
    path = file.with_name("dear.pb")
    path.write_text(FILE.replace("400.5", "700"), encoding="utf-8")
    assert json.loads(run(path, "--json").stdout)["winners"] == ["p1"]
    assert json.loads(run(path, "--json", "--tie", "cost,votes,lot,file").stdout)["winners"] == [
        "p2"
    ]


def test_votes_outside_the_limits_are_named_and_counted(file: Path) -> None:
    path = file.with_name("over.pb")
    path.write_text(FILE.replace("max_length;2", "max_length;1"), encoding="utf-8")
    result = run(path)
    assert result.exit_code == 0
    assert "Line 19: outside the limits of the vote: Choose 1 project or fewer" in result.stderr


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("v2;", "v1;", "Line 19: the voter “v1” stands twice"),
    ],
)
def test_what_cannot_be_counted_is_refused(file: Path, old: str, new: str, words: str) -> None:
    file.write_text(FILE.replace(old, new), encoding="utf-8")
    result = run(file)
    assert result.exit_code == 1
    assert words in result.stderr


def test_equal_shares_tells_who_paid_and_what_each_began_with(file: Path) -> None:
    told = json.loads(run(file, "--json", "--rule", "equal-shares").stdout)
    assert told["winners"] == ["p1"]
    assert told["endowment"] == "1000/3"
    first, second = told["decisions"]
    assert (first["payers"], first["share"]) == (2, "801/4")
    assert second["held"] == 466.41


def test_votes_that_the_file_declares_wrongly_are_named(file: Path) -> None:
    file.write_text(FILE.replace("400.5;2", "400.5;3"), encoding="utf-8")
    result = run(file)
    assert result.exit_code == 0
    assert "Line 13: votes says “3”, but the ballots give 2" in result.stderr


def test_a_rule_that_does_not_fit_the_ballots_is_refused(file: Path) -> None:
    result = run(file, "--rule", "stv")
    assert result.exit_code == 1
    assert "Error: " in result.stderr


def test_a_threshold_and_asked_for_support_shut_projects_out(file: Path) -> None:
    told = json.loads(run(file, "--json", "--threshold", 3).stdout)
    assert [d["why"] for d in told["decisions"]] == ["below_threshold"] * 2
    file.write_text(FILE.replace("p2;600", "p2;700"), encoding="utf-8")
    told = json.loads(run(file, "--json", "--support", 1).stdout)
    assert [d["why"] for d in told["decisions"]] == ["fits", "below_support"]


@pytest.mark.parametrize(
    "option", [("--support", "2"), ("--support", "x"), ("--increment", "0"), ("--rule", "luck")]
)
def test_an_option_that_makes_no_sense_is_refused(file: Path, option: tuple[str, str]) -> None:
    assert run(file, *option).exit_code == 2


def test_what_the_file_says_was_selected_is_told_where_the_count_differs(file: Path) -> None:
    file.write_text(FILE.replace(";0;\nVOTES", ";1;\nVOTES"), encoding="utf-8")
    assert "The file says that these were selected: p2." in run(file).stdout


def test_compare_puts_the_rules_side_by_side(file: Path) -> None:
    out = run("compare", file).stdout
    assert [line.split("  ")[0] for line in out.splitlines()[1:]] == [
        "greedy",
        "greedy-stop",
        "greedy-per-cost",
        "equal-shares",
        "equal-shares add1",
        "equal-shares add1-utilitarian",
        "phragmen",
        "knapsack",
    ]
    told = json.loads(run("compare", file, "--json").stdout)
    assert {row["method"]: row["winners"] for row in told}["greedy"] == ["p1"]


def test_a_rule_that_the_ballots_do_not_allow_is_refused(file: Path) -> None:
    refused = run(file, "--rule", "stv")
    assert refused.exit_code == 1
    assert "counts ranked ballots, and these are approval" in refused.stderr


def test_an_unknown_tie_order_is_refused(file: Path) -> None:
    assert run(file, "--tie", "chance").exit_code == 1


def test_the_command_runs_without_flask_and_without_a_database(file: Path) -> None:
    code = (
        "import sys; from engage.__main__ import engage\n"
        f"engage(['tally', {str(file)!r}, '--json'], standalone_mode=False)\n"
        "assert not {'flask', 'sqlalchemy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
