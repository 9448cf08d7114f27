"""Counts a Pabulib file with pabutools: run by that library's own Python, never imported by ours.

    .venv-oracle/bin/python tests/tally/pabutools_side.py FILE JOB [JOB ...]

prints one line of JSON: how long reading took, and for each job the winners in order and the
processor seconds, and the most memory that the process ever held. pabutools is under the GPL and
stays in a virtual environment of its own; `make oracle` sets it up.
"""

import json
import sys
import time
from pathlib import Path

from pabutools.election import Cardinality_Sat, Cost_Sat, parse_pabulib
from pabutools.rules import (
    exhaustion_by_budget_increase,
    greedy_utilitarian_welfare,
    method_of_equal_shares,
    sequential_phragmen,
)
from pabutools.tiebreaking import TieBreakingRule


def add1(instance, profile, ties, exhaustive_stop=False):
    """The completion that Wieliczka, Swiecie and Assen used; with ``exhaustive_stop``: add1e."""
    return exhaustion_by_budget_increase(
        instance,
        profile,
        method_of_equal_shares,
        {"sat_class": Cost_Sat, "tie_breaking": ties},
        budget_step=profile.num_ballots(),
        exhaustive_stop=exhaustive_stop,
    )


JOBS = {
    "greedy": lambda i, p, t: greedy_utilitarian_welfare(i, p, sat_class=Cost_Sat, tie_breaking=t),
    "greedy-per-cost": lambda i, p, t: greedy_utilitarian_welfare(
        i, p, sat_class=Cardinality_Sat, tie_breaking=t
    ),
    "equal-shares": lambda i, p, t: method_of_equal_shares(
        i, p, sat_class=Cost_Sat, tie_breaking=t
    ),
    "equal-shares-cardinality": lambda i, p, t: method_of_equal_shares(
        i, p, sat_class=Cardinality_Sat, tie_breaking=t
    ),
    "add1": add1,
    "add1e": lambda i, p, t: add1(i, p, t, exhaustive_stop=True),
    "phragmen": lambda i, p, t: sequential_phragmen(i, p, tie_breaking=t),
}


def most_memory() -> int:
    """The most memory that this process held, in megabytes; without what its parent held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def main(path: str, jobs: list[str]) -> None:
    """Read the file and do the jobs; projects dearer than the pot are taken out beforehand."""
    began = time.process_time()
    instance, profile = parse_pabulib(path)
    read = time.process_time() - began
    order = {project.name: n for n, project in enumerate(instance.project_meta)}
    ties = TieBreakingRule(lambda _instance, _profile, project: order[project.name])
    for project in [p for p in instance if p.cost > instance.budget_limit]:
        instance.remove(project)
    many = profile.as_multiprofile()
    told = {"read": read, "jobs": {}}
    for job in jobs:
        began = time.process_time()
        winners = JOBS[job](instance, many, ties)
        spent = time.process_time() - began
        told["jobs"][job] = {"winners": [p.name for p in winners], "seconds": spent}
    told["megabytes"] = most_memory()
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
