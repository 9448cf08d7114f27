"""Elections held elsewhere come in whole, through the limits of a cast vote, or not at all."""

import json

import pytest
import sqlalchemy as sa

from engage.audit.models import AuditEvent
from engage.budgeting.models import Ballot, Project, Round, Seal, Voter
from engage.engagements.models import Engagement
from engage.extensions import db
from engage.tally.pabulib import read_pabulib

FILE = """META
key;value
description;Village fund
country;Scotland
unit;Torry
instance;2024
num_projects;3
num_votes;4
budget;1000
vote_type;approval
rule;greedy
date_begin;01.05.2024
date_end;31.05.2024
max_length;2
currency;GBP
PROJECTS
project_id;cost;votes;name;selected
A7;600;3;Bike shelter;1
B2;500;2;Lunch club;0
C9;400;2;Skate ramp;1
VOTES
voter_id;vote
1;A7,B2
2;A7
3;C9,A7
4;B2,C9
"""


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["budgeting", *[str(word) for word in words]])


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "torry.pb"
    path.write_text(FILE, encoding="utf-8")
    return path


def rows(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_an_election_becomes_a_closed_round(run, file):
    said = run("import-pabulib", file, "--json")
    assert said.exit_code == 0, said.output
    round_ = db.session.scalars(sa.select(Round)).one()
    assert json.loads(said.stdout) == {"round": round_.id}
    assert (round_.stage, round_.is_imported, round_.pot_pence) == ("closed", True, 100_000)
    assert [p.reference for p in round_.projects] == ["A7", "B2", "C9"]
    assert rows(Ballot) == 4
    assert db.session.scalars(sa.select(Seal.ballots)).one() == 4


def test_imported_ballots_have_keys_salts_and_leaves_of_their_own(run, file):
    run("import-pabulib", file)
    ballots = db.session.scalars(sa.select(Ballot)).all()
    for column in ("ballot_key", "salt", "leaf", "submission_id"):
        assert len({getattr(ballot, column) for ballot in ballots}) == 4
    assert {ballot.source for ballot in ballots} == {"imported"}
    assert rows(Voter) == 0


def test_counting_gives_the_winners_by_the_files_own_ids(run, file):
    round_id = json.loads(run("import-pabulib", file, "--json").stdout)["round"]
    said = run("count", round_id, "--json")
    assert said.exit_code == 0, said.output
    counted = json.loads(said.stdout)
    assert counted["winners"] == ["A7", "C9"]
    assert (counted["ballots"], counted["cost"], counted["unspent"]) == (4, 100_000, 0)


def test_a_round_is_counted_by_its_address_too_and_again(run, file):
    run("import-pabulib", file)
    assert run("count", "torry-2024").output == run("count", "torry-2024").output


def test_the_same_file_again_changes_nothing_and_says_so(run, file):
    first = run("import-pabulib", file, "--json").stdout
    again = run("import-pabulib", file, "--json")
    assert (again.exit_code, again.stdout) == (0, first)
    assert "is here already" in run("import-pabulib", file).output
    assert (rows(Round), rows(Ballot)) == (1, 4)


def test_the_import_stands_in_the_trail(run, file):
    run("import-pabulib", file)
    happened = db.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.seq)).all()
    assert happened == ["engagement.planned", "ballots.imported", "voting.closed"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("3;C9,A7", "3;C9,A7,B2", "Line 25: Choose 2 projects or fewer"),
        ("2;A7", "2;A7,A7", "Line 24: Choose each project once"),
        ("2;A7", "2;", "Line 24: Choose at least 1 project"),
        ("2;A7", "2;Z1", "Line 24"),
        ("4;B2,C9", "1;B2,C9", "Line 26"),
        ("vote_type;approval", "vote_type;cumulative", "points"),
        ("rule;greedy", "rule;greedy\nmax_sum_cost;999", "max_sum_cost"),
        ("rule;greedy", "rule;greedy-custom", "greedy-custom"),
        ("currency;GBP", "max_sum_cost;1000", "Line 23: Choose projects that cost no more"),
        ("date_end;31.05.2024", "date_end;never", "never"),
        ("date_end;31.05.2024", "date_end;01.04.2024", "date_end comes before"),
        ("B2;500", "B2;-500", "Line 19"),
        ("num_votes;4", "num_votes;5", "5"),
    ],
)
def test_one_fault_and_nothing_is_imported(run, file, old, new, words):
    assert old in FILE
    file.write_text(FILE.replace(old, new, 1), encoding="utf-8")
    said = run("import-pabulib", file)
    assert said.exit_code != 0
    assert words in said.output
    assert "Nothing was imported" in said.output
    assert [rows(m) for m in (Round, Project, Ballot, Engagement, AuditEvent)] == [0] * 5


def test_every_bad_vote_is_listed_by_its_line(run, file):
    file.write_text(FILE.replace("2;A7\n", "2;A7,A7\n").replace("3;C9,A7", "3;C9,A7,B2"))
    said = run("import-pabulib", file).output
    assert "Line 24" in said
    assert "Line 25" in said


def test_an_unknown_round_and_an_open_one_are_not_counted(run):
    said = run("count", "nowhere")
    assert said.exit_code != 0
    assert "no round" in said.output
    assert run("close-due").output == "No round was due\n"


def test_rounds_are_listed(run, file):
    assert "no rounds" in run("list").output
    run("import-pabulib", file)
    assert json.loads(run("list", "--json").stdout)[0]["slug"] == "torry-2024"


def test_the_bemowo_election_of_2024_gives_its_official_winners(run, shared_data):
    path = shared_data / "pabulib" / "poland_warszawa_2024_bemowo.pb"
    round_id = json.loads(run("import-pabulib", path, "--json").stdout)["round"]
    counted = json.loads(run("count", round_id, "--json").stdout)
    with path.open("rb") as stream:
        official = read_pabulib(stream).official_winners
    assert set(counted["winners"]) == official
    assert counted["ballots"] == rows(Ballot) == 5951
    assert len(official) == 26


EQUAL_SHARES = {
    "Poland_Wieliczka_2023_Green_Budget.pb": ("add1", True, 6586),
    "Poland_Swiecie_2023.pb": ("add1", False, 2553),
    "Netherlands_Assen_2024.pb": ("add1", False, 84),
}


@pytest.mark.requirement("R14")
@pytest.mark.parametrize(
    ("name", "completion", "comparison", "ballots"),
    [(name, *declared) for name, declared in EQUAL_SHARES.items()],
)
def test_cities_that_used_equal_shares_are_imported_and_counted_as_they_were(
    run, shared_data, name, completion, comparison, ballots
):
    path = shared_data / "pabulib" / name
    round_id = json.loads(run("import-pabulib", path, "--json").stdout)["round"]
    round_ = db.session.get(Round, round_id)
    declared = (round_.rule, round_.completion, round_.comparison)
    assert declared == ("equal-shares", completion, comparison)
    counted = json.loads(run("count", round_id, "--json").stdout)
    with path.open("rb") as stream:
        official = read_pabulib(stream).official_winners
    assert set(counted["winners"]) == official
    assert counted["ballots"] == rows(Ballot) == ballots


def test_a_files_threshold_is_the_rounds(run, file):
    text = FILE.replace("rule;greedy", "rule;greedy-threshold\nmin_project_score_threshold;3")
    file.write_text(text.replace("currency;GBP\n", ""), encoding="utf-8")
    round_id = json.loads(run("import-pabulib", file, "--json").stdout)["round"]
    assert json.loads(run("count", round_id, "--json").stdout)["winners"] == ["A7"]
