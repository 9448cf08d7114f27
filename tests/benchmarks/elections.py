"""The count on real elections beside pabutools, side by side in one run, as a table.

Every row is two or three processes, one after the other: ours with the plain search, ours with
the compiled one, and pabutools in exact arithmetic. Processor seconds; the winners are compared.
`LONG=1` lets pabutools count Warsaw too, which takes it about a quarter of an hour and 17 GB.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from engage.tally.pabulib import read_pabulib

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("ENGAGE_SHARED_DATA", ROOT.parent / "shared" / "data")) / "pabulib"
ORACLE = Path(os.environ.get("ENGAGE_ORACLE", ROOT / ".venv-oracle" / "bin" / "python"))
ALL = ["greedy", "equal-shares", "add1", "phragmen"]
FILES = {
    "Netherlands_Assen_2024.pb": ALL,
    "Poland_Swiecie_2023.pb": ALL,
    "Poland_Wieliczka_2023_Green_Budget.pb": ALL,
    "Poland_Lodz_2022.pb": ALL,
    "poland_warszawa_2024_.pb": ["greedy", "equal-shares"],
}
LONG = {"poland_warszawa_2024_.pb": ["add1"]}


def side(*command: str) -> dict:
    """Run one side and return what it tells."""
    run = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return json.loads(run.stdout.strip().splitlines()[-1])


def ours(path: Path, engine: str, jobs: list[str]) -> dict:
    """Count with Engage."""
    return side(sys.executable, "-m", "tests.benchmarks.our_side", str(path), engine, *jobs)


def run() -> Iterator[str]:
    """Yield the lines of a table in Markdown, then those of the curve."""
    if not FOLDER.is_dir():
        yield f"The real elections are not at {FOLDER}: set ENGAGE_SHARED_DATA."
        return
    yield "| election | ballots | work | plain | compiled | pabutools | ratios | winners |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, jobs in FILES.items():
        yield from _rows(name, jobs)
    yield ""
    yield from _curve()


def _rows(name: str, jobs: list[str]) -> Iterator[str]:
    path = FOLDER / name
    asked = jobs + (LONG.get(name, []) if os.environ.get("LONG") else [])
    everything = [*jobs, *LONG.get(name, [])]
    plain, compiled = ours(path, "plain", everything), ours(path, "compiled", everything)
    other: dict = {"jobs": {}}
    if ORACLE.is_file():
        script = str(ROOT / "tests" / "tally" / "pabutools_side.py")
        other = side(str(ORACLE), script, str(path), *asked)
    label = f"| {path.stem} | {plain['ballots']:,} |"
    yield f"{label} read | {_ms(plain['read'])} | | {_times(other.get('read'), plain['read'])} | |"
    for job in everything:
        mine, fast = plain["jobs"][job], compiled["jobs"][job]
        theirs = other["jobs"].get(job)
        seconds = [mine["seconds"], fast["seconds"]]
        same = mine["winners"] == fast["winners"]
        if theirs and job != "phragmen":
            same = same and set(theirs["winners"]) == set(mine["winners"])
        verdict = "identical" if same else "DIFFERENT"
        if theirs and job == "phragmen":
            verdict += " (pabutools stops sooner)"
        cells = " | ".join(map(_ms, seconds))
        beside = _times(theirs and theirs["seconds"], *seconds)
        yield f"{label} {job} | {cells} | {beside} | {verdict} |"
    memory = [f"{told['megabytes']:,} MB" for told in (plain, compiled)]
    theirs_memory = f"{other['megabytes']:,} MB" if "megabytes" in other else "not run"
    yield f"{label} memory | {memory[0]} | {memory[1]} | {theirs_memory} | | |"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.2f} ms"


def _times(theirs: float | None, *seconds: float) -> str:
    if theirs is None:
        return "not run |"
    ratios = " and ".join(f"{theirs / mine:,.0f}" for mine in seconds)
    return f"{_ms(theirs)} | {ratios} times"


def _curve() -> Iterator[str]:
    """Yield how reading and counting grow from a thousand ballots to a million, resampled."""
    yield "| ballots drawn from Warsaw 2024 | read | equal-shares | add1 | add1, for each ballot |"
    yield "|---|---|---|---|---|"
    with (FOLDER / "poland_warszawa_2024_.pb").open("rb") as stream:
        text = stream.read().decode()
        stream.seek(0)
        lines = [vote.cells for vote in read_pabulib(stream).votes]
    head = text[: text.index("VOTES\n")]
    for size in (1_000, 10_000, 100_000, 1_000_000):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "drawn.pb"
            path.write_text(_drawn(head, lines, size), encoding="utf-8")
            told = ours(path, "compiled", ["equal-shares", "add1"])
        one, all_ = (told["jobs"][job]["seconds"] for job in ("equal-shares", "add1"))
        per_ballot = f"{all_ / size * 1e6:.2f} µs"
        yield f"| {size:,} | {_ms(told['read'])} | {_ms(one)} | {_ms(all_)} | {per_ballot} |"


def _drawn(head: str, lines: list, size: int) -> str:
    draw = random.Random(size)  # noqa: S311 - a sample for a measurement, not a secret
    votes = [f"{n};{draw.choice(lines)[1]}" for n in range(size)]
    declared = head.replace("num_votes;75255", f"num_votes;{size}")
    declared = "\n".join(
        f"budget;{int(30428140 * size / 75255)}" if line.startswith("budget;") else line
        for line in declared.split("\n")
    )
    return f"{declared}VOTES\nvoter_id;vote\n" + "\n".join(votes) + "\n"
