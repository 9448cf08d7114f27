"""The same small real elections counted by pabutools, and our files read by Pabulib's checker."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from engage.tally.election import Completion, Method, Rule, Utility
from engage.tally.method import count
from engage.tally.pabulib import read_pabulib, write_pabulib

ROOT = Path(__file__).resolve().parents[2]
ORACLE = Path(os.environ.get("ENGAGE_ORACLE", ROOT / ".venv-oracle" / "bin" / "python"))

JOBS = {
    "greedy": Method(),
    "greedy-per-cost": Method(Rule.GREEDY_PER_COST),
    "equal-shares": Method(Rule.EQUAL_SHARES),
    "equal-shares-cardinality": Method(Rule.EQUAL_SHARES, Utility.CARDINALITY),
    "add1": Method(Rule.EQUAL_SHARES, completion=Completion.ADD1),
    "add1e": Method(Rule.EQUAL_SHARES, completion=Completion.ADD1E),
}
#: One run of equal shares each; the completions too where pabutools needs seconds, not minutes.
RUNS = ["greedy", "greedy-per-cost", "equal-shares", "equal-shares-cardinality"]
FILES = {
    "Netherlands_Assen_2024.pb": [*RUNS, "add1", "add1e"],
    "Netherlands_Amsterdam_643.pb": [*RUNS, "add1", "add1e"],
    "Worldwide_Mechanical_Turk_k_approval_3.pb": [*RUNS, "add1"],
    "Poland_Swiecie_2023.pb": [*RUNS, "add1"],
    "Poland_Wieliczka_2023_Green_Budget.pb": RUNS,
    "US_Stanford_Dataset_PB_Cambridge_2015_vote_knapsacks.pb": RUNS,
}


@pytest.fixture
def oracle() -> Path:
    """The Python of the environment that holds pabutools and the checker; else a loud skip."""
    if not ORACLE.is_file():
        pytest.skip(f"pabutools is not at {ORACLE}: run make oracle, or set ENGAGE_ORACLE")
    return ORACLE


def answer(oracle: Path, *arguments: str) -> str:
    """Return the last line that the other Python prints."""
    run = subprocess.run([oracle, *arguments], check=True, capture_output=True, text=True)
    return run.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize(("name", "jobs"), FILES.items(), ids=FILES)
def test_pabutools_gives_the_same_winners(
    shared_data: Path, oracle: Path, name: str, jobs: list[str]
) -> None:
    path = shared_data / "pabulib" / name
    with path.open("rb") as stream:
        election = read_pabulib(stream).election()
    side = str(ROOT / "tests" / "tally" / "pabutools_side.py")
    told = json.loads(answer(oracle, side, str(path), *jobs))["jobs"]
    for job in jobs:
        assert set(count(election, JOBS[job]).winners) == set(told[job]["winners"]), job


CHECK = """
import json, sys
from pabulib.checker import Checker
print(json.dumps(Checker().process_files(sys.argv[1:])["summary"]))
"""


def test_pabulibs_checker_takes_what_we_write(
    shared_data: Path, oracle: Path, tmp_path: Path
) -> None:
    paths = []
    for name in ("Netherlands_Assen_2024.pb", "Poland_Krakow_2024_Bienczyce.pb"):
        with (shared_data / "pabulib" / name).open("rb") as stream:
            read = read_pabulib(stream)
        paths.append(tmp_path / name)
        with paths[-1].open("w", encoding="utf-8", newline="") as out:
            write_pabulib(read, out)
    assert answer(oracle, "-c", CHECK, *map(str, paths)) == "{}"
    paths[0].write_text(
        paths[0].read_text(encoding="utf-8").replace("num_votes;84", "num_votes;85")
    )
    assert "votes" in answer(oracle, "-c", CHECK, str(paths[0]))
