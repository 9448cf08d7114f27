"""Hold all five rounds on a database of their own, and print what came of each."""

import os
import sys
import time

from flask import Flask

from tests.campaigns.rounds.five import FULL, SHORT, hold_all
from tests.chaos.runs import own_app
from tests.conftest import Client


def main() -> None:
    """Hold them, declare them, and say how it went; a round that went wrong raises."""
    sizes = FULL if "--full" in sys.argv[1:] else SHORT
    with own_app() as (app, folder):
        app.test_client_class = Client
        for name in ("keys", "anchors"):
            (folder / name).mkdir(mode=0o700, exist_ok=True)
        if sizes is FULL:
            _work_apart(app)
        began = time.monotonic()
        for name, check in hold_all(app, sizes, tell=print).items():
            told = check(folder / name)
            print(f"{name:15} {', '.join(f'{what} {value}' for what, value in told.items())}")
        print(f"{'All five':15} {time.monotonic() - began:,.0f} seconds")


def _work_apart(app: Flask) -> None:
    """Let the application start processes beside this one, with the same database and keys."""
    app.config["BACKGROUND"] = True
    os.environ["DATABASE_URL"] = app.config["SQLALCHEMY_DATABASE_URI"]
    for name in ("KEY_DIRECTORY", "ANCHOR_DIRECTORY", "MAILER"):
        os.environ[name] = str(app.config[name])


if __name__ == "__main__":
    main()
