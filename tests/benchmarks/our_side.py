"""Counts a Pabulib file with Engage in a process of its own: what pabutools_side.py does there.

    python -m tests.benchmarks.our_side FILE plain|compiled JOB [JOB ...]

prints one line of JSON. Reading includes the checks of every row and the grouping of identical
ballots; counting includes the whole story of the count. Medians of five, the first not counted,
since the compiled search waits for the compiler once.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from engage.tally.election import Completion, Election, Method, Rule, Utility
from engage.tally.equal_shares import equal_shares
from engage.tally.method import RULES
from engage.tally.pabulib import read_pabulib
from engage.tally.shares.plain import Search

JOBS = {
    "greedy": Method(),
    "greedy-per-cost": Method(Rule.GREEDY_PER_COST),
    "equal-shares": Method(Rule.EQUAL_SHARES),
    "equal-shares-cardinality": Method(Rule.EQUAL_SHARES, Utility.CARDINALITY),
    "add1": Method(Rule.EQUAL_SHARES, completion=Completion.ADD1),
    "phragmen": Method(Rule.PHRAGMEN),
}


def read(path: str) -> Election:
    """Read an election and group its ballots."""
    with Path(path).open("rb") as stream:
        election = read_pabulib(stream).election()
    election.votes  # noqa: B018 - reckoned once and kept
    return election


def timed(work: Callable[[], object], rounds: int = 5) -> float:
    """Return the median of the processor seconds that ``work`` takes, once it is warm."""
    work()
    spent = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return statistics.median(spent)


def most_memory() -> int:
    """The most memory that this process held, in megabytes; without what its parent held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def main(path: str, engine: str, jobs: list[str]) -> None:
    """Measure the jobs on one file."""
    search = Search
    if engine == "compiled":
        search = import_module("engage.tally.shares.compiled").CompiledSearch
    election = read(path)
    told: dict[str, object] = {"read": timed(lambda: read(path)), "ballots": election.voters}
    results = {}
    for job in jobs:
        method = JOBS[job]

        def work(method: Method = method) -> object:
            if method.rule is Rule.EQUAL_SHARES:
                return equal_shares(election, method, search)
            return RULES[method.rule](election, method)

        winners = list(work().winners)  # type: ignore[attr-defined]
        results[job] = {"winners": winners, "seconds": timed(work)}
    told["jobs"] = results
    told["megabytes"] = most_memory()
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
