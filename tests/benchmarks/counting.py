"""Reading and counting an election of 6,000 ballots, beside the standard library and pandas."""

import csv
import io
import random

import pandas as pd

from engage.tally.election import Count
from engage.tally.greedy import greedy
from engage.tally.pabulib import read_pabulib
from tests.benchmarks.measure import Comparison, compare

PROJECTS, BALLOTS, POT = 74, 6000, 4_868_502


def invented_file() -> bytes:
    """An invented election in the Pabulib format, the size of a city's district."""
    draw = random.Random(2024)  # noqa: S311 - an invented election, not a secret
    chosen = [
        sorted(draw.sample(range(1, PROJECTS + 1), draw.randint(1, 15))) for _ in range(BALLOTS)
    ]
    votes = [sum(p in c for c in chosen) for p in range(1, PROJECTS + 1)]
    lines = ["META", "key;value", "description;Invented", "country;Worldwide", "unit;Strathlyle"]
    lines += ["instance;2026", f"num_projects;{PROJECTS}", f"num_votes;{BALLOTS}", f"budget;{POT}"]
    lines += [
        "vote_type;approval",
        "rule;greedy",
        "date_begin;2026",
        "date_end;2026",
        "max_length;15",
    ]
    lines += ["PROJECTS", "project_id;cost;votes;name"]
    lines += [
        f"{p};{draw.randint(10_000, 600_000)};{votes[p - 1]};Project {p}"
        for p in range(1, PROJECTS + 1)
    ]
    lines += ["VOTES", "voter_id;vote"]
    lines += [f"{v};{','.join(map(str, c))}" for v, c in enumerate(chosen, 1)]
    return ("\n".join(lines) + "\n").encode()


def by_pandas(frame: pd.DataFrame, costs: dict[str, int]) -> list[str]:
    """The same count as somebody would write it with pandas."""
    votes = frame["vote"].explode().value_counts()
    left, winners = POT * 100, []
    for project in sorted(costs, key=lambda p: (-votes.get(p, 0), costs[p], p)):
        if costs[project] <= left:
            left -= costs[project]
            winners.append(project)
    return winners


def run() -> list[Comparison]:
    """Measure reading and counting."""
    file = invented_file()
    election = read_pabulib(io.BytesIO(file)).election(tie=("cost", "file"))
    frame = pd.DataFrame({"vote": [list(b.choices) for b in election.ballots]})
    costs = {p.id: p.cost for p in election.projects}

    def ours() -> Count:
        return greedy(election)

    def plain_reading() -> list[list[str]]:
        rows = csv.reader(io.StringIO(file.decode()), delimiter=";")
        return [row[1].split(",") if len(row) > 1 else row for row in rows]

    return [
        compare(
            "read a .pb file, every row checked",
            lambda: read_pabulib(io.BytesIO(file)),
            "csv.reader, nothing checked",
            plain_reading,
        ),
        compare(
            "count 6,000 ballots by votes, explained",
            ours,
            "pandas: explode, value_counts, one loop",
            lambda: by_pandas(frame, costs),
        ),
    ]
