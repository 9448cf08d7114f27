"""Prints what became of every kind of trouble, in full: `make chaos`. About half an hour."""

import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.chaos import runs

KILLS, BALLOTS = 200, 3000
BURSTS, AT_ONCE = 100, 200
CLOSINGS, CLIENTS = 20, 24


def main() -> None:
    """Run all on the database that ENGAGE_TEST_DATABASE_URL names, else on SQLite."""
    faults: Counter[str] = Counter()
    with runs.own_app() as (app, _folder), runs.server_of(app) as server:
        name = app.config["SQLALCHEMY_DATABASE_URI"].split(":")[0]

        def told(what: str, act: Callable[[], dict[str, Any]]) -> None:
            began = time.monotonic()
            result = act()
            faults.update(result["faults"])
            took = f"{time.monotonic() - began:.0f} s"
            print(f"{name:12} {what:28} {result} in {took}", flush=True)

        told(f"{KILLS} kills", lambda: runs.kills(server, BALLOTS, KILLS))
        told(f"{BURSTS} bursts of {AT_ONCE}", lambda: runs.bursts(server, BURSTS, AT_ONCE))
        for n in range(1, CLOSINGS + 1):
            told(f"close {n} of {CLOSINGS}", lambda: runs.closing(server, CLIENTS))
    print(f"{name:12} faults: {dict(faults) or 'none'}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
