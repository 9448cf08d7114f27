"""Work that outlasts a request: a command of ours in a process of its own, beside the server.

It needs no worker and no queue: a laptop runs it as a server does. What it does it writes to the
database as it goes, so that a page can say how far it is, and a process that was killed is noticed
there by its silence.
"""

import subprocess
import sys
from datetime import datetime, timedelta
from threading import Thread

from flask import current_app

#: After how many seconds a page is loaded again by somebody who asked for it.
AGAIN = 20
#: After how long without a sign of life work counts as stopped.
SILENT = timedelta(minutes=3)


def may_start_apart() -> bool:
    """Say whether this installation starts processes beside the server (BACKGROUND)."""
    return bool(current_app.config["BACKGROUND"])


def start_apart(*words: str, given: str = "") -> None:
    """Start `engage` with these words; ``given`` goes through a pipe, which nobody else sees.

    Nobody waits for it here but a thread that does nothing else, so that it leaves no zombie.
    """
    process = subprocess.Popen(  # noqa: S603 - words of ours
        [sys.executable, "-m", "engage", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )
    if process.stdin is not None:
        with process.stdin as pipe:
            pipe.write(given)
    Thread(target=process.wait, daemon=True).start()


def is_silent(last: datetime, at: datetime) -> bool:
    """Say whether work that was last heard of then has stopped."""
    return at - last > SILENT
